"""Characters that do not show: taken out of what is read, typed and written by a model, since nobody can approve what
nobody sees.

What scripts and emoji need stays: the joiners inside Persian and Indic words and inside emoji, the flags that are
spelled with tags, the variants of Chinese characters and of emoji, the fillers of old Hangul syllables.
Marks of direction (U+200E, U+200F, U+061C) are taken out everywhere: they show nothing, and words with them are not
found. The characters of a font's own (private use) stay, since they show as something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

WINDOWS = re.compile("[\x80-\x84\x86-\x9f]")
"""Control characters that no text means: they are what Windows' quotation marks and dashes become in Latin-1."""
BLANKS = re.compile(
    "\u115f(?![\u1161-\u11a7\ud7b0-\ud7c6])|(?<![\u1100-\u115e\ua960-\ua97c])\u1160|[\u2800\u3164\uffa0]"
)
"""Letters that show as a blank: fillers of Hangul that fill no syllable, and the empty cell of Braille."""
FILLERS = "\u115f\u1160"
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U000e0000-\U000e0fff]+"
)
"""Runs of characters that show nothing by themselves."""
PICTOGRAPH = re.compile(
    "[©®‼⁉™ℹ\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff〰〽㊗㊙\U0001f000-\U0001faff]"
)
"""What can have a variant as emoji or as text, and be joined to another emoji."""
KEYCAP = re.compile("[0-9#*]")
KEYCAP_FRAME = "\u20e3"
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
VARIED = re.compile("[\u2200-\u22ff\u2a00-\u2aff\u1000-\u109f\ua840-\ua87f\u2018-\u201d、。！，．：；？]")
"""Signs of mathematics, letters of Myanmar and Phags-pa, and punctuation that have variants of their own."""
JOINING = re.compile(
    "[\u0600-\u07ff\u0840-\u0dff\u1000-\u109f\u1780-\u18af\u1900-\u1aaf\u1b00-\u1c4f\u1cd0-\u1cff\ua840-\ua87f"
    "\ua8e0-\ua9ff\uaa00-\uaadf\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
"""Scripts in which a joiner or a non-joiner changes the shape of the letters beside it."""
CURSIVE = re.compile("[\u0600-\u07ff\u0840-\u08ff\u1820-\u18af\ufb50-\ufdff\ufe70-\ufefc\U0001e900-\U0001e95f]")
"""Those of them whose letters are joined as in handwriting, so that a joiner also shows at the end of a word."""
MONGOLIAN = re.compile("[\u1820-\u18aa]")

BLACK_FLAG = "\U0001f3f4"
FLAG_TAGS = re.compile(
    "\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073"
    "|\U000e006e\U000e0069\U000e0072)\U000e007f|\U000e0075\U000e0073[\U000e0061-\U000e007a]{2}\U000e007f"
)
"""The tags that spell England, Scotland, Wales, Northern Ireland, and the states of the USA after a black flag."""
VIRAMA = 9
"""Combining class of the sign that silences the vowel of an Indic consonant."""


def visible(text: str) -> str:
    """A text without the characters that do not show; letters that show as a blank become a space."""
    if not UNSEEN.search(text) and not BLANKS.search(text):
        return text
    return UNSEEN.sub(lambda run: "".join(_needed(run)), _with_blanks(text))


Visible = Annotated[str, AfterValidator(visible)]
"""The type of a field of a pydantic model whose characters that do not show are taken out."""


class VisiblePieces:
    """Takes out what does not show of a text that arrives in pieces.

    What stands at the end of a piece is held back until it is known what follows: a joiner shows only between letters.
    """

    def __init__(self) -> None:
        self._before = ""
        self._held = ""

    def add(self, piece: str) -> str:
        """What can be passed on of the pieces so far, and has not been."""
        text = self._held + piece
        end = len(text)
        while end and (UNSEEN.match(text, end - 1) or text[end - 1] in FILLERS):
            end -= 1
        self._held = text[end:]
        return self._visible(text[:end])

    def rest(self) -> str:
        """What is left at the end of the text."""
        text, self._held = self._held, ""
        return self._visible(text)

    def _visible(self, text: str) -> str:
        shown = visible(self._before + text)[len(self._before) :]
        self._before = (self._before + shown)[-1:]
        return shown


def unseen_runs(text: str) -> Iterator[tuple[str, str]]:
    """The runs of characters that show nothing by themselves, each with those of it that stay."""
    if UNSEEN.search(text):
        for run in UNSEEN.finditer(_with_blanks(text)):
            yield run[0], "".join(_needed(run))


def _with_blanks(text: str) -> str:
    text = WINDOWS.sub(lambda control: control[0].encode("latin-1").decode("cp1252", "ignore"), text)
    return BLANKS.sub(" ", text)


def _needed(run: re.Match[str]) -> Iterator[str]:
    """The characters of a run that emoji and scripts need where it stands, each once after what it belongs to."""
    start, end = run.span()
    before = run.string[start - 1] if start else ""
    after = run.string[end] if end < len(run.string) else ""
    if before == BLACK_FLAG and FLAG_TAGS.fullmatch(run[0]):
        yield run[0]
        return
    for character in run[0]:
        if _is_needed(character, before, after):
            yield character
            before = character


def _is_needed(character: str, before: str, after: str) -> bool:
    """Whether a character that shows nothing by itself changes what shows around it.

    Args:
        character: It.
        before: The character before it, of those that stay.
        after: The next character that shows.
    """
    match character:
        case "\u200d":  # zero-width joiner
            return _joins_emoji(before, after) or _joins_letters(before, after)
        case "\u200c":  # zero-width non-joiner
            return _is_letter_of(JOINING, before) and _is_letter_of(JOINING, after)
        case "\u034f":  # combining grapheme joiner, which `normalize` puts in
            return bool(before and after and unicodedata.combining(before) and unicodedata.combining(after))
        case "\u180e":  # Mongolian vowel separator
            return bool(MONGOLIAN.match(before) and MONGOLIAN.match(after))
        case "\u180b" | "\u180c" | "\u180d" | "\u180f":  # Mongolian variants
            return bool(MONGOLIAN.match(before))
        case "\ufe0e" | "\ufe0f":  # as text, as emoji
            is_keycap = bool(KEYCAP.match(before)) and after == KEYCAP_FRAME and character == "\ufe0f"
            return is_keycap or bool(PICTOGRAPH.match(before))
        case _ if "\ufe00" <= character <= "\ufe02":
            return bool(HAN.match(before) or (character <= "\ufe01" and VARIED.match(before)))
        case _ if "\U000e0100" <= character <= "\U000e011f":  # those that the Ideographic Variation Database names
            return bool(HAN.match(before))
        case _:
            return False


def _joins_emoji(before: str, after: str) -> bool:
    return bool((PICTOGRAPH.match(before) or before == "\ufe0f") and PICTOGRAPH.match(after))


def _joins_letters(before: str, after: str) -> bool:
    """Between letters, or where a letter shows its joined shape although it stands at an end."""
    if _is_letter_of(JOINING, before) and _is_letter_of(JOINING, after):
        return True
    shows_at_the_end = _is_letter_of(CURSIVE, before) or bool(before and unicodedata.combining(before) == VIRAMA)
    return shows_at_the_end or _is_letter_of(CURSIVE, after)


def _is_letter_of(scripts: re.Pattern[str], character: str) -> bool:
    """Whether a character is a letter of one of these scripts, or a mark on one."""
    return bool(scripts.match(character)) and unicodedata.category(character)[0] in "LM"
