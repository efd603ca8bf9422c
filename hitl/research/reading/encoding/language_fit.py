"""How well a text fits a language: the logarithm of its likelihood, by letters, pairs of letters and common words.

Bytes that are read in a wrong encoding turn into letters that a language has not, or has not beside each other, into
signs inside words, into capitals after small letters, or into rare characters. Words of ASCII are the same in almost
all encodings, so that they tell the language only up to a point: a name of any language may stand in an English text.
The statistics come from the stop words of `stopwordsiso` and from alphabets; they need no corpus, and tell short texts
apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import log

from hitl.research.reading.encoding.alphabets import ALPHABETS, COMMON, FOREIGN, WORDS

LETTER = r"[^\W\d_\xb5\xb2\xb3\xb9\xbc-\xbe\u2070-\u218f\u2460-\u24ff]"
TOKEN = re.compile(rf"{LETTER}+(?:[\u0300-\u036f\u0591-\u05c7\u064b-\u0652]+{LETTER}*)*|[\s\S]")
BEGINS_WORD = re.compile(LETTER)
TYPOGRAPHIC = frozenset("“”„‚‘’«»‹›–—…•·§°€£©®™±×½²³¿¡\xa0\xad№ªº´′″、。，：；？！（）「」『』《》〈〉・　ー～")
MICRO = "µ"
UNIT = frozenset("AFHJLMNPSVWbceghklmrstuΩ")
"""Letters with which a unit begins, behind the sign for a millionth."""
BESIDE_DIGITS = frozenset("¥¢÷")
"""Signs that stand in a text as others of typography do, but only with a number."""
OPENING = frozenset("“„«‘‹¿¡")
REPLACED = "\ufffd"
INSIDE_WORDS = frozenset("’'·-\xad\u200c\u200d\u0640")
STOP_WORDS_SHARE = 0.35
"""Share of the words of an ordinary text that are stop words, at the least."""
PAIRS, LETTERS, ALPHABET = 0.6, 0.3, 0.0999
"""Weights of what predicts a letter: the letter before it, its frequency, that it is one of the alphabet."""
FOREIGN_LETTER, UNKNOWN_LETTER = 1e-4, 1e-6
PLAIN_SIGN, TYPOGRAPHIC_SIGN, OTHER_SIGN, SIGN_IN_WORD, CONTROL = -3.0, -6.0, -12.0, -14.0, -20.0
MICRO_SIGN = -10.0
"""For the first unit with the sign for a millionth; a text that has one has others."""
CAPITAL_INSIDE = -9.0
"""For a capital after a small letter."""
OTHER_SCRIPT = -14.0
SCRIPT_INSIDE = -10.0
"""For a letter after one of another script in a word."""
OTHER_LANGUAGE = -8.0
"""For a text in which some words are of another language than the others."""
ANY_LETTER = -8.0
"""For a letter of a script of which nothing is known here."""
LONGEST_WORD = 60
"""Letters of a word that are looked at."""

SCRIPTS = (
    (0x0000, "Latin"), (0x0370, "Greek"), (0x0400, "Cyrillic"), (0x0530, "Armenian"), (0x0590, "Hebrew"),
    (0x0600, "Arabic"), (0x0700, "other"), (0x0900, "Indic"), (0x0E00, "Thai"), (0x0E80, "other"),
    (0x1100, "Hangul"), (0x1200, "other"), (0x1E00, "Latin"), (0x1F00, "Greek"), (0x2000, "other"), (0x2C60, "Latin"),
    (0x2C80, "other"), (0x3040, "Han"), (0x3100, "other"), (0x3130, "Hangul"), (0x3190, "other"), (0x3400, "Han"),
    (0xA000, "other"), (0xAC00, "Hangul"), (0xD7B0, "other"), (0xF900, "Han"), (0xFB00, "Latin"), (0xFB1D, "Hebrew"),
    (0xFB50, "Arabic"), (0xFE00, "other"), (0xFE70, "Arabic"), (0xFF00, "Han"), (0xFFA0, "Hangul"), (0xFFE0, "other"),
)  # fmt: skip
"""First character of each range of scripts; kana counts as Han."""
LANGUAGES = {
    "Latin": (
        "en de fr es it pt nl da no sv fi is ca gl eu ga af id sw tl pl cs sk hu hr sl ro sq tr ku lt lv et vi".split()
    ),
    "Cyrillic": "ru uk be bg sr mk".split(),
    "Greek": ["el"],
    "Hebrew": ["he"],
    "Arabic": ["ar", "fa", "ur"],
    "Thai": ["th"],
    "Han": ["zh", "zh-hant", "ja"],
    "Hangul": ["ko"],
}


@dataclass(frozen=True)
class Fit:
    """How well a text fits the language that it fits best."""

    likelihood: float
    """Natural logarithm."""
    language: str
    """ISO 639-1; empty for a script of which nothing is known."""


def best_fit(text: str, languages: Iterable[str] = ()) -> Fit:
    """The fit of a text to the best of some languages.

    Args:
        text: The text; some thousand characters tell enough.
        languages: Those to try; by default those of the script of most of its letters.
    """
    tokens = Counter(TOKEN.findall(unicodedata.normalize("NFC", text)))
    signs = _signs(text)
    tried = list(languages) or LANGUAGES.get(_script_of_most(tokens), [""])
    fits = (Fit(signs + _words(tokens, language), language) for language in tried)
    return max(fits, key=lambda fit: fit.likelihood)


def _script_of_most(tokens: Counter[str]) -> str:
    scripts: Counter[str] = Counter()
    for token, times in tokens.items():
        if token[0].isalpha():
            scripts[script_of(token[0])] += times * len(token)
    return scripts.most_common(1)[0][0] if scripts else "Latin"


@cache
def script_of(character: str) -> str:
    code = ord(character)
    return next((name for first, name in reversed(SCRIPTS) if code >= first), "other")


def _signs(text: str) -> float:
    """The likelihood of what is no letter, which no language changes."""
    total = 0.0
    before, here = " ", " "
    has_units = False
    for after in [*text, " "]:
        if here == MICRO or not (here.isalpha() or (here < "\x80" and here >= " ") or here in "\n\t\r"):
            likelihood = _sign(before, here, after)
            if likelihood == MICRO_SIGN:
                likelihood = PLAIN_SIGN if has_units else MICRO_SIGN
                has_units = True
            total += likelihood
        before, here = here, after
    return total


def _sign(before: str, sign: str, after: str) -> float:
    if sign == MICRO:
        return MICRO_SIGN if after in UNIT and not before.isalpha() else SIGN_IN_WORD
    if sign in BESIDE_DIGITS and (before.isdigit() or after.isdigit()):
        return TYPOGRAPHIC_SIGN
    category = unicodedata.category(sign)
    if sign == REPLACED or (category[0] == "C" and sign not in INSIDE_WORDS):
        return CONTROL
    if category[0] == "M":
        is_on_letter = before.isalpha() or unicodedata.category(before)[0] == "M"
        return PLAIN_SIGN if is_on_letter and script_of(sign) in ("Latin", script_of(before)) else CONTROL
    is_inside = before.isalpha() and after.isalpha() and sign not in INSIDE_WORDS and script_of(before) != "Han"
    if is_inside and sign not in "–—…":
        return SIGN_IN_WORD
    if sign in OPENING and before.isalpha():
        return SIGN_IN_WORD
    if sign in "–—" and before.isspace() != after.isspace():
        return OTHER_SIGN
    return TYPOGRAPHIC_SIGN if sign in TYPOGRAPHIC else OTHER_SIGN


def _words(tokens: Counter[str], language: str) -> float:
    """The likelihood of all words and of plain signs.

    Words of ASCII are the same in all encodings: they tell the language, but may also be of another one.
    """
    plain = {token: times for token, times in tokens.items() if token.isascii()}
    words = {token: times for token, times in plain.items() if token.isalpha()}
    total = sum(times * PLAIN_SIGN for token, times in plain.items() if token not in words)
    total += max(_likelihood(words, language), _best_likelihood(tuple(words.items())) + OTHER_LANGUAGE)
    others = {token: times for token, times in tokens.items() if token not in plain and BEGINS_WORD.match(token)}
    return total + _likelihood(others, language)


def _likelihood(words: Mapping[str, int], language: str) -> float:
    return sum(times * _word(word[:LONGEST_WORD], language) for word, times in words.items())


@lru_cache(maxsize=8)
def _best_likelihood(words: tuple[tuple[str, int], ...]) -> float:
    """The likelihood of words of ASCII, each with its number, in the language that they fit best."""
    return max(_likelihood(dict(words), language) for language in LANGUAGES["Latin"])


@cache
def _characters(language: str) -> frozenset[str]:
    return frozenset(COMMON[language])


def _word(word: str, language: str) -> float:
    if not language:
        return sum(ANY_LETTER if script_of(letter) == script_of(word[0]) else OTHER_SCRIPT for letter in word)
    if language in COMMON:
        return sum(_character(letter, language) for letter in word)
    model = _model(language)
    folded = word.lower()
    total = model.word(folded)
    if not word.islower() and not word.isupper():
        total += CAPITAL_INSIDE * sum(a.islower() and b.isupper() for a, b in pairwise(word))
    return total if word.isascii() else total + SCRIPT_INSIDE * _script_changes(word)


@lru_cache(maxsize=4096)
def _script_changes(word: str) -> int:
    """How many letters of a word follow one of another script."""
    return sum(script_of(a) != script_of(b) for a, b in pairwise(word) if a.isalpha() and b.isalpha())


def _character(letter: str, language: str) -> float:
    """The likelihood of a character of Chinese, Japanese or Korean."""
    if letter < "\x80":
        return -4.5
    script = script_of(letter)
    if language == "ko":
        if script != "Hangul":
            return -12.0
        return -5.3 if letter in _characters("ko") else -8.0 if _is_encoded(letter, "euc_kr", 0xB0, 0xC8) else -13.0
    if script != "Han":
        return OTHER_SCRIPT
    if "\u3040" <= letter <= "\u30ff":
        return (-4.0 if letter < "\u30a0" else -5.0) if language == "ja" else -12.0
    if letter >= "\uff00":  # full and half width
        return -9.0 if letter < "\uff60" else -11.0
    if letter in _characters(language):
        return -6.3 if language != "ja" else -7.0
    codec, first, last = {"zh": ("gb2312", 0xB0, 0xD7), "zh-hant": ("big5", 0xA4, 0xC6), "ja": ("euc_jp", 0xB0, 0xCF)}[
        language
    ]
    return -9.5 if _is_encoded(letter, codec, first, last) else -13.0


@cache
def _is_encoded(letter: str, codec: str, first: int, last: int) -> bool:
    """Whether a character is one of the common ones of a national standard, by the first byte of its code."""
    try:
        return first <= letter.encode(codec)[0] <= last
    except UnicodeEncodeError:
        return False


class _Model:
    """The letters of a language, as its common words have them."""

    def __init__(self, language: str) -> None:
        from stopwordsiso import stopwords  # 1 MB of words that only files in a strange encoding need

        alphabet = frozenset(ALPHABETS[language])
        is_latin = not alphabet or script_of(next(iter(alphabet))) == "Latin"
        self.alphabet = alphabet | frozenset("abcdefghijklmnopqrstuvwxyz" if is_latin else "")
        words = {word.lower() for word in (*stopwords(language), *WORDS.get(language, "").split())}
        self.words = {word for word in words if word and self.alphabet.issuperset(word)}
        self.of_a_word = STOP_WORDS_SHARE / max(len(self.words), 1)
        self.foreign = frozenset(FOREIGN if is_latin else "abcdefghijklmnopqrstuvwxyz")
        self.letters: Counter[str] = Counter()
        pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for word in self.words:
            self.letters.update(word)
            for before, letter in zip(f" {word}", word, strict=False):
                pairs[before][letter] += 1
        self.pairs = dict(pairs)
        self.totals = {before: sum(letters.values()) for before, letters in pairs.items()}
        self.total = max(sum(self.letters.values()), 1)
        self._known: dict[str, float] = {}

    def word(self, word: str) -> float:
        """The likelihood of a word in small letters."""
        known = self._known.get(word)
        if known is None:
            spelled = sum(self._letter(a, b) for a, b in zip(f" {word}", word, strict=False))
            is_stop_word = word in self.words and len(word) > 1
            known = log(self.of_a_word) if is_stop_word and log(self.of_a_word) > spelled else spelled
            self._known[word] = known
        return known

    def _letter(self, before: str, letter: str) -> float:
        if letter in self.alphabet:
            rest = ALPHABET / len(self.alphabet)
        elif letter in self.foreign:
            rest = FOREIGN_LETTER
        else:
            rest = UNKNOWN_LETTER if script_of(letter) == script_of(before) else UNKNOWN_LETTER / 10
        pair = self.pairs[before][letter] / self.totals[before] if before in self.pairs else 0.0
        return log(PAIRS * pair + LETTERS * self.letters[letter] / self.total + rest)


@cache
def _model(language: str) -> _Model:
    return _Model(language)
