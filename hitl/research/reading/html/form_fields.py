"""What the fields of a form show: what is entered, what is chosen, and which boxes are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CHECKED = re.compile(r"<input\b[^<>]{0,1000}?\schecked\b", re.IGNORECASE)
"""A field that is checked: without one, none of the signs tells anything."""
CHECKBOXES = {True: "☑", False: "☐"}
RADIO_BUTTONS = {True: "◉", False: "○"}
ENTERED = frozenset("text search tel url email number date month week time datetime-local".split())
"""Types of fields that show what is entered."""
OTHER_TYPES = frozenset("hidden password checkbox radio range color file submit image reset button".split())
HELD, RELEASED = "\ufdd1", "\ufdd2"
"""Stand around the words of a button, until it is known whether they belong to a text; no text has these characters."""
BUTTON = re.compile(f"{HELD}([^{HELD}{RELEASED}]*){RELEASED}")
FEWEST_WORDS = 5
"""Words of a button that are read in any case; fewer are mostly an order to the page: `Add to cart`."""
ACCORDION = re.compile(r"accordion|collaps|faq", re.IGNORECASE)


def input_text(attributes: Mapping[str, str], tells_checked: bool) -> str:
    """What an `<input>` shows.

    Args:
        attributes: Those of the element.
        tells_checked: Whether something on the page is checked, so that those that are not have to be told apart.
    """
    kind = attributes.get("type", "").strip().lower()
    is_checked = "checked" in attributes
    if kind == "checkbox":
        return CHECKBOXES[is_checked] if tells_checked else ""
    if kind == "radio":
        return RADIO_BUTTONS[is_checked] if tells_checked else ""
    return attributes.get("value", "") if kind in ENTERED or kind not in OTHER_TYPES else ""


@dataclass
class Select:
    """A list to choose from that is being read."""

    attributes: Mapping[str, str]
    options: list[list[str]] = field(default_factory=list)
    chosen: list[int] = field(default_factory=list)
    """Numbers of the options that are chosen, from 0."""

    first: int | None = None
    """Number of the first option that can be chosen."""

    def start_option(self, attributes: Mapping[str, str]) -> None:
        if self.first is None and "disabled" not in attributes:
            self.first = len(self.options)
        if "selected" in attributes:
            self.chosen.append(len(self.options))
        self.options.append([attributes["label"]] if attributes.get("label") else [])

    def data(self, text: str) -> None:
        if self.options:
            self.options[-1].append(text)

    @property
    def text(self) -> str:
        """The option that shows; of a list that shows several, those that are chosen, or all if none is."""
        texts = [" ".join("".join(parts).split()) for parts in self.options]
        if "multiple" in self.attributes or self.attributes.get("size", "1").strip() not in ("", "0", "1"):
            signs = CHECKBOXES if self.chosen else {True: "", False: ""}
            return " ".join(f"{signs[number in self.chosen]} {text}" for number, text in enumerate(texts))
        return texts[self.chosen[-1] if self.chosen else self.first or 0] if texts else ""


def button_text(text: str, attributes: Mapping[str, str]) -> str:
    """The words of a button: those that are a question or open a part of the page, else held until it is known.

    Args:
        text: The words in the button.
        attributes: Those of the element.
    """
    words = text.split()
    opens = "aria-expanded" in attributes or ACCORDION.search(" ".join(attributes.values()))
    if not words or opens or len(words) >= FEWEST_WORDS or words[-1][-1] in "?？؟":
        return text
    return f"{HELD}{text}{RELEASED}"


def without_held_buttons(text: str, is_heading: bool) -> str:
    """A block without the buttons that stand beside its text; those between its words are words of it.

    Args:
        text: The block, with its buttons held.
        is_heading: Whether it is a heading, which may be a button as a whole.
    """
    if HELD not in text:
        return text
    found = list(BUTTON.finditer(text))
    pieces = BUTTON.split(text)
    first = next((number for number, piece in enumerate(pieces[::2]) if piece.strip()), len(found))
    last = next((number for number in range(len(found), -1, -1) if pieces[2 * number].strip()), -1)
    kept = [first < number + 1 <= last or (is_heading and number < first) for number in range(len(found))]
    return "".join(piece if number % 2 == 0 or kept[number // 2] else "" for number, piece in enumerate(pieces))
