"""What is drawn on a page of a PDF: rules, pictures, what can hide words, and how the text objects are drawn."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl.research.reading.pdf.outlines import (
    THIN,
    Box,
    Matrix,
    bounds_of,
    is_cut,
    is_flat,
    matrix_of,
    middle_of,
    strokes_of,
)

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

SHORTEST_RULE = 8.0
"""Points of a rule."""
MOST_DRAWINGS = 4000
"""Drawings that are looked at on a page: a map has more, and no table."""
PICTURE_SHARE = 0.1
"""Share of a page from which a picture can hold its text."""
MANY_PATHS = 100
"""Drawn shapes from which on they can be letters."""
SCAN_SHARE = 0.5
"""Share of a page from which on pictures are a scan of it."""
SCRIBBLE = 30
"""Lines of a path from which on they can hide words together."""
MOST_OBJECTS = 20_000
"""Objects that are looked at on a page: words among those beyond them are looked at on its picture."""
FAINT = 26
"""Opacity, of 255, below which a drawing hides nothing, and text may not show."""


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


class Colour(NamedTuple):
    """Each part from 0 to 255."""

    red: int
    green: int
    blue: int


PATTERN = Colour(191, 191, 191)
"""What pdfium says of what is filled with a pattern, which has any colours."""


class Cover(NamedTuple):
    """What is drawn over a part of a page, so that it can hide what stands there."""

    box: Box
    order: int
    """Its place in the order in which the page is drawn."""
    colour: Colour | None
    """None if it has several, or if the file does not say."""
    is_picture: bool


class TextObject(NamedTuple):
    """How a text object of the file is drawn."""

    order: int
    """Its place in the order in which the page is drawn."""
    may_be_cut: bool
    """Whether it may show in part only, or not at all: something cuts it off, or it lets through what is behind it."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """What is drawn on a page."""

    lines: Sequence[Box]
    """Thin lines."""
    pictures: Sequence[Box]
    can_hold_text: bool
    """Whether pictures cover a good part of the page, or there are many shapes."""
    is_scan: bool
    """Whether pictures cover most of the page."""
    covers: Sequence[Cover]
    strokes: Sequence[Box]
    """Thin level and upright lines of any length, also those that are parts of a larger drawing."""
    texts: Mapping[int, TextObject]
    """By the address at which pdfium has them."""
    is_whole: bool
    """Whether there is nothing beyond what was looked at."""


def drawings_of(page: PdfPage) -> Drawings:
    """The drawings of a page."""
    import pypdfium2.raw as pdfium

    lines: list[Box] = []
    pictures: list[Box] = []
    covers: list[Cover] = []
    strokes: list[Box] = []
    texts: dict[int, TextObject] = {}
    paths = 0
    covered = 0.0
    page_area = max(page.get_width() * page.get_height(), 1.0)
    is_whole = True
    for drawing in objects_of(page):
        if drawing.order >= MOST_OBJECTS:
            is_whole = False
            break
        handle, kind = drawing.handle, drawing.kind
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            may_be_cut = drawing.may_be_cut or is_cut(handle) or bool(pdfium.FPDFPageObj_HasTransparency(handle))
            texts[ctypes.addressof(handle.contents)] = TextObject(drawing.order, may_be_cut)
            continue
        if (box := bounds_of(handle, drawing.matrix)) is None:
            continue
        width, height = box.right - box.left, box.top - box.bottom
        is_on_page = drawing.matrix is None and drawing.order < MOST_DRAWINGS
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            if min(width, height) <= THIN or _is_nearly_level(handle, box):
                strokes.append(middle_of(box))
                if is_on_page and min(width, height) <= THIN and max(width, height) >= SHORTEST_RULE:
                    lines.append(box)
            else:
                if max(width, height) >= SHORTEST_RULE:
                    strokes.extend(strokes_of(handle, drawing.matrix))
                covers.extend(_cover(drawing, box))
            paths += is_on_page
        else:
            if kind != pdfium.FPDF_PAGEOBJ_FORM and min(width, height) <= THIN:
                strokes.append(box)
            elif kind != pdfium.FPDF_PAGEOBJ_FORM:
                covers.append(Cover(box, drawing.order, None, kind == pdfium.FPDF_PAGEOBJ_IMAGE))
            if is_on_page and (
                kind == pdfium.FPDF_PAGEOBJ_IMAGE or (kind == pdfium.FPDF_PAGEOBJ_FORM and _has_picture(handle))
            ):
                pictures.append(box)
                covered += _area(box)
    can_hold_text = covered >= PICTURE_SHARE * page_area or paths >= MANY_PATHS
    is_scan = sum(_area(cover.box) for cover in covers if cover.is_picture) >= SCAN_SHARE * page_area
    return Drawings(lines, pictures, can_hold_text, is_scan, covers, strokes, texts, is_whole)


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.top - box.bottom)


class PageObject(NamedTuple):
    """Something that a page draws."""

    handle: Any
    """As pdfium has it."""
    kind: int
    """One of pdfium's kinds, `FPDF_PAGEOBJ_…`."""
    order: int
    matrix: Matrix | None
    """Where the part stands to which it belongs; None for what belongs to the page itself."""
    may_be_cut: bool
    """Whether that part may show in part only."""


def objects_of(page: PdfPage) -> Iterator[PageObject]:
    """What a page draws, in its order, each part of the page that is drawn as one before what is in it."""
    import pypdfium2.raw as pdfium

    orders = count()

    def found(handle: Any, matrix: Matrix | None, may_be_cut: bool) -> Iterator[PageObject]:
        kind = pdfium.FPDFPageObj_GetType(handle)
        yield PageObject(handle, kind, next(orders), matrix, may_be_cut)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            inner = matrix_of(handle, matrix)
            cut = may_be_cut or is_cut(handle) or bool(pdfium.FPDFPageObj_HasTransparency(handle))
            for index in range(pdfium.FPDFFormObj_CountObjects(handle)):
                yield from found(pdfium.FPDFFormObj_GetObject(handle, index), inner, cut)

    for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
        yield from found(pdfium.FPDFPage_GetObject(page.raw, index), None, False)


def _cover(drawing: PageObject, box: Box) -> Iterator[Cover]:
    """What a path hides: nothing if it is a frame, or all but transparent."""
    import pypdfium2.raw as pdfium

    fill, has_stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(drawing.handle, fill, has_stroke)
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if fill.value:
        pdfium.FPDFPageObj_GetFillColor(drawing.handle, red, green, blue, alpha)
    elif has_stroke.value and _is_broad(drawing.handle):
        pdfium.FPDFPageObj_GetStrokeColor(drawing.handle, red, green, blue, alpha)
    colour = Colour(red.value, green.value, blue.value)
    if alpha.value >= FAINT:
        yield Cover(box, drawing.order, None if colour == PATTERN else colour, is_picture=False)


def _is_nearly_level(path: Any, box: Box) -> bool:
    """Whether a path is one line that is drawn by hand, or a little aslant."""
    import pypdfium2.raw as pdfium

    if not is_flat(box) or pdfium.FPDFPath_CountSegments(path) > SCRIBBLE:
        return False
    fill, has_stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, has_stroke)
    return bool(has_stroke.value) and not fill.value and not _is_broad(path)


def _is_broad(path: Any) -> bool:
    """Whether the pen of a path is broad, or goes to and fro often enough to hide what is behind it."""
    import pypdfium2.raw as pdfium

    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(path, width)
    return width.value > THIN or pdfium.FPDFPath_CountSegments(path) >= SCRIBBLE


def _has_picture(form: Any) -> bool:
    """Whether a part of a page that is drawn as one has a picture or shapes in it."""
    import pypdfium2.raw as pdfium

    inner = (
        pdfium.FPDFPageObj_GetType(pdfium.FPDFFormObj_GetObject(form, index))
        for index in range(min(pdfium.FPDFFormObj_CountObjects(form), MOST_DRAWINGS))
    )
    return any(kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM) for kind in inner)
