"""Offers another spelling of a query's words: one that the documents have, where they do not have what is typed.

A word is held to be misspelt if documents hold it never, or far more seldom than a word much like it, or if it never
stands beside its neighbour in the query while a word much like it does: `hat pumps`, where documents speak of heat
pumps. Stop words, short words and names are like so many others that only their neighbours can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hitl.research.search.asked_words import asked_words
from hitl.research.search.query_terms import question_words
from hitl.research.search.tokens import term_of
from hitl.text import WORD

if TYPE_CHECKING:
    from hitl.research.search.ranking import Ranking

FEWEST_LETTERS = 3
SHORT = 6
"""Letters below which a word is corrected only by what stands beside it."""
LONG = 9
"""Letters from which it may differ in a consonant without that, and in two places with it."""
FEWEST_TOGETHER = 2
"""Passages with two words side by side from which these belong together."""
RARER = 20
"""How many times rarer than a like word a word is that is held to be misspelt."""
MOST_WORDS = 40
"""Words of a query that are looked at."""
MOST_LIKE = 12
"""Like words that are looked at for each."""
SOUNDLESS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôûåæøœаеёиоуыэюя]|(.)(?=\1)")
"""Vowels, and the first of two letters that are the same."""


@dataclass(frozen=True)
class _Word:
    """A word of a query, or one of the documents in its place."""

    letters: str
    """In small letters."""
    terms: tuple[str, ...]
    """Its term in each language of the documents; empty if it is a stop word or asks for nothing."""
    count: int
    """The number of passages with it, in any form."""
    start: int = 0
    """Offset in the query."""


def did_you_mean(ranking: Ranking, query: str) -> str:
    """A query with its misspelt words in the spelling of the documents; empty if none seems to be misspelt.

    Args:
        ranking: The index of the documents.
        query: A topic or a feedback as it is typed.
    """
    words = list(islice(_words(ranking, query), MOST_WORDS))
    spelt: list[str] = []
    end = 0
    for number, word in enumerate(words):
        before, after = words[max(number - 1, 0) : number], words[number + 1 : number + 2]
        if word.terms and (other := _better(ranking, word, before, after)):
            words[number] = _word(ranking, other, word.start)  # the next word may be one that stands beside this
            shown = other.capitalize() if query[word.start].isupper() else other
            spelt += [query[end : word.start], shown]
            end = word.start + len(word.letters)
    return "".join([*spelt, query[end:]]) if spelt else ""


def _words(ranking: Ranking, query: str) -> Iterator[_Word]:
    for match in WORD.finditer(query):
        if len(match[0].lower()) == len(match[0]):  # else its place would be lost
            yield _word(ranking, match[0].lower(), match.start())


def _word(ranking: Ranking, letters: str, start: int = 0) -> _Word:
    terms = [term_of(letters, code) for code in ranking.languages]
    asking = (term in question_words(code) for term, code in zip(terms, ranking.languages, strict=True))
    if not letters.isalpha() or len(letters) < FEWEST_LETTERS or not all(terms) or any(asking):
        return _Word(letters, (), 0, start)
    forms = {
        form for code in ranking.languages for word in asked_words(ranking, letters, code).words for form in word.forms
    }
    return _Word(letters, tuple(terms), max(map(ranking.count, forms), default=0), start)


def _better(ranking: Ranking, word: _Word, before: Sequence[_Word], after: Sequence[_Word]) -> str:
    """The spelling of a word in the documents; empty if it seems to be right.

    Args:
        ranking: The index of the documents.
        word: The word of the query.
        before: The word before it, if there is one.
        after: The word after it, if there is one.
    """

    def together(one: _Word) -> int:
        pairs = [(other, one) for other in before] + [(one, other) for other in after]
        terms = [pair for first, second in pairs for pair in zip(first.terms, second.terms, strict=False)]
        return max((ranking.together(*pair) for pair in terms), default=0)

    has_neighbours = any(other.count for other in (*before, *after))
    if (word.count and together(word)) or not (len(word.letters) >= SHORT or has_neighbours):
        return ""
    found: list[tuple[int, int, int, str]] = []
    for letters, distance in _alike(ranking, word.letters):
        other = _word(ranking, letters)
        if other.count and set(other.terms).isdisjoint(word.terms):
            beside = together(other)
            is_rarer = not word.count or other.count >= RARER * word.count
            if (is_rarer and _is_slip(word.letters, letters, distance)) or (
                beside >= FEWEST_TOGETHER and other.count > word.count
            ):
                found.append((beside, -distance, other.count, letters))
    return max(found, default=(0, 0, 0, ""))[-1]


def _is_slip(typed: str, other: str, distance: int) -> bool:
    """True if a word looks like a misspelling whatever stands beside it: most differ in a vowel or a doubled letter."""
    alike = len(typed) >= LONG or SOUNDLESS.sub("", typed) == SOUNDLESS.sub("", other)
    return distance == 1 and len(typed) >= SHORT and alike


def _alike(ranking: Ranking, letters: str) -> Iterator[tuple[str, int]]:
    """The words of the documents that are like a word and begin as it does, and in how many places they differ."""
    most = 2 if len(letters) >= LONG else 1
    found = process.extract(
        letters, ranking.words_like(letters[0]), scorer=OSA.distance, score_cutoff=most, limit=MOST_LIKE
    )
    return ((other, int(distance)) for other, distance, _ in found if other != letters)
