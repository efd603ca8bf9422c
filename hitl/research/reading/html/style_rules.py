"""The rules of a style sheet that can hide, strike out, raise or break text, and whether they hold on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from hitl.research.reading.html.media import media_applies

STRUCTURE = re.compile(r"[\"'{};\\]")
QUOTED = {quote: re.compile(rf"(?:[^{quote}\\\n]|\\[\s\S])*+[{quote}\n]?") for quote in "\"'"}
AT_RULE = re.compile(r"@([\w-]+)\s*([\s\S]*)")
NOTEWORTHY = frozenset(
    "display visibility font font-size text-decoration text-decoration-line vertical-align opacity text-indent "
    "left top right bottom position float clip clip-path content-visibility height max-height "
    "overflow overflow-x overflow-y transform content mso-hide".split()
)
"""Properties that decide what shows, and where lines break."""
SAME_PROPERTY = {
    "text-decoration-line": "text-decoration",
    "font": "font-size",
    "overflow-y": "overflow",
    "overflow-x": "overflow",
}
IMPORTANT = "!important"
SPACES = re.compile(r"\s+")
DISPLAY = re.compile(
    r"(?:-(?:webkit|moz|ms)-)?(?:none|block|inline|flow|run-in|flex|grid|table|list-item|contents|ruby|box|math"
    r"|initial|inherit|unset|revert)[\w-]*"
)
VISIBILITY = re.compile(r"visible|hidden|collapse|inherit|initial|unset|revert(?:-layer)?")
VALID = {"display": DISPLAY, "visibility": VISIBILITY}
"""Values of a property that a browser takes; it skips others."""
NO_SIZE = re.compile(r"\D*?0(?:px|pt|em|rem|%)?/.*")
"""The shorthand of a font without size: `0/0 a`."""
LONGEST_SELECTOR = 1000
"""Characters of a selector, with those around it; longer ones are left out."""
SCRIPTED = ("no-js", "nojs", "cloak")
"""In selectors for readers without scripts and for pages that are not ready, which a script takes away."""
WORDS = re.compile(r"[\"'][^\"']*?(?<!\\)[^\W\d_]{2}")
"""What a style adds, with letters in it; others are signs and pictures of fonts."""
UNLAYERED = 1 << 30


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared of a property."""

    value: str
    """In lower case and without spaces."""
    is_important: bool = False


@dataclass(frozen=True, slots=True)
class StyleRule:
    """Declarations, and the elements that they are for."""

    selectors: Sequence[str]
    declarations: Mapping[str, Declaration]
    """By property."""
    layer: int
    """Rank of its layer; rules of a higher one win."""
    order: int
    """The later one of two rules wins, if nothing else decides."""
    is_sure: bool = True
    """Whether its conditions hold; else nobody can tell without a browser."""


@dataclass
class SheetOrder:
    """Counts the rules and the layers of all style sheets of a page."""

    rules: Iterator[int] = field(default_factory=count)
    layers: dict[str, int] = field(default_factory=dict)

    def layer(self, name: str) -> int:
        """The rank of a layer by its name; one without a name is a new one."""
        return self.layers.setdefault(name or f"#{len(self.layers)}", len(self.layers))


def tight(style: str) -> str:
    """A style in lower case and without spaces, as the patterns here expect it."""
    return SPACES.sub("", style).lower()


def declarations_in(parts: Sequence[str]) -> dict[str, Declaration]:
    """The declarations of a rule or of an element by property, each `property: value`; the last of a property wins."""
    found: dict[str, Declaration] = {}
    for part in parts:
        name, _, value = part.partition(":")
        name, value = tight(name), tight(value)
        is_important = value.endswith(IMPORTANT)
        value = value.removesuffix(IMPORTANT)
        if name == "font" and value != "inherit":
            value = "0" if NO_SIZE.fullmatch(value) else "medium"
        name = SAME_PROPERTY.get(name, name)
        if not value or "var(" in value or (name in VALID and not VALID[name].fullmatch(value)):
            continue
        if name == "content" and not WORDS.match(value):
            continue
        if is_important or name not in found or not found[name].is_important:
            found[name] = Declaration(value, is_important)
    return found


def style_rules(css: str, order: SheetOrder) -> Iterator[StyleRule]:
    """Yield the rules of a style sheet that say something of what shows.

    Args:
        css: The style sheet, without what is not for a screen.
        order: Counts the rules and layers of the page.
    """
    css = without_comments(css.replace("<!--", "").replace("-->", ""))
    blocks = [_Block(order)]
    start = place = 0
    while found := STRUCTURE.search(css, place):
        sign, place = found[0], found.end()
        if sign == "\\":
            place += 1
        elif sign in QUOTED:
            quoted = QUOTED[sign].match(css, place)
            place = quoted.end() if quoted else place
        else:
            statement = css[start : found.start()].strip()
            start = place
            if sign == "{":
                blocks.append(blocks[-1].inner(statement))
                continue
            blocks[-1].add(statement)
            if sign == "}" and len(blocks) > 1:
                yield from blocks.pop().rules()
    blocks[-1].add(css[start:].strip())
    for block in reversed(blocks):  # a browser ends what is left open
        yield from block.rules()


class _Block:
    """What stands between two braces."""

    def __init__(
        self, order: SheetOrder, selectors: Sequence[str] = (), applies: bool | None = True, layer: int = UNLAYERED
    ) -> None:
        self.order = order
        self.selectors = selectors
        self.applies = applies
        """None if that cannot be told."""
        self.layer = layer
        self.number = next(order.rules)
        self.statements: list[str] = []

    def add(self, statement: str) -> None:
        if self.selectors and self.applies is not False:
            self.statements.append(statement)
        elif statement.startswith("@layer"):
            for name in statement[6:].split(","):
                self.order.layer(name.strip())

    def rules(self) -> Iterator[StyleRule]:
        noteworthy = [part for part in self.statements if part.partition(":")[0].rstrip().lower() in NOTEWORTHY]
        declarations = declarations_in(noteworthy) if noteworthy else {}
        if not declarations:
            return
        for is_scripted in (False, True):
            selectors = [each for each in self.selectors if any(name in each for name in SCRIPTED) is is_scripted]
            if selectors:
                is_sure = self.applies is True and not is_scripted
                yield StyleRule(selectors, declarations, self.layer, self.number, is_sure)

    def inner(self, beginning: str) -> _Block:
        """The block inside this one that begins with some selectors, or a condition."""
        if self.applies is False:
            return _Block(self.order, applies=False)
        if found := AT_RULE.match(beginning):
            applies, layer = self._condition(found[1].lower(), found[2].strip())
            return _Block(self.order, self.selectors, applies, layer)
        selectors = split_selectors(beginning)
        if self.selectors:
            around = f":is({','.join(self.selectors)})"
            selectors = [each.replace("&", around) if "&" in each else f"{around} {each}" for each in selectors]
        selectors = [selector for selector in selectors if len(selector) <= LONGEST_SELECTOR]
        return _Block(self.order, selectors, self.applies if selectors else False, self.layer)

    def _condition(self, name: str, condition: str) -> tuple[bool | None, int]:
        """Whether the rules after an at-sign apply, and the rank of their layer."""
        applies: bool | None
        match name:
            case "media":
                applies = media_applies(condition)
            case "supports":
                applies = not condition.lower().startswith("not")
            case "layer":
                return self.applies, self.order.layer(condition)
            case "container" | "scope":
                applies = None
            case _:
                applies = False
        return (applies if applies is False or self.applies is True else None), self.layer


def split_selectors(text: str) -> list[str]:
    """The selectors of a list; the commas in brackets and quotes are inside of one."""
    if not any(sign in text for sign in "([\"'"):
        return [each.strip() for each in text.split(",") if each.strip()]
    found, start, depth, quote = [], 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == "," and depth == 0:
            found.append(text[start:place].strip())
            start = place + 1
    return [each for each in (*found, text[start:].strip()) if each]


def without_comments(css: str) -> str:
    """The style sheet up to a comment that does not end."""
    parts = []
    start = 0
    while (begin := css.find("/*", start)) >= 0:
        parts.append(css[start:begin])
        end = css.find("*/", begin + 2)
        if end < 0:
            return " ".join(parts)
        start = end + 2
    return " ".join([*parts, css[start:]])
