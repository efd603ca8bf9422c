"""Taking the runs of a folder over into Postgres, and back."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from hitl.engine import Engine, Run, RunBlocked, open_engine
from hitl.files import Files, files_of
from hitl.research.reading.files import read_document
from hitl.research.shelf import FolderOfDocuments, Shelf
from hitl.settings import load_settings
from tests.cli.calling import asked, asked_after, done, read, refused
from tests.conftest import until

pytest.importorskip("dbos")
pytest.importorskip("tests.postgres")

NO, YES = {"approved": False}, {"approved": True}


def content(engine: Engine) -> dict[str, Any]:
    """All that can be read of the runs, by id."""
    runs = [engine.attach(found.id) for found in engine.runs(limit=100)]
    return {
        run.id: (
            run.record,
            run.events(),
            run.questions,
            run.questions_left,
            run.answers,
            run.traversal,
            [run.drafts(event.body["question"]) for event in run.events() if event.kind == "answer"],
            [run.drafts(question.id) for question in run.questions],
            engine.courses([run.id]),
        )
        for run in runs
    }


@contextmanager
def in_folder(folder: Path) -> Iterator[Engine]:
    """The runs of a folder, read by a process that runs none."""
    settings = load_settings().model_copy(update={"home": folder, "database_url": None})
    with closing(open_engine(settings, owner=False)) as engine:
        yield engine


@pytest.fixture
def worker(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], closing[Engine]]:
    """A process that runs the workflows over Postgres; begun by a call."""

    def begin() -> closing[Engine]:
        with monkeypatch.context() as patch:
            patch.setenv("HITL_DATABASE_URL", database_url)
            return closing(open_engine(load_settings()))

    return begin


@pytest.fixture
def page(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The runs in Postgres, read by a process that runs none."""
    with monkeypatch.context() as patch:
        patch.setenv("HITL_DATABASE_URL", database_url)
        settings = load_settings()
    with closing(open_engine(settings, owner=False)) as engine:
        yield engine


def ended(run: Run) -> Run:
    until(lambda: run.status not in ("running", "waiting"))
    return run


def begin_order(engine: Engine, item: str) -> Run:
    """A run that was told no once, and asks again."""
    run = engine.start("order", "ana", item=item)
    first = asked(run)
    run.keep_draft(first.id, "browser", {"reason": "too dear"}, by="cem")
    assert run.answer(first.id, NO | {"reason": "no sugar"}, by="ben").accepted
    asked_after(run, first)
    return run


def test_everything_is_the_same_in_the_database_and_once_however_often_it_is_copied(
    owner: Engine, home: Path, page: Engine, database_url: str
):
    completed = begin_order(owner, "tea")
    completed.answer(asked(completed).id, YES, by="dan")
    ended(completed).rename("Afternoon")
    ended(owner.start("fails"))
    left = begin_order(owner, "milk")
    owner.cancel(left.id)
    begin_order(owner, "bread")
    owner.close()

    assert read("copy", "--to", database_url) == {
        "home": str(home),
        "database": page.store.database.name,  # type: ignore[attr-defined]
        "new": 4,
        "updated": 0,
        "there": 0,
        "live": [run_id for run_id, (record, *_) in content(page).items() if record.status == "waiting"],
        "files": 0,
        "documents": 0,
    }
    copied = content(page)
    with in_folder(home) as source:
        assert copied == content(source)
        for words in ("afternoon", "no sugar", "tea", "nothing"):
            assert [run.id for run in page.runs(search=words)] == [run.id for run in source.runs(search=words)]

    again = read("copy", "--to", database_url)
    assert (again["new"], again["updated"], again["there"]) == (0, 0, 4)
    assert content(page) == copied


def test_waiting_runs_go_on_in_the_database_from_where_they_were_and_come_back_when_they_have_ended(
    owner: Engine,
    home: Path,
    tmp_path: Path,
    page: Engine,
    worker: Callable[[], closing[Engine]],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
):
    waiting, cancelled, answered = (begin_order(owner, item) for item in ("bread", "milk", "jam"))
    report = owner.start("report", topic="How do heat pumps work?")
    asked(report)
    owner.cancel(cancelled.id)
    owner.close()
    with in_folder(home) as engine:  # while nobody carries it out
        engine.attach(answered.id).answer(engine.attach(answered.id).questions[0].id, YES, by="eva")
    read("copy", "--to", database_url)

    with worker() as engine:
        run = engine.attach(waiting.id)
        assert ended(engine.attach(answered.id)).result == {"result": {"ordered": "jam", "after": 2}}
        second = asked(run)
        run.answer(second.id, NO, by="eva")
        asked_after(run, second)
        assert engine.attach(cancelled.id).resume_blocked_reason is None
        assert engine.resume(cancelled.id, by="eva")
        assert engine.attach(report.id).answer(asked(engine.attach(report.id)).id, YES, by="eva").accepted
        assert ended(engine.attach(report.id)).result
    with worker() as engine:  # DBOS replays what has happened here, after what has happened in the file
        run = engine.attach(waiting.id)
        until(lambda: run.id in engine.in_memory())
        run.answer(asked(run).id, YES, by="eva")
        assert ended(run).result == {"result": {"ordered": "bread", "after": 3}}
        assert [event.seq for event in run.events()] == list(range(1, len(run.events()) + 1))
        assert "StepRestarted" not in [event.type for event in run.events()]
        asked(engine.attach(cancelled.id))
        there = content(engine)
        assert "A process runs the workflows of" in refused("copy", "--from", database_url)

    at_work = page.start("order", item="tea")
    assert f"cannot go on elsewhere: {at_work.id}. Let them" in refused("copy", "--from", database_url)
    assert not page.attach(at_work.id).questions, "it was not run meanwhile"
    back = read("copy", "--from", database_url, "--without-live")
    assert (back["new"], back["updated"], back["there"], set(back["live"])) == (0, 3, 0, {cancelled.id, at_work.id})
    page.delete(at_work.id)
    back = read("copy", "--from", database_url)
    assert (back["new"], back["updated"], back["there"], back["live"]) == (0, 1, 3, [])
    with in_folder(home) as engine:
        assert content(engine) == content(page)
    with closing(open_engine(load_settings())) as engine:
        run = engine.attach(cancelled.id)
        run.answer(asked(run).id, YES, by="eva")
        assert ended(run).result == {"result": {"ordered": "milk", "after": 2}}
    del there[cancelled.id]

    monkeypatch.setenv("HITL_HOME", str(tmp_path / "other"))
    with closing(open_engine(load_settings())) as engine:
        mine = begin_order(engine, "bread")
        engine.cancel(mine.id)
    assert read("copy", "--from", database_url, "--without-live")["new"] == 3
    with in_folder(tmp_path / "other") as engine:
        assert {run_id: each for run_id, each in content(engine).items() if run_id != mine.id} == there
        assert engine.runs(search="sugar")[0].id == mine.id  # the newest first, though others were copied after it
        assert len(engine.runs(search="sugar")) == 3


def test_what_has_happened_to_a_run_since_is_never_undone(
    owner: Engine, home: Path, page: Engine, worker: Callable[[], closing[Engine]], database_url: str
):
    ahead, behind = begin_order(owner, "bread"), begin_order(owner, "milk")
    owner.close()
    read("copy", "--to", database_url)
    page.cancel(ahead.id)
    with closing(open_engine(load_settings())) as here:
        for run in (ahead, behind):
            here.attach(run.id).answer(asked(here.attach(run.id)).id, YES, by="ben")
            ended(here.attach(run.id))

    again = read("copy", "--to", database_url)

    assert (again["new"], again["updated"], again["there"]) == (0, 1, 1)
    assert page.attach(ahead.id).status == "cancelled"
    with in_folder(home) as source:
        assert content(page)[behind.id] == content(source)[behind.id]


def test_names_and_drafts_of_later_are_brought_and_what_was_changed_there_stays(
    owner: Engine, home: Path, page: Engine, database_url: str
):
    here, both, there, answered = runs = [begin_order(owner, item) for item in ("tea", "milk", "jam", "bread")]
    asks = {run.id: asked(run).id for run in runs}
    for run in runs:
        run.rename("First")
    here.keep_draft(asks[here.id], "browser", {"reason": "early"}, by="cem")
    owner.close()
    read("copy", "--to", database_url)
    page.rename(both.id, "Renamed there")
    page.rename(there.id, "There")
    page.keep_draft(there.id, asks[there.id], "another", {"reason": "there"}, by="dan")
    page.answer(answered.id, asks[answered.id], YES, by="dan")
    with in_folder(home) as source:
        source.rename(here.id, "Renamed here")
        source.rename(both.id, "Here as well")
        for run in (here, there, answered):
            source.keep_draft(run.id, asks[run.id], "browser", {"reason": "late"}, by="cem")

    again = read("copy", "--to", database_url)

    assert (again["new"], again["updated"], again["there"]) == (0, 2, 2)
    assert read("copy", "--to", database_url)["updated"] == 0
    now = [page.attach(run.id) for run in runs]
    assert [run.record.title for run in now] == ["Renamed here", "Renamed there", "There", "First"]
    drafts = [{draft.browser: draft.body["reason"] for draft in run.drafts(asks[run.id])} for run in now]
    assert drafts == [{"browser": "late"}, {}, {"browser": "late", "another": "there"}, {}]
    page.cancel(both.id)
    assert read("copy", "--from", database_url, "--without-live")["updated"] == 1
    with in_folder(home) as back:
        assert back.attach(both.id).record.title == "Renamed there"


def test_files_and_documents_come_along(owner: Engine, home: Path, page: Engine, database_url: str):
    shelf, large = Shelf(home, FolderOfDocuments(home / Shelf.FOLDER)), b"x" * 1_500_000
    own, other = (
        read_document("own.md", b"Moss has no roots and no flowers."),
        read_document("other.md", b"Ferns are older than any flower."),
    )
    shelf.add(own)
    kept, damaged = owner.add_file(large, "one.bin"), owner.add_file(b"whole", "damaged.bin")
    assert owner.add_file(large, "two.bin") == kept
    Files(home).get(damaged).path.write_bytes(b"other")
    begin_order(owner, "tea")
    owner.close()
    assert done("copy", "--to", database_url).startswith("Copied 1 run, 1 file, 1 document into the Postgres database")
    assert "Copied 0 runs into" in done("copy", "--to", database_url)

    assert Shelf(page.settings.home).get(own.fingerprint) == own  # of the database, as its engine is open
    page_files = files_of(page.settings.home)
    assert page_files.get(kept).names == ("one.bin", "two.bin")
    assert page_files.get(kept).open().read() == large
    assert not page_files.has(damaged)
    Shelf(page.settings.home).add(other)
    page.add_file(b"new", "new.txt")
    back = read("copy", "--from", database_url, "--without-live")
    assert (back["files"], back["documents"]) == (1, 1)
    assert shelf.get(other.fingerprint) == other
    assert Files(home).get(hashlib.sha256(b"new").hexdigest()).name == "new.txt"


def test_a_run_that_its_workflow_cannot_take_up_says_so_and_takes_no_answer(
    owner: Engine, home: Path, worker: Callable[[], closing[Engine]], database_url: str
):
    run = begin_order(owner, "bread")
    owner.close()
    with closing(sqlite3.connect(home / "runs.db", isolation_level=None)) as db:
        db.execute("UPDATE journal SET tick='{}'")
        db.execute("UPDATE snapshots SET context='{}'")
    read("copy", "--to", database_url)

    with worker() as engine:
        reason = until(lambda: engine.blocked_reason(run.id))
        assert reason and "start it again with the same inputs" in reason
        question = engine.attach(run.id).questions[0]
        with pytest.raises(RunBlocked):
            engine.answer(run.id, question.id, YES, by="eva")
        assert engine.attach(run.id).status == "waiting"


def test_what_cannot_be_copied_is_refused_and_nothing_is_changed(
    home: Path, page: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    assert "There are no runs in" in refused("copy", "--to", database_url)
    assert not (home / "runs.db").exists()
    with closing(open_engine(load_settings())) as owner:
        asked(owner.start("order", item="tea"))
        for way in ("--to", "--from"):
            assert f"hitl runs in {home}. Stop it first" in refused("copy", way, database_url)
    assert "is not an address such as postgresql://" in refused("copy", "--to", "mysql://db/hitl")
    assert "hitl cannot reach the Postgres" in refused("copy", "--to", "postgresql://ana:secret@127.0.0.1:1/hitl")
    for arguments in ([], ["--to", database_url, "--from", database_url], ["--to", database_url, "--without-live"]):
        assert "Give either --to or --from" in refused("copy", *arguments, code=2)
    assert page.runs() == []
