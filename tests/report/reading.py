"""A written report as its reader sees it, through a real CommonMark parser."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hitl.report.verification.marks import CITATION
from tests.markdown import literal

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Cited:
    """A stretch of the text and the number after it."""

    text: str
    number: int


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


def folded(text: str) -> str:
    return " ".join(text.split())


def shown(text: str) -> str:
    """A text as CommonMark shows it: on one line, and a NUL as the replacement character."""
    return folded(text).replace("\0", "\ufffd")


def body(markdown: str) -> list[str]:
    """The paragraphs between the note and the references of a report in English."""
    lines = markdown.split("\n\n## References\n\n")[0].split("\n\n")
    return lines[2:]


def paragraphs(markdown: str) -> list[list[Cited]]:
    """The cited stretches of the text, by paragraph."""
    return [cited(line) for line in body(markdown) if not line.startswith("## ")]


def cited(paragraph: str) -> list[Cited]:
    pieces = CITATION.split(paragraph)  # text, number, number, text, …, and nothing after the last
    assert pieces[-1] == ""
    return [Cited(folded(literal(pieces[at])), int(pieces[at + 1])) for at in range(0, len(pieces) - 1, 3)]


def sentences(markdown: str) -> list[Cited]:
    return [sentence for paragraph in paragraphs(markdown) for sentence in paragraph]


def headings(markdown: str) -> list[Heading]:
    tokens = RENDERER.parse(markdown)
    return [
        Heading(int(token.tag[1]), "".join(child.content for child in inline.children or []))
        for token, inline in pairwise(tokens)
        if token.type == "heading_open"
    ]


def section_titles(markdown: str) -> list[str]:
    titles = [heading.text for heading in headings(markdown) if heading.level == 2]
    assert titles[-1] == "References"
    return titles[:-1]


def inline_tokens(markdown: str) -> list[Token]:
    return [child for token in RENDERER.parse(markdown) for child in token.children or []]
