"""What the style of an element says of its text: whether it shows, is struck out, raised, or a block of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

FAR_OUT = re.compile(r"-\d{4,}|-\d{3,}(?:\.\d+)?(?:r?em|vw|vh)")
OUTDENTED = re.compile(r"-\d{3,}")
CLIPPED = re.compile(r"rect\((?:0|1px)(?:px)?[, ]?")
CLIPPED_PATH = re.compile(r"inset\((?:50|100)%")
FLAT = re.compile(r"0*[01](?:\.0*)?(?:px|pt)?|0+(?:r?em|%|vh)")
"""Heights in which no letter has room."""
SHRUNK = re.compile(r"(?:\w+\([^()]*\))*scale[xy]?\(0[,)]")
ZERO = re.compile(r"[+-]?(?:0+\.?0*|\.0+)(?:[a-z]+|%)?")
TAKEN_OUT = frozenset({"absolute", "fixed"})
"""Positions that take an element out of the text."""
RELATIVE_SIZE = re.compile(r"[\d.]+(?:em|ex|ch|%)|smaller|larger|inherit|unset|revert(?:-layer)?")
"""Sizes of letters that depend on that around them."""
UNDECLARED = frozenset({"revert", "revert-layer"})
"""Values that leave a property to the browser."""
IN_ONE_PIECE = re.compile(r"inline-(?:block|flex|grid|table)")
BLOCK = re.compile(r"(?:-(?:webkit|ms)-)?(?:block|flex|grid|table|list-item|flow-root)")

UNSEEN_CLASSES = frozenset({"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screenreader"})
"""Classes that customarily hide what only a screen reader says."""


@dataclass(frozen=True, slots=True)
class ElementStyle:
    """What is declared for an element, after the strongest declarations have won."""

    values: Mapping[str, str] = field(default_factory=dict)
    """By property."""
    of_sheets: frozenset[str] = frozenset()
    """Properties that a style sheet has declared, and not the element itself."""
    is_unsure: bool = False
    """Whether it depends on what cannot be told that the element shows."""

    def get(self, name: str) -> str:
        """The value of a property; empty if it is left to the browser."""
        if not self.values:
            return ""
        value = self.values.get(name, "")
        return "" if value in UNDECLARED else value

    @property
    def is_hidden(self) -> bool:
        """Whether nothing in the element shows, whatever the style of what is in it."""
        if not self.values:
            return False
        return (
            self.get("display") == "none"
            or self.get("content-visibility") == "hidden"
            or self.get("mso-hide") == "all"
            or self.get("mso-element") in ("header", "footer")
            or OUTDENTED.match(self.get("text-indent")) is not None
            or CLIPPED_PATH.match(self.get("clip-path")) is not None
            or (self.get("position") in TAKEN_OUT and self._is_away)
            # only its own: style sheets begin with it what a script fades in
            or (ZERO.fullmatch(self.get("opacity")) is not None and "opacity" not in self.of_sheets)
        )

    @property
    def may_be_hidden(self) -> bool:
        """Whether a reader may not see the element, unless a script or a style sheet elsewhere shows it."""
        if self.is_unsure or not self.values:
            return self.is_unsure
        return (
            self._is_away
            or ZERO.fullmatch(self.get("opacity")) is not None
            or SHRUNK.match(self.get("transform")) is not None
            or (self.get("overflow") in ("hidden", "clip") and self._is_flat)
        )

    @property
    def _is_away(self) -> bool:
        is_out = any(FAR_OUT.match(self.get(side)) for side in ("left", "top", "right", "bottom"))
        return is_out or CLIPPED.match(self.get("clip")) is not None

    @property
    def _is_flat(self) -> bool:
        return any(FLAT.fullmatch(self.get(name)) is not None for name in ("height", "max-height"))

    def is_invisible(self, around: bool) -> bool:
        """Whether its own words do not show, while what is in it may.

        Args:
            around: Whether those of the element around it do not.
        """
        match self.get("visibility"):
            case "hidden" | "collapse":
                return True
            case "visible" | "initial":
                return False
            case _:
                return around

    def has_no_size(self, around: bool) -> bool:
        """Whether its letters have no size.

        Args:
            around: Whether those of the element around it have none.
        """
        size = self.get("font-size")
        if not size or RELATIVE_SIZE.fullmatch(size):
            return around or ZERO.fullmatch(size) is not None
        return ZERO.fullmatch(size) is not None

    def is_struck(self, around: bool) -> bool:
        """Whether its words are struck out.

        Args:
            around: Whether those of the element around it are, whose line runs through all that stands in its lines.
        """
        if "line-through" in self.get("text-decoration"):
            return True
        if not around or not self.values:
            return around
        is_apart = (
            self.get("position") in TAKEN_OUT
            or self.get("float") in ("left", "right")
            or IN_ONE_PIECE.match(self.get("display")) is not None
        )
        return not is_apart

    @property
    def shows_words(self) -> bool:
        """Whether words in the element show, unless the style of what is around it hides them."""
        return not (self.is_hidden or self.is_invisible(False) or self.has_no_size(False))

    @property
    def shows_as(self) -> str:
        """How it is declared to show: its `display`, empty if that is left to the browser or hides it."""
        display = self.get("display")
        return "" if display == "none" else display

    @property
    def is_block(self) -> bool:
        return BLOCK.match(self.get("display")) is not None

    @property
    def stays_in_line(self) -> bool:
        """Whether the element itself says so; the spaces between what style sheets put in a line are often styles."""
        return "display" not in self.of_sheets and self.get("display").startswith(("inline", "contents"))

    @property
    def is_raised(self) -> bool:
        return self.get("vertical-align") == "super"

    @property
    def is_lowered(self) -> bool:
        return self.get("vertical-align") == "sub"

    @property
    def keeps_spaces(self) -> bool:
        return self.get("white-space").startswith(("pre", "break-spaces"))

    def or_shown(self, other: ElementStyle) -> ElementStyle:
        """Of two styles, one of which it has, the one that shows more; unsure, if they differ in what shows."""
        mine, others = (
            (style.is_hidden, style.is_invisible(False), style.has_no_size(False), style.is_struck(False))
            for style in (self, other)
        )
        if mine == others:
            return self
        return replace(self if mine < others else other, is_unsure=True)


UNSTYLED = ElementStyle()
