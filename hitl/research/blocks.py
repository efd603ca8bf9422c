"""Blocks: what every file format is read into before it becomes a document's text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from hitl.research.evidence import Document, Heading, fingerprint_of
from hitl.research.words import composed

DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
DATE_LINE = re.compile(rf"^(?:date|published|updated|as of)\s*:\s*({DATE.pattern})\s*$", re.IGNORECASE)
LIGATURES = re.compile("[ﬀ-ﬆ]")
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1b\x7f]")
SPACES = re.compile(r"\s+")
MOST_CHARACTERS = 20_000_000
"""Characters of text that a document may have: a hundred thick books."""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list item or a table row."""

    text: str
    is_heading: bool = False
    page: int | None = None
    """Page it stands on, from 1."""


class TooLong(Exception):
    """A file holds more text than a document may have."""


def not_too_long(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks one by one, as long as they are not too much altogether.

    Raises:
        TooLong: If they are: what comes after need not be read.
    """
    characters = 0
    for block in blocks:
        characters += len(block.text)
        if characters > MOST_CHARACTERS:
            raise TooLong
        yield block


@dataclass(frozen=True)
class ReadFile:
    """What a format's reader made of a file."""

    blocks: Sequence[Block]
    title: str = ""
    date: str | None = None
    """As the file states it, if it does."""
    unread_words: int = 0
    """Words that show in the file and are not in its blocks, as far as the reader can tell."""


def assemble(name: str, read: ReadFile) -> Document:
    """Put blocks together into a document, noting where headings and pages begin.

    Raises:
        TooLong: If they hold more text than a document may have.
    """
    parts: list[str] = []
    headings: list[Heading] = []
    pages: list[int] = []
    offset = 0
    for block in not_too_long(read.blocks):
        text = tidy(block.text)
        if not text:
            continue
        while block.page is not None and len(pages) < block.page:
            pages.append(offset)
        if block.is_heading:
            headings.append(Heading(start=offset, end=offset + len(text)))
        parts.append(text)
        offset += len(text) + 2
    text = "\n\n".join(parts)
    first_heading = text[headings[0].start : headings[0].end] if headings else ""
    return Document(
        fingerprint=fingerprint_of(text),
        title=tidy(read.title) or first_heading or tidy(PurePath(name).stem),
        location=tidy(name),
        date=_date_in(parts) or (read.date if DATE.fullmatch(read.date or "") else None),
        text=text,
        headings=tuple(headings),
        pages=tuple(pages),
        unread_words=read.unread_words,
    )


def tidy(text: str) -> str:
    """One line of clean text: composed characters, no ligatures, no invisible ones, single spaces."""
    text = composed(text.encode("utf-8", "ignore").decode("utf-8"))
    text = LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return SPACES.sub(" ", INVISIBLE.sub("", text)).strip()


def _date_in(parts: Sequence[str]) -> str | None:
    """The date that one of the first lines states for the document itself."""
    return next((match[1] for part in parts[:6] if (match := DATE_LINE.match(part))), None)
