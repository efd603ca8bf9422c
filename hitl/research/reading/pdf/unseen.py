"""Words of a page that nobody can see: drawn without ink, in the colour of what is behind them, below something that is
drawn later, cut off, or in a layer that is switched off.

What the file says decides which words are looked at on a picture of the page. Text without ink over a picture is what
text recognition has found in it, and is read; so is text below the picture of a whole page.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl.research.reading.pdf.drawings import FAINT, Colour, Cover, Drawings
from hitl.research.reading.pdf.outlines import Box
from hitl.research.reading.pdf.picture import PagePicture

if TYPE_CHECKING:
    pass

INVISIBLE_MODES = (3, 7)
"""Modes of rendering text that draw nothing (ISO 32000-1, table 106)."""
OUTLINED = (1, 5)
"""Modes that draw the edges of letters only."""
EDGED = (2, 6)
"""Modes that draw the edges over the letters."""
PALE = 225
"""The least of red, green and blue, of 255, from which a colour may not show on white paper."""
SMALLEST = 2.0
"""Points below which nobody can read."""
ALIKE = 60
"""Difference of two colours in all, of 765, up to which the one may not show on the other."""
COVERED = 0.15
"""Share of a word's width and height that something has to overlap to hide any of it."""
MOST_PAIRS = 500_000
"""Pairs of a drawing and a word at its height that are held against each other: beyond them all words are looked at."""
LAYER = "OC"
"""Name of the marks of what belongs to a layer (ISO 32000-1, 8.11)."""
SHARE_SEEN = 0.1
"""Share of a word's ink below which it cannot be seen."""
SHARE_WHOLE = 0.8
"""Share of a word's ink from which on it can be seen as a whole."""


class Visibility(Enum):
    """Whether text can be seen, as far as the file says by its style."""

    SHOWN = auto()
    DOUBTFUL = auto()
    """It depends on a layer, or on more than one colour."""
    PALE = auto()
    """It depends on what is behind it."""
    WITHOUT_INK = auto()
    TINY = auto()


class Sight(Enum):
    """What can be seen of a word."""

    ALL = auto()
    PART = auto()
    """A part of it is hidden; it is read."""
    NOTHING = auto()


class Ink(NamedTuple):
    """How the letters of a text object are drawn."""

    visibility: Visibility
    colour: Colour


class Seen(NamedTuple):
    """Where a word stands in the file, and how it is drawn."""

    box: Box
    ink: Ink
    address: int
    """Of its text object, as pdfium has it."""

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box.left + self.box.right) / 2, (self.box.bottom + self.box.top) / 2


def ink_of(raw: Any, index: int, handle: Any, size: float) -> Ink:
    """How the text object of a letter is drawn.

    Args:
        raw: The text of the page, as pdfium has it.
        index: Index of the letter.
        handle: Its text object, as pdfium has it.
        size: Its size, in points.
    """
    import pypdfium2.raw as pdfium

    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFText_GetFillColor(raw, index, red, green, blue, alpha)
    colour = Colour(red.value, green.value, blue.value)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(handle) if handle else 0
    if mode in INVISIBLE_MODES:
        return Ink(Visibility.WITHOUT_INK, colour)
    if size < SMALLEST:
        return Ink(Visibility.TINY, colour)
    if min(colour) >= PALE or alpha.value < FAINT:
        return Ink(Visibility.PALE, colour)
    if mode in EDGED:
        pdfium.FPDFText_GetStrokeColor(raw, index, red, green, blue, alpha)
    is_edge_pale = mode in EDGED and min(red.value, green.value, blue.value) >= PALE
    is_doubtful = mode in OUTLINED or is_edge_pale or (handle and _is_in_layer(handle))
    return Ink(Visibility.DOUBTFUL if is_doubtful else Visibility.SHOWN, colour)


def _is_in_layer(handle: Any) -> bool:
    import pypdfium2.raw as pdfium

    buffer, length = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
    for index in range(pdfium.FPDFPageObj_CountMarks(handle)):
        mark = pdfium.FPDFPageObj_GetMark(handle, index)
        pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
        if bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace") == LAYER:
            return True
    return False


def sights_of(picture: PagePicture, words: Sequence[Seen], drawings: Drawings, notes: Sequence[Box]) -> list[Sight]:
    """What can be seen of each word; what text recognition has found in a picture counts as seen.

    Args:
        picture: The page as it is drawn.
        words: The words of the page.
        drawings: What else is drawn on it.
        notes: Where notes draw something over it.
    """
    doubtful = _doubtful(words, drawings, notes)
    return [
        Sight.ALL
        if word.ink.visibility is Visibility.SHOWN and index not in doubtful
        else _sight(picture, word, drawings, index in doubtful)
        for index, word in enumerate(words)
    ]


def _sight(picture: PagePicture, word: Seen, drawings: Drawings, is_doubtful: bool) -> Sight:
    match word.ink.visibility:
        case Visibility.TINY:
            return Sight.NOTHING
        case Visibility.WITHOUT_INK:
            is_recognised = any(box.holds(*word.middle) for box in drawings.pictures)
            return Sight.ALL if is_recognised and not (is_doubtful and picture.is_plain(word.box)) else Sight.NOTHING
        case visibility:
            sight = _sight_of_ink(picture.share_of_ink(word.box), visibility is Visibility.PALE)
            is_scanned = sight is not Sight.ALL and drawings.is_scan and not picture.is_plain(word.box)
            return Sight.ALL if is_scanned else sight


def _sight_of_ink(share: float, is_pale: bool) -> Sight:
    """What a share of ink lets see: of pale letters little shows even where nothing hides them."""
    if is_pale:
        return Sight.ALL if share > 0 else Sight.NOTHING
    if share < SHARE_SEEN:
        return Sight.NOTHING
    return Sight.ALL if share >= SHARE_WHOLE else Sight.PART


def _doubtful(words: Sequence[Seen], drawings: Drawings, notes: Sequence[Box]) -> set[int]:
    """Indices of the words that have to be looked at."""
    if not drawings.is_whole:
        return set(range(len(words)))
    whole = {address for address, text in drawings.texts.items() if not text.may_be_cut}
    to_look_at = (Visibility.DOUBTFUL, Visibility.PALE)
    found = {
        index for index, word in enumerate(words) if word.address not in whole or word.ink.visibility in to_look_at
    }
    if not (drawings.covers or notes):
        return found
    over_all = max((text.order for text in drawings.texts.values()), default=0) + 1
    covers = [*drawings.covers, *(Cover(box, over_all, None, is_picture=False) for box in notes)]
    first_picture = min((cover.order for cover in covers if cover.is_picture), default=over_all)
    ordered = sorted((index for index in range(len(words)) if index not in found), key=lambda at: words[at].box.bottom)
    bottoms = [words[index].box.bottom for index in ordered]
    tallest = max((word.box.top - word.box.bottom for word in words), default=0.0)
    pairs = 0
    for cover in covers:
        begin, end = bisect_left(bottoms, cover.box.bottom - tallest), bisect_right(bottoms, cover.box.top)
        pairs += end - begin
        if pairs > MOST_PAIRS:
            return set(range(len(words)))
        found.update(
            index
            for index in ordered[begin:end]
            if index not in found
            and _overlaps(cover.box, words[index].box)
            and _may_hide(cover, words[index], drawings, first_picture)
        )
    return found


def _may_hide(cover: Cover, word: Seen, drawings: Drawings, first_picture: int) -> bool:
    """Whether something that overlaps a word is over it, or behind it in about the same colour."""
    if word.ink.visibility is Visibility.WITHOUT_INK:
        return not cover.is_picture and cover.order > first_picture
    if cover.order > drawings.texts[word.address].order or cover.colour is None:
        return True
    return sum(abs(one - other) for one, other in zip(cover.colour, word.ink.colour, strict=True)) <= ALIKE


def _overlaps(cover: Box, word: Box) -> bool:
    width = min(cover.right, word.right) - max(cover.left, word.left)
    height = min(cover.top, word.top) - max(cover.bottom, word.bottom)
    return width > COVERED * (word.right - word.left) and height > COVERED * (word.top - word.bottom)
