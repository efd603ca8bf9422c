"""Words of a page that nobody can see: drawn without ink, in white on white, or in a layer that is switched off.

Text without ink over a picture is what text recognition has found in it, and is read.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl.research.reading.pdf.drawings import Box, Drawings

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

INVISIBLE_MODES = (3, 7)
"""Modes of rendering text that draw nothing (ISO 32000-1, table 106)."""
PALE = 225
"""The least of red, green and blue, of 255, from which a colour may not show on white paper."""
FAINT = 26
"""Opacity, of 255, below which text may not show."""
SMALLEST = 2.0
"""Points below which nobody can read."""
LEAST_CONTRAST = 12
"""Difference of the lightest and the darkest point where a word stands, of 255, from which on it can be seen."""
MOST_PIXELS = 1500
"""Length of a side of the picture of a page that is looked at."""
LAYER = "OC"
"""Name of the marks of what belongs to a layer (ISO 32000-1, 8.11)."""


class Visibility(Enum):
    """Whether text can be seen, as far as the file says."""

    SHOWN = auto()
    DOUBTFUL = auto()
    """It depends on what is behind it, or on a layer."""
    WITHOUT_INK = auto()
    TINY = auto()


class Seen(NamedTuple):
    """Where a word stands in the file: the boxes of its first and its last letter."""

    first: Box
    last: Box
    visibility: Visibility

    @property
    def middle(self) -> tuple[float, float]:
        return (self.first.left + self.last.right) / 2, (self.first.bottom + self.last.top) / 2


def visibility_of(raw: Any, index: int, handle: Any, size: float) -> Visibility:
    """Whether the text object of a letter can be seen.

    Args:
        raw: The text of the page, as pdfium has it.
        index: Index of the letter.
        handle: Its text object, as pdfium has it.
        size: Its size, in points.
    """
    import pypdfium2.raw as pdfium

    if handle and pdfium.FPDFTextObj_GetTextRenderMode(handle) in INVISIBLE_MODES:
        return Visibility.WITHOUT_INK
    if size < SMALLEST:
        return Visibility.TINY
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFText_GetFillColor(raw, index, red, green, blue, alpha)
    is_pale = min(red.value, green.value, blue.value) >= PALE or alpha.value < FAINT
    return Visibility.DOUBTFUL if is_pale or (handle and _is_in_layer(handle)) else Visibility.SHOWN


def _is_in_layer(handle: Any) -> bool:
    import pypdfium2.raw as pdfium

    buffer, length = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
    for index in range(pdfium.FPDFPageObj_CountMarks(handle)):
        mark = pdfium.FPDFPageObj_GetMark(handle, index)
        pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
        if bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace") == LAYER:
            return True
    return False


def can_be_seen(page: PdfPage, words: Sequence[Seen], drawings: Drawings) -> list[bool]:
    """Whether each word can be seen, or was found in a picture by text recognition."""
    shown: list[bool] = []
    picture: _Picture | None = None
    for word in words:
        match word.visibility:
            case Visibility.SHOWN:
                shown.append(True)
            case Visibility.TINY:
                shown.append(False)
            case Visibility.WITHOUT_INK:
                shown.append(any(box.holds(*word.middle) for box in drawings.pictures))
            case Visibility.DOUBTFUL:
                picture = picture or _Picture(page)
                shown.append(picture.has_contrast(word))
    return shown


def shows_nothing(page: PdfPage) -> bool:
    """Whether a page is of one colour all over."""
    return not _Picture(page).has_shapes


class _Picture:
    """A page as it is drawn, in grey."""

    def __init__(self, page: PdfPage) -> None:
        self._page = page
        longest = max(page.get_width(), page.get_height(), 1.0)
        bitmap = page.render(scale=min(2.0, MOST_PIXELS / longest), grayscale=True)
        self._width, self._height = bitmap.width, bitmap.height
        self._points = bitmap.to_numpy().reshape(self._height, self._width)

    @property
    def has_shapes(self) -> bool:
        return bool(self._points.size) and int(self._points.max()) > int(self._points.min())

    def has_contrast(self, word: Seen) -> bool:
        columns, rows = zip(*(self._at(x, y) for x, y in _corners(word)), strict=True)
        part = self._points[
            max(min(rows), 0) : min(max(rows) + 1, self._height),
            max(min(columns), 0) : min(max(columns) + 1, self._width),
        ]
        return bool(part.size) and int(part.max()) - int(part.min()) >= LEAST_CONTRAST

    def _at(self, x: float, y: float) -> tuple[int, int]:
        import pypdfium2.raw as pdfium

        column, row = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page.raw, 0, 0, self._width, self._height, 0, x, y, column, row)
        return column.value, row.value


def _corners(word: Seen) -> list[tuple[float, float]]:
    return [(word.first.left, word.first.bottom), (word.last.right, word.last.top)]
