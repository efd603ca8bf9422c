"""What evidence is made of: documents, passages of them, and findings that quote them."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class Heading(BaseModel):
    """A heading in a document's text."""

    model_config = ConfigDict(frozen=True)

    start: int
    """Offset of its first character in the text."""
    end: int
    """Offset after its last character."""


class Document(BaseModel):
    """Something that can be quoted."""

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    """SHA-256 of the text, in hexadecimal: the same text is the same document."""
    title: str
    location: str
    """File name or address."""
    date: str | None = None
    """The day its text speaks of itself as being from, `2019-09-10`, or just a month or a year."""
    text: str
    """What is quoted: plain text, one block (heading, paragraph, list item) per pair of line feeds."""
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    """Offset at which each page begins; empty for what has no pages."""
    unread_words: int = 0
    """Words that show in its file and are not in its text: a sentence of it may lack some."""

    @property
    def warning(self) -> str:
        """What a human should know before relying on its text, in a sentence; empty when that is nothing."""
        if not self.unread_words:
            return ""
        words = "1 word that shows is" if self.unread_words == 1 else f"{self.unread_words:,} words that show are"
        return f"In “{self.location}” {words} not read: hold its sentences against the file before you rely on them."

    def heading_at(self, offset: int) -> str:
        """The text of the nearest heading above an offset; empty above the first."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start) - 1
        return self.text[self.headings[index].start : self.headings[index].end] if index >= 0 else ""

    def place_at(self, offset: int) -> str:
        """Where an offset lies, in a reader's words: `page 3, Thermal expansion`."""
        page = f"page {bisect_right(self.pages, offset)}" if self.pages else ""
        heading = self.heading_at(offset)
        return ", ".join(part for part in (page, heading if heading != self.title else "") if part)


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document's text that is ranked: whole sentences of one block."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


class Finding(BaseModel):
    """One piece of evidence: a verbatim quote, its document, its place."""

    model_config = ConfigDict(frozen=True)

    id: str
    """The same for the same span of the same document."""
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
    """How well it fits what was asked (BM25); only comparable within one round."""
    round: int
    """The round of research that found it, from 1."""

    def overlaps(self, other: Finding) -> bool:
        """Whether both quote the same characters of the same document."""
        return self.document == other.document and self.start < other.end and other.start < self.end


def fingerprint_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def finding_id(fingerprint: str, start: int, end: int) -> str:
    return hashlib.sha256(f"{fingerprint}:{start}:{end}".encode()).hexdigest()[:12]
