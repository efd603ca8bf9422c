"""Choices that an author declares with a question."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from workflows.events import HumanResponseEvent

from hitl.engine.workflows.choices import MOST_CHOICES, declared_choices
from hitl.engine.workflows.offer import Offer, offer_in
from hitl.testing import InvalidAnswer, RunSoFar, answer, run_until_question
from tests.engine.offer_flows import (
    CityInWords,
    EitherChoice,
    Order,
    OwnWords,
    Rating,
    Restaurant,
    Ship,
    Shipping,
    Sizes,
    Stars,
    Unfitting,
    few_stars,
)


def offered(run: RunSoFar) -> Offer:
    return offer_in(run.question.record.answer_schema)


def labels(run: RunSoFar) -> dict[str, dict[str, Any]]:
    return {choice.label: choice.body for choice in offered(run).choices}


def test_choices_of_a_class_are_its_labels_and_values():
    run = run_until_question(CityInWords)
    assert labels(run) == {"Rome, by train": {"response": "rome"}, "Oslo, by ship": {"response": "oslo"}}
    assert answer(run, response="oslo").result == "oslo"


def test_choices_of_a_field_belong_to_one_question_and_are_not_part_of_what_it_says():
    run = run_until_question(few_stars)
    assert labels(run) == {"1": {"stars": 1}, "2": {"stars": 2}, "3": {"stars": 3}}
    assert offered(run).declared == ("choices",)
    assert answer(run, stars=2, comment="fine").result == [2, "fine"]


def test_a_choice_can_be_several_fields():
    run = run_until_question(Restaurant)
    assert labels(run)["Soup for two"] == {"dish": "soup", "portions": 2}
    assert answer(run, dish="soup", portions=2).result["portions"] == 2
    assert answer(run, dish="soup", portions=7).result["portions"] == 7, "the first choice leaves the portions open"
    with pytest.raises(InvalidAnswer):
        answer(run, dish="curry")


def test_an_enum_is_its_values_in_words():
    run = run_until_question(Sizes)
    assert labels(run) == {"Small": {"size": "small"}, "Very large": {"size": "very_large"}}
    assert answer(run, size="very_large").result == "very_large"


def test_of_several_required_fields_approved_is_chosen():
    run = run_until_question(Shipping)
    assert labels(run) == {"Ship it": {"approved": True}, "Hold it": {"approved": False}}
    assert answer(run, approved=True, reason="now").result == [True, "now"]


def test_each_choice_can_name_its_kind_of_answer():
    run = run_until_question(EitherChoice)
    assert answer(run, answer_type="Refused", reason="no").result["type"] == "Refused"
    assert answer(run, answer_type="Paid", amount=10.0).result["amount"] == 10
    with pytest.raises(InvalidAnswer, match="takes one of these: “Pay 10”, “Refuse”"):
        answer(run, answer_type="Paid", amount=11)


@pytest.mark.parametrize(
    ("workflow", "body"),
    [
        (CityInWords, {"response": "Rome"}),
        (CityInWords, {}),
        (few_stars, {"stars": 4}),
        (Rating, {"stars": 0}),
        (Restaurant, {"dish": "pizza"}),
    ],
)
def test_an_answer_that_is_no_choice_is_refused_wherever_it_comes_from(workflow: Any, body: dict[str, Any]):
    with pytest.raises(InvalidAnswer, match="This question takes one of these: "):
        answer(run_until_question(workflow), body)


def test_a_value_counts_however_it_is_written():
    assert answer(run_until_question(few_stars), stars="2").result == [2, ""]


def test_one_is_not_true():
    class Anything(HumanResponseEvent):
        value: Any

    assert [choice.body for choice in declared_choices([1, True], Anything, [])] == [{"value": 1}, {"value": True}]


def test_a_choice_that_does_not_fit_is_told_and_any_answer_is_taken():
    run = run_until_question(Unfitting)
    assert offered(run).choices == ()
    assert offered(run).problem == (
        "Misfit takes any answer, not only what it declares: its choice “Many” does not fit its answer: stars: Input "
        "should be a valid integer, unable to parse string as an integer."
    )
    assert answer(run, stars=7).result == 7


def test_fields_of_the_authors_own_are_left_alone():
    run = run_until_question(OwnWords)
    assert offered(run) == Offer()
    assert answer(run, stars=1).result == 1


class Level(Enum):
    LOW = 1
    HIGH = 2


class Two(HumanResponseEvent):
    left: str
    right: str


@pytest.mark.parametrize(
    ("declared", "kind", "filled_in", "expected"),
    [
        (["yes", "no"], HumanResponseEvent, [], {"Yes": {"response": "yes"}, "No": {"response": "no"}}),
        (("ship_it", "OK"), HumanResponseEvent, [], {"Ship it": {"response": "ship_it"}, "OK": {"response": "OK"}}),
        ([True, False], Ship, [], {"Yes": {"approved": True}, "No": {"approved": False}}),
        ([1, "1"], Stars, [], {"1": {"stars": 1}, '"1"': {"stars": "1"}}),
        (Level, Stars, [], {"1": {"stars": 1}, "2": {"stars": 2}}),
        ([Level.HIGH], Stars, [], {"2": {"stars": 2}}),
        ({1: "a"}, Order, [], {"1": {"dish": "a"}}),
        (["a"], Two, ["left"], {"A": {"right": "a"}}),
        ({"A": {"left": "x"}}, Two, [], {"A": {"left": "x"}}),
        ({"None": None}, HumanResponseEvent, [], {"None": {"response": None}}),
    ],
)
def test_choices_are_declared_in_many_ways(declared: Any, kind: Any, filled_in: list[str], expected: dict[str, Any]):
    assert {choice.label: choice.body for choice in declared_choices(declared, kind, filled_in)} == expected


@pytest.mark.parametrize(
    ("declared", "kind", "words"),
    [
        ("yes", HumanResponseEvent, "have to be a mapping from label to value, or a list of values"),
        (7, HumanResponseEvent, "have to be a mapping"),
        (["a"], Two, "Two has several fields, .* such as {'left': …}"),
        (["a"], None, "several kinds of answers settle it"),
        ({"a": object()}, Stars, "cannot be stored"),
        (list(range(MOST_CHOICES + 1)), Stars, "it has 501 choices, and a question has at most 500"),
        ({1: "a", "1": "b"}, Stars, "two of its choices are called “1”"),
    ],
)
def test_what_cannot_be_offered_says_why(declared: Any, kind: Any, words: str):
    with pytest.raises(ValueError, match=words):
        declared_choices(declared, kind, [])
