from __future__ import annotations

import pytest
from workflows.events import InputRequiredEvent

from hitl.engine.records import SUMMARY_LENGTH
from hitl.engine.workflows.serialization import serialize_event
from hitl.engine.workflows.summary import summary_of


class Plain(InputRequiredEvent):
    """A question whose author says nothing of a summary."""

    day: str = "2026-11-27"
    text: str = "May I pay this?"
    more: str = "It is 420 euros."


class WithField(Plain):
    summary: str = "Pay 420 euros"


class WithProperty(Plain):
    @property
    def summary(self) -> str:
        return f"Pay: {self.more}"


class Failing(Plain):
    @property
    def summary(self) -> str:
        raise RuntimeError("not today")


class Odd(Plain):
    summary: list[int] = [1]  # noqa: RUF012


@pytest.mark.parametrize(
    ("question", "summary"),
    [
        (Plain(), "May I pay this?"),
        (Plain(text=""), "It is 420 euros."),
        (Plain(text="", more=""), ""),
        (Plain(text="a\nb\x00\ud800c"), "a b?c"),
        (Plain(text="x" * 500), "x" * (SUMMARY_LENGTH - 2) + " …"),
        (WithField(), "Pay 420 euros"),
        (WithProperty(), "Pay: It is 420 euros."),
        (Failing(), "May I pay this?"),
        (Odd(), ""),
        (InputRequiredEvent(**{"prefix": "Your name?"}), "Your name?"),
        (InputRequiredEvent(**{"amount": 3}), ""),
    ],
)
def test_the_summary_of_a_question_is_what_its_author_says_or_else_its_first_text(
    question: InputRequiredEvent, summary: str
):
    assert summary_of(question, serialize_event(question)) == summary
