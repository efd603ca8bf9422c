"""Fields by name: each is read as what it is."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, ValidationError

from hitl.cli.field_options import Given, parse_fields, problems_by_option
from hitl.cli.terminal import Refused
from hitl.engine import InvalidInputs
from hitl.engine.workflows.answers import problems_in
from hitl.forms.fields import File


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


def test_options_that_were_not_given_are_left_out():
    assert parse_fields({"approved": None, "feedback": "", "dropped": None}, [], {}) == {"feedback": ""}
