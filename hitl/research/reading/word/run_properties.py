"""What a Word file says of how a run looks, in a style or in the run itself (ECMA-376, part 1, 17.3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from hitl.research.reading.colors import (
    BLACK,
    NO_COLOR,
    UNKNOWN,
    USUAL_SCHEME,
    WHITE,
    color,
    fill_of,
    lightened,
    mixed,
    scheme_of,
)
from hitl.research.reading.word.package import NAMES, attribute, children, is_on, whole_number

Script = Literal["", "super", "sub"]
"""Where a text stands: on the line, raised or lowered."""

SCRIPTS: dict[str | None, Script] = {"superscript": "super", "subscript": "sub"}
AUTOMATIC = "auto"
"""The colour of letters that Word makes black or white, whichever shows on their shade."""
HIGHLIGHTS = {
    "black": BLACK,
    "blue": "0000FF",
    "cyan": "00FFFF",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGray": "808080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "green": "00FF00",
    "lightGray": "C0C0C0",
    "magenta": "FF00FF",
    "none": NO_COLOR,
    "red": "FF0000",
    "white": WHITE,
    "yellow": "FFFF00",
}
PATTERN = re.compile(r"pct(\d\d?)")
"""The name of a shade that mixes two colours, with the percentage of the first."""
SCHEME_NAMES = {
    "background1": "bg1",
    "text1": "tx1",
    "background2": "bg2",
    "text2": "tx2",
    "light1": "lt1",
    "dark1": "dk1",
    "light2": "lt2",
    "dark2": "dk2",
    "hyperlink": "hlink",
    "followedHyperlink": "folHlink",
}
"""The names that colours of the theme have in Word where they have others in drawings."""
MAPPING = {"w:bg1": "bg1", "w:t1": "tx1", "w:bg2": "bg2", "w:t2": "tx2"}
"""What the settings of a file call the colours that they assign, by their names in drawings."""
MEASURE = re.compile(r"(-?\d+)(?:\.\d+)?(pt)?")
WHOLE_WIDTH = 100
"""Percent of their width that letters have if nothing else is said."""


class RunProperties(NamedTuple):
    """What one style, or a run itself, says; None for what it leaves open."""

    vanish: bool | None = None
    strike: bool | None = None
    double_strike: bool | None = None
    bold: bool | None = None
    bold_complex: bool | None = None
    """Bold in scripts such as Arabic and Hebrew."""
    is_complex: bool | None = None
    """Whether it is set in such a script."""
    script: Script | None = None
    font: str | None = None
    position: int | None = None
    """How far it is raised in half points, or lowered if it is negative."""
    size: int | None = None
    """In half points."""
    width: int | None = None
    """Of its letters, in percent of the usual."""
    color: str | None = None
    fill: str | None = None
    """What newer versions of Word fill the letters with, instead of their colour."""
    highlight: str | None = None
    shade: str | None = None
    """The colour behind it."""
    has_edge: bool | None = None
    """Whether its letters have an outline or a shadow, which shows even if they do not."""

    def over(self, other: RunProperties) -> RunProperties:
        """These properties, and those of another where these leave one open."""
        if self is NOTHING_SAID:
            return other
        if other is NOTHING_SAID:
            return self
        return RunProperties._make(
            [mine if mine is not None else theirs for mine, theirs in zip(self, other, strict=True)]
        )


NOTHING_SAID = RunProperties()


def run_properties(element: Any | None, scheme: Mapping[str, str] = USUAL_SCHEME) -> RunProperties:
    """What an element of run properties says; `NOTHING_SAID` itself if that is nothing of interest.

    Args:
        element: The `w:rPr`, if there is one.
        scheme: The colours of the theme by their names.
    """
    said: dict[str, Any] = {}
    for each in element if element is not None else ():
        match NAMES[each.tag]:
            case "w:vanish":
                said["vanish"] = is_on(each)
            case "w:strike":
                said["strike"] = is_on(each)
            case "w:dstrike":
                said["double_strike"] = is_on(each)
            case "w:b":
                said["bold"] = is_on(each)
            case "w:bCs":
                said["bold_complex"] = is_on(each)
            case "w:rtl" | "w:cs":
                said["is_complex"] = is_on(each)
            case "w:vertAlign":
                said["script"] = SCRIPTS.get(attribute(each, "w:val"), "")
            case "w:position":
                said["position"] = _half_points(attribute(each, "w:val"), 0)
            case "w:sz":
                said["size"] = _half_points(attribute(each, "w:val"), None)
            case "w:w":
                said["width"] = whole_number((attribute(each, "w:val") or "").rstrip("%"), WHOLE_WIDTH)
            case "w:color":
                said["color"] = _color(each, scheme)
            case "w14:textFill":
                said["fill"] = fill_of(each, scheme, is_word=True)
            case "w:highlight":
                said["highlight"] = HIGHLIGHTS.get(attribute(each, "w:val") or "", UNKNOWN)
            case "w:shd":
                said["shade"] = shade(each, scheme)
            case "w:outline" | "w:shadow" | "w:emboss" | "w:imprint":
                said["has_edge"] = is_on(each) or said.get("has_edge", False)
            case "w14:textOutline":
                said["has_edge"] = fill_of(each, scheme, is_word=True) not in (None, NO_COLOR)
            case "w14:shadow" | "w14:glow":
                said["has_edge"] = True
            case "w:rFonts":
                font = attribute(each, "w:ascii") or attribute(each, "w:hAnsi")
                if font and not attribute(each, "w:asciiTheme"):
                    said["font"] = font
    return RunProperties(**said) if said else NOTHING_SAID


def scheme_of_file(theme: Any | None, settings: Any | None) -> dict[str, str]:
    """The colours of a file's theme by their names.

    Args:
        theme: Root of the part with the theme, if there is one.
        settings: Root of the file's settings, which assign its colours to text and background, if there are any.
    """
    mapping = children(settings).get("w:clrSchemeMapping") if settings is not None else None
    stated = {name: attribute(mapping, of) for of, name in MAPPING.items()} if mapping is not None else {}
    return scheme_of(theme, {name: SCHEME_NAMES.get(of, of) for name, of in stated.items() if of})


def shade(element: Any, scheme: Mapping[str, str]) -> str:
    """The colour of a `w:shd`: `NO_COLOR` if it lets show what is behind it, `UNKNOWN` if it is a pattern of lines."""
    kind = attribute(element, "w:val") or "clear"
    ground = _themed(element, scheme, "w:themeFill", "w:fill")
    if kind == "clear":
        return ground or NO_COLOR
    if kind == "nil":
        return NO_COLOR
    ink = _themed(element, scheme, "w:themeColor", "w:color") or BLACK
    if kind == "solid":
        return ink
    pattern = PATTERN.fullmatch(kind)
    if pattern is None or UNKNOWN in (ink, ground):
        return UNKNOWN
    return mixed(ink, ground or WHITE, int(pattern[1]) / 100)


def _color(element: Any, scheme: Mapping[str, str]) -> str:
    return _themed(element, scheme, "w:themeColor", "w:val") or AUTOMATIC


def _themed(element: Any, scheme: Mapping[str, str], of_theme: str, own: str) -> str | None:
    """A colour that is one of the theme's, or stated; None if it is automatic."""
    stated = color(attribute(element, own))
    name = attribute(element, of_theme)
    if name is None or name == "none":
        return stated
    base = scheme.get(SCHEME_NAMES.get(name, name))
    if base is None:
        return stated or UNKNOWN
    kind = of_theme.removesuffix("Color")
    darker, lighter = attribute(element, f"{kind}Shade"), attribute(element, f"{kind}Tint")
    if darker is not None:
        return lightened(base, _of_255(darker), 0)
    return base if lighter is None else lightened(base, _of_255(lighter), 1 - _of_255(lighter))


def _of_255(text: str) -> float:
    try:
        return min(255, int(text, 16)) / 255
    except ValueError:
        return 1.0


def _half_points(text: str | None, otherwise: int | None) -> int | None:
    """A height in half points, which can be written in points: `3pt`."""
    match = MEASURE.fullmatch(text or "")
    if match is None:
        return otherwise
    return whole_number(match[1], 0) * (2 if match[2] else 1)
