"""Documents become passages: whole sentences of one block, long enough to say something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hitl.research.evidence import Document, Passage
from hitl.research.ranking import WORD
from hitl.research.sentences import Span, split_sentences

PASSAGE_LENGTH = 500
"""Characters after which a passage takes no further sentence."""
FEWEST_WORDS = 6
"""A block with fewer words (a label, a caption, a date) is no evidence."""

BIBLIOGRAPHY = re.compile(r"(?:sources?|references|bibliography|works cited|further reading)\s*(:)?", re.IGNORECASE)
"""As a heading with or without a colon; as the beginning of a paragraph only with it."""
BLOCK = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")


def passages_of(document: Document) -> Iterator[Passage]:
    """The passages of a document, in its order; headings and lists of sources are left out."""
    headings = {heading.start for heading in document.headings}
    in_bibliography = False
    for match in BLOCK.finditer(document.text):
        if match.start() in headings:
            in_bibliography = bool(BIBLIOGRAPHY.fullmatch(match[0].strip()))
            continue
        label = BIBLIOGRAPHY.match(match[0])
        is_list_of_sources = in_bibliography or (label and label[1])
        if not is_list_of_sources and len(WORD.findall(match[0])) >= FEWEST_WORDS:
            for span in _groups(document.text, Span(*match.span())):
                yield Passage(document, *span)


def _groups(text: str, block: Span) -> Iterator[Span]:
    """Neighbouring sentences, together up to the length of a passage."""
    group: Span | None = None
    for sentence in split_sentences(text, *block):
        if group and sentence.end - group.start > PASSAGE_LENGTH:
            yield group
            group = None
        group = Span(group.start if group else sentence.start, sentence.end)
    if group:
        yield group
