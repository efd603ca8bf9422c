"""The fields of an event as they are shown: JSON values, in which a table, a picture and bytes are named as such.

What is shown is never read back as an event, so it may be simpler than what was there: a date becomes its text, a set a
list. A result is stored in this form alone.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from io import BytesIO
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from workflows.events import Event

from hitl.engine.errors import NotStorable
from hitl.shown_values import BYTES, PICTURE, TABLE, size_of

MOST_BYTES = 5_000_000
"""Maximum size of a picture, or of other bytes."""
MOST_CELLS = 200_000
"""Maximum number of cells of a table."""
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
"""How the bytes of a picture begin, with their media type."""
NOT_SHOWN = "which can neither be stored nor shown"
NOT_SHOWN_ADVICE = "Give its text, its fields, or the path of a file instead."
TOO_LARGE = "Write it to a file, and give its path or the fingerprint of a stored file instead."


def shown_fields(event: Event) -> dict[str, Any]:
    """The fields of an event by name, as JSON values; numbers that are not finite stay.

    Raises:
        NotStorable: If a field cannot be shown.
    """
    try:
        body = event.model_dump(mode="json")
    except Exception:  # it has something that JSON does not have, or its own serializer fails
        return _one_by_one(event)
    values = vars(event)
    for name, value in body.items():
        if value is None or type(value) is dict or type(value) is list:
            body[name] = _with_non_finite(values[name] if name in values else getattr(event, name, None), value)
    return body


def shown_value(value: Any) -> Any:
    """A value as it is shown.

    Raises:
        NotStorable: If it cannot be shown.
    """
    match value:
        case None | str() | bool() | int() | float():
            return to_jsonable_python(value)
        case bytes() | bytearray() | memoryview():
            return _shown_bytes(bytes(value))
        case BaseModel():
            return _shown_model(value)
        case Mapping():
            return {str(key): _inside(key, entry) for key, entry in value.items()}
        case PurePath() | tzinfo():
            return str(value)
        case list() | tuple() | set() | frozenset() | range():
            return [_inside(place, entry) for place, entry in enumerate(value)]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in dataclasses.fields(value)]
            return {name: _inside(name, getattr(value, name)) for name in names}
        case _:
            return _shown_object(value)


def _one_by_one(event: Event) -> dict[str, Any]:
    """The fields of an event, each by its own serializer or else as `shown_value`."""
    body: dict[str, Any] = {}
    for name, field in type(event).model_fields.items():
        if field.exclude or name not in vars(event):
            continue
        try:
            body[name] = event.model_dump(mode="json", include={name})[name]
        except Exception:
            body[name] = _inside(name, vars(event)[name])
    private = event.__pydantic_private__ or {}
    if (result := private.get("_result")) is not None:
        body["result"] = _inside("result", result)
    elif dynamic := private.get("_data"):
        body["_data"] = shown_value(dynamic)
    return body


def _inside(key: object, value: Any) -> Any:
    try:
        return shown_value(value)
    except NotStorable as error:
        raise error.inside(key) from None


def _shown_model(model: BaseModel) -> Any:
    try:
        return model.model_dump(mode="json")
    except Exception:
        return {name: _inside(name, value) for name, value in vars(model).items() if name in type(model).model_fields}


def _shown_bytes(content: bytes) -> Any:
    media_type = next((name for begin, name in SIGNATURES.items() if content.startswith(begin)), None)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        media_type = "image/webp"
    if media_type is None:
        try:
            return content.decode()
        except UnicodeDecodeError:
            return {BYTES: _encoded(content, "bytes")}
    return {PICTURE: {"type": media_type, "base64": _encoded(content, "picture")}}


def _shown_object(value: Any) -> Any:
    """A value of any other type: of pandas, polars, numpy or Pillow, or one that pydantic can write."""
    kind = type(value)
    try:
        match kind.__module__.partition(".")[0], kind.__name__:
            case "pandas", "DataFrame":
                return _frame(value)
            case "pandas", "Series":
                return _frame(value.to_frame())
            case "polars", "DataFrame":
                return _table(value.columns, value.rows(), kind.__name__)
            case "numpy", _ if hasattr(value, "tolist"):
                if getattr(value, "size", 1) > MOST_CELLS:
                    raise _too_many(kind.__name__, value.size)
                return shown_value(value.tolist())
            case "PIL", _ if hasattr(value, "save"):
                return _shown_bytes(_as_file(value))
            case _:
                return to_jsonable_python(value)
    except NotStorable:
        raise
    except Exception as error:  # a user's object can raise anything
        raise NotStorable(kind.__name__, NOT_SHOWN, NOT_SHOWN_ADVICE) from error


def _frame(frame: Any) -> dict[str, Any]:
    """A pandas data frame, with its index if that is more than the numbers of its rows."""
    if frame.size > MOST_CELLS:
        raise _too_many("DataFrame", frame.size)
    if type(frame.index).__name__ != "RangeIndex":
        frame = frame.reset_index()
    split = json.loads(frame.to_json(orient="split", date_format="iso", default_handler=str))
    names = [" / ".join(map(str, name)) if isinstance(name, list) else name for name in split["columns"]]
    return _table(names, split["data"], "DataFrame")


def _table(columns: Iterable[object], rows: Iterable[Iterable[Any]], kind: str) -> dict[str, Any]:
    names, lines = [str(name) for name in columns], [[shown_value(cell) for cell in row] for row in rows]
    if len(names) * len(lines) > MOST_CELLS:
        raise _too_many(kind, len(names) * len(lines))
    return {TABLE: {"columns": names, "rows": lines}}


def _as_file(image: Any) -> bytes:
    """A picture of Pillow as a PNG, or as the JPEG that it was read from."""
    file, is_jpeg = BytesIO(), image.format == "JPEG"
    if not is_jpeg and image.mode not in ("1", "L", "LA", "P", "RGB", "RGBA", "I", "I;16"):
        image = image.convert("RGB")
    image.save(file, "JPEG" if is_jpeg else "PNG")
    return file.getvalue()


def _encoded(content: bytes, kind: str) -> str:
    if len(content) > MOST_BYTES:
        raise NotStorable(
            kind, f"which is too large to be stored with a run: {size_of(content)}, at most 5 MB", TOO_LARGE
        )
    return base64.b64encode(content).decode()


def _too_many(kind: str, cells: int) -> NotStorable:
    why = f"which is too large to be stored with a run: {cells:,} cells, at most {MOST_CELLS:,}"
    return NotStorable(kind, why, TOO_LARGE)


def _with_non_finite(value: Any, shown: Any) -> Any:
    """What pydantic shows of a value, with the numbers that it makes null.

    Args:
        value: The value.
        shown: What is shown of it.
    """
    if shown is None:
        return value if isinstance(value, float) and not math.isfinite(value) else None
    if type(shown) is list and isinstance(value, list | tuple | set | frozenset) and len(value) == len(shown):
        return [
            _with_non_finite(*pair) if pair[1] is None or type(pair[1]) in (list, dict) else pair[1]
            for pair in zip(value, shown, strict=True)
        ]
    if type(shown) is dict:
        inner = value if isinstance(value, dict) else getattr(value, "__dict__", {})
        return {
            name: _with_non_finite(inner.get(name), entry) if entry is None or type(entry) in (list, dict) else entry
            for name, entry in shown.items()
        }
    return shown
