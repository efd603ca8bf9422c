"""Citations: numbers in the text, references behind them, the verdict on each, and the marks that say it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from hitl.research import Finding
from hitl.text import escape_markdown

Verdict = Literal["verbatim", "near", "not verified"]

CITATION = re.compile(r"\[\\\[(\d+)\\\]\]\(#reference-(\d+)\)")
"""A citation as `cite` writes it."""

NOT_VERIFIED = " *(not verified)*"
"""After a citation whose source does not say what the sentence says, as far as can be seen."""
NO_SOURCE = " *(no source)*"
"""After a sentence that cites nothing."""
MARK = re.compile(r" \*\((?:near, \d+ %|not verified|no source|[^*()]+ (?:is|are) not in its source)\)\*")
"""A mark beside the text; a text of others cannot hold one, since its asterisks are escaped."""

_ITEM = r"[#^]?\d{1,6}"
_WORD = r"(?:(?:findings?|sources?|references?|refs?\.?|evidence)\s*)?"
_BRACKET = (
    rf"[\[【]{{1,2}}\s?{_WORD}{_ITEM}(?:\s?(?:[-–—,;，、&]|to|and)\s?{_ITEM})*\s?(?:†[^\]】]{{0,80}})?[\]】]{{1,2}}"
)
_BRACKETS = rf"{_BRACKET}(?:[\s,;]{{0,2}}{_BRACKET})*"
WRITTEN = re.compile(rf"(?:\s?(?:\({_BRACKETS}\)|{_BRACKETS}))", re.IGNORECASE)
"""Citations as models write them, with the space before them: `[3]`, `[1, 2]`, `[1][2]`, `[1–3]`, `【1】`, `[^1]`."""
SPAN = re.compile(r"(\d{1,6})(?:\s?(?:[-–—]|to)\s?[#^]?(\d{1,6}))?")


class Reference(BaseModel):
    """What a number in a report stands for."""

    model_config = ConfigDict(frozen=True)

    number: int
    finding: Finding


class Check(BaseModel):
    """Whether a cited sentence stands in what it cites."""

    model_config = ConfigDict(frozen=True)

    sentence: str
    """Or the part of it that the citation stands after, when a sentence has several at different places."""
    number: int
    verdict: Verdict
    similarity: float
    """To the most similar part of the quote, from 0 to 1; 1 is only what stands there word for word."""
    strange_numbers: list[str] = []
    """Numbers in the sentence that do not stand in what it cites."""


class Numbers(NamedTuple):
    """What a bracket with numbers says."""

    known: tuple[int, ...]
    unknown: int
    """How many numbers in it are those of no finding."""


def cite(number: int) -> str:
    """A citation in Markdown: a number that leads to its reference."""
    return f"[\\[{number}\\]](#reference-{number})"


def read_numbers(brackets: str, most: int) -> Numbers:
    """The numbers in what `WRITTEN` has found.

    Args:
        brackets: `[1][3–5]`, in any of its forms.
        most: The highest number that means something; the lowest is 1.
    """
    known: dict[int, None] = {}
    unknown = 0
    for match in SPAN.finditer(re.sub(r"†[^\]】]*", "", brackets)):
        low, high = sorted((int(match[1]), int(match[2] or match[1])))
        known |= dict.fromkeys(range(max(low, 1), min(high, most) + 1))
        unknown += low < 1 or high > most
    return Numbers(tuple(known), unknown)


def verdict_mark(check: Check) -> str:
    """What stands after a citation: nothing when it is verbatim."""
    match check.verdict:
        case "verbatim":
            return ""
        case "near":
            return f" *(near, {int(check.similarity * 100)} %)*"  # rounded down: never 100 %
        case "not verified":
            return NOT_VERIFIED


def numbers_mark(strange: Sequence[str]) -> str:
    """What stands after a sentence with numbers that are not in its sources."""
    if not strange:
        return ""
    return f" *({escape_markdown(', '.join(strange))} {'is' if len(strange) == 1 else 'are'} not in its source)*"


def summary(checks: Sequence[Check]) -> str:
    """All verdicts in one line: `31 citations: 30 verbatim, 1 near, 0 not verified`."""
    counts = {verdict: sum(check.verdict == verdict for check in checks) for verdict in ("verbatim", "near")}
    unverified = len(checks) - sum(counts.values())
    noun = "citation" if len(checks) == 1 else "citations"
    return f"{len(checks)} {noun}: {counts['verbatim']} verbatim, {counts['near']} near, {unverified} not verified"


def references_of(findings: Iterable[Finding]) -> list[Reference]:
    """Number findings in the order in which they are cited."""
    return [Reference(number=number, finding=finding) for number, finding in enumerate(findings, start=1)]


def reference_list(references: Iterable[Reference]) -> Iterator[str]:
    """The references at the end of a report, in paragraphs.

    Each has its number as a heading, so that citations can lead to it, then its source and its quote.
    """
    yield "## References"
    for reference in references:
        finding = reference.finding
        source = [
            escape_markdown(finding.location),
            escape_markdown(finding.place),
            escape_markdown(finding.date or ""),
        ]
        yield f"###### Reference {reference.number}"
        yield ", ".join(filter(None, [f"**{escape_markdown(finding.title)}**", *source]))
        yield f"> {escape_markdown(finding.quote)}"
