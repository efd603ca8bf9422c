"""Taking a report away, or everything."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

import hitl
from hitl.engine import Engine, Run, open_engine
from hitl.research import Document, Shelf
from hitl.research.reading.files import read_document
from hitl.settings import load_settings
from tests.cli.calling import asked, done, read, refused
from tests.conftest import until


def test_a_paused_run_goes_on_from_a_backup_and_its_quotes_can_be_checked(
    owner: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    notes = tmp_path / "notes.md"
    notes.write_text("A lock gate holds back the water of a canal. The keeper opens the lock gate.", "utf-8")
    run_id = done("start", "report", "--topic", "lock gate", "--document", str(notes)).strip()
    asked(owner.attach(run_id))

    data = read("backup", "backup.zip")
    owner.close()
    monkeypatch.setenv("HITL_HOME", str(tmp_path / "restored"))
    assert read("restore", "backup.zip") == {
        "home": str(tmp_path / "restored"),
        "runs": 1,
        "documents": data["documents"],
        "files": 0,
    }

    assert data["documents"] == len(list((tmp_path / "restored").rglob("*.json"))) > 0
    restored = open_engine(load_settings())
    run = restored.attach(run_id)
    run.answer(asked(run).id, {"approved": True}, by="ben")
    until(lambda: run.status == "completed")
    assert run.result
    quoted = run.result["references"][0]["finding"]
    text = Shelf(tmp_path / "restored").get(quoted["document"]).text
    assert text[quoted["start"] : quoted["end"]] == quoted["quote"]
    restored.close()


def test_the_files_of_runs_come_back_with_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "mail=tests.cli.flows:Mailroom")
    (tmp_path / "page.bin").write_bytes(b"\x00\xff" * 1000)
    (tmp_path / "again.bin").write_bytes(b"\x00\xff" * 1000)
    run_id = done("start", "mail", "--field", "scan=@page.bin").strip()
    done("start", "mail", "--field", "scan=@again.bin")

    assert "all runs, 1 file, and 0 documents" in done("backup", "backup.zip")
    monkeypatch.setenv("HITL_HOME", str(tmp_path / "restored"))
    assert "Restored 2 runs, 1 file and 0 documents into " in done("restore", "backup.zip")

    with closing(open_engine(load_settings())) as restored:
        with hitl.open_file(restored.attach(run_id).inputs["scan"]) as file:
            assert file.read() == b"\x00\xff" * 1000
        assert "page.bin (2 KB, also called again.bin)" in done("show", run_id)


@pytest.mark.parametrize(
    "name", ["files/../runs.lock", "files/ab/x", "files/ab/cd" + "0" * 62, "files/.lock", "files\\ab\\" + "ab" * 32]
)
def test_a_backup_with_anything_else_among_its_files_is_refused(name: str, backup: Path, tmp_path: Path):
    with zipfile.ZipFile(backup, "a") as archive:
        archive.writestr(name, "x")

    assert "it holds other files" in refused("restore", str(backup))
    assert not (tmp_path / "restored" / "runs.db").exists()


def test_a_backup_that_cannot_be_finished_leaves_the_one_before(report: Run, home: Path, tmp_path: Path):
    done("backup", "backup.zip")
    before = (tmp_path / "backup.zip").read_bytes()
    (home / "shelf" / "ff").mkdir(parents=True, exist_ok=True)
    (home / "shelf" / "ff" / "gone.json").symlink_to("nowhere")

    assert "is there already" in refused("backup", "backup.zip")
    assert "backup.zip cannot be written (No such file or directory" in refused("backup", "backup.zip", "--force")

    assert (tmp_path / "backup.zip").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "home"]


@pytest.fixture
def backup(owner: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of a run that waits, and an empty folder to put it into."""
    asked(owner.start("order", item="tea"))
    done("backup", "backup.zip")
    owner.close()
    monkeypatch.setenv("HITL_HOME", str(tmp_path / "restored"))
    return tmp_path / "backup.zip"


def test_a_folder_that_has_runs_is_left_as_it_is(backup: Path, tmp_path: Path):
    done("restore", str(backup))
    before = (tmp_path / "restored" / "runs.db").read_bytes()

    assert "has runs already" in refused("restore", str(backup))

    assert (tmp_path / "restored" / "runs.db").read_bytes() == before


def test_documents_that_were_added_before_stay(backup: Path, tmp_path: Path):
    mine = tmp_path / "restored" / "shelf" / "aa" / "mine.json"
    mine.parent.mkdir(parents=True)
    mine.write_text("{}")

    done("restore", str(backup))

    assert mine.read_text() == "{}"


NOTES = b"A lock gate holds back the water of a canal. The keeper opens the lock gate."


def with_document(backup: Path, document: Document, content: str | None = None) -> str:
    """Add a document to a backup, or something else in its place; returns its name there."""
    name = f"{Shelf.FOLDER}/{document.fingerprint[:2]}/{document.fingerprint}.json"
    with zipfile.ZipFile(backup, "a") as archive:
        archive.writestr(name, document.model_dump_json() if content is None else content)
    return name


@pytest.mark.parametrize("content", ["{}", "", "not json", '{"text": "other words"}'])
def test_a_document_that_is_damaged_in_the_backup_does_not_replace_a_good_one(
    backup: Path, tmp_path: Path, content: str
):
    document, shelf = read_document("notes.md", NOTES), Shelf(tmp_path / "restored")
    shelf.add(document)
    with_document(backup, document, content)

    done("restore", str(backup))

    assert Shelf(tmp_path / "restored").get(document.fingerprint) == document


def test_a_document_of_the_backup_replaces_a_damaged_one(backup: Path, tmp_path: Path):
    document = read_document("notes.md", NOTES)
    damaged = tmp_path / "restored" / with_document(backup, document)
    damaged.parent.mkdir(parents=True)
    damaged.write_text("{")

    done("restore", str(backup))

    assert Document.model_validate_json(damaged.read_text("utf-8")) == document


@pytest.mark.parametrize(("here", "there"), [(0, 7), (7, 0)])
def test_of_two_documents_with_the_same_text_the_one_with_more_unread_words_stays(
    backup: Path, tmp_path: Path, here: int, there: int
):
    document = read_document("notes.md", NOTES)
    Shelf(tmp_path / "restored").add(document.model_copy(update={"unread_words": here}))
    name = with_document(backup, document.model_copy(update={"unread_words": there}))

    done("restore", str(backup))

    stored = Document.model_validate_json((tmp_path / "restored" / name).read_text("utf-8"))
    assert stored.unread_words == 7


@pytest.mark.parametrize("table", ["runs", "events", "questions", "journal", "snapshots", "shapes", "owner", "blocked"])
def test_a_database_that_lacks_a_table_is_refused_and_leaves_nothing(backup: Path, tmp_path: Path, table: str):
    assert_refused_without(backup, tmp_path, f"DROP TABLE {table}")


def test_a_database_that_lacks_a_column_is_refused_and_leaves_nothing(backup: Path, tmp_path: Path):
    assert_refused_without(backup, tmp_path, "ALTER TABLE runs DROP COLUMN title")


def assert_refused_without(backup: Path, tmp_path: Path, statement: str) -> None:
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    database = tmp_path / "tampered.db"
    database.write_bytes(members["runs.db"])
    with closing(sqlite3.connect(database)) as db:
        db.execute(statement)
        db.commit()
    changed(backup, members | {"runs.db": database.read_bytes()})

    assert "cannot be read: its database is damaged, or is not a file of hitl's" in refused("restore", str(backup))
    assert [path.name for path in (tmp_path / "restored").rglob("*")] == ["runs.lock"]


def changed(backup: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(backup, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"readme.txt": b"hello"}, "is no backup of hitl"),
        ({"runs.db": b"", "../outside.json": b"{}"}, "is no backup of hitl"),
        ({"runs.db": b"", "/etc/outside.json": b"{}"}, "is no backup of hitl"),
        ({"runs.db": b"", "shelf/../../outside.json": b"{}"}, "is no backup of hitl"),
        ({"runs.db": b"", "shelf\\\\..\\\\outside.json": b"{}"}, "is no backup of hitl"),
        ({"runs.db": b"", "shelf/aa/script.py": b""}, "is no backup of hitl"),
        ({"runs.db": b"not a database at all" * 100}, "The runs in the backup cannot be read"),
    ],
)
def test_what_is_no_backup_is_refused_and_leaves_nothing(
    backup: Path, tmp_path: Path, members: dict[str, bytes], message: str
):
    changed(backup, members)

    assert message in refused("restore", str(backup))

    assert [path.name for path in (tmp_path / "restored").rglob("*")] == ["runs.lock"]
    assert not (tmp_path / "outside.json").exists()


def test_a_damaged_file_is_refused_and_leaves_nothing(backup: Path, tmp_path: Path):
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2])
    assert "is no backup of hitl, or it is damaged" in refused("restore", str(backup))

    at = len(whole) // 3
    backup.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
    assert "damaged" in refused("restore", str(backup))
    assert [path.name for path in (tmp_path / "restored").rglob("*")] == ["runs.lock"]


def test_a_file_that_is_not_there_is_named(backup: Path):
    assert "gone.zip" in refused("restore", "gone.zip")


def test_what_a_database_left_that_is_not_there_any_more_is_not_mixed_with_the_backup(backup: Path, tmp_path: Path):
    left = tmp_path / "restored" / "runs.db-wal"
    left.parent.mkdir()
    left.write_bytes(b"its last changes")

    assert "runs.db-wal of a database that is not there any more" in refused("restore", str(backup))

    assert [path.name for path in left.parent.glob("runs.db*")] == ["runs.db-wal"]


def test_nothing_is_restored_where_runs_are_in_a_database(backup: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_DATABASE_URL", "postgresql://ana@127.0.0.1:1/hitl")
    assert "Unset it for that, and take what was restored" in refused("restore", str(backup))


def test_a_folder_in_which_hitl_runs_is_left_alone(backup: Path):
    with closing(open_engine(load_settings())):
        assert "hitl runs in" in refused("restore", str(backup))


def test_what_a_killed_restore_has_left_is_removed(backup: Path, tmp_path: Path):
    left = tmp_path / "restored" / ".restore-killed"
    left.mkdir(parents=True)
    (left / "runs.db").write_bytes(b"half")

    done("restore", str(backup))

    assert not left.exists()


def test_a_member_that_is_there_twice_counts_once(backup: Path, home: Path):
    with zipfile.ZipFile(backup, "a") as archive:
        archive.writestr("shelf/aa/a.json", "{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("shelf/aa/a.json", "{}")

    assert read("restore", str(backup))["documents"] == 1
