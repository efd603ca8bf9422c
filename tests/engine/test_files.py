"""Files of any kind that runs are given: kept, opened by steps, and removed with the last run that names them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hitl.engine import Engine, FileUnusable, InvalidAnswer, InvalidInputs, Run, open_engine
from hitl.engine.descriptions import describe, entries, title_of
from hitl.engine.engine import Owner
from hitl.engine.files import UNNAMED_FOR
from hitl.engine.store import queries
from hitl.files import Files, files_of
from hitl.settings import load_settings
from hitl.testing import answer, run_until_question
from tests.conftest import until
from tests.engine.file_flows import Mails, Reader, Scanner
from tests.engine.more_flows import asked, completed

PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff"
FLOWS = {"scan": Scanner, "read": Reader, "mail": Mails}


@pytest.fixture
def engine() -> Iterator[Engine]:
    with closing(open_engine(load_settings(), workflows=FLOWS)) as engine:
        yield engine


@pytest.fixture
def files(engine: Engine, home: Path) -> Files:
    return files_of(home)


def result_of(run: Run) -> Any:
    completed(run)
    return (run.result or {})["result"]


@pytest.mark.over_both
def test_a_step_opens_what_its_run_was_given_on_whatever_thread_it_works(engine: Engine, tmp_path: Path):
    path = tmp_path / "page.png"
    path.write_bytes(PICTURE)

    page, note = engine.add_file(path), engine.add_file(b"words", "note.txt")

    run = engine.start("read", page=page, more=[note, page])
    assert result_of(run) == [
        f"page.png image/png {PICTURE!r}",
        "note.txt text/plain b'words'",
        f"page.png image/png {PICTURE!r}",
    ]


@pytest.mark.over_both
def test_a_file_of_an_answer_is_opened_after_a_restart(engine: Engine):
    run = engine.start("scan", page=engine.add_file(PICTURE, "one.png"))
    asked(run)
    engine.close()
    with closing(open_engine(engine.settings, owner=False, workflows=FLOWS)) as client:
        waiting = client.attach(run.id)
        waiting.answer(asked(waiting).id, {"page": client.add_file(b"two", "two.bin")}, by="ana")

    with closing(open_engine(engine.settings, workflows=FLOWS)) as again:
        assert result_of(again.attach(run.id))["read"] == "two.bin application/octet-stream b'two'"


def test_two_engines_in_one_process_have_their_own_files(engine: Engine, tmp_path: Path):
    settings = load_settings().model_copy(update={"home": tmp_path / "other"})
    with closing(open_engine(settings, workflows=FLOWS)) as other:
        here, there = engine.add_file(b"here", "here.txt"), other.add_file(b"there", "there.txt")
        assert result_of(engine.start("read", page=here)) == ["here.txt text/plain b'here'"]
        assert result_of(other.start("read", page=there)) == ["there.txt text/plain b'there'"]
        with pytest.raises(InvalidInputs):
            engine.start("read", page=there)


def test_files_inside_models_lists_and_mappings_are_known(engine: Engine):
    page = engine.add_file(b"1", "1.txt")
    run = engine.start("mail", attachments=[{"file": page, "note": "x"}], by_name={"a": page})
    assert result_of(run) == ["1.txt text/plain b'1'"] * 2

    with pytest.raises(InvalidInputs) as refused:
        engine.start("mail", attachments=[{"file": page}, {"file": "0" * 64}], by_name={"b": "nothing"})
    assert refused.value.problems.keys() == {"attachments.1.file", "by_name.b"}


def test_a_path_is_taken_wherever_a_file_is(engine: Engine, tmp_path: Path):
    path = tmp_path / "page.txt"
    path.write_text("1")
    fingerprint = engine.add_file(path)

    assert (
        result_of(engine.start("read", page=path, more=[path, fingerprint], cover=path))
        == ["page.txt text/plain b'1'"] * 3
    )
    assert (
        result_of(engine.start("mail", attachments=[{"file": path}], by_name={"a": path}))
        == ["page.txt text/plain b'1'"] * 2
    )
    run = engine.start("scan", page=path)
    assert run.answer(asked(run).id, {"page": path}, by="ana").accepted
    completed(run)
    with pytest.raises(FileUnusable, match="There is no file “"):
        engine.start("read", page=tmp_path / "gone.txt")


def test_a_test_gives_files_as_paths(tmp_path: Path):
    path = tmp_path / "page.txt"
    path.write_text("1")
    run = run_until_question(Scanner, page=path)
    assert answer(run, page=path).result["read"] == "page.txt text/plain b'1'"


@pytest.mark.parametrize("fingerprint", ["0" * 64, "notes.txt", "../../runs.db"])
def test_what_is_no_file_of_this_folder_is_refused_where_it_is_given(engine: Engine, fingerprint: str):
    page = engine.add_file(PICTURE, "page.png")
    for inputs in ({"page": fingerprint}, {"page": page, "more": [fingerprint]}, {"page": page, "cover": fingerprint}):
        with pytest.raises(InvalidInputs, match="There is no such file here: give the file itself"):
            engine.start("read", **inputs)
    assert engine.runs() == []

    run = engine.start("scan", page=page)
    with pytest.raises(InvalidAnswer) as refused:
        run.answer(asked(run).id, {"page": fingerprint}, by="ana")
    assert refused.value.problems.keys() == {"page"}
    assert run.answers == []


def test_a_run_of_an_earlier_version_whose_file_is_on_the_shelf_can_be_started_again(engine: Engine, home: Path):
    document = home / "shelf" / "ab" / f"ab{'0' * 62}.json"
    document.parent.mkdir(parents=True)
    document.write_text("{}")

    assert asked(engine.start("scan", page=f"ab{'0' * 62}"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "nowhere.txt", "There is no file “"),
        (lambda folder: folder, "is not a file."),
        (lambda folder: Path("/dev/zero"), "“/dev/zero” is not a file."),
        (lambda folder: b"x" * 1_000_001, "“file” has more than 1.0 MB, which is the most that a file may have"),
    ],
)
def test_a_file_that_cannot_be_kept_is_told_in_a_sentence(make: Any, words: str, tmp_path: Path, home: Path):
    settings = load_settings({"HITL_UPLOAD_MEGABYTES": 1})
    with closing(open_engine(settings, workflows=FLOWS)) as engine:
        with pytest.raises(FileUnusable) as refused:
            engine.add_file(make(tmp_path))
        assert words in str(refused.value)
        assert engine.add_file(b"x" * 1_000_000)
        assert len(Files(home).paths()) == 2


def test_a_folder_that_cannot_be_written_is_told(engine: Engine, files: Files):
    files.folder.write_text("in the way")
    with pytest.raises(FileUnusable, match=r"“a.txt” cannot be stored in .*: .*Look at the disk"):
        engine.add_file(b"x", "a.txt")


@pytest.mark.over_both
def test_a_file_goes_with_the_last_run_that_names_it(engine: Engine, files: Files):
    shared, own = engine.add_file(b"shared", "shared.txt"), engine.add_file(b"own", "own.txt")
    first = engine.start("read", page=shared, more=[own])
    second = engine.start("scan", page=engine.add_file(b"2", "2.txt"))
    second.answer(asked(second).id, {"page": shared}, by="ana")
    completed(first)
    completed(second)

    engine.delete(first.id)
    assert (files.has(shared), files.has(own)) == (True, False)

    engine.delete(second.id)
    assert files.fingerprints() == []


@pytest.mark.over_both
def test_a_file_that_was_added_again_for_another_run_outlasts_the_deletion(engine: Engine, files: Files):
    page = engine.add_file(b"page", "page.txt")
    run = engine.start("read", page=page)
    completed(run)
    assert engine.add_file(b"page", "page.txt") == page  # somebody else is about to start one

    engine.delete(run.id)

    assert result_of(engine.start("read", page=page)) == ["page.txt text/plain b'page'"]


@pytest.mark.over_both
def test_pruning_removes_files_and_leaves_those_of_runs_that_wait(engine: Engine, files: Files):
    gone, waiting = engine.add_file(b"gone", "gone.txt"), engine.add_file(b"waiting", "waiting.txt")
    completed(engine.start("read", page=gone, more=[waiting]))
    asked(engine.start("scan", page=waiting))

    assert engine.prune(days=0) == 1

    assert (files.has(gone), files.has(waiting)) == (False, True)


def test_files_that_no_run_has_named_are_swept_after_a_day(engine: Engine, files: Files):
    old, new, named = (engine.add_file(name.encode(), name) for name in ("old", "new", "named"))
    asked(engine.start("scan", page=named))
    long_ago = (datetime.now(UTC) - UNNAMED_FOR - timedelta(hours=1)).timestamp()
    for fingerprint in (old, named):
        os.utime(files.get(fingerprint).path, (long_ago, long_ago))

    assert isinstance(engine, Owner)
    for _ in range(2):  # as the poller does, every hour
        engine._prune()

    until(lambda: not files.has(old))
    assert [files.has(fingerprint) for fingerprint in (old, new, named)] == [False, True, True]


def test_a_deletion_among_many_runs_looks_at_all_of_them(engine: Engine, files: Files, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries, "RUNS_AT_ONCE", 2)
    page = engine.add_file(b"page", "page.txt")
    runs = [engine.start("read", page=page) for _ in range(3)]
    others = [engine.start("read", page=engine.add_file(f"{n}".encode(), f"{n}.txt")) for n in range(5)]
    for run in (*runs, *others):
        completed(run)

    for run in runs:
        assert files.has(page)
        engine.delete(run.id)
    assert not files.has(page)
    assert len(files.paths()) == 10


@pytest.mark.over_both
def test_the_log_the_title_and_answers_tell_names_and_sizes(engine: Engine):
    page = engine.add_file(PICTURE, "one.png")
    run = engine.start("scan", page=page)
    run.answer(asked(run).id, {"page": engine.add_file(b"two" * 1000, "two.bin")}, by="ana")
    completed(run)

    assert title_of(run.record) == "one.png (10 bytes)"
    log = "\n".join(entry.text for entry in entries(run.events()))
    assert "Started: one.png (10 bytes)" in log
    assert "ana: page: “two.bin (3 KB)”" in log
    assert page not in log
    assert run.events()[0].body["page"] == page  # the event itself carries the fingerprint
    assert describe(run.events()[0]) == "Started: one.png (10 bytes)"
