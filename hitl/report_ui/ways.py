"""The ways to decide: which buttons a review has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hitl.report.events import GoOn, ReviewFindings


@dataclass(frozen=True)
class Way:
    """A button, and what it decides."""

    key: str
    label: str
    icon: str
    approved: bool
    go_on: GoOn = ""
    is_first: bool = False
    """Whether it is the one that is meant to be pressed."""


APPROVE = Way("approve", "Approve", ":material/check:", approved=True, is_first=True)
REJECT = Way("reject", "Reject", ":material/replay:", approved=False)
SEARCH_AGAIN = Way("reject", "Search again", ":material/search:", approved=False, is_first=True)
RESEARCH_AGAIN = Way("reject", "Try again", ":material/replay:", approved=False, is_first=True)
WRITE_AGAIN = Way("approve", "Try again", ":material/replay:", approved=True, is_first=True)
WITH_DRAFT = Way("with_draft", "Use what is written", ":material/draft:", approved=True, go_on="with the draft")
RESEARCH_WITHOUT = Way(
    "without_model", "Go on without a model", ":material/block:", approved=False, go_on="without a model"
)
WRITE_WITHOUT = Way(
    "without_model", "Go on without a model", ":material/block:", approved=True, go_on="without a model"
)


def ways_to_decide(review: ReviewFindings) -> Iterator[Way]:
    """The buttons of a review, in their order; no two have the same key."""
    match review.failed:
        case "research":
            yield RESEARCH_AGAIN
            yield RESEARCH_WITHOUT
            if review.findings:
                yield Way("approve", "Approve", ":material/check:", approved=True)
        case "writing":
            yield WRITE_AGAIN
            if review.draft:
                yield WITH_DRAFT
            yield WRITE_WITHOUT
            yield REJECT
        case None if review.findings:
            yield APPROVE
            yield REJECT
        case None:
            yield SEARCH_AGAIN
            if review.model:
                yield RESEARCH_WITHOUT
