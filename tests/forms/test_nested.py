"""Fields inside others: models, lists of models, unions."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from workflows.events import StartEvent

from hitl.engine.workflows.field_names import schema_with_names
from hitl.forms import fields
from hitl.forms.fields import MISSING, fields_of
from hitl.forms.values import (
    InvalidFields,
    Picked,
    Row,
    first_value,
    limits_of,
    problems_by_field,
    problems_inside,
    problems_of_variant,
    value_of,
)
from tests.forms.shapes import SHAPES, Address, Basket, Booking, Cat, Customer, Line, Node, Order, Pet, Shape


def field_for(kind: Any, default: Any = ..., name: str = "it") -> fields.Field:
    definitions: dict[str, Any] = {name: (kind, default)}
    (field,) = fields_of(schema_with_names(create_model("Event", __base__=StartEvent, **definitions)))
    return field


def kinds(field: fields.Field) -> Any:
    """The kinds of the fields inside a field, by name."""
    match field.kind:
        case "group":
            return {inner.name: kinds(inner) for inner in field.fields}
        case "rows":
            assert field.item is not None
            return [kinds(field.item)]
        case "one of":
            return {variant.label: kinds(variant.field) for variant in field.variants}
        case kind:
            return kind


HOME = {"city": "text", "zip": "text"}
PETS = {"Cat": {"lives": "integer"}, "Tiger": {"lives": "integer"}, "Dog": {"age": "integer"}, "None": {}}
EXPECTED: dict[str, Any] = {
    "home": HOME,
    "second_home": HOME,
    "lines": [{"item": "text", "count": "integer"}],
    "offer": {"1": {"price": "number"}, "2": {"rooms": "integer"}},
    "pet": PETS,
    "pets": [PETS],
    "camel": {"firstName": "text", "yearOfBirth": "integer"},
    "rooted": HOME,
    "rooted_lines": [{"item": "text", "count": "integer"}],
    "homes_by_name": "JSON",
    "sizes_of": [{"size": "choice", "remove": "yes or no"}],
    "node": {"name": "text", "next": "JSON"},
    "customer": {"name": "text", "address": HOME},
    "order": {"customer": {"name": "text", "address": "JSON"}},
    "baskets": [{"owner": "text", "lines": [{"item": "text", "count": "integer"}]}],
    "home_or_words": {"Address": HOME, "Text": "text"},
    "number_or_words": {"Whole number": "integer", "Text": "text"},
    "invoice": {"price": "decimal", "ticket": "text", "lasts": "duration", "at": "date and time", "zone": "text"},
    "point": {"x": "integer", "y": "integer"},
    "span": {"start": "date", "days": "integer"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_model_becomes_its_fields_two_levels_deep(name: str):
    shape = SHAPES[name]
    assert kinds(field_for(shape.type, shape.default)) == EXPECTED[name]


@pytest.mark.parametrize("name", SHAPES)
def test_a_value_that_is_shown_comes_back_as_it_was(name: str):
    shape = SHAPES[name]
    adapter: TypeAdapter[Any] = TypeAdapter(shape.type)
    value = adapter.validate_python(shape.value, by_alias=True, by_name=True)

    optional = field_for(shape.type, value)
    assert value_of(optional, first_value(optional)) is MISSING, "the class itself has it"

    required = replace(optional, required=True)
    back = value_of(required, first_value(required))
    back = None if back is MISSING else back
    assert adapter.validate_python(back, by_alias=True, by_name=True) == value


def test_limits_defaults_titles_and_descriptions_are_those_of_the_inner_fields():
    class Stay(BaseModel):
        nights: Annotated[int, Field(title="How many nights", description="Full ones", ge=1, le=30)] = 2

    (nights,) = field_for(Stay).fields
    assert (nights.label, nights.description, nights.default) == ("How many nights", "Full ones", 2)
    assert limits_of(nights) == "at least 1, at most 30"
    assert field_for(Address).description == "Where somebody lives."
    assert limits_of(field_for(SHAPES["lines"].type)) == "at least 1 items, at most 3 items"
    assert limits_of(field_for(SHAPES["invoice"].type).fields[0]) == "at least 1"


def test_a_list_begins_with_as_many_items_as_it_must_have():
    empty = {"item": "", "count": 1}
    assert first_value(field_for(SHAPES["lines"].type)) == [Row(empty)]
    assert first_value(field_for(list[Line])) == []
    assert first_value(field_for(list[Line], [Line(item="tea")])) == [Row({"item": "tea", "count": 1}, 0)]


def test_what_is_unchanged_in_a_default_stays_as_the_default_has_it():
    field = field_for(Booking, Booking(nights=7, code="AB"))
    typed = first_value(field) | {"code": "CD"}
    assert value_of(field, typed) == {"nights": 7, "code": "CD"}, "and not the one night of the class"

    lines = field_for(list[Line], [Line(item="tea", count=5), Line(item="milk", count=6)])
    first, second = first_value(lines)
    assert value_of(lines, [second, Row({"item": "jam", "count": 1})]) == [
        {"item": "milk", "count": 6},
        {"item": "jam"},
    ]
    assert value_of(lines, [second]) == [{"item": "milk", "count": 6}]
    assert value_of(lines, [first, second]) is MISSING


def test_a_model_that_takes_any_field_keeps_those_of_its_default():
    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

        name: str = "a"

    field = field_for(Open, Open(name="b", other=7))  # type: ignore[call-arg]
    assert value_of(field, {"name": "c"}) == {"name": "c", "other": 7}


def test_a_list_that_begins_with_very_many_items_is_json():
    assert field_for(list[Line], [Line(item="tea")] * 50).kind == "rows"
    assert field_for(list[Line], [Line(item="tea")] * 51).kind == "JSON"
    assert field_for(Annotated[list[Line], Field(min_length=1000)]).kind == "JSON"


def test_nothing_is_chosen_where_there_is_no_default_and_a_default_chooses():
    assert first_value(field_for(Pet)) is None
    assert first_value(field_for(int | str, "a")) == Picked("str", "a")
    assert first_value(field_for(Address | None, None)) is None
    assert first_value(field_for(Pet, Cat(kind="tiger"))) == Picked("tiger", {"lives": 9})


def test_what_is_wrong_is_told_at_its_place():
    field = field_for(list[Basket], name="baskets")
    node = field_for(Node, name="node")
    with pytest.raises(InvalidFields) as told:
        value_of(node, {"name": "a", "next": "{"})
    assert list(told.value.problems) == ["next"]
    with pytest.raises(InvalidFields) as told:
        value_of(field_for(list[Pet]), [Row(None)])
    assert told.value.problems == {"0": "Field required"}
    assert value_of(field, [Row({"owner": "", "lines": []})]) == [{}], "the class says that the owner is missing"


def test_problems_are_told_apart_by_the_longest_name():
    problems = {"a.b": "one", "a.b.c": "two", "a.c": "three", "d": "four", "ab": "five"}
    assert problems_inside(problems, ["a", "a.b", "d"]) == {
        "a.b": {"": "one", "c": "two"},
        "a": {"c": "three"},
        "d": {"": "four"},
        "": {"ab": "five"},
    }


def test_a_problem_belongs_to_its_field_by_whichever_name_it_is_told():
    names = replace(field_for(Address, name="homes"), other_names=("places", "home"))
    problems = {"places.0.city": "one", "home": "two", "homes.zip": "three", "town": "four"}
    assert problems_by_field(problems, [names]) == {
        "homes": {"0.city": "one", "": "two", "zip": "three"},
        "": {"town": "four"},
    }


def test_of_a_union_the_problems_of_the_chosen_type_are_shown():
    field = field_for(Annotated[int, Field(ge=0)] | str | Address)
    number, words, home = field.variants
    problems = {"constrained-int": "too small", "str": "no text", "Address.city": "Field required"}
    assert problems_of_variant(problems, number) == {"": "too small"}
    assert problems_of_variant(problems, words) == {"": "no text"}
    assert problems_of_variant(problems, home) == {"city": "Field required"}
    assert problems_of_variant({"": "odd"}, home) == {"": "odd"}
    assert problems_of_variant({"dict": "odd"}, home) == {"dict": "odd"}, "rather too much than nothing"


def test_deeper_models_are_fields_for_those_who_ask_for_more_levels():
    definitions: dict[str, Any] = {"order": (Order, ...)}
    schema = create_model("Event", __base__=StartEvent, **definitions).model_json_schema()
    assert kinds(fields_of(schema, levels=3)[0]) == {"customer": {"name": "text", "address": HOME}}
    assert kinds(fields_of(schema, levels=0)[0]) == "JSON"


def test_a_dotted_name_is_never_taken_for_a_field_inside_another():
    definitions: dict[str, Any] = {"home": (Address, ...), "home.city": (str, ...), "other": (Customer, ...)}
    found = fields_of(create_model("Event", __base__=StartEvent, **definitions).model_json_schema())
    assert [field.kind for field in found] == ["JSON", "text", "group"]


def test_a_model_may_contain_itself_at_the_top():
    class Tree(StartEvent):
        name: str
        below: Tree | None = None

    assert [(field.name, field.kind) for field in fields_of(Tree.model_json_schema())] == [
        ("name", "text"),
        ("below", "JSON"),
    ]


def test_an_example_of_what_has_fields_is_kept_for_those_who_type_json():
    assert field_for(Customer).example == {"name": "text", "address": {"city": "text", "zip": "00100"}}
    assert isinstance(SHAPES["home"], Shape)
