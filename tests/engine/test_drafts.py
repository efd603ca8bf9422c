"""What was entered for a question and not sent: kept beside the question, and no part of the run."""

from __future__ import annotations

import itertools
import queue
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from hitl.engine import Engine, InvalidDraft, QuestionNotFound, Run, StoreUnusable, open_engine
from hitl.engine.engine import Owner
from hitl.engine.records import DRAFT_LENGTH, MOST_DRAFTS
from hitl.settings import Settings
from hitl.text import replace_surrogates
from tests.conftest import until
from tests.engine.more_flows import asked, compacted, completed, idle, reopened, settings_for
from tests.engine.store.test_database import full_disk
from tests.engine.test_owner import another_process

KEY = "sk-not-to-be-stored"


@pytest.fixture
def settings() -> Settings:
    return settings_for("AskOnce", "AsksAll")


@pytest.fixture
def run(engine: Owner) -> Run:
    """A run that waits for an answer."""
    return idle(engine.start("AskOnce", item="tea"))


@pytest.fixture
def client(engine: Owner) -> Iterator[Engine]:
    """What another process has: it reads and records."""
    with closing(open_engine(engine.settings, owner=False)) as client:
        yield client


def only_question(run: Run) -> str:
    (question,) = run.questions
    return question.id


def bodies(run: Run, question_id: str) -> dict[str, dict[str, Any]]:
    return {draft.browser: draft.body for draft in run.drafts(question_id)}


def in_the_file(engine: Engine) -> int:
    return int(engine.store.database.read("SELECT count(*) FROM drafts")[0][0])


# ---- kept


def test_the_last_that_was_entered_in_a_browser_is_there(run: Run):
    question = only_question(run)
    assert run.draft(question, "laptop") is None
    before = datetime.now(UTC)

    assert run.keep_draft(question, "laptop", {"feedback": "What does", "kept": [1, 2]})
    assert run.keep_draft(question, "laptop", {"feedback": "What does it cost?"}, by="Ana")

    (draft,) = run.drafts(question)
    assert (draft.question_id, draft.browser, draft.by) == (question, "laptop", "Ana")
    assert draft.body == {"feedback": "What does it cost?"}
    assert before <= draft.changed_at <= datetime.now(UTC)
    assert draft.changed_at.utcoffset() == timedelta(0)
    assert run.draft(question, "laptop") == draft


def test_each_browser_has_its_own(run: Run):
    question = only_question(run)
    run.keep_draft(question, "laptop", {"text": "mine"}, by="Ana")
    run.keep_draft(question, "phone", {"text": "mine, too"}, by="Ana")

    assert bodies(run, question) == {"laptop": {"text": "mine"}, "phone": {"text": "mine, too"}}
    assert [draft.browser for draft in run.drafts(question)] == ["phone", "laptop"]
    assert run.draft(question, "another") is None


def test_owner_and_client_write_and_read_the_same(run: Run, client: Engine):
    question, elsewhere = only_question(run), Run(client, run.id)

    assert elsewhere.keep_draft(question, "laptop", {"text": "of the client"})
    assert bodies(run, question) == {"laptop": {"text": "of the client"}}

    assert run.keep_draft(question, "laptop", {"text": "of the owner"})
    assert bodies(elsewhere, question) == {"laptop": {"text": "of the owner"}}


def test_a_client_keeps_drafts_while_nobody_runs_the_workflows(run: Run, client: Engine):
    question = only_question(run)
    run.engine.close()
    assert Run(client, run.id).keep_draft(question, "laptop", {"text": "alone"})
    with closing(open_engine(run.engine.settings)) as again:
        assert bodies(again.attach(run.id), question) == {"laptop": {"text": "alone"}}


def test_drafts_survive_a_restart(run: Run):
    question = only_question(run)
    run.keep_draft(question, "laptop", {"text": "kept"}, by="Ana")
    before = run.drafts(question)
    again = reopened(run)
    assert again.drafts(question) == before
    again.engine.close()


WRITES_UNTIL_KILLED = """
import itertools, sys
from hitl.engine import open_engine
from tests.engine.more_flows import settings_for
engine = open_engine(settings_for("AskOnce"), owner=sys.argv[1] == "owner")
run_id, question_id = sys.argv[2:]
for number in itertools.count():
    engine.keep_draft(run_id, question_id, "laptop", {"number": number, "text": "long " * 100})
    print(number, flush=True)
"""


@pytest.mark.parametrize("role", ["owner", "client"])
def test_what_was_kept_is_there_after_kill_9(run: Run, role: str):
    question = only_question(run)
    run.engine.close()
    command = [sys.executable, "-c", WRITES_UNTIL_KILLED, role, run.id, question]
    writer = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    for _ in range(random.randint(1, 60)):
        writer.stdout.readline()
    writer.kill()
    promised = [int(line) for line in writer.stdout.read().split()]
    writer.wait()

    with closing(open_engine(run.engine.settings)) as again:
        (draft,) = again.attach(run.id).drafts(question)
        assert draft.body["text"] == "long " * 100
        assert not promised or draft.body["number"] in (promised[-1], promised[-1] + 1)


def test_the_owner_is_killed_right_after_it_has_kept_one(settings: Settings):
    with another_process(owner=True) as other:
        run_id = other("start", item="tea")
        (question,) = until(lambda: other("questions"))
        kept = {"run_id": run_id, "question_id": question, "browser": "laptop", "body": {"text": "last words"}}
        assert other("keep_draft", **kept) is True
        other.kill()

        with closing(open_engine(settings)) as engine:
            assert bodies(engine.attach(run_id), question) == {"laptop": {"text": "last words"}}


# ---- no part of the run


def test_a_draft_is_no_event_and_wakes_nobody(run: Run, client: Engine):
    question = only_question(compacted(run))
    readers = [run.subscribe(after=len(run.events())), Run(client, run.id).subscribe(after=len(run.events()))]
    before = (run.events(), run.record, run.engine.store.journal(run.id), run.engine.in_memory())

    for number in range(20):
        run.keep_draft(question, "laptop", {"number": number})
        Run(client, run.id).keep_draft(question, "phone", {"number": number})

    assert (run.events(), run.record, run.engine.store.journal(run.id), run.engine.in_memory()) == before
    for reader in readers:
        with pytest.raises(queue.Empty):
            reader.get(timeout=0.6)  # the poller of the other process has looked by then
    assert in_the_file(run.engine) == 2


def test_an_answer_is_taken_whatever_was_kept(run: Run):
    run.keep_draft(only_question(run), "laptop", {"approved": False})
    assert run.answer(only_question(run), {"approved": True}, by="ben").accepted
    assert completed(run).answers[0].body == {"approved": True, "reason": ""}


# ---- changed in parts


def test_what_is_changed_leaves_the_rest_as_it_is(run: Run, client: Engine):
    question = only_question(run)
    run.change_draft(question, "laptop", {"text": "a", "off": [1]}, by="Ana")
    Run(client, run.id).change_draft(question, "laptop", {"note": "b"}, gone=["off", "never entered"], by="Ana")
    assert bodies(run, question) == {"laptop": {"text": "a", "note": "b"}}


def test_of_many_changes_at_once_none_is_undone_by_another(run: Run, client: Engine):
    question, barrier = only_question(run), threading.Barrier(8)

    def change(number: int) -> None:
        barrier.wait()
        for part in range(10):
            at = run if number % 2 else Run(client, run.id)
            at.change_draft(question, "laptop", {f"{number}-{part}": part})

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies(run, question)["laptop"] == {f"{number}-{part}": part for number in range(8) for part in range(10)}


def test_what_would_make_it_too_long_is_refused_and_changes_nothing(run: Run):
    question = only_question(run)
    run.change_draft(question, "laptop", {"text": "x" * (DRAFT_LENGTH - 100)})
    with pytest.raises(InvalidDraft, match="too long"):
        run.change_draft(question, "laptop", {"note": "x" * 200})
    assert bodies(run, question)["laptop"].keys() == {"text"}
    assert run.change_draft(question, "laptop", {"note": "x" * 200}, gone=["text"])


def test_a_change_at_the_next_question_begins_from_what_a_lost_race_has_left(run: Run):
    first = only_question(run)
    run.change_draft(first, "phone", {"text": "Ben's", "off": [1]}, by="Ben")
    run.answer(first, {"approved": False}, by="Ana", browser="laptop")
    second = asked(run, attempt=2).id
    run.change_draft(second, "phone", {"off": [2]}, by="Ben")
    assert bodies(run, second) == {"phone": {"text": "Ben's", "off": [2]}}


# ---- by name


def authors(run: Run, question: str, by: str) -> list[str]:
    return [draft.browser for draft in run.drafts_by(question, by)]


def test_drafts_are_found_by_the_name_that_was_given(run: Run):
    question = only_question(run)
    for browser, by in (("laptop", "Ana"), ("phone", "ANA"), ("tablet", "Ben"), ("kiosk", "")):
        run.keep_draft(question, browser, {"text": browser}, by=by)
    assert authors(run, question, "ana") == ["phone", "laptop"]
    assert authors(run, question, "") == authors(run, question, "Cleo") == []


def test_drafts_of_earlier_questions_are_found_unless_whoever_it_was_has_answered_them(run: Run):
    first = only_question(run)
    run.keep_draft(first, "phone", {"text": "Ana's"}, by="Ana")
    run.keep_draft(first, "tablet", {"text": "Ben's"}, by="Ben")
    run.answer(first, {"approved": False}, by="ana", browser="laptop")
    second = asked(run, attempt=2).id
    assert authors(run, second, "Ana") == []
    assert authors(run, second, "Ben") == ["tablet"]


# ---- until when


def test_a_draft_goes_with_the_answer_of_its_browser(run: Run):
    question = only_question(run)
    run.keep_draft(question, "laptop", {"text": "Ana's"}, by="Ana")
    run.keep_draft(question, "phone", {"text": "Ben's"}, by="Ben")

    run.answer(question, {"approved": False}, by="Ana", browser="laptop")

    assert bodies(run, question) == {"phone": {"text": "Ben's"}}
    assert run.draft(asked(run, attempt=2).id, "laptop") is None


def test_an_answer_from_elsewhere_leaves_what_was_entered_in_browsers(run: Run):
    question = only_question(run)
    run.keep_draft(question, "laptop", {"text": "Ana's"}, by="Ana")
    run.keep_draft(question, "", {"text": "of no browser"})
    run.answer(question, {"approved": False}, by="Ana")  # at the command line
    assert bodies(run, question) == {"laptop": {"text": "Ana's"}, "": {"text": "of no browser"}}


def test_an_answer_that_is_not_accepted_deletes_nothing(run: Run):
    question = only_question(run)
    run.keep_draft(question, "phone", {"text": "Ben's"}, by="Ben")
    run.answer(question, {"approved": False}, by="Ana", browser="laptop")
    assert not run.answer(question, {"approved": True}, by="Ben", browser="phone").accepted
    assert bodies(run, question) == {"phone": {"text": "Ben's"}}


def test_whoever_lost_the_race_finds_what_was_entered_at_the_next_question(run: Run):
    first = only_question(run)
    run.keep_draft(first, "phone", {"text": "Ben's"}, by="Ben")
    run.answer(first, {"approved": False}, by="Ana", browser="laptop")
    second = asked(run, attempt=2).id

    late = run.draft(second, "phone")
    assert late
    assert (late.question_id, late.body) == (first, {"text": "Ben's"})
    assert run.drafts(second) == []

    run.keep_draft(second, "phone", {"text": "Ben's, and more"}, by="Ben")
    assert (own := run.draft(second, "phone")) and own.question_id == second
    run.answer(second, {"approved": False}, by="Ana", browser="laptop")
    third = asked(run, attempt=3).id
    assert (latest := run.draft(third, "phone")) and latest.body == {"text": "Ben's, and more"}

    run.answer(third, {"approved": False}, by="Ben", browser="phone")
    assert run.draft(asked(run, attempt=4).id, "phone") is None
    assert in_the_file(run.engine) == 0


def test_an_answered_question_takes_no_new_draft_but_one_that_is_there_can_still_change(run: Run):
    """Ben's last words arrive when Ana has decided already."""
    question = only_question(run)
    run.keep_draft(question, "phone", {"text": "Ben's"}, by="Ben")
    run.keep_draft(question, "laptop", {"text": "Ana's"}, by="Ana")
    run.answer(question, {"approved": True}, by="Ana", browser="laptop")
    completed(run)

    assert not run.keep_draft(question, "laptop", {"text": "Ana's again"}, by="Ana")
    assert not run.keep_draft(question, "tablet", {"text": "Cleo's"}, by="Cleo")
    assert run.keep_draft(question, "phone", {"text": "Ben's last words"}, by="Ben")
    assert bodies(run, question) == {"phone": {"text": "Ben's last words"}}


def test_what_was_entered_stays_readable_when_the_run_is_cancelled(run: Run):
    question = only_question(run)
    run.keep_draft(question, "laptop", {"text": "Ana's"}, by="Ana")
    run.cancel()
    assert bodies(run, question) == {"laptop": {"text": "Ana's"}}
    assert run.keep_draft(question, "phone", {"text": "while it was cancelled"})  # it can be taken up again


def test_of_two_open_questions_each_has_its_own_drafts(engine: Owner):
    """What was entered for one of them is not offered for the other, which was open all the time."""
    run = engine.start("AsksAll", questions=2)
    first, second = asked(run, 1).id, asked(run, 2).id
    run.keep_draft(first, "phone", {"text": "about the first"})
    run.keep_draft(second, "laptop", {"text": "about the second"})

    run.answer(first, {"amount": 1}, by="ana", browser="laptop")

    assert run.draft(second, "phone") is None
    assert bodies(run, second) == {"laptop": {"text": "about the second"}}
    assert bodies(run, first) == {"phone": {"text": "about the first"}}


@pytest.mark.parametrize("how", ["deleted", "pruned"])
def test_drafts_go_with_their_run(run: Run, how: str):
    other = idle(run.engine.start("AskOnce", item="milk"))
    for each in (run, other):
        each.keep_draft(only_question(each), "laptop", {"text": "kept"})
    question = only_question(run)

    if how == "deleted":
        run.engine.delete(run.id)
    else:
        run.cancel()
        run.engine.prune(days=0)

    assert in_the_file(run.engine) == 1
    assert bodies(other, only_question(other)) == {"laptop": {"text": "kept"}}
    with pytest.raises(QuestionNotFound):
        run.keep_draft(question, "laptop", {"text": "again"})
    assert run.draft(question, "laptop") is None


def test_a_copy_of_the_file_has_them(run: Run, tmp_path: Path):
    question = only_question(run)
    run.keep_draft(question, "laptop", {"text": "kept"})
    restored = run.engine.settings.model_copy(update={"home": tmp_path / "restored"})
    restored.home.mkdir()
    run.engine.backup(restored.home / "runs.db")
    with closing(open_engine(restored)) as engine:
        assert bodies(engine.attach(run.id), question) == {"laptop": {"text": "kept"}}


# ---- refused


def test_a_question_that_was_never_asked_has_no_drafts(run: Run):
    other = idle(run.engine.start("AskOnce", item="milk"))
    for question in ("no-such-question", only_question(other), "", "\udcff"):
        with pytest.raises(QuestionNotFound):
            run.keep_draft(question, "laptop", {"text": "kept"})
        assert run.draft(question, "laptop") is None
        assert run.drafts(question) == []
    assert in_the_file(run.engine) == 0


@pytest.mark.parametrize("letter", ["x", "ж", "語", "🜁"])
def test_a_draft_that_is_too_long_is_refused_in_words_whatever_its_script(run: Run, letter: str):
    question = only_question(run)
    fits = {"text": letter * (DRAFT_LENGTH - len('{"text":""}'))}
    assert run.keep_draft(question, "laptop", fits)
    with pytest.raises(InvalidDraft, match=r"too long to be kept .* 200,001 characters, where at most 200,000"):
        run.keep_draft(question, "laptop", {"text": fits["text"] + letter})
    assert bodies(run, question) == {"laptop": fits}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes", datetime.now(UTC), object()])
def test_what_json_does_not_have_is_refused(run: Run, value: object):
    with pytest.raises(InvalidDraft, match="cannot be stored"):
        run.keep_draft(only_question(run), "laptop", {"text": value})
    assert in_the_file(run.engine) == 0


def test_the_draft_that_was_changed_first_gives_way_when_there_are_too_many(run: Run):
    question = only_question(run)
    for number in range(MOST_DRAFTS):
        run.keep_draft(question, f"browser-{number}", {"number": number})
    run.keep_draft(question, "browser-0", {"number": "changed"})

    run.keep_draft(question, "one more", {})

    left = bodies(run, question)
    assert len(left) == MOST_DRAFTS
    assert {"browser-0", "one more"} <= left.keys()
    assert "browser-1" not in left


def test_a_draft_that_cannot_be_stored_leaves_the_one_before(engine: Owner):
    run = idle(engine.start("AskOnce", item="tea"))
    question = only_question(run)
    run.keep_draft(question, "laptop", {"text": "kept"})
    with full_disk(engine), pytest.raises(StoreUnusable, match="is full"):
        run.keep_draft(question, "laptop", {"text": "long " * 10_000})
    assert bodies(run, question) == {"laptop": {"text": "kept"}}
    assert run.keep_draft(question, "laptop", {"text": "long " * 10_000})


# ---- what is in it

LETTERS = st.characters()  # lone surrogates and NUL are among them
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(LETTERS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(LETTERS), inner, max_size=4),
    max_leaves=12,
)


def storable(value: Any) -> Any:
    """A JSON value in which every text can be stored."""
    match value:
        case str():
            return replace_surrogates(value)
        case list():
            return [storable(item) for item in value]
        case dict():
            return {replace_surrogates(name): storable(item) for name, item in value.items()}
        case _:
            return value


@pytest.fixture(scope="module")
def long_lived() -> Iterator[Run]:
    """One run for many drafts."""
    with tempfile.TemporaryDirectory() as home:
        settings = settings_for("AskOnce").model_copy(update={"home": Path(home)})
        with closing(open_engine(settings)) as engine:
            yield idle(engine.start("AskOnce", item="tea"))


@given(
    written=st.lists(
        st.tuples(st.sampled_from(["laptop", "phone"]), st.dictionaries(st.text(LETTERS), JSON, max_size=4)), max_size=2
    ),
    by=st.text(LETTERS, max_size=5),
)
def test_what_comes_back_is_what_was_kept(long_lived: Run, written: list[tuple[str, dict[str, Any]]], by: str):
    question = only_question(long_lived)
    for browser, body in written:
        assert long_lived.keep_draft(question, browser, body, by=by)
    for browser, body in dict(written).items():
        draft = long_lived.draft(question, browser)
        assert draft
        assert (draft.body, draft.by) == (storable(body), replace_surrogates(by))


@pytest.mark.parametrize("owner", [True, False])
def test_the_key_of_the_model_is_masked(settings: Settings, home: Path, owner: bool):
    with_key = settings.model_copy(update={"openai_api_key": SecretStr(KEY)})
    with closing(open_engine(with_key)) as engine:
        run = idle(engine.start("AskOnce", item="tea"))
        writer = engine if owner else open_engine(with_key, owner=False)
        Run(writer, run.id).keep_draft(only_question(run), "laptop", {"text": f"why {KEY}?", "deep": [{KEY: [KEY]}]})
        assert bodies(run, only_question(run)) == {"laptop": {"text": "why …?", "deep": [{"…": ["…"]}]}}
        if not owner:
            writer.close()
    assert not any(KEY.encode() in file.read_bytes() for file in home.iterdir() if file.is_file())


def test_the_cost_does_not_grow_with_the_length_of_the_run(run: Run):
    """Counted in what SQLite does, not in time."""
    question, store = only_question(run), run.engine.store
    run.keep_draft(question, "laptop", {"rows": -1})
    counts = []
    for rows in (0, 3000):
        with store.database.transaction() as db:
            db.executemany(
                "INSERT INTO events VALUES(?, ?, 'progress', 'Said', '2026-01-01T00:00:00.000000+00:00', '{}')",
                [(run.id, 1000 + number) for number in range(rows)],
            )
        counts.append(min(_steps(run, question, {"rows": rows + number}) for number in range(5)))
    assert counts[1] <= counts[0] * 1.2


def _steps(run: Run, question: str, body: dict[str, int]) -> int:
    """The steps of SQLite while a draft is kept; now and then there are more, of what the engine does meanwhile."""
    steps = itertools.count()
    writer = run.engine.store.database._writer  # type: ignore[attr-defined]
    writer.set_progress_handler(partial(_count, steps), 1)
    run.keep_draft(question, "laptop", body)
    writer.set_progress_handler(None, 1)
    return next(steps)


def _count(steps: Iterator[int]) -> None:
    next(steps)
