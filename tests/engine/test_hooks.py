"""An app's own functions are called when a run asks, ends or fails: at least once, and never in the way of a run."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import hitl
from hitl.engine import Engine, Hooks, Question, Run, RunNotFound, open_engine
from hitl.engine.hooks import EVERYWHERE
from hitl.engine.runtime import outbox, poller
from hitl.engine.runtime.outbox import HOOK_THREAD, MOST_ATTEMPTS
from hitl.settings import Settings
from hitl.testing import run_until_question
from tests.conftest import until
from tests.engine.flows import AskOnce
from tests.engine.more_flows import asked, completed, idle, settings_for

ROOT = Path(__file__).parents[2]
FLOWS = ("AskOnce", "Fails", "Slow", "Counts", "AsksAll")


class Diary:
    """Notes who was called for what."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.trouble: list[BaseException] = []
        """What the next calls raise."""

    def note(self, topic: str, run: Run, what: str) -> None:
        self.lines.append((topic, run.id, what))
        self.go_on.wait()
        if self.trouble:
            raise self.trouble.pop(0)

    def question(self, run: Run, question: Question, key: str) -> None:
        assert key == f"question-{question.id}"
        self.note("question", run, question.id)

    def end(self, run: Run, key: str) -> None:
        assert key == f"end-{run.id}"
        self.note("end", run, run.status)

    def failure(self, run: Run) -> None:
        self.note("failure", run, run.error.type if run.error else "")

    @property
    def hooks(self) -> Hooks:
        hooks = Hooks()
        hooks.on_question(self.question, name="asked")
        hooks.on_end(self.end, name="ended")
        hooks.on_failure(self.failure, name="failed")
        return hooks


@pytest.fixture
def settings() -> Settings:
    return settings_for(*FLOWS)


@pytest.fixture
def diary() -> Iterator[Diary]:
    diary = Diary()
    yield diary
    diary.go_on.set()


@pytest.fixture
def engine(settings: Settings, diary: Diary) -> Iterator[Engine]:
    with closing(open_engine(settings, hooks=diary.hooks)) as engine:
        yield engine


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(outbox, "LONGEST_PAUSE", 0.004)
    monkeypatch.setattr(outbox, "CLOSING_PATIENCE", 0.05)
    monkeypatch.setattr(poller, "RECOVER_EVERY", 0.05)


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> Hooks:
    """The hooks of the process, which has none before and after the test."""
    monkeypatch.setattr(EVERYWHERE, "_known", {})
    return EVERYWHERE


def one_hook(function: Callable[..., object], topic: str = "question") -> Hooks:
    hooks = Hooks()
    getattr(hooks, f"on_{topic}")(function, name="the hook")
    return hooks


def stored(engine: Engine) -> list[tuple[str, str, bool]]:
    """The calls that are still to be made: topic, run, and whether they will be."""
    rows = engine.store.database.read("SELECT topic, run_id, due_at IS NOT NULL FROM outbox ORDER BY id")
    return [(topic, run_id, bool(is_due)) for topic, run_id, is_due in rows]


def quiet(engine: Engine) -> None:
    """Wait until no call is to be made any more."""
    until(lambda: stored(engine) == [], 10)


# ---- what is called


def test_a_quiet_run_is_told_exactly_once(engine: Engine, diary: Diary):
    run = engine.start("AskOnce", item="tea")
    first = asked(run)
    run.answer(first.id, {"approved": False}, by="ana")
    second = asked(run, attempt=2)
    run.answer(second.id, {"approved": True}, by="ana")
    completed(run)
    quiet(engine)

    assert sorted(diary.lines) == sorted(
        [("question", run.id, first.id), ("question", run.id, second.id), ("end", run.id, "completed")]
    )


def test_a_run_that_fails_is_told_as_an_end_and_as_a_failure(engine: Engine, diary: Diary):
    run = engine.start("Fails")
    until(lambda: run.status == "failed")
    quiet(engine)

    assert sorted(diary.lines) == [("end", run.id, "failed"), ("failure", run.id, "ZeroDivisionError")]


@pytest.mark.parametrize("by", ["the owner", "another process"])
def test_a_run_that_is_cancelled_is_told_whoever_cancels_it(engine: Engine, diary: Diary, by: str):
    run = idle(engine.start("AskOnce", item="tea"))
    with closing(open_engine(engine.settings, owner=False)) as client:
        (engine if by == "the owner" else client).cancel(run.id)
        until(lambda: ("end", run.id, "cancelled") in diary.lines, 10)
    quiet(engine)
    assert len(diary.lines) == 2


def test_a_run_that_is_resumed_asks_again_and_ends_again_under_other_keys(settings: Settings):
    keys: list[str] = []
    hooks = one_hook(lambda run, question, key: keys.append(key))
    hooks.on_end(lambda run, key: keys.append(key))
    with closing(open_engine(settings, hooks=hooks)) as engine:
        run = idle(engine.start("AskOnce", item="tea"))
        (question,) = run.questions
        run.cancel()
        run.resume(by="Ana")
        idle(run)
        run.answer(question.id, {"approved": True}, by="ben")
        completed(run)
        quiet(engine)
    assert sorted(keys) == sorted(
        [f"question-{question.id}", f"end-{run.id}", f"question-{question.id}-2", f"end-{run.id}-2"]
    )


def test_a_hook_may_answer(settings: Settings):
    """It is called by a thread of its own, which may call the engine."""

    def approve(run: Run, question: Question) -> None:
        run.answer(question.id, {"approved": question.body["attempt"] == 3}, by="a rule")

    with closing(open_engine(settings, hooks=one_hook(approve))) as engine:
        run = completed(engine.start("AskOnce", item="tea"))
        assert run.result == {"result": {"ordered": "tea", "after": 3}}
        assert [answer.by for answer in run.answers] == ["a rule"] * 3
        quiet(engine)


def test_async_hooks_share_a_loop_from_call_to_call(settings: Settings):
    """What they keep open, such as a client's connections, belongs to it."""
    lock, loops, held = asyncio.Lock(), set(), []

    async def tell(run: Run, question: Question, key: str) -> None:
        async with lock:
            await asyncio.sleep(0)
            loops.add(asyncio.get_running_loop())
            held.append(key)

    with closing(open_engine(settings, hooks=one_hook(tell))) as engine:
        run = engine.start("AsksAll", questions=5)
        asked(run, 5)
        until(lambda: len(held) == 5)
        quiet(engine)
    assert len(loops) == 1
    assert all(loop.is_closed() for loop in loops)


def test_the_hooks_of_the_process_are_those_of_its_engines(settings: Settings, everywhere: Hooks):
    told: list[str] = []

    @hitl.on_question
    def before(run: Run, question: Question) -> None:
        told.append(f"before {question.id}")

    with closing(open_engine(settings)) as engine:

        @hitl.on_end
        def meanwhile(run: Run) -> None:
            told.append(f"meanwhile {run.status}")

        run = engine.start("AskOnce", item="tea")
        question = asked(run)
        run.cancel()
        quiet(engine)
        until(lambda: len(told) == 2)
        assert sorted(told) == [f"before {question.id}", "meanwhile cancelled"]
    assert hitl.on_failure == everywhere.on_failure


def test_a_test_of_a_workflow_calls_no_hooks(everywhere: Hooks):
    everywhere.on_question(lambda run, question: pytest.fail("called from a test"))
    before = threading.active_count()

    run_until_question(AskOnce, item="tea")

    assert threading.active_count() == before


def test_hooks_of_a_second_call_are_added(engine: Engine, diary: Diary):
    more = Diary()
    hooks = Hooks()
    hooks.on_question(more.question, name="more")
    assert open_engine(engine.settings, hooks=hooks) is engine

    run = engine.start("AskOnce", item="tea")
    asked(run)
    quiet(engine)

    assert more.lines == diary.lines != []


def test_a_hook_that_is_registered_again_takes_the_place_of_the_first(settings: Settings):
    """As those of a page's script at every rerun."""
    first, second = Diary(), Diary()
    hooks = one_hook(first.question)
    with closing(open_engine(settings, hooks=hooks)) as engine:
        threads = threading.active_count()
        hooks.on_question(second.question, name="the hook")
        assert threading.active_count() == threads
        asked(engine.start("AskOnce", item="tea"))
        quiet(engine)
    assert (len(first.lines), len(second.lines)) == (0, 1)


def test_a_hook_that_is_removed_is_not_called_any_more(engine: Engine, settings: Settings, diary: Diary):
    hooks = Hooks()
    more = Diary()
    hooks.on_question(more.question, name="removed")
    open_engine(settings, hooks=hooks)
    hooks.remove(more.question)

    asked(engine.start("AskOnce", item="tea"))
    quiet(engine)

    assert (len(diary.lines), more.lines) == (1, [])


# ---- without hooks


def hook_threads() -> set[threading.Thread]:
    """The threads of hooks in this process; those of another test may still be about to end."""
    return {thread for thread in threading.enumerate() if thread.name == HOOK_THREAD}


def test_nothing_is_stored_and_no_thread_runs_where_there_are_no_hooks(settings: Settings, everywhere: Hooks):
    others = hook_threads()
    with closing(open_engine(settings)) as engine:
        run = engine.start("AskOnce", item="tea")
        asked(run)
        run.cancel()
        assert stored(engine) == []
        assert hook_threads() <= others


def test_what_was_asked_while_there_was_no_hook_is_not_told(settings: Settings, everywhere: Hooks, diary: Diary):
    with closing(open_engine(settings)) as engine:
        before = engine.start("AskOnce", item="tea")
        asked(before)
        everywhere.on_question(diary.question, name="late")
        after = engine.start("AskOnce", item="milk")
        asked(after)
        quiet(engine)
        assert [run_id for _, run_id, _ in diary.lines] == [after.id]


def test_hooks_of_an_earlier_process_store_nothing_in_the_next(settings: Settings, diary: Diary, everywhere: Hooks):
    open_engine(settings, hooks=diary.hooks).close()
    with closing(open_engine(settings)) as engine:
        asked(engine.start("AskOnce", item="tea"))
        assert stored(engine) == []


def test_a_client_calls_no_hooks_and_refuses_them(settings: Settings, diary: Diary):
    with pytest.raises(ValueError, match="process that runs the workflows"):
        open_engine(settings, owner=False, hooks=diary.hooks)


# ---- hooks that fail


def test_a_hook_that_raises_is_called_again_for_the_same(engine: Engine, diary: Diary, caplog: Any):
    diary.trouble = [ConnectionError("no route"), SystemExit(3), KeyboardInterrupt()]
    run = engine.start("AskOnce", item="tea")
    question = asked(run)
    quiet(engine)

    assert diary.lines == [("question", run.id, question.id)] * 4
    assert f"the hook asked was called for question-{question.id} of run {run.id}. It has failed 2 times" in caplog.text
    assert "no route" in caplog.text


def test_an_async_hook_that_raises_is_called_again(settings: Settings):
    keys: list[str] = []

    async def tell(run: Run, question: Question, key: str) -> None:
        keys.append(key)
        await asyncio.sleep(0)
        if len(keys) < 3:
            raise asyncio.CancelledError

    with closing(open_engine(settings, hooks=one_hook(tell))) as engine:
        asked(engine.start("AskOnce", item="tea"))
        quiet(engine)
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_hook_that_always_raises_is_given_up_for_this_call_and_not_for_others(
    settings: Settings, engine: Engine, diary: Diary, caplog: Any
):
    diary.trouble = [ValueError("no")] * MOST_ATTEMPTS
    run = engine.start("AskOnce", item="tea")
    asked(run)
    until(lambda: "It is given up" in caplog.text, 10)
    other = engine.start("AskOnce", item="milk")
    asked(other)
    until(lambda: diary.lines[-1][1] == other.id)
    until(lambda: len(stored(engine)) == 1)
    assert [line[1] for line in diary.lines] == [run.id] * MOST_ATTEMPTS + [other.id]
    assert stored(engine) == [("question", run.id, False)]
    assert [record.levelname for record in caplog.records if "given up" in record.message] == ["ERROR"]

    engine.close()
    with closing(open_engine(settings, hooks=diary.hooks)) as again:
        asked(again.start("AskOnce", item="soup"))
        until(lambda: len(stored(again)) == 1)
        assert len(diary.lines) == MOST_ATTEMPTS + 2


def test_a_call_that_ends_the_process_each_time_is_given_up(
    settings: Settings, engine: Engine, diary: Diary, caplog: Any
):
    """Attempts are counted before they are made."""
    diary.go_on.clear()
    run = engine.start("AskOnce", item="tea")
    asked(run)
    until(lambda: diary.lines)
    engine.close()
    diary.go_on.set()
    with closing(open_engine(settings, hooks=Hooks())) as between, between.store.database.transaction() as db:
        assert db.execute("SELECT attempts FROM outbox").fetchall() == [(1,)]
        db.execute("UPDATE outbox SET attempts=?", (MOST_ATTEMPTS,))
    with closing(open_engine(settings, hooks=diary.hooks)) as again:
        until(lambda: "the process has ended at each of 10 attempts" in caplog.text)
        assert stored(again) == [("question", run.id, False)]
        assert len(diary.lines) == 1


# ---- hooks that take long


def test_a_hook_that_hangs_holds_up_no_run_and_no_other_hook_and_is_told(
    engine: Engine, diary: Diary, caplog: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbox, "HANGS_AFTER", 0.001)
    other = Diary()
    open_engine(engine.settings, hooks=one_hook(other.question))
    diary.go_on.clear()
    runs = [engine.start("AskOnce", item=str(number)) for number in range(3)]
    for run in runs:
        run.answer(asked(run).id, {"approved": True}, by="ana")
        completed(run)
    until(lambda: len(other.lines) == 3)
    until(lambda: "the hook asked has not come back for 0.001 seconds" in caplog.text)
    assert [line[0] for line in diary.lines].count("question") == 1

    told = sum("has not come back" in record.message for record in caplog.records)
    diary.go_on.set()
    quiet(engine)
    assert [line[0] for line in diary.lines].count("question") == 3
    assert told <= 2  # once for the question, once for the end


def test_two_hundred_questions_do_not_wait_for_a_slow_hook(engine: Engine, diary: Diary):
    """All are asked before the hook comes back from the first, then it is called for each, in order."""
    diary.go_on.clear()
    run = engine.start("AsksAll", questions=200)
    until(lambda: engine.store.database.read("SELECT count(*) FROM questions") == [(200,)])
    questions = run.questions
    assert run.answer(questions[0].id, {"amount": 1}, by="ana").accepted
    run.cancel()
    until(lambda: len(diary.lines) == 2)
    assert sorted(diary.lines) == [("end", run.id, "cancelled"), ("question", run.id, questions[0].id)]

    diary.go_on.set()
    quiet(engine)
    assert [line[2] for line in diary.lines if line[0] == "question"] == [question.id for question in questions]


def test_closing_does_not_wait_for_a_hook_that_hangs_and_its_call_is_made_again(
    settings: Settings, engine: Engine, diary: Diary
):
    diary.go_on.clear()
    run = engine.start("AskOnce", item="tea")
    asked(run)
    until(lambda: diary.lines)
    engine.close()
    assert engine.is_closed
    later = Diary()
    with closing(open_engine(settings, hooks=later.hooks)) as again:
        quiet(again)
    assert later.lines == diary.lines
    diary.go_on.set()


def test_closing_cancels_an_async_hook_and_its_call_is_made_again(settings: Settings, diary: Diary):
    ended: list[str] = []

    async def hang(run: Run, question: Question) -> None:
        ended.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    with closing(open_engine(settings, hooks=one_hook(hang))) as engine:
        asked(engine.start("AskOnce", item="tea"))
        until(lambda: ended)
    until(lambda: ended == ["begun", "cancelled"])
    with closing(open_engine(settings, hooks=one_hook(diary.question))) as again:
        quiet(again)
    assert len(diary.lines) == 1


def test_a_hook_may_close_the_engine(settings: Settings, diary: Diary):
    closed, others = threading.Event(), hook_threads()

    def close(run: Run) -> None:
        run.engine.close()
        closed.set()

    engine = open_engine(settings, hooks=one_hook(close, "end"))
    engine.start("Counts", steps=1)
    assert closed.wait(10)
    until(lambda: hook_threads() <= others)
    with closing(open_engine(settings, hooks=one_hook(diary.end, "end"))) as again:
        quiet(again)
    assert len(diary.lines) == 1


# ---- what is stored


def test_calls_that_were_not_made_wait_for_a_hook_of_their_name(settings: Settings, engine: Engine, diary: Diary):
    diary.go_on.clear()
    run = engine.start("AskOnce", item="tea")
    asked(run)
    until(lambda: diary.lines)
    engine.close()
    stranger, later = Diary(), Diary()
    hooks = Hooks()
    hooks.on_question(stranger.question, name="of another name")
    with closing(open_engine(settings, hooks=hooks)) as again:
        asked(again.start("AskOnce", item="milk"))
        until(lambda: stored(again) == [("question", run.id, True)])
        hooks.on_question(later.question, name="asked")
        quiet(again)
    assert later.lines == [("question", run.id, later.lines[0][2])]
    assert len(stranger.lines) == 1


def test_calls_go_with_their_run(engine: Engine, diary: Diary):
    diary.go_on.clear()
    first, second = (engine.start("AskOnce", item=item) for item in ("tea", "milk"))
    asked(first)
    until(lambda: len(diary.lines) == 1)
    asked(second)
    second.cancel()
    first.cancel()
    until(lambda: len(diary.lines) == 2)  # a question and an end are being told, and hang
    assert len(stored(engine)) == 4

    assert engine.delete(second.id)
    assert {run_id for _, run_id, _ in stored(engine)} == {first.id}
    assert engine.prune(days=0) == 1
    assert stored(engine) == []
    diary.trouble = [RunNotFound("gone")]
    diary.go_on.set()
    with pytest.raises(RunNotFound):
        _ = first.status


def test_a_hook_is_not_called_for_a_run_that_was_deleted(engine: Engine, diary: Diary):
    """Its row is there again, as when it is deleted between the look for a call and the call."""
    run = engine.start("AskOnce", item="tea")
    asked(run)
    run.cancel()
    quiet(engine)
    engine.delete(run.id)
    called = len(diary.lines)
    with engine.store.database.transaction() as db:
        db.execute(
            "INSERT INTO outbox(topic, hook, run_id, question_id, written_at, due_at) VALUES"
            " ('question', 'asked', ?, 'gone', '', ''), ('end', 'ended', ?, NULL, '', '')",
            (run.id, run.id),
        )
    other = engine.start("AskOnce", item="milk")
    asked(other)
    quiet(engine)
    assert diary.lines[called:] == [("question", other.id, diary.lines[-1][2])]


KILLED = """
import sys, threading, time
import hitl
from hitl.engine import open_engine
from tests.conftest import until
from tests.engine.more_flows import completed, settings_for

def told(topic):
    print(f"{topic}\\n", end="", flush=True)  # in one piece: two threads may print at once
    time.sleep(600)

hitl.on_question(lambda run, question: told("question"), name="asked")
hitl.on_end(lambda run: told("end"), name="ended")
hitl.on_failure(lambda run: told("failure"), name="failed")
engine = open_engine(settings_for("AskOnce", "Counts", "Fails"))
begun = [engine.start("AskOnce", item="tea"), engine.start("Counts", steps=1), engine.start("Fails")]
until(lambda: begun[0].questions)
until(lambda: all(run.status in ("completed", "failed") for run in begun[1:]))
beyond = [engine.start("AskOnce", item="milk"), engine.start("Counts", steps=1), engine.start("Fails")]
until(lambda: beyond[0].questions)
until(lambda: all(run.status in ("completed", "failed") for run in beyond[1:]))
print(*[run.id for run in begun + beyond], flush=True)
time.sleep(600)
"""


def test_what_a_killed_process_has_stored_is_told_by_the_next(settings: Settings, diary: Diary):
    """It is killed while the first calls are at work, and after the commits of others that are not made yet."""
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = [process.stdout.readline().split() for _ in range(4)]
        process.kill()
    runs = next(line for line in lines if len(line) == 6)
    assert sorted(line[0] for line in lines if len(line) == 1) == ["end", "failure", "question"]

    with closing(open_engine(settings, hooks=diary.hooks)) as engine:
        quiet(engine)

    told = sorted((topic, run_id) for topic, run_id, _ in diary.lines)
    asking, counting, failing = runs[0::3], runs[1::3], runs[2::3]
    assert told == sorted(
        [
            *(("question", run_id) for run_id in asking),
            *(("end", run_id) for run_id in counting + failing),
            *(("failure", run_id) for run_id in failing),
        ]
    )


# ---- names


def tell(run: Run, question: Question) -> None:
    """A hook at the top of a module."""


def names(hooks: Hooks) -> list[str]:
    return [hook.name for hook in hooks]


def test_a_function_has_its_name_from_where_it_is_defined():
    hooks = Hooks()
    hooks.on_question(tell)
    hooks.on_question(Said.of_a_class)
    hooks.on_question(lambda run, question: None)

    assert names(hooks)[:2] == [f"{__name__}:tell", f"{__name__}:Said.of_a_class"]
    assert names(hooks)[2].startswith(f"{__name__}:test_a_function_has_its_name_from_where_it_is_defined.<locals>.<lam")
    assert names(hooks)[2].rpartition(":")[2].isdecimal()


class Said:
    @classmethod
    def of_a_class(cls, run: Run, question: Question) -> None:
        pass

    def of_an_instance(self, run: Run, question: Question) -> None:
        pass

    def __call__(self, run: Run, question: Question) -> None:
        pass


def test_a_function_of_a_script_has_the_name_of_its_file():
    """Streamlit imports it by that name when the server starts, and runs it as `__main__` for each page."""
    code = "def tell(run, question): pass"
    scripts: list[dict[str, Any]] = [
        {"__name__": "portal", "__file__": "/srv/portal.py"},
        {"__name__": "__main__", "__file__": "/srv/portal.py"},
        {"__name__": "__main__"},
    ]
    hooks = Hooks()
    for script in scripts:
        exec(code, script)
        hooks.on_question(script["tell"])

    assert names(hooks) == ["portal:tell", "__main__:tell"]
    assert hooks.find("question", "portal:tell") is not None


@pytest.mark.parametrize("function", [Said().of_an_instance, Said(), partial(tell)])
def test_what_has_no_name_of_its_own_needs_one(function: Callable[..., object]):
    hooks = Hooks()
    with pytest.raises(TypeError, match=r"needs a name here: hitl\.on_question\(…, name="):
        hooks.on_question(function)
    hooks.on_question(function, name="mine")
    assert names(hooks) == ["mine"]


@pytest.mark.parametrize(
    ("topic", "function", "why"),
    [
        ("question", lambda run: None, r"with \(run, question\), but: too many positional"),
        ("end", tell, r"with \(run\), but: missing a required argument: 'question'"),
        ("failure", lambda: None, "too many positional"),
        ("failure", "tell", "takes a function, not 'tell'"),
    ],
)
def test_a_function_that_could_not_be_called_is_refused(topic: str, function: Any, why: str):
    hooks = Hooks()
    with pytest.raises(TypeError, match=why):
        getattr(hooks, f"on_{topic}")(function)
    assert names(hooks) == []


@pytest.mark.parametrize(
    "function", [lambda run, *, key: None, lambda run, key: None, lambda *given, **named: None, max]
)
def test_functions_of_many_shapes_are_taken(function: Callable[..., object]):
    hooks = Hooks()
    hooks.on_end(function, name="mine")
    assert "mine" in names(hooks)
