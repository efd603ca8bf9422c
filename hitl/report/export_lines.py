"""Breaking text into the lines of a page.

fpdf2's own `multi_cell` measures and copies character by character, which takes eight seconds for a megabyte; this
measures every word once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from hitl.report.export_bidi import RIGHT_TO_LEFT, joined, runs_right_to_left, visual_order
from hitl.report.export_blocks import Run
from hitl.report.export_fonts import CODE_STYLE, Face, Faces

POINT = 25.4 / 72
"""In millimetres."""
TAB = " " * 4
INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
"""What a page shows nothing of: control characters, joiners, marks of direction, variants of a character."""
SPACES = re.compile("[\u1680\u2000-\u200a\u2028\u2029\u205f\u3000]")
BREAKABLE = (
    "\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
"""Where a line may end after any character: Chinese, Japanese, Korean, and pictures."""
TOKEN = re.compile(f"\n| +|[{BREAKABLE}]|[^ \n{BREAKABLE}]+")


def shown(text: str) -> str:
    """A text as the characters that a page shows of it."""
    if text.isascii():
        return INVISIBLE.sub("", text.replace("\t", TAB))
    text = INVISIBLE.sub("", SPACES.sub(" ", unicodedata.normalize("NFC", text.replace("\t", TAB))))
    return joined(text)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one style in one font, without a place yet."""

    text: str
    face: Face
    width: float
    """In thousandths of the size of the font."""
    run: Run


@dataclass(frozen=True)
class Line:
    pieces: tuple[Piece, ...]
    """From left to right."""
    right_to_left: bool
    """Whether its paragraph runs that way."""

    @property
    def width(self) -> float:
        return sum(piece.width for piece in self.pieces)


@dataclass
class Typesetter:
    """Knows the fonts, and how wide every word is."""

    faces: Faces
    replaced: dict[int, str] = field(default_factory=dict)
    """What stands for characters that no font has, by their code."""
    known: dict[tuple[str, str], tuple[Piece, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, faces: Faces, text: str) -> tuple[Typesetter, int]:
        """A typesetter for a text, and how many of its characters are in no font."""
        counted = Counter(shown(text))
        missing = {character for character in counted if character != "\n" and faces.of(character, "") is None}
        shapes = {character: unicodedata.normalize("NFKC", character) for character in missing if _is_shape(character)}
        plain = {c: letters for c, letters in shapes.items() if all(faces.of(letter, "") for letter in letters)}
        box = "\u25a1" if faces.of("\u25a1", "") else "?"
        replaced = {ord(character): plain.get(character, box) for character in missing}
        return cls(faces, replaced), sum(counted[character] for character in missing - plain.keys())

    def lines(self, runs: Iterable[Run], size: float, width: float) -> list[Line]:
        """Break a paragraph into lines.

        Args:
            runs: Its text.
            size: Of the font, in points.
            width: Of the lines, in millimetres.
        """
        runs = list(runs)
        right_to_left = runs_right_to_left("".join(run.text for run in runs))
        breaker = _Breaker(width / POINT / size * 1000)
        for run in runs:
            style = CODE_STYLE if run.code else "B" * run.bold + "I" * run.italic
            for token in TOKEN.findall(shown(run.text).translate(self.replaced)):
                breaker.add(
                    token, [Piece(piece.text, piece.face, piece.width, run) for piece in self._pieces(token, style)]
                )
        return [self._ordered(line, right_to_left) for line in breaker.finished()]

    def _pieces(self, token: str, style: str) -> tuple[Piece, ...]:
        """A word in the fonts that have its characters; usually one."""
        if (key := (token, style)) not in self.known:
            letters = ((letter, self.faces.of(letter, style)) for letter in token)
            run = Run("")
            pieces = (Piece(letter, face, face.widths[letter], run) for letter, face in letters if face)
            self.known[key] = tuple(merged(pieces))
        return self.known[key]

    def _ordered(self, line: Sequence[Piece], right_to_left: bool) -> Line:
        """A line from left to right, as it is to be seen."""
        text = "".join(piece.text for piece in line)
        if not right_to_left and not RIGHT_TO_LEFT.search(text):
            return Line(tuple(merged(line)), right_to_left)
        owners = [piece for piece in line for _ in piece.text]
        pieces = []
        for index, character in visual_order(text, right_to_left):
            owner = owners[index]
            face = owner.face if character in owner.face.widths else self.faces.of(character, "") or owner.face
            pieces.append(Piece(character, face, face.widths.get(character, 0), owner.run))
        return Line(tuple(merged(pieces)), right_to_left)


class _Breaker:
    """Fills lines with words."""

    def __init__(self, width: float) -> None:
        self.width = width
        """Of a line, in thousandths of the size of the font."""
        self.lines: list[list[Piece]] = []
        self.line: list[Piece] = []
        self.used = 0.0
        self.spaces: list[Piece] = []
        """Between the line and the next word; they vanish when that begins a new line."""
        self.word: list[Piece] = []

    def add(self, token: str, pieces: Sequence[Piece]) -> None:
        """Take a line break, spaces, or a part of a word."""
        if token == "\n":
            self._end_word()
            self._end_line()
        elif token[0] == " ":
            self._end_word()
            self.spaces += pieces
        else:
            breaks = re.match(f"[{BREAKABLE}]", token)
            if breaks:
                self._end_word()
            self.word += pieces
            if breaks:
                self._end_word()

    def finished(self) -> list[list[Piece]]:
        self._end_word()
        self._end_line()
        return self.lines

    def _end_word(self) -> None:
        if not self.word:
            return
        wide, between = _width(self.word), _width(self.spaces)
        if self.line and self.used + between + wide > self.width:
            self._end_line()
            between = 0.0
        self.line += self.spaces
        self.used += between
        if self.used + wide <= self.width:
            self.line += self.word
            self.used += wide
        else:
            self._fill(self.word)
        self.word, self.spaces = [], []

    def _fill(self, word: Sequence[Piece]) -> None:
        """Break a word that is longer than a line wherever the line ends."""
        for piece in word:
            for letter in piece.text:
                width = piece.face.widths[letter]
                if self.line and self.used + width > self.width:
                    self._end_line()
                self.line.append(Piece(letter, piece.face, width, piece.run))
                self.used += width

    def _end_line(self) -> None:
        self.lines.append(self.line)
        self.line, self.spaces, self.used = [], [], 0.0


def merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one style as one piece."""
    texts: list[str] = []
    width, first = 0.0, None
    for piece in pieces:
        if first and (piece.face is not first.face or piece.run is not first.run):
            yield Piece("".join(texts), first.face, width, first.run)
            texts, width, first = [], 0.0, None
        first = first or piece
        texts.append(piece.text)
        width += piece.width
    if first:
        yield Piece("".join(texts), first.face, width, first.run)


def _width(pieces: Iterable[Piece]) -> float:
    return sum(piece.width for piece in pieces)


def _is_shape(character: str) -> bool:
    """Whether it is the shape of an Arabic letter, which stands for the letter."""
    return "\ufb50" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc"
