"""Fields by name: which are text, and which JSON."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from hitl.cli.fields import Given, read_fields


class Size(Enum):
    SMALL = "small"


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
    ],
)
def test_a_value_is_read_as_its_field_wants_it(name: str, value: str, read: object):
    assert read_fields({}, [Given(name, value)], Everything.model_json_schema()) == {name: read}


def test_options_that_were_not_given_are_left_out():
    assert read_fields({"approved": None, "feedback": "", "dropped": None}, [], {}) == {"feedback": ""}
