"""JSON values that stand for what JSON does not have: a table, a picture, bytes, a number that is not finite.

The fields of events and the results of runs are kept as such values (`hitl.engine.workflows.shown` writes them).
"""

from __future__ import annotations

import base64
import math
from typing import Any

TABLE, PICTURE, BYTES = "$table", "$picture", "$bytes"
"""The only key of a dict that stands for a data frame, a picture or other bytes."""


def picture_of(value: Any) -> bytes | None:
    """The bytes of a picture in what is shown; None for any other value."""
    match value:
        case {"$picture": {"type": str(), "base64": str(text)}} if len(value) == 1:
            return _decoded(text)
        case _:
            return None


def bytes_of(value: Any) -> bytes | None:
    """Other bytes in what is shown; None for any other value."""
    match value:
        case {"$bytes": str(text)} if len(value) == 1:
            return _decoded(text)
        case _:
            return None


def table_of(value: Any) -> tuple[list[str], list[list[Any]]] | None:
    """The columns and rows of a data frame in what is shown; None for any other value."""
    match value:
        case {"$table": {"columns": list(columns), "rows": list(rows)}} if len(value) == 1:
            is_whole = all(isinstance(row, list) and len(row) == len(columns) for row in rows)
            return ([str(name) for name in columns], rows) if is_whole else None
        case _:
            return None


def in_brief(value: Any) -> Any:
    """What is shown, with the size of pictures and bytes in place of them."""
    if (content := picture_of(value)) is not None:
        return f"(a picture, {size_of(content)})"
    if (content := bytes_of(value)) is not None:
        return f"({size_of(content)})"
    if isinstance(value, dict):
        return {name: in_brief(inner) for name, inner in value.items()}
    return [in_brief(item) for item in value] if isinstance(value, list) else value


def without_non_finite(value: Any) -> Any:
    """A JSON value with the texts `NaN`, `Infinity` and `-Infinity` in place of these numbers, which JSON has not."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {name: without_non_finite(inner) for name, inner in value.items()}
    return [without_non_finite(item) for item in value] if isinstance(value, list | tuple) else value


def size_of(content: bytes) -> str:
    size = len(content)
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1000:,.0f} kB" if size >= 1000 else f"{size} bytes"


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
