"""Files become documents; what cannot be read is told in one sentence."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import PurePath

from hitl.research.blocks import MOST_CHARACTERS, ReadFile, TooLong, assemble
from hitl.research.evidence import Document
from hitl.research.markup import read_docx, read_html, read_markdown, read_text
from hitl.research.pdf import Encrypted, read_pdf

KINDS = {
    ".pdf": "PDF",
    ".docx": "Word",
    ".html": "HTML",
    ".htm": "HTML",
    ".md": "Markdown",
    ".markdown": "Markdown",
    ".txt": "text",
}
"""What a file's ending says that it is."""

MEGABYTE = 1_000_000
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WESTERN = {"cp1252", "latin_1"}
ABOUT_AS_GOOD = 0.05
"""Difference in disorder, from 0 to 1, between two guesses at an encoding that says nothing."""
FEWEST_LETTERS = 20
"""A document with fewer letters than this holds nothing to quote."""


class UnreadableFile(Exception):
    """A file cannot become a document; the message names it and says why and what to do."""


def read_document(name: str, data: bytes, most_megabytes: int = 20) -> Document:
    """Read a file into a document.

    Args:
        name: The file's name; its ending says what it should be.
        data: The file's bytes.
        most_megabytes: The largest size that is taken, in units of 10⁶ bytes.

    Raises:
        UnreadableFile: If the file is too large, empty, of another kind than its name says, protected by a
            password, damaged, without text or with too much of it, or in an encoding that cannot be told.
    """
    kind = _kind_of(name)
    check_size(name, len(data), most_megabytes)
    if not data.strip():
        raise UnreadableFile(f"“{name}” is empty.")
    _check_content(name, kind, data)
    document = _document(name, kind, data)
    if sum(character.isalpha() for character in document.text) < FEWEST_LETTERS:
        if kind == "PDF":
            raise UnreadableFile(
                f"“{name}” holds pictures of pages and no text. Run text recognition (OCR) on it, then add it again."
            )
        raise UnreadableFile(f"“{name}” holds no text that could be quoted.")
    return document


def check_size(name: str, size: int, most_megabytes: int) -> None:
    """Refuse a file that is too large.

    Args:
        name: The file's name.
        size: Its size in bytes.
        most_megabytes: The largest size that is taken, in units of 10⁶ bytes.

    Raises:
        UnreadableFile: If it is larger.
    """
    if size > most_megabytes * MEGABYTE:
        megabytes = size / MEGABYTE
        raise UnreadableFile(
            f"“{name}” has {megabytes:.1f} MB; the limit is {most_megabytes} MB. Split it, or shorten it."
        )


def _kind_of(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in KINDS:
        raise UnreadableFile(f"“{name}” is of a kind that hitl does not read. It reads {', '.join(KINDS)}.")
    return KINDS[suffix]


def _check_content(name: str, kind: str, data: bytes) -> None:
    """Refuse a file whose first bytes say that it is not what its name says."""
    found = "PDF" if _is_pdf(data, kind) else "Word" if _is_docx(data) else None
    is_binary = found is None and b"\x00" in data[:8192] and not data.startswith(tuple(BYTE_ORDER_MARKS))
    if found and found != kind:
        raise UnreadableFile(f"“{name}” is a {found} file under another name. Give it the right ending.")
    if kind in ("PDF", "Word") and found is None:
        raise UnreadableFile(f"“{name}” is named like a {kind} file, but it is none, or it is damaged.")
    if is_binary:
        raise UnreadableFile(f"“{name}” is named like a {kind} file, but it does not hold text.")


def _is_pdf(data: bytes, kind: str) -> bool:
    """By its signature, which may stand a little after the beginning; a text may speak of it there."""
    head = data[:1024]
    return b"%PDF-" in head if kind == "PDF" else head.lstrip().startswith(b"%PDF-")


def _is_docx(data: bytes) -> bool:
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except Exception:  # a damaged archive makes zipfile raise anything
        return False


def _document(name: str, kind: str, data: bytes) -> Document:
    try:
        return assemble(name, _read(name, kind, data))
    except Encrypted:
        raise UnreadableFile(f"“{name}” is protected by a password. Save it without one, then add it again.") from None
    except TooLong:
        raise UnreadableFile(
            f"“{name}” holds more than {MOST_CHARACTERS // MEGABYTE} million characters of text, which is the limit. "
            "Split it, and add its parts."
        ) from None
    except UnreadableFile:
        raise
    except Exception as error:  # a damaged file makes its parser raise anything
        raise UnreadableFile(f"“{name}” is damaged and cannot be read ({type(error).__name__}).") from error


def _read(name: str, kind: str, data: bytes) -> ReadFile:
    match kind:
        case "PDF":
            return read_pdf(data)
        case "Word":
            return read_docx(data)
        case "HTML":
            return read_html(_text(name, data))
        case "Markdown":
            return read_markdown(_text(name, data))
        case _:
            return read_text(_text(name, data))


def _text(name: str, data: bytes) -> str:
    text = _decoded(name, data)
    if len(text) > MOST_CHARACTERS:
        raise TooLong
    return text


def _decoded(name: str, data: bytes) -> str:
    """The text of a file: by its byte order mark, as UTF-8, or in the encoding that fits its bytes best."""
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(marked)
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # only for what is not UTF-8

        guesses = from_bytes(data)
        guess = best = guesses.best()
        if best is None:
            raise UnreadableFile(f"“{name}” is in an unknown encoding. Save it as UTF-8, then add it again.") from None
        for other in guesses:  # of guesses that are about as good, the usual encoding of Western Europe
            if other.chaos <= best.chaos + ABOUT_AS_GOOD and WESTERN & {other.encoding, *other.could_be_from_charset}:
                guess = other
                break
        return str(guess)
