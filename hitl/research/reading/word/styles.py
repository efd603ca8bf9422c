"""What the styles of a Word file say of a paragraph and of a run: hidden, bold, raised, heading, numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hitl.research.reading.colors import USUAL_SCHEME
from hitl.research.reading.word.heights import SHIFTED_FROM
from hitl.research.reading.word.package import NAMES, attribute, children, whole_number
from hitl.research.reading.word.run_properties import NOTHING_SAID, RunProperties, Script, run_properties, shade
from hitl.research.reading.word.sight import ON_PAPER, USUAL_SIZE, Sight, Surroundings, sight

HEADING_NAME = re.compile(r"heading ([1-9])")
CONTENTS_NAME = re.compile(r"toc ([1-9])")
BOLD_NAMES = frozenset({"caption", "quote", "intense quote", "block text"})
MOST_CHAINS = 1000
"""Styles of which it is kept what they are based on."""
MOST_BASES = 50
"""Styles that are based on each other, of which Word allows eleven."""
BODY_LEVEL = 9
"""The outline level that says that a paragraph is no heading."""
WHOLE_TABLE = "wholeTable"
TOGGLES = ("vanish", "strike", "bold", "bold_complex")
"""Properties that a style turns on, and a second one off again."""
SMALL = 0.75
"""Share of the size of its paragraph up to which text is small enough for an exponent, however little it is raised."""
LEVEL_OF_NAME = {"title": 1, "subtitle": 2, "toc heading": 1}


class RunLook(NamedTuple):
    """How a run shows."""

    is_hidden: bool = False
    """Hidden or struck out, or not to be seen."""
    is_bold: bool = False
    script: Script = ""
    font: str = ""
    height: int = 0
    """How far it is raised by hand in half points, or lowered if it is negative."""
    hides_all: bool = False
    """Whether it hides what is anchored in it, too, and not only its letters by their colour or size."""
    sight: Sight = "seen"
    """Whether its letters can be seen, if they are not hidden or struck out anyway."""


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


class TableLook(NamedTuple):
    """What a style of tables says of the cells in a part of a table, such as its first row."""

    run: RunProperties
    shade: str | None


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
    shade: str | None = None
    """Behind its paragraphs; None if it does not say."""
    table_looks: Mapping[str, TableLook] = field(default_factory=dict)
    """By the part of the table."""
    row_band: int = 0
    """How many rows make one band of a table; 0 if it does not say."""
    column_band: int = 0

    @property
    def has_bold_first_row(self) -> bool:
        return "firstRow" in self.table_looks and bool(self.table_looks["firstRow"].run.bold)


class Styles:
    """The styles of a file, by their identities."""

    def __init__(self, root: Any | None, scheme: Mapping[str, str] = USUAL_SCHEME):
        """Read the styles of a file.

        Args:
            root: Root of the part with the styles; None if there is none.
            scheme: The colours of the theme by their names.
        """
        self.scheme = scheme
        self._styles: dict[str, Style] = {}
        self._defaults = NOTHING_SAID
        self.default_paragraph = ""
        self._default_table = ""
        self._bases: dict[tuple[str, str, RunProperties], RunProperties] = {}
        self._chains: dict[str, Sequence[Style]] = {}
        self._looks: dict[tuple[str, str, Surroundings], RunLook] = {}
        for element in root if root is not None else ():
            match NAMES[element.tag]:
                case "w:docDefaults":
                    default = children(element).get("w:rPrDefault")
                    if default is not None:
                        self._defaults = run_properties(children(default).get("w:rPr"), scheme)
                case "w:style":
                    identity = attribute(element, "w:styleId") or ""
                    self._styles.setdefault(identity, _style(element, scheme))
                    if (attribute(element, "w:default") or "0") not in ("0", "false", "off"):
                        if self._styles[identity].kind == "paragraph":
                            self.default_paragraph = identity
                        elif self._styles[identity].kind == "table":
                            self._default_table = identity

    def look(self, paragraph_style: str, properties: Any | None, around: Surroundings = ON_PAPER) -> RunLook:
        """How a run shows.

        What the run itself says goes before its style, that before the style of its paragraph, and that before the
        style of its table. A property that toggles is on if an odd number of them turn it on (ECMA-376, part 1,
        17.7.3).

        Args:
            paragraph_style: Identity of the style of its paragraph.
            properties: The element of its own properties, if it has any.
            around: What is around it.
        """
        style, direct = "", NOTHING_SAID
        if properties is not None and len(properties):
            style, direct = _run_style(properties), run_properties(properties, self.scheme)
        if direct is not NOTHING_SAID:
            said = direct.over(self._base(paragraph_style, style, around.table))
            return self._shown(said, paragraph_style, around)
        key = paragraph_style, style, around
        if key not in self._looks:
            self._looks[key] = self._shown(self._base(paragraph_style, style, around.table), paragraph_style, around)
        return self._looks[key]

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

    def paragraph_shade(self, identity: str) -> str | None:
        """The colour behind the paragraphs of a style; None if it does not say."""
        return next((style.shade for style in self._chain(identity) if style.shade is not None), None)

    def table_styles(self, identity: str | None) -> Sequence[Style]:
        """The style of a table, or of those that have none, and the styles that it is based on, nearest first."""
        return self._chain(identity if identity is not None and identity in self._styles else self._default_table)

    def _base(self, paragraph_style: str, run_style: str, table: RunProperties) -> RunProperties:
        """What all styles together say of a run."""
        key = paragraph_style, run_style, table
        if key not in self._bases:
            levels = (self._inherited(run_style), self._inherited(paragraph_style), table)
            said = self._defaults
            for level in reversed(levels):
                said = level.over(said)
            toggled = {name: _toggled(name, self._defaults, levels) for name in TOGGLES}
            self._bases[key] = RunProperties(**(said._asdict() | toggled))
        return self._bases[key]

    def _inherited(self, identity: str) -> RunProperties:
        found = NOTHING_SAID
        for style in self._chain(identity):
            found = found.over(style.run)
        return found

    def _shown(self, said: RunProperties, paragraph_style: str, around: Surroundings) -> RunLook:
        """How a run shows of which all styles and its own properties together say this."""
        seen = sight(said, around.grounds)
        is_hidden = bool(said.vanish or said.strike or said.double_strike)
        return RunLook(
            is_hidden=is_hidden or seen in ("faint", "alike"),
            is_bold=bool(said.bold_complex if said.is_complex else said.bold),
            script=said.script or "",
            font=said.font or "",
            height=0 if said.script or not said.position else self._height(said, paragraph_style, around),
            hides_all=is_hidden,
            sight="seen" if is_hidden else seen,
        )

    def _height(self, said: RunProperties, paragraph_style: str, around: Surroundings) -> int:
        """How far a run is raised; small letters that are raised or lowered a little are so as far as it matters."""
        height = said.position or 0
        line = self._base(paragraph_style, "", around.table).size or USUAL_SIZE
        if abs(height) >= SHIFTED_FROM or (said.size or USUAL_SIZE) > SMALL * line:
            return height
        return SHIFTED_FROM if height > 0 else -SHIFTED_FROM

    def _chain(self, identity: str) -> Sequence[Style]:
        """A style, and those that it is based on, nearest first."""
        if identity not in self._chains:
            if len(self._chains) >= MOST_CHAINS:
                self._chains.clear()
            self._chains[identity] = [style for _, style in self._named_chain(identity)]
        return self._chains[identity]

    def _named_chain(self, identity: str) -> Iterator[tuple[str, Style]]:
        """A style, and those that it is based on, by their identities; a circle ends at `MOST_BASES`."""
        for _ in range(MOST_BASES):
            if identity not in self._styles:
                return
            yield identity, self._styles[identity]
            identity = self._styles[identity].based_on


def _toggled(name: str, defaults: RunProperties, levels: Sequence[RunProperties]) -> bool:
    """Whether a property that toggles is on by the styles of a run, of its paragraph and of its table."""
    return bool(getattr(defaults, name)) or sum(bool(getattr(level, name)) for level in levels) % 2 == 1


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


def _style(element: Any, scheme: Mapping[str, str]) -> Style:
    parts = children(element)
    paragraph = children(parts["w:pPr"]) if "w:pPr" in parts else {}
    is_table = attribute(element, "w:type") == "table"
    run = run_properties(parts.get("w:rPr"), scheme)
    bands = children(parts["w:tblPr"]) if "w:tblPr" in parts else {}
    return Style(
        kind=attribute(element, "w:type") or "",
        name=(attribute(parts["w:name"], "w:val") or "").casefold() if "w:name" in parts else "",
        based_on=(attribute(parts["w:basedOn"], "w:val") or "") if "w:basedOn" in parts else "",
        run=run,
        outline_level=outline_level(paragraph),
        numbering=numbering_properties(paragraph.get("w:numPr")),
        shade=shade(paragraph["w:shd"], scheme) if "w:shd" in paragraph else None,
        table_looks=_table_looks(element, scheme) if is_table else {},
        row_band=_size(bands.get("w:tblStyleRowBandSize")),
        column_band=_size(bands.get("w:tblStyleColBandSize")),
    )


def _size(element: Any | None) -> int:
    return max(0, whole_number(attribute(element, "w:val"), 0)) if element is not None else 0


def _table_looks(style: Any, scheme: Mapping[str, str]) -> dict[str, TableLook]:
    """What a style of tables says of their cells, by the part of the table in which they stand."""
    looks: dict[str, TableLook] = {}
    for each in (style, *(child for child in style if NAMES[child.tag] == "w:tblStylePr")):
        part = WHOLE_TABLE if each is style else attribute(each, "w:type") or ""
        parts = children(each)
        shades = (children(parts[name]).get("w:shd") for name in ("w:pPr", "w:tcPr", "w:tblPr") if name in parts)
        stated = next((shade(element, scheme) for element in shades if element is not None), None)
        looks.setdefault(part, TableLook(run_properties(parts.get("w:rPr"), scheme), stated))
    return looks
