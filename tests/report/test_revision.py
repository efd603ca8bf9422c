from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hitl.report.events import ReviewDecision, ReviewFindings
from hitl.report.export.bundle import Decided
from hitl.report.revision import inputs_of_decided
from hitl.research import Finding
from tests.report.findings import finding

SEA, MOON = finding("The sea is salty and it is deep."), finding("The moon raises the tides of the sea.")
INPUTS = {"topic": "Tides", "model": "none"}


def decided(review: ReviewFindings | None, **decision: Any) -> Decided:
    return Decided("Ana", datetime.now(UTC), ReviewDecision(**decision), review)


def review(*findings: Finding, dropped: Sequence[Finding] = (), round: int = 1) -> ReviewFindings:
    return ReviewFindings(topic="Tides", findings=list(findings), dropped=list(dropped), round=round)


def test_a_run_begins_with_what_was_kept_last_whether_it_was_approved_or_not():
    rounds = [
        decided(review(SEA, MOON), approved=False, dropped=[SEA.id], feedback="Why?"),
        decided(review(MOON, dropped=[SEA], round=2), approved=False, topic="The moon's tides"),
    ]

    inputs = inputs_of_decided(INPUTS, rounds)

    assert inputs
    assert (inputs["topic"], inputs["model"]) == ("The moon's tides", "none")
    earlier = inputs["revises"]
    assert [finding["id"] for finding in earlier["findings"]] == [MOON.id]
    assert [finding["id"] for finding in earlier["dropped"]] == [SEA.id]
    assert (earlier["feedback"], earlier["round"], earlier["text"]) == (["Why?"], 2, None)


def test_better_words_that_an_approval_went_on_without_are_not_the_topic():
    inputs = inputs_of_decided(INPUTS, [decided(review(SEA), approved=True, topic="The moon's tides")])

    assert inputs
    assert inputs["topic"] == "Tides"


def test_there_is_nothing_to_begin_with_if_nothing_was_decided_or_kept():
    assert inputs_of_decided(INPUTS, []) is None
    assert inputs_of_decided(INPUTS, [decided(None, approved=True)]) is None
    unread = [decided(review(SEA), approved=False), decided(None, approved=True)]
    assert inputs_of_decided(INPUTS, unread) is None, "what was approved is not known"
    assert inputs_of_decided(INPUTS, [decided(review(SEA), approved=False, dropped=[SEA.id])]) is None
