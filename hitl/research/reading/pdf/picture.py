"""A page of a PDF as it is drawn, to look at what shows of its words."""

from __future__ import annotations

import ctypes
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl.research.reading.pdf.drawings import objects_of
from hitl.research.reading.pdf.outlines import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

LEAST_CONTRAST = 12
"""Difference of two points, of 255, from which on it can be seen."""
MOST_PIXELS = 1500
"""Length of a side of the picture of a page that is looked at."""
BRIGHTNESS = (0.114, 0.587, 0.299)
"""Share of blue, green and red in the brightness of a point (ITU-R BT.601)."""
NO_INK = (255, 0, 254, 255)
"""A colour in which nobody writes: red, green, blue, and opacity."""
STRONG = 0.5
"""Share of the most ink of a word that a point has which is not at the edge of a letter."""
INSIDE = 0.2
"""Share of a word's height at each side of it that may belong to what is around it."""


class _Part(NamedTuple):
    """A rectangle of a picture, in pixels: the first ones in it, and those after it."""

    top: int
    bottom: int
    left: int
    right: int


class PagePicture:
    """A page as it is drawn; it is drawn when it is first looked at.

    To see what belongs to the text, the objects of the page are switched off and on: the page is of no more use for
    anything else, but it can be loaded anew.
    """

    def __init__(self, page: PdfPage) -> None:
        self._page = page
        longest = max(page.get_width(), page.get_height(), 1.0)
        self._scale = min(2.0, MOST_PIXELS / longest)

    def share_of_ink(self, box: Box) -> float:
        """Share of the ink of the letters in a box that makes a difference to what is drawn."""
        share = self._share_of_ink(_inside(box))
        if share is None:  # letters such as _ stand at its edge
            share = self._share_of_ink(box)
        return share or 0.0

    def _share_of_ink(self, box: Box) -> float | None:
        """The share; None if there is no ink in the box."""
        part = self._part(box)
        ink = _difference(self._text[part.top : part.bottom, part.left : part.right], _no_ink())
        most = float(ink.max()) if ink.size else 0.0
        if most < LEAST_CONTRAST:
            return None
        strong = ink >= max(STRONG * most, LEAST_CONTRAST)
        shown = _difference(
            self._all[part.top : part.bottom, part.left : part.right],
            self._without_text[part.top : part.bottom, part.left : part.right],
        )
        return float((shown[strong] >= LEAST_CONTRAST).mean())

    def is_plain(self, box: Box) -> bool:
        """Whether the inside of a box is drawn in one colour."""
        return _is_plain(self._all, self._part(_inside(box)))

    def has_drawing(self, box: Box) -> bool:
        """Whether something else than text is drawn inside a box, so that it shows."""
        return not _is_plain(self._without_text, self._part(_inside(box)))

    @property
    def has_shapes(self) -> bool:
        """Whether the page is of more than one colour."""
        return bool(self._all.size) and int(self._all.max()) > int(self._all.min())

    @cached_property
    def _all(self) -> NDArray[np.uint8]:
        return self._drawn()

    @cached_property
    def _without_text(self) -> NDArray[np.uint8]:
        _ = self._all  # as long as all objects are switched on
        self._switch(is_text_on=False, are_others_on=True)
        return self._drawn()

    @cached_property
    def _text(self) -> NDArray[np.uint8]:
        _ = self._without_text
        self._switch(is_text_on=True, are_others_on=False)
        return self._drawn(fill_color=NO_INK, draw_annots=False, may_draw_forms=False)

    def _drawn(self, **options: Any) -> NDArray[np.uint8]:
        bitmap = self._page.render(scale=self._scale, **options)
        self._width, self._height = bitmap.width, bitmap.height
        points: NDArray[np.uint8] = bitmap.to_numpy()
        return points.reshape(self._height, self._width, -1)[:, :, :3]

    def _switch(self, is_text_on: bool, are_others_on: bool) -> None:
        import pypdfium2.raw as pdfium

        for drawing in objects_of(self._page):
            if drawing.kind == pdfium.FPDF_PAGEOBJ_TEXT:
                pdfium.FPDFPageObj_SetIsActive(drawing.handle, is_text_on)
            elif drawing.kind != pdfium.FPDF_PAGEOBJ_FORM:
                pdfium.FPDFPageObj_SetIsActive(drawing.handle, are_others_on)

    def _part(self, box: Box) -> _Part:
        _ = self._all  # gives the size of the picture
        columns, rows = zip(*(self._at(x, y) for x, y in ((box.left, box.bottom), (box.right, box.top))), strict=True)
        return _Part(
            max(min(rows), 0),
            min(max(rows) + 1, self._height),
            max(min(columns), 0),
            min(max(columns) + 1, self._width),
        )

    def _at(self, x: float, y: float) -> tuple[int, int]:
        import pypdfium2.raw as pdfium

        column, row = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page.raw, 0, 0, self._width, self._height, 0, x, y, column, row)
        return column.value, row.value


def _inside(box: Box) -> Box:
    margin = INSIDE * (box.top - box.bottom)
    return Box(box.left, box.bottom + margin, box.right, box.top - margin)


def _no_ink() -> NDArray[np.uint8]:
    import numpy as np

    red, green, blue, _ = NO_INK
    return np.array([blue, green, red], dtype=np.uint8)


def _difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How much each point of two pictures differs, of 255."""
    import numpy as np

    apart: NDArray[np.float64] = np.abs(one.astype(np.int16) - other.astype(np.int16)) @ np.array(BRIGHTNESS)
    return apart


def _is_plain(picture: NDArray[np.uint8], part: _Part) -> bool:
    points = picture[part.top : part.bottom, part.left : part.right].reshape(-1, picture.shape[2])
    if not points.size:
        return True
    return float(_difference(points.max(axis=0), points.min(axis=0))) < LEAST_CONTRAST
