"""Sentences with their offsets, by rules that are the same for all languages and the words of each.

When in doubt a text is not cut: two sentences in one quote do less harm than half a sentence. The words are in
languages.toml. `sentencex`, which knows more languages, cuts `m. in.` and `2. Senat` in two, and needs minutes for a
text of nothing but opening quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from hitl.research.enclosures import Span, enclosures, is_inside, unfinished_enclosures
from hitl.research.languages import Language, language_data, language_of

LONGEST_SENTENCE = 1000
"""Characters after which a text without full stops is cut."""
MARGIN = 100
"""Characters before that length in which such a cut may be, since it is made at a space."""
LONGEST_WORD = 40
"""Characters in which the words before a full stop are looked for."""
LONGEST_UNKNOWN = 4
"""Letters up to which a word before a number is an abbreviation, in languages whose words are not known."""
LONGEST_NUMBER = 12
"""Characters of the longest number of a list item."""
LONGEST_ENCLOSURE = 600
"""Characters of a quotation, or of an insertion in brackets, that is never cut."""

CLOSERS = r"(?:[\"'”’“‘»›)\]⁰¹²³⁴-⁹」』）》〉】]|[ \u00a0\u202f]»(?!\w)|\[\d{1,3}\])*+"
"""Quotation marks, brackets and marks of notes that belong to the sentence before; French sets a space before `»`."""
END = re.compile(rf"(?P<signs>[.!?…؟।॥։።۔。！？｡]++)(?P<closers>{CLOSERS})")
"""What may end a sentence. Possessive, so that a run of signs is read once."""
GREEK_END = re.compile(END.pattern.replace("։", "։;;", 1))
"""The same in Greek, whose question mark is a semicolon."""
OPENERS = r"[\s\"'“‘„‚«‹(\[¿¡「『（《–—-]*"
"""What may stand before the first word of a sentence."""
FOLLOWING = re.compile(rf"{OPENERS}([^\W_]+|.?)", re.DOTALL)
"""The first word after the end of a sentence, or the sign that stands there instead."""
UNSPACED_ENDS = frozenset("。！？｡")
"""After these no space is set."""
OPENING_QUOTES = frozenset("“„«「『\"'")
CLOSING_QUOTES = frozenset("”’»」』\"'")
GOES_ON_AFTER_QUOTE = re.compile(r"(?:って|[とがをにはのもでや、，,]|など)")
"""What follows a Japanese quotation in its own sentence."""
NUMBER = re.compile(r"\d|[IVXLC]{1,6}(?!\w)|[^\W\d_](?!\w)|[§№#]")
"""What an abbreviation such as `art` stands before: figures, Roman ones, a single letter."""
LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[^\W\d_]|[ivxlcIVXLC]{1,6})\)?")
MOST_PARTS = 3
"""Of an abbreviation, besides its last one: `i. d. R.`"""
SHORT_PART = re.compile(r"[^\W\d_]{1,3}\.")
BEFORE_LETTERS = frozenset(".:;,)")
BEFORE_NUMBERS = frozenset(":;")
"""Signs after which a letter or a number is that of a list within the sentence: `false: 1. That … 2. That …`"""
ROMAN = re.compile(r"[IVXLC]{2,}")
NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{2,5}")
"""A word of Latin consonants is an abbreviation, unless it is written in capitals."""
SHORT_NAME = re.compile(
    r"[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{0,3}[b-df-hj-np-tv-xzçñß]|"
    r"Ala|Colo|Fla|Ga|Ky|La|Me|Mo|Okla|Ore|Pa|Va|Wyo|Atty|Cty"
)
"""What may be a title, a month or a state that was cut short, such as `Adm` and `Calif`, or a short name."""
NEAR = 10_000
"""Characters before and after it in which such a word is looked for without a stop: then it is not cut short."""
UNCASED = re.compile("[\u10d0-\u10ff]")
"""Georgian, which begins sentences with letters that Unicode calls small."""
LEGAL_FORMS = frozenset("inc corp ltd llc plc gmbh ag co".split())
"""What follows a name that ends with a sign: `Yahoo! Inc.`"""
HOURS = frozenset({"a.m", "p.m"})
AFTER_HOURS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december eastern pacific central est pst cst gmt utc".split()
)
"""Words in capitals that go on after an hour: `5 p.m. Monday`."""

SPEAKER = re.compile(r"[ \t]*[\[(<]?[^\W_a-z][^\s:]*(?: [^\s:]+){0,3}:(?=\s)")
"""Who speaks, at the beginning of a turn in a conversation: `Project Manager: So, what about the price?`"""
BEGINNING = re.compile(OPENERS)
WORD_OF_BEGINNING = re.compile(r"[^\s'’,.;:!?،؛।()\[\]\"“”„«»…]+")
BEGINNING_WORDS = 4
"""Words at the beginning of a sentence in which those are looked for that point back."""
DASH = re.compile(r"[–—―]\s")
"""Begins an attribution when it stands after a sentence: `“It leaks.” — Ann Berg, mayor`."""
WITHOUT_SPACES = frozenset({"zh", "ja", "th"})
"""Languages that set no spaces between words."""
DOTLESS = frozenset({"tr", "az"})
UNSURE_END = re.compile(r"(?:…|\.\.|[^.!?…؟।॥։።۔;;。！？｡\s\"'”’“»)\]」』）⁰¹²³⁴-⁹])[\"'”’“»)\]」』）\s]*\Z")
"""The end of what may be half a sentence: an ellipsis, or no sign at all."""
LONGEST_END = 60
"""Characters in which such an end is looked for."""
INTRODUCTION = re.compile(r"[:：][ \t]*\n")


def whole_sentences(text: str, language: str = "") -> list[Span]:
    """The sentences of a text, with what may be halves of one put together: cut there, they could say the opposite.

    The items of a list belong to the sentence that introduces it: “unless:” alone denies what it limits.

    Args:
        text: A quote.
        language: Code of its language (ISO 639-1); guessed when empty.
    """
    introduction = INTRODUCTION.search(text)
    enclosed = unfinished_enclosures(text)
    wholes: list[Span] = []
    goes_on = False
    for sentence in split_sentences(text, language=language):
        wholes.append(Span(wholes.pop().start, sentence.end) if goes_on else sentence)
        tail = text[max(sentence.start, sentence.end - LONGEST_END) : sentence.end]
        is_in_list = introduction is not None and introduction.start() < sentence.end
        may_be_cut = sentence.end - sentence.start > LONGEST_SENTENCE - MARGIN
        is_enclosed = is_inside(enclosed, sentence.end)
        goes_on = is_in_list or is_enclosed or may_be_cut or UNSURE_END.search(tail) is not None
    return wholes


def split_sentences(text: str, start: int = 0, end: int | None = None, language: str = "") -> list[Span]:
    """Cut `text[start:end]` into sentences.

    Args:
        text: A text.
        start: Offset of the first character to look at.
        end: Offset after the last one; the end of the text if None.
        language: Code of its language (ISO 639-1); guessed when empty.

    Returns:
        Spans in the order of the text, without the white space between them; together they hold every
        other character.
    """
    end = len(text) if end is None else end
    code = language or language_of(text if (start, end) == (0, len(text)) else text[start:end])
    words = language_data(code)
    enclosed = enclosures(text, start, end, LONGEST_ENCLOSURE)
    spans: list[Span] = []
    begin = start
    for match in (GREEK_END if code == "el" else END).finditer(text, start, end):
        at = match.end()
        if is_inside(enclosed, at) or (at < end and not _is_end(text, begin, match, end, words)):
            continue
        spans.append(Span(begin, at))
        begin = at
        while begin < end and text[begin].isspace():
            begin += 1
    if text[begin:end].strip():
        spans.append(Span(begin, end))
    pieces = (piece for span in spans for piece in _pieces(text, span))
    return [trimmed for piece in pieces if (trimmed := _trim(text, piece))]


def leans_on_previous(text: str, sentence: Span, language: str = "") -> bool:
    """Whether a sentence begins with a word that points back, and says too little when quoted alone.

    So does what follows a sentence behind a dash: who said it.

    Args:
        text: The text that the sentence is in.
        sentence: Its span.
        language: Code of the text's language (ISO 639-1); guessed when empty.
    """
    code = language or language_of(text)
    words = language_data(code)
    if DASH.match(text, *sentence):
        return True
    beginning = BEGINNING.match(text, *sentence)
    start = beginning.end() if beginning else sentence.start
    if code in WITHOUT_SPACES:
        return text.startswith(tuple(words.leaning), start, sentence.end)
    within = min(sentence.end, start + BEGINNING_WORDS * LONGEST_WORD)
    found = islice(WORD_OF_BEGINNING.finditer(text, start, within), BEGINNING_WORDS)
    return words.leans([_lower(match[0], code) for match in found])


def _lower(word: str, code: str) -> str:
    """In lower case: in Turkish and Azerbaijani `I` is the capital of `ı`, and `İ` that of `i`."""
    return (word.replace("I", "ı").replace("İ", "i") if code in DOTLESS else word).lower()


def _is_end(text: str, begin: int, match: re.Match[str], end: int, words: Language) -> bool:
    """Whether the signs that were matched end the sentence that begins at `begin`."""
    at, signs = match.end(), match["signs"]
    if not UNSPACED_ENDS.isdisjoint(signs):
        return CLOSING_QUOTES.isdisjoint(match["closers"]) or not _goes_on_after_quote(text, begin, at)
    if not text[at].isspace():
        return False
    following = FOLLOWING.match(text, at, end)
    first = following[1] if following else ""
    if first in {",", ";", ":", ")"} or (first[:1].islower() and not UNCASED.match(first)):
        return False
    if following and len(first) == 1 and text[following.end() : following.end() + 1] == ".":
        first = first.upper() + "."  # an initial, or a part of an abbreviation
    if signs == ".":
        return _stop_ends(text, begin, match.start(), first, words)
    if signs[-1] in ".…":
        return first.lower() in words.starters
    return first.lower() not in LEGAL_FORMS


def _goes_on_after_quote(text: str, begin: int, at: int) -> bool:
    """Whether a Chinese or Japanese sentence goes on after a quotation: `“你去吗？”她问。`, `「行く。」と言った。`"""
    if GOES_ON_AFTER_QUOTE.match(text, at):
        return True
    return text[begin] in OPENING_QUOTES and not text[at].isspace() and text[at] not in OPENING_QUOTES


def _stop_ends(text: str, begin: int, at: int, first: str, words: Language) -> bool:
    """Whether a single full stop ends a sentence.

    Args:
        text: The text.
        begin: Offset at which the sentence begins.
        at: Offset of the full stop.
        first: The first word after it.
        words: The words of the language.
    """
    if at - begin <= LONGEST_NUMBER and LIST_NUMBER.fullmatch(text, begin, at):
        return False
    before = text[max(begin, at - LONGEST_WORD) : at]
    if not before or before[-1].isspace():
        return True
    typed, abbreviation, previous = _word_before(before)
    starts = first.lower() in words.starters
    forms = {abbreviation, typed.lower()}
    if not forms.isdisjoint(words.before_words):
        return False
    if not forms.isdisjoint(words.endings) and (len(abbreviation) > 1 or _is_number(previous)):
        goes_on = not forms.isdisjoint(HOURS) and first.lower() in AFTER_HOURS
        return not (first[:1].isdigit() or goes_on)
    if not forms.isdisjoint(words.before_numbers) and NUMBER.match(first) and not starts:
        return False
    if len(typed) == 1 and typed.isalpha():
        return starts and previous[-1:] not in BEFORE_LETTERS
    if not forms.isdisjoint(words.others):
        return starts
    parts = typed.split(".")
    if _is_number(typed):
        if previous[-1:] in BEFORE_NUMBERS:
            return False
        may_be_ordinal = words.ordinals > 0 and (typed.isalpha() or len(parts[-1]) <= words.ordinals)
        return starts or not may_be_ordinal or previous.lower().rstrip(".") in words.before_numbers
    if len(parts) > 1 and (len(parts[0]) <= 2 or max(map(len, parts)) <= 3 or parts[-1].startswith("-")):
        return starts
    if not words.starters and len(typed) <= LONGEST_UNKNOWN and first[:1].isdigit():
        return False
    if NO_VOWEL.fullmatch(typed.lower()) and not typed.isupper() and not words.syllabic:
        return starts
    if first[:1].isupper() and SHORT_NAME.fullmatch(typed) and not text.startswith("\n\n", at + 1):
        return starts or f" {typed} " in text[max(at - NEAR, 0) : at + NEAR]
    return True


class _WordBefore(NamedTuple):
    """What stands before a full stop."""

    typed: str
    abbreviation: str
    """In lower case, with the parts before it: `z.b` for `z. B`."""
    previous: str
    """The word before that; empty if there is none."""


def _is_number(word: str) -> bool:
    return word[-1:].isdigit() or ROMAN.fullmatch(word) is not None


def _word_before(before: str) -> _WordBefore:
    """The last word of a piece of text that ends before a full stop."""
    *earlier, last = before.split()
    typed = re.split(r"[\"'“”‘’„«»(\[{/–—]", last)[-1]
    abbreviation = typed.lower()
    for _ in range(MOST_PARTS):
        if not (earlier and len(typed) <= 3 and typed.isalpha() and SHORT_PART.fullmatch(earlier[-1])):
            break
        abbreviation = earlier.pop().lower() + abbreviation
    return _WordBefore(typed, abbreviation, earlier[-1] if earlier else "")


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """A sentence as it is, or in pieces when it has no end in sight: cut at a space where there is one."""
    start, end = span
    while end - start > LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        cut = space if space > start else start + LONGEST_SENTENCE
        yield Span(start, cut)
        start = cut
    yield Span(start, end)


def _trim(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
