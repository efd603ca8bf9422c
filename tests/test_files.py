"""Files of any kind, kept under the fingerprint of their content."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

import hitl
from hitl.files import (
    Files,
    FileTooLarge,
    UnknownFile,
    files_in,
    forget_files,
    note_files,
    size_in_words,
    with_file_names,
)
from tests.conftest import until

DATA = bytes(range(256)) * 5
FINGERPRINT = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def files(home: Path) -> Iterator[Files]:
    """The files of a folder that is open in this process."""
    files = Files(home)
    note_files(files)
    yield files
    forget_files(files)


def left_over(files: Files) -> list[str]:
    """Names of the files that are neither content nor what is noted of it."""
    known = {path.name for path in files.paths()} | {".lock"}
    return [path.name for path in files.folder.rglob("*") if path.is_file() and path.name not in known]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n\x00", "image/png"),
        ("data.parquet", os.urandom(3000), "application/octet-stream"),
        ("empty.bin", b"", "application/octet-stream"),
        ("notes", b"no suffix", "application/octet-stream"),
        ("Übersicht 2026.csv", b"a;b\r\n", "text/csv"),
        ("program.exe", b"MZ\x00", "application/x-msdos-program"),
        ("large.bin", b"\xff" * 2_500_000, "application/octet-stream"),
        ("archive.tar.gz", b"\x1f\x8b", "application/x-tar"),
    ],
)
def test_a_file_of_any_kind_comes_back_byte_by_byte(files: Files, name: str, data: bytes, media_type: str):
    kept = files.add(data, name)

    assert kept.fingerprint == hashlib.sha256(data).hexdigest()
    assert (kept.name, kept.size) == (name, len(data))
    assert hitl.file_info(kept.fingerprint) == kept
    assert kept.media_type == media_type or name == "program.exe"  # which the machine may call otherwise
    with hitl.open_file(kept.fingerprint) as file:
        assert file.read() == data
    assert left_over(files) == []


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("/home/ana/tax/2026.pdf", "2026.pdf"),
        ("C:\\Users\\ana\\2026.pdf", "2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("", "file"),
        ("folder/", "file"),
        ("two\nlines\t.txt", "two lines .txt"),
        ("fdp.\u202etxt.exe", "fdp.txt.exe"),
        ("lone\udc80.txt", "lone?.txt"),
        ("x" * 500 + ".csv", "x" * 180 + "….csv"),
        ("y" * 500, "y" * 200),
    ],
)
def test_a_file_is_called_by_the_last_part_of_its_path(files: Files, given: str, name: str):
    assert files.add(DATA, given).name == name


def test_the_same_content_is_kept_once_with_all_its_names(files: Files):
    for name in ("a.bin", "b.bin", "a.bin"):
        assert files.add(DATA, name).fingerprint == FINGERPRINT

    kept = files.get(FINGERPRINT)
    assert (kept.name, kept.names) == ("a.bin", ("a.bin", "b.bin"))
    assert str(kept) == "a.bin (1 KB, also called b.bin)"
    assert len([path for path in files.paths() if not path.suffix]) == 1


def test_many_who_add_the_same_file_at_once_keep_it_once_with_all_names(files: Files):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: files.add(DATA, f"{number}.bin"), range(16)))

    assert set(files.get(FINGERPRINT).names) == {f"{number}.bin" for number in range(16)}
    assert files.get(FINGERPRINT).path.read_bytes() == DATA
    assert left_over(files) == []


def test_a_file_that_is_too_large_is_refused_before_all_of_it_is_read(files: Files):
    class Endless(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return b"x" * (size or 1)

    with pytest.raises(FileTooLarge, match=r"“big.bin” has more than 3\.0 MB.*HITL_UPLOAD_MEGABYTES"):
        files.add(Endless(), "big.bin", most=3_000_000)
    assert files.add(b"x" * 1000, "just.bin", most=1000).size == 1000
    assert left_over(files) == []


ADDS = """
import sys
from pathlib import Path
from hitl.files import Files

class Slow:
    left = 3
    def read(self, size):
        self.left -= 1
        if self.left == 0:
            print("half of it is written", flush=True)
            sys.stdin.read()
        return b"x" * size

Files(Path(sys.argv[1])).add(Slow(), "slow.bin")
"""


def test_a_process_that_is_killed_while_it_adds_a_file_leaves_no_half_of_it(files: Files, home: Path):
    adding = subprocess.Popen(
        [sys.executable, "-c", ADDS, str(home)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert adding.stdout and adding.stdin and adding.stdout.readline()
    adding.send_signal(signal.SIGKILL)
    adding.wait(30)
    adding.stdin.close()
    adding.stdout.close()

    assert files.paths() == []
    assert len(left_over(files)) == 1
    assert files.add(DATA, "a.bin").size == len(DATA)  # it holds up nobody
    assert files.added_before(datetime.now(UTC) + timedelta(days=1)) == [FINGERPRINT]
    assert left_over(files) == []


@pytest.mark.parametrize(
    ("fingerprint", "words"),
    [
        ("0" * 64, "There is no file 000000000000… in "),
        ("", "'' is not the fingerprint of a file"),
        ("../../etc/passwd", "is not the fingerprint of a file, which has 64 digits from 0 to f"),
        ("A" * 64, "is not the fingerprint"),
        ("0" * 63, "is not the fingerprint"),
        ("0" * 64 + "\n", "is not the fingerprint"),
        ("x" * 10_000, "is not the fingerprint"),
    ],
)
def test_an_unknown_fingerprint_is_told_in_a_sentence(files: Files, fingerprint: str, words: str):
    for ask in (hitl.open_file, hitl.file_info):
        with pytest.raises(FileNotFoundError) as told:
            ask(fingerprint)
        assert isinstance(told.value, UnknownFile)
        assert words in str(told.value)
        assert len(str(told.value)) < 400


def test_of_a_document_of_an_earlier_version_it_is_told_that_only_its_text_was_kept(files: Files, home: Path):
    on_the_shelf = home / "shelf" / "00" / f"{'0' * 64}.json"
    on_the_shelf.parent.mkdir(parents=True)
    on_the_shelf.write_text("{}")

    with pytest.raises(UnknownFile, match=r"has kept the text, and not the file itself: hitl.research.Shelf"):
        hitl.open_file("0" * 64)


def test_a_step_without_an_engine_finds_the_files_of_hitl_home(home: Path):
    kept = Files(home).add(DATA, "a.bin")
    with hitl.open_file(kept.fingerprint) as file:
        assert file.read() == DATA


def test_a_file_is_found_in_whichever_folder_is_open(tmp_path: Path, home: Path):
    one, other = Files(tmp_path / "one"), Files(tmp_path / "other")
    note_files(one)
    note_files(other)
    one.add(b"one", "one.txt")
    Files(home).add(b"usual", "usual.txt")
    found = hitl.file_info(hashlib.sha256(b"one").hexdigest())
    assert found.name == "one.txt"
    assert hitl.file_info(hashlib.sha256(b"usual").hexdigest()).name == "usual.txt"

    forget_files(other)
    forget_files(one)
    with pytest.raises(UnknownFile):
        hitl.open_file(found.fingerprint)
    with pytest.raises(UnknownFile, match=r"“one.txt” was removed"):
        one.remove(found.fingerprint, datetime.now(UTC) + timedelta(days=1))
        found.open()


def test_a_file_that_was_added_again_is_not_removed(files: Files):
    files.add(DATA, "a.bin")
    before = datetime.now(UTC)
    until(lambda: datetime.now(UTC) > before)
    files.add(DATA, "a.bin")

    assert not files.remove(FINGERPRINT, added_before=before)
    assert files.has(FINGERPRINT)
    assert files.remove(FINGERPRINT, added_before=datetime.now(UTC) + timedelta(seconds=1))
    assert not files.remove(FINGERPRINT, added_before=datetime.now(UTC) + timedelta(seconds=1))
    assert files.paths() == []


def test_a_file_whose_content_was_cut_is_whole_again_when_it_is_added_again(files: Files):
    kept = files.add(DATA, "a.bin")
    kept.path.write_bytes(DATA[:10])

    files.add(DATA, "a.bin")

    assert kept.path.read_bytes() == DATA


def test_a_file_without_its_names_can_still_be_opened(files: Files):
    kept = files.add(DATA, "a.bin")
    for damage in ('{"names": 3}', "no json", "[]"):
        kept.path.with_name(f"{FINGERPRINT}.json").write_text(damage)
        assert files.get(FINGERPRINT).name == f"{FINGERPRINT[:12]}…"
    with hitl.open_file(FINGERPRINT) as file:
        assert file.read() == DATA


def test_names_and_sizes_stand_for_fingerprints_wherever_they_are(files: Files):
    files.add(DATA, "a.bin")
    stranger = "f" * 64
    body = {"scan": FINGERPRINT, "more": [{"page": FINGERPRINT}, stranger, 3], "note": f"see {FINGERPRINT}"}

    assert with_file_names(body) == {
        "scan": "a.bin (1 KB)",
        "more": [{"page": "a.bin (1 KB)"}, stranger, 3],
        "note": f"see {FINGERPRINT}",
    }
    assert [file.name for file in files_in(body)] == ["a.bin"]
    assert files_in({"none": stranger}) == []


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (1499, "1 KB"),
        (20_000, "20 KB"),
        (1_000_000, "1.0 MB"),
        (1_234_567_890, "1,234.6 MB"),
    ],
)
def test_a_size_is_told_in_words(size: int, words: str):
    assert size_in_words(size) == words


@pytest.mark.parametrize(
    ("parts", "is_one"),
    [
        (("files", "ab", "ab" + "0" * 62), True),
        (("files", "ab", "ab" + "0" * 62 + ".json"), True),
        (("files", "cd", "ab" + "0" * 62), False),
        (("files", "..", ".." + "0" * 62), False),
        (("files", "ab", "ab" + "0" * 62, "x"), False),
        (("files", ".lock"), False),
        (("shelf", "ab", "ab" + "0" * 62), False),
        (("files", "ab", "ab" + "0" * 62 + ".exe"), False),
    ],
)
def test_what_belongs_to_the_folder_is_known_by_its_path(parts: tuple[str, ...], is_one: bool):
    assert Files.is_one_of(parts) == is_one
