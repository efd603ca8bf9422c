"""Counts the parts of a page that its styles hide, or may hide, and that have words in them: a reader has to know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hitl.text import count

FEWEST_LETTERS = 15
"""Letters of a hidden block from which it says something that a tab or a button may show."""
FEWEST_IN_LINE = 40
"""The same of what is hidden within a line."""


@dataclass(frozen=True, slots=True)
class PartStart:
    """Where a part begins."""

    zone: int
    """That of the page in which it stands; the higher, the surer it is part of the text."""
    letters: int
    """Letters before it."""
    is_hidden: bool
    """Whether it is not read; else it is read, while it may be hidden."""
    fewest: int
    """Letters from which it counts."""


@dataclass(slots=True)
class HiddenParts:
    """The letters of a page that are read and those that are not, and the parts that count."""

    read: int = 0
    unread: int = 0
    hidden: Counter[int] = field(default_factory=Counter)
    """Parts that are not read, by their zone."""
    doubtful: Counter[int] = field(default_factory=Counter)
    """Parts that are read, though they may not show, by their zone."""

    def add_unread(self, text: str) -> None:
        self.unread += sum(map(len, text.split()))

    def start_hidden(self, zone: int, is_block: bool) -> PartStart:
        return PartStart(zone, self.unread, True, FEWEST_LETTERS if is_block else FEWEST_IN_LINE)

    def start_doubtful(self, zone: int) -> PartStart:
        return PartStart(zone, self.read, False, 1)

    def end(self, part: PartStart) -> None:
        """Count a part, if it has enough letters."""
        if part.is_hidden:
            self.hidden[part.zone] += self.unread - part.letters >= part.fewest
        else:
            self.doubtful[part.zone] += self.read - part.letters >= part.fewest

    def remarks(self, lowest: int) -> list[str]:
        """What a reader has to know, in sentences.

        Args:
            lowest: The zone from which the page is read.
        """
        said = []
        hidden, doubtful = (
            sum(number for zone, number in parts.items() if zone >= lowest) for parts in (self.hidden, self.doubtful)
        )
        if hidden:
            does, them = ("is", "it") if hidden == 1 else ("are", "them")
            said.append(
                f"{count(hidden, 'part')} of the page {does} hidden unless something opens {them}, and not read: "
                f"look for {them} on the page."
            )
        if doubtful:
            does, them = ("is", "it") if doubtful == 1 else ("are", "them")
            said.append(
                f"{count(doubtful, 'part')} of the page {does} read, though its styles may hide {them}: compare "
                "the words with the page."
            )
        return said
