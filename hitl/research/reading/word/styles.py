"""What the styles of a Word file say of a paragraph and of a run: hidden, bold, raised, heading, numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NamedTuple

from hitl.research.reading.word.package import NAMES, attribute, children, full_names, is_on, whole_number

Script = Literal["", "super", "sub"]
"""Where a text stands: on the line, raised or lowered."""

HEADING_NAME = re.compile(r"heading ([1-9])")
CONTENTS_NAME = re.compile(r"toc ([1-9])")
BOLD_NAMES = frozenset({"caption", "quote", "intense quote", "block text"})
MOST_BASES = 50
"""Styles that are based on each other, of which Word allows eleven."""
BODY_LEVEL = 9
"""The outline level that says that a paragraph is no heading."""
PALE = 250
"""Of 255 in red, green and blue, from which a colour is as good as white."""
TINY = 2
"""Half points up to which letters are too small for any eye."""
DEEPEST_RUN = 50
"""Elements around a run from which on it is not asked what is behind it."""
COLOR = re.compile(r"[0-9A-Fa-f]{6}")
ON_A_GROUND = frozenset("w:shd w:highlight w:bdr w:outline w:shadow w:emboss w:imprint w:tbl w:txbxContent".split())
"""What can make white letters show: a ground, an outline, or what may have one of them by a style."""
LEVEL_OF_NAME = {"title": 1, "subtitle": 2, "toc heading": 1}
SCRIPTS: dict[str | None, Script] = {"superscript": "super", "subscript": "sub"}


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
    is_faint: bool | None = None
    """Whether it is as good as white, or too small for any eye."""

    def over(self, other: RunProperties) -> RunProperties:
        """These properties, and those of another where these leave one open."""
        return RunProperties._make(
            mine if mine is not None else theirs for mine, theirs in zip(self, other, strict=True)
        )


NOTHING_SAID = RunProperties()


class RunLook(NamedTuple):
    """How a run shows."""

    is_hidden: bool = False
    """Hidden or struck out, or not to be seen."""
    is_bold: bool = False
    script: Script = ""
    font: str = ""
    is_unseen: bool = False
    """Whether it is hidden by its colour or its size alone."""


PLAIN = RunLook()


@dataclass(frozen=True)
class NumberingProperties:
    """The list that a paragraph or a style belongs to; None for what it leaves open."""

    number: int | None = None
    """Identity of the list; 0 for none at all."""
    level: int | None = None
    """From 0."""
    style: str = ""
    """The style that says so; empty for a paragraph itself."""


@dataclass(frozen=True)
class Style:
    """A style of paragraphs, of runs, of tables or of lists."""

    kind: str
    name: str
    """In lower case; those that come with Word are in English in every language."""
    based_on: str
    run: RunProperties
    outline_level: int | None
    numbering: NumberingProperties
    has_bold_first_row: bool = False
    is_shaded: bool = False


class Styles:
    """The styles of a file, by their identities."""

    def __init__(self, root: Any | None):
        self._styles: dict[str, Style] = {}
        self._defaults = NOTHING_SAID
        self.default_paragraph = ""
        self._bases: dict[tuple[str, str], tuple[RunProperties, RunProperties]] = {}
        self._looks: dict[tuple[str, str], RunLook] = {}
        self._has_ground: dict[Any, bool] = {}
        """Whether pages have a colour or pictures behind their text, by the root of their part."""
        for element in root if root is not None else ():
            match NAMES[element.tag]:
                case "w:docDefaults":
                    default = children(element).get("w:rPrDefault")
                    if default is not None:
                        self._defaults = run_properties(children(default).get("w:rPr"))
                case "w:style":
                    identity = attribute(element, "w:styleId") or ""
                    self._styles.setdefault(identity, _style(element))
                    is_default = (attribute(element, "w:default") or "0") not in ("0", "false", "off")
                    if is_default and self._styles[identity].kind == "paragraph":
                        self.default_paragraph = identity

    def look(self, paragraph_style: str, properties: Any | None) -> RunLook:
        """How a run shows.

        A property that toggles is on if the style of the paragraph or that of the run turns it on, and not both; what
        the run itself says goes before (ECMA-376, part 1, 17.7.3).

        Args:
            paragraph_style: Identity of the style of its paragraph.
            properties: The element of its own properties, if it has any.
        """
        if properties is None:
            return self._look_of(paragraph_style, "")
        style, direct = "", NOTHING_SAID
        if len(properties):
            style, direct = _run_style(properties), run_properties(properties)
        if direct is NOTHING_SAID:
            return self._look_of(paragraph_style, style)
        look = self._combined(*self._base(paragraph_style, style), direct)
        if direct.is_faint and not look.is_hidden and self._is_on_paper(properties, (paragraph_style, style)):
            return look._replace(is_hidden=True, is_unseen=True)
        return look

    def _is_on_paper(self, properties: Any, styles: tuple[str, str]) -> bool:
        """Whether a run stands on white paper: on no shade or picture, and in no table or box, which may have one."""
        if any(style.is_shaded for identity in styles for style in self._chain(identity)):
            return False
        around = list(islice(properties.iterancestors(), DEEPEST_RUN))
        names = {NAMES[each.tag] for each in (*properties, *around)}
        for each in around:
            if NAMES[each.tag] == "w:p":
                names.update(children(children(each).get("w:pPr", ())))
        if len(around) == DEEPEST_RUN or not ON_A_GROUND.isdisjoint(names):
            return False
        root = around[-1]
        if root not in self._has_ground:
            behind = (anchor.get("behindDoc") for anchor in root.iter("{*}anchor"))
            grounds = root.iter(*full_names("w:background"), *full_names("w:pict"))
            self._has_ground[root] = any(each in ("1", "true") for each in behind) or any(True for _ in grounds)
        return not self._has_ground[root]

    def heading_level(self, identity: str) -> int:
        """The level of the headings that a style makes, from 1; 0 if it makes none."""
        for style in self._chain(identity):
            if match := HEADING_NAME.fullmatch(style.name):
                return int(match[1])
            if style.name in LEVEL_OF_NAME:
                return LEVEL_OF_NAME[style.name]
            if style.outline_level is not None:
                return style.outline_level + 1 if style.outline_level < BODY_LEVEL else 0
        return 0

    def is_title(self, identity: str) -> bool:
        return any(style.name == "title" for style in self._chain(identity))

    def is_caption(self, identity: str) -> bool:
        """Whether a style is for what stands beside a picture or a table."""
        return any(style.name == "caption" for style in self._chain(identity))

    def may_be_bold(self, identity: str) -> bool:
        """Whether a style is for a caption or a quotation, which is no heading even if all of it is bold."""
        return any(style.name in BOLD_NAMES for style in self._chain(identity))

    def contents_level(self, identity: str) -> int | None:
        """The level of an entry of a table of contents, from 0; None for any other style."""
        found = self._styles.get(identity)
        match = CONTENTS_NAME.fullmatch(found.name) if found else None
        return int(match[1]) - 1 if match else None

    def numbering(self, identity: str) -> NumberingProperties:
        """The list that the paragraphs of a style belong to."""
        number = level = None
        at = ""
        for key, style in self._named_chain(identity):
            if number is None and style.numbering.number is not None:
                number, at = style.numbering.number, key
            level = level if level is not None else style.numbering.level
            if number is not None and level is not None:
                break
        return NumberingProperties(number, level, at)

    def has_bold_first_row(self, identity: str) -> bool:
        """Whether a style of tables sets the first row in bold."""
        return any(style.has_bold_first_row for style in self._chain(identity))

    def _look_of(self, paragraph_style: str, run_style: str) -> RunLook:
        key = paragraph_style, run_style
        if key not in self._looks:
            self._looks[key] = self._combined(*self._base(paragraph_style, run_style), NOTHING_SAID)
        return self._looks[key]

    def _base(self, paragraph_style: str, run_style: str) -> tuple[RunProperties, RunProperties]:
        key = paragraph_style, run_style
        if key not in self._bases:
            self._bases[key] = self._inherited(paragraph_style), self._inherited(run_style)
        return self._bases[key]

    def _inherited(self, identity: str) -> RunProperties:
        found = NOTHING_SAID
        for style in self._chain(identity):
            found = found.over(style.run)
        return found

    def _combined(self, paragraph: RunProperties, run: RunProperties, direct: RunProperties) -> RunLook:
        plain = direct.over(run).over(paragraph).over(self._defaults)

        def toggled(name: str) -> bool:
            own: bool | None = getattr(direct, name)
            if own is not None:
                return own
            return bool(getattr(self._defaults, name)) or bool(getattr(paragraph, name)) != bool(getattr(run, name))

        return RunLook(
            is_hidden=toggled("vanish") or toggled("strike") or bool(plain.double_strike),
            is_bold=toggled("bold_complex" if plain.is_complex else "bold"),
            script=plain.script or "",
            font=plain.font or "",
        )

    def _chain(self, identity: str) -> Iterator[Style]:
        return (style for _, style in self._named_chain(identity))

    def _named_chain(self, identity: str) -> Iterator[tuple[str, Style]]:
        """A style, and those that it is based on, nearest first; a circle ends at `MOST_BASES`."""
        for _ in range(MOST_BASES):
            if identity not in self._styles:
                return
            yield identity, self._styles[identity]
            identity = self._styles[identity].based_on


def run_properties(element: Any | None) -> RunProperties:
    """What an element of run properties says; `NOTHING_SAID` itself if that is nothing of interest."""
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
            case "w:color":
                said["is_faint"] = said.get("is_faint", False) or _is_white(attribute(each, "w:val") or "")
            case "w:sz":
                said["is_faint"] = said.get("is_faint", False) or whole_number(attribute(each, "w:val"), 99) <= TINY
            case "w:rFonts":
                font = attribute(each, "w:ascii") or attribute(each, "w:hAnsi")
                if font and not attribute(each, "w:asciiTheme"):
                    said["font"] = font
    return RunProperties(**said) if said else NOTHING_SAID


def _is_white(color: str) -> bool:
    return bool(COLOR.fullmatch(color)) and min(bytes.fromhex(color)) >= PALE


def numbering_properties(element: Any | None) -> NumberingProperties:
    """What a `w:numPr` says."""
    if element is None:
        return NumberingProperties()
    said = children(element)
    number = whole_number(attribute(said["w:numId"], "w:val"), 0) if "w:numId" in said else None
    level = whole_number(attribute(said["w:ilvl"], "w:val"), 0) if "w:ilvl" in said else None
    return NumberingProperties(number, level)


def outline_level(properties: dict[str, Any]) -> int | None:
    """The outline level that paragraph properties state, from 0."""
    if "w:outlineLvl" not in properties:
        return None
    return whole_number(attribute(properties["w:outlineLvl"], "w:val"), BODY_LEVEL, BODY_LEVEL)


def _run_style(properties: Any) -> str:
    first = properties[0]
    return (attribute(first, "w:val") or "") if NAMES[first.tag] == "w:rStyle" else ""


def _style(element: Any) -> Style:
    parts = children(element)
    paragraph = children(parts["w:pPr"]) if "w:pPr" in parts else {}
    return Style(
        kind=attribute(element, "w:type") or "",
        name=(attribute(parts["w:name"], "w:val") or "").casefold() if "w:name" in parts else "",
        based_on=(attribute(parts["w:basedOn"], "w:val") or "") if "w:basedOn" in parts else "",
        run=run_properties(parts.get("w:rPr")),
        outline_level=outline_level(paragraph),
        numbering=numbering_properties(paragraph.get("w:numPr")),
        is_shaded=any(True for _ in element.iter(*full_names("w:shd"))),
        has_bold_first_row=any(_is_bold_first_row(each) for each in element if NAMES[each.tag] == "w:tblStylePr"),
    )


def _is_bold_first_row(element: Any) -> bool:
    is_first_row = attribute(element, "w:type") == "firstRow"
    return is_first_row and bool(run_properties(children(element).get("w:rPr")).bold)
