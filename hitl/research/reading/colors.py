"""Colours of letters and of what is behind them in files of Office, and which of them no eye can tell apart.

A colour is six hexadecimal digits for red, green and blue, in capitals: `FF0000`.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from typing import Any

BLACK, WHITE = "000000", "FFFFFF"
UNKNOWN = "unknown"
"""A colour that the file does not say in a way that is read here, or several: those of a picture or a pattern."""
NO_COLOR = "none"
"""Letters or a ground that let show what is behind them."""
COLOR = re.compile(r"[0-9A-Fa-f]{6}")
ALIKE = 5
"""Of 255 in red, green and blue, up to which two colours look the same."""
WHOLE = 100_000
"""What the shares of a drawing's colours are counted in."""
HARDLY = 0.02
"""Share of ink up to which letters do not show."""
NAMED = {"black": BLACK, "white": WHITE}
SCHEME_NAMES = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
"""The colours of a theme, in the order in which Excel counts them."""
USUAL_SCHEME = {"lt1": WHITE, "dk1": BLACK}
"""What the colours of a file without a theme can only be."""
USUAL_MAPPING = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}


def color(text: str | None) -> str | None:
    """A colour as it is written here; None if a text is none: `auto`."""
    return text.upper() if text and COLOR.fullmatch(text) else None


def are_alike(one: str, other: str) -> bool:
    """Whether no eye can tell two colours apart; False if one of them is not known."""
    if one == other:
        return bool(COLOR.fullmatch(one))
    if not (COLOR.fullmatch(one) and COLOR.fullmatch(other)):
        return False
    return all(
        abs(mine - theirs) <= ALIKE for mine, theirs in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
    )


def mixed(one: str, other: str, share: float) -> str:
    """A colour of which a share is that of the first, and the rest that of the second.

    Args:
        one: The first colour.
        other: The second colour.
        share: From 0 to 1.
    """
    parts = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
    return "".join(f"{round(mine * share + theirs * (1 - share)):02X}" for mine, theirs in parts)


def lightened(base: str, share: float, more: float) -> str:
    """A colour of which the lightness is multiplied, and then grows.

    Args:
        base: The colour.
        share: By what the lightness is multiplied.
        more: What is added to it, of 1.
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in bytes.fromhex(base)))
    parts = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness * share + more)), saturation)
    return "".join(f"{round(part * 255):02X}" for part in parts)


def scheme_of(theme: Any | None, mapping: Mapping[str, str] = USUAL_MAPPING) -> dict[str, str]:
    """The colours of a theme by the names that text and shapes have for them, `accent1` and `bg1`.

    Args:
        theme: Root of the part with the theme; None if the file has none.
        mapping: The theme's names for the names of text and background.
    """
    scheme = dict(USUAL_SCHEME)
    found = None if theme is None else theme.find(".//{*}clrScheme")
    for each in () if found is None else found:
        for value in each:
            stated = color(value.get("lastClr") or value.get("val"))
            if stated:
                scheme[_local(each)] = stated
    return scheme | {name: scheme[of] for name, of in {**USUAL_MAPPING, **mapping}.items() if of in scheme}


def fill_of(properties: Any | None, scheme: Mapping[str, str], is_word: bool = False) -> str | None:
    """The colour with which a drawing fills a shape or letters; None if their properties do not say.

    Args:
        properties: The element in which the fill stands.
        scheme: The colours of the theme.
        is_word: Whether it is of Word's own, in which alpha is what is missing of the ink, not what there is.
    """
    for each in properties if properties is not None else ():
        match _local(each):
            case "noFill":
                return NO_COLOR
            case "solidFill":
                return drawn_color(next(iter(each), None), scheme, is_word)
            case "gradFill" | "blipFill" | "pattFill" | "grpFill":
                return UNKNOWN
    return None


def ground_of(properties: Any | None, scheme: Mapping[str, str]) -> str | None:
    """The same for what is behind letters: a fill that lets show something of what is behind it is not known."""
    see_through = None if properties is None else properties.find("{*}solidFill/*/{*}alpha")
    return fill_of(properties, scheme) if see_through is None else UNKNOWN


def drawn_color(element: Any | None, scheme: Mapping[str, str], is_word: bool = False) -> str:
    """The colour that an element of a drawing states, such as `a:srgbClr`; `UNKNOWN` if it is another kind of one."""
    if element is None:
        return UNKNOWN
    value = _value(element)
    base = {
        "srgbClr": color(value),
        "sysClr": color(element.get("lastClr")) or {"window": WHITE, "windowText": BLACK}.get(value),
        "prstClr": NAMED.get(value),
        "schemeClr": scheme.get(value),
    }.get(_local(element))
    if base is None:
        return UNKNOWN
    for each in element:
        share = _share(_value(each))
        match _local(each):
            case "lumMod" | "shade":
                base = lightened(base, share, 0)
            case "lumOff":
                base = lightened(base, 1, share)
            case "tint":
                base = lightened(base, share, 1 - share)
            case "alpha":
                ink = 1 - share if is_word else share
                if ink <= HARDLY:
                    return NO_COLOR
    return base


def _share(text: str) -> float:
    """A share that is written in thousandths of a percent, or in percent."""
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text) / WHOLE
    except ValueError:
        return 1.0


def _value(element: Any) -> str:
    """The `val` of an element, in whichever namespace."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == "val"), "")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
