"""Fields by name: each is read as what it is."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import click
import pytest
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
)

from hitl.cli.field_options import (
    Given,
    name_and_value,
    offered_fields,
    parse_fields,
    problems_by_option,
    what_it_takes,
)
from hitl.cli.terminal import Refused
from hitl.engine import InvalidInputs
from hitl.engine.workflows.answers import problems_in
from hitl.engine.workflows.field_names import schema_with_names
from hitl.forms.fields import File, fields_of
from tests.forms.shapes import SHAPES


class Size(Enum):
    SMALL = "small"
    LARGE = "very_large"


def must_be_even(number: int) -> int:
    if number % 2:
        raise ValueError("an odd number")
    return number


class Everything(BaseModel):
    text: str
    day: date
    choice: Literal["a", "b"]
    size: Size
    perhaps: str | None
    number: int
    ratio: float | None
    flag: bool
    several: list[str]
    some: list[str] | None
    sizes: list[Size]
    grade: Literal["A", "b"] | None
    due: date | None
    points: Annotated[int, Field(ge=0, le=10)]
    people: list[Size | int]
    scan: File
    scans: list[File]
    one_of: Literal[1, "one"]
    anything: Any
    even: Annotated[int, AfterValidator(must_be_even)]
    name: Annotated[str, Field(max_length=5)]
    topic: str


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("text", "7", "7"),
        ("day", "2026-11-25", "2026-11-25"),
        ("choice", "a", "a"),
        ("size", "small", "small"),
        ("perhaps", "null", "null"),
        ("number", "7", 7),
        ("ratio", "null", None),
        ("flag", "true", True),
        ("several", '["a"]', ["a"]),
        ("one_of", "1", 1),
        ("one_of", "one", "one"),
        ("anything", "seven = 7", "seven = 7"),
        ("anything", "7", 7),
        ("unknown", "7", 7),
        ("size", "Very large", "very_large"),
        ("size", "huge", "huge"),
        ("flag", "yes", True),
        ("flag", "No", False),
        ("flag", "1", 1),
        ("several", "a, b c,", ["a", "b c"]),
        ("several", "7", ["7"]),
        ("several", "", []),
        ("some", "null", None),
        ("sizes", "small,Very large", ["small", "very_large"]),
        ("sizes", '["small", "huge"]', ["small", "huge"]),
        ("grade", "a", "A"),
        ("grade", "B", "b"),
        ("grade", "null", None),
        ("due", "null", None),
        ("due", "2026-11-25", "2026-11-25"),
        ("scan", "0a1b", "0a1b"),
        ("scan", "@notes.md", "kept notes.md"),
        ("scans", "@a.md, @b.md", ["kept a.md", "kept b.md"]),
    ],
)
def test_a_value_is_read_as_its_field_wants_it(name: str, value: str, read: object):
    assert parse_fields({}, [Given(name, value)], Everything.model_json_schema(), keep) == {name: read}


def keep(path: Path) -> str:
    return f"kept {path}"


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("flag", "perhaps", "--field flag=perhaps: It takes yes or no."),
        ("number", "many", "--field number=many: It takes a whole number."),
        ("number", "1.5", "--field number=1.5: It takes a whole number."),
        ("points", "many", "--field points=many: It takes a whole number, at least 0, at most 10."),
        ("points", "11", "--field points=11: It takes a whole number, at least 0, at most 10."),
        ("ratio", "half", "--field ratio=half: It takes a number."),
        ("day", "tomorrow", "--field day=tomorrow: It takes a date such as 2026-11-25."),
        ("size", "huge", "--field size=huge: It takes small or very_large."),
        ("one_of", "2", "--field one_of=2: It takes 1 or one."),
        (
            "sizes",
            "small,huge",
            "--field sizes=small,huge: 1: Input should be 'small' or 'very_large'. It takes some of",
        ),
        ("people", "ana", '--field people=ana: It takes JSON such as ["small"].'),
        ("even", "3", "--field even=3: an odd number. It takes a whole number."),
        (
            "name",
            "Alexander",
            "--field name=Alexander: String should have at most 5 characters. It takes a text, at most",
        ),
        ("flag", "x" * 99, f"--field flag={'x' * 39}…: It takes yes or no."),
    ],
)
def test_what_does_not_fit_is_told_in_the_words_of_the_option_and_the_type(name: str, value: str, line: str):
    (told,) = [known for known in problems([Given(name, value)]) if known.startswith(f"  --field {name}=")]
    assert told.startswith(f"  {line}")
    assert "JSON" not in told or name == "people"


def test_all_that_does_not_fit_is_told_at_once_and_what_is_missing_is_named_by_its_option():
    lines = problems([Given("number", "many"), Given("flag", "perhaps")])

    assert lines[0] == "Nothing was recorded:"
    assert len(lines) == 1 + len([field for field in Everything.model_fields.values() if field.is_required()])
    assert "  --field text=…: It is missing. It takes a text." in lines
    assert "  --field scan=…: It is missing. It takes a file: @PATH." in lines
    assert "  --topic: It is missing. It takes a text." in lines


def problems(given: list[Given]) -> list[str]:
    """What is told of fields that do not fit."""
    schema = Everything.model_json_schema()
    with pytest.raises(Refused) as refused, problems_by_option(given, schema):
        try:
            Everything(**parse_fields({}, given, schema))
        except ValidationError as error:
            raise InvalidInputs(problems_in(error)) from error
    return refused.value.message.splitlines()


def test_a_path_is_refused_where_no_file_can_be_stored():
    with pytest.raises(Refused) as refused:
        parse_fields({}, [Given("scan", "@notes.md")], Everything.model_json_schema())
    assert refused.value.message == "scan takes the fingerprint of a file: none can be given as a path here."


# ---- fields inside others


Shapes: Any = create_model("Shapes", **{name: (shape.type, shape.default) for name, shape in SHAPES.items()})  # type: ignore[call-overload]


def shapes(given: list[Given]) -> dict[str, Any]:
    return parse_fields({}, given, schema_with_names(Shapes))


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_given_by_dotted_names(name: str):
    shape = SHAPES[name]
    given = [Given(f"{name}{place}", value) for place, value in shape.options.items()]
    adapter: TypeAdapter[Any] = TypeAdapter(shape.type)
    read = adapter.validate_python(shapes(given)[name], by_alias=True, by_name=True)
    assert read == adapter.validate_python(shape.value, by_alias=True, by_name=True)


def test_a_field_with_an_alias_is_read_as_what_it_is_by_each_of_its_names():
    class Named(BaseModel):
        is_ok: bool = Field(alias="isOk")
        note: str = Field(validation_alias=AliasChoices("remark", "words"))
        first: str = Field(validation_alias=AliasPath("names", 0), default="")

    schema = schema_with_names(Named)
    assert parse_fields({}, [Given("is_ok", "yes"), Given("words", "7")], schema) == {"is_ok": True, "words": "7"}
    assert parse_fields({}, [Given("names.0", "7")], schema) == {"first": "7"}
    assert parse_fields({}, [Given("isOk", "no"), Given("remark", "7")], schema) == {"isOk": False, "remark": "7"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["home.city=a", "home.city=b"], "The field home.city is given twice."),
        (["home.city=a", "home.zpi=1"], "home has no field zpi. It has: city, zip."),
        (["pets.0.kind=dog", "pets.0.lives=1"], "The item has no field lives. It has: kind, age."),
        (["lines.1.item=tea"], "lines.1.item is given, but not the item 0 before it."),
        (["lines.first.item=tea"], "lines.first.item: items of a list are given by number, the first as 0."),
    ],
)
def test_what_cannot_be_put_together_is_told(given: list[str], words: str):
    with pytest.raises(click.UsageError) as told:
        shapes([name_and_value(field) for field in given])
    assert told.value.message == words


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("home.zip=1", "--field home.city=…: It is missing. It takes a text."),
        ("customer.address.zip=1", "--field customer.address.city=…: It is missing. It takes a text."),
        ("lines.0.count=10", "--field lines.0.count=10: It takes a whole number, at least 1, at most 9."),
        ('lines=[{"item": "a", "count": 10}]', "--field lines=[{…: 0.count: Input should be less than or equal to 9."),
        ("pets.0.kind=dog", "--field pets.0.age=…: It is missing. It takes a whole number, at least 0."),
        ("pet.kind=cow", "--field pet=…: Input tag 'cow' found using 'kind' does not match any of the expected tags:"),
        (
            "number_or_words=-1",
            "--field number_or_words=-1: constrained-int: Input should be greater than or equal to 0.",
        ),
        ("invoice.lasts=long", "--field invoice.lasts=long: It takes a duration such as 1h 30m, 1:30:00 or PT1H30M."),
        (
            "invoice.zone=Mars",
            "--field invoice.zone=Mars: invalid timezone: Mars. It takes a time zone such as Europe/Rome.",
        ),
        ("node.next.next.nam=x", "--field node.next=…: name: Field required. It takes JSON such as"),
        ("text=", "--field home=…: It is missing. It takes its fields, --field home.city=… and so on, or JSON such as"),
    ],
)
def test_a_problem_inside_another_field_is_told_by_its_dotted_name(given: str, line: str):
    fields = [name_and_value(given)]
    with pytest.raises(Refused) as refused, problems_by_option(fields, schema_with_names(Shapes)):
        try:
            Shapes.model_validate(shapes(fields), by_alias=True, by_name=True)
        except ValidationError as error:
            raise InvalidInputs(problems_in(error)) from error
    beginning, _, end = line.partition("…: 0")
    assert any(told.startswith(f"  {beginning}") and end in told for told in refused.value.message.splitlines()), (
        refused.value.message
    )


def test_the_fields_that_a_human_types_are_listed_with_those_inside_others():
    offered = {field.name: field for field in offered_fields(fields_of(schema_with_names(Shapes)))}
    assert {"home.city", "lines.0.item", "customer.address.city", "pet.kind", "pets.0.age", "node.next"} <= set(offered)
    assert what_it_takes(offered["pet.kind"].field) == "cat or dog or none or tiger"
    assert offered["pet.age"].only_for == "dog"
    assert offered["home.city"].field.required
    assert not offered["second_home.city"].field.required
    assert what_it_takes(offered["home_or_words"].field).startswith("JSON such as")
    assert what_it_takes(offered["number_or_words"].field) == "a whole number, at least 0 or a text"


def test_options_that_were_not_given_are_left_out():
    assert parse_fields({"approved": None, "feedback": "", "dropped": None}, [], {}) == {"feedback": ""}
