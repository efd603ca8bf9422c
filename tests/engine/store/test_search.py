"""The search over what runs were given, what was answered in them and what they gave; and pages of what it finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hitl.engine import Engine, Run, open_engine
from hitl.engine.client import RUNS_FILE, Client
from hitl.engine.store import search as searching
from hitl.engine.store.schema import MIGRATIONS, VERSION_SEARCH
from hitl.settings import Settings
from tests.conftest import until


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(workflows={"order": "tests.engine.flows:AskOnce", "waits": "tests.engine.flows:Waits"})


@pytest.fixture(params=["an index", "unread changes", "no index"])
def engine(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """An engine whose search looks into an index, or reads what is not in it yet, or reads everything."""
    if request.param == "no index":
        monkeypatch.setattr("hitl.engine.store.database.make_index", lambda db: None)
    monkeypatch.setattr("hitl.engine.engine.Owner._index", lambda self: None)  # when it is done is up to each test
    with closing(open_engine(settings)) as engine:
        assert isinstance(engine, Client)
        assert engine.store.database.has_search == (request.param != "no index")
        engine.settings.__dict__["keeps_up"] = request.param == "an index"
        yield engine


def waiting(engine: Client, item: str, by: str = "") -> Run:
    run = engine.start("order", by, item=item)
    until(lambda: run.question and not run.active)
    return catch_up(engine, run)


def catch_up(engine: Client, run: Run) -> Run:
    """Put what has changed into the index, where one keeps up."""
    if engine.settings.__dict__["keeps_up"]:
        while engine.store.index_texts(2):
            pass
        assert engine.store.database.read(f"SELECT 1 FROM runs WHERE {searching.NOT_INDEXED}") == []
    return run


def found(engine: Client, search: str, **options: object) -> list[str]:
    return [str(record.inputs.get("item")) for record in engine.runs(search=search, **options)]  # type: ignore[arg-type]


def answer(engine: Client, run: Run, **body: object) -> None:
    asked = run.questions[0].id
    run.answer(asked, body, by="ana")
    until(lambda: not run.active and not any(question.id == asked for question in run.questions))
    catch_up(engine, run)


@pytest.mark.parametrize("most_terms", [searching.MOST_TERMS, 0], ids=["", "every word is common"])
def test_a_run_is_found_by_every_word_of_what_it_was_given_in_any_order_and_case(
    engine: Client, most_terms: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("hitl.engine.store.queries.MOST_TERMS", most_terms)
    for item in ("Green tea from Kyoto", "black TEA", "Straße nach Präg", "100% _sure_ 'it'", "日本語の茶"):
        waiting(engine, item)
    for words, items in {
        "tea": ["black TEA", "Green tea from Kyoto"],
        "KYOTO green": ["Green tea from Kyoto"],
        "  tea  yoto ": ["Green tea from Kyoto"],
        "tea coffee": [],
        "strasse": ["Straße nach Präg"],
        "präg": ["Straße nach Präg"],
        "0%": ["100% _sure_ 'it'"],
        "_sure_ 'it'": ["100% _sure_ 'it'"],
        "_ure": [],
        "%": ["100% _sure_ 'it'"],
        "語の": ["日本語の茶"],
        "茶": ["日本語の茶"],
        "yo": ["Green tea from Kyoto"],
        "yo te": ["Green tea from Kyoto"],
        "ß": ["Straße nach Präg"],
        "'i": ["100% _sure_ 'it'"],
        "_s": ["100% _sure_ 'it'"],
        "_s_": [],
        "qx": [],
        "te qx": [],
        "teas": [],
        '"tea" OR': [],
        "   ": ["日本語の茶", "100% _sure_ 'it'", "Straße nach Präg", "black TEA", "Green tea from Kyoto"],
    }.items():
        assert found(engine, words) == items, words


def test_a_run_is_found_by_its_name_what_was_answered_and_what_it_gave(engine: Client):
    run, other = waiting(engine, "tea"), waiting(engine, "coffee")
    run.rename("For Monday")
    catch_up(engine, run)
    assert found(engine, "monday") == ["tea"]
    run.rename("For Tuesday")
    catch_up(engine, run)
    assert (found(engine, "monday"), found(engine, "tuesday")) == ([], ["tea"])

    answer(engine, run, approved=False, reason="far too dear")
    assert found(engine, "dear") == ["tea"]
    answer(engine, run, approved=False, reason="z")
    assert found(engine, "z") == ["tea"], "the last letter of all"
    answer(engine, run, approved=True)
    assert run.status == "completed"
    assert found(engine, "dear tuesday") == ["tea"]
    assert found(engine, "tea", status="waiting") == []
    assert found(engine, "coffee", ids=[run.id, other.id]) == ["coffee"]
    assert found(engine, "coffee", ids=[run.id]) == []


def test_no_run_is_found_by_the_letters_of_an_id(engine: Client):
    waiting(engine, "0cafe0123456789abcdef")
    waiting(engine, "cafe")
    assert found(engine, "cafe") == ["cafe"]


def test_a_deleted_run_is_not_found_and_its_number_finds_no_other(engine: Client):
    run = waiting(engine, "tea")
    assert engine.delete(run.id)
    assert found(engine, "tea") == []
    waiting(engine, "coffee")
    assert found(engine, "tea") == []
    assert found(engine, "coffee") == ["coffee"]


def test_pages_of_a_search_and_of_all_follow_one_another_without_a_gap(engine: Client):
    for number in range(7):
        waiting(engine, f"tea {number}")
        waiting(engine, f"coffee {number}")
    for search, count in (("tea", 7), ("", 14)):
        whole = found(engine, search, limit=100)
        pages = [found(engine, search, limit=3, offset=offset) for offset in range(0, count + 3, 3)]
        assert [item for page in pages for item in page] == whole
        assert len(whole) == count
        assert pages[-1] == [] or len(pages[-1]) < 3


def test_open_questions_are_listed_oldest_first_with_what_they_ask_and_who_has_begun(engine: Client):
    first, second = waiting(engine, "tea", by="Ana"), waiting(engine, "coffee")
    engine.start("waits")
    until(lambda: engine.count_open_questions() == 3)
    listed = engine.open_questions()
    assert [question.run.id for question in listed[:2]] == [first.id, second.id]
    assert [(question.type, question.summary, question.run.started_by) for question in listed[:2]] == [
        ("MayI", "tea", "Ana"),
        ("MayI", "coffee", ""),
    ]
    assert [question.run.id for question in engine.open_questions(limit=1, offset=1)] == [second.id]
    assert [question.run.id for question in engine.open_questions(ids=[second.id])] == [second.id]
    assert engine.open_questions(ids=[]) == []
    assert [question.run.workflow for question in engine.open_questions(workflows=["waits"])] == ["waits"]
    assert engine.count_open_questions(workflows=["waits"]) == 1
    assert engine.count_open_questions(ids=[first.id]) == 1
    answer(engine, first, approved=True)
    assert engine.count_open_questions() == 2


def test_the_course_of_a_run_is_what_was_asked_and_who_answered_last(engine: Client):
    run, other = waiting(engine, "tea"), waiting(engine, "coffee")
    answer(engine, run, approved=False)
    courses = engine.courses([run.id, other.id, "no such run"])
    assert courses.keys() == {run.id, other.id}
    course = courses[run.id]
    assert (course.asked, course.answered, course.answered_by, course.summary) == (2, 1, "ana", "tea")
    assert (courses[other.id].answered, courses[other.id].answered_by) == (0, "")


def test_several_runs_are_deleted_at_once(engine: Client):
    run, other, kept = waiting(engine, "tea"), waiting(engine, "coffee"), waiting(engine, "milk")
    assert engine.delete_all([run.id, other.id, "no such run"]) == 2
    assert [record.id for record in engine.runs()] == [kept.id]


def test_the_owner_keeps_the_index_up_to_date_by_itself(settings: Settings):
    with closing(open_engine(settings)) as engine:
        engine.start("order", item="tea")
        until(lambda: not engine.store.database.read("SELECT 1 FROM runs WHERE NOT is_indexed"))
        rows = engine.store.database.read(f"SELECT {searching.INDEXED} FROM {searching.INDEX}")
        assert ["tea" in text for (text,) in rows] == [True]


def test_a_file_with_an_index_is_used_where_there_is_none(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """As by a Python whose SQLite was built without FTS5."""
    with closing(open_engine(settings)) as engine:
        run = engine.start("order", item="tea")
        until(lambda: run.question and not engine.store.database.read("SELECT 1 FROM runs WHERE NOT is_indexed"))
    monkeypatch.setattr("hitl.engine.store.database.has_index", lambda db: False)
    with closing(open_engine(settings)) as engine:
        assert [record.id for record in engine.runs(search="tea")] == [run.id]
        assert engine.delete(run.id)
        engine.start("order", item="coffee")
    monkeypatch.undo()
    with closing(open_engine(settings)) as engine:
        assert engine.runs(search="tea") == []
        assert len(engine.runs(search="coffee")) == 1
        until(lambda: not engine.store.database.read("SELECT 1 FROM runs WHERE NOT is_indexed"))
        assert engine.runs(search="tea") == []


def test_runs_of_an_earlier_version_are_numbered_in_the_order_of_their_start(settings: Settings):
    with closing(open_engine(settings)) as engine:
        ids = [engine.start("order", item=f"tea {number}").id for number in range(3)]
    with closing(sqlite3.connect(settings.home / RUNS_FILE)) as db, db:
        db.executescript(
            f"PRAGMA user_version={MIGRATIONS.index(VERSION_SEARCH)};"
            f"DROP TABLE {searching.INDEX}; DROP TABLE {searching.TERMS};"
            "DROP INDEX runs_number; DROP INDEX runs_not_indexed;"
            "ALTER TABLE runs DROP COLUMN number; ALTER TABLE runs DROP COLUMN started_by;"
            "ALTER TABLE runs DROP COLUMN is_indexed; ALTER TABLE questions DROP COLUMN summary;"
        )
    with closing(open_engine(settings)) as engine:
        assert [record.id for record in engine.runs(search="tea")] == ids[::-1]
        newest: Engine = engine
        ids.append(newest.start("order", item="tea 3").id)
        assert [record.id for record in engine.runs(search="tea")] == ids[::-1]


def test_an_earlier_index_is_made_again(settings: Settings):
    with closing(open_engine(settings)) as engine:
        run = engine.start("order", item="tea")
        until(lambda: run.question and not engine.store.database.read("SELECT 1 FROM runs WHERE NOT is_indexed"))
    with closing(sqlite3.connect(settings.home / RUNS_FILE)) as db, db:
        db.executescript(
            f"DROP TABLE {searching.TERMS}; DROP TABLE {searching.INDEX};"
            f"CREATE VIRTUAL TABLE {searching.EARLIER_INDEX} USING fts5(text, tokenize='trigram', detail='none');"
            f"INSERT INTO {searching.EARLIER_INDEX}(rowid, text) SELECT number, 'tea' FROM runs;"
        )
    with closing(open_engine(settings)) as engine:
        assert [record.id for record in engine.runs(search="te")] == [run.id]
        until(lambda: not engine.store.database.read("SELECT 1 FROM runs WHERE NOT is_indexed"))
        assert [record.id for record in engine.runs(search="te")] == [run.id]
        assert not engine.store.database.read(
            "SELECT 1 FROM sqlite_master WHERE name=:name", {"name": searching.EARLIER_INDEX}
        )
