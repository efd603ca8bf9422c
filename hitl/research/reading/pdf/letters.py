"""The words of a page of a PDF, with their place in the file and their style.

pdfium is asked as little as possible for each letter (pdftext asks five things
and takes 11 µs a letter, which is 40 ms for a full page).
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl.research.reading.pdf.accents import box_of, join_accents, origin_of
from hitl.research.reading.pdf.outlines import Box
from hitl.research.reading.pdf.unseen import Ink, Seen, ink_of

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

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


@dataclass(frozen=True, slots=True)
class Drawn:
    """What all letters of a text object have in common."""

    style: Style
    angle: float
    """Direction of its line, in radians."""
    ink: Ink
    address: int
    """Of the text object, as pdfium has it."""


class Place(NamedTuple):
    """Where a word stands in the file: where its first letter begins, and the box around its first and last letter."""

    origin: tuple[float, float]
    box: Box


class Word(NamedTuple):
    """A word as the file has it, or a part of one that is set in one style."""

    text: str
    drawn: Drawn
    place: Place
    follows_space: bool

    @property
    def seen_at(self) -> Seen:
        return Seen(self.place.box, self.drawn.ink, self.drawn.address)


def words_of(text_page: PdfTextPage) -> list[Word]:
    """The words of a page in the order of the file, cut where the style changes."""
    import pypdfium2.raw as pdfium

    raw = text_page.raw
    letters = _letters(text_page)
    join_accents(raw, letters)
    object_at = pdfium.FPDFText_GetTextObject
    drawn: dict[int, Drawn] = {}
    fonts: dict[int, tuple[bool, bool]] = {}
    words: list[Word] = []
    start, current, follows_space = 0, 0, True

    def close(end: int) -> None:
        text = "".join(letters[start:end]).replace(HYPHENS[0], "-").replace(HYPHENS[1], "-")
        if text:
            if ARABIC.search(text):
                text = _with_ligatures(raw, start, text)
            place = Place(origin_of(raw, start), _box_around(raw, start, end - 1))
            word = Word(text, drawn[current], place, follows_space)
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


def _parted(raw: Any, letters: list[str], start: int, end: int, word: Word) -> Iterator[Word]:
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
        yield Word(
            "".join(letters[first : last + 1]),
            small if height else word.drawn,
            Place((x, y + height * LIFTED * 1.5 * size), _box_around(raw, first, last)),
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
