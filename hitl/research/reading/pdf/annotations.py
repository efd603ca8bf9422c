"""Notes and fields of forms: what stands on a page of a PDF without being a part of its content."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hitl.research.reading.pdf.outlines import Box, box_around, is_flat, middle_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MOST_ANNOTATIONS = 4000
"""Notes and fields that are looked at on a page."""
EMPTY = 2
"""Bytes of an empty text, as pdfium gives it."""
PREVIEW = 0.05
"""Points of a picture of a page for each of its own, where nothing in it matters."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """What the notes and fields of a page say and do."""

    drawn: int
    """How many fields, texts and stamps have a picture that shows."""
    undrawn: int
    """How many have a text, and no picture of it."""
    comments: int
    """How many notes say something that shows only when they are opened."""
    struck: Sequence[Box]
    """Where they strike words out."""
    lines: Sequence[Box]
    """Where they are a line, drawn with a ruler or by hand."""
    covers: Sequence[Box]
    """Where they draw something over the page."""


def annotations_of(page: PdfPage) -> Annotations:
    """The notes and fields of a page that can be seen."""
    import pypdfium2.raw as pdfium

    texts = {pdfium.FPDF_ANNOT_WIDGET: b"V", pdfium.FPDF_ANNOT_FREETEXT: b"Contents"}
    silent = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP, *texts)
    flat = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_WIDGET)
    stamps = (pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WATERMARK)
    drawn = undrawn = comments = 0
    struck: list[Box] = []
    lines: list[Box] = []
    covers: list[Box] = []
    for note in _shown(page):
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        has_picture = pdfium.FPDFAnnot_GetAP(note, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > EMPTY
        drawn += has_picture and kind in (*texts, *stamps)
        if kind in texts:
            undrawn += not has_picture and pdfium.FPDFAnnot_GetStringValue(note, texts[kind], None, 0) > EMPTY
        if kind not in silent:
            comments += pdfium.FPDFAnnot_GetStringValue(note, b"Contents", None, 0) > EMPTY
        if kind == pdfium.FPDF_ANNOT_STRIKEOUT:
            struck.extend(_marked(note))
        if kind == pdfium.FPDF_ANNOT_LINE and (line := _line(note)) and is_flat(line):
            lines.append(middle_of(line))
        if kind == pdfium.FPDF_ANNOT_INK and (ink := _box(note)) and is_flat(ink):
            lines.append(middle_of(ink))
        if kind not in flat and (box := _box(note)):
            covers.append(box)
    return Annotations(drawn, undrawn, comments, struck, lines, covers)


def _shown(page: PdfPage) -> Iterator[Any]:
    """The annotations of a page that are not hidden, each as long as it is looked at."""
    import pypdfium2.raw as pdfium

    hidden = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MOST_ANNOTATIONS)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not pdfium.FPDFAnnot_GetFlags(note) & hidden:
            yield note
        pdfium.FPDFPage_CloseAnnot(note)


def _marked(note: Any) -> Iterator[Box]:
    """The pieces of text that a note marks."""
    import pypdfium2.raw as pdfium

    points = pdfium.FS_QUADPOINTSF()
    for index in range(pdfium.FPDFAnnot_CountAttachmentPoints(note)):
        if pdfium.FPDFAnnot_GetAttachmentPoints(note, index, points):
            yield box_around(
                ((points.x1, points.y1), (points.x2, points.y2), (points.x3, points.y3), (points.x4, points.y4))
            )


def _line(note: Any) -> Box | None:
    import pypdfium2.raw as pdfium

    begin, end = pdfium.FS_POINTF(), pdfium.FS_POINTF()
    if not pdfium.FPDFAnnot_GetLine(note, begin, end):
        return None
    return box_around(((begin.x, begin.y), (end.x, end.y)))


def _box(note: Any) -> Box | None:
    import pypdfium2.raw as pdfium

    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(note, ctypes.byref(rectangle)):
        return None
    return box_around(((rectangle.left, rectangle.bottom), (rectangle.right, rectangle.top)))


def flattened(file: PdfDocument, page: PdfPage, index: int) -> PdfPage:
    """The page with what shows of its fields and notes as a part of its content; the page that is given is closed."""
    import pypdfium2.raw as pdfium

    for note in _shown(page):  # what is highlighted shows through, which it would not do as a part of the content
        if pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_HIGHLIGHT:
            pdfium.FPDFAnnot_SetFlags(note, pdfium.FPDFAnnot_GetFlags(note) | pdfium.FPDF_ANNOT_FLAG_HIDDEN)
    page.render(scale=PREVIEW)  # draws the notes that have no picture of their own, which would be lost else
    pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return file[index]
