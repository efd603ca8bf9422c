"""Reads files into documents; UnreadableFile gives the reason if that is impossible."""

from __future__ import annotations

from dataclasses import replace

from hitl.characters import visible
from hitl.research.evidence import Document
from hitl.research.reading.archive import check_archive
from hitl.research.reading.blocks import ReadFile, assemble, check_characters
from hitl.research.reading.delimited import read_csv
from hitl.research.reading.encoding.decoding import Undecodable, decode, holds_text
from hitl.research.reading.html.reader import read_html
from hitl.research.reading.kinds import (
    KINDS,
    TEXT_KINDS,
    UNREAD_KINDS,
    is_binary,
    kind_by_content,
    old_office_kind,
    suffix_of,
    with_article,
)
from hitl.research.reading.limits import USUAL_LIMITS, OverLimit, ReadLimits
from hitl.research.reading.markdown import read_markdown
from hitl.research.reading.office.slides import read_pptx
from hitl.research.reading.office.spreadsheet import read_xlsx
from hitl.research.reading.pdf import Encrypted, read_pdf
from hitl.research.reading.plain_text.reader import read_text
from hitl.research.reading.refusals import (
    FEWEST_LETTERS,
    SAVE_ANEW,
    UndecodableFile,
    UnreadableFile,
    check_size,
    damaged,
    without_text,
)
from hitl.research.reading.word.reader import read_docx

__all__ = ["UndecodableFile", "UnreadableFile", "read_document"]

PROTECTED = "is protected by a password or a certificate. Save it without one, then add it again."


def read_document(name: str, data: bytes, limits: ReadLimits = USUAL_LIMITS, encoding: str = "") -> Document:
    """Read a file into a document.

    Args:
        name: The file's name; its suffix says which format to expect.
        data: The file's bytes.
        limits: What the file may have; time and memory are not held here but where it is read in a process of its own.
        encoding: The one that a person chose for a text file, by any of its names; guessed if it is empty.

    Raises:
        UnreadableFile: If the file is of an unsupported format or another one than its suffix says, too large, empty,
            password-protected, damaged, without text, with too much text, or has no encoding to choose.
        UndecodableFile: If it is in an unknown encoding, or cannot be read in the one that was chosen.
    """
    name = visible(name)
    kind = _kind_of(name)
    check_size(name, len(data), limits)
    if not data.strip():
        raise UnreadableFile(f"“{name}” is empty. Check that it was saved or copied as a whole, then add it again.")
    if encoding and kind not in TEXT_KINDS:
        raise UnreadableFile(
            f"“{name}” is {with_article(kind)} file, which says itself how its text is encoded. Choose no encoding."
        )
    _check_content(name, kind, data, encoding)
    document = _document(name, kind, data, limits, encoding)
    if sum(character.isalpha() for character in document.text) < FEWEST_LETTERS:
        if encoding and document.encoding:
            raise UndecodableFile(
                f"“{name}” holds no text that could be quoted if it is read as {document.encoding.name}. Choose "
                "another encoding."
            )
        raise UnreadableFile(f"“{name}” {without_text(kind, document.remarks)}")
    return document


def _kind_of(name: str) -> str:
    suffix = suffix_of(name)
    if suffix in UNREAD_KINDS:
        raise UnreadableFile(f"“{name}” {UNREAD_KINDS[suffix]}")
    if suffix not in KINDS:
        raise UnreadableFile(
            f"“{name}” is of a kind that hitl does not read. It reads {', '.join(KINDS)}: save it as one."
        )
    return KINDS[suffix]


def _check_content(name: str, kind: str, data: bytes, encoding: str) -> None:
    """Raise if a file's content does not match its suffix."""
    found = kind_by_content(data, kind)
    if found and found != kind:
        raise UnreadableFile(f"“{name}” is {with_article(found)} file under another name. Give it the right ending.")
    if found is None and (old := old_office_kind(data)) is not None:
        raise UnreadableFile(f"“{name}” {UNREAD_KINDS[old] if old else PROTECTED}")
    if kind in ("PDF", "Word", "Excel", "PowerPoint") and found is None:
        raise UnreadableFile(
            f"“{name}” is named like {with_article(kind)} file, but it is none, or it is damaged. {SAVE_ANEW[kind]}"
        )
    if found is None and not encoding and is_binary(data) and not holds_text(data):
        raise UnreadableFile(
            f"“{name}” is named like {with_article(kind)} file, but it does not hold text. Give it the right "
            "ending, or save it as text."
        )


def _document(name: str, kind: str, data: bytes, limits: ReadLimits, encoding: str) -> Document:
    try:
        check_archive(data, limits)
        if kind in TEXT_KINDS:
            return _from_text(name, kind, data, limits, encoding)
        return assemble(name, _read(kind, data, limits), limits)
    except ModuleNotFoundError as error:
        raise UnreadableFile(
            f"“{name}” cannot be read: the libraries for {kind} files are not installed. They come with hitl's extra "
            "“report”: install hitl[report]."
        ) from error
    except Encrypted:
        raise UnreadableFile(f"“{name}” {PROTECTED}") from None
    except OverLimit as error:
        raise UnreadableFile(f"“{name}” {error}, which is the limit. Split it, and add its parts.") from None
    except Undecodable as error:
        raise UndecodableFile(f"“{name}” {error}") from None
    except Exception as error:  # parsers raise all kinds of exceptions for a damaged file
        raise UnreadableFile(f"“{name}” {damaged(kind)}") from error


def _read(kind: str, data: bytes, limits: ReadLimits) -> ReadFile:
    match kind:
        case "PDF":
            return read_pdf(data, limits)
        case "Word":
            return read_docx(data, limits)
        case "Excel":
            return read_xlsx(data, limits)
        case _:
            return read_pptx(data, limits)


def _from_text(name: str, kind: str, data: bytes, limits: ReadLimits, encoding: str) -> Document:
    """Decode and read a file, with what has to be said of its encoding."""
    decoded = decode(data, encoding, is_page=kind == "HTML")
    check_characters(len(decoded.text), limits)
    read = _read_text(kind, decoded.text, limits)
    document = assemble(name, replace(read, remarks=(*decoded.remarks, *read.remarks)), limits)
    return document.model_copy(update={"encoding": decoded.file_encoding})


def _read_text(kind: str, text: str, limits: ReadLimits) -> ReadFile:
    match kind:
        case "CSV":
            return read_csv(text, limits)
        case "HTML":
            return read_html(text)
        case "Markdown":
            return read_markdown(text)
        case _:
            return read_text(text)
