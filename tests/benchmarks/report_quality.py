"""How true the extracted report of each question is to its sources."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from rapidfuzz import fuzz

from hitl.report.events import Report
from hitl.report.verification.marks import CITATION
from hitl.report.writing.extractive import write_extracted
from hitl.research import Document, Finding, Query, find_evidence
from hitl.research.dedupe import NUMBER
from hitl.research.sentences import split_sentences
from tests.benchmarks.evidence_files import Collection
from tests.benchmarks.ranking_quality import by_searched_documents
from tests.markdown import literal

ALIKE = 90.0
"""Similarity in percent from which two sentences are near duplicates."""


@dataclass(frozen=True)
class ReportQuality:
    """Shares from 0 to 1; of one report, or the means over several."""

    quote_in_source: float
    """Of the references, those whose quote is exactly `text[start:end]` of the raw document."""
    citation_coverage: float
    """Of the sentences of the body, those that carry a citation. Where several sentences stand before one citation,
    the last one carries it, and the others when they stand in the cited quote."""
    number_precision: float
    """Of the numbers in cited sentences, those that stand in the cited quote; not a number where there are none."""
    near_duplicates: float
    """Of the sentences of the body, those at least 90 % similar to another one of the same report."""
    dropped_leakage: float
    """Of the sentences and references of a second report, those that stand in, or overlap, what was dropped before;
    not a number where nothing was left to write one from."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a report's body."""

    text: str
    quote: str | None
    """What its citation leads to; None when it carries no citation."""


def measure_reports(collection: Collection) -> list[ReportQuality]:
    """The quality of the report of each question for which something is found."""
    sources = {document.fingerprint: document for document in collection.documents.values()}
    qualities = []
    for question in by_searched_documents(collection.questions):
        documents = collection.searched_for(question)
        findings = find_evidence(documents, Query(question.question)).findings
        if findings:
            report = write_extracted(question.question, findings)
            leakage = dropped_leakage(question.question, documents, findings)
            qualities.append(quality_of(report, sources, leakage))
    return qualities


NOTHING_WRONG = ReportQuality(1.0, 1.0, 1.0, 0.0, 0.0)
"""What stands for a figure that no report has: where no report has a number, no number is wrong."""


def mean(qualities: Sequence[ReportQuality]) -> ReportQuality:
    """The means, each over the reports that have the figure."""

    def mean_of(name: str) -> float:
        figures = [figure for quality in qualities if not math.isnan(figure := getattr(quality, name))]
        return statistics.fmean(figures) if figures else float(getattr(NOTHING_WRONG, name))

    return ReportQuality(*(mean_of(field.name) for field in fields(ReportQuality)))


def quality_of(report: Report, sources: dict[str, Document], leakage: float) -> ReportQuality:
    """The quality of one report.

    Args:
        report: The report.
        sources: The documents by fingerprint.
        leakage: The figure that takes a second report, see `dropped_leakage`.
    """
    quotes = [reference.finding for reference in report.references]
    sentences = list(sentences_of(report))
    return ReportQuality(
        quote_in_source=_share(
            sources[quote.document].text[quote.start : quote.end] == quote.quote for quote in quotes
        ),
        citation_coverage=_share(sentence.quote is not None for sentence in sentences),
        number_precision=_share(
            number in NUMBER.findall(sentence.quote)
            for sentence in sentences
            if sentence.quote is not None
            for number in NUMBER.findall(sentence.text)
        ),
        near_duplicates=_share(
            any(
                fuzz.ratio(sentence.text, other.text, score_cutoff=ALIKE) >= ALIKE
                for place, other in enumerate(sentences)
                if place != own_place
            )
            for own_place, sentence in enumerate(sentences)
        ),
        dropped_leakage=leakage,
    )


def dropped_leakage(topic: str, documents: Sequence[Document], findings: Sequence[Finding]) -> float:
    """Search again after every second finding was dropped and the others were kept, and look for what came back."""
    dropped, kept = tuple(findings[::2]), tuple(findings[1::2])
    second = find_evidence(documents, Query(topic, ("",), kept=kept, dropped=dropped, round=2)).findings
    if not kept + second:
        return math.nan
    try:
        report = write_extracted(topic, kept + second, dropped)
    except ValueError:  # everything that was left repeats what was dropped
        return math.nan
    unwanted = [_on_one_line(finding.quote) for finding in dropped]
    return _share(
        [
            *(any(reference.finding.overlaps(finding) for finding in dropped) for reference in report.references),
            *(any(sentence.text in quote for quote in unwanted) for sentence in sentences_of(report)),
        ]
    )


def sentences_of(report: Report) -> Iterator[Sentence]:
    """The sentences of a report's body, read from its Markdown as anybody would who has only that."""
    quotes = {reference.number: _on_one_line(reference.finding.quote) for reference in report.references}
    body = report.markdown.partition("\n## References")[0]
    for paragraph in body.split("\n\n"):
        if paragraph.startswith(("#", "*")):  # headings, and the note
            continue
        begin = 0
        for citation in CITATION.finditer(paragraph):
            yield from _before_citation(paragraph[begin : citation.start()], quotes.get(int(citation[1])))
            begin = citation.end()
        yield from (Sentence(text, None) for text in _sentences(paragraph[begin:]))


def _before_citation(markdown: str, quote: str | None) -> Iterator[Sentence]:
    *others, last = _sentences(markdown) or [""]
    for text in others:
        yield Sentence(text, quote if quote is not None and text in quote else None)
    if last:
        yield Sentence(last, quote)


def _sentences(markdown: str) -> list[str]:
    text = literal(markdown)
    return [text[span.start : span.end] for span in split_sentences(text)]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _share(verdicts: Iterator[bool] | Sequence[bool]) -> float:
    verdicts = list(verdicts)
    return statistics.fmean(verdicts) if verdicts else math.nan
