"""What is drawn on a page of a PDF beside its text: rules, pictures, fields of forms."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

THIN = 2.5
"""Points up to which a filled rectangle is a rule."""
SHORTEST_RULE = 8.0
"""Points of a rule."""
MOST_DRAWINGS = 4000
"""Drawings that are looked at on a page: a map has more, and no table."""
PICTURE_SHARE = 0.1
"""Share of a page from which a picture can hold its text."""
MANY_PATHS = 100
"""Drawn shapes from which on they can be letters."""


EMPTY = 2
"""Bytes of an empty text, as pdfium gives it."""


class Box(NamedTuple):
    """A rectangle on a page, in points of the file: y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line from left to right on a page as it is read: y grows downwards."""

    left: float
    right: float
    y: float


@dataclass(frozen=True, slots=True)
class Upright:
    """A thin line that runs downwards on a page as it is read."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Drawings:
    """What is drawn on a page."""

    lines: Sequence[Box]
    """Thin lines."""
    pictures: Sequence[Box]
    can_hold_text: bool
    """Whether pictures cover a good part of the page, or there are many shapes."""


def drawings_of(page: PdfPage) -> Drawings:
    """The drawings of a page."""
    import pypdfium2.raw as pdfium

    lines: list[Box] = []
    pictures: list[Box] = []
    paths = 0
    covered = 0.0
    page_area = max(page.get_width() * page.get_height(), 1.0)
    for index in range(min(pdfium.FPDFPage_CountObjects(page.raw), MOST_DRAWINGS)):
        drawing = pdfium.FPDFPage_GetObject(page.raw, index)
        kind = pdfium.FPDFPageObj_GetType(drawing)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT or (box := _bounds(drawing)) is None:
            continue
        width, height = box.right - box.left, box.top - box.bottom
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
            if min(width, height) <= THIN and max(width, height) >= SHORTEST_RULE:
                lines.append(box)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE or (kind == pdfium.FPDF_PAGEOBJ_FORM and _has_picture(drawing)):
            pictures.append(box)
            covered += width * height
    return Drawings(lines, pictures, covered >= PICTURE_SHARE * page_area or paths >= MANY_PATHS)


def _bounds(drawing: Any) -> Box | None:
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(drawing, left, bottom, right, top):
        return None
    return Box(left.value, bottom.value, right.value, top.value)


def _has_picture(form: Any) -> bool:
    """Whether a part of a page that is drawn as one has a picture or shapes in it."""
    import pypdfium2.raw as pdfium

    inner = (
        pdfium.FPDFPageObj_GetType(pdfium.FPDFFormObj_GetObject(form, index))
        for index in range(min(pdfium.FPDFFormObj_CountObjects(form), MOST_DRAWINGS))
    )
    return any(kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM) for kind in inner)


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of forms and notes that stand on a page without being a part of its content."""

    drawn: int
    """How many have a picture that shows."""
    undrawn: int
    """How many have a text, and no picture of it."""


def fields_of(page: PdfPage) -> Fields:
    """The fields and notes of a page that show a text."""
    import pypdfium2.raw as pdfium

    drawn = undrawn = 0
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MOST_DRAWINGS)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        hides = pdfium.FPDFAnnot_GetFlags(note) & (pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW)
        text = {pdfium.FPDF_ANNOT_WIDGET: b"V", pdfium.FPDF_ANNOT_FREETEXT: b"Contents"}.get(kind)
        if text and not hides:
            has_picture = pdfium.FPDFAnnot_GetAP(note, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > EMPTY
            drawn += has_picture
            undrawn += not has_picture and pdfium.FPDFAnnot_GetStringValue(note, text, None, 0) > EMPTY
        pdfium.FPDFPage_CloseAnnot(note)
    return Fields(drawn, undrawn)


def flattened(file: PdfDocument, page: PdfPage, index: int) -> PdfPage:
    """The page with what shows of its fields and notes as a part of its content; the page that is given is closed."""
    import pypdfium2.raw as pdfium

    pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return file[index]
