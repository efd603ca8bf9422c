"""The actions of a review: which buttons it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hitl.report.events import GoOn, ReviewFindings


@dataclass(frozen=True)
class Action:
    """A button, and what it decides."""

    key: str
    label: str
    icon: str
    approved: bool
    go_on: GoOn = ""
    is_first: bool = False
    """Whether it is the one that is meant to be pressed."""


APPROVE = Action("approve", "Approve", ":material/check:", approved=True, is_first=True)
REJECT = Action("reject", "Reject", ":material/replay:", approved=False)
SEARCH_AGAIN = Action("reject", "Search again", ":material/search:", approved=False, is_first=True)
RESEARCH_AGAIN = Action("reject", "Try again", ":material/replay:", approved=False, is_first=True)
WRITE_AGAIN = Action("approve", "Try again", ":material/replay:", approved=True, is_first=True)
WITH_DRAFT = Action("with_draft", "Use what is written", ":material/draft:", approved=True, go_on="with the draft")
RESEARCH_WITHOUT = Action(
    "without_model", "Go on without a model", ":material/block:", approved=False, go_on="without a model"
)
WRITE_WITHOUT = Action(
    "without_model", "Go on without a model", ":material/block:", approved=True, go_on="without a model"
)


def review_actions(review: ReviewFindings) -> Iterator[Action]:
    """The buttons of a review, in their order; no two have the same key."""
    match review.failed:
        case "research":
            yield RESEARCH_AGAIN
            yield RESEARCH_WITHOUT
            if review.findings:
                yield Action("approve", "Approve", ":material/check:", approved=True)
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
