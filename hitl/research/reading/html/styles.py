"""What the styles of a page say about an element: whether it shows, is struck out, raised, or a block of its own.

Only rules of one class, id or element are looked at, and styles of the element itself: what a page hides for all of
its readers is hidden so, and looking at more would need the rest of a browser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

SELECTOR = re.compile(r"([a-zA-Z][\w-]*)?([.#][\w-]+)?")
LONGEST_SELECTOR = 200
HIDING = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|font-size:0(?=[a-z%;!]|$)"
    r"|text-indent:-\d{3,}|(?:left|top):-\d{4,}|clip:rect\((?:0|1px)(?:px)?[, ]?|clip-path:inset\((?:50|100)%"
    r"|mso-hide:all|mso-element:(?:header|footer)\b)"
)
TRANSPARENT = re.compile(r"(?:^|;)opacity:0?\.?0*(?=[;!]|$)")
"""Hides an element only by its own style: style sheets begin with it what a script fades in."""
STRUCK = re.compile(r"(?:^|;)text-decoration(?:-line)?:[\w ,#()]{0,40}line-through")
RAISED = re.compile(r"(?:^|;)vertical-align:super")
LOWERED = re.compile(r"(?:^|;)vertical-align:sub")
BLOCK = re.compile(r"(?:^|;)display:(?:block|flex|grid|table|list-item)")
PRE = re.compile(r"(?:^|;)white-space:(?:pre|break-spaces)")
SPACES = re.compile(r"\s+")
MOST_CSS = 1_000_000
"""Characters of a page's style sheets that are looked at."""

UNSEEN_CLASSES = frozenset({"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader"})
"""Classes that customarily hide what only a screen reader says."""


def tight(style: str) -> str:
    """A style in lower case and without spaces, as the patterns here expect it."""
    return SPACES.sub("", style).lower()


@dataclass
class StyleSheets:
    """The rules of a page that hide or strike out whole classes of elements."""

    hiding: set[tuple[str, str]] = field(default_factory=set)
    """Pairs of an element's name, or nothing, and a class with its dot or an id with its sharp, or nothing."""
    striking: set[tuple[str, str]] = field(default_factory=set)

    def add(self, css: str) -> None:
        """Look at the rules of one `<style>`; those inside `@media` and the like are not for every reader."""
        around = 0
        for part in _without_comments(css[:MOST_CSS]).split("}"):
            opened = part.count("{")
            selectors, _, body = part.rpartition("{")
            if around == 0 and opened == 1:
                self._add_rule(selectors, tight(body))
            around = max(around + opened - 1, 0)

    def _add_rule(self, selectors: str, body: str) -> None:
        found = self.hiding if HIDING.search(body) else self.striking if STRUCK.search(body) else None
        if found is None:
            return
        for selector in selectors.split(","):
            selector = selector.strip()[:LONGEST_SELECTOR]
            simple = SELECTOR.fullmatch(selector)
            if simple and selector:
                found.add(((simple[1] or "").lower(), simple[2] or ""))

    @property
    def has_rules(self) -> bool:
        return bool(self.hiding or self.striking)

    def hides(self, tag: str, attributes: Mapping[str, str]) -> bool:
        return self._names(self.hiding, tag, attributes)

    def strikes(self, tag: str, attributes: Mapping[str, str]) -> bool:
        return self._names(self.striking, tag, attributes)

    def _names(self, rules: set[tuple[str, str]], tag: str, attributes: Mapping[str, str]) -> bool:
        if not rules:
            return False
        names = ["", *(f".{name}" for name in attributes.get("class", "").split())]
        if identity := attributes.get("id"):
            names.append(f"#{identity}")
        return any((tag, name) in rules or (name and ("", name) in rules) for name in names)


def _without_comments(css: str) -> str:
    """The style sheet up to a comment that does not end."""
    parts = []
    start = 0
    while (begin := css.find("/*", start)) >= 0:
        parts.append(css[start:begin])
        end = css.find("*/", begin + 2)
        if end < 0:
            return "".join(parts)
        start = end + 2
    return "".join([*parts, css[start:]])
