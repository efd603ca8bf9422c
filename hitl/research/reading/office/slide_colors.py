"""Which letters on a slide can be seen: not those without a colour, tiny ones, or those of the colour behind them.

What is behind a shape without a fill is the background of its slide only where no other shape may lie between: over a
picture or another shape its letters are taken to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hitl.research.reading.colors import NO_COLOR, UNKNOWN, WHITE, are_alike, drawn_color, fill_of, ground_of, scheme_of
from hitl.research.reading.office.parts import local_name

TINY = 100
"""Hundredths of a point up to which letters are too small for any eye."""
PLAIN_BACKGROUND = "1001"
"""Number of the fill of a theme that is a single colour."""

Sees = Callable[[Any], bool]
"""Whether a run can be seen whose properties are this element; None if it has none."""


def slide_scheme(theme: Any | None, master: Any | None, is_remapped: bool) -> Mapping[str, str]:
    """The colours of a slide by their names; none if the slide gives the names others than its master.

    Args:
        theme: Root of the theme of its master.
        master: Root of its master.
        is_remapped: Whether the slide or its layout gives them other colours.
    """
    mapping = None if master is None else master.find("{*}clrMap")
    return {} if is_remapped else scheme_of(theme, {} if mapping is None else dict(mapping.attrib))


def background_of(roots: Sequence[Any], scheme: Mapping[str, str]) -> str:
    """The colour of a slide's background.

    Args:
        roots: Roots of the slide, its layout and its master, as far as there are any.
        scheme: The colours of the slide by their names.
    """
    for root in roots:
        stated = root.find("{*}cSld/{*}bg")
        for each in stated if stated is not None else ():
            if local_name(each) == "bgPr":
                return ground_of(each, scheme) or UNKNOWN
            if each.get("idx") == PLAIN_BACKGROUND:
                return drawn_color(next(iter(each), None), scheme)
            return UNKNOWN
    return WHITE


def own_fill(shape: Any, scheme: Mapping[str, str]) -> str | None:
    """The colour of a shape; None if it has none of its own."""
    fill = ground_of(shape.find("{*}spPr"), scheme)
    reference = shape.find("{*}style/{*}fillRef")
    if fill is not None or reference is None or reference.get("idx") in (None, "0", "1000"):
        return None if fill == NO_COLOR else fill
    return drawn_color(next(iter(reference), None), scheme) if reference.get("idx") == "1" else UNKNOWN


@dataclass(frozen=True)
class Sight:
    """Tells which runs of a paragraph can be seen."""

    scheme: Mapping[str, str]
    ground: str
    """The colour behind them; `UNKNOWN` if it may be any."""
    usual: str = UNKNOWN
    """The colour of letters that state none."""

    def sees(self, properties: Any | None) -> bool:
        ink, ground = self.usual, self.ground
        if properties is not None:
            size = properties.get("sz", "")
            if size.isascii() and size.isdecimal() and int(size[:9]) <= TINY:
                return False
            edge = properties.find("{*}ln")
            has_edge = edge is not None and fill_of(edge, self.scheme) not in (None, NO_COLOR)
            if has_edge or properties.find("{*}effectLst/*") is not None:
                return True
            ink = fill_of(properties, self.scheme) or ink
            highlight = properties.find("{*}highlight")
            if highlight is not None:
                ground = drawn_color(next(iter(highlight), None), self.scheme)
        return ink != NO_COLOR and not are_alike(ink, ground)


def usual_ink(paragraph: Any, styles: Sequence[Any], scheme: Mapping[str, str]) -> str:
    """The colour of letters of a paragraph that state none, by the nearest of its styles that says so."""
    looks = paragraph.find("{*}pPr")
    level = "0" if looks is None else looks.get("lvl", "0")
    for style in styles:
        ink = fill_of(style.find(f"{{*}}lvl{int(level) + 1}pPr/{{*}}defRPr"), scheme)
        if ink is not None:
            return ink
    return UNKNOWN
