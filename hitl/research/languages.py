"""Languages: which one a text is in, and the words that sentences and search need of each.

The language is guessed by py3langid; a text in a script of one language, or of many English words, needs no model.
"""

from __future__ import annotations

import re
import threading
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

SAMPLE = 2000
"""Maximum characters of a text that are looked at: the model takes 0.3 ms for so many."""
SLICES = 5
"""Pieces of the sample, spread over a longer text, since its first page is often in another language."""
FEWEST_LETTERS = 12
"""Minimum letters for a guess by the model; a shorter text is taken for the commonest language of its script."""
ENGLISH_WORDS = frozenset("the and of to is are was that with for this it by from".split())
ENGLISH_SHARE = 0.15
"""Share of such words from which a text that also contains “the” is English."""
LATIN_WORD = re.compile(r"[^\W\d_]+")

SCRIPTS = {
    "ja": "\u3040-\u30ff\uff66-\uff9f",
    "ko": "\u1100-\u11ff\uac00-\ud7af",
    "zh": "\u3400-\u9fff",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "km": "\u1780-\u17ff",
    "am": "\u1200-\u137f",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "ru": "\u0400-\u052f",
    "ar": "\u0600-\u06ff\u0750-\u077f",
    "hi": "\u0900-\u097f",
}
"""The letters of each script but Latin, by its commonest language."""
SHARED_SCRIPTS = frozenset({"ru", "ar", "hi"})
"""Those that several languages write."""
LETTERS_OF = {language: re.compile(f"[{letters}]") for language, letters in SCRIPTS.items()}
KANA_SHARE = 0.1
"""Share of kana among the letters from which a text with Chinese characters is Japanese."""
KNOWN = (
    "en de fr es it pt nl pl ru uk cs sk sl hr sr bg mk be ro hu sv da no nn is fi et lv lt el tr az ca gl eu ga sq af "
    "ar fa ur he hi mr ne bn pa gu ta te kn ml si th lo km vi id ms tl sw zh ja ko hy ka kk am".split()
)
"""The languages among which py3langid chooses: without small ones that short texts are often mistaken for."""
SAME = {"nn": "no", "nb": "no", "sr": "hr", "bs": "hr", "mk": "bg", "be": "ru", "gl": "pt"}
"""Languages that are treated like another one."""
DATA = Path(__file__).with_suffix(".toml")
INTERNATIONAL = "international"
CAPTIONS = ("figures", "tables")
"""What their captions begin with: `Figure 3: …`"""
ABBREVIATIONS = ("before_words", "before_numbers", "endings", "others")


def language_of(text: str) -> str:
    """The language of a text as a code of ISO 639-1; English if there is too little to guess from.

    The first call for a text in Latin, Cyrillic or Arabic letters that is not plainly English loads a model (0.7 s).
    """
    return _language_of(_sample(text))


@lru_cache(maxsize=2048)
def _language_of(sample: str) -> str:
    letters = sum(map(str.isalpha, sample))
    if not sample.isascii() and (script := _script_of(sample, letters)):
        if script not in SHARED_SCRIPTS or letters < FEWEST_LETTERS:
            return script
    elif letters < FEWEST_LETTERS or _is_english(sample):
        return "en"
    language: str = _identifier().classify(sample)[0]
    return language


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    length, step = SAMPLE // SLICES, len(text) // SLICES
    return "\n".join(text[start : start + length] for start in range(0, step * SLICES, step))


def _script_of(sample: str, letters: int) -> str:
    """The commonest language of the script that most letters are of; empty for Latin."""
    counts = Counter({language: len(pattern.findall(sample)) for language, pattern in LETTERS_OF.items()})
    if counts["ja"] >= KANA_SHARE * letters > 0:
        return "ja"
    language, most = counts.most_common(1)[0]
    return language if 2 * most >= letters and most else ""


def _is_english(sample: str) -> bool:
    words = LATIN_WORD.findall(sample.lower())
    return "the" in words and sum(word in ENGLISH_WORDS for word in words) >= ENGLISH_SHARE * len(words)


_loading = threading.Lock()


def _identifier() -> Any:
    with _loading:
        return _loaded_identifier()


@cache
def _loaded_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(KNOWN)
    return identifier


@dataclass(frozen=True)
class Language:
    """The words of a language that tell where its sentences begin and end, all in lower case.

    Abbreviations are without their last stop and without spaces: `z.b`.
    """

    leaning: frozenset[str]
    """Words that point back to the sentence before when a sentence begins with them, pronouns and connectives; some
    are several words: `das gilt`."""
    only_first: frozenset[str]
    """Those that do not after another small word: `and so`, but `Son` in French `le son`."""
    starters: frozenset[str]
    """Words that begin a sentence and hardly ever follow an abbreviation, an initial or an ordinal."""
    before_words: frozenset[str]
    """Abbreviations that never end a sentence: `z.b`, `dr`."""
    before_numbers: frozenset[str]
    """Abbreviations only before a number, words elsewhere: `no. 5`."""
    endings: frozenset[str]
    """Abbreviations after which a capital begins a sentence: `etc`; one of a single letter after a number: `2020 г.`"""
    others: frozenset[str]
    """Abbreviations after which only one of the starters begins a sentence: `inc`."""
    ordinals: int
    """Digits of the longest number that an ordinal has, if a stop marks ordinals: `3. März`; else 0."""
    syllabic: bool
    """True if a word without a vowel is no abbreviation: Czech `krk`."""

    @cached_property
    def _leaning_second(self) -> frozenset[str]:
        return self.leaning - self.only_first

    def leans(self, words: Sequence[str]) -> bool:
        """True if a sentence that begins with these words, in lower case, points back: `in this case`, `if they`."""
        if any(" ".join(words[:count]) in self.leaning for count in range(1, len(words) + 1)):
            return True
        return len(words) > 1 and words[0] in self.starters and words[1] in self._leaning_second


def language_data(code: str) -> Language:
    """The words of a language; of a language that is not known, only abbreviations that are common to many."""
    return _languages().get(SAME.get(code, code)) or _languages()[INTERNATIONAL]


@cache
def caption_words() -> tuple[frozenset[str], frozenset[str]]:
    """What the captions of figures, and those of tables, begin with before their number, in all languages."""
    figures, tables = (frozenset[str]().union(*(_words(data, name) for data in _data().values())) for name in CAPTIONS)
    return figures, tables


@cache
def _languages() -> dict[str, Language]:
    common = _data()[INTERNATIONAL]
    return {code: _language(table, common) for code, table in _data().items()}


@cache
def _data() -> dict[str, dict[str, Any]]:
    return tomllib.loads(DATA.read_text("utf-8"))


def _language(table: dict[str, Any], common: dict[str, Any]) -> Language:
    own = {name: _words(table, name) for name in ABBREVIATIONS}
    listed = frozenset[str]().union(*own.values())
    leaning = _words(table, "leaning")
    return Language(
        leaning=leaning,
        only_first=_words(table, "only_first"),
        starters=leaning | _words(table, "openers"),
        **{name: own[name] | (_words(common, name) - listed) for name in ABBREVIATIONS},
        ordinals=table.get("ordinals", 0),
        syllabic=table.get("syllabic", False),
    )


def _words(table: dict[str, Any], name: str) -> frozenset[str]:
    return frozenset(word.replace("_", " ") for word in table.get(name, "").split())
