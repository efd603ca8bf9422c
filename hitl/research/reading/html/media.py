"""Whether the condition of a style sheet holds where a page is read: on the screen of a usual computer."""

from __future__ import annotations

import re

WIDTH, HEIGHT = 1280, 800
"""Size of the window in CSS pixels: between that of a tablet and that of a large screen."""
LETTER = 16
"""Pixels of an `em`."""
LONGEST_CONDITION = 1000
"""Characters of a condition that are looked at."""
SIZE = re.compile(r"(min-|max-)?(?:device-)?(width|height)\s*:\s*([\d.]{1,9})(px|em|rem)?")
RANGE = re.compile(
    r"(?:([\d.]{1,9})(px|em|rem)?\s*(<=?|>=?)\s*)?(width|height)(?:\s*(<=?|>=?)\s*([\d.]{1,9})(px|em|rem)?)?"
)
FEATURE = re.compile(r"([\w-]+)\s*(?::\s*([\w-]+))?")
AND = re.compile(r"\s+and\s+")
SCREEN = {
    "orientation": "landscape", "prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference",
    "prefers-contrast": "no-preference", "prefers-reduced-transparency": "no-preference", "forced-colors": "none",
    "inverted-colors": "none", "scripting": "enabled", "hover": "hover", "any-hover": "hover", "pointer": "fine",
    "any-pointer": "fine", "update": "fast", "display-mode": "browser", "monochrome": "0", "grid": "0",
}  # fmt: skip
"""What holds on such a screen, by the name of the feature."""
ABSENT = frozenset({"none", "0", "no-preference"})


def media_applies(condition: str) -> bool | None:
    """Whether a list of media queries holds; None if that cannot be told without a browser.

    Args:
        condition: As it stands behind `@media`, or in the attribute of that name; an empty one holds.
    """
    condition = condition.strip().lower()
    if not condition:
        return True
    if len(condition) > LONGEST_CONDITION:
        return None
    results = [_query(query.strip()) for query in condition.split(",")]
    return True if True in results else None if None in results else False


def _query(query: str) -> bool | None:
    is_negated = query.startswith("not ")
    query = query.removeprefix("not ").removeprefix("only ").strip()
    results = [_part(part.strip()) for part in AND.split(query)]
    result = False if False in results else None if None in results else True
    return result if not is_negated or result is None else not result


def _part(part: str) -> bool | None:
    if not part.startswith("("):
        return part in ("all", "screen")
    inner = part[1:-1].strip()
    if not part.endswith(")") or "(" in inner or ")" in inner:
        return None
    if size := SIZE.fullmatch(inner):
        here = WIDTH if size[2] == "width" else HEIGHT
        wanted = _pixels(size[3], size[4])
        return None if wanted is None else _holds(here, {"min-": ">=", "max-": "<="}.get(size[1] or "", "="), wanted)
    if (bounds := RANGE.fullmatch(inner)) and (bounds[3] or bounds[5]):
        return _in_range(bounds)
    if feature := FEATURE.fullmatch(inner):
        held = SCREEN.get(feature[1])
        return None if held is None else held == feature[2] if feature[2] else held not in ABSENT
    return None


def _in_range(bounds: re.Match[str]) -> bool | None:
    here = WIDTH if bounds[4] == "width" else HEIGHT
    holds = True
    if bounds[3]:
        low = _pixels(bounds[1], bounds[2])
        if low is None:
            return None
        holds = _holds(low, bounds[3], here)
    if bounds[5]:
        high = _pixels(bounds[6], bounds[7])
        if high is None:
            return None
        holds = holds and _holds(here, bounds[5], high)
    return holds


def _holds(left: float, sign: str, right: float) -> bool:
    return (
        (left == right and "=" in sign) or (left < right and sign.startswith("<")) or (left > right and sign[0] == ">")
    )


def _pixels(number: str, unit: str | None) -> float | None:
    try:
        return float(number) * (LETTER if unit in ("em", "rem") else 1)
    except ValueError:
        return None
