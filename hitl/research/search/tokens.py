"""Terms for comparing texts: words in one spelling, without accents, stemmed, without stop words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from hitl.research.search.joined_words import JOINED, joined_words
from hitl.text import MARKS, WORD, normalize

SHORTENED = re.compile(r"(?:n['’]t|['’](?:s|t|d|m|ll|re|ve))(?!\w)", re.IGNORECASE)
"""Contractions, as in `Earth's`, `don't`, `we'll`. They are removed, or their `t` would match the one in `T cells`."""
ASCII_WORD = re.compile("[A-Za-z0-9]+")
"""What `WORD` finds in a text of ASCII, twice as fast."""
NAME = re.compile(
    rf"(?<![^\W_])(?:[A-Za-z](?:\+\+|\#)(?![^\W_])|\.net\b|[A-Za-z]{{1,3}}&[A-Za-z]{{1,3}}(?![^\W_;])|"
    rf"\d{{1,15}}\^[-−]?\d{{1,15}}(?!\d))|{WORD.pattern}",
    re.IGNORECASE,
)
"""Words with a sign, `C#`, `C++`, `.NET`, `AT&T`, `10^6`, and all others as `WORD` finds them."""
POWER = re.compile(r"(?<=\d)[⁰¹²³⁴-⁹]+")
"""An exponent, or a note's mark that has come too close."""
NOTE = re.compile(r"(?<=[^\W\d_]{3})[⁰¹²³⁴-⁹]+$")
"""A note's mark after a word; after one or two letters it is the exponent of a unit, as in `m²`."""
ONLY_RAISED = re.compile(r"[⁰¹²³⁴-⁹]+")
WIDTHS = re.compile("[\u3200-\u33ff\uff01-\uffee]+")
"""Letters in another width, such as half-width kana, and several letters in one square."""
FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
ACCENTED = re.compile("[\u00c0-\u024f\u0370-\u03ff\u1e00-\u1fff\u0300-\u036f]")
"""Latin and Greek letters that people also type without accents."""
WITHOUT_PARTS = str.maketrans("łøđħıŧ", "lodhit") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th", ord("ð"): "d"}
"""Latin letters that Unicode does not divide into a letter and an accent."""
VOWEL_SIGNS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]"
)
"""Of Hebrew and Arabic, mostly left out, with the line that lengthens a word and invisible joiners."""
SPELLINGS = str.maketrans("أإآٱىیکё", "اااايي\u0643е")
"""Letters that are often typed as another one."""
UNSEGMENTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, which set no spaces between words."""
SYLLABLE = re.compile(rf"[^{MARKS}][{MARKS}]*")
FEW_WORDS = 2
"""Words up to which a text in capitals may consist of names: `US GDP`."""
OPERATORS = frozenset({"AND", "OR", "NOT"})
"""Capitals that are no names."""

STOP_WORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being between both but by can could "
    "did do does doing down during each few for from further had has have having he her here hers him his how i if in "
    "into is it its itself just many me might more most much must my no nor not now of off on once only or other our "
    "out over own same shall she should so some such than that the their them then there these they this those through "
    "to too under until up us very was we were what when where which while who whom whose why will with would you "
    "your".split()
)
"""Of English."""
CONTENT_WORDS = frozenset(
    "ende gott jahr jahre jahren mann mensch menschen mittel ordnung sache startseite suche tag tage tagen teil uhr "
    "zeit zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dritte dritten dritter vierte vierten "
    "deux trois quatre cinq sept huit neuf dix onze douze cent vingt trente quarante cinquante soixante mille "
    "dos tres cuatro cinco seis siete ocho nueve diez días día año años tiempo trabajo trabajar partes parte lugar "
    "due tre quattro cinque sei sette otto nove dieci anni anno tempo lavoro governo persone persona casa città paese "
    "dois três quatro sete oito dez tempo ano anos lugar maioria fim "
    "twee drie vier vijf zes zeven acht negen tien tijd dag jaar wereld".split()
)
"""Words that stand among the stop words of a language and that people look for all the same."""
PARTICLES = {
    "zh": frozenset("的了是在和与及也就都而之其这那"),
    "ja": frozenset("のはがをにでとへもやか"),
    "ko": frozenset(),
    "th": frozenset(),
}
"""Stop words of languages whose terms are single characters."""
STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german", "el": "greek", "hi": "hindi",
    "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "no": "norwegian", "nn": "norwegian", "fa": "persian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "hr": "serbian", "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
"""Names of the Snowball stemmers; the words of other languages are compared as they are."""
ENGLISH = "en"


def words_of(text: str) -> list[str]:
    """The words of a text, in order and in one spelling, without contractions; emoji are no words."""
    return [word for token in tokens_of(text) if (word := _spelled(token))]


def terms_of(text: str, language: str = ENGLISH) -> list[str]:
    """The terms of a text: its words without accents, stemmed, without stop words.

    Args:
        text: A text or a query.
        language: Code of its language (ISO 639-1), or of the one that it is to be compared with.
    """
    return [term for token in tokens_of(text) if (term := term_of(token, language))]


def tokens_of(text: str) -> list[str]:
    """The words of a text as they are typed; in small letters if it is written in capitals throughout."""
    text = in_one_width(text)
    if "'" in text or "’" in text:
        text = SHORTENED.sub("", text)
    if text.isupper() and text.count(" ") >= FEW_WORDS:
        text = text.lower()
    if "#" in text or "&" in text or "^" in text or "++" in text or ".n" in text or ".N" in text:
        return NAME.findall(normalize(text))
    if text.isascii():
        return ASCII_WORD.findall(text)
    text = normalize(text)
    tokens = WORD.findall(text)
    if UNSEGMENTED.search(text):
        tokens = [part for token in tokens for part in divided_word(token)]
    return tokens


def in_one_width(text: str) -> str:
    """A text whose kana and Latin letters have their usual width; offsets change."""
    return text if text.isascii() else WIDTHS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def marked_term(letters: str, language: str = ENGLISH) -> str:
    """The term of a joined word, written without its signs; empty for a stop word. See `joined_words`."""
    term = term_of(letters, language)
    return f"{JOINED}{term}" if term else ""


def term_of(token: str, language: str = ENGLISH) -> str:
    """The term of a word as it is typed; empty for a stop word."""
    is_name = len(token) > 1 and token.isascii() and token.isupper() and token not in OPERATORS
    if language in ("tr", "az"):
        token = token.replace("I", "ı").replace("İ", "i")
    word = _spelled(token)
    if word in stop_words(language) and not is_name:
        return ""
    stemmer = _stemmer(STEMMERS.get(language, ""))
    if language == ENGLISH:
        stem: str = stemmer.stemWord(_plain(word))
        return stem
    return _plain(stemmer.stemWord(VOWEL_SIGNS.sub("", word)) if stemmer else word)


@cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of a language; none if it is not known."""
    if language == ENGLISH:
        return STOP_WORDS
    if language in PARTICLES:
        return PARTICLES[language]
    import stopwordsiso  # reads 0.2 MB, which English does not need

    words = stopwordsiso.stopwords("no" if language == "nn" else language)
    return frozenset(word for word in words if any(map(str.isalpha, word))) - CONTENT_WORDS


class Vocabulary:
    """Maps words to the number of their term. Each distinct word of a language is stemmed once."""

    NO_TERM = -1
    """Number of a stop word."""

    def __init__(self) -> None:
        self.number_of_stem: dict[str, int] = {}
        self.stems: list[str] = []
        self._languages: dict[str, _Numbers] = {}

    def numbers(self, text: str, language: str = ENGLISH) -> list[int]:
        """The term numbers of a text, in text order, and then those of its joined words."""
        known = self._languages.setdefault(language, _Numbers(self, language))
        numbers = [number for number in map(known.__getitem__, tokens_of(text)) if number >= 0]
        joined = (known[JOINED + word.letters] for word in joined_words(in_one_width(text)))
        return numbers + [number for number in joined if number >= 0]

    def terms(self, text: str, language: str = ENGLISH) -> frozenset[str]:
        """The terms of a text, those of its joined words included. Words of the texts so far are not stemmed again."""
        terms = {self.term_of(token, language) for token in tokens_of(text)}
        terms.update(marked_term(word.letters, language) for word in joined_words(in_one_width(text)))
        return frozenset(terms - {""})

    def term_of(self, token: str, language: str = ENGLISH) -> str:
        """The term of a word; empty for a stop word. Words of the texts so far are not stemmed again."""
        known = self._languages.get(language)
        if known is None or token not in known:
            return term_of(token, language)
        return self.stems[known[token]] if known[token] >= 0 else ""

    def words(self) -> Iterator[str]:
        """The words of all texts so far, in one spelling, without stop words and numbers; some come more than once."""
        for known in self._languages.values():
            yield from (_spelled(token) for token, number in known.items() if number >= 0 and token.isalpha())

    def number_of(self, term: str) -> int:
        """The number of a term, which is a new one if the term is."""
        number = self.number_of_stem.setdefault(term, len(self.stems))
        if number == len(self.stems):
            self.stems.append(term)
        return number


class _Numbers(dict[str, int]):
    """The term numbers of the words of one language, as they are typed."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        self.vocabulary = vocabulary
        self.language = language

    def __missing__(self, token: str) -> int:
        is_joined = token.startswith(JOINED)
        term = marked_term(token[len(JOINED) :], self.language) if is_joined else term_of(token, self.language)
        self[token] = number = self.vocabulary.number_of(term) if term else Vocabulary.NO_TERM
        return number


def _spelled(token: str) -> str:
    """A word in one spelling: in small letters and one width, without ligatures and marks of notes.

    Exponents stay apart from what they stand on: 10⁶ is `10^6`, not 106.
    """
    if token.isascii():
        return token.lower()
    if ONLY_RAISED.fullmatch(token):
        token = f"^{token}"
    token = FRACTION.sub("^", POWER.sub(lambda match: f"^{match[0]}", NOTE.sub("", token)))
    token = unicodedata.normalize("NFKC", token).casefold()
    return unicodedata.normalize("NFC", token).replace("i\u0307", "i").strip("\u200c\u200d")


def plain_word(token: str) -> str:
    """A word as it is typed in small letters and without accents, not stemmed."""
    return _plain(_spelled(token))


def _plain(word: str) -> str:
    """A word without the accents of its Latin and Greek letters, and the vowel signs of Hebrew and Arabic."""
    if word.isascii():
        return word
    word = VOWEL_SIGNS.sub("", word).translate(SPELLINGS)
    if ACCENTED.search(word):
        parts = unicodedata.normalize("NFD", word.translate(WITHOUT_PARTS))
        word = unicodedata.normalize("NFC", "".join(part for part in parts if not "\u0300" <= part <= "\u036f"))
    return word


def divided_word(token: str) -> Iterator[str]:
    """A word as it is; of a script that sets no spaces between words, each two neighbouring syllables."""
    syllables = SYLLABLE.findall(token) if UNSEGMENTED.search(token) else []
    if len(syllables) < 2:
        yield token
    for one, other in pairwise(syllables):
        yield one + other


@cache
def _stemmer(name: str) -> Any:
    """A stemmer; None without a name."""
    import Stemmer

    return Stemmer.Stemmer(name) if name else None
