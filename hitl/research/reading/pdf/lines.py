"""The lines of a page: words that stand beside each other, as far as no wide gap parts them.

A row is what stands at one height of the page, from its left edge to its right one; a segment is a part of a row
without a wide gap: a line of a column, a cell of a table.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from hitl.research.reading.pdf.drawings import Upright
from hitl.research.reading.pdf.letters import Piece, Style
from hitl.research.reading.pdf.pages import Page
from hitl.research.reading.pdf.raised import raised
from hitl.research.reading.superscripts import lowered

WIDE_GAP = 1.0
"""Gap that parts two segments, in sizes of the letters."""
SAME_HEIGHT = 0.2
"""How far the baselines of one line may be apart, in sizes of its letters."""
SMALL = 0.85
"""Share of the line's size up to which letters can be raised or lowered."""
SMALLEST = 0.45
"""Share of the line's size from which on letters can be raised or lowered."""
INITIAL = 1.8
"""Size of an initial letter that is several lines high, at least, in usual sizes of the page."""
MOST_INITIALS = 20
"""Of a page."""
HIGHEST, LOWEST = 0.65, 0.4
"""How far they may stand above and below the baseline, in sizes of the line."""
RAISED_FROM, LOWERED_FROM = 0.12, 0.06
TOUCHING = 0.3
"""Gap up to which raised letters belong to what stands before them, in sizes of the line."""
NARROWEST_SPACE = 0.08
"""Gap below which no space stands between two parts of a word, in sizes."""
MAIN_SHARE = 0.25
"""Share of its letters that the main style of a line has at least."""
SMALL_PRINT = 0.93
"""Share of the page's usual size below which a line can be a note."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
MIRRORED = str.maketrans("()[]{}", ")(][}{")
MARK = re.compile(r"\d{1,3}|[a-z]|[*†‡§¶]{1,3}")
MARKER = re.compile(
    r"[•◦▪▸►‣⁃∙●○■□➢➤✓✔·–—*\uf020-\uf0ff-]|[(\[]?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]|\d{1,2}(?:\.\d{1,3}){1,4}\.?"
    r"|[A-Z]?\d{1,2}|§{1,2}|[A-Z]\.\d{1,2}(?:\.\d{1,2})*|\[\d{1,3}\]"
)
"""What stands before an item, a clause or a heading."""
MOST_SEGMENTS = 5000
"""Segments of a page of which the place decides; what a page has beyond them is read as it stands in the file."""
MOST_PARTS = 3
"""Parts of a row of which the first can be a marker: more are cells."""
WIDEST_MARKER_GAP = 4.0
"""Gap up to which a marker belongs to the text after it, in sizes."""
CJK = r"\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef\U00020000-\U0002ffff"
"""Scripts without spaces between words: Han, kana and their punctuation."""
CJK_LETTER = re.compile(f"[{CJK}]")


@dataclass(slots=True)
class Segment:
    """A part of a row without a wide gap."""

    pieces: list[Piece]
    left: float
    right: float
    baseline: float
    size: float
    """Of its largest letters."""
    text: str = ""
    style: Style = field(default_factory=lambda: Style(0.0))
    """The one that most of it is set in."""
    is_bold: bool = False
    """Whether all its letters are."""
    mark: str = ""
    """The mark that it begins with, before a space or raised: `3`. A footnote begins with one."""
    lefts: array[float] = field(default_factory=lambda: array("f"))
    """Where each of its words begins, in the order of its text."""
    rights: array[float] = field(default_factory=lambda: array("f"))
    """Where each of them ends."""
    offsets: array[int] = field(default_factory=lambda: array("l"))
    """Where each of them begins in the text."""

    @property
    def first_width(self) -> float:
        """Width of its first word."""
        return self.rights[0] - self.lefts[0] if self.lefts else 0.0

    @property
    def is_rtl(self) -> bool:
        return is_rtl(self.text)

    def add(self, piece: Piece) -> None:
        if piece.size > self.size:
            self.size, self.baseline = piece.size, piece.baseline
        self.pieces.append(piece)
        self.left = min(self.left, piece.left)
        self.right = max(self.right, piece.right)


@dataclass(slots=True)
class Row:
    """What stands at one height of a page."""

    segments: list[Segment]
    """From left to right."""
    baseline: float
    size: float

    @property
    def text(self) -> str:
        ordered = (
            reversed(self.segments) if is_rtl("".join(segment.text for segment in self.segments)) else self.segments
        )
        return " ".join(segment.text for segment in ordered)

    @property
    def left(self) -> float:
        return self.segments[0].left

    @property
    def right(self) -> float:
        return max(segment.right for segment in self.segments)

    @property
    def style(self) -> Style:
        return max(self.segments, key=lambda segment: len(segment.text)).style


def rows_of(page: Page) -> list[Row]:
    """The rows of a page from top to bottom."""
    usual = usual_size(page.pieces)
    segments = _segments(_with_initials(page.pieces, usual), page.uprights)
    rows = _rows(segments[:MOST_SEGMENTS], page.uprights)
    rows += [Row([segment], segment.baseline, segment.size) for segment in segments[MOST_SEGMENTS:]]
    marks = frozenset(_marks(rows, usual))
    for row in rows:
        for segment in row.segments:
            _finish(segment, marks)
        row.segments = [segment for segment in _with_markers(row.segments, page.uprights) if segment.text]
    return [row for row in rows if row.segments]


def usual_size(pieces: Iterable[Piece]) -> float:
    """The size that most letters have, in points; 0 without letters."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.size] += len(piece.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def is_rtl(text: str) -> bool:
    """Whether most letters of a text are of a script that is written from right to left."""
    if not RIGHT_TO_LEFT.search(text):
        return False
    kinds = Counter(_direction(letter) for letter in text)
    return kinds["R"] > kinds["L"]


@lru_cache(maxsize=4096)
def _direction(letter: str) -> str:
    kind = unicodedata.bidirectional(letter)
    return "R" if kind in ("R", "AL") else "L" if kind == "L" else ""


def _segments(pieces: Sequence[Piece], uprights: Sequence[Upright]) -> list[Segment]:
    """Put pieces together that follow each other in the file and stand beside each other."""
    segments: list[Segment] = []
    for piece in pieces:
        if segments and _goes_on(segments[-1], piece) and not _are_ruled_off(segments[-1], piece, uprights):
            segments[-1].add(piece)
        else:
            segments.append(Segment([piece], piece.left, piece.right, piece.baseline, piece.size))
    return segments


def _goes_on(segment: Segment, piece: Piece) -> bool:
    size = max(segment.size, piece.size)
    gap = max(piece.left - segment.right, segment.left - piece.right)
    if not piece.follows_space and gap < NARROWEST_SPACE * size:  # parts of a word, as in the name of LaTeX
        return abs(piece.baseline - segment.baseline) <= LOWEST * size
    return gap < WIDE_GAP * size and _on_one_line(segment, piece)


def _on_one_line(one: Segment | Row, other: Segment | Piece) -> bool:
    large, small = max(one.size, other.size), min(one.size, other.size)
    lower = other.baseline - one.baseline
    if small < SMALLEST * large:  # a large initial letter, or a sign of a formula that is several lines high
        return abs(lower) <= SAME_HEIGHT * small
    if abs(lower) <= SAME_HEIGHT * large:
        return True
    if other.size > one.size:  # the one is raised or lowered beside the other
        lower = -lower
    return small <= SMALL * large and -HIGHEST * large <= lower <= LOWEST * large


def _with_initials(pieces: Sequence[Piece], usual: float) -> list[Piece]:
    """The words of a page, with an initial letter that is several lines high put before the first of those lines."""
    initials = [
        piece for piece in pieces if piece.size >= INITIAL * usual and len(piece.text) == 1 and piece.text.isalpha()
    ]
    if not initials:
        return list(pieces)
    left = [piece for piece in pieces if all(piece is not initial for initial in initials)]
    for initial in initials[:MOST_INITIALS]:
        size = initial.size
        beside = [
            piece
            for piece in left
            if -0.1 * size <= piece.left - initial.right <= size / 2
            and piece.size <= size / INITIAL
            and initial.baseline - size < piece.baseline <= initial.baseline + size / 10
        ]
        if len({round(piece.baseline) for piece in beside}) < 2:
            left.append(initial)
            continue
        first = min(beside, key=lambda piece: piece.baseline)
        at = next(index for index, piece in enumerate(left) if piece is first)
        left.insert(at, replace(initial, style=first.style, baseline=first.baseline, right=first.left))
        first.follows_space = False
    return left + initials[MOST_INITIALS:]


def _are_ruled_off(one: Segment, other: Segment | Piece, uprights: Sequence[Upright]) -> bool:
    """Whether a line that runs downwards stands between two words, as between the cells of a table."""
    left, right = sorted((one, other), key=lambda each: each.left)
    if not uprights or right.left - left.right < TOUCHING * one.size:
        return False
    at = bisect_left(uprights, left.right, key=lambda upright: upright.x)
    while at < len(uprights) and uprights[at].x <= right.left:
        if uprights[at].top < one.baseline - 1 and uprights[at].bottom > one.baseline - one.size / 2:
            return True
        at += 1
    return False


def _rows(segments: Sequence[Segment], uprights: Sequence[Upright]) -> list[Row]:
    """Put segments of one height into rows, the largest first, since the baseline of raised letters is another."""
    rows: list[Row] = []
    heights: list[float] = []
    for segment in sorted(segments, key=lambda segment: -segment.size):
        at = bisect_left(heights, segment.baseline - HIGHEST * segment.size * 2)
        best: Row | None = None
        while at < len(rows) and heights[at] <= segment.baseline + HIGHEST * rows[at].size:
            row = rows[at]
            level = SAME_HEIGHT * (row.size if segment.size >= SMALLEST * row.size else segment.size)
            is_level = abs(row.baseline - segment.baseline) <= level
            is_script = _on_one_line(row, segment) and any(_touch(each, segment) for each in row.segments)
            closer = best is None or abs(row.baseline - segment.baseline) < abs(best.baseline - segment.baseline)
            if (is_level or is_script) and closer:
                best = row
            at += 1
        if best is None:
            at = bisect_left(heights, segment.baseline)
            heights.insert(at, segment.baseline)
            rows.insert(at, Row([segment], segment.baseline, segment.size))
        else:
            best.segments.append(segment)
    for row in rows:
        row.segments = _merged(sorted(row.segments, key=lambda segment: segment.left), uprights)
    return rows


def _touch(one: Segment, other: Segment) -> bool:
    gap = max(other.left - one.right, one.left - other.right)
    return gap < TOUCHING * max(one.size, other.size)


def _merged(segments: Sequence[Segment], uprights: Sequence[Upright]) -> list[Segment]:
    """Segments of one row put together that no wide gap parts, though they do not follow each other in the file."""
    merged: list[Segment] = []
    for segment in segments:
        last = merged[-1] if merged else None
        is_near = last is not None and segment.left - last.right < WIDE_GAP * max(last.size, segment.size)
        if last and is_near and not _are_ruled_off(last, segment, uprights):
            for piece in segment.pieces:
                last.add(piece)
        else:
            merged.append(segment)
    return merged


def _marks(rows: Sequence[Row], usual: float) -> Iterable[str]:
    """The marks of the notes on a page: small lines begin with them."""
    for row in rows:
        first = row.segments[0].pieces[0]
        if row.size <= usual * SMALL_PRINT and MARK.fullmatch(first.text.rstrip(".)")):
            yield first.text.rstrip(".)")


def _finish(segment: Segment, marks: frozenset[str]) -> None:
    """Write a segment's text, and say how it is set."""
    pieces = segment.pieces
    letters: Counter[Style] = Counter()
    for piece in pieces:
        letters[piece.style] += len(piece.text)
    total = letters.total()
    size = max((style.size for style, count in letters.items() if count >= total * MAIN_SHARE), default=segment.size)
    segment.style = max((style for style in letters if style.size == size), key=lambda style: letters[style])
    right_to_left = is_rtl("".join(piece.text for piece in pieces))
    pieces.sort(key=lambda piece: piece.left)
    if right_to_left:
        segment.pieces = pieces = _read_from_right(pieces)
    segment.baseline = next(piece.baseline for piece in pieces if piece.size == size)
    _write(segment, size, right_to_left, marks)
    set_large = [piece for piece in pieces if piece.size > SMALL * size and any(map(str.isalnum, piece.text))]
    segment.is_bold = bool(set_large) and all(piece.style.is_bold for piece in set_large)
    segment.size = size
    first = pieces[0]
    if (
        len(segment.offsets) > 1
        and segment.offsets[1] <= len(first.text) + 1
        and MARK.fullmatch(first.text.rstrip(".)"))
    ):
        segment.mark = first.text.rstrip(".)")
    segment.pieces = []


def _read_from_right(pieces: Sequence[Piece]) -> list[Piece]:
    """Words of a line that is read from the right, in this order; those of other scripts between them from the left."""
    ordered: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        directions = {_direction(letter) for letter in piece.text}
        if "R" not in directions and ("L" in directions or run):
            run.append(piece)
            continue
        ordered += run[::-1]
        run = []
        ordered.append(piece)
    ordered += run[::-1]
    ordered.reverse()
    for piece, following in zip(ordered, [*ordered[1:], None], strict=True):
        goes_on = following is not None and not following.follows_space
        if not any(_direction(letter) == "L" for letter in piece.text):
            piece.text = _with_brackets(piece.text, piece.follows_space, goes_on)
    return ordered


def _with_brackets(text: str, begins: bool, goes_on: bool) -> str:
    """A word, or a part of one, with its brackets as they are meant: pdfium gives those that open it as closing ones.

    Args:
        text: The word.
        begins: Whether it is the beginning of a word.
        goes_on: Whether the word goes on after it.
    """
    is_alone = len(text) == 1
    opens = begins and text[0] in ")]}" and (goes_on or not is_alone)
    closes = not goes_on and text.rstrip(".,;:!?")[-1:] in ("(", "[", "{") and (not begins or not is_alone)
    return text.translate(MIRRORED) if opens or closes else text


def _write(segment: Segment, size: float, right_to_left: bool, marks: frozenset[str]) -> None:
    """Write the text of a segment, and where each of its words stands."""
    parts: list[str] = []
    tail = ""
    length = 0
    was_raised = False
    last: Piece | None = None
    for piece in segment.pieces:
        lower = piece.baseline - segment.baseline
        is_small = piece.size <= SMALL * size
        is_raised = is_small and lower <= -RAISED_FROM * size
        is_lowered = is_small and lower >= LOWERED_FROM * size
        text = piece.text
        space = ""
        if last is not None:
            gap = max(piece.left - last.right, last.left - piece.right) if right_to_left else piece.left - last.right
            touches = gap < (TOUCHING if is_raised or is_lowered else NARROWEST_SPACE) * size
            is_cjk = bool(CJK_LETTER.match(tail[-1:]) and CJK_LETTER.match(text)) and gap < size / 2
            parted = (piece.follows_space and not touches) or gap > TOUCHING * size
            space = " " if parted and not is_cjk else ""
            if was_raised and last is segment.pieces[0] and not is_raised:
                space = " "  # after the mark of a note that the line begins with
        if is_raised:
            text = raised(text, tail + space, marks) if parts else raised(text, "", marks)
        elif is_lowered:
            text = lowered(text)
        length += len(space)
        if space or last is None:
            segment.lefts.append(piece.left)
            segment.rights.append(piece.right)
            segment.offsets.append(length)
        else:
            segment.lefts[-1] = min(segment.lefts[-1], piece.left)
            segment.rights[-1] = max(segment.rights[-1], piece.right)
        length += len(text)
        parts += (space, text)
        tail = (tail + space + text)[-40:]
        last, was_raised = piece, is_raised
    segment.text = "".join(parts)


def _with_markers(segments: Sequence[Segment], uprights: Sequence[Upright]) -> list[Segment]:
    """Join the marker of an item, a clause or a heading with the text after it, whatever gap parts them."""
    from_right = is_rtl("".join(segment.text for segment in segments))
    joined: list[Segment] = []
    for segment in segments[::-1] if from_right else segments:
        last = joined[-1] if joined else None
        if (
            last
            and len(segments) <= MOST_PARTS
            and MARKER.fullmatch(last.text)
            and max(segment.left - last.right, last.left - segment.right) < WIDEST_MARKER_GAP * segment.size
            and any(map(str.isalpha, segment.text))
            and not _are_ruled_off(last, segment, uprights)
        ):
            joined[-1] = _joined(last, segment)
        else:
            joined.append(segment)
    return joined[::-1] if from_right else joined


def _joined(marker: Segment, text: Segment) -> Segment:
    offset = len(marker.text) + 1
    return replace(
        text,
        text=f"{marker.text} {text.text}",
        left=min(marker.left, text.left),
        right=max(marker.right, text.right),
        size=max(marker.size, text.size),
        mark=marker.text.rstrip(".)"),
        lefts=marker.lefts + text.lefts,
        rights=marker.rights + text.rights,
        offsets=marker.offsets + array("l", (each + offset for each in text.offsets)),
    )
