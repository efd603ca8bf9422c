"""The answers that a question offers, on the page: choices, actions, kinds, and buttons without fields."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hitl.forms.fields import fields_of
from hitl.ui._compat import shown
from hitl.ui.question_form import answer_actions
from hitl.ui.send_answer import CAME_TOO_SOON
from tests.conftest import until
from tests.ui.test_form import error_below, errors, fill, open_question, widget

FLOWS = (
    "CityInWords Rating few_stars Restaurant Sizes Shipping Unfitting EitherChoice OwnWords Proceed Crossroads "
    "ManyWays Waits Mail Tool TypedMail Carries UnknownAction"
)
SENDING = import_module("hitl.ui.send_answer")  # `hitl.ui` has a function of this name


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(f"{name}=tests.engine.offer_flows:{name}" for name in FLOWS.split()))
    monkeypatch.setattr(SENDING, "TOO_SOON", 0.0)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def result(at: AppTest) -> Any:
    """What the run gives once it has ended."""
    run = at.session_state["run"]
    until(lambda: run.status == "completed")
    return run.result["result"]


# ---- choices


@pytest.mark.parametrize(
    ("workflow", "buttons", "label", "typed", "expected"),
    [
        ("CityInWords", ["Rome, by train", "Oslo, by ship"], "Oslo, by ship", {}, "oslo"),
        ("few_stars", ["1", "2", "3"], "3", {"comment": "fine"}, [3, "fine"]),
        ("Sizes", ["Small", "Very large"], "Very large", {}, "very_large"),
        ("Shipping", ["Ship it", "Hold it"], "Hold it", {"reason": "rain"}, [False, "rain"]),
        ("Shipping", ["Ship it", "Hold it"], "Ship it", {}, [True, ""]),
    ],
)
def test_few_choices_are_buttons_and_what_they_leave_open_is_typed(
    workflow: str, buttons: list[str], label: str, typed: dict[str, Any], expected: Any
):
    at = open_question(workflow)
    assert labels(at) == buttons
    assert {button.proto.type for button in at.button} == {"secondary"}, "none is preset"
    fill(at, typed)
    press(at, f"hitl.decide.choice-{label}")
    assert result(at) == expected


def test_what_only_declares_choices_is_not_drawn_as_what_is_asked():
    at = open_question("few_stars")
    assert [text.value for text in at.markdown] == ["**Title:** Dune"]


def test_a_choice_of_several_fields_leaves_the_others_to_the_human():
    at = open_question("Restaurant")
    assert labels(at) == ["Soup for one", "Soup for two", "Curry"]
    fill(at, {"portions": 3})
    press(at, "hitl.decide.choice-Curry")
    assert result(at) == {"type": "Order", "dish": "curry", "portions": 3, "spicy": True}


def test_a_choice_may_name_the_kind_of_its_answer():
    at = open_question("EitherChoice")
    assert labels(at) == ["Pay 10", "Refuse"]
    press(at, "hitl.decide.choice-Pay 10")
    assert result(at) == {"type": "Paid", "amount": 10}


def test_many_choices_are_a_list_in_which_nothing_is_preset():
    at = open_question("Rating")
    stars = widget(at, "stars")
    assert (stars.label, stars.value, stars.options) == ("Stars", None, [str(number) for number in range(1, 11)])
    press(at, "hitl.send")
    assert error_below(at, "stars") == "Choose one first."
    assert at.session_state["run"].answers == []
    fill(at, {"stars": "7", "comment": "good"})
    press(at, "hitl.send")
    assert result(at) == [7, "good"]


def test_a_choice_that_does_not_fit_is_told_and_the_question_answered_by_its_fields():
    at = open_question("Unfitting")
    assert "its choice “Many” does not fit its answer: stars: Input should be a valid integer" in at.warning[0].value
    assert labels(at) == ["Send answer"]
    fill(at, {"stars": 7})
    press(at, "hitl.send")
    assert result(at) == 7


def test_fields_of_the_authors_own_are_drawn_as_what_is_asked():
    at = open_question("OwnWords")
    assert len(at.warning) == 0
    page = "\n".join(text.value for text in at.markdown)
    assert "- refund" in page
    assert "| Id |" in page


# ---- several kinds of answers, and answers without fields


@pytest.mark.parametrize("workflow", ["Proceed", "Waits"])
def test_an_answer_without_fields_is_a_button_called_like_its_class(workflow: str):
    at = open_question(workflow)
    assert labels(at) == ["Go on"]
    assert len(at.text_area) == 0
    press(at, "hitl.decide.GoOn")
    assert result(at) in ("went on", "GoOn")


@pytest.mark.parametrize("name", ["GoOn", "CallItOff"])
def test_several_answers_without_fields_are_a_button_each(name: str):
    at = open_question("Crossroads")
    assert labels(at) == ["Call it off", "Go on"]
    assert {button.proto.type for button in at.button} == {"secondary"}, "none is preset"
    assert len(at.selectbox) == 0
    press(at, f"hitl.decide.{name}")
    assert result(at) == name


def test_of_several_kinds_of_answers_none_is_preset():
    at = open_question("ManyWays")
    assert labels(at) == ["Call it off", "Go on", "Choose the kind of answer first"]
    kind = at.selectbox(key="hitl.answer_type")
    assert (kind.value, kind.options) == (None, ["Paid", "Refused"])
    assert at.button(key="hitl.send").disabled
    kind.set_value("Refused").run()
    assert labels(at) == ["Call it off", "Go on", "Send answer"]
    fill(at, {"reason": "too dear"})
    press(at, "hitl.send")
    assert result(at) == {"type": "Refused", "reason": "too dear"}


def test_a_button_beside_other_kinds_of_answers_sends_its_own():
    at = open_question("ManyWays")
    press(at, "hitl.decide.CallItOff")
    assert result(at) == {"type": "CallItOff"}


YES_NO = {"type": "boolean"}
TWO, THREE, FOUR = ({"enum": list(letters)} for letters in ("ab", "abc", "abcd"))


@pytest.mark.parametrize(
    ("properties", "labels"),
    [
        ({"approved": YES_NO, "what": TWO}, ["Approve", "Reject"]),
        ({"what": TWO, "note": {"type": "string"}}, ["A", "B"]),
        ({"what": THREE}, ["A", "B", "C"]),
        ({"what": THREE, "paid": YES_NO}, ["Paid: yes", "Paid: no"]),
        ({"what": THREE, "size": THREE}, ["Send answer"]),
        ({"what": TWO, "paid": YES_NO}, ["Send answer"]),
        ({"what": FOUR}, ["Send answer"]),
        ({}, ["Send answer"]),
    ],
)
def test_the_buttons_of_an_answer_follow_from_what_it_declares(properties: dict[str, Any], labels: list[str]):
    fields = fields_of({"properties": properties, "required": list(properties)})
    assert [action.label for action in answer_actions(fields)] == labels


# ---- actions


def test_what_is_allowed_is_offered_and_accept_sends_what_is_proposed():
    at = open_question("Mail")
    assert labels(at) == ["Send changes", "Respond", "Ignore", "Accept"]
    assert [button.proto.type for button in at.button] == ["secondary", "secondary", "secondary", "primary"]
    assert [expander.label for expander in at.expander] == ["Edit or respond"]
    press(at, "hitl.decide.action-accept")
    assert errors(at) == []
    given = result(at)
    assert (given["action"], given["args"]["copies"], given["args"]["urgency"]) == ("accept", 2, 0.5)


def test_an_edit_begins_with_what_is_proposed_and_keeps_the_types():
    at = open_question("Tool")
    assert labels(at) == ["Send changes", "Accept"]
    assert (widget(at, "args.to").value, widget(at, "args.amount").value, widget(at, "args.rate").value) == (
        "ben",
        10,
        1.5,
    )
    fill(at, {"args.amount": 12, "args.fast": False})
    press(at, "hitl.decide.action-edit")
    assert errors(at) == []
    given = result(at)
    assert given["args"] == {"to": "ben", "amount": 12, "rate": 1.5, "fast": False}
    assert [type(value) for value in given["args"].values()] == [str, int, float, bool]


def test_an_edit_of_a_model_is_a_form_by_type():
    at = open_question("Mail")
    assert widget(at, "args.tone").options == ["Warm", "Formal"]
    fill(at, {"args.copies": 11, "args.tone": "formal"})
    press(at, "hitl.decide.action-edit")
    assert error_below(at, "args.copies") == "Input should be less than or equal to 9"
    assert at.session_state["run"].answers == []
    fill(at, {"args.copies": 9})
    press(at, "hitl.decide.action-edit")
    given = result(at)
    assert (given["action"], given["args"]["copies"], given["args"]["tone"]) == ("edit", 9, "formal")
    assert given["args"]["attachment"] == {"name": "cv", "pages": 3}


@pytest.mark.parametrize(
    ("typed", "key", "problem"),
    [
        ({}, "edit", "Nothing is changed. Change something first."),
        ({"args.copies": 3}, "accept", "“Accept” leaves out your changes (Copies). Undo them, or send them."),
        ({"args.copies": 3}, "respond", "“Respond” leaves out your changes (Copies). Undo them, or send them."),
        ({"response": "Why?"}, "accept", "“Accept” leaves out your response. Clear it, or respond."),
        (
            {"response": "Why?", "args.copies": 3},
            "edit",
            "“Send changes” leaves out your response. Clear it, or respond.",
        ),
        ({}, "respond", "Type a response first."),
        ({"response": "  "}, "respond", "Type a response first."),
        ({"args.copies": None}, "edit", "This cannot be left empty."),
    ],
)
def test_a_button_that_would_not_send_what_is_typed_says_so(typed: dict[str, Any], key: str, problem: str):
    at = open_question("Mail")
    fill(at, typed)
    press(at, f"hitl.decide.action-{key}")
    assert errors(at) == [problem]
    assert at.session_state["run"].answers == []


def test_a_response_is_sent_as_it_was_typed():
    at = open_question("Mail")
    fill(at, {"response": "Ask Ben first."})
    press(at, "hitl.decide.action-respond")
    given = result(at)
    assert (given["action"], given["args"], given["response"]) == ("respond", {}, "Ask Ben first.")


def test_what_is_ignored_may_be_wrong():
    at = open_question("Mail")
    fill(at, {"args.copies": None, "response": "never mind"})
    press(at, "hitl.decide.action-ignore")
    given = result(at)
    assert (given["action"], given["args"], given["response"]) == ("ignore", {}, "")


def test_the_context_of_a_proposal_is_drawn_and_not_edited():
    at = open_question("TypedMail")
    assert "**Why:** she asked" in [text.value for text in at.markdown]
    assert [number.key for number in at.number_input] == ["hitl.field.args.copies"]
    fill(at, {"args.copies": 7, "remark": "well"})
    press(at, "hitl.decide.action-edit")
    assert result(at) == ["edit", 7, "well"]


@pytest.mark.parametrize(
    ("workflow", "words", "buttons"),
    [
        ("Carries", "Verdict has no field called action or args", ["Reject", "Approve"]),
        ("UnknownAction", "its actions have refund", ["Send answer"]),
    ],
)
def test_actions_that_cannot_be_offered_are_told(workflow: str, words: str, buttons: list[str]):
    at = open_question(workflow)
    assert words in at.warning[0].value
    assert labels(at) == buttons


# ---- a click that came too soon


@pytest.mark.parametrize(
    ("workflow", "key", "typed"),
    [
        ("Proceed", "hitl.decide.GoOn", {}),
        ("CityInWords", "hitl.decide.choice-Oslo, by ship", {}),
        ("Mail", "hitl.decide.action-edit", {"args.copies": 3}),
        ("Rating", "hitl.send", {}),
        ("Carries", "approve", {}),
    ],
)
def test_a_click_that_came_too_soon_is_told_and_nothing_else(
    workflow: str, key: str, typed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    at = open_question(workflow)
    problems = len(at.warning)
    fill(at, typed)
    monkeypatch.setattr(SENDING, "TOO_SOON", 1e9)
    press(at, key)
    assert at.warning[0].value == shown(CAME_TOO_SOON)
    assert (errors(at), len(at.warning)) == ([], problems + 1)
    assert at.session_state["run"].answers == []
    for name, value in typed.items():
        assert widget(at, name).value == value
    fill(at, {"stars": "4"} if workflow == "Rating" else {})
    monkeypatch.setattr(SENDING, "TOO_SOON", 0.0)
    press(at, key)
    result(at)
    at.run()
    assert len(at.warning) == 0


# ---- what is typed and not sent


def test_what_is_typed_comes_back_in_another_tab_and_is_gone_once_it_is_sent():
    at = open_question("few_stars")
    fill(at, {"comment": "a good one"})
    at.run()
    other = AppTest.from_file(at._script_path, default_timeout=20)
    other.query_params["run"] = at.session_state["run"].id
    other.session_state["hitl.browser"] = at.session_state["hitl.browser"]
    other.run()
    assert widget(other, "comment").value == "a good one"
    run, asked = at.session_state["run"], at.session_state["run"].questions[0]
    assert run.draft(asked.id, at.session_state["hitl.browser"]).body == {"comment": "a good one"}
    press(at, "hitl.decide.choice-3")
    assert result(at) == [3, "a good one"]
    assert run.draft(asked.id, at.session_state["hitl.browser"]) is None
    assert at.session_state["hitl.too_late"] == {}, "nothing of it is entered for a later question"
