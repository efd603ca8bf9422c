"""Colours of the letters of cells and of what is behind them, in an Excel file (ECMA-376, part 1, 18.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl.research.reading.colors import BLACK, NO_COLOR, SCHEME_NAMES, UNKNOWN, WHITE, are_alike, color, lightened

OF_SYSTEM = {"64": BLACK, "65": WHITE, "81": BLACK}
"""Colours of the system by their numbers: what Excel takes for letters and for the sheet if nothing else is said."""


def ink_of(font: Any, scheme: Mapping[str, str], usual: str = BLACK) -> str:
    """The colour of letters; `UNKNOWN` if it is one that is not read here.

    Args:
        font: The element of their looks.
        scheme: The colours of the theme by their names.
        usual: The colour if their looks state none.
    """
    stated = font.find("{*}color")
    return usual if stated is None else _color(stated, scheme)


def ground_of(fill: Any | None, scheme: Mapping[str, str]) -> str:
    """The colour behind the letters of a cell; `UNKNOWN` if it is a pattern or goes over into another one.

    Args:
        fill: The element of the cell's fill, if there is one.
        scheme: The colours of the theme by their names.
    """
    pattern = None if fill is None else fill.find("{*}patternFill")
    if pattern is None:
        return WHITE if fill is None or len(fill) == 0 else UNKNOWN
    kind = pattern.get("patternType", "none")
    if kind == "none":
        return WHITE
    stated = pattern.find("{*}fgColor")
    return _color(stated, scheme) if kind == "solid" and stated is not None else UNKNOWN


def is_unseen(ink: str, ground: str) -> bool:
    """Whether letters of a colour cannot be seen on a ground."""
    return ink == NO_COLOR or are_alike(ink, ground)


def _color(element: Any, scheme: Mapping[str, str]) -> str:
    """The colour that an element states: by itself, by its place in the theme, or by a number of Excel's own."""
    base: str | None = None
    if (stated := element.get("rgb")) is not None:
        base = color(stated[-6:])
    elif (place := element.get("theme")) is not None:
        known = place.isascii() and place.isdecimal() and len(place) < 3 and int(place) < len(SCHEME_NAMES)
        base = scheme.get(SCHEME_NAMES[int(place)]) if known else None
    elif element.get("auto") in ("1", "true"):
        base = BLACK
    elif (number := element.get("indexed")) in OF_SYSTEM:
        base = OF_SYSTEM[number]
    elif number is not None:
        from openpyxl.styles.colors import COLOR_INDEX  # 0.2 s, and the first page does not need it

        known = number.isascii() and number.isdecimal() and len(number) < 3 and int(number) < len(COLOR_INDEX)
        base = color(COLOR_INDEX[int(number)][-6:]) if known else None
    if base is None:
        return UNKNOWN
    tint = _tint(element.get("tint"))
    return lightened(base, 1 - abs(tint), max(tint, 0.0)) if tint else base


def _tint(text: str | None) -> float:
    try:
        return max(-1.0, min(1.0, float(text or 0)))
    except ValueError:
        return 0.0
