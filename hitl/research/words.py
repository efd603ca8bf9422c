"""Words as they are compared: lower case, without accents, stemmed, without those that say nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts that set no spaces between words: kana, Han, Hangul; each character counts as a word."""
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
SHORTENED = re.compile(r"(?:n['’]t|['’](?:s|t|d|m|ll|re|ve))(?!\w)")
"""What stands for a word of its own: `Earth's`, `don't`, `we'll`. A bare `t` would be taken for that of `T cells`."""
SIGNS = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
"""What may be more combining marks in a row than any language has."""
MOST_MARKS = 30
"""Combining marks in a row, as in the Stream-Safe Text Format: https://unicode.org/reports/tr15/."""
GRAPHEME_JOINER = "\u034f"
ACCENTED = re.compile("[\u00c0-\u024f]")
"""Latin letters that people also type without their accents."""
STOP_WORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being between both but by can could "
    "did do does doing down during each few for from further had has have having he her here hers him his how i if in "
    "into is it its itself just many me might more most much must my no nor not now of off on once only or other our "
    "out over own same shall she should so some such than that the their them then there these they this those through "
    "to too under until up us very was we were what when where which while who whom whose why will with would you "
    "your".split()
)


def words_of(text: str) -> list[str]:
    """The words of a text, in its order and in lower case; emoji are no words."""
    text = composed(text).lower()
    if "'" in text or "’" in text:
        text = SHORTENED.sub("", text)
    return WORD.findall(text)


def terms_of(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without accents, stemmed, without stop words."""
    words = [_plain(word) for word in words_of(text) if word not in STOP_WORDS]
    stems: list[str] = _stemmer().stemWords(words)
    return stems


def composed(text: str) -> str:
    """A text in Unicode's form NFC, with an invisible joiner after every thirty combining marks in a row.

    Marks are put in order, and to order a run takes the square of its length: a text of nothing else would take hours.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", SIGNS.sub(_in_short_runs, text))


def _in_short_runs(match: re.Match[str]) -> str:
    parts, marks = [], 0
    for sign in match[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks > MOST_MARKS:
            parts.append(GRAPHEME_JOINER)
            marks = 1
        parts.append(sign)
    return "".join(parts)


class Vocabulary(dict[str, int]):
    """Words by the number of their stem; a stop word has none. Each distinct word is stemmed once."""

    NO_STEM = -1

    def __init__(self) -> None:
        self.number_of_stem: dict[str, int] = {}
        self.stems: list[str] = []

    def __missing__(self, word: str) -> int:
        stem = next(iter(terms_of(word)), None)
        number = self.NO_STEM if stem is None else self.number_of_stem.setdefault(stem, len(self.stems))
        if number == len(self.stems) and stem is not None:
            self.stems.append(stem)
        self[word] = number
        return number

    def numbers(self, text: str) -> list[int]:
        """The terms of a text as numbers."""
        return [number for number in map(self.__getitem__, words_of(text)) if number >= 0]


def _plain(word: str) -> str:
    """A word without the accents of its Latin letters: `niño` as `nino`."""
    if word.isascii() or not ACCENTED.search(word):
        return word
    return "".join(part for part in unicodedata.normalize("NFD", word) if not unicodedata.combining(part))


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
