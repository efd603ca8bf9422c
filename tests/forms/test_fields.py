"""Fields from a schema, what a form shows of them at first, and what becomes of what is typed."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, StrictBool, create_model
from typing_extensions import TypeAliasType
from workflows.events import HumanResponseEvent, StartEvent

from hitl.forms import fields
from hitl.forms.fields import MISSING, Choice, File, fields_of
from hitl.forms.values import NotAValue, by_field, first_value, limits_of, value_of


class Size(Enum):
    """How large it is."""

    SMALL = "small"
    LARGE = "very_large"


class Person(BaseModel):
    """Somebody."""

    name: str
    age: Annotated[int, Field(ge=18)]
    friend: Person | None = None


Tree = TypeAliasType("Tree", "dict[str, Tree] | None")


def field_for(kind: Any, default: Any = ..., name: str = "it") -> fields.Field:
    definitions: dict[str, Any] = {name: (kind, default)}
    event = create_model("Event", __base__=StartEvent, **definitions)
    (field,) = fields_of(event.model_json_schema())
    return field


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (str, "text"),
        (Annotated[str, Field(max_length=200)], "text"),
        (Annotated[str, Field(max_length=201)], "long text"),
        (Annotated[str, Field(json_schema_extra={"format": "long text"})], "long text"),
        (timedelta, "duration"),
        (Decimal, "text"),
        (int, "integer"),
        (float, "number"),
        (int | float, "number"),
        (bool, "yes or no"),
        (StrictBool, "yes or no"),
        (Literal["a", "b"], "choice"),
        (Literal["a"], "choice"),
        (Literal[1, "a", True], "choice"),
        (Literal["a"] | Size, "choice"),
        (Size, "choice"),
        (list[Literal["a", "b"]], "choices"),
        (set[Size], "choices"),
        (list[str], "texts"),
        (tuple[str, ...], "texts"),
        (list[date], "texts"),
        (date, "date"),
        (datetime, "date and time"),
        (time, "time"),
        (File, "file"),
        (list[File], "files"),
        (Person, "group"),
        (list[Person], "rows"),
        (set[str] | list[Person], "one of"),
        (list[int], "JSON"),
        (list[str | None], "JSON"),
        (tuple[str, int], "JSON"),
        (dict[str, int], "JSON"),
        (int | str, "one of"),
        (str | Person, "one of"),
        (int | list[int], "JSON"),
        (UUID | str, "text"),
        (Tree, "JSON"),
        (None, "JSON"),
        (Any, "JSON"),
    ],
)
def test_each_type_has_its_kind_and_may_be_null_if_it_says_so(kind: Any, expected: str):
    plain = field_for(kind)
    assert (plain.kind, plain.required, plain.default) == (expected, True, MISSING)
    if kind is not None and kind is not Any:
        nullable = field_for(kind | None, None)
        assert (nullable.kind, nullable.required, nullable.default) == (expected, False, None)
        assert (nullable.nullable, nullable.choices, nullable.fields) == (True, plain.choices, plain.fields)
        assert not plain.nullable or kind is Tree


@pytest.mark.parametrize(
    ("name", "kind"),
    [("feedback", "long text"), ("your_comment", "long text"), ("notes", "long text"), ("notebook", "text")],
)
def test_a_text_that_is_named_like_a_long_one_gets_several_lines(name: str, kind: str):
    assert field_for(str, name=name).kind == kind


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({}, "Max tokens"),
        ({"title": "Most tokens"}, "Most tokens"),
        ({"title": "max_tokens"}, "max_tokens"),
    ],
)
def test_the_label_is_the_title_that_was_given_or_the_name_in_words(given: dict[str, Any], label: str):
    assert field_for(Annotated[int, Field(**given)], name="max_tokens").label == label
    assert field_for(Size, name="max_tokens").label == "Max tokens", "and not the name of a class"


def test_choices_have_their_values_and_words():
    assert field_for(Size).choices == (Choice("small", "Small"), Choice("very_large", "Very large"))
    labels = [choice.label for choice in field_for(Literal["USA", "iPhone", "", 3, True, "utf-8"]).choices]
    assert labels == ["USA", "iPhone", "(empty)", "3", "Yes", "utf-8"]
    assert [choice.label for choice in field_for(Literal["a b", "a_b"]).choices] == ['"a b"', '"a_b"']


def test_what_is_said_of_a_field_is_kept():
    field = field_for(Annotated[int | None, Field(description="How many", ge=1, lt=1000, multiple_of=5)], 10)
    assert (field.description, field.default, field.nullable) == ("How many", 10, True)
    assert (field.minimum, field.exclusive_maximum, field.multiple_of) == (1, 1000, 5)
    assert limits_of(field) == "at least 1, less than 1,000, a multiple of 5"
    assert limits_of(field_for(Annotated[str, Field(min_length=2, max_length=9)])) == (
        "at least 2 characters, at most 9 characters"
    )
    assert limits_of(field_for(Annotated[list[str], Field(max_length=3)])) == "at most 3 lines"
    assert field_for(Size).description == "How large it is."


def test_an_example_has_the_form_of_what_is_wanted_and_fits():
    assert field_for(Person).example == {
        "name": "text",
        "age": 18,
        "friend": {"name": "text", "age": 18, "friend": None},
    }
    assert field_for(list[Person]).example == [{"name": "text", "age": 18, "friend": None}]
    assert field_for(dict[str, Size]).example == {"name": "small"}
    assert field_for(tuple[date, bool]).example == ["2026-11-25", False]
    assert field_for(Annotated[dict[str, int], Field(examples=[{"tea": 2}])]).example == {"tea": 2}
    Person(**field_for(Person).example)


def test_events_without_fields_have_none():
    assert fields_of(StartEvent.model_json_schema()) == fields_of(HumanResponseEvent.model_json_schema()) == []
    assert fields_of({}) == []


@pytest.mark.parametrize(
    ("kind", "default", "first"),
    [
        (str, ..., ""),
        (str, "tea", "tea"),
        (Decimal, Decimal("2.50"), "2.50"),
        (int, ..., None),
        (int, 2**53, None),
        (float, 2, 2.0),
        (float, math.inf, None),
        (bool, ..., None),
        (bool, False, False),
        (Size, Size.LARGE, "very_large"),
        (date, date(2026, 2, 28), date(2026, 2, 28)),
        (list[str], ["a", "b"], "a\nb"),
        (list[Size], [Size.SMALL], ["small"]),
        (File | None, None, None),
        (dict[str, int], {"ä": 1}, '{\n  "ä": 1\n}'),
    ],
)
def test_a_form_begins_with_the_default_and_what_stays_as_it_is_is_left_out(kind: Any, default: Any, first: Any):
    field = field_for(kind, default)
    assert first_value(field) == first
    assert value_of(field, first) is MISSING


@pytest.mark.parametrize(
    ("kind", "default", "typed", "value"),
    [
        (str, "tea", "", ""),
        (str | None, "tea", "", None),
        (str | None, ..., "", None),
        (int | None, 5, None, None),
        (int, ..., 7, 7),
        (bool, True, False, False),
        (date, ..., date(2026, 2, 28), "2026-02-28"),
        (list[str], ..., " a b \n\nc", ["a b", "c"]),
        (list[str], ..., "", []),
        (list[str] | None, ["a"], "", None),
        (list[Size], [Size.SMALL], [], []),
        (Any, ..., "seven = 7", "seven = 7"),
        (Any, ..., "7", 7),
        (int | list[int], ..., '"7"', "7"),
        (dict[str, int], ..., '{"tea": 2}', {"tea": 2}),
        (timedelta, ..., "1h 30m", "P0DT5400S"),
        (datetime, ..., "2026-11-25 09:30 Europe/Rome", "2026-11-25T09:30:00+01:00"),
        (list[File], ..., ["a", "b"], ["a", "b"]),
    ],
)
def test_what_is_typed_becomes_the_value_of_its_field(kind: Any, default: Any, typed: Any, value: Any):
    assert value_of(field_for(kind, default), typed) == value


@pytest.mark.parametrize("typed", ["Ada", "{", "[" * 9999])
def test_what_should_be_json_and_is_none_is_told(typed: str):
    with pytest.raises(NotAValue, match="This is not JSON: "):
        value_of(field_for(dict[str, int]), typed)


def test_problems_go_to_the_fields_in_which_they_are():
    shown = [field_for(dict[str, Any], name="person"), field_for(str, name="topic")]
    problems = {"topic": "Too long", "person.name": "Field required", "person.age": "Too young", "": "Odd", "x.0": "No"}
    assert by_field(problems, shown) == {
        "topic": "Too long",
        "person": "name: Field required; age: Too young",
        "": "Odd; x.0: No",
    }
