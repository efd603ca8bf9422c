"""Text that is written from right to left, put in the order and the shapes in which a page shows it.

fpdf2 does neither without a library for shaping text (uharfbuzz), and what Hebrew and Arabic need is little enough.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Blocks of scripts that run from right to left."""
PAIRS = "()[]{}<>«»‹›≤≥"
MIRRORED = dict(zip(PAIRS, "".join(PAIRS[i + 1] + PAIRS[i] for i in range(0, len(PAIRS), 2)), strict=True))
"""What is drawn the other way round inside of text from right to left (rule L4)."""
ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")


class Forms(NamedTuple):
    """The shapes of an Arabic letter, as characters of their own; empty where it has none."""

    isolated: str = ""
    final: str = ""
    initial: str = ""
    medial: str = ""

    @property
    def joins_next(self) -> bool:
        return bool(self.initial)


def runs_right_to_left(text: str) -> bool:
    """Whether a paragraph does: its first letter says so (rules P2 and P3 of Unicode's annex 9)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def visual_order(text: str, right_to_left: bool) -> list[tuple[int, str]]:
    """The characters of a line from left to right: the offset of each in the text, and the character to draw.

    A combining mark comes before its letter then, which is where the fonts for such scripts expect it.

    Args:
        text: One line.
        right_to_left: Whether its paragraph runs from right to left.
    """
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    base = TextDirection.RTL if right_to_left else TextDirection.LTR
    return [
        (
            bidi.character_index,
            MIRRORED.get(bidi.character, bidi.character) if bidi.embedding_level % 2 else bidi.character,
        )
        for bidi in BidiParagraph(text, base).get_reordered_characters()
    ]


def joined(text: str) -> str:
    """A text whose Arabic letters have the shapes that they take beside each other; lam and alef become one."""
    if not ARABIC.search(text):
        return text
    forms, ligatures = _arabic_forms()
    letters = re.sub("\u0644[\u0622\u0623\u0625\u0627]", lambda pair: ligatures.get(pair[0], pair[0]), text)
    shaped: list[str] = []
    for index, letter in enumerate(letters):
        shapes = forms.get(letter)
        if shapes is None:
            shaped.append(letter)
            continue
        after_joining = forms.get(_neighbour(letters, index, -1), Forms()).joins_next and shapes.final
        before_joining = shapes.joins_next and forms.get(_neighbour(letters, index, 1), Forms()).final
        shape = (
            shapes.medial
            if after_joining and before_joining
            else shapes.final
            if after_joining
            else shapes.initial
            if before_joining
            else shapes.isolated
        )
        shaped.append(shape or letter)
    return "".join(shaped)


def _neighbour(text: str, index: int, step: int) -> str:
    """The next character in a direction that is no combining mark; empty at the end."""
    index += step
    while 0 <= index < len(text) and unicodedata.category(text[index]) == "Mn":
        index += step
    return text[index] if 0 <= index < len(text) else ""


@cache
def _arabic_forms() -> tuple[dict[str, Forms], dict[str, str]]:
    """From Unicode's own data: the shapes of each letter and of each ligature, and the ligatures of lam and alef."""
    shapes: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBFF + 1), *range(0xFE80, 0xFEFC + 1)):
        kind, _, base = unicodedata.decomposition(chr(code)).partition(" ")
        letters = "".join(chr(int(part, 16)) for part in base.split())
        shapes.setdefault(letters, {}).setdefault(kind.strip("<>"), chr(code))
    ligatures = {
        letters: kinds["isolated"] for letters, kinds in shapes.items() if len(letters) == 2 and letters[0] == "\u0644"
    }
    forms = {letters: Forms(**kinds) for letters, kinds in shapes.items() if len(letters) == 1}
    forms |= {ligature: Forms(**shapes[letters]) for letters, ligature in ligatures.items()}
    forms["\u0640"] = Forms("\u0640", "\u0640", "\u0640", "\u0640")  # the stroke that only lengthens
    return forms, ligatures
