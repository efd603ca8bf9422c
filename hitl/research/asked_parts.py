"""Divides a text into what it asks for: by sentences, lines, lists, and words such as “and also”."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from hitl.research.search.joined_words import without_groups
from hitl.research.search.query_terms import remark_words
from hitl.research.search.tokens import ENGLISH, term_of, terms_of, tokens_of
from hitl.research.sentences import split_sentences
from hitl.text import UNSPACED, WORD

MOST_PARTS = 8
"""Maximum parts of one text; the last one is made of all others."""
LONGEST_ITEM = 4
"""Maximum words of an item in a list within a sentence; the last item, after which the sentence goes on, may be longer
by as many."""
LONGEST_PAIR = 2
"""Maximum words of each of two things that are joined by a word like “and” and make up all of a text."""

AND = {
    "en": "and|or|&", "de": "und|oder|sowie", "fr": "et|ou", "es": "y|e|o|u", "it": "e|ed|o", "pt": "e|ou",
    "nl": "en|of", "pl": "i|oraz|lub", "ru": "и|или", "uk": "і|й|та|або", "sv": "och|eller", "da": "og|eller",
    "no": "og|eller", "fi": "ja|tai|sekä", "tr": "ve|veya", "cs": "a|nebo", "el": "και|ή", "ro": "și|si|sau",
    "hu": "és|vagy", "ar": "و|أو", "he": "או", "hi": "और|या", "ko": "및|또는",
}  # fmt: skip
"""What stands before the last item of a list, between spaces, in each language."""
UNSPACED_AND = {"zh": "和|与|及|或", "ja": "および|又は|または|と|や"}
"""The same of languages without spaces."""
ALSO = (
    r"and also|as well as|and (?=(?:what|how|why|when|where|who|which|whether)\b)|or (?=(?:how|why|what)\b)|und auch|"
    r"und (?=(?:was|wie|warum|wann|wo|wer|welche[rsnm]?|ob|wieviel)\b)|sowie (?=(?:was|wie|warum|wann|wo)\b)|et aussi|"
    r"ainsi que|et (?=(?:comment|pourquoi|quand|où|qui|quel(?:le)?s?|combien)\b)|y también|así como|"
    r"y (?=(?:cómo|por qué|cuándo|dónde|quién|cuál|cuánto|qué)\b)|e anche|nonché|"
    r"e (?=(?:come|perché|quando|dove|quanto|como|por que)\b)|e também|bem como|en ook|"
    r"en (?=(?:hoe|waarom|wanneer|waar|wie|wat)\b)|а также|и также|"
    r"и (?=(?:как|почему|когда|где|кто|сколько)\b)|a także|"
    r"(?:i|oraz|a) (?=(?:jak|dlaczego|kiedy|gdzie)\b)"
)
"""What begins another part of a sentence, in any language."""
SEPARATOR = re.compile(rf"\s*[;；؛。？！؟]\s*|(?:\s*,)?\s(?:{ALSO})(?:\s|(?<=\s))", re.IGNORECASE)
MARK = re.compile(r"(?:(?<=\s)|(?<=^))(?:[-•*]|\(?(?:\d{1,2}|[a-h])[.)])\s+")
"""What an item of a list begins with."""
COLON = re.compile(r"(?!(?<=\d):\d)[:：]\s*")
"""What a list may follow; none is the colon of an hour: `10:30`."""
OF_WHAT = re.compile(
    r"\s(?:of|for|in|with|von|für|mit|bei|der|des|de|du|d['’]|del|della|dei|di|da|do|dos|das|van|voor|för|av|af|для|od|dla)"
    r"(?:\s|(?<=['’])).*",
    re.IGNORECASE,
)
"""What follows the last of two things: `cost and noise of heat pumps`."""
LEAD = re.compile(
    r"(?:and|und|et|y|e|en)\s+(?=\w)|(?:(?:please|also|and|more|something|anything|what|how|tell|give|show|find|look|me|us|"
    r"bitte|auch|und|mehr|noch|etwas|was|ist|plus|aussi|encore|más|también|qué|hay|anche|mais|meer|ook)\s+)+"
    r"(?:about|on|for|of|regarding|zu|zum|zur|über|mit|sur|de|d['’]|sobre|acerca de|su|over)\s*(?<=[\s'’])",
    re.IGNORECASE,
)
"""The beginning of a part that says nothing of what is wanted: `More about …`."""
ENDS = " \t\r\n.,;:!?…。，；：！？؟،؛।\"'“”„«»()[]*•–—-"
"""What is taken off the ends of a part."""
UNSPACED_LETTERS = re.compile(f"[{UNSPACED}]")


def asked_parts(
    text: str, languages: Sequence[str] = (ENGLISH,), is_phrase: Callable[[str], bool] = lambda words: False
) -> tuple[str, ...]:
    """The parts of a topic or a feedback, in order, each as it stands there; none if it asks for nothing.

    What only speaks of the findings, as “too long, drop the third one”, asks for nothing.

    Args:
        text: The topic or the feedback, in any language.
        languages: Codes of the languages of the documents.
        is_phrase: True for words that belong together though they look like a list: `supply and demand`.
    """
    parts: dict[frozenset[str], str] = {}
    for part in _parts(text, languages, is_phrase):
        if words := content_of(part, languages):
            parts.setdefault(words, part)
    found = list(parts.values())
    rest = found[MOST_PARTS - 1 :]
    return tuple([*found[: MOST_PARTS - 1], "; ".join(rest)] if rest else found)


def content_of(text: str, languages: Sequence[str] = (ENGLISH,)) -> frozenset[str]:
    """The words of a text that say what is wanted, stemmed; empty for a mere remark about the findings.

    Words that English or one of these languages has as a stop word or as one of asking say nothing.
    """
    known = tuple(dict.fromkeys([ENGLISH, *languages]))
    content = set()
    for token in tokens_of(without_groups(text)):
        terms = [term_of(token, code) for code in known]
        if all(term and term not in remark_words(code) for term, code in zip(terms, known, strict=True)):
            content.add(terms[-1])
    return frozenset(content)


def _parts(text: str, languages: Sequence[str], is_phrase: Callable[[str], bool]) -> Iterator[str]:
    language = ENGLISH if ENGLISH in languages or not languages else languages[0]
    for line in text.splitlines():
        for item in _marked(" ".join(line.split())):
            for sentence in split_sentences(item, language=language):
                for piece in SEPARATOR.split(item[sentence.start : sentence.end]):
                    lead = LEAD.match(piece.strip(ENDS))
                    yield from _listed(piece.strip(ENDS)[lead.end() if lead else 0 :], languages, is_phrase)


def _marked(line: str) -> Iterator[str]:
    """The items of a list on one line, or of one per line; a single mark inside the line is a dash or a number."""
    marks = list(MARK.finditer(line))
    if len(marks) < 2:
        yield line[marks[0].end() :] if marks and not line[: marks[0].start()].strip() else line
        return
    begin = 0
    for mark in marks:
        yield line[begin : mark.start()]
        begin = mark.end()
    yield line[begin:]


def _listed(piece: str, languages: Sequence[str], is_phrase: Callable[[str], bool]) -> Iterator[str]:
    """The items of an enumeration, such as `cost, noise and lifetime of heat pumps`, or the piece as it is."""
    colon = COLON.search(piece)
    listed = piece[colon.end() :] if colon else piece
    items = [item.strip(ENDS) for item in _commas(tuple(languages)).split(listed)]
    if _is_list(items, listed, bool(colon), languages) and not is_phrase(piece):
        yield from items
    else:
        yield piece


def _is_list(items: Sequence[str], listed: str, after_colon: bool, languages: Sequence[str]) -> bool:
    lengths = [_length(item) for item in items]
    if len(items) < 2 or not all(content_of(item, languages) for item in items):
        return False
    if max(lengths[:-1]) > LONGEST_ITEM or lengths[-1] > 2 * LONGEST_ITEM:
        return False
    if after_colon:
        return True
    if len(items) == 2:
        return max(lengths[0], _length(OF_WHAT.sub("", items[1]))) <= LONGEST_PAIR
    has_last = _last_item(tuple(languages)).search(listed) is not None
    return has_last or all(len(terms_of(without_groups(item))) == _length(item) for item in items)


def _length(item: str) -> int:
    """The number of words; of scripts without spaces about as many as it has."""
    item = without_groups(item)
    letters = len(UNSPACED_LETTERS.findall(item))
    return len(WORD.findall(item)) - letters + (letters + 1) // 2


@cache
def _commas(languages: tuple[str, ...]) -> re.Pattern[str]:
    """What stands between the items of a list in texts about documents of these languages."""
    spaced, unspaced = _conjunctions(languages)
    return re.compile(
        rf"\s*(?!(?<=\d)[,，]\d)[,，、،](?:\s*(?:{spaced})(?=\s))?\s*|\s(?:{spaced})\s+"
        + (rf"|{unspaced}" if unspaced else ""),
        re.IGNORECASE,
    )


@cache
def _last_item(languages: tuple[str, ...]) -> re.Pattern[str]:
    spaced, unspaced = _conjunctions(languages)
    return re.compile(rf"\s(?:{spaced})\s" + (rf"|{unspaced}" if unspaced else ""), re.IGNORECASE)


def _conjunctions(languages: tuple[str, ...]) -> tuple[str, str]:
    known = dict.fromkeys((ENGLISH, *languages))
    spaced = "|".join(AND[code] for code in known if code in AND)
    return spaced, "|".join(UNSPACED_AND[code] for code in known if code in UNSPACED_AND)
