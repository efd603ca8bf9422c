"""The form of an answer: JSON that code can check, and what reads it while it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from hitl.llm.json_stream import Value

Schema: TypeAlias = dict[str, Any]
"""A JSON schema, of the part of JSON Schema that strict servers take."""
TEXT: Schema = {"type": "string"}


@dataclass(frozen=True)
class Form:
    """The form in which a model is to answer: one JSON object."""

    name: str
    """Letters, digits and underscores."""
    schema: Schema
    example: str
    """What the prompt shows of the form, for servers that take no schema, or ignore it."""


class AnswerReader(Protocol):
    """Reads an answer while it arrives."""

    def begin(self) -> None:
        """Forget everything: the answer begins, or begins again."""

    def take(self, value: Value) -> None:
        """Read a value of the answer."""

    def is_full(self, pending: int) -> bool:
        """Whether the rest of the answer is not wanted.

        Args:
            pending: Characters of the string that is arriving.
        """

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come that can be used."""


def object_of(**fields: Schema) -> Schema:
    """The schema of an object with these fields, in this order, and no others."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def list_of(items: Schema, most: int | None = None, least: int | None = None) -> Schema:
    """The schema of a list.

    Args:
        items: The schema of each item.
        most: Maximum number of items; None for no limit. Small models go on for ever where there is none.
        least: Minimum number of items; None for none. Small models end early.
    """
    limits = {"minItems": least, "maxItems": most}
    return {"type": "array", "items": items} | {name: limit for name, limit in limits.items() if limit is not None}


def one_of(values: Sequence[int] | Sequence[str]) -> Schema:
    """The schema of a choice between numbers, or between words; at least one."""
    return {"type": "integer" if isinstance(values[0], int) else "string", "enum": list(values)}
