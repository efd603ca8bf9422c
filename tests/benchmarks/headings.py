"""Headings that a raw text shows by its looks."""

from __future__ import annotations

import re

from hitl.research.evidence import DocumentBlock

MARKED = re.compile(
    r"^(?:\#{1,6}[ \t]+(?P<hashed>\S.*?)[ \t]*\#*|"
    r"(?P<equals>={1,6})[ \t]*(?P<wiki>[^=\s].*?)[ \t]*(?P=equals))[ \t\r]*$",
    re.MULTILINE,
)
"""`## History` as in Markdown, `== History ==` as in MediaWiki."""
PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
SHORT_LINE = re.compile(r"[^\W_a-z][^\n]{0,79}")
NO_HEADING = re.compile(r"[.!?:;,…\"”»)|]$|:\s|^\d{1,3}[.)]\s")
"""The end of a sentence or of a part of it, someone who speaks, the item of a list."""
MOST_HEADINGS = 0.5
"""Share of all paragraphs from which short lines are no headings but what the text consists of."""


def headings_in(text: str) -> tuple[DocumentBlock, ...]:
    """The headings of a text: marked ones, and short lines alone between blank lines that are no sentence."""
    spans = {match.span("hashed" if match["hashed"] else "wiki") for match in MARKED.finditer(text)}
    paragraphs = list(PARAGRAPH.finditer(text))
    alone = {
        (match.start(), match.start() + len(line))
        for match in paragraphs[:-1]  # a heading has something under it
        if SHORT_LINE.fullmatch(line := match[0].rstrip()) and not NO_HEADING.search(line)
    }
    if len(alone) < MOST_HEADINGS * len(paragraphs):
        spans |= alone
    return tuple(DocumentBlock(start=start, end=end, kind="heading", level=1) for start, end in sorted(spans))
