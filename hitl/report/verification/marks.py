"""Marks: how citations and verdicts show in the Markdown of a report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hitl.report.verification.claims import Claim
from hitl.text import count, escape_markdown

CITATION = re.compile(r"\[\\\[(\d+)\\\]\]\(#reference-(\d+)\)")
"""A citation as `cite` writes it."""
MARK = re.compile(r" \*\([^*()]+\)\*")
"""A mark, in any language and of any version: ` *(reworded)*`, ` *(near, 93 %)*`. Text of a model or a document cannot
contain one, since its asterisks are escaped."""


def cite(number: int) -> str:
    """A citation in Markdown: a number that links to its reference."""
    return f"[\\[{number}\\]](#reference-{number})"


def verdict_mark(claim: Claim) -> str:
    """The mark after a claim, in Markdown; empty if it is verbatim and no reference of it is unrelated."""
    said = marks_of(claim)
    return f" *({'; '.join(said)})*" if said else ""


def marks_of(claim: Claim) -> list[str]:
    """What the mark after a claim says, in Markdown."""
    said = []
    if claim.strange_numbers:
        verb = "is" if len(claim.strange_numbers) == 1 else "are"
        said.append(f"no source: {escape_markdown(', '.join(claim.strange_numbers))} {verb} not in what it cites")
    elif claim.verdict != "verbatim":
        said.append(claim.verdict)
    if claim.unrelated:
        noun = "reference" if len(claim.unrelated) == 1 else "references"
        said.append(f"nothing of it is in {noun} {', '.join(map(str, claim.unrelated))}")
    return said


def summary(claims: Sequence[Claim]) -> str:
    """All verdicts in one line: `31 sentences: 30 verbatim, 1 reworded, 0 no source; 1 of 4 headings no source`."""
    verdicts = [claim.verdict for claim in claims if not claim.is_heading]
    counts = (f"{verdicts.count(verdict)} {verdict}" for verdict in ("verbatim", "reworded", "no source"))
    headings = [claim for claim in claims if claim.is_heading]
    doubtful = sum(claim.verdict == "no source" for claim in headings)
    rest = f"; {doubtful} of {count(len(headings), 'heading')} no source" if doubtful else ""
    return f"{count(len(verdicts), 'sentence')}: {', '.join(counts)}{rest}"
