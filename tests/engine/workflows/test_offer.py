"""What is offered with a question: answers without fields, and both declarations at once."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine.workflows.offer import Offer, answer_schema, offer_in
from hitl.testing import answer, run_until_question
from tests.engine import offer_flows
from tests.engine.offer_flows import CallItOff, CityInWords, GoOn, Paid, Proceed, Waits
from tests.ui.form_flows import Nameless, Reply


@pytest.mark.parametrize(
    ("workflow", "answer_type", "is_button"),
    [
        (Proceed, GoOn, True),
        (Waits, GoOn, True),
        (offer_flows.Crossroads, CallItOff, True),
        (offer_flows.ManyWays, GoOn, True),
        (offer_flows.ManyWays, Paid, False),
        (CityInWords, HumanResponseEvent, False),
        (Nameless, Reply, False),
        (CityInWords, Reply, False),
    ],
)
def test_an_answer_without_fields_is_a_button_unless_its_response_is_read(
    workflow: type[Workflow], answer_type: Any, is_button: bool
):
    assert offer_in(answer_schema(workflow(), answer_type)).is_button is is_button


def test_an_answer_without_fields_is_given_empty():
    assert answer(run_until_question(Proceed)).result == "went on"
    assert answer(run_until_question(Waits)).result == "GoOn"


class Both(InputRequiredEvent):
    choices: ClassVar = ["a"]
    actions: ClassVar = ["accept"]


class AsksBoth(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> Both:
        return Both()

    @step
    async def end(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result=ev.response)


def test_choices_and_actions_at_once_are_told():
    run = run_until_question(AsksBoth)
    assert "it has both choices and actions" in offer_in(run.question.record.answer_schema).problem
    assert answer(run, response="anything").result == "anything"


def test_a_question_that_declares_nothing_offers_nothing():
    assert offer_in(run_until_question(Nameless).question.record.answer_schema) == Offer()
    assert offer_in({}) == Offer()
    assert offer_in({"x-offer": "from another version"}) == Offer()
