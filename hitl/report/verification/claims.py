"""Claims: what a report says, each with the references that it cites and its verdict."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from hitl.research import Finding

Verdict = Literal["verbatim", "reworded", "no source"]
"""*Verbatim*: one or more whole sentences of a cited quote, word for word. *No source*: it cites nothing, has a number
that is not in the cited quotes, or under half of its content words are there. *Reworded*: everything between."""
Says = Literal["supported", "contradicted", "not there"]
"""What a model says of a claim and its quotes."""


class Reference(BaseModel):
    """A quote with its number in a report."""

    model_config = ConfigDict(frozen=True)

    number: int
    finding: Finding


class Opinion(BaseModel):
    """What a model says of a claim; it stands beside the verdict and never replaces it."""

    model_config = ConfigDict(frozen=True)

    says: Says
    model: str
    """Name of the model."""


class Claim(BaseModel):
    """A heading or a sentence of a report, compared with the quotes that it cites."""

    model_config = ConfigDict(frozen=True)

    number: int
    """Of its statement; see `ReportText.statements`."""
    text: str
    is_heading: bool = False
    references: tuple[int, ...] = ()
    """Numbers of the references that it cites."""
    verdict: Verdict
    strange_numbers: tuple[str, ...] = ()
    """Numbers in it that are not in what it cites."""
    unrelated: tuple[int, ...] = ()
    """Numbers of those of its references that share no content word and no number with it; none of a heading, which
    cites all that its section cites, nor of a claim without a source."""
    likeness: float = 0.0
    """Likeness to the cited quotes, from 0 to 1. It only orders claims, the most alike first, and is never shown."""
    opinion: Opinion | None = None
