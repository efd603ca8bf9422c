from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest

from hitl.research.reading.archive import MOST_ENTRIES, check_archive
from hitl.research.reading.files import UnreadableFile
from hitl.research.reading.limits import OverLimit, ReadLimits
from hitl.research.reading.process import read_isolated
from tests.research.reading.word_files import file_with, paragraph, run

LIMITS = ReadLimits(unpacked_megabytes=1)
WORDS = paragraph(run("The rent is due on the first day of each month."))


def archive(**sizes: int) -> bytes:
    """An archive of entries of zeros, by their sizes in bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, size in sizes.items():
            file.writestr(name, bytes(size))
    return data.getvalue()


def with_entry(data: bytes, name: str, content: bytes) -> bytes:
    """An archive with one more entry."""
    changed = io.BytesIO(data)
    with zipfile.ZipFile(changed, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return changed.getvalue()


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK", b"PK\x03\x04" + b"\xff" * 100, archive(a=1_000_000)])
def test_what_is_within_the_limit_or_no_archive_is_let_through(data: bytes):
    check_archive(data, LIMITS)


@pytest.mark.parametrize("sizes", [{"a": 1_000_001}, {"a": 500_000, "b": 500_001}, {"a": 0, "b": 90_000_000}])
def test_what_would_unpack_to_more_is_refused(sizes: dict[str, int]):
    with pytest.raises(OverLimit, match=r"^unpacks to more than 1 MB$"):
        check_archive(archive(**sizes), LIMITS)


def test_too_many_entries_are_refused_however_small():
    with pytest.raises(OverLimit, match=r"^holds more than 20,000 files inside$"):
        check_archive(archive(**{str(number): 0 for number in range(MOST_ENTRIES + 1)}), LIMITS)


def test_a_word_file_that_unpacks_to_too_much_is_refused_in_a_sentence():
    bomb = with_entry(file_with(WORDS), "word/media/image.png", bytes(2_000_000))
    with pytest.raises(UnreadableFile, match=r"“lease\.docx” unpacks to more than 1 MB, which is the limit"):
        read_isolated("lease.docx", bomb, LIMITS)


def test_so_is_one_whose_entries_share_the_same_bytes():
    data = with_entry(file_with(WORDS), "word/media/image.png", bytes(900_000))
    start = data.rindex(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    entry, entries, size = data[start:end], *struct.unpack_from("<HI", data, end + 10)
    overlapping = data[:end] + entry * 5 + data[end:]
    end += 5 * len(entry)
    counts = struct.pack("<HHI", entries + 5, entries + 5, size + 5 * len(entry))
    overlapping = overlapping[: end + 8] + counts + overlapping[end + 16 :]
    with pytest.raises(OverLimit, match=r"unpacks to more than 1 MB"):
        check_archive(overlapping, LIMITS)


@pytest.mark.parametrize("has_fitting_checksum", [False, True])
def test_one_that_lies_about_its_size_is_damaged_and_not_unpacked(has_fitting_checksum: bool):
    large = bytes(30_000_000)
    data = with_entry(file_with(WORDS), "word/footnotes.xml", large)
    lying = data.replace(struct.pack("<I", len(large)), struct.pack("<I", 10))
    assert lying != data
    if has_fitting_checksum:
        lying = lying.replace(struct.pack("<I", zlib.crc32(large)), struct.pack("<I", zlib.crc32(large[:10])))
    with pytest.raises(zipfile.BadZipFile, match=r"larger than it states"):
        check_archive(lying, LIMITS)
    with pytest.raises(UnreadableFile, match=r"“lease\.docx” is damaged"):
        read_isolated("lease.docx", lying)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_one_that_is_packed_in_another_way_is_refused(method: int):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        file.writestr("word/document.xml", bytes(100_000))
    with pytest.raises(zipfile.BadZipFile, match=r"unusual way"):
        check_archive(data.getvalue(), LIMITS)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 999_999])
@pytest.mark.parametrize("content", [b"\0", b"some words, ", bytes(range(256))])
def test_entries_of_any_size_are_let_through(size: int, content: bytes):
    check_archive(with_entry(archive(a=0), "b", (content * (size // len(content) + 1))[:size]), LIMITS)


def test_every_entry_that_is_cut_or_changed_somewhere_is_let_through_or_damaged():
    data = with_entry(archive(a=2000), "b", bytes(range(256)) * 20)
    for place in range(len(data)):
        for changed in (
            data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :],
            data[:place] + data[place + 1 :],
        ):
            with suppress(zipfile.BadZipFile, OverLimit):
                check_archive(changed, LIMITS)
