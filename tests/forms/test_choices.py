"""Forms for choices and proposals: what is a field, what is left to type, what has changed."""

from __future__ import annotations

from typing import Any

import pytest

from hitl.forms.choices import changes_in, choice_field, chosen_by_word, free_fields, proposal_field
from hitl.forms.fields import Field, fields_of

DISH, PORTIONS = Field("dish", "Dish", "text", description="From the menu"), Field("portions", "Portions", "integer")


@pytest.mark.parametrize(
    ("bodies", "free"),
    [
        ([{"dish": "soup"}, {"dish": "curry"}], ["portions"]),
        ([{"dish": "soup"}, {"dish": "curry", "portions": 2}], ["portions"]),
        ([{"dish": "soup", "portions": 1}, {"dish": "curry", "portions": 2}], []),
        ([{"answer_type": "Order"}], ["dish", "portions"]),
    ],
)
def test_what_some_choice_leaves_open_is_typed(bodies: list[dict[str, Any]], free: list[str]):
    assert [field.name for field in free_fields([DISH, PORTIONS], bodies)] == free


def test_a_choice_may_be_named_by_an_alias():
    field = Field("isOk", "Is ok", "yes or no", other_names=("is_ok",))
    assert free_fields([field], [{"is_ok": True}, {"isOk": False}]) == []


@pytest.mark.parametrize(
    ("fields", "bodies", "name", "label"),
    [
        ([DISH], [{"dish": "a"}, {"dish": "b"}], "dish", "Dish"),
        ([], [{"response": 1}, {"response": 2}], "response", "Your answer"),
        ([DISH, PORTIONS], [{"dish": "a"}, {"dish": "b", "portions": 2}], "choice", "Choice"),
        ([Field("choice", "Choice", "text")], [{"a": 1}, {"b": 1}], "choice_", "Choice "),
    ],
)
def test_a_list_of_choices_is_named_like_what_is_chosen(
    fields: list[Field], bodies: list[dict[str, Any]], name: str, label: str
):
    field = choice_field(fields, ["One", "Two"], bodies)
    assert (field.name, field.label, field.kind, field.required) == (name, label.strip(), "choice", True)
    assert [(choice.label, choice.value) for choice in field.choices] == [("One", "One"), ("Two", "Two")]


SCHEMA = {
    "properties": {
        "to": {"type": "string", "title": "To"},
        "copies": {"type": "integer", "minimum": 0},
        "attachment": {"anyOf": [{"$ref": "#/$defs/Attachment"}, {"type": "null"}]},
    },
    "$defs": {"Attachment": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
}


def test_a_proposal_is_a_field_of_fields_with_what_is_proposed_in_them():
    field = proposal_field(SCHEMA, {"to": "ana", "copies": 2, "attachment": {"name": "cv"}}, "What is proposed")
    assert field
    assert (field.name, field.label, field.kind) == ("args", "What is proposed", "group")
    assert [inner.kind for inner in field.fields] == ["text", "integer", "group"]
    assert field.default == {"to": "ana", "copies": 2, "attachment": {"name": "cv"}}


def test_nothing_proposed_is_no_field():
    assert proposal_field({"properties": {}}, {}, "What is proposed") is None
    assert proposal_field({}, {}, "What is proposed") is None


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        ({"a": 1, "b": [1, 2]}, {}),
        ({"a": True, "b": [1, 2]}, {"a": True}),
        ({"a": "1", "b": [1, 2]}, {"a": "1"}),
        ({"a": 1, "b": [2, 1]}, {"b": [2, 1]}),
        ({"a": None, "b": []}, {"a": None, "b": []}),
        ({}, {}),
    ],
)
def test_only_what_differs_has_changed_and_one_is_not_true(edited: dict[str, Any], changes: dict[str, Any]):
    assert changes_in(edited, {"a": 1, "b": [1, 2]}) == changes


@pytest.mark.parametrize(
    ("word", "labels"),
    [("Yes", ["Yes"]), ("yes", ["yes"]), ("YES", ["Yes", "yes"]), (" maybe ", ["Maybe"]), ("no", []), ("", [])],
)
def test_a_choice_is_found_by_its_label_in_capitals_or_not(word: str, labels: list[str]):
    assert chosen_by_word(word, ["Yes", "yes", "Maybe"]) == labels


def test_a_label_like_that_of_literals():
    (field,) = fields_of({"properties": {"what": {"enum": ["ship_it", "OK"]}}})
    assert [choice.label for choice in field.choices] == ["Ship it", "OK"]
