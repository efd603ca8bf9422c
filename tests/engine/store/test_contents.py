"""Files and documents in Postgres, for processes that have a folder each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import SecretStr

import hitl
from hitl.contents import patience
from hitl.engine import Engine, StoreUnusable, open_engine
from hitl.files import PIECE, UnknownFile, with_file_names
from hitl.research.evidence import Document
from hitl.research.shelf import Shelf, UnknownDocument
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.file_flows import Scanner
from tests.engine.more_flows import asked, completed
from tests.research.samples import HEAT, written

psycopg = pytest.importorskip("psycopg")
pytest.importorskip("tests.postgres")

from hitl.engine.replicas.replica import Replica  # noqa: E402
from hitl.engine.store.contents import PostgresContents  # noqa: E402
from hitl.engine.store.postgres import PostgresDatabase  # noqa: E402
from hitl.shared_files import SharedFiles  # noqa: E402

LARGE = os.urandom(2 * PIECE + 7)
LATER = timedelta(seconds=30)


@pytest.fixture
def contents(database_url: str) -> Iterator[PostgresContents]:
    with closing(PostgresDatabase(database_url)) as database:
        yield PostgresContents(database)


@pytest.fixture
def files(contents: PostgresContents, tmp_path: Path) -> Callable[[str], SharedFiles]:
    """The files as a process sees them that has this folder for itself."""
    return lambda folder: SharedFiles(tmp_path / folder, contents)


def test_another_process_opens_what_one_was_given_and_its_copies_do_not_outlive_the_file(
    files: Callable[[str], SharedFiles],
):
    here, there = files("here"), files("there")
    for name, content in {"large.bin": LARGE, "empty.bin": b"", "again.bin": LARGE, "piece.bin": LARGE[:PIECE]}.items():
        kept = here.add(content, name)
        found = there.get(kept.fingerprint)
        assert (found.size, found.open().read(), found.path.read_bytes()) == (len(content), content, content)
    large = there.get(here.add(LARGE, "large.bin").fingerprint)
    assert here.get(large.fingerprint).names == ("large.bin", "again.bin")
    large.path.write_bytes(b"cut short by a power cut")
    assert large.open().read() == LARGE

    assert not here.remove(large.fingerprint, datetime.now(UTC) - LATER)
    assert here.remove(large.fingerprint, datetime.now(UTC) + LATER)
    assert not here.has(large.fingerprint)
    assert not there.has(large.fingerprint)
    there.tidy()
    left = [path.name for path in there.folder.rglob("*") if path.is_file()]
    assert large.fingerprint not in left
    assert len(left) == 2
    with pytest.raises(UnknownFile, match=r"“large.bin” was removed, since no run names it any more"):
        large.open()
    for path in there.folder.rglob("*"):
        os.utime(path, (0, 0))
    there.tidy()
    assert not [path for path in there.folder.rglob("*") if path.is_file()]
    assert len(there.fingerprints()) == 2


def test_many_processes_add_the_same_at_once_and_it_is_kept_once_under_all_names(contents: PostgresContents):
    def add(number: int) -> None:
        contents.add_file("0" * 64, f"{number}.bin", BytesIO(LARGE))
        contents.change_document("1" * 64, lambda there: f"{there or ''}{number},")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(add, range(6)))

    assert set(contents.known_files(["0" * 64])["0" * 64].names) == {f"{number}.bin" for number in range(6)}
    assert b"".join(contents.file_pieces("0" * 64)) == LARGE
    assert sorted((contents.document("1" * 64) or "").split(",")) == ["", *"012345"]


def test_a_file_that_a_run_names_stays_even_if_that_run_was_not_seen(contents: PostgresContents, database_url: str):
    contents.add_file("0" * 64, "a.bin", BytesIO(b""))
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(
            "INSERT INTO hitl.runs(id, workflow, inputs, status, created_at, updated_at)"
            " VALUES('r', 'w', %s, 'running', '', %s)",
            (f'{{"page": "{"0" * 64}"}}', datetime.now(UTC).isoformat()),
        )
        assert not contents.remove_file("0" * 64, datetime.now(UTC) + LATER)
        db.execute("DELETE FROM hitl.runs")
    assert contents.remove_file("0" * 64, datetime.now(UTC) + LATER)


def test_a_step_waits_for_a_database_that_cannot_be_used_and_a_page_does_not(
    contents: PostgresContents, database_url: str
):
    contents.change_document("0" * 64, lambda _: "{}")

    def in_a_step() -> str | None:
        patience.set(60)
        return contents.document("0" * 64)

    with psycopg.connect(database_url, autocommit=True) as db, ThreadPoolExecutor(1) as threads:
        db.execute("ALTER TABLE hitl.document_pieces RENAME TO gone")
        try:
            step = threads.submit(in_a_step)
            until(lambda: contents._database.trouble)
            with pytest.raises(StoreUnusable):
                contents.document("0" * 64)
            assert not step.done()
        finally:
            db.execute("ALTER TABLE hitl.gone RENAME TO document_pieces")
        assert step.result(timeout=60) == "{}"


@pytest.fixture
def page_and_worker(database_url: str, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """Two processes with a folder each, of which one runs the workflows."""
    settings = [
        Settings(home=tmp_path / name, database_url=SecretStr(database_url), workflows={})
        for name in ("page", "worker")
    ]
    flows = {"scan": Scanner}
    with (
        closing(open_engine(settings[1], workflows=flows)) as worker,
        closing(open_engine(settings[0], owner=False, workflows=flows)) as page,
    ):
        assert isinstance(page, Replica)
        yield page, worker


def test_processes_with_a_folder_each_have_the_files_and_documents_of_all(page_and_worker: tuple[Engine, Engine]):
    page, worker = page_and_worker
    run = page.start("scan", page=page.add_file(LARGE, "one.bin"))
    question = asked(run)
    waiting = worker.attach(run.id)
    second = worker.add_file(b"two", "two.bin")
    waiting.answer(question.id, {"page": second}, by="ana")
    completed(run)
    assert (run.result or {})["result"]["read"] == "two.bin application/octet-stream b'two'"
    assert with_file_names({"page": second, "all": [second]}) == {
        "page": "two.bin (3 bytes)",
        "all": ["two.bin (3 bytes)"],
    }

    here, there = Shelf(page.settings.home), Shelf(worker.settings.home)
    document: Document = here.add(written("# Heat", HEAT, name="one.md"))
    assert there.get(document.fingerprint) == document
    again = there.add(written("# Heat", HEAT, name="two.md"))
    assert again.other_names == ("two.md",)
    assert here.get(document.fingerprint) == again
    with pytest.raises(UnknownDocument, match=r"not on the shelf any more \(the Postgres database"):
        here.get("0" * 64)
    assert not here.folder.exists()

    page.delete(run.id)
    with pytest.raises(UnknownFile):
        hitl.open_file(second)


def test_retention_removes_runs_with_their_files_wherever_they_were_added(
    page_and_worker: tuple[Engine, Engine], database_url: str, monkeypatch: pytest.MonkeyPatch
):
    page, worker = page_and_worker
    old, new = (page.add_file(name.encode(), name) for name in ("old", "new"))
    run = page.start("scan", page=old)
    run.answer(asked(run).id, {"page": old}, by="ana")
    completed(run)
    never_named = worker.add_file(b"never named", "never.bin")
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("UPDATE hitl.files SET added_at=now() - interval '2 days' WHERE fingerprint!=%s", (new,))
        db.execute("UPDATE hitl.runs SET updated_at=%s", ((datetime.now(UTC) - timedelta(days=3)).isoformat(),))
    monkeypatch.setattr(worker, "settings", worker.settings.model_copy(update={"keep_days": 2}))

    for _ in range(2):  # as the poller does, every hour
        worker._prune()  # type: ignore[attr-defined]

    assert page.runs() == []
    assert [page._kept.has(each) for each in (old, new, never_named)] == [False, True, False]  # type: ignore[attr-defined]
