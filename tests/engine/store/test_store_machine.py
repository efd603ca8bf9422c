"""The store beside a model of itself in plain Python, through whatever order of events hypothesis thinks of."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hitl.engine import EngineError, QuestionNotFound
from hitl.engine.hooks import Hook
from hitl.engine.records import LIVE, Ending, Failure, JournalRow, NewEvent, NewQuestion, Notice, Snapshot, Tick, Topic
from hitl.engine.store.database import Database
from hitl.engine.store.row_mappers import dump
from hitl.engine.store.statements import Store
from hitl.engine.workflows.signature import WorkflowSignature

SHAPE = WorkflowSignature({"ask": ["takes Order"]}, {"Order": {"type": "object"}})
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
ALL_HOOKS = [
    Hook(topic, f"{topic} {name}", print, takes_key=False) for topic in get_args(Topic) for name in ("one", "two")
]
TEXTS = st.text("aAßẞ%_'\"\\", max_size=4) | st.text(LETTERS, max_size=8)


def expiry_of(question_id: str) -> datetime | None:
    """When a question stops waiting: some do."""
    number = sum(map(ord, question_id))
    return datetime(2030, 1, 1, number % 24, microsecond=number, tzinfo=UTC) if number % 2 else None


@dataclass
class AskedQuestion:
    """What the model knows of a question."""

    state: str = "open"
    answer: dict[str, Any] | None = None
    by: str | None = None
    asked_at: int = 0
    """When it was asked, counted in deeds of the machine."""
    answered_at: int | None = None
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By browser, which has the name of whoever uses it."""

    def comes_after(self, other: AskedQuestion) -> bool:
        """Whether somebody had answered the other one when this one was asked."""
        return other.answered_at is not None and other.answered_at <= self.asked_at


@dataclass
class ModelRun:
    """What the model knows of a run."""

    status: str = "running"
    idle: bool = False
    title: str | None = None
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Kind and body of its events, in order."""
    questions: dict[str, AskedQuestion] = field(default_factory=dict)
    journal: list[int] = field(default_factory=list)
    """Numbers of the journal's rows."""
    snapshot: int | None = None
    ticks: int = 0
    resumed: int = 0

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def texts(self) -> list[str]:
        """The texts in which it is found: its name, its input, what was answered in it, and its result."""
        answers = [question.answer["reason"] for question in self.questions.values() if question.answer]
        result = [self.told[-1][1]["result"]] if self.status == "completed" else []
        return [self.title or "", self.told[0][1]["item"], *answers, *result]

    @property
    def has_answer_under_way(self) -> bool:
        return any(question.state == "answered" for question in self.questions.values())

    def see_questions(self) -> None:
        if self.is_live:
            is_waiting = any(question.state == "open" for question in self.questions.values())
            self.status = "waiting" if is_waiting else "running"

    @property
    def left(self) -> list[str]:
        """Ids of the questions at which it can be resumed."""
        return [key for key, question in self.questions.items() if question.state == "left"]

    def end(self, status: str) -> None:
        self.status = status
        for question in self.questions.values():
            if question.state == "open":
                question.state = "left" if status == "cancelled" and self.idle else "closed"
        if not self.left:
            self.journal, self.snapshot = [], None

    def resume(self) -> None:
        self.status, self.idle, self.resumed = "waiting", False, self.resumed + 1
        for key in self.left:
            self.questions[key].state = "open"


class StoreMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hitl-machine-"))
        self.lives = 0
        self.model: dict[str, ModelRun] = {}
        self.deleted: set[str] = set()
        self.ended: dict[str, Any] = {}
        self.deeds = 0
        self.runs: list[str] = []
        """Every run there ever was, also those that are deleted by now."""
        self.questions: list[str] = ["never asked"]
        self.hooks: list[Hook] = []
        self.calls: list[tuple[str, str, str]] = []
        """The calls of hooks that are due: the hook, the run, and the key."""
        self.postponed: list[tuple[Notice, datetime | None]] = []
        """Those that have failed, and when they are due again."""
        self.open()

    def open(self) -> None:
        self.path = self.folder / f"life-{self.lives}" / "runs.db"
        self.path.parent.mkdir(exist_ok=True)
        self.store, self.other = Store(Database(self.path)), Store(Database(self.path))

    @initialize(items=st.lists(TEXTS, min_size=2, max_size=2))
    def begin(self, items: list[str]) -> None:
        for item in items:
            self.start(item)
            self.ask_in(self.runs[-1], number=2)

    def teardown(self) -> None:
        self.close()
        shutil.rmtree(self.folder)

    def close(self) -> None:
        self.store.database.close()
        self.other.database.close()

    # ---- what the engine does

    @precondition(lambda self: len(self.model) < 4)
    @rule(item=TEXTS)
    def start(self, item: str) -> None:
        self.runs.append(run_id := f"run-{len(self.runs)}-of-many")
        event = self.store.add_run(run_id, "order", NewEvent("start", "Order", {"item": item}), SHAPE)
        assert event.seq == 1
        self.model[run_id] = ModelRun(told=[("start", {"item": item})])

    @rule(data=st.data(), messages=st.lists(TEXTS, max_size=4))
    def tell(self, data: st.DataObject, messages: list[str]) -> None:
        """A step writes progress while it works."""
        self.commit(self.a_run(data), Tick(tuple(NewEvent("progress", "Said", {"message": m}) for m in messages)))

    @rule(data=st.data(), number=st.integers(1, 3))
    def ask(self, data: st.DataObject, number: int) -> None:
        """A tick asks one question, or several at once."""
        self.ask_in(self.a_run(data), number)

    def ask_in(self, run_id: str, number: int) -> None:
        ids = [f"question-{len(self.questions) + n}-of-many" for n in range(number)]
        self.questions += ids
        asked = [
            NewQuestion(key, NewEvent("question", "MayI", {"id": key}), "a:Verdict", {}, {}, expiry_of(key))
            for key in ids
        ]
        if self.is_live(run_id):
            for key in ids:
                self.expect_calls("question", run_id, key)
        self.commit(run_id, Tick(tuple(asked), journal=self.journal_row(run_id)))

    def expect_calls(self, topic: str, run_id: str, subject: str) -> None:
        resumed = self.model[run_id].resumed
        key = f"{topic}-{subject}{f'-{resumed + 1}' if resumed else ''}"
        self.calls += [(hook.name, run_id, key) for hook in self.hooks if hook.topic == topic]

    @rule(data=st.data(), callers=st.sampled_from([["ana"], ["ben", "ana"]]), approved=st.booleans())
    def answer(self, data: st.DataObject, callers: list[str], approved: bool) -> None:
        """Right, late, or for the second time: exactly an open question of a live run takes it, once."""
        question_id = self.a_question(data, "open")
        for by in callers:
            self.answer_as(by, question_id, {"approved": approved, "reason": by})

    def answer_as(self, by: str, question_id: str, body: dict[str, Any]) -> None:
        run = self.run_of(question_id)
        told = self.store.accept(question_id, NewEvent("answer", "Verdict", body), by, browser=by)
        if run is None:
            assert told == []
            return
        question = run.questions[question_id]
        assert bool(told) == (run.is_live and question.state == "open")
        if told:
            question.state, question.answer, question.by = "answered", body, by
            question.answered_at = self.deeds = self.deeds + 1
            for each in run.questions.values():
                if each is question or question.comes_after(each):
                    each.drafts.pop(by, None)
            run.idle = False
            run.told.append(("answer", {"question": question_id, "by": by, "answer": body}))
            run.see_questions()
        receipt = self.store.receipt(question_id, bool(told))
        assert (receipt.by, receipt.state) == (question.by, question.state.replace("left", "closed"))

    @rule(data=st.data(), browser=st.sampled_from(["ana", "ben"]), text=TEXTS)
    def keep_draft(self, data: st.DataObject, browser: str, text: str) -> None:
        """Somebody types: into an open question, or into one that somebody else has answered meanwhile."""
        run_id, question_id = self.a_run(data), self.a_question(data, "open", "answered", "applied", "left")
        owner = self.run_of(question_id)
        run_id = next((key for key, run in self.model.items() if run is owner), run_id)
        kept = self.store.keep_draft(run_id, question_id, browser, dump({"text": text}), by=browser.title())
        question = owner and owner.questions[question_id]
        assert kept == bool(question and (question.state in ("open", "left") or browser in question.drafts))
        if question and kept:
            question.drafts[browser] = {"text": text}

    @rule(data=st.data())
    def apply(self, data: st.DataObject) -> None:
        """The workflow takes an answer."""
        question_id = self.a_question(data, "answered")
        for run_id, run in self.model.items():
            if question_id in run.questions:
                self.commit(run_id, Tick(applied=question_id, journal=self.journal_row(run_id)))

    @rule(data=st.data(), has_happened=st.booleans())
    def rest(self, data: st.DataObject, has_happened: bool) -> None:
        """The run has nothing to do any more, after a tick or as it turns out later."""
        run_id = self.a_run(data)
        self.commit(run_id, Tick(journal=self.journal_row(run_id) if has_happened else None, idle=True))

    @rule(data=st.data(), ago=st.integers(0, 4))
    def compact(self, data: st.DataObject, ago: int) -> None:
        """A snapshot is ready, perhaps when the run is further on, or a later snapshot is there already."""
        run_id = self.a_run(data)
        seq = self.model[run_id].ticks - ago if run_id in self.model else 1
        if seq < 1:
            return  # nothing has happened
        self.store.compact(run_id, Snapshot(seq, {"state": {"ticks": seq}}))
        if self.is_live(run_id) and seq > (self.model[run_id].snapshot or 0):
            run = self.model[run_id]
            run.snapshot, run.journal = seq, [row for row in run.journal if row >= seq]

    @rule(data=st.data(), how=st.sampled_from(["completed", "failed", "cancelled"]), message=TEXTS)
    def end(self, data: st.DataObject, how: str, message: str) -> None:
        run_id, last = self.a_run(data), NewEvent("stop", "StopEvent", {"result": message})
        match how:
            case "cancelled":
                told = self.store.cancel(run_id, last)
            case "failed":
                failure = Failure("ask", "ValueError", message)
                told = self.store.finish(run_id, Tick((last,)), Ending("failed", failure=failure))
            case _:
                told = self.store.finish(run_id, Tick((last,)), Ending("completed", result={"result": message}))
        assert bool(told) == self.is_live(run_id)
        if told:
            self.expect_calls("end", run_id, run_id)
            if how == "failed":
                self.expect_calls("failure", run_id, run_id)
            self.model[run_id].told.append(("stop", {"result": message}))
            self.model[run_id].end(how)

    @precondition(lambda self: any(run.status == "cancelled" for run in self.model.values()))
    @rule(data=st.data(), times=st.integers(1, 2))
    def resume(self, data: st.DataObject, times: int) -> None:
        """Somebody takes a cancelled run up again, or two do at once: the first one does."""
        cancelled = [run_id for run_id, run in self.model.items() if run.status == "cancelled"]
        run_id = data.draw(st.sampled_from(cancelled) | st.sampled_from(self.runs))
        for _ in range(times):
            left = self.model[run_id].left if run_id in self.model else []
            told = self.store.resume(run_id, NewEvent("progress", "RunResumed", {"by": "ana"}))
            assert bool(told) == bool(left)
            if told:
                run = self.model[run_id]
                run.resume()
                for key in left:
                    self.expect_calls("question", run_id, key)
                run.told.append(("progress", {"by": "ana"}))
                self.ended.pop(run_id, None)

    @rule(hooks=st.sets(st.sampled_from(range(6))))
    def register_hooks(self, hooks: set[int]) -> None:
        self.hooks = [ALL_HOOKS[number] for number in hooks]
        assert self.store.keep_hooks(lambda: self.hooks) == self.hooks

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), again=st.sampled_from([None, datetime(3000, 1, 1, tzinfo=UTC)]))
    def call_hook(self, data: st.DataObject, again: datetime | None) -> None:
        """A hook gets the call that was stored first; the next one gets none that is to be made later or never."""
        name = data.draw(st.sampled_from(sorted({name for name, _, _ in self.calls})))
        hook = next(hook for hook in ALL_HOOKS if hook.name == name)
        for call in [call for call in self.calls if call[0] == name]:
            notice = self.store.begin_notice(hook)
            assert notice
            assert (notice.hook, notice.run_id, notice.key, notice.attempts) == (*call, 1)
            assert self.store.postpone_notice(notice, again)
            self.calls.remove(call)
            self.postponed.append((notice, again))
        assert self.store.begin_notice(hook) is None
        later = [due for notice, due in self.postponed if due and notice.hook == name]
        assert self.store.next_notice_at(hook) == min(later, default=None)

    @precondition(lambda self: self.postponed)
    @rule()
    def end_call(self) -> None:
        notice, _ = self.postponed.pop()
        self.store.end_notice(notice)
        assert not self.store.postpone_notice(notice, None)

    @rule(data=st.data(), title=st.none() | TEXTS)
    def rename(self, data: st.DataObject, title: str | None) -> None:
        run_id = self.a_run(data)
        assert self.store.rename_run(run_id, title) == (run_id in self.model)
        if run_id in self.model:
            self.model[run_id].title = title
            self.ended.pop(run_id, None)

    @rule(text=TEXTS)
    def search(self, text: str) -> None:
        """Every word is looked for in names, inputs, answers and results, upper and lower case alike."""
        found = {record.id for record in self.store.runs(search=text, limit=1000)}
        assert found == {
            run_id
            for run_id, run in self.model.items()
            if all(any(word in said.casefold() for said in run.texts) for word in text.casefold().split())
        }

    @rule(limit=st.integers(1, 3))
    def index_texts(self, limit: int) -> None:
        """What has changed is put into the index, at once or later: it is found all the same."""
        self.store.index_texts(limit)

    @rule(data=st.data())
    def look_for_a_question(self, data: st.DataObject) -> None:
        """It is found in the run that asked it, and in no other."""
        run_id, question_id = self.a_run(data), self.a_question(data, "open")
        if run_id in self.model and question_id in self.model[run_id].questions:
            assert self.store.question(run_id, question_id).id == question_id
        else:
            with pytest.raises(QuestionNotFound):
                self.store.question(run_id, question_id)

    @precondition(lambda self: len(self.model) > 2)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        run_id = self.a_run(data)
        assert self.store.delete_runs([run_id]) == (run_id in self.model)
        self.forget([run_id])

    @precondition(lambda self: any(not run.is_live for run in self.model.values()))
    @rule(limit=st.integers(1, 3))
    def prune(self, limit: int) -> None:
        """Those that ended first go; one that is live never does, even when it is named."""
        ids = self.store.ended_before(None, limit)
        live = [run_id for run_id, run in self.model.items() if run.is_live]
        assert all(not self.model[run_id].is_live for run_id in ids)
        assert self.store.delete_runs([*ids, *live], unless_live=True) == len(ids)
        self.forget(ids)

    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        """Something goes wrong in the middle of a transaction: nothing of it is stored."""
        with suppress(ZeroDivisionError), self.half_a_deed(data):
            raise ZeroDivisionError

    @rule(data=st.data())
    def crash(self, data: st.DataObject) -> None:
        """The process dies in the middle of a transaction: the next one finds the files as they are at that moment."""
        self.lives += 1
        with suppress(ZeroDivisionError), self.half_a_deed(data):
            after = self.folder / f"life-{self.lives}" / "runs.db"
            after.parent.mkdir()
            for suffix in ("", "-wal"):
                shutil.copy(f"{self.path}{suffix}", f"{after}{suffix}")
            raise ZeroDivisionError
        self.open_again()

    @rule()
    def open_again(self) -> None:
        self.close()
        self.open()

    @contextmanager
    def half_a_deed(self, data: st.DataObject) -> Iterator[None]:
        with self.store.database.transaction() as db:
            db.execute("UPDATE runs SET title='half a deed'")
            db.execute("DELETE FROM events WHERE run_id=?", (self.a_run(data),))
            yield

    # ---- what must hold after each

    @invariant()
    def a_call_is_stored_for_each_hook_and_goes_with_its_run(self) -> None:
        rows = self.other.database.read(
            "SELECT hook, run_id, topic || '-' || coalesce(question_id, run_id)"
            " || iif(resumed, '-' || (resumed + 1), '') FROM outbox"
        )
        stored = sorted(rows)
        assert stored == sorted([*self.calls, *((n.hook, n.run_id, n.key) for n, _ in self.postponed)])

    @invariant()
    def what_is_stored_is_what_the_model_says(self) -> None:
        for store in (self.store, self.other):
            found = {record.id: record for record in store.runs(limit=1000)}
            assert set(found) == set(self.model)
            for run_id, run in self.model.items():
                record = found[run_id]
                assert (record.status, record.title) == (run.status, run.title)
                assert record.active == (run.is_live and not run.idle)
                assert store.run(run_id) == record

    @invariant()
    def numbers_begin_at_one_and_have_no_gap_and_nothing_told_ever_changes(self) -> None:
        for run_id, run in self.model.items():
            events = self.store.events(run_id)
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert [(event.kind, event.body) for event in events] == run.told
            assert self.other.events(run_id) == events
            assert self.store.events(run_id, after=1) == events[1:]

    @invariant()
    def a_question_has_one_answer_and_is_open_only_in_a_live_run(self) -> None:
        open_ids = [question.id for question in self.store.questions()]
        for run_id, run in self.model.items():
            is_open = [key for key, question in run.questions.items() if question.state == "open"]
            asked = self.other.questions(run_id)
            assert [(question.id, question.expires_at) for question in asked] == [
                (key, expiry_of(key)) for key in is_open
            ]
            assert [question.id for question in self.other.questions_left(run_id)] == run.left
            assert run.is_live or not is_open
            answers = self.store.answers(run_id)
            assert {a.question_id: (a.body, a.by, a.state) for a in answers} == {
                key: (question.answer, question.by, question.state)
                for key, question in run.questions.items()
                if question.answer is not None
            }
            answered = [event.body["question"] for event in self.store.events(run_id) if event.kind == "answer"]
            assert sorted(answered) == sorted(answer.question_id for answer in answers)
            open_ids = [key for key in open_ids if key not in is_open]
        assert open_ids == []

    @invariant()
    def drafts_are_those_that_were_kept_and_not_sent(self) -> None:
        for run_id, run in self.model.items():
            for key, question in run.questions.items():
                drafts = {draft.browser: draft.body for draft in self.other.drafts(run_id, key)}
                assert drafts == question.drafts
                for browser in ("ana", "ben"):
                    offered = self.store.draft(run_id, key, browser)
                    late = [each for each in run.questions.values() if question.comes_after(each)]
                    bodies = [each.drafts[browser] for each in late if browser in each.drafts]
                    if browser in question.drafts:
                        assert offered
                        assert (offered.question_id, offered.body) == (key, question.drafts[browser])
                    else:
                        assert bool(offered) == bool(bodies)
                        assert not offered or offered.body in bodies

    @invariant()
    def at_work_is_what_has_something_to_do(self) -> None:
        at_work = [run_id for run_id, run in self.model.items() if run.is_live and not run.idle]
        assert sorted(self.store.runs_at_work()) == sorted(at_work)
        assert not any(run.idle and run.has_answer_under_way for run in self.model.values() if run.is_live)

    @invariant()
    def a_run_that_can_go_on_has_its_journal_and_one_that_cannot_needs_none(self) -> None:
        for run_id, run in self.model.items():
            journal = self.store.journal(run_id)
            stored = ([row.seq for row in journal.rows], journal.snapshot and journal.snapshot.seq) if journal else None
            assert stored == ((run.journal, run.snapshot) if run.journal or run.snapshot else None)

    @invariant()
    def what_has_ended_stays_as_it_ended(self) -> None:
        for run_id, run in self.model.items():
            if not run.is_live:
                now = (self.store.run(run_id), self.store.events(run_id), self.store.answers(run_id))
                assert self.ended.setdefault(run_id, now) == now

    @invariant()
    def what_was_deleted_is_in_no_table(self) -> None:
        if not self.deleted:
            return
        with closing(sqlite3.connect(self.path)) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
            texts = {str(value) for table in tables for row in db.execute(f"SELECT * FROM {table}") for value in row}
        assert not self.deleted & texts

    # ---- the model's own deeds

    def a_run(self, data: st.DataObject) -> str:
        """Rather a live run than one that has ended or is deleted."""
        live = [run_id for run_id, run in self.model.items() if run.is_live]
        return data.draw(st.sampled_from(live or self.runs) | st.sampled_from(self.runs))

    def a_question(self, data: st.DataObject, *states: str) -> str:
        """Rather a question in one of these states than any that was ever asked."""
        known = [item for run in self.model.values() for item in run.questions.items()]
        fitting = [key for key, question in known if question.state in states]
        return data.draw(st.sampled_from(fitting or self.questions) | st.sampled_from(self.questions))

    def is_live(self, run_id: str) -> bool:
        return run_id in self.model and self.model[run_id].is_live

    def run_of(self, question_id: str) -> ModelRun | None:
        return next((run for run in self.model.values() if question_id in run.questions), None)

    def journal_row(self, run_id: str) -> JournalRow:
        return JournalRow(self.model[run_id].ticks if run_id in self.model else 0, "tick", {"patch": []})

    def commit(self, run_id: str, tick: Tick) -> None:
        told = self.store.commit(run_id, tick)
        if not self.is_live(run_id):
            assert told is None
            return
        assert told is not None
        assert len(told) == len(tick.events)
        run = self.model[run_id]
        for new in tick.events:
            event = new.event if isinstance(new, NewQuestion) else new
            run.told.append((event.kind, event.body))
            if isinstance(new, NewQuestion):
                run.questions[new.id] = AskedQuestion(asked_at=self.deeds)
        if tick.applied and run.questions[tick.applied].state == "answered":
            run.questions[tick.applied].state = "applied"
        if tick.journal:
            run.journal.append(tick.journal.seq)
            run.ticks += 1
        if tick.journal or tick.idle:
            run.idle = tick.idle and not run.has_answer_under_way
        run.see_questions()

    def forget(self, run_ids: list[str]) -> None:
        for run_id in run_ids:
            run = self.model.pop(run_id, None)
            self.calls = [call for call in self.calls if call[1] != run_id]
            self.postponed = [each for each in self.postponed if each[0].run_id != run_id]
            self.ended.pop(run_id, None)
            self.deleted |= {run_id, *(run.questions if run else [])}


TestStore = StoreMachine.TestCase
TestStore.pytestmark = [pytest.mark.timeout(400)]  # type: ignore[attr-defined]  # a failure is made small first
TestStore.settings = settings(
    max_examples=settings().max_examples // 2,
    stateful_step_count=40,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_a_snapshot_that_is_ready_late_does_not_take_the_place_of_a_later_one(tmp_path: Path):
    """Two are made at once, each on its own thread: between the older one and the journal there would be a gap."""
    store = Store(Database(tmp_path / "runs.db"))
    store.add_run("run-1", "order", NewEvent("start", "Order", {"item": "tea"}), SHAPE)
    for seq in range(6):
        store.commit("run-1", Tick(journal=JournalRow(seq, "tick", {"patch": []})))

    store.compact("run-1", Snapshot(5, {}))
    store.compact("run-1", Snapshot(3, {}))

    journal = store.journal("run-1")
    assert journal
    assert journal.snapshot == Snapshot(5, {})
    assert [row.seq for row in journal.rows] == [5]
    store.database.close()


def test_a_search_finds_nothing_in_what_is_not_there(tmp_path: Path):
    """The run has no name and no result yet."""
    store = Store(Database(tmp_path / "runs.db"))
    store.add_run("run-1", "order", NewEvent("start", "Order", {"item": "tea"}), SHAPE)
    for text in ("none", "n", "null", "[]"):
        assert store.runs(search=text) == []
    assert [record.id for record in store.runs(search="TEA")] == ["run-1"]
    store.database.close()


def test_a_closed_store_says_so(tmp_path: Path):
    store = Store(Database(tmp_path / "runs.db"))
    store.database.close()
    with pytest.raises(EngineError, match="closed"):
        store.runs()
    with pytest.raises(EngineError, match="closed"):
        store.rename_run("any", "name")
