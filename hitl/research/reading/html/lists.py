"""The lists of a page, and the numbers before their items."""

from __future__ import annotations

from dataclasses import dataclass

ROMAN = (("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10),
         ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))  # fmt: skip


@dataclass(slots=True)
class PageList:
    """A list that is being read."""

    number: int
    """Counted through the page, from 1."""
    numbering: str = ""
    """`1`, `a`, `A`, `i` or `I`; empty for bullets."""
    next: int = 1
    step: int = 1
    items: int = 0
    is_reversed: bool = False
    """Whether it counts down to 1, from as many items as it has."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands before an item of an ordered list."""

    list: PageList
    ordinal: int

    @property
    def text(self) -> str:
        ordinal = self.ordinal + (self.list.items + 1 if self.list.is_reversed else 0)
        return numeral(ordinal, self.list.numbering)


def numeral(number: int, numbering: str) -> str:
    """A number as a list writes it.

    Args:
        number: The number.
        numbering: `1`, `a`, `A`, `i` or `I`.
    """
    if numbering in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord(numbering) + letter) + letters
        return letters
    if numbering in ("i", "I") and 0 < number < 4000:
        roman = ""
        for letters, value in ROMAN:
            times, number = divmod(number, value)
            roman += letters * times
        return roman if numbering == "i" else roman.upper()
    return str(number)
