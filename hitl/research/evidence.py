"""The types of evidence: documents, their passages, and findings that quote them."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from hitl.research.languages import language_of

BlockKind = Literal["heading", "paragraph", "item", "row", "footnote", "caption"]
"""What a block of a document is; an item is one of a list, a row one of a table or of a sheet."""


@dataclass(frozen=True, slots=True)
class DocumentBlock:  # a long document has half a million: as pydantic models they take a gigabyte
    """A block of a document's text: a heading, a paragraph, a list item, a table row, a footnote or a caption."""

    start: int
    """Offset of its first character in the text."""
    end: int
    """Offset after its last character."""
    kind: BlockKind = "paragraph"
    level: int = 0
    """Of a heading, from 1 for the highest; of a list item, the number of lists around its own, from 0."""
    speaker: str = ""
    """Who says it, in minutes and transcripts; empty when nobody is named."""
    row: int | None = None
    """Number of its row in a sheet or a CSV file, from 1."""


class FileEncoding(BaseModel):
    """The encoding in which a text file was read."""

    model_config = ConfigDict(frozen=True)

    name: str
    """As a person knows it: `Windows-1250`."""
    alternatives: tuple[str, ...] = ()
    """Others that fit about as well, and give another text; none if it is certain, or was chosen."""
    is_chosen: bool = False
    """Whether a person chose it."""

    @property
    def remark(self) -> str:
        """What a reader has to know of it, in a sentence that goes on after the file's name; empty if it is certain."""
        if self.is_chosen:
            return f"the text was read as {self.name}, as chosen."
        if not self.alternatives:
            return ""
        return (
            f"the encoding was guessed as {self.name}, and {' or '.join(self.alternatives)} fits about as well: if "
            "letters look wrong, choose another on the start page, below your documents, or with --encoding."
        )


class Document(BaseModel):
    """A document that can be quoted."""

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    """SHA-256 of the text in hexadecimal; the same text is the same document."""
    title: str
    location: str
    """File name or address."""
    other_names: tuple[str, ...] = ()
    """Names of further files with the same text."""
    date: str | None = None
    """The document's date as its file states it: `2019-09-10`, `2019-09` or `2019`."""
    language: str = ""
    """Code of its language (ISO 639-1), guessed from its text; empty if it was stored before languages were told."""
    text: str
    """Plain text; its blocks are separated by two line feeds, lines inside a block by one."""
    blocks: tuple[DocumentBlock, ...] = ()
    """All of the text, in order; made from the blank lines of the text when they are not given."""
    pages: tuple[int, ...] = ()
    """Offset at which each page begins; empty for documents without pages."""
    page_word: Literal["page", "slide"] = "page"
    """What its pages are called."""
    unread_words: int = 0
    """Number of words visible in the file but missing from the text, so that sentences may be incomplete."""
    remarks: tuple[str, ...] = ()
    """What could not be read, or was taken out, each a sentence: `3 equations are not read.`"""
    encoding: FileEncoding | None = None
    """Of a text file; None for a file of another kind, and if it was stored before encodings were told."""

    @model_validator(mode="before")
    @classmethod
    def _with_blocks(cls, values: Any) -> Any:
        """Documents that were stored before blocks had kinds name their headings only."""
        if not isinstance(values, Mapping) or "blocks" in values:
            return values
        headings = {_start_of(heading) for heading in values.get("headings", ())}
        others = {name: value for name, value in values.items() if name != "headings"}
        return others | {"blocks": tuple(_blocks_without_kinds(str(values.get("text", "")), headings))}

    @cached_property
    def language_code(self) -> str:
        """Code of its language; guessed from its text if it was stored without."""
        return self.language or language_of(self.text)

    @property
    def warning(self) -> str:
        """What the human has to know before relying on the document, in sentences; empty if there is nothing."""
        said = [self.encoding.remark] if self.encoding and self.encoding.remark else []
        said += self.remarks
        if self.unread_words:
            words = "1 word that shows is" if self.unread_words == 1 else f"{self.unread_words:,} words that show are"
            said.append(f"{words} not read: hold its sentences against the file before you rely on them.")
        return f"In “{self.location}” {' '.join(said)}" if said else ""

    @cached_property
    def headings(self) -> tuple[DocumentBlock, ...]:
        """Its headings, in order."""
        return tuple(block for block in self.blocks if block.kind == "heading")

    def block_at(self, offset: int) -> DocumentBlock | None:
        """The last block that begins at or before an offset; None before the first."""
        index = bisect_right(self.blocks, offset, key=lambda block: block.start) - 1
        return self.blocks[index] if index >= 0 else None

    def heading_at(self, offset: int) -> str:
        """The text of the last heading at or before an offset; empty before the first."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start) - 1
        return self._text_of(self.headings[index]) if index >= 0 else ""

    def path_at(self, offset: int) -> tuple[str, ...]:
        """The headings that an offset stands under, from the highest to the nearest; the title is none of them."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start) - 1
        if index < 0 or not self._reaches(self.headings[index], offset):
            return ()
        return self._paths[index]

    @cached_property
    def _paths(self) -> tuple[tuple[str, ...], ...]:
        """The path of each heading, itself included."""
        paths: list[tuple[str, ...]] = []
        around: list[DocumentBlock] = []
        for heading in self.headings:
            while around and (around[-1].level >= heading.level or not self._reaches(around[-1], heading.start)):
                around.pop()
            around.append(heading)
            paths.append(tuple(text for each in around if (text := self._text_of(each)) != self.title))
        return tuple(paths)

    def _reaches(self, heading: DocumentBlock, offset: int) -> bool:
        """Whether a heading still holds at an offset after it: that of a slide does not on the next one."""
        return self.page_word != "slide" or self.page_at(heading.start) == self.page_at(offset)

    def page_at(self, offset: int) -> int | None:
        """The number of the page of an offset, from 1; None in documents without pages."""
        return max(bisect_right(self.pages, offset), 1) if self.pages else None

    def place_at(self, offset: int) -> str:
        """Who speaks, the path of headings, and the page or row of an offset: `ANN, Closing the pool › Discussion`."""
        block = self.block_at(offset)
        page = self.page_at(offset)
        parts = (
            block.speaker if block else "",
            " › ".join(self.path_at(offset)),
            f"{self.page_word} {page}" if page else "",
            f"row {block.row}" if block and block.row else "",
        )
        return ", ".join(part for part in parts if part)

    def _text_of(self, block: DocumentBlock) -> str:
        return self.text[block.start : block.end]


def _start_of(heading: Any) -> int:
    return int(heading["start"] if isinstance(heading, Mapping) else heading.start)


def _blocks_without_kinds(text: str, headings: Container[int]) -> Iterator[DocumentBlock]:
    """The blocks of a text, of which only the headings are known."""
    start = 0
    for part in text.split("\n\n"):
        end = start + len(part)
        is_heading = start in headings
        yield DocumentBlock(start=start, end=end, kind="heading" if is_heading else "paragraph", level=int(is_heading))
        start = end + 2


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that is ranked: whole sentences of one paragraph, or of turns of a conversation."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


class Finding(BaseModel):
    """A piece of evidence: a verbatim quote with its document and its place."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Derived from the document and the span: the same quote always has the same id."""
    quote: str
    """Exactly `text[start:end]` of its document."""
    document: str
    """Fingerprint of the document."""
    title: str
    location: str
    date: str | None = None
    """The document's own date."""
    place: str
    """Page or heading, in words; empty when the document has neither."""
    start: int
    end: int
    score: float
    """How well it matches the query (BM25); comparable only within one round."""
    round: int
    """The round of research that found it, from 1."""
    answers: tuple[str, ...] = ()
    """The parts of what was asked that it answers, in the words of `AskedPart.text`."""
    matched: tuple[str, ...] = ()
    """The words of the quote that match what was asked, as they stand there."""
    is_weak: bool = False
    """True if it matches little of what was asked; such findings come after the others."""

    def overlaps(self, other: Finding) -> bool:
        """True if both quotes share characters of the same document."""
        return self.document == other.document and self.start < other.end and other.start < self.end


def fingerprint_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def finding_id(fingerprint: str, start: int, end: int) -> str:
    return hashlib.sha256(f"{fingerprint}:{start}:{end}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Query:
    """What one round of research searches for."""

    topic: str
    feedback: tuple[str, ...] = ()
    """The feedback so far, oldest first; an empty string asks to search deeper."""
    kept: tuple[Finding, ...] = ()
    dropped: tuple[Finding, ...] = ()
    round: int = 1
    most: int = 8
    """Maximum number of new findings."""

    @property
    def known(self) -> tuple[Finding, ...]:
        """All findings that the human has seen."""
        return self.kept + self.dropped


class AskedPart(BaseModel):
    """A part of what was asked, and what a round found for it."""

    model_config = ConfigDict(frozen=True)

    text: str
    """In the words of the topic, of a feedback, or of the model that divided the topic."""
    found: int
    """Number of this round's findings that answer it."""
    weak: int = 0
    """Number of this round's findings that match only little of it."""
    before: int = 0
    """Number of findings of earlier rounds that answer it."""
    has_more: bool = False
    """True if something fits it for which there was no room among the findings."""
    is_said: bool = False
    """True if the last feedback asked for it."""
    did_you_mean: str = ""
    """The topic or the feedback that it is of, with misspelt words as the documents spell them, at the first of its
    parts; empty at others, and if none seems to be misspelt."""


@dataclass(frozen=True)
class Evidence:
    """The result of one round of research."""

    findings: tuple[Finding, ...]
    """Only new ones, best first."""
    documents: int
    """Number of documents read."""
    passages: int
    """Number of passages ranked."""
    unknown: tuple[str, ...] = ()
    """Words of the query, as typed, that no document contains."""
    unquoted: tuple[str, ...] = ()
    """Those that stand only in what is never quoted by itself: headings, captions, lists of sources."""
    parts: tuple[AskedPart, ...] = ()
    """What was found for each part of what was asked."""
    left_aside: int = 0
    """Number of passages that were left aside because the human has seen what they say."""
    went_deeper: bool = False
    """True if the last feedback asked for nothing, so that the search was less strict than before."""
    warnings: tuple[str, ...] = ()
    """The warnings of the documents; see `Document.warning`."""
