"""Accents that a PDF draws by themselves over their letters, as TeX does with its old fonts: `Sum´ario`, `f¨ur`."""

from __future__ import annotations

import ctypes
import unicodedata
from itertools import islice
from typing import Any

from hitl.research.reading.pdf.outlines import Box

COMBINING = {
    "`": "\u0300",
    "´": "\u0301",
    "ˆ": "\u0302",
    "^": "\u0302",
    "˜": "\u0303",
    "~": "\u0303",
    "¯": "\u0304",
    "˘": "\u0306",
    "˙": "\u0307",
    "¨": "\u0308",
    "˚": "\u030a",
    "˝": "\u030b",
    "ˇ": "\u030c",
    "¸": "\u0327",
    "˛": "\u0328",
}
"""The sign that joins a letter, for each accent that stands by itself."""
DOTLESS = {"ı": "i", "ȷ": "j"}
REACH = 40
"""Letters before and after an accent among which its own is looked for: pdfium may put it at the end of the word."""
MOST_ACCENTS = 5000
"""Accents of a page that are looked at."""
OFF_CENTRE = 0.3
"""How far the middle of an accent may be from the middle of its letter, in widths of the letter."""
SAME_LINE = 2.0
"""Points that the baselines of an accent and its letter may be apart: higher letters have raised accents."""
NARROWEST_SPACE = 0.15
"""Gap below which no space stands between two letters, in heights of a letter."""


def box_of(raw: Any, index: int) -> Box:
    """Where a letter stands, with the room around it that its font gives it."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(raw, index, box)
    return Box(box.left, box.bottom, box.right, box.top)


def origin_of(raw: Any, index: int) -> tuple[float, float]:
    """Where a letter begins on its baseline."""
    import pypdfium2.raw as pdfium

    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
    return x.value, y.value


def join_accents(raw: Any, letters: list[str]) -> None:
    """Join the accents of a page with the letters over or under which they stand; what is taken out becomes empty."""
    accents = (index for index, letter in enumerate(letters) if letter in COMBINING)
    for index in islice(accents, MOST_ACCENTS):
        letter = letters[index]
        base = _letter_of(raw, letters, index)
        if base is None:
            continue
        letters[base] = _accented(letters[base], letter)
        letters[index] = ""
        for beside in (index - 1, index + 1):
            if 0 < beside < len(letters) - 1 and letters[beside].isspace() and _is_no_space(raw, letters, beside):
                letters[beside] = ""


def _accented(letter: str, accent: str) -> str:
    return unicodedata.normalize("NFC", DOTLESS.get(letter, letter) + COMBINING[accent])


def _letter_of(raw: Any, letters: list[str], index: int) -> int | None:
    """Index of the letter that an accent stands over; None if it stands by itself."""
    accent = box_of(raw, index)
    middle, height = (accent.left + accent.right) / 2, accent.top - accent.bottom
    _, baseline = origin_of(raw, index)
    best: int | None = None
    nearest = OFF_CENTRE
    for at in range(max(index - REACH, 0), min(index + REACH, len(letters))):
        if not letters[at].isalpha() or len(_accented(letters[at], letters[index])) > 1:
            continue
        box = box_of(raw, at)
        width = box.right - box.left
        if width <= 0 or abs(origin_of(raw, at)[1] - baseline) > max(SAME_LINE, height / 4):
            continue
        distance = abs((box.left + box.right) / 2 - middle) / width
        if distance < nearest:
            best, nearest = at, distance
    return best


def _is_no_space(raw: Any, letters: list[str], index: int) -> bool:
    """Whether the letters around a space stand so close that pdfium has only made it up for the accent between them."""
    before = next((at for at in range(index - 1, max(index - 4, -1), -1) if letters[at].strip()), None)
    after = next((at for at in range(index + 1, min(index + 4, len(letters))) if letters[at].strip()), None)
    if before is None or after is None:
        return False
    one, other = box_of(raw, before), box_of(raw, after)
    return other.left - one.right < NARROWEST_SPACE * (one.top - one.bottom) and other.right > one.right
