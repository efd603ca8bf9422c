"""The actions of a review: its buttons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hitl.report.events import GoOn, ReviewFindings
from hitl.ui.keys import Widget


@dataclass(frozen=True)
class ReviewAction:
    """A button, and the decision that it sends."""

    widget: Widget
    label: str
    icon: str
    approved: bool
    go_on: GoOn = ""
    is_first: bool = False
    """Whether it is the primary button."""


APPROVE = ReviewAction("approve", "Approve", ":material/check:", approved=True, is_first=True)
REJECT = ReviewAction("reject", "Reject", ":material/replay:", approved=False)
SEARCH_AGAIN = ReviewAction("reject", "Search again", ":material/search:", approved=False, is_first=True)
RESEARCH_AGAIN = ReviewAction("reject", "Try again", ":material/replay:", approved=False, is_first=True)
WRITE_AGAIN = ReviewAction("approve", "Try again", ":material/replay:", approved=True, is_first=True)
RESEARCH_WITHOUT = ReviewAction(
    "without_model", "Go on without a model", ":material/block:", approved=False, go_on="without a model"
)
WRITE_WITHOUT = ReviewAction(
    "without_model", "Go on without a model", ":material/block:", approved=True, go_on="without a model"
)


def review_actions(review: ReviewFindings) -> Iterator[ReviewAction]:
    """The buttons of a review, in order; no two have the same key."""
    match review.failed:
        case "research":
            yield RESEARCH_AGAIN
            yield RESEARCH_WITHOUT
            if review.findings:
                yield ReviewAction("approve", "Approve", ":material/check:", approved=True)
        case "writing":
            yield WRITE_AGAIN
            yield WRITE_WITHOUT
            yield REJECT
        case None if review.findings:
            yield APPROVE
            yield REJECT
        case None:
            yield SEARCH_AGAIN
            if review.model:
                yield RESEARCH_WITHOUT
