from __future__ import annotations

from typing import Any

import pytest

from hitl.report.events import ReviewFindings
from hitl.report_ui.review.finding_view import answers_in_words
from hitl.research import Finding
from hitl.research.evidence import AskedPart
from tests.report.findings import finding as found


def review(*findings: Finding, parts: tuple[str, ...] = ("cost", "noise"), round: int = 1) -> ReviewFindings:
    asked = [AskedPart(text=text, found=0) for text in parts]
    return ReviewFindings(topic="pumps", round=round, findings=list(findings), parts=asked)


def one(quote: str, **others: Any) -> Finding:
    return found(quote).model_copy(update=others)


@pytest.mark.parametrize(
    ("answers", "is_weak", "parts", "words"),
    [
        (("cost",), False, ("cost", "noise"), "Answers “cost”"),
        (("cost", "noise"), False, ("cost", "noise"), "Answers “cost”, “noise”"),
        (("noise",), True, ("cost", "noise"), "Shares words with “noise”"),
        (("cost",), False, ("cost",), ""),
        ((), False, ("cost", "noise"), ""),
        (("price",), False, ("cost",), "Answers “price”"),  # what was asked in an earlier round
        (("x" * 100,), False, ("cost", "noise"), f"Answers “{'x' * 58} …”"),
    ],
)
def test_a_finding_says_which_of_several_parts_it_answers(answers: Any, is_weak: bool, parts: Any, words: str):
    assert answers_in_words(one("Q.", answers=answers, is_weak=is_weak), review(parts=parts)) == words
