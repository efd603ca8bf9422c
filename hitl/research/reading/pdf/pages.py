"""What stands on a page of a PDF that can be read: its words and its rules, and what of it is not read.

Positions are turned and mirrored so that most of the text runs to the right and downwards: x grows to the right, y
downwards, both in points of 1/72 inch.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING

from hitl.research.reading.blocks import check_characters, tidy
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.pdf.annotations import Annotations, annotations_of, flattened
from hitl.research.reading.pdf.drawings import Drawings, Rule, Upright, drawings_of
from hitl.research.reading.pdf.letters import Piece, Word, words_of
from hitl.research.reading.pdf.outlines import Box, box_around
from hitl.research.reading.pdf.picture import PagePicture
from hitl.research.reading.pdf.strikes import Line, Strike, strikes_of
from hitl.research.reading.pdf.unread import Unread
from hitl.research.reading.pdf.unseen import Sight, sights_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

SLANT = math.radians(4)
"""Up to which a line counts as level."""
SAME_LINE = 0.5
"""How far words of one line that stands aslant are apart across it, in sizes."""


@dataclass(frozen=True)
class Page:
    """What stands on one page."""

    number: int
    """From 1."""
    width: float
    height: float
    pieces: list[Piece]
    """In the order of the file."""
    rules: list[Rule]
    uprights: list[Upright]
    """From left to right."""
    has_picture: bool
    """Whether there are pictures or drawings on it that can hold text."""
    unread: Unread = field(default_factory=Unread)
    failed: bool = False
    """Whether it could not be read at all."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How the positions in the file become those of the page as it is read."""

    quarter: int
    """Quarter turns of the text in the file, counter-clockwise."""
    box: tuple[float, float, float, float]
    """Left, bottom, right and top of what shows of the page in the file."""

    @property
    def width(self) -> float:
        left, bottom, right, top = self.box
        return top - bottom if self.quarter % 2 else right - left

    @property
    def height(self) -> float:
        left, bottom, right, top = self.box
        return right - left if self.quarter % 2 else top - bottom

    def rule(self, line: Box) -> Rule | Upright:
        """What a thin line of the file is on the page."""
        x0, y0 = self.at(line.left, line.bottom)
        x1, y1 = self.at(line.right, line.top)
        if abs(x1 - x0) > abs(y1 - y0):
            return Rule(min(x0, x1), max(x0, x1), (y0 + y1) / 2)
        return Upright((x0 + x1) / 2, min(y0, y1), max(y0, y1))

    def box_of(self, box: Box) -> Box:
        """Where a box of the file is on the page: its bottom is above its top, since y grows downwards."""
        return box_around((self.at(box.left, box.bottom), self.at(box.right, box.top)))

    def piece(self, word: Word) -> Piece:
        """A word of the file as it is on the page."""
        box = self.box_of(word.place.box)
        _, baseline = self.at(*word.place.origin)
        return Piece(word.text, box.left, box.right, baseline, word.drawn.style, word.follows_space)

    def at(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.box
        match self.quarter:
            case 0:
                return x - left, top - y
            case 1:
                return y - bottom, x - left
            case 2:
                return right - x, y - bottom
            case _:
                return top - y, right - x


def page_of(file: PdfDocument, index: int, limits: ReadLimits, read_before: int) -> tuple[Page, int]:
    """Read one page, and say how many letters it has.

    Args:
        file: The open file.
        index: Index of the page, from 0.
        limits: What the file may have.
        read_before: Letters on the pages before it.

    Raises:
        OverLimit: If there are more letters than the limit.
        PdfiumError: If the page is damaged.
    """
    page = file[index]
    try:
        notes = annotations_of(page)
        if notes.drawn:
            page = flattened(file, page, index)
        text_page = page.get_textpage()
        try:
            letters = text_page.count_chars()
            check_characters(read_before + letters, limits)
            return _read(page, text_page, index + 1, notes), letters
        finally:
            text_page.close()
    finally:
        page.close()


def _read(page: PdfPage, text_page: PdfTextPage, number: int, notes: Annotations) -> Page:
    words = words_of(text_page)
    drawings = drawings_of(page)
    turn = Turn(_quarter_of_most(words, page.get_rotation()), page.get_bbox())
    paper = Box(*turn.box)
    words = [word for word in words if paper.touches(word.place.box)]
    picture = PagePicture(page)
    sights = sights_of(picture, [word.seen_at for word in words], drawings, notes.covers)
    seen = list(compress(words, (sight is not Sight.NOTHING for sight in sights)))
    level, sideways, aslant = _by_direction(seen, turn)
    strikes = _strikes(level, turn, drawings, notes, picture)
    pieces: list[Piece] = []
    places: set[tuple[str, int, int]] = set()
    for word, strike in zip(level, strikes, strict=True):
        piece = turn.piece(word)
        place = (piece.text, round(piece.left), round(piece.baseline))
        if strike is not Strike.WHOLE and place not in places and _is_on(piece, turn):
            places.add(place)  # the same word again at the same place makes it look bold
            pieces.append(piece)
    left, right = (
        min((piece.left for piece in pieces), default=0.0),
        max((piece.right for piece in pieces), default=0.0),
    )
    lines = [turn.rule(line) for line in drawings.lines]
    return Page(
        number,
        turn.width,
        turn.height,
        pieces,
        [line for line in lines if isinstance(line, Rule)],
        sorted((line for line in lines if isinstance(line, Upright)), key=lambda line: line.x),
        drawings.can_hold_text,
        Unread(
            sideways=sum(left < (piece.left + piece.right) / 2 < right for piece in map(turn.piece, sideways)),
            aslant=tuple(_phrases(aslant)),
            unseen=len(words) - len(seen),
            covered=sights.count(Sight.PART),
            struck=strikes.count(Strike.WHOLE),
            crossed=strikes.count(Strike.PART),
            fields=notes.undrawn,
            comments=notes.comments,
        ),
    )


def _by_direction(words: Sequence[Word], turn: Turn) -> tuple[list[Word], list[Word], list[Word]]:
    """The words that run as most do, those that stand across, and those that stand aslant, as stamps do."""
    level: list[Word] = []
    sideways: list[Word] = []
    aslant: list[Word] = []
    for word in words:
        angle = word.drawn.angle - turn.quarter * math.pi / 2
        if abs(_off(angle, 2 * math.pi)) <= SLANT:
            level.append(word)
        else:
            (sideways if abs(_off(angle, math.pi / 2)) <= SLANT else aslant).append(word)
    return level, sideways, aslant


def _off(angle: float, turn: float) -> float:
    """How far an angle is from the nearest multiple of a turn, in radians."""
    return (angle + turn / 2) % turn - turn / 2


def _strikes(
    words: Sequence[Word], turn: Turn, drawings: Drawings, notes: Annotations, picture: PagePicture
) -> list[Strike]:
    """Which words are struck out, by lines that show or by notes."""
    lines = [Line(*turn.box_of(box)) for box in (*drawings.strokes, *notes.lines)]
    marks = [turn.box_of(box) for box in notes.struck]
    if not (lines or marks):
        return [Strike.NONE] * len(words)
    return strikes_of(
        [turn.piece(word) for word in words],
        lines,
        marks,
        lambda index: picture.has_drawing(words[index].place.box),
    )


def _phrases(words: Sequence[Word]) -> Iterator[str]:
    """The texts of words that stand aslant, those of one line together."""
    line: list[Word] = []
    for word in words:
        if line and not _are_on_one_line(line[-1], word):
            yield _text(line)
            line = []
        line.append(word)
    if line:
        yield _text(line)


def _text(words: Sequence[Word]) -> str:
    return tidy("".join(f" {word.text}" if word.follows_space else word.text for word in words))


def _are_on_one_line(one: Word, other: Word) -> bool:
    angle = one.drawn.angle
    if abs(_off(other.drawn.angle - angle, 2 * math.pi)) > SLANT:
        return False
    (x0, y0), (x1, y1) = one.place.origin, other.place.origin
    across = (y1 - y0) * math.cos(angle) - (x1 - x0) * math.sin(angle)
    return abs(across) <= SAME_LINE * one.drawn.style.size


def _quarter_of_most(words: Sequence[Word], rotation: int) -> int:
    """How far most of the text is turned in the file, in quarter turns; without text, the page's own rotation."""
    turns: Counter[int] = Counter()
    for word in words:
        quarters = word.drawn.angle / (math.pi / 2)
        if abs(quarters - round(quarters)) * math.pi / 2 <= SLANT:
            turns[round(quarters) % 4] += len(word.text)
    return turns.most_common(1)[0][0] if turns else rotation // 90 % 4


def _is_on(piece: Piece, turn: Turn) -> bool:
    """Whether any of a piece is inside what shows of the page."""
    return piece.right > 0 and piece.left < turn.width and 0 < piece.baseline < turn.height + piece.size / 2
