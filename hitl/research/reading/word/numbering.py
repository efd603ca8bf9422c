"""The numbers that Word puts before the items of its lists: 4.2(b), counted on and restarted as Word does.

They are nowhere in the text of a file, but follow from its numbering part (ECMA-376, part 1, 17.9).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from hitl.research.reading.word.number_forms import in_form
from hitl.research.reading.word.package import NAMES, attribute, children, is_on, whole_number
from hitl.research.reading.word.run_properties import RunProperties, run_properties
from hitl.research.reading.word.symbols import MEANT_AS_BULLETS, symbols

LEVELS = 9
LONGEST_PATTERN = 255
"""Characters that Word allows around the numbers of a level."""
MOST_LINKS = 10
"""Steps from a list to the one whose definition it uses."""
PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True)
class Level:
    """How the items of one level of a list are numbered."""

    start: int = 1
    form: str = "decimal"
    custom: str = ""
    pattern: str = ""
    """The number with what is around it: `%1.%2(%3)`."""
    gap: str = " "
    """What is between the number and the text."""
    restart: int | None = None
    """Level, from 1, whose items let this one start over; 0 for none; None for any that is higher."""
    is_legal: bool = False
    """Whether the numbers of all levels in it are written in figures."""
    style: str = ""
    """The paragraph style that belongs to it."""
    look: RunProperties = field(default_factory=RunProperties)


@dataclass(frozen=True)
class List:
    """A list as paragraphs name it."""

    counters: str
    """Identity of the definition whose counters it shares with other lists."""
    levels: tuple[Level, ...]
    starts: dict[int, int]
    """By level, the number from which this list counts anew when it is first used."""


@dataclass(frozen=True)
class ListNumber:
    """What stands before an item."""

    text: str
    gap: str
    level: int
    is_bullet: bool
    look: RunProperties


class ListNumbers:
    """Counts the items of all lists of a file, in the order of its paragraphs."""

    def __init__(self, root: Any | None, list_of_style: Callable[[str], int | None], is_english: bool):
        """Read the numbering part.

        Args:
            root: Its root element; None if the file has none.
            list_of_style: The list that a style of lists names.
            is_english: Whether numbers in words are in English.
        """
        self._is_english = is_english
        self._counters: dict[str, list[int | None]] = {}
        self._restarted: set[tuple[int, int]] = set()
        self.inexact = 0
        """How many numbers were written in figures, since their form is not known."""
        self._lists = dict(_lists(root, list_of_style)) if root is not None else {}

    def level_of_style(self, number: int, style: str) -> int | None:
        """The level of a list that belongs to a paragraph style; None if there is none."""
        found = self._lists.get(number)
        if found is None or not style:
            return None
        return next((place for place, level in enumerate(found.levels) if level.style == style), None)

    def next_number(self, number: int, level: int) -> ListNumber | None:
        """Count one item more, and give what stands before it.

        A higher level that has had no item yet counts as if it had one: so does Word, and its first item is then 2.

        Args:
            number: Identity of its list.
            level: From 0.

        Returns:
            None if the file has no such list.
        """
        found = self._lists.get(number)
        if found is None:
            return None
        level = max(0, min(level, LEVELS - 1))
        counters = self._counters.setdefault(found.counters, [None] * LEVELS)
        if level in found.starts and (number, level) not in self._restarted:
            self._restarted.add((number, level))
            counters[level] = None
        before = counters[level]
        counters[level] = found.starts.get(level, found.levels[level].start) if before is None else before + 1
        for upper in range(level):
            if counters[upper] is None:
                counters[upper] = found.starts.get(upper, found.levels[upper].start)
        for lower in range(level + 1, LEVELS):
            restart = found.levels[lower].restart
            if restart is None or level + 1 <= restart:
                counters[lower] = None
        definition = found.levels[level]
        is_bullet = definition.form == "bullet"
        text = _bullet(definition) if is_bullet else self._text(found, level, counters)
        return ListNumber(text, definition.gap, level, is_bullet, definition.look)

    def _text(self, found: List, level: int, counters: list[int | None]) -> str:
        definition = found.levels[level]
        inexact = 0

        def value(match: re.Match[str]) -> str:
            nonlocal inexact
            place = int(match[1]) - 1
            counter, shown = counters[place], found.levels[place]
            if counter is None or shown.form == "bullet":
                return ""
            form = "decimal" if definition.is_legal and shown.form != "none" else shown.form
            written = in_form(counter, form, shown.custom, self._is_english)
            inexact += written is None
            return str(counter) if written is None else written

        text = PLACE.sub(value, definition.pattern)
        self.inexact += bool(inexact)
        return symbols(text, definition.look.font or "").text


def _bullet(level: Level) -> str:
    """The sign before an item if it says something, as a tick does."""
    sign = symbols(level.pattern, level.look.font or "").text
    return sign if sign in MEANT_AS_BULLETS else ""


def _lists(root: Any, list_of_style: Callable[[str], int | None]) -> Iterator[tuple[int, List]]:
    definitions: dict[str, tuple[Level, ...]] = {}
    links: dict[str, str] = {}
    lists: dict[int, Any] = {}
    for element in root:
        match NAMES[element.tag]:
            case "w:abstractNum":
                identity = attribute(element, "w:abstractNumId") or ""
                definitions[identity] = _levels(element)
                link = children(element).get("w:numStyleLink")
                if link is not None:
                    links[identity] = attribute(link, "w:val") or ""
            case "w:num":
                lists[whole_number(attribute(element, "w:numId"), 0)] = element

    def definition_of(number: int) -> str:
        """The definition of a list, which can be that of a style of lists."""
        identity = ""
        for _ in range(MOST_LINKS):
            named = children(lists[number]).get("w:abstractNumId")
            identity = (attribute(named, "w:val") or "") if named is not None else ""
            number = (list_of_style(links[identity]) or 0) if identity in links else 0
            if number not in lists:
                break
        return identity

    for number, element in lists.items():
        identity = definition_of(number)
        if identity in definitions:
            yield number, _with_overrides(element, identity, definitions[identity])


def _with_overrides(element: Any, identity: str, levels: tuple[Level, ...]) -> List:
    own, starts = list(levels), {}
    for override in element:
        if NAMES[override.tag] != "w:lvlOverride":
            continue
        place = whole_number(attribute(override, "w:ilvl"), -1)
        parts = children(override)
        if not 0 <= place < LEVELS:
            continue
        if "w:lvl" in parts:
            own[place] = _level(parts["w:lvl"])
        if "w:startOverride" in parts:
            starts[place] = whole_number(attribute(parts["w:startOverride"], "w:val"), 1)
    return List(identity, tuple(own), starts)


def _levels(element: Any) -> tuple[Level, ...]:
    levels = [Level()] * LEVELS
    for each in element:
        if NAMES[each.tag] == "w:lvl":
            place = whole_number(attribute(each, "w:ilvl"), -1)
            if 0 <= place < LEVELS:
                levels[place] = _level(each)
    return tuple(levels)


def _level(element: Any) -> Level:
    parts = children(element)
    level = Level(start=0 if "w:start" not in parts else 1, look=run_properties(parts.get("w:rPr")))

    def value(name: str) -> str | None:
        return attribute(parts[name], "w:val") if name in parts else None

    form = parts.get("w:numFmt")
    for alternative in parts.get("mc:AlternateContent", ()):  # a form of a later Word stands first
        if form is None:
            form = children(alternative).get("w:numFmt")
    return replace(
        level,
        start=whole_number(value("w:start"), level.start),
        form=(attribute(form, "w:val") or "decimal") if form is not None else "decimal",
        custom=(attribute(form, "w:format") or "") if form is not None else "",
        pattern=(value("w:lvlText") or "")[:LONGEST_PATTERN],
        gap="" if value("w:suff") == "nothing" else " ",
        restart=whole_number(value("w:lvlRestart"), 0) if "w:lvlRestart" in parts else None,
        is_legal="w:isLgl" in parts and is_on(parts["w:isLgl"]),
        style=value("w:pStyle") or "",
    )
