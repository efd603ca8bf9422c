"""Blocks: the common form of every file format before it becomes a document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from hitl.research.evidence import BlockKind, Document, DocumentBlock, fingerprint_of
from hitl.research.languages import language_of
from hitl.research.reading.characters import RIGHT_TO_LEFT, unseen_in, visible
from hitl.research.reading.limits import MEGABYTE, USUAL_LIMITS, OverLimit, ReadLimits
from hitl.text import normalize

DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
DATE_LINE = re.compile(rf"^(?:date|published|updated|as of)\s*:\s*({DATE.pattern})\s*$", re.IGNORECASE)
LIGATURES = re.compile("[\ufb00-\ufb06]")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list item, a table row, a footnote or a caption, as a reader finds it in a file."""

    text: str
    """Its lines are separated by line feeds, if the file breaks them itself; wrapped lines are joined."""
    kind: BlockKind = "paragraph"
    level: int = 0
    """Of a heading, from 1 for the highest; of a list item, the number of lists around its own, from 0."""
    page: int | None = None
    """Number of its page or slide, from 1; None in formats without pages."""
    speaker: str = ""
    """Who says it, in minutes and transcripts, if the text of the block itself does not name them."""
    row: int | None = None
    """Number of its row in a sheet or a CSV file, from 1."""

    @property
    def is_heading(self) -> bool:
        return self.kind == "heading"


def heading(text: str, level: int = 1, page: int | None = None) -> Block:
    """A heading, of level 1 unless it says otherwise."""
    return Block(text, "heading", level=level, page=page)


@dataclass(frozen=True)
class ReadFile:
    """The result of a format's reader."""

    blocks: Sequence[Block]
    title: str = ""
    is_titled_by_heading: bool = True
    """Whether the first heading is the title of a file that has none; else it is titled like the file."""
    date: str | None = None
    """As the file states it; None if it does not."""
    unread_words: int = 0
    """Number of words visible in the file but missing from the blocks, as far as the reader detects them."""
    remarks: tuple[str, ...] = ()
    """What could not be read, each a sentence that names no file: `Pages 3 to 8 are pictures.`"""
    page_word: Literal["page", "slide"] = "page"


def within_limit(blocks: Iterable[Block], limits: ReadLimits) -> Iterator[Block]:
    """Yield the blocks while their text is within the limit.

    Raises:
        OverLimit: If there is more text; the remaining blocks are not read.
    """
    characters = 0
    for block in blocks:
        characters += len(block.text)
        check_characters(characters, limits)
        yield block


def check_characters(characters: int, limits: ReadLimits) -> None:
    """Raise if a file has more text than the limit.

    Raises:
        OverLimit: If it has.
    """
    if characters > limits.characters:
        millions = f"{limits.characters / MEGABYTE:g} million"
        raise OverLimit(f"holds more than {millions} characters of text")


def assemble(name: str, read: ReadFile, limits: ReadLimits = USUAL_LIMITS) -> Document:
    """Join blocks into a document, with the offsets of its blocks and pages.

    Raises:
        OverLimit: If the blocks contain more text than a document may have.
    """
    parts: list[str] = []
    blocks: list[DocumentBlock] = []
    pages: list[int] = []
    offset = 0
    unseen = unseen_in(name) + unseen_in(read.title)
    for block in within_limit(read.blocks, limits):
        unseen += unseen_in(block.text) + unseen_in(block.speaker)
        text = tidy_lines(block.text) if block.kind != "heading" else tidy(block.text)
        if not text:
            continue
        while block.page is not None and len(pages) < block.page:
            pages.append(offset)
        blocks.append(
            DocumentBlock(
                start=offset,
                end=offset + len(text),
                kind=block.kind,
                level=block.level,
                speaker=tidy(block.speaker),
                row=block.row,
            )
        )
        parts.append(text)
        offset += len(text) + 2
    text = "\n\n".join(parts)
    first_heading = next((part for part, block in zip(parts, blocks, strict=True) if block.kind == "heading"), "")
    return Document(
        fingerprint=fingerprint_of(text),
        title=tidy(read.title) or (read.is_titled_by_heading and first_heading) or tidy(PurePath(name).stem),
        location=tidy(name),
        date=_date_in(parts) or (read.date if DATE.fullmatch(read.date or "") else None),
        language=language_of(text),
        text=text,
        blocks=tuple(blocks),
        pages=tuple(pages),
        page_word=read.page_word,
        unread_words=read.unread_words,
        remarks=read.remarks + unseen.remarks(is_right_to_left=bool(RIGHT_TO_LEFT.search(text))),
    )


def tidy(text: str) -> str:
    """A text on one line: in NFC, without ligatures and characters that do not show, with single spaces."""
    return tidy_lines(text).replace("\n", " ")


def tidy_lines(text: str) -> str:
    """The same for a text of several lines: none of them is empty, and they are separated by single line feeds."""
    if text.isascii() and text.isprintable():  # most are, and have nothing of all this
        return " ".join(text.split())
    text = visible(text.encode("utf-8", "ignore").decode("utf-8"))  # before NFC, which composes what then meets
    text = normalize(LIGATURES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text))
    lines = (SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _date_in(parts: Sequence[str]) -> str | None:
    """The document's own date, if one of the first six blocks states it."""
    return next((match[1] for part in parts[:6] if (match := DATE_LINE.match(part))), None)
