"""The words of a query as documents may have them: in other forms, as one word or as two.

`heatpump` is looked for as `heat pump` where documents say it so, and `heat pump` also as `heatpump`. In documents of
languages that write compounds as one word, `Ruhepausen` finds `Pausen` and `Ruhe`, and `Pausen` finds `Ruhepausen`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from hitl.research.search.joined_words import JOINED, joined_words, without_groups
from hitl.research.search.query_terms import QUESTION_WEIGHT, asking_words
from hitl.research.search.tokens import ENGLISH, in_one_width, plain_word, term_of, tokens_of

if TYPE_CHECKING:
    from hitl.research.search.ranking import Ranking

COMPOUNDING = frozenset("de nl sv da no nn fi hu is et".split())
"""Languages that write compounds as one word."""
PART_LETTERS = 4
"""Minimum letters of each part of a compound in these languages."""
FEWEST_LETTERS = 3
"""The same where documents have both parts side by side."""
LINKS = ("", "s", "es", "n", "en", "e", "er")
"""What may stand between the parts of a compound: `Arbeit-s-zeit`."""
BOTH = 2.0
"""Weight of a compound of two words of the query, relative to one of them."""
IN_COMPOUND = 0.3
"""Weight of a compound that contains a word, relative to the word."""
BEGINNING = 0.5
"""Weight of the beginning of a compound, relative to the compound; its end, which says what it is, weighs as much."""
MOST_COMPOUNDS = 20
"""Maximum compounds that are looked for in place of a word."""
LETTERS_AND_FIGURES = re.compile(r"(?=[^\W\d_]+\d+\Z|\d+[^\W\d_]+\Z)([^\W\d_]+|\d+)[^\W_]+")
"""A word and a number that are also written apart: `Covid19`, `20km`."""
MOST_WORDS = 300
"""Words of a query for which other forms are looked for."""


@dataclass(frozen=True)
class AskedWord:
    """A word of a query."""

    term: str
    weight: float
    """Relative to a content word."""
    forms: frozenset[str]
    """The terms any of which stands for it in a passage; empty if no document holds it in any form."""
    rarity: float
    """The idf of its commonest form."""
    is_telling: bool
    """True if it says what is wanted: it is no word of asking and no number."""

    @property
    def value(self) -> float:
        return self.weight * self.rarity

    def is_among(self, terms: Container[str]) -> bool:
        """True if any form of it is among these terms."""
        return any(form in terms for form in self.forms)


@dataclass(frozen=True)
class AskedWords:
    """The words of a query, for documents of one language."""

    words: tuple[AskedWord, ...]
    weights: dict[str, float]
    """What is searched for: the weight of each term, those of other forms included."""

    @cached_property
    def telling(self) -> tuple[AskedWord, ...]:
        """The words that say what is wanted; all words if none does."""
        return tuple(word for word in self.words if word.is_telling) or self.words

    @cached_property
    def forms(self) -> frozenset[str]:
        """All forms of the telling words."""
        return frozenset[str]().union(*(word.forms for word in self.telling))

    def shared(self, terms: Container[str]) -> int:
        """The number of content words, numbers included, that are among these terms."""
        return sum(word.weight > QUESTION_WEIGHT and word.is_among(terms) for word in self.words)

    def value(self, terms: Container[str]) -> float:
        """The sum of weight × idf of the content words that are among these terms."""
        return sum(word.value for word in self.words if word.weight > QUESTION_WEIGHT and word.is_among(terms))

    def coverage(self, terms: Container[str]) -> float:
        """The share of what is wanted that is among these terms, weighed by rarity, from 0 to 1.

        Words that no document holds do not count, so that the others can still be matched; nor do those that only ask.
        """
        known = [word for word in self.words if word.forms]
        known = [word for word in known if word.weight > QUESTION_WEIGHT] or known
        held = sum(word.value for word in known if word.is_among(terms))
        return held / sum(word.value for word in known) if known else 0.0

    @cached_property
    def is_mostly_unknown(self) -> bool:
        """True if no document holds most of the telling words: what has one of the others answers something else."""
        return 2 * sum(not word.forms for word in self.telling) > len(self.telling)


def asked_words(ranking: Ranking, query: str, language: str = ENGLISH, *, is_remark: bool = False) -> AskedWords:
    """The words of a query as documents of a language may have them.

    Args:
        ranking: The index of the documents.
        query: A topic or a question in plain words, in any language.
        language: Code of the language of the documents.
        is_remark: True for what is said about a round, of which the words that only ask are not looked for.
    """
    query = without_groups(in_one_width(query))
    tokens = list(_divided(ranking, tokens_of(query), language))
    asking = asking_words(tokens, language)
    typed = {term: token for token in reversed(tokens) if (term := term_of(token, language))}
    joined = _joined(ranking, query, tokens, language)
    words: list[AskedWord] = []
    weights: dict[str, float] = {}
    for term in reversed(typed):
        if is_remark and term in asking:
            continue
        weight = QUESTION_WEIGHT if term in asking else 1.0
        weights[term] = weight
        forms = {term} if ranking.holds(term) else set()
        if len(words) < MOST_WORDS:
            for form in _forms(ranking, typed[term], term, joined.get(term, ()), language):
                weights.setdefault(form.term, weight * form.share)
                if form.stands_for_it:
                    forms.add(form.term)
        rarity = min(map(ranking.idf, forms), default=0.0)
        words.append(AskedWord(term, weight, frozenset(forms), rarity, not (term in asking or term.isdigit())))
    return AskedWords(tuple(words), weights)


class _Form(NamedTuple):
    """What documents may have in place of a word."""

    term: str
    share: float
    """Its weight relative to the word."""
    stands_for_it: bool
    """True if a passage with it matches the word as well as one with the word itself."""


def _forms(ranking: Ranking, token: str, term: str, joined: Sequence[str], language: str) -> Iterator[_Form]:
    """The other forms of a word that documents hold.

    Args:
        ranking: The index of the documents.
        token: The word as it is typed.
        term: Its term.
        joined: The terms of the compounds of it and a neighbour.
        language: Code of the language of the documents.
    """
    with_signs = JOINED + term
    is_held = ranking.holds(term) or ranking.holds(with_signs)
    if ranking.holds(with_signs):
        yield _Form(with_signs, 1.0, True)
    for compound in joined:
        yield _Form(compound, BOTH, True)
    if not is_held:
        for relative in filter(ranking.holds, ranking.family(term)):
            yield _Form(relative, 1.0, True)
    word = plain_word(token)
    if language not in COMPOUNDING or not word.isalpha():
        return
    if len(term) >= PART_LETTERS:
        for compound in islice(ranking.terms_ending_with(term, PART_LETTERS), MOST_COMPOUNDS):
            yield _Form(compound, IN_COMPOUND, True)
    if len(word) >= PART_LETTERS:
        for compound in islice(ranking.terms_beginning_with(word, PART_LETTERS), MOST_COMPOUNDS):
            yield _Form(compound, IN_COMPOUND, not is_held)
    if not is_held:
        yield from _parts(ranking, token, language)


def _parts(ranking: Ranking, token: str, language: str) -> Iterator[_Form]:
    """The end of a compound, the longest that documents hold, and its beginning; one of them if they hold no other."""
    places = range(PART_LETTERS, len(token) - PART_LETTERS + 1)
    ends = ((at, term_of(token[at:], language)) for at in places)
    at, end = next(((at, end) for at, end in ends if end and ranking.holds(end)), (0, ""))
    if end:
        yield _Form(end, 1.0, True)
    for place in [at] if end else reversed(places):
        beginnings = (term_of(token[:place].removesuffix(link), language) for link in LINKS)
        for beginning in beginnings:
            if len(beginning) >= FEWEST_LETTERS and ranking.holds(beginning):
                yield _Form(beginning, BEGINNING, not end)
                return


def _divided(ranking: Ranking, tokens: Sequence[str], language: str) -> Iterator[str]:
    """The words of a query; one that no document holds, but its two parts side by side, as these parts."""
    for number, token in enumerate(tokens):
        term = term_of(token, language)
        is_held = ranking.holds(term) or ranking.holds(JOINED + term)
        if number < MOST_WORDS and term and not is_held:
            yield from _two_words(ranking, token, language) or (token,)
        else:
            yield token


def _two_words(ranking: Ranking, token: str, language: str) -> tuple[str, ...]:
    """The two parts of a word that stand side by side most often; empty if none do."""
    if token.isalpha():
        places = range(FEWEST_LETTERS, len(token) - FEWEST_LETTERS + 1)
    else:
        places = range(match.end(1), match.end(1) + 1) if (match := LETTERS_AND_FIGURES.fullmatch(token)) else range(0)
    halves = [(token[:at], token[at:]) for at in places]

    def together(parts: tuple[str, str]) -> int:
        first, second = (term_of(part, language) for part in parts)
        return ranking.together(first, second)

    best = max(halves, key=together, default=None)
    return best if best and together(best) else ()


def _joined(ranking: Ranking, query: str, tokens: Sequence[str], language: str) -> dict[str, list[str]]:
    """For the terms of neighbouring words, and of the parts of a word with signs, the terms that documents have for
    them as one word."""
    joined: dict[str, list[str]] = {}
    for one, other in pairwise(tokens[:MOST_WORDS]):
        terms = (term_of(one, language), term_of(other, language))
        if all(terms) and ((one + other).isalpha() or LETTERS_AND_FIGURES.fullmatch(one + other)):
            compound = term_of((one + other).lower(), language)
            for term in terms if ranking.holds(compound) else ():
                joined.setdefault(term, []).append(compound)
    for word in islice(joined_words(query), MOST_WORDS):
        whole = term_of(word.letters, language)
        for part in tokens_of(query[word.start : word.end]) if ranking.holds(whole) else ():
            if (term := term_of(part, language)) and whole not in joined.setdefault(term, []):
                joined[term].append(whole)
    return joined
