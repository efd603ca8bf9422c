"""Writing without a model: a report made of sentences that stand in the approved findings, word for word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from hitl.report.checking import Source, check_claim
from hitl.report.citations import Reference, cite, reference_list, references_of
from hitl.report.events import Report
from hitl.research import Finding
from hitl.research.sameness import agree, same_sentence
from hitl.research.sentences import Span, leans_on_previous, whole_sentences
from hitl.research.words import terms_of
from hitl.text import escape_markdown

LEAD_LENGTH = 3
"""Sentences in the lead, at most."""
RELEVANCE = 0.8
"""Weight of relevance against novelty in the choice of the lead: the λ of maximal marginal relevance."""
RANK_DECAY = 0.85
"""What the rank of a finding counts for, against that of the finding before it."""
REPEATS = 0.8
"""Share of common terms from which a sentence only repeats another one."""

NO_MODEL = (
    "No language model wrote this. Every sentence below is quoted word for word from evidence that a human approved; "
    "the number after it leads to its source."
)


@dataclass(frozen=True)
class Statement:
    """A sentence of a finding, with those before it that it leans on."""

    text: str
    terms: frozenset[str]
    finding: Finding
    start: int
    """Offset in the document's text."""
    relevance: float
    """How well it answers the topic: the share of the topic's terms that it holds, and its finding's rank."""

    def similarity(self, other: Statement) -> float:
        """The share of common terms in all terms of both (Jaccard index)."""
        union = self.terms | other.terms
        return len(self.terms & other.terms) / len(union) if union else 1.0


def write_extracted(topic: str, findings: Sequence[Finding], dropped: Sequence[Finding] = ()) -> Report:
    """Put a report together from the sentences of findings, without a model.

    The strongest sentences make the lead, chosen by maximal marginal relevance (Carbonell and Goldstein,
    SIGIR 1998); the others follow by document, in the order in which they stand there. A sentence that
    repeats another one is left out.

    Args:
        topic: What the report is about; becomes its title.
        findings: The approved findings, at least one, the most important first.
        dropped: What the human dropped; a sentence of it is not used even where a kept quote holds it too.

    Raises:
        ValueError: If nothing is left to quote: nothing may be written that no evidence supports.
    """
    unwanted = [statement.text for statement in _statements(topic, dropped)]
    wanted = (s for s in _statements(topic, findings) if not any(same_sentence(s.text, text) for text in unwanted))
    statements = _without_repeats(wanted)
    if not statements:
        raise ValueError("A report needs at least one approved finding that was not dropped elsewhere.")
    lead = _lead(statements)
    one_document = len({statement.finding.document for statement in statements}) == 1
    sections = _sections([statement for statement in statements if statement not in lead], by_place=one_document)
    in_order = [*lead, *(statement for section in sections for statement in section.statements)]
    references = references_of({statement.finding.id: statement.finding for statement in in_order}.values())
    numbers = {reference.finding.id: reference for reference in references}
    sources = {reference.finding.id: Source(reference) for reference in references}
    title = title_of(topic)
    parts = [f"# {escape_markdown(title)}", f"*{NO_MODEL}*", _paragraph(lead, numbers)]
    for section in sections:
        by_place = groupby(section.statements, key=lambda statement: statement.finding.place)
        parts += [f"## {escape_markdown(section.title)}", *(_paragraph(list(group), numbers) for _, group in by_place)]
    parts += reference_list(references)
    return Report(
        title=title,
        markdown="\n\n".join(parts) + "\n",
        references=references,
        checks=[check for s in in_order for check in check_claim(s.text, [sources[s.finding.id]])],
    )


def title_of(topic: str) -> str:
    """A topic as a title: with a capital, unless its first word has one somewhere, like pH."""
    begins_small = topic.partition(" ")[0].islower()
    return topic[:1].upper() + topic[1:] if begins_small else topic


@dataclass(frozen=True)
class Section:
    title: str
    statements: Sequence[Statement]


def _statements(topic: str, findings: Sequence[Finding]) -> Iterator[Statement]:
    asked = frozenset(terms_of(topic))
    for rank, finding in enumerate(findings):
        for span in _units(finding.quote):
            text = finding.quote[span.start : span.end]
            terms = frozenset(terms_of(text))
            share = len(asked & terms) / len(asked) if asked else 0.0
            yield Statement(text, terms, finding, finding.start + span.start, (share + RANK_DECAY**rank) / 2)


def _units(quote: str) -> list[Span]:
    """The sentences of a quote, each together with the one before it when it leans on that."""
    units: list[Span] = []
    for sentence in whole_sentences(quote):
        if units and leans_on_previous(quote, sentence):
            units[-1] = Span(units[-1].start, sentence.end)
        else:
            units.append(sentence)
    return units


def _without_repeats(statements: Iterator[Statement]) -> list[Statement]:
    kept: list[Statement] = []
    for statement in statements:
        if not any(statement.similarity(other) >= REPEATS and agree(statement.text, other.text) for other in kept):
            kept.append(statement)
    return kept


def _lead(statements: Sequence[Statement]) -> list[Statement]:
    lead: list[Statement] = []
    left = list(statements)

    def gain(statement: Statement) -> float:
        nearest = max((statement.similarity(other) for other in lead), default=0.0)
        return RELEVANCE * statement.relevance - (1 - RELEVANCE) * nearest

    while left and len(lead) < LEAD_LENGTH:
        best = max(left, key=gain)
        left.remove(best)
        lead.append(best)
    return lead


def _sections(statements: Sequence[Statement], by_place: bool) -> list[Section]:
    """By document; by place in the document when there is only one."""
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        finding = statement.finding
        groups.setdefault((by_place and finding.place) or finding.title, []).append(statement)
    return [
        Section(title, sorted(group, key=lambda s: (s.finding.document, s.start))) for title, group in groups.items()
    ]


def _paragraph(statements: Sequence[Statement], numbers: dict[str, Reference]) -> str:
    return " ".join(f"{escape_markdown(s.text)} {cite(numbers[s.finding.id].number)}" for s in statements)
