from __future__ import annotations

import pytest

from hitl.report.events import ReviewFindings, Stage
from hitl.report_ui.review.actions import review_actions
from tests.report.findings import finding

FOUND = [finding("Tides rise.")]


def review(found: bool = True, failed: Stage | None = None, model: str = "m") -> ReviewFindings:
    return ReviewFindings(topic="tides", round=1, findings=FOUND if found else [], failed=failed, model=model)


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        (review(), ["Approve", "Reject"]),
        (review(model=""), ["Approve", "Reject"]),
        (review(found=False), ["Search again", "Go on without a model"]),
        (review(found=False, model=""), ["Search again"]),
        (review(found=False, failed="research"), ["Try again", "Go on without a model"]),
        (review(failed="research"), ["Try again", "Go on without a model", "Approve"]),
        (review(failed="writing"), ["Try again", "Go on without a model", "Reject"]),
    ],
)
def test_a_review_has_the_buttons_that_make_sense(asked: ReviewFindings, labels: list[str]):
    assert [action.label for action in review_actions(asked)] == labels


@pytest.mark.parametrize("found", [True, False])
@pytest.mark.parametrize("failed", [None, "research", "writing"])
def test_no_two_buttons_share_a_key_and_one_is_first(found: bool, failed: Stage | None):
    actions = list(review_actions(review(found, failed)))

    assert len({action.widget for action in actions}) == len(actions)
    assert [action.is_first for action in actions].count(True) == 1
