"""All that a finding can quote of a document, whatever is asked, and what must hold of each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hitl.research.enclosures import Span
from hitl.research.evidence import Document, Passage
from hitl.research.quoted_span import quoted_span
from hitl.research.search.captions import caption_kind
from hitl.research.search.passages import LONGEST_LEANING, passages_of, statements_in
from hitl.research.search.references import is_reference
from hitl.research.sentences import leans_on_previous

COLON = re.compile(r"[:：][\"'”’»)\]]*\Z")


def possible_quotes(document: Document) -> list[Span]:
    """The spans that findings can quote: each statement of each passage is once the one that is asked for."""
    quotes = {
        _quote_for(passage, document.text[statement.start : statement.end])
        for passage in passages_of(document)
        for part in statements_in(document, Span(passage.start, passage.end))
        for statement in part
    }
    return sorted(quotes)


def texts_of(document: Document) -> list[str]:
    """The texts of the possible quotes."""
    return [document.text[quote.start : quote.end] for quote in possible_quotes(document)]


def _quote_for(passage: Passage, asked: str) -> Span:
    return quoted_span(passage, lambda text: float(text == asked or text.endswith(f": {asked}")))


def faults_in(document: Document, quote: Span) -> Iterator[str]:
    """What is wrong with a quote: nothing, if it is whole."""
    text = document.text
    said = text[quote.start : quote.end]
    statements = [statement for part in statements_in(document, Span(0, len(text))) for statement in part]
    starts, ends = {statement.start for statement in statements}, {statement.end for statement in statements}
    if not said or said != said.strip():
        yield "it is empty, or white space is around it"
    if quote.start not in starts:
        yield "it begins within a statement"
    if quote.end not in ends:
        yield "it ends within a statement"
    headings = (heading for heading in document.headings if text[heading.end - 1 : heading.end] != "?")
    if any(heading.start < quote.end and quote.start < heading.end for heading in headings):
        yield "a heading is in it"
    if "\n\n" not in said and caption_kind(text, quote):
        yield "it is a caption"
    if is_reference(text, quote):
        yield "it is a reference"
    following = document.block_at(quote.end + 2)
    if COLON.search(said) and following and following.start >= quote.end and following.kind in ("item", "row"):
        yield "it ends with a colon, and its list is missing"
    block = document.block_at(quote.start)
    if block and block.kind == "paragraph" and block.start < quote.start:
        before = [statement for statement in statements if block.start <= statement.start < quote.start]
        first = min((statement for statement in statements if statement.start == quote.start), default=quote)
        is_short = before and first.end - before[-1].start <= LONGEST_LEANING
        if is_short and leans_on_previous(text, first, document.language_code):
            yield "it leans on the sentence before it"
