"""What stands on a page of a PDF: its words with their place and style.

Positions are turned and mirrored so that most of the text runs to the right and downwards: x grows to the right, y
downwards, both in points of 1/72 inch. pdfium is asked as little as possible for each letter (pdftext asks five things
and takes 11 µs a letter, which is 40 ms for a full page).
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress, groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl.research.reading.blocks import check_characters
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.pdf.accents import box_of, join_accents, origin_of
from hitl.research.reading.pdf.annotations import Annotations, annotations_of, flattened
from hitl.research.reading.pdf.drawings import Rule, Upright, drawings_of
from hitl.research.reading.pdf.outlines import Box
from hitl.research.reading.pdf.picture import PagePicture
from hitl.research.reading.pdf.unseen import Ink, Seen, Sight, ink_of, sights_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

BOLD_NAME = re.compile(r"bold|black|heavy|demi(?!ng)|bx\d|-medi(?![a-z])|-bd\b", re.IGNORECASE)
ITALIC_NAME = re.compile(r"ital|obli|slant|cmti|cmsl", re.IGNORECASE)
BOLD_WEIGHT = 600
FORCE_BOLD = 1 << 18
ITALIC = 1 << 6
"""Flags of a font descriptor (ISO 32000-1, table 123)."""
ARABIC = re.compile(r"[\u0600-\u06ff]")
FIGURE = re.compile(r"[0-9]")
HYPHENS = ("\x02", "\ufffe")
"""What pdfium gives for a hyphen at the end of a line."""
MATH_LETTERS = frozenset(map(chr, range(0x1D400, 0x1D800)))
"""Letters of formulas, which differ from others only in how they are set."""
LIFTED, SUNK, LOW = 0.2, -0.06, 0.5
"""Where the foot of a raised or lowered figure of the font itself stands, and how high a lowered one is, in sizes."""
LIFTED_SIZE = 0.6
"""Size that such figures are taken to have, in sizes of the text."""
SLANT = math.radians(4)


@dataclass(frozen=True, slots=True)
class Style:
    """How a word is set."""

    size: float
    """In points, rounded to halves."""
    is_bold: bool = False
    is_italic: bool = False


@dataclass(slots=True)
class Piece:
    """A word, or a part of one that is set in one style."""

    text: str
    left: float
    right: float
    baseline: float
    style: Style
    follows_space: bool
    """Whether a space stands before it in the file."""

    @property
    def size(self) -> float:
        return self.style.size


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
    sideways_words: int = 0
    """Words that stand across the direction of the others, between them, and are left out."""
    unseen_words: int = 0
    """Words that cannot be seen, and are left out."""
    covered_words: int = 0
    """Words of which a part cannot be seen; they are read."""
    unread_fields: int = 0
    """Fields of forms and notes that show a text which is not read."""
    failed: bool = False
    """Whether it could not be read at all."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What all letters of a text object have in common."""

    style: Style
    angle: float
    """Direction of its line, in radians."""
    ink: Ink
    address: int
    """Of the text object, as pdfium has it."""


@dataclass(frozen=True, slots=True)
class _Turn:
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
    words = _words(text_page)
    drawings = drawings_of(page)
    quarter = _quarter_of_most(words, page.get_rotation())
    turn = _Turn(quarter, page.get_bbox())
    paper = Box(*turn.box)
    words = [word for word in words if paper.touches(word.place.box)]
    picture = PagePicture(page)
    sights = sights_of(picture, [word.seen_at for word in words], drawings, notes.covers)
    seen = list(compress(words, (sight is not Sight.NOTHING for sight in sights)))
    pieces: list[Piece] = []
    sideways: list[Piece] = []
    places: set[tuple[str, int, int]] = set()
    for word in seen:
        piece = word.piece(turn)
        if abs(_difference(word.drawn.angle, quarter * math.pi / 2)) > SLANT:
            if word.drawn.angle % (math.pi / 2) < SLANT:  # what is aslant is a stamp on the page
                sideways.append(piece)
            continue
        place = (piece.text, round(piece.left), round(piece.baseline))
        if place not in places and _is_on(piece, turn):
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
        sum(left < (piece.left + piece.right) / 2 < right for piece in sideways),
        len(words) - len(seen),
        sights.count(Sight.PART),
        notes.undrawn,
    )


class _Place(NamedTuple):
    """Where a word stands in the file: where its first letter begins, and the box around its first and last letter."""

    origin: tuple[float, float]
    box: Box


class _Word(NamedTuple):
    text: str
    drawn: Drawn
    place: _Place
    follows_space: bool

    @property
    def seen_at(self) -> Seen:
        return Seen(self.place.box, self.drawn.ink, self.drawn.address)

    def piece(self, turn: _Turn) -> Piece:
        box = self.place.box
        one, _ = turn.at(box.left, box.bottom)
        other, _ = turn.at(box.right, box.top)
        _, baseline = turn.at(*self.place.origin)
        return Piece(self.text, min(one, other), max(one, other), baseline, self.drawn.style, self.follows_space)


def _words(text_page: PdfTextPage) -> list[_Word]:
    """The words of a page in the order of the file, cut where the style changes."""
    import pypdfium2.raw as pdfium

    raw = text_page.raw
    letters = _letters(text_page)
    join_accents(raw, letters)
    object_at = pdfium.FPDFText_GetTextObject
    drawn: dict[int, Drawn] = {}
    fonts: dict[int, tuple[bool, bool]] = {}
    words: list[_Word] = []
    start, current, follows_space = 0, 0, True

    def close(end: int) -> None:
        text = "".join(letters[start:end]).replace(HYPHENS[0], "-").replace(HYPHENS[1], "-")
        if text:
            if ARABIC.search(text):
                text = _with_ligatures(raw, start, text)
            place = _Place(origin_of(raw, start), _box_around(raw, start, end - 1))
            word = _Word(text, drawn[current], place, follows_space)
            words.extend(_parted(raw, letters, start, end, word) if FIGURE.search(text) else (word,))

    for index, letter in enumerate(letters):
        if letter.isspace():
            close(index)
            start, follows_space = index + 1, True
            continue
        handle = object_at(raw, index)
        key = ctypes.addressof(handle.contents) if handle else 0
        if key != current or index == start:
            if key not in drawn:
                drawn[key] = _drawn(raw, index, handle, key, fonts)
            if index > start:
                close(index)
                start, follows_space = index, False
            current = key
        if letter in HYPHENS:
            close(index + 1)
            start, follows_space = index + 1, True
    close(len(letters))
    return words


def _box_around(raw: Any, first: int, last: int) -> Box:
    """The box around two letters of a word, and so around what is between them."""
    one = box_of(raw, first)
    if first == last:
        return one
    other = box_of(raw, last)
    return Box(
        min(one.left, other.left),
        min(one.bottom, other.bottom),
        max(one.right, other.right),
        max(one.top, other.top),
    )


def _with_ligatures(raw: Any, start: int, word: str) -> str:
    """An Arabic word with the letters of its ligatures in their order, which pdfium turns round."""
    boxes = [box_of(raw, start + index) for index in range(len(word))]
    groups = groupby(range(len(word)), key=lambda index: boxes[index])
    return "".join("".join(word[index] for index in reversed(list(group))) for _, group in groups)


def _parted(raw: Any, letters: list[str], start: int, end: int, word: _Word) -> Iterator[_Word]:
    """A word in parts, where figures of the font itself stand high or low in it, at the size of the text."""
    size = word.drawn.style.size
    if word.drawn.angle or size <= 0:
        yield word
        return
    _, baseline = word.place.origin
    heights = [_height(raw, index, letters[index], baseline, size) for index in range(start, end)]
    if not any(heights):
        yield word
        return
    small = replace(word.drawn, style=replace(word.drawn.style, size=round(size * LIFTED_SIZE * 2) / 2))
    for height, group in groupby(range(start, end), key=lambda index: heights[index - start]):
        indices = list(group)
        first, last = indices[0], indices[-1]
        x, y = origin_of(raw, first)
        yield _Word(
            "".join(letters[first : last + 1]),
            small if height else word.drawn,
            _Place((x, y + height * LIFTED * 1.5 * size), _box_around(raw, first, last)),
            word.follows_space and first == start,
        )


def _height(raw: Any, index: int, letter: str, baseline: float, size: float) -> int:
    """1 for a letter that stands high, -1 for one that stands low, else 0."""
    import pypdfium2.raw as pdfium

    if not letter.isalnum():
        return 0
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top):
        return 0
    foot = (bottom.value - baseline) / size
    if foot > LIFTED:
        return 1
    return -1 if letter.isdigit() and foot < SUNK and (top.value - bottom.value) / size < LOW else 0


def _letters(text_page: PdfTextPage) -> list[str]:
    """One string for each letter; U+FFFD for one that the file gives no character for."""
    import pypdfium2.raw as pdfium

    count = text_page.count_chars()
    buffer = ctypes.create_string_buffer(2 * count + 2)
    pdfium.FPDFText_GetText(text_page.raw, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    text = buffer.raw[: 2 * count].decode("utf-16-le", "replace")
    if len(text) == count and "\x00" not in text and "\ufffd" not in text:
        return list(text)
    codes = [pdfium.FPDFText_GetUnicode(text_page.raw, index) for index in range(count)]
    letters = [chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd" for code in codes]
    for index, (high, low) in enumerate(pairwise(codes)):
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:  # the two halves of one character, as UTF-16 has it
            letters[index] = chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            letters[index + 1] = ""
    return [unicodedata.normalize("NFKC", letter) if letter in MATH_LETTERS else letter for letter in letters]


def _drawn(raw: Any, index: int, handle: Any, address: int, fonts: dict[int, tuple[bool, bool]]) -> Drawn:
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(raw, index, matrix)
    size = pdfium.FPDFText_GetFontSize(raw, index)
    height = abs(size) * math.hypot(matrix.c, matrix.d) or abs(size)
    flipped = math.copysign(1.0, size or 1.0)
    angle = math.atan2(matrix.b * flipped, matrix.a * flipped)
    is_bold = is_italic = False
    if handle:
        font = pdfium.FPDFTextObj_GetFont(handle)
        key = ctypes.addressof(font.contents) if font else 0
        if key not in fonts:
            fonts[key] = _weight_and_slope(font)
        is_bold, is_italic = fonts[key]
    style = Style(round(height * 2) / 2, is_bold, is_italic)
    return Drawn(style, angle, ink_of(raw, index, handle, height), address)


def _weight_and_slope(font: Any) -> tuple[bool, bool]:
    import pypdfium2.raw as pdfium

    if not font:
        return False, False
    buffer = ctypes.create_string_buffer(256)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", "replace")
    flags = pdfium.FPDFFont_GetFlags(font)
    is_bold = bool(BOLD_NAME.search(name)) or bool(flags > 0 and flags & FORCE_BOLD)
    return is_bold, bool(ITALIC_NAME.search(name)) or bool(flags > 0 and flags & ITALIC)


def _quarter_of_most(words: list[_Word], rotation: int) -> int:
    """How far most of the text is turned in the file, in quarter turns; without text, the page's own rotation."""
    turns: Counter[int] = Counter()
    for word in words:
        quarters = word.drawn.angle / (math.pi / 2)
        if abs(quarters - round(quarters)) * math.pi / 2 <= SLANT:
            turns[round(quarters) % 4] += len(word.text)
    return turns.most_common(1)[0][0] if turns else rotation // 90 % 4


def _difference(angle: float, other: float) -> float:
    return (angle - other + math.pi) % (2 * math.pi) - math.pi


def _is_on(piece: Piece, turn: _Turn) -> bool:
    """Whether any of a piece is inside what shows of the page."""
    return piece.right > 0 and piece.left < turn.width and 0 < piece.baseline < turn.height + piece.size / 2
