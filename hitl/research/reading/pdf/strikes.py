"""Words of a page that are struck out, by a line through them or by a note.

A line strikes words out if it runs through the middle of their small letters, and begins and ends with them. One that
runs on beyond them may be a line of a chart, and one through a part of a word may strike out that part only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from operator import attrgetter
from typing import NamedTuple

from hitl.research.reading.pdf.letters import Piece
from hitl.research.reading.pdf.outlines import Box

LOWEST, HIGHEST = 0.14, 0.5
"""Where a line through the middle of letters stands above their baseline, in sizes."""
FOOT, HEAD = -0.2, 0.9
"""Where letters begin and end above their baseline, in sizes."""
MIDDLE = 0.3
"""Where the middle of letters stands above their baseline, in sizes."""
THICKEST = 0.25
"""Of a line through letters, in sizes."""
MOST_LINES = 3
"""Lines through a word that strike it out; more of them are its ground."""
LEAST_SHARE = 0.15
"""Share of a word's width that a line has to run through to strike out any of it."""
SHARE = 0.5
"""Share of a word's width that a line has to run through to strike it out."""
MOST_LEFT = 0.4
"""Width of what a line leaves of a word that it strikes out, in sizes: a comma."""
BEYOND = 1.0
"""How far a line may run beyond the words that it strikes out, in sizes."""
GAP = 3.0
"""Points between the parts of a line that is drawn in parts."""
SAME_HEIGHT = 1.0
"""Points within which they are at one height."""


class Strike(IntEnum):
    """What of a word is struck out."""

    NONE = 0
    PART = 1
    """A part of it, or all, or nothing: it cannot be told, and is read."""
    WHOLE = 2


class Line(NamedTuple):
    """A thin line on a page as it is read: y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def is_level(self) -> bool:
        return self.right - self.left > self.bottom - self.top


def strikes_of(
    pieces: Sequence[Piece], lines: Sequence[Line], marks: Sequence[Box], shows: Callable[[int], bool]
) -> list[Strike]:
    """What of each piece is struck out.

    Args:
        pieces: Words of a page as it is read.
        lines: Its thin lines.
        marks: Where notes strike words out, on the page as it is read.
        shows: Whether a drawing shows where the piece with an index stands.
    """
    found = [Strike.NONE] * len(pieces)
    order = sorted(range(len(pieces)), key=lambda index: pieces[index].baseline)
    baselines = [pieces[index].baseline for index in order]
    largest = max((piece.size for piece in pieces), default=0.0)

    def around(top: float, bottom: float) -> list[int]:
        return order[bisect_left(baselines, top + FOOT * largest) : bisect_right(baselines, bottom + HEAD * largest)]

    times: Counter[int] = Counter()
    for line in _joined(lines):
        through = [index for index in around(line.y, line.y) if _runs_through(line, pieces[index])]
        times.update(through)
        hit = [index for index in through if _hits_middle(line, pieces[index])]
        is_own = _is_own(line, [pieces[index] for index in hit])
        for index in hit:
            found[index] = max(found[index], Strike.WHOLE if is_own and _covers(line, pieces[index]) else Strike.PART)
    found = [
        strike if strike is Strike.NONE or (times[index] <= MOST_LINES and shows(index)) else Strike.NONE
        for index, strike in enumerate(found)
    ]
    for mark in marks:
        line = Line(*mark)
        for index in around(line.top, line.bottom):
            piece = pieces[index]
            if line.top <= piece.baseline - MIDDLE * piece.size <= line.bottom and _width(line, piece) > 0:
                found[index] = max(found[index], Strike.WHOLE if _covers(line, piece) else Strike.PART)
    return found


def _joined(lines: Sequence[Line]) -> Iterator[Line]:
    """Level lines, with the parts of one put together."""
    rows: list[list[Line]] = []
    for line in sorted((line for line in lines if line.is_level), key=attrgetter("y")):
        if rows and line.y - rows[-1][-1].y <= SAME_HEIGHT:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        whole: Line | None = None
        for line in sorted(row):
            if whole and line.left - whole.right <= GAP and abs(line.y - whole.y) <= SAME_HEIGHT:
                whole = whole._replace(right=max(whole.right, line.right))
            else:
                if whole:
                    yield whole
                whole = line
        if whole:
            yield whole


def _width(line: Line, piece: Piece) -> float:
    """How much of a piece a line runs through, in points."""
    return min(line.right, piece.right) - max(line.left, piece.left)


def _runs_through(line: Line, piece: Piece) -> bool:
    height = piece.baseline - line.y
    is_wide = _width(line, piece) > LEAST_SHARE * (piece.right - piece.left)
    return is_wide and FOOT * piece.size <= height <= HEAD * piece.size


def _hits_middle(line: Line, piece: Piece) -> bool:
    is_thin = line.bottom - line.top <= THICKEST * piece.size
    return is_thin and LOWEST * piece.size <= piece.baseline - line.y <= HIGHEST * piece.size


def _is_own(line: Line, pieces: Sequence[Piece]) -> bool:
    """Whether a line begins and ends with the pieces that it runs through."""
    if not pieces:
        return False
    room = BEYOND * max(piece.size for piece in pieces)
    begin, end = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    return line.left >= begin - room and line.right <= end + room


def _covers(line: Line, piece: Piece) -> bool:
    """Whether a line leaves no more of a piece than a comma."""
    width, through = piece.right - piece.left, _width(line, piece)
    return through >= SHARE * width and width - through <= MOST_LEFT * piece.size
