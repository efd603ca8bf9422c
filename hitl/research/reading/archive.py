"""What a zip archive unpacks to: Word, PowerPoint and Excel files are such archives."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from hitl.research.reading.limits import MEGABYTE, OverLimit, ReadLimits

MOST_ENTRIES = 20_000
"""Files in one archive; those of a large presentation are some thousands."""
PIECE = 1 << 16
"""Bytes that are unpacked at a time."""
HEADER = struct.Struct("<26xHH")
"""Of an entry: the lengths of its name and of its extra field, which stand before its data."""


def check_archive(data: bytes, limits: ReadLimits) -> None:
    """Raise if an archive would unpack to more than the limit, before a parser sees it.

    The sizes that it states are held against the limit first, then each entry against the size that it states: Python
    unpacks all of an entry before it cuts it to that size.

    Args:
        data: A file; one that is no archive is left to its reader, as is one whose list of entries is damaged.
        limits: What it may have.

    Raises:
        OverLimit: If the entries together are larger, or more than `MOST_ENTRIES`.
        BadZipFile: If an entry is larger than it states, or packed as no file of Office is.
    """
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except Exception:  # zipfile raises all kinds of exceptions for a damaged archive
        return
    if len(entries) > MOST_ENTRIES:
        raise OverLimit(f"holds more than {MOST_ENTRIES:,} files inside")
    if sum(entry.file_size for entry in entries) > limits.unpacked_megabytes * MEGABYTE:
        raise OverLimit(f"unpacks to more than {limits.unpacked_megabytes:,} MB")
    for entry in entries:
        _check_entry(memoryview(data), entry)


def _check_entry(data: memoryview, entry: zipfile.ZipInfo) -> None:
    """Raise if an entry is larger than it states; of its content, only a piece at a time is in memory."""
    if entry.compress_type == zipfile.ZIP_STORED:
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("an entry is packed in an unusual way")
    header = data[entry.header_offset : entry.header_offset + HEADER.size]
    if len(header) < HEADER.size:
        raise zipfile.BadZipFile("an entry is not there")
    start = entry.header_offset + HEADER.size + sum(HEADER.unpack(header))
    packed = data[start : start + entry.compress_size]
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    for offset in range(0, len(packed), PIECE):
        rest: bytes | memoryview = packed[offset : offset + PIECE]
        while rest and not unpacking.eof:
            try:
                size += len(unpacking.decompress(rest, PIECE))
            except zlib.error as error:
                raise zipfile.BadZipFile("an entry cannot be unpacked") from error
            if size > entry.file_size:
                raise zipfile.BadZipFile("an entry is larger than it states")
            rest = unpacking.unconsumed_tail
