"""The file itself: of earlier versions, of later ones, damaged, full, forbidden, copied and shrunk."""

from __future__ import annotations

import os
import queue
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hitl.engine import Engine, EngineError, Run, StoreUnusable, open_engine
from hitl.engine.engine import Owner
from hitl.engine.hooks import Hook
from hitl.engine.records import NewEvent
from hitl.engine.store.database import Database
from hitl.engine.store.schema import MIGRATIONS, NEWEST
from hitl.engine.store.statements import Store
from hitl.engine.workflows.signature import WorkflowSignature
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.flows import Slow
from tests.engine.more_flows import Speaks, asked, compacted, completed, said, settings_for

VERSION_1 = Path(__file__).parents[1] / "files" / "version-1.sql"
PAUSED, WORKING = "48484f7dc72188ddc119", "4b0c065186e812a43a15"
CANCELLED, COMPLETED = "5304185a45b58e016819", "cbeb4b906b9b5ad626e1"


@pytest.fixture
def settings() -> Settings:
    return settings_for("AskOnce", "Slow", "Beside", "Counts", "Speaks", rest_seconds=0.3)


@pytest.fixture(autouse=True)
def nothing_said_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Speaks, "lines", queue.SimpleQueue())


@pytest.fixture
def path(home: Path) -> Path:
    """Where the file of runs is; its folder is there, the file is not."""
    home.mkdir(parents=True)
    return home / "runs.db"


def content(path: Path) -> dict[str, bytes]:
    """Every byte of the file and of those that belong to it; the lock and the index of the log are not content."""
    return {file.name: file.read_bytes() for file in path.parent.iterdir() if file.suffix not in (".lock", ".db-shm")}


# ---- a file of the first version


def make_first_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(VERSION_1.read_text())


@pytest.fixture
def first_version(path: Path) -> Iterator[Engine]:
    """An engine on a file that the first version of hitl has left behind."""
    make_first_version(path)
    Slow.go_on.clear()
    engine = open_engine(Settings(workflows={"order": "tests.engine.flows:AskOnce", "slow": "tests.engine.flows:Slow"}))
    yield engine
    engine.close()


def test_everything_in_a_file_of_the_first_version_is_still_there(first_version: Owner):
    records = {record.id: record for record in first_version.runs()}

    assert {run_id: record.status for run_id, record in records.items()} == {
        PAUSED: "waiting",
        WORKING: "running",
        CANCELLED: "cancelled",
        COMPLETED: "completed",
    }
    assert records[PAUSED].inputs == {"item": "tea", "price": 2.5}
    assert records[COMPLETED].result == {"result": {"ordered": "milk", "after": 1}}
    assert [record.title for record in records.values()] == [None] * 4
    completed = Run(first_version, COMPLETED)
    assert [event.kind for event in completed.events()] == ["start", "progress", "question", "answer", "stop"]
    assert [(answer.by, answer.body) for answer in completed.answers] == [("ben", {"approved": True, "reason": ""})]


def test_a_run_that_the_first_version_paused_goes_on_to_its_end(first_version: Owner):
    run = first_version.attach(PAUSED)
    before = run.events()
    assert [answer.by for answer in run.answers] == ["ana"]
    assert run.blocked_reason is None

    run.answer(asked(run, attempt=2).id, {"approved": True}, by="ben")
    completed(run)

    assert run.result == {"result": {"ordered": "tea", "after": 2}}
    assert run.events()[: len(before)] == before
    assert [event.kind for event in run.events()[len(before) :]] == ["answer", "stop"]


def test_a_run_that_was_at_work_in_the_first_version_goes_on_and_says_so(first_version: Owner):
    run = Run(first_version, WORKING)
    until(lambda: len(run.events()) >= 4)
    Slow.go_on.set()
    completed(run)

    told = [(event.type, event.body.get("message")) for event in run.events()]
    assert told == [
        ("StartEvent", None),
        ("Said", "begun"),
        ("StepRestarted", "work started again after a restart"),
        ("Said", "begun"),
        ("StopEvent", None),
    ]


def test_a_file_of_the_first_version_gives_disk_back_from_now_on(first_version: Owner, path: Path):
    database = first_version.store.database
    for _ in range(3):
        add_ballast(first_version.store, ended=True, lines=300)
    with_ballast = database.size()

    assert first_version.prune(days=0) == 5
    assert database.size() < with_ballast / 2
    assert database.read("PRAGMA freelist_count") == [(0,)]
    assert {record.id for record in first_version.runs()} == {PAUSED, WORKING}


def test_the_first_version_is_opened_as_the_newest_the_next_time(first_version: Owner, path: Path):
    first_version.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (NEWEST,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    again = open_engine(first_version.settings)
    assert len(again.runs()) == 4
    again.close()


def test_a_file_that_an_older_hitl_uses_is_left_to_it(path: Path):
    make_first_version(path)
    before = content(path)
    with pytest.raises(StoreUnusable, match="in use by an older hitl"):
        Database(path, may_migrate=False)
    assert content(path) == before


# ---- a file of any earlier version


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_a_file_of_any_earlier_version_is_opened_as_the_newest_with_all_that_is_in_it(path: Path, version: int):
    """A file of version 1 that the versions in between have opened has their tables, too."""
    make_first_version(path)
    with closing(sqlite3.connect(path)) as db:
        for migration in MIGRATIONS[1:version]:
            db.executescript(migration)
        db.execute(f"PRAGMA user_version={version}")
    with closing(sqlite3.connect(path)) as db:
        before = sorted(db.execute("SELECT run_id, seq, body FROM events"))

    with closing(Store(Database(path)).database) as database:
        store = Store(database)
        assert database.read("PRAGMA user_version") == [(NEWEST,)]
        assert sorted(database.read("SELECT run_id, seq, body FROM events")) == before
        (question,) = store.questions(PAUSED)
        assert store.drafts(PAUSED, question.id) == []
        assert store.keep_draft(PAUSED, question.id, "laptop", '{"reason":"cheap"}', "Ana")
        assert [draft.body for draft in store.drafts(PAUSED, question.id)] == [{"reason": "cheap"}]
        assert question.expires_at is None
        hook = Hook("end", "mine", print, takes_key=False)
        store.keep_hooks(lambda: [hook])
        store.cancel(PAUSED, NewEvent("stop", "WorkflowCancelledEvent", {}))
        notice = store.begin_notice(hook)
        assert notice
        assert (notice.run_id, notice.question_id, notice.key) == (PAUSED, None, f"end-{PAUSED}")


@pytest.mark.parametrize("missing", ["DROP TABLE outbox", "DROP TABLE hooks", "ALTER TABLE questions DROP expires_at"])
def test_a_file_of_the_newest_version_that_lacks_something_is_refused(path: Path, missing: str):
    Database(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(missing)
    with pytest.raises(StoreUnusable, match="is damaged"):
        Database(path)


# ---- a file of a later version


def test_a_file_of_a_newer_hitl_is_refused_and_not_touched(path: Path, settings: Settings):
    open_engine(settings).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version={NEWEST + 1}")
    before = content(path)

    for owner in (True, False):
        with pytest.raises(StoreUnusable, match=r"newer hitl.*Update hitl") as refused:
            open_engine(settings, owner=owner)
        assert str(path) in str(refused.value)
    assert content(path) == before


# ---- damaged files


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def a_used_file(path: Path) -> bytes:
    """A file with some runs in it, as the engine leaves it."""
    store = Store(Database(path))
    for _ in range(3):
        add_ballast(store, ended=False)
    store.database.close()
    return path.read_bytes()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "noise": lambda good: noise(20_000),
    "a few bytes": lambda good: b"hello",
    "a text": lambda good: "Liebe Grüße\n".encode() * 200,
    "noise after a good header": lambda good: good[:100] + noise(len(good) - 100),
    "noise after the first page": lambda good: good[:4096] + noise(len(good) - 4096),
    "the first page only": lambda good: good[:4096],
    "half of it": lambda good: good[: len(good) // 2],
    "half a page": lambda good: good[:2000],
    "zeros": lambda good: bytes(len(good)),
    "zeros after the first page": lambda good: good[:4096] + bytes(len(good) - 4096),
    "a page size that is none": lambda good: good[:16] + b"\x03\xe8" + good[18:],
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("owner", [True, False])
def test_a_damaged_file_is_refused_in_one_sentence_and_left_as_it_is(
    path: Path, settings: Settings, damage: str, owner: bool
):
    path.write_bytes(DAMAGES[damage](a_used_file(path)))
    before = content(path)

    with pytest.raises(StoreUnusable, match="damaged, or is not a file of hitl's") as refused:
        engine = open_engine(settings, owner=owner)
        try:
            engine.runs()
        finally:
            engine.close()

    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert content(path) == before


def test_an_empty_file_is_a_new_one(path: Path, settings: Settings):
    """A process that dies at the moment in which it makes the file leaves an empty one behind."""
    path.touch()
    engine = open_engine(settings)
    assert engine.runs() == []
    engine.close()


def test_a_folder_in_the_place_of_the_file_is_told(path: Path, settings: Settings):
    path.mkdir()
    with pytest.raises(StoreUnusable, match=r"runs\.db"):
        open_engine(settings)


def test_a_file_in_the_place_of_the_folder_is_told(home: Path, settings: Settings):
    home.write_text("I was here first")
    with pytest.raises(StoreUnusable, match=str(home)):
        open_engine(settings)
    assert home.read_text() == "I was here first"


def test_a_file_of_another_program_is_refused_and_not_touched(path: Path, settings: Settings):
    with closing(sqlite3.connect(path)) as db:
        db.executescript("CREATE TABLE recipes(name TEXT); INSERT INTO recipes VALUES('soup');")
    before = content(path)
    with pytest.raises(StoreUnusable):
        open_engine(settings).close()
    assert content(path) == before


def test_a_refused_file_can_be_replaced_and_opened(path: Path, settings: Settings):
    good = a_used_file(path)
    path.write_bytes(noise(5000))
    with pytest.raises(StoreUnusable):
        open_engine(settings)

    path.write_bytes(good)

    engine = open_engine(settings)
    assert len(engine.runs()) == 3
    engine.close()


def reads(engine: Engine) -> list[Callable[[], object]]:
    """All that can be asked of an engine, of runs that may be there."""
    store = engine.store
    all_runs: list[Callable[[], object]] = [
        engine.runs,
        engine.questions,
        partial(engine.runs, search="x"),
        store.runs_at_work,
    ]
    each_run: list[Callable[[str], object]] = [
        store.run,
        store.events,
        store.questions,
        store.answers,
        store.journal,
        store.signature,
        engine.attach,
    ]
    return [*all_runs, *(partial(read, f"run-{number}") for read in each_run for number in range(3))]


@pytest.mark.parametrize("seed", range(15))
def test_a_file_that_is_damaged_in_its_middle_is_never_worse_than_a_sentence(path: Path, settings: Settings, seed: int):
    """Some damage SQLite sees, some only whoever reads the values: both are the same to the one who is told."""
    for number in range(3):
        store = Store(Database(path))
        add_ballast(store, ended=False, run_id=f"run-{number}", lines=40)
        store.database.close()
    good, chance = path.read_bytes(), random.Random(seed)
    damaged = bytearray(good)
    for _ in range(20):
        place = chance.randrange(4096, len(good) - 64)
        damaged[place : place + 64] = chance.randbytes(64) if chance.random() < 0.5 else b'{"' * 32
    path.write_bytes(damaged)

    refused = []
    with suppress(StoreUnusable):
        engine = open_engine(settings, owner=False)
        for read in reads(engine):
            try:
                read()
            except EngineError as error:
                refused.append(str(error))
        engine.close()

    assert path.read_bytes() == damaged
    assert all("\n" not in message for message in refused)


def test_a_value_that_cannot_be_read_is_told_as_damage(path: Path, settings: Settings):
    a_used_file(path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE events SET body='{' WHERE seq=1")
        db.execute("UPDATE runs SET inputs='[', created_at='yesterday' WHERE id=(SELECT max(id) FROM runs)")
    engine = open_engine(settings, owner=False)
    with pytest.raises(StoreUnusable, match="damaged"):
        engine.runs()
    with pytest.raises(StoreUnusable, match="damaged"):
        engine.store.events("run-1")
    engine.close()


def test_one_damaged_run_keeps_no_other_from_being_taken_up(path: Path, settings: Settings):
    """The first of two runs at work has a journal that nobody can read."""
    Slow.go_on.clear()
    engine = open_engine(settings)
    runs = [engine.start("Slow") for _ in range(2)]
    for run in runs:
        said(run, "begun")
    engine.close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE journal SET state='{' WHERE run_id=?", (runs[0].id,))

    Slow.go_on.set()
    engine = open_engine(settings)
    until(lambda: Run(engine, runs[1].id).status == "completed", seconds=5)
    assert Run(engine, runs[0].id).blocked_reason
    engine.close()


# ---- a full disk


@contextmanager
def full_disk(engine: Owner) -> Iterator[None]:
    """No page can be added to the file, and what is free in it is taken."""
    database = engine.store.database
    with database.transaction() as db:
        db.execute("CREATE TABLE ballast(bytes BLOB)")
    pages = database._writer.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
    database._writer.execute(f"PRAGMA max_page_count={pages + 3}")  # type: ignore[attr-defined]
    with suppress(StoreUnusable):
        for size in (8192, 1024, 256, 64, 16):
            with suppress(StoreUnusable):
                while True:
                    with database.transaction() as db:
                        db.execute("INSERT INTO ballast VALUES(zeroblob(?))", (size,))
    database.trouble = None
    yield
    database._writer.execute("PRAGMA max_page_count=1073741823")  # type: ignore[attr-defined]


LONG = "long " * 4000


def test_an_answer_that_cannot_be_stored_is_not_accepted(engine: Owner):
    run = engine.start("AskOnce", item="tea")
    question = asked(run)
    until(lambda: not run.active)
    before = run.events()
    with full_disk(engine):
        with pytest.raises(StoreUnusable, match=r"disk that holds .* is full. What was stored is safe"):
            run.answer(question.id, {"approved": True, "reason": LONG}, by="ana")

        assert run.questions == [question]
        assert (run.status, run.answers, run.events()) == ("waiting", [], before)
        assert engine.trouble is not None
        assert "is full" in engine.trouble

    assert run.answer(question.id, {"approved": True, "reason": LONG}, by="ben").accepted
    completed(run)
    assert engine.trouble is None


def test_a_start_that_cannot_be_stored_is_refused(engine: Owner):
    with full_disk(engine):
        with pytest.raises(StoreUnusable, match="is full"):
            engine.start("AskOnce", item=LONG)
        assert engine.runs() == []


def test_a_run_whose_tick_cannot_be_stored_goes_on_by_itself_when_there_is_room_again(engine: Owner):
    Speaks.lines.put("before")
    run = engine.start("Speaks")
    until(lambda: run.events()[-1].body.get("message") == "before")
    before = run.events()

    with full_disk(engine):
        Speaks.lines.put(LONG)
        Speaks.lines.put("stop")
        until(lambda: engine.trouble)
        until(lambda: engine.in_memory() == [])
        assert (run.status, run.error) == ("running", None)
        assert run.events() == before

    Speaks.lines.put("stop")
    completed(run)
    assert engine.trouble is None
    assert run.events()[: len(before)] == before
    assert [event.seq for event in run.events()] == list(range(1, len(run.events()) + 1))
    assert intact(engine)


def test_a_step_in_the_middle_of_a_run_goes_on_in_the_same_way(engine: Owner):
    Slow.go_on.clear()
    run = engine.start("Beside")
    question = asked(run)
    said(run, "working")
    before = run.events()

    with full_disk(engine):
        Slow.go_on.set()
        until(lambda: engine.in_memory() == [])
        assert (run.status, run.error) == ("waiting", None)

    until(lambda: any(event.type == "StepRestarted" for event in run.events()))
    until(lambda: run.events()[-1].body == {"message": "worked"})  # the step is not yet at work when it is announced
    assert run.events()[: len(before)] == before
    assert run.questions == [question]
    run.answer(question.id, {"approved": True}, by="ana")
    completed(run)
    assert intact(engine)


def test_a_run_that_stands_still_goes_on_even_when_something_small_is_stored_first(engine: Owner):
    """The first write that succeeds says that there is room; the run must not be forgotten over it."""
    run = engine.start("Speaks")
    until(lambda: run.active)
    with full_disk(engine):
        Speaks.lines.put(LONG)
        Speaks.lines.put("stop")
        until(lambda: engine.in_memory() == [])
    engine.rename(run.id, "a name")
    assert engine.trouble is None

    Speaks.lines.put("stop")
    until(lambda: run.status == "completed", seconds=8)


def test_progress_is_shown_again_while_the_step_still_works(engine: Owner):
    """What could not be stored at once is stored when there is room, not only when the step has ended."""
    run = engine.start("Speaks")
    until(lambda: run.active)
    with full_disk(engine):
        Speaks.lines.put(LONG)
        until(lambda: engine.trouble)
        assert run.status == "running"

    Speaks.lines.put("after")
    try:
        until(lambda: [e.body["message"][:5] for e in run.events() if e.kind == "progress"] == ["long ", "after"], 8)
    finally:
        Speaks.lines.put("stop")
        completed(run)


def test_many_runs_on_a_full_disk_all_go_on_and_none_is_lost(engine: Owner):
    runs = [engine.start("AskOnce", item=f"{number}") for number in range(10)]
    questions = [asked(run) for run in runs]
    until(lambda: not any(run.active for run in runs))
    with full_disk(engine):
        accepted = []
        for run, question in zip(runs, questions, strict=True):
            with suppress(StoreUnusable):
                accepted += [run.id] * run.answer(question.id, {"approved": True, "reason": LONG}, by="ana").accepted
        assert accepted == []
    for run, question in zip(runs, questions, strict=True):
        assert run.answer(question.id, {"approved": True}, by="ana").accepted
    for run in runs:
        completed(run)
    assert intact(engine)


def test_shrinking_without_room_is_told_in_words(engine: Owner):
    """A file system that turned read-only: `query_only` is the nearest thing to it."""
    add_ballast(engine.store, ended=True)
    engine.store.delete_runs([record.id for record in engine.runs()])
    engine.store.database._writer.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]
    with pytest.raises(StoreUnusable):
        engine.store.database.shrink()
    engine.store.database._writer.execute("PRAGMA query_only=OFF")  # type: ignore[attr-defined]


def intact(engine: Engine) -> bool:
    return engine.store.database.read("PRAGMA integrity_check") == [("ok",)]


# ---- a folder that may not be written


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder that can be read and not written, by somebody who is not its owner."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        Path(folder).chmod(0o755)
        try:
            yield home
        finally:
            os.seteuid(0)


def forbid(home: Path) -> None:
    home.chmod(0o555)
    for file in home.iterdir():
        file.chmod(0o444)
    os.seteuid(65534)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
@pytest.mark.parametrize("owner", [True, False])
@pytest.mark.parametrize("has_file", [True, False])
def test_a_folder_that_may_not_be_written_is_told(settings: Settings, owner: bool, has_file: bool):
    with as_nobody() as home:
        settings = settings.model_copy(update={"home": home})
        if has_file:
            open_engine(settings).close()
        forbid(home)
        with pytest.raises(StoreUnusable, match=r"may not write .*runs\.db.*HITL_HOME"):
            open_engine(settings, owner=owner).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_a_folder_that_may_not_be_made_is_told(settings: Settings):
    with as_nobody() as home:
        os.seteuid(65534)
        with pytest.raises(StoreUnusable, match=r"may not write .*deeper"):
            open_engine(settings.model_copy(update={"home": home / "deeper"}))


# ---- opened by two at once


OPEN = """
import sys, time
from pathlib import Path
from hitl.engine.store.database import Database
while time.time() < float(sys.argv[2]):
    pass
for number in range(int(sys.argv[3])):
    Database(Path(f"{sys.argv[1]}-{number}")).close()
"""


@pytest.mark.parametrize("version", ["new", "the first"])
def test_processes_that_open_a_new_or_an_old_file_at_once_all_succeed(tmp_path: Path, version: str):
    files = 15
    for number in range(files) if version == "the first" else []:
        make_first_version(tmp_path / f"runs-{number}")
    begin = time.time() + 0.8
    program = [sys.executable, "-c", OPEN, str(tmp_path / "runs"), str(begin), str(files)]
    children = [subprocess.Popen(program, cwd=Path(__file__).parents[3], stderr=subprocess.PIPE) for _ in range(3)]

    errors = [child.communicate()[1].decode().strip().rpartition("\n")[2] for child in children]

    assert errors == [""] * 3
    for number in range(files):
        with closing(sqlite3.connect(tmp_path / f"runs-{number}")) as db:
            assert db.execute("PRAGMA user_version").fetchone() == (NEWEST,)
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("version", ["new", "the first"])
def test_threads_that_open_a_file_at_once_all_succeed(tmp_path: Path, version: str):
    begin = threading.Barrier(6)

    def open_it(path: Path) -> int:
        begin.wait()
        with closing(Database(path)) as database:
            return int(database.read("PRAGMA user_version")[0][0])

    with ThreadPoolExecutor(6) as pool:
        for number in range(80):
            path = tmp_path / f"runs-{number}.db"
            if version == "the first":
                make_first_version(path)
            assert list(pool.map(open_it, [path] * 6)) == [NEWEST] * 6


# ---- copied and shrunk


def test_a_copy_that_is_made_while_the_file_is_written_is_whole(engine: Owner, tmp_path: Path):
    runs = [engine.start("Counts", steps=400) for _ in range(3)]
    copies = [tmp_path / f"copy-{number}.db" for number in range(5)]
    for copy in copies:
        seen = {run.id: len(run.events()) for run in runs}
        engine.backup(copy)
        settings = engine.settings.model_copy(update={"home": tmp_path / copy.stem})
        settings.home.mkdir()
        copy.rename(settings.home / "runs.db")
        store = Store(Database(settings.home / "runs.db"))
        assert store.database.read("PRAGMA integrity_check") == [("ok",)]
        for run in runs:
            events = store.events(run.id)
            assert len(events) >= seen[run.id]
            assert events == run.events()[: len(events)]
            journal = store.journal(run.id)
            rows = journal.rows if journal else ()
            assert [row.seq for row in rows] == list(range(len(rows)))
        store.database.close()
    for run in runs:
        completed(run)


def test_a_copy_can_be_put_to_work(engine: Owner, tmp_path: Path):
    run = engine.start("AskOnce", item="tea")
    question = asked(run)
    until(lambda: not run.active)
    elsewhere = engine.settings.model_copy(update={"home": tmp_path / "elsewhere"})
    elsewhere.home.mkdir()
    engine.backup(elsewhere.home / "runs.db")

    copied = open_engine(elsewhere).attach(run.id)

    assert (copied.events(), copied.questions) == (run.events(), [question])
    copied.answer(question.id, {"approved": True}, by="ana")
    completed(copied)
    assert run.status == "waiting"
    copied.engine.close()


def test_a_copy_that_cannot_be_written_is_told(engine: Owner, tmp_path: Path):
    with pytest.raises(StoreUnusable, match="no-such-folder"):
        engine.backup(tmp_path / "no-such-folder" / "copy.db")
    (tmp_path / "note.txt").write_text("mine, and no database " * 100)
    with pytest.raises(StoreUnusable, match=r"note\.txt"):
        engine.backup(tmp_path / "note.txt")
    assert (tmp_path / "note.txt").read_text().startswith("mine")


def test_what_is_deleted_is_given_back_to_the_disk(engine: Owner, home: Path):
    for _ in range(6):
        add_ballast(engine.store, ended=True)
    kept = compacted(engine.start("AskOnce", item="tea"))
    before = engine.store.database.size()

    assert engine.prune(days=0) == 6
    engine.close()

    assert (home / "runs.db").stat().st_size < before / 2
    again = open_engine(engine.settings)
    assert [record.id for record in again.runs()] == [kept.id]
    assert intact(again)
    again.close()


def test_prune_by_size_deletes_those_that_ended_first_and_stops_when_it_is_enough(engine: Owner):
    for number in range(60):
        add_ballast(engine.store, ended=True, run_id=f"run-{number}", lines=60)
    live = engine.start("AskOnce", item="tea")
    asked(live)
    limit = 1_000_000
    assert engine.store.database.size() > limit

    pruned = engine.prune(megabytes=1)

    left = {record.id for record in engine.runs(limit=100)}
    assert 0 < pruned <= 60
    assert left == {live.id, *(f"run-{number}" for number in range(pruned, 60))}
    assert engine.store.database.size() <= limit


def add_ballast(store: Store, ended: bool, run_id: str = "", lines: int = 100) -> None:
    """A run with a long log."""
    run_id = run_id or f"run-{len(store.runs(limit=1000))}"
    store.add_run(run_id, "AskOnce", NewEvent("start", "Order", {"item": "tea"}), WorkflowSignature({}, {}))
    with store.database.transaction() as db:
        rows: list[tuple[Any, ...]] = [
            (run_id, seq, "progress", "Said", "2026-01-01T00:00:00.000000+00:00", f'{{"message":"{"x" * 300}"}}')
            for seq in range(2, lines + 2)
        ]
        db.executemany("INSERT INTO events VALUES(?, ?, ?, ?, ?, ?)", rows)
    if ended:
        store.cancel(run_id, NewEvent("stop", "WorkflowCancelledEvent", {}))


def test_whatever_is_stored_by_whichever_process_is_counted_as_a_commit(engine: Owner, settings: Settings):
    before = engine.commits
    assert engine.commits == before

    run = engine.start("AskOnce", item="tea")
    until(lambda: run.questions and not run.active)
    assert (after := engine.commits) != before

    other = open_engine(settings, owner=False)
    assert other.rename(run.id, "Another name")
    other.close()
    assert engine.commits != after
