"""Where the objects of a page of a PDF stand: their bounds, what cuts them off, and their thin lines."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

THIN = 2.5
"""Points up to which a filled rectangle is a rule."""
FLAT, HIGHEST = 0.1, 8.0
"""Height of a line drawn by hand, at most: its share of the length, and points."""
SHORTEST_STROKE = 2.0
"""Points of a line through a letter."""
MOST_SEGMENTS = 400
"""Segments of a path that are looked at."""
MOST_CLIPS = 16
"""Outlines that cut off one object, as far as they are looked at."""
CORNERS = 5
"""Points of an outline that is a rectangle, at most."""
OVERHANG = 0.35
"""Share of its height by which the bounds of a text stand out from its letters, at most."""


class Box(NamedTuple):
    """A rectangle on a page, in points of the file: y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    def touches(self, other: Box) -> bool:
        """Whether any of another box is in it."""
        is_beside = other.right <= self.left or other.left >= self.right
        return not is_beside and other.top > self.bottom and other.bottom < self.top


class Matrix(NamedTuple):
    """How points of a part of a page become those of the page (ISO 32000-1, 8.3.3)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


def box_around(points: Sequence[tuple[float, float]], matrix: Matrix | None = None) -> Box:
    """The smallest box that holds all points."""
    placed = [matrix.at(x, y) for x, y in points] if matrix else points
    return Box(
        min(x for x, _ in placed), min(y for _, y in placed), max(x for x, _ in placed), max(y for _, y in placed)
    )


def is_flat(box: Box) -> bool:
    """Whether a box can be that of a line drawn by hand, level or upright."""
    width, height = box.right - box.left, box.top - box.bottom
    return min(width, height) <= min(FLAT * max(width, height), HIGHEST)


def middle_of(box: Box) -> Box:
    """The line through the middle of a flat box; a thin box as it is."""
    left, bottom, right, top = box
    if min(right - left, top - bottom) <= THIN:
        return box
    x, y = (left + right) / 2, (bottom + top) / 2
    return Box(left, y, right, y) if right - left > top - bottom else Box(x, bottom, x, top)


def bounds_of(drawing: Any, matrix: Matrix | None = None) -> Box | None:
    """Where an object stands; None if pdfium cannot say.

    Args:
        drawing: The object, as pdfium has it.
        matrix: Where the part of the page stands to which it belongs; None for the page itself.
    """
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(drawing, left, bottom, right, top):
        return None
    if matrix is None:
        return Box(left.value, bottom.value, right.value, top.value)
    corners = [(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    return box_around(corners, matrix)


def matrix_of(drawing: Any, outer: Matrix | None) -> Matrix:
    """Where what is in an object stands on the page.

    Args:
        drawing: A path, or a part of a page that is drawn as one, as pdfium has it.
        outer: Where the part of the page stands to which it belongs; None for the page itself.
    """
    import pypdfium2.raw as pdfium

    raw = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(drawing, raw)
    inner = Matrix(raw.a, raw.b, raw.c, raw.d, raw.e, raw.f)
    if outer is None:
        return inner
    e, f = outer.at(inner.e, inner.f)
    return Matrix(
        outer.a * inner.a + outer.c * inner.b,
        outer.b * inner.a + outer.d * inner.b,
        outer.a * inner.c + outer.c * inner.d,
        outer.b * inner.c + outer.d * inner.d,
        e,
        f,
    )


def is_cut(drawing: Any) -> bool:
    """Whether the outlines that the file cuts an object off with may leave out a part of it."""
    import pypdfium2.raw as pdfium

    clip = pdfium.FPDFPageObj_GetClipPath(drawing)
    outlines = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    if outlines <= 0:
        return False
    bounds = bounds_of(drawing)
    if bounds is None or outlines > MOST_CLIPS:
        return True
    margin = OVERHANG * min(bounds.top - bounds.bottom, bounds.right - bounds.left)
    return any(_cuts(clip, index, bounds, margin) for index in range(outlines))


def _cuts(clip: Any, index: int, bounds: Box, margin: float) -> bool:
    """Whether an outline is no rectangle that holds the bounds, up to a margin."""
    import pypdfium2.raw as pdfium

    number = pdfium.FPDFClipPath_CountPathSegments(clip, index)
    if not 3 < number <= CORNERS:
        return True
    first, second, third = (_point(pdfium.FPDFClipPath_GetPathSegment(clip, index, at)) for at in range(3))
    if (first[0] != second[0] or second[1] != third[1]) and (first[1] != second[1] or second[0] != third[0]):
        return True
    held = box_around((first, third))
    return (
        bounds.left < held.left - margin
        or bounds.right > held.right + margin
        or bounds.bottom < held.bottom - margin
        or bounds.top > held.top + margin
    )


def _point(segment: Any) -> tuple[float, float]:
    import pypdfium2.raw as pdfium

    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value


def strokes_of(path: Any, matrix: Matrix | None) -> Iterator[Box]:
    """The thin level and upright lines that a path is made of.

    Args:
        path: The path, as pdfium has it.
        matrix: Where the part of the page stands to which it belongs; None for the page itself.
    """
    import pypdfium2.raw as pdfium

    number = pdfium.FPDFPath_CountSegments(path)
    if number > MOST_SEGMENTS:
        return
    fill, has_stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, has_stroke)
    placed = matrix_of(path, matrix)  # the points of a path are those before it is placed
    for points in _parts(path, number):
        sides = pairwise(points) if has_stroke.value and not fill.value else (points,)
        for side in sides:
            box = box_around(side, placed)
            width, height = box.right - box.left, box.top - box.bottom
            if min(width, height) <= THIN and max(width, height) >= SHORTEST_STROKE:
                yield box


def _parts(path: Any, number: int) -> Iterator[list[tuple[float, float]]]:
    """The points of each part of a path that is drawn in one go, up to the first curve."""
    import pypdfium2.raw as pdfium

    points: list[tuple[float, float]] = []
    for index in range(number):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        points.append(_point(segment))
    if points:
        yield points
