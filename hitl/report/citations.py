"""Citations: numbers in the text, references behind them, and a check of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz

from hitl.research import Finding

Verdict = Literal["verbatim", "near", "not verified"]

CITATION = re.compile(r"\[\\\[(\d+)\\\]\]\(#reference-(\d+)\)")
"""A citation as `cite` writes it."""
NEAR = 90.0
"""Similarity in percent from which a sentence that is not verbatim counts as near."""


class Reference(BaseModel):
    """What a number in a report stands for."""

    model_config = ConfigDict(frozen=True)

    number: int
    finding: Finding


class Check(BaseModel):
    """Whether a cited sentence stands in what it cites."""

    model_config = ConfigDict(frozen=True)

    sentence: str
    number: int
    verdict: Verdict
    similarity: float
    """Of the sentence to the most similar stretch of the quote, from 0 to 1."""
    strange_numbers: list[str] = []
    """Numbers in the sentence that do not stand in what it cites."""


def cite(number: int) -> str:
    """A citation in Markdown: a number that leads to its reference."""
    return f"[\\[{number}\\]](#reference-{number})"


def cited_numbers(markdown: str) -> list[int]:
    """The numbers that a text cites, in its order."""
    return [int(number) for number, _ in CITATION.findall(markdown)]


def check_citation(sentence: str, reference: Reference) -> Check:
    """Compare a sentence with the quote that it cites."""
    quote = reference.finding.quote
    if sentence in quote:
        return Check(sentence=sentence, number=reference.number, verdict="verbatim", similarity=1.0)
    similarity = fuzz.partial_ratio(sentence, quote)
    verdict: Verdict = "near" if similarity >= NEAR else "not verified"
    return Check(sentence=sentence, number=reference.number, verdict=verdict, similarity=round(similarity / 100, 3))


def summary(checks: Sequence[Check]) -> str:
    """All verdicts in one line: `31 citations: 30 verbatim, 1 near, 0 not verified`."""
    counts = {verdict: sum(check.verdict == verdict for check in checks) for verdict in ("verbatim", "near")}
    unverified = len(checks) - sum(counts.values())
    noun = "citation" if len(checks) == 1 else "citations"
    return f"{len(checks)} {noun}: {counts['verbatim']} verbatim, {counts['near']} near, {unverified} not verified"


def references_of(findings: Iterable[Finding]) -> list[Reference]:
    """Number findings in the order in which they are cited."""
    return [Reference(number=number, finding=finding) for number, finding in enumerate(findings, start=1)]
