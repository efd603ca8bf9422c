"""Chooses what a finding quotes of a passage: whole statements, with what they lean on."""

from __future__ import annotations

from collections.abc import Callable

from hitl.research.enclosures import Span
from hitl.research.evidence import Passage
from hitl.research.search.passages import FEWEST_WORDS, count_words, quote_start, statements_in

QUOTE_LENGTH = 380
"""Maximum characters up to which a quote is extended by neighbouring sentences."""


def quoted_span(passage: Passage, value_of: Callable[[str], float]) -> Span:
    """The statements of a passage to quote: the best match, those it refers back to, and matching neighbours.

    They all come from one turn, paragraph, list or table. A very short one, such as `Sunday: closed`, takes its
    neighbours along.

    Args:
        passage: The passage that was found.
        value_of: How well a text matches what is asked, from 0.
    """
    document = passage.document
    text = document.text

    def value(span: Span) -> float:
        return value_of(text[span.start : span.end])

    def value_as_said(span: Span) -> float:
        block = document.block_at(span.start)
        said = text[span.start : span.end]
        return value_of(f"{block.speaker}: {said}" if block and block.speaker else said)

    parts = statements_in(document, Span(passage.start, passage.end)) or [[Span(passage.start, passage.end)]]

    def is_short(span: Span) -> bool:
        return count_words(text, span) < FEWEST_WORDS

    best = max(
        (statement for part in parts for statement in part),
        key=lambda statement: (value_as_said(statement), not is_short(statement)),  # a label says less than a sentence
    )
    statements = next(part for part in parts if best in part)
    values = [value(statement) for statement in statements]
    first = last = statements.index(best)
    start = quote_start(document, best)

    def fits(begin: int, end: int) -> bool:
        return max(end, statements[last].end) - min(begin, start) <= QUOTE_LENGTH

    while last + 1 < len(statements) and values[last + 1] and fits(start, statements[last + 1].end):
        last += 1
    while first > 0 and values[first - 1] and fits(statements[first - 1].start, statements[last].end):
        first -= 1
    while count_words(text, Span(min(start, statements[first].start), statements[last].end)) < FEWEST_WORDS:
        if last + 1 < len(statements) and fits(statements[first].start, statements[last + 1].end):
            last += 1
        elif first > 0 and fits(statements[first - 1].start, statements[last].end):
            first -= 1
        else:
            break
    return Span(min(start, quote_start(document, statements[first])), statements[last].end)
