"""Characters that do not show, and texts with them: what is taken out, and what scripts and emoji need."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping

from hypothesis import strategies as st

from hitl.text import normalize

IGNORABLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""The characters that Unicode lets a program ignore when it shows a text (Default_Ignorable_Code_Point)."""
OTHERS_UNSEEN = frozenset("\u2800\ufff9\ufffa\ufffb\ufffc")
"""The empty cell of Braille, marks of notes between the lines, and the place of an object."""
UNSEEN = [chr(code) for first, last in IGNORABLE for code in range(first, last + 1)] + sorted(OTHERS_UNSEEN)
IS_UNSEEN = frozenset(UNSEEN)


def shows(character: str) -> bool:
    """Whether a character is a letter, a mark, a figure, a sign, a space or one of a font's own, by Unicode's lists."""
    return character not in IS_UNSEEN and unicodedata.category(character) not in ("Cc", "Cs", "Cn")


def all_shown() -> list[str]:
    """Every character that shows."""
    return [character for code in range(sys.maxunicode + 1) if shows(character := chr(code))]


TEXTS = st.lists(
    st.one_of(st.sampled_from(UNSEEN), st.sampled_from("a1é漢한ب\u094dक☀👩❤🏴\u0301 "), st.characters())
).map("".join)

NEEDED: Mapping[str, str] = {
    "a family": "👩\u200d👩\u200d👧",
    "a heart on fire": "❤\ufe0f\u200d🔥",
    "a colour of skin before a joiner": "👩🏽\u200d💻",
    "a flag of two emoji": "🏳\ufe0f\u200d🌈",
    "the flag of Scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "the flag of Texas": "🏴\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f",
    "a key": "1\ufe0f\u20e3",
    "variants as text and as emoji": "☎\ufe0e ☎\ufe0f ©\ufe0f",
    "Persian": "می\u200cخواهم",
    "an Arabic letter in the shape of a beginning": "ه\u200d",
    "Hindi": "क्\u200dष",
    "Hindi, apart": "क्\u200cष",
    "Malayalam, at the end of a word": "അവന്\u200d",
    "Bengali": "শ্রী র\u200d্য",
    "Sinhala": "ක්\u200dරම",
    "Mongolian": "ᠠ\u180bᠨ\u180eᠠ",
    "a variant of a Chinese character": "葛\U000e0100城",
    "fillers of old Hangul": "ᄒ\u1160 \u115fᅡ",
    "Arabic signs that look like controls to Unicode": "\u0600١٢ \u06dd",
    "a variant of a sign of mathematics": "≨\ufe00",
    "a joiner that our own normalizing puts in": normalize("a" + "\u0301" * 40),
    "marks of many scripts": "Ω\u0302 ๆ ཀྵ မြန်မာ ខ្មែរ 한국어 עִבְרִית",
}
"""Texts in which everything is needed, by what they are."""

TAKEN_OUT: Mapping[str, tuple[str, str]] = {
    "breaks of a line that did not happen": ("co\u00adop\u200ber\u2060ate\ufeff", "cooperate"),
    "joiners between Latin letters": ("pay\u200cpal pay\u200dpal", "paypal paypal"),
    "variants of figures that are no keys": ("1\ufe0f2\ufe0f", "12"),
    "variants of letters": ("a\ufe0f\ufe0f", "a"),
    "a second variant of one character": ("漢\ufe00\ufe00\U000e0100", "漢\ufe00"),
    "an override of direction": ("\u202efdp.exe\u202c", "fdp.exe"),
    "isolates and marks of direction": ("\u2067שלום\u2069 \u200fabc\u200e\u061c", "שלום abc"),
    "letters that show as a blank": ("a\u3164b\uffa0c\u2800d", "a b c d"),
    "fillers of Hangul among Latin letters": ("a\u115fb\u1160", "a b "),
    "times and of, which formulas leave out": ("2\u2062x\u2061", "2x"),
    "notes between the lines": ("a\ufff9b\ufffac\ufffb", "abc"),
    "controls that nobody uses any more": ("a\u206ab\u180ec\u034fd\u17b4e", "abcde"),
    "controls of music and of shorthand": ("\U0001d173\U0001d17a\U0001bca0♪", "♪"),
    "controls and what is no character": ("a\x00b\x07c\x7fd\ufdd0e\uffff", "abcde"),
    "quotation marks of Windows in the place of controls": ("it\x92s \x93so\x94", "it’s “so”"),
    "a flag of nowhere": ("🏴\U000e0068\U000e0069\U000e007f", "🏴"),
    "tags that spell a word": ("x\U000e0068\U000e0069", "x"),
    "joiners beside emoji that join nothing": ("👩\u200d a\u200d👧", "👩 a👧"),
    "a Persian non-joiner at the end of a word": ("می\u200c خواهم", "می خواهم"),
    "a second joiner": ("क\u200d\u200d\u200c्", "क\u200d्"),
}
"""Texts and what is left of them, by what they are."""


def tags(words: str) -> str:
    """Words as tags, which do not show."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in words)
