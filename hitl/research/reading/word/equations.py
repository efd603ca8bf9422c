"""Equations of a Word file on one line: (a + b)/c, x², √2 (ECMA-376, part 1, 22.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hitl.research.reading.superscripts import SUBSCRIPTS, SUPERSCRIPTS
from hitl.research.reading.word.package import NAMES, attribute, children
from hitl.research.reading.word.styles import PLAIN, RunLook
from hitl.research.reading.word.symbols import symbols

SKIPPED = frozenset({"w:del", "w:moveFrom", "w:rPr", "m:rPr", "m:ctrlPr"})
PARTS = {
    "m:f": (("m:num", "m:den"),),
    "m:sSup": (("m:e", "m:sup"),),
    "m:sSub": (("m:e", "m:sub"),),
    "m:sSubSup": (("m:e", "m:sub", "m:sup"),),
    "m:sPre": (("m:sub", "m:sup", "m:e"),),
    "m:rad": (("m:deg", "m:e"), ("m:e",)),
    "m:nary": (("m:sub", "m:sup", "m:e"), ("m:sup", "m:e"), ("m:sub", "m:e"), ("m:e",)),
    "m:func": (("m:fName", "m:e"),),
    "m:acc": (("m:e",),),
    "m:bar": (("m:e",),),
    "m:limLow": (("m:e", "m:lim"),),
    "m:limUpp": (("m:e", "m:lim"),),
}
"""What elements consist of, in their order in the file."""
PRIMES = frozenset("'′″‴*∗†°")
"""What stands high by itself."""
RUNS = frozenset({"m:r", "w:r"})
SINGLE = re.compile(r"[\w.,]*|\S")
"""What needs no brackets around it."""


def in_line(equation: Any, look_of: Callable[[Any | None], RunLook]) -> str:
    """An equation as a text of one line.

    The parts of it stand in their order in the file; only signs that are no letters or figures are added.

    Args:
        equation: Its element.
        look_of: How a run with these properties shows.
    """
    from lxml import etree

    look = PLAIN
    opened: list[list[tuple[str, str]]] = [[]]  # the parts of each element that is open, with their names
    walk = etree.iterwalk(equation, events=("start", "end"))
    for event, element in walk:
        name = NAMES[element.tag]
        if event == "start":
            opened.append([])
            if name in RUNS:
                look = look_of(children(element).get("w:rPr"))
            if (name in RUNS and look.is_hidden) or name in SKIPPED or (name == "m:phant" and _is_phantom(element)):
                walk.skip_subtree()
        else:
            parts = opened.pop()
            if name in ("m:t", "w:t"):
                text = symbols(element.text or "", look.font if name == "w:t" else "").text
            else:
                text = _composed(name, parts, element)
            opened[-1].append((name, text))
    return "".join(text for _, text in opened[0])


def _composed(name: str, parts: list[tuple[str, str]], element: Any) -> str:
    parts = [part for part in parts if not part[0].endswith("Pr")]
    texts = [text for _, text in parts]
    if name in PARTS and tuple(part for part, _ in parts) not in PARTS[name]:
        return "".join(texts)  # it is damaged, or of a later version
    by_name = dict(parts)
    match name:
        case "m:f":
            top, bottom = by_name.get("m:num", ""), by_name.get("m:den", "")
            return f"{_grouped(top)}/{_grouped(bottom)}"
        case "m:sSup":
            return by_name.get("m:e", "") + _raised(by_name)
        case "m:sSub":
            return by_name.get("m:e", "") + _lowered(by_name)
        case "m:sSubSup":
            return by_name.get("m:e", "") + _lowered(by_name) + _raised(by_name)
        case "m:sPre":
            return _lowered(by_name) + _raised(by_name) + by_name.get("m:e", "")
        case "m:rad":
            degree = by_name.get("m:deg", "")
            return f"{_in(degree, SUPERSCRIPTS, '^')}√{_grouped(by_name.get('m:e', ''))}"
        case "m:nary":
            sign = _setting(element, "m:naryPr", "m:chr", "∫")
            return f"{sign}{_lowered(by_name)}{_raised(by_name)} {by_name.get('m:e', '')}"
        case "m:d":
            begin, end = _setting(element, "m:dPr", "m:begChr", "("), _setting(element, "m:dPr", "m:endChr", ")")
            return f"{begin}{_setting(element, 'm:dPr', 'm:sepChr', '|').join(texts)}{end}"
        case "m:func":
            return f"{by_name.get('m:fName', '')} {by_name.get('m:e', '')}"
        case "m:acc":
            return _accented(by_name.get("m:e", ""), _setting(element, "m:accPr", "m:chr", "\u0302"))
        case "m:bar":
            return _accented(by_name.get("m:e", ""), "\u0305")
        case "m:limLow" | "m:limUpp":
            sign = "_" if name == "m:limLow" else "^"
            return f"{by_name.get('m:e', '')}{sign}{_grouped(by_name.get('m:lim', ''))}"
        case "m:mr":
            return ", ".join(texts)
        case "m:m":
            return f"[{'; '.join(texts)}]"
        case "m:eqArr":
            return "; ".join(texts)
        case _:
            return "".join(texts)


def _raised(by_name: dict[str, str]) -> str:
    return _in(by_name.get("m:sup", ""), SUPERSCRIPTS, "^")


def _lowered(by_name: dict[str, str]) -> str:
    return _in(by_name.get("m:sub", ""), SUBSCRIPTS, "_")


def _in(text: str, forms: dict[str, str], sign: str) -> str:
    """A raised or lowered part; in brackets after the sign if one of its characters has no such form."""
    text = text.strip()
    if all(character in forms for character in text):
        return "".join(forms[character] for character in text)
    return text if text in PRIMES else f"{sign}({text})"


def _grouped(text: str) -> str:
    """A part of an equation in brackets, unless it is a number, a word or a sign."""
    text = text.strip()
    return text if SINGLE.fullmatch(text) else f"({text})"


def _accented(text: str, accent: str) -> str:
    """A letter with what stands over it, as a character that is joined to it."""
    return text + accent


def _setting(element: Any, properties: str, name: str, otherwise: str) -> str:
    """A sign that the properties of an element name; an empty one is none at all."""
    found = children(element).get(properties)
    named = children(found).get(name) if found is not None else None
    if named is None:
        return otherwise
    return attribute(named, "m:val") or ""


def _is_phantom(element: Any) -> bool:
    """Whether only the room of a part is kept, and it does not show."""
    properties = children(element).get("m:phantPr")
    shown = children(properties).get("m:show") if properties is not None else None
    return shown is not None and attribute(shown, "m:val") in ("0", "off", "false")
