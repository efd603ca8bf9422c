"""The passage around a finding, with its quote and the words that match what was asked."""

from __future__ import annotations

from hitl.report_ui.marked_quote import marked_quote
from hitl.research import Document, Finding
from hitl.ui import shown_lines

AROUND = 300
"""Maximum characters shown before and after a quote."""


def passage_around(document: Document, finding: Finding, is_dropped: bool = False) -> str:
    """A finding's quote in Markdown, its matching words marked, with some of its document in grey on either side.

    Args:
        document: The document.
        finding: A finding of it.
        is_dropped: Whether none of its words is to be marked, as it is not to be used.
    """
    before, after = _before(document.text, finding.start), _after(document.text, finding.end)
    quote = marked_quote(finding.quote, () if is_dropped else finding.matched)
    return f"{_grey(before)} {quote} {_grey(after)}".strip()


def _before(text: str, offset: int) -> str:
    """The text before an offset: whole blocks, or the end of a long block after an ellipsis."""
    first = max(offset - AROUND, 0)
    block = text.find("\n\n", first, offset)
    return text[:offset] if first == 0 else text[block + 2 : offset] if block >= 0 else f"…{text[first:offset]}"


def _after(text: str, offset: int) -> str:
    """The text after an offset: whole blocks, or the beginning of a long block before an ellipsis."""
    last = offset + AROUND
    block = text.rfind("\n\n", offset, last)
    return text[offset:] if last >= len(text) else text[offset:block] if block >= 0 else f"{text[offset:last]}…"


def _grey(text: str) -> str:
    """Plain text as Markdown paragraphs in grey."""
    blocks = (shown_lines(block) for block in text.split("\n\n"))
    return "\n\n".join(f":gray[{block}]" if block else "" for block in blocks)
