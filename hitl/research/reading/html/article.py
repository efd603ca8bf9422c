"""Which of the blocks of a page are its text, and which stand around it: menus, footers, lists of links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from hitl.research.reading.blocks import Block
from hitl.research.reading.html.lists import Mark
from hitl.research.reading.superscripts import note_mark

ENOUGH = 0.2
"""Share of the text of a page, without its menus, from which an element is taken for the article it is marked as."""
ENOUGH_LETTERS = 500
"""Letters from which it is in any case."""
FEWEST_LINKS = 3
"""Items of a list from which it is a list of links, if there is nothing else in them."""
LONGEST_LINK = 60
"""Letters of such an item on average, at most."""


class Zone(IntEnum):
    """Where in a page a block stands; the higher, the surer it is part of its text."""

    FURNITURE = 0
    PAGE = 1
    ARTICLE = 2
    MAIN = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A block with what decides whether it belongs to the text of the page."""

    block: Block
    zone: Zone
    group: int = 0
    letters: int = 0
    link_letters: int = 0
    """Those that stand in links."""
    list: int = 0
    """Number of the list it stands in; 0 for none."""
    marks: tuple[Mark, ...] = ()

    @property
    def finished(self) -> Block:
        """The block with the number of its item; lists that count down are numbered when all of them is read."""
        if not self.marks:
            return self.block
        numbers = [mark.text for mark in self.marks]
        if self.block.kind == "footnote":
            start = "".join(note_mark(number, "") for number in numbers)
        else:
            start = " ".join(f"{number}." for number in numbers)
        return replace(self.block, text=f"{start} {self.block.text}")


def pieces_of_the_text(pieces: Sequence[Piece]) -> list[Piece]:
    """Those pieces of a page that are its text, and not around it."""
    menus = _menus(pieces)
    outside = [piece for piece in pieces if piece.zone > Zone.FURNITURE and piece.group not in menus]
    letters = _letters(outside)
    if letters < min(ENOUGH * _letters(pieces), ENOUGH_LETTERS):
        return list(pieces)  # no page is all menu: its elements are not what they are called
    for zone in (Zone.MAIN, Zone.ARTICLE):
        chosen = [piece for piece in outside if piece.zone >= zone]
        if chosen and _letters(chosen) >= min(ENOUGH * letters, ENOUGH_LETTERS):
            break
    else:
        link_lists = _link_lists(outside)
        chosen = [piece for piece in outside if piece.zone > Zone.PAGE or piece.list not in link_lists]
    if not any(is_title(piece) for piece in chosen):
        title = next((piece for piece in pieces if is_title(piece) and piece.link_letters < piece.letters), None)
        chosen = [title, *chosen] if title else chosen
    return chosen


def is_title(piece: Piece) -> bool:
    return piece.block.kind == "heading" and piece.block.level == 1


def _letters(pieces: Iterable[Piece]) -> int:
    return sum(piece.letters for piece in pieces)


def _menus(pieces: Iterable[Piece]) -> set[int]:
    """The groups that are called a menu or the like and are one: short, or links to a large part."""
    letters: Counter[int] = Counter()
    links: Counter[int] = Counter()
    for piece in pieces:
        letters[piece.group] += piece.letters
        links[piece.group] += piece.link_letters
    return {
        group for group, number in letters.items() if group and (number < ENOUGH_LETTERS or links[group] * 3 > number)
    }


def _link_lists(pieces: Iterable[Piece]) -> set[int]:
    """The lists in which hardly anything but short links stands."""
    lists: dict[int, list[Piece]] = {}
    for piece in pieces:
        if piece.list:
            lists.setdefault(piece.list, []).append(piece)
    return {
        number
        for number, items in lists.items()
        if len(items) >= FEWEST_LINKS
        and _letters(items) <= LONGEST_LINK * len(items)
        and sum(item.link_letters for item in items) >= 0.9 * _letters(items)
    }
