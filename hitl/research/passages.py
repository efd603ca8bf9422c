"""Documents become passages: whole sentences that stand together, long enough to say something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hitl.research.evidence import Document, Passage
from hitl.research.sentences import Span, split_sentences
from hitl.research.words import WORD

PASSAGE_LENGTH = 500
"""Characters after which a passage takes no further sentence."""
FEWEST_WORDS = 6
"""A passage with fewer words (a label, a caption, a date) is no evidence."""

BIBLIOGRAPHY = re.compile(r"(?:sources?|references|bibliography|works cited|further reading)\s*(:)?", re.IGNORECASE)
"""As a heading with or without a colon; as the beginning of a paragraph only with it."""
PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
SPEAKER = re.compile(r"[ \t]*[\[(<]?[^\W_a-z][^\s:]*(?: [^\s:]+){0,3}:(?=\s)")
"""Who speaks, at the beginning of a turn in a conversation: `Project Manager: So, what about the price?`"""
OWN_LINE = re.compile(
    rf"{BLANK_LINE.pattern}|\n(?={SPEAKER.pattern}|[ \t]*(?:[-*•–]|\d{{1,3}}[.)])[ \t])|\n(?<=[^\n]{{120}}\n)"
)
"""A line break that parts what it stands between: before a turn or the item of a list, or after more than a line of
wrapped text is long. Any other one is only wrapping."""


def passages_of(document: Document) -> Iterator[Passage]:
    """The passages of a document, in its order; headings and lists of sources are left out.

    A paragraph is cut where it is long. The turns of a conversation are put together where they are short.
    """
    for stretch in _stretches(document):
        sentences = [s for part in parts_of(document.text, stretch) for s in split_sentences(document.text, *part)]
        for span in _groups(sentences):
            if len(WORD.findall(document.text, *span)) >= FEWEST_WORDS:
                yield Passage(document, *span)


def parts_of(text: str, span: Span) -> Iterator[Span]:
    """The turns, list items or paragraphs of a stretch of text; a sentence belongs to one of them only."""
    start = span.start
    for match in OWN_LINE.finditer(text, *span):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, span.end)


def _stretches(document: Document) -> Iterator[Span]:
    """Paragraphs, and conversations as a whole, whether or not blank lines stand between their turns."""
    text = document.text
    for section in _sections(document):
        turns: Span | None = None
        for paragraph in _paragraphs(text, section):
            is_turn = SPEAKER.match(text, *paragraph) is not None
            if turns and not is_turn:
                yield turns
                turns = None
            if is_turn:
                turns = Span(turns.start if turns else paragraph.start, paragraph.end)
            else:
                yield paragraph
        if turns:
            yield turns


def _sections(document: Document) -> Iterator[Span]:
    """What stands between headings, but for lists of sources."""
    text = document.text
    start, in_bibliography = 0, False
    for heading in document.headings:
        if not in_bibliography:
            yield Span(start, max(start, text.rfind("\n", 0, heading.start) + 1))
        in_bibliography = bool(BIBLIOGRAPHY.fullmatch(text[heading.start : heading.end].strip()))
        line_end = text.find("\n", heading.end)
        start = len(text) if line_end < 0 else line_end
    if not in_bibliography:
        yield Span(start, len(text))


def _paragraphs(text: str, section: Span) -> Iterator[Span]:
    """Lines without a blank one between them, but for those that list sources."""
    for match in PARAGRAPH.finditer(text, *section):
        label = BIBLIOGRAPHY.match(match[0])
        if not (label and label[1]):
            yield Span(*match.span())


def _groups(sentences: Sequence[Span]) -> Iterator[Span]:
    """Neighbouring sentences, together up to the length of a passage."""
    group: Span | None = None
    for sentence in sentences:
        if group and sentence.end - group.start > PASSAGE_LENGTH:
            yield group
            group = None
        group = Span(group.start if group else sentence.start, sentence.end)
    if group:
        yield group
