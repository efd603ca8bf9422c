"""Fields by name: each is read as what it is."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from hitl.cli.fields import Given, read_fields
from hitl.cli.printing import Refused
from hitl.forms.fields import File


class Size(Enum):
    SMALL = "small"
    LARGE = "very_large"


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
    assert read_fields({}, [Given(name, value)], Everything.model_json_schema(), keep) == {name: read}


def keep(path: Path) -> str:
    return f"kept {path}"


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("flag", "perhaps", "flag takes a value in JSON, and “perhaps” is none. It takes yes or no."),
        ("number", "many", "It takes a whole number."),
        ("points", "many", "It takes a whole number, at least 0, at most 10."),
        ("ratio", "half", "It takes a number."),
        ("people", "ana", 'Such as: ["small"]'),
        ("scan", "@notes.md", "scan takes the fingerprint of a file: none can be given as a path here."),
    ],
)
def test_what_cannot_be_read_is_told_with_what_the_field_takes(name: str, value: str, takes: str):
    with pytest.raises(Refused) as refused:
        read_fields({}, [Given(name, value)], Everything.model_json_schema())
    assert takes in refused.value.message


def test_options_that_were_not_given_are_left_out():
    assert read_fields({"approved": None, "feedback": "", "dropped": None}, [], {}) == {"feedback": ""}
