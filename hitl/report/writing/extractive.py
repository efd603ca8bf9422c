"""Writing without a model: the text of a report that consists of approved quotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from hitl.report.events import Report
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.writing.compose import composed, report_title
from hitl.report.writing.fixed_words import fixed_words, report_language
from hitl.report.writing.sources import SourceName, source_names
from hitl.research import Finding
from hitl.research.dedupe import agree, same_sentence
from hitl.research.enclosures import Span
from hitl.research.search.tokens import terms_of
from hitl.research.sentences import leans_on_previous, whole_sentences

REPEATS = 0.8
"""Minimum Jaccard index of the terms of two statements that count as repeating each other."""
FEWEST_TERMS = 4
"""Terms of a statement from which it can repeat another one; a shorter one, as “Yes.”, belongs to what is around it."""
LEADS_ON = re.compile(r"[:：][\"'”’»)\]]*\s*\Z")
"""The end of a sentence that says nothing without what follows: “Here are a few:”."""

PAGE = re.compile(r"(?:^|, )(?:page|slide|row) \d+(?=(?:, row \d+)?$)")
"""What `Document.place_at` adds to the headings."""


def extractive_text(
    topic: str, findings: Sequence[Finding], parts: Sequence[str], dropped: Sequence[Finding] = ()
) -> ReportText:
    """The text of a report that quotes findings, each as a whole.

    The best quote leads. The others follow by the part of what was asked that they answer; if only one thing was asked,
    by document, or by heading if there is only one document. Those of one document stand in its order. What repeats
    another quote, or a dropped one, is left out, and so is the beginning of a list whose items are not quoted.

    Args:
        topic: The topic.
        findings: The approved findings, at least one, the most important first.
        parts: What was asked, in parts, in the words of `Finding.answers`.
        dropped: The findings that the human dropped; their sentences are not used even if an approved quote has them.

    Raises:
        ValueError: If nothing is left to quote, since nothing may be written that no evidence supports.
    """
    quotes = _quotes(sorted(findings, key=lambda finding: finding.is_weak), dropped)
    if not quotes:
        raise ValueError("A report needs at least one approved finding that was not dropped elsewhere.")
    asked = [part for part in dict.fromkeys(parts) if any(part in quote.finding.answers for quote in quotes)]
    found = Counter(part for quote in quotes for part in quote.finding.answers)
    lead = next((quote for quote in quotes if all(found[part] > 1 for part in quote.finding.answers)), quotes[0])
    others = [quote for quote in quotes if quote is not lead]
    if len(asked) > 1:
        further = fixed_words(report_language(topic, (finding.quote for finding in findings))).further
        sections = _by_part(others, asked, found, further)
    else:
        sections = _by_document(others, source_names(quote.finding for quote in quotes))
    return ReportText(sections=(Section(sentences=lead.sentences), *sections))


def write_extracted(
    topic: str, findings: Sequence[Finding], dropped: Sequence[Finding] = (), *, written_on: str = ""
) -> Report:
    """A report of quotes about a topic that is not divided into parts; see `extractive_text` and `composed`."""
    text = extractive_text(topic, findings, [topic], dropped)
    return composed(topic, text, findings, written_on=written_on)


@dataclass(frozen=True)
class _Quote:
    """What is quoted of a finding: all of it, or its statements that repeat nothing."""

    finding: Finding
    spans: tuple[Span, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        quote = self.finding.quote
        return tuple(Sentence(text=quote[span.start : span.end], findings=(self.finding.id,)) for span in self.spans)


@dataclass(frozen=True)
class _Statement:
    """A sentence of a quote, joined with the next ones that refer back to it."""

    text: str
    span: Span
    sentences: tuple[str, ...]
    terms: frozenset[str]

    def repeats(self, other: _Statement) -> bool:
        if min(len(self.terms), len(other.terms)) < FEWEST_TERMS:
            return False
        alike = len(self.terms & other.terms) / len(self.terms | other.terms)
        return alike >= REPEATS and agree(self.text, other.text)


def _quotes(findings: Sequence[Finding], dropped: Sequence[Finding]) -> list[_Quote]:
    """What is quoted of each finding, without repeats and beginnings of lists; at least one if there is any finding."""
    unwanted = [text for finding in dropped for one in _statements(finding.quote) for text in one.sentences]
    written: list[_Statement] = []
    quotes = []
    for finding in findings:
        statements = _statements(finding.quote)
        new = [
            not any(same_sentence(*pair) for pair in product(one.sentences, unwanted))
            and not any(map(one.repeats, written))
            for one in statements
        ]
        kept = [one for one, is_new in zip(statements, new, strict=True) if is_new]
        written += kept
        if kept:
            quotes.append(_Quote(finding, tuple(_runs(finding.quote, statements, new))))
    begins = {(quote.finding.document, quote.finding.start) for quote in quotes}
    return [quote for quote in quotes if not _leads_to_nothing(quote, begins)] or quotes[:1]


def _runs(quote: str, statements: Sequence[_Statement], kept: Sequence[bool]) -> Iterator[Span]:
    """The stretches of a quote that are kept; the quote as it is if all is."""
    if all(kept):
        yield Span(0, len(quote))
        return
    for is_kept, run in groupby(zip(statements, kept, strict=True), key=lambda pair: pair[1]):
        spans = [statement.span for statement, _ in run]
        if is_kept:
            yield Span(spans[0].start, spans[-1].end)


def _statements(quote: str) -> list[_Statement]:
    groups: list[list[Span]] = []
    for sentence in whole_sentences(quote):
        if groups and leans_on_previous(quote, sentence):
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return [_statement(quote, group) for group in groups]


def _statement(quote: str, sentences: Sequence[Span]) -> _Statement:
    span = Span(sentences[0].start, sentences[-1].end)
    text = quote[span.start : span.end]
    return _Statement(text, span, tuple(quote[s.start : s.end] for s in sentences), frozenset(terms_of(text)))


def _leads_to_nothing(quote: _Quote, begins: set[tuple[str, int]]) -> bool:
    """Whether all that is quoted begins a list, and the list is not quoted.

    Args:
        quote: What is quoted of a finding.
        begins: The documents and offsets at which a quote begins.
    """
    finding = quote.finding
    if not LEADS_ON.search(finding.quote) or len(_statements(finding.quote)) > 1:
        return False
    return not any((finding.document, finding.end + gap) in begins for gap in range(3))


def _by_part(quotes: Sequence[_Quote], asked: Sequence[str], found: Counter[str], further: str) -> list[Section]:
    """A section for each part; what answers several parts goes to the one that the fewest quotes answer.

    Args:
        quotes: What is quoted, the most important first.
        asked: The parts, in order.
        found: How many quotes answer each part.
        further: The heading above what answers none.
    """
    groups: dict[str, list[_Quote]] = {part: [] for part in [*asked, further]}
    for quote in quotes:
        answered = [part for part in asked if part in quote.finding.answers]
        groups[min(answered, key=lambda part: found[part], default=further)].append(quote)
    return [_section(report_title(heading), group) for heading, group in groups.items() if group]


def _by_document(quotes: Sequence[_Quote], names: Mapping[str, SourceName]) -> list[Section]:
    """A section for each document, the one with the best quote first; of a single document one for each heading.

    Args:
        quotes: What is quoted, the most important first.
        names: Of the documents, by fingerprint.
    """
    if len(names) == 1:
        in_order = sorted(quotes, key=lambda quote: quote.finding.start)
        return [_section(heading, list(group)) for heading, group in groupby(in_order, key=_heading)]
    groups: dict[str, list[_Quote]] = {}
    for quote in quotes:
        groups.setdefault(quote.finding.document, []).append(quote)
    return [_section(names[document].heading, group) for document, group in groups.items()]


def _heading(quote: _Quote) -> str:
    """Where a quote stands, without its page or row."""
    return PAGE.sub("", quote.finding.place)


def _section(heading: str, quotes: Sequence[_Quote]) -> Section:
    """Quotes by document, the one with the best quote first, and within it by place."""
    order: dict[str, int] = {}
    for quote in quotes:
        order.setdefault(quote.finding.document, len(order))
    ordered = sorted(quotes, key=lambda quote: (order[quote.finding.document], quote.finding.start))
    return Section(
        heading=" ".join(heading.split()), sentences=tuple(one for quote in ordered for one in quote.sentences)
    )
