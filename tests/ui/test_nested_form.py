"""Forms whose fields are models, lists of models and unions, and forms to which a visitor adds fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hitl.engine.workflows.field_names import build_model
from tests.conftest import until
from tests.forms.shapes import SHAPES
from tests.ui.form_flows import ARRIVED, Shapes
from tests.ui.test_form import arrived, error_below, errors, fill, names_shown, open_question, open_start, press, widget

FLOWS = "StartShapes StartAliases StartAny AsksForShapes"
VALUES = {name: shape.value for name, shape in SHAPES.items()}


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    agent = "agent=tests.ui.form_flows:agent"
    flows = [f"{name}=tests.ui.form_flows:{name}" for name in FLOWS.split()]
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join([*flows, agent]))
    st.cache_resource.clear()
    ARRIVED.clear()
    yield
    st.cache_resource.clear()


def click(at: AppTest, name: str) -> None:
    """Click a button inside a form that changes its fields."""
    at.button(key=f"hitl.field.{name}").click().run()
    assert not at.exception


def set_to(at: AppTest, name: str, value: object) -> None:
    """Set a widget that changes the fields of its form."""
    widget(at, name).set_value(value)
    at.run()
    assert not at.exception


def test_every_shape_is_typed_and_arrives():
    at = open_start("StartShapes")
    for name, shape in SHAPES.items():
        if shape.page is False:  # a model that is shown, and left out
            set_to(at, name, False)
        elif shape.page not in (None, []):
            fill(at, {name: shape.page})
    press(at, "start")
    assert errors(at) == []
    assert arrived() == build_model(Shapes, VALUES)


def test_items_are_added_and_removed_and_each_keeps_what_was_typed_into_it():
    at = open_start("StartShapes")
    assert [name for name in names_shown(at) if name.startswith("lines.")] == ["lines.0.item", "lines.0.count"]
    fill(at, {"lines.0.item": "tea"})
    click(at, "lines.add")
    click(at, "lines.add")
    assert at.button(key="hitl.field.lines.add").disabled, "it takes three at most"
    fill(at, {"lines.1.item": "milk", "lines.2.item": "jam"})
    click(at, "lines.remove.1")
    assert [widget(at, f"lines.{number}.item").value for number in (0, 2)] == ["tea", "jam"]
    click(at, "lines.add")
    assert widget(at, "lines.3.item").value == "", "and not what was typed into the one that is gone"


def test_a_problem_stands_in_the_item_the_type_and_the_field_in_which_it_is():
    at = open_start("StartShapes")
    click(at, "lines.add")
    click(at, "lines.remove.0")
    fill(at, {"lines.1.count": 10, "customer": {"name": "Ada"}, "offer": {"2": {}}, "booking.code": "lower"})
    click(at, "pets.add")
    fill(at, {"pets.0": {"dog": {"age": -1}}})
    set_to(at, "number_or_words", "int")
    fill(at, {"number_or_words.int": -1})
    press(at, "start")
    assert error_below(at, "lines.1.item") == "Field required"
    assert error_below(at, "lines.1.count") == "Input should be less than or equal to 9"
    assert error_below(at, "customer.address.city") == "Field required"
    assert error_below(at, "offer.2.rooms") == "Field required"
    assert error_below(at, "booking.code") == "String should match pattern '^[A-Z]+$'"
    assert error_below(at, "pets.0.dog.age") == "Input should be greater than or equal to 0"
    assert error_below(at, "number_or_words.int") == "Input should be greater than or equal to 0"
    assert error_below(at, "pet") == "Field required"
    click(at, "pets.add")
    click(at, "pets.remove.0")
    assert "Input should be greater than or equal to 0" in errors(at), "of the number"
    set_to(at, "pets.1", "dog")
    assert "pets.1.dog.age" in names_shown(at)
    assert errors(at).count("Input should be greater than or equal to 0") == 1, "the other one is gone with its item"


def test_a_model_that_may_be_left_out_is_switched_on():
    at = open_start("StartShapes")
    assert "second_home.city" not in names_shown(at)
    set_to(at, "second_home", True)
    assert widget(at, "second_home.zip").value == "00100"
    set_to(at, "pet", "dog")
    set_to(at, "pet", "cat")
    assert "pet.dog.age" not in names_shown(at)
    assert widget(at, "pet.cat.lives").value == 9


def test_a_question_takes_the_same_shapes():
    at = open_question("AsksForShapes")
    assert [button.label for button in at.button if button.key == "hitl.send"] == ["Send answer"]
    click(at, "lines.add")
    fill(at, {"lines.0.item": "tea", "pet": {"dog": {"age": 2}}})
    press(at, "hitl.send")
    assert errors(at) == []
    answer = arrived()
    assert ([line.item for line in answer.lines], answer.pet.age) == (["tea"], 2)


def test_fields_with_aliases_of_every_kind_are_typed_and_told_beside_their_widgets():
    at = open_start("StartAliases")
    press(at, "start")
    for name in ("isOk", "number", "first", "out", "byName", "person.firstName"):
        assert error_below(at, name) == "Field required", name
    fill(at, {"isOk": True, "number": 7, "first": "a", "out": "b", "byName": "c", "person": {"firstName": "Ada"}})
    press(at, "start")
    assert errors(at) == []
    event: Any = arrived()
    assert (event.is_ok, event.count, event.first, event.out, event.by_name) == (True, 7, "a", "b", "c")
    assert event.person.first_name == "Ada"
    assert dict(event.items()) == {}


# ---- a start event that takes any fields


def test_what_the_source_reads_is_offered_and_a_visitor_adds_others_by_name():
    at = open_start("StartAny")
    assert sorted(names_shown(at)) == ["days", "query"]
    assert widget(at, "days").value == 3
    fill(at, {"query": "tea houses", "days": 5})
    click(at, "+.add")
    click(at, "+.add")
    fill(at, {"+.0.name": "limit", "+.0.value": "7", "+.1.name": "note", "+.1.value": '"8"'})
    press(at, "start")
    assert errors(at) == []
    assert dict(arrived().items()) == {"days": 5, "query": "tea houses", "limit": 7, "note": "8"}
    run = at.session_state["run"]
    until(lambda: run.result)
    assert run.result == {"result": "tea houses for 5 days"}


def test_a_field_that_was_added_needs_a_name_of_its_own():
    at = open_start("StartAny")
    fill(at, {"query": "tea"})
    for name in ("+.add", "+.add", "+.add"):
        click(at, name)
    fill(at, {"+.0.value": "7", "+.1.name": "query", "+.1.value": "milk"})
    press(at, "start")
    assert error_below(at, "+.0.name") == "Give the field a name, or remove it."
    assert error_below(at, "+.1.name") == "query is given twice."
    click(at, "+.remove.1")
    fill(at, {"+.0.name": "limit"})
    press(at, "start")
    assert dict(arrived().items()) == {"query": "tea", "limit": 7}, "the empty one is left out"


def test_an_agent_takes_a_message_and_a_history():
    at = open_start("agent")
    assert names_shown(at) == ["user_msg"]
    press(at, "start")
    assert error_below(at, "user_msg") == "Field required"
    click(at, "chat_history.add")
    click(at, "chat_history.add")
    assert widget(at, "chat_history.0.role").value == "user"
    fill(at, {"chat_history.0.content": "I am Ada.", "chat_history.1.role": "assistant"})
    fill(at, {"chat_history.1.content": "Hello Ada.", "user_msg": "Who am I?"})
    press(at, "start")
    assert errors(at) == []
    run = at.session_state["run"]
    until(lambda: run.result or run.error)
    assert run.error is None
    assert [message["role"] for message in run.inputs["chat_history"]] == ["user", "assistant"]
    assert "I am Ada.|Hello Ada.|Who am I?" in str(run.result)
