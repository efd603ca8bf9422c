"""Passages are ranked by BM25 over stemmed words, with their title and heading counted in."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hitl.research.evidence import Passage

UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts that set no spaces between words: kana, Han, Hangul; each character counts as a word."""
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
STOP_WORDS = frozenset(
    "a about after again all also am an and any are as at be because been before being between both but by can could "
    "did do does doing down during each few for from further had has have having he her here hers him his how i if in "
    "into is it its itself just many me might more most much must my no nor not now of off on once only or other our "
    "out over own same shall she should so some such than that the their them then there these they this those through "
    "to too under until up us very was we were what when where which while who whom whose why will with would you "
    "your".split()
)


@dataclass(frozen=True)
class Hit:
    """A passage that matches a query."""

    passage: Passage
    score: float
    """Its BM25 score."""
    terms: frozenset[str]
    """What it holds, title and heading included."""


class Ranking:
    """An index over passages.

    The scores are BM25 as in Robertson and Zaragoza, “The Probabilistic Relevance Framework: BM25 and
    Beyond” (2009), in the variant of Lucene, computed by `bm25s`.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        import bm25s  # 0.3 s, and the first page does not need it

        self.passages = passages
        self._vocabulary = Vocabulary()
        self._terms = [
            self._vocabulary.numbers(f"{p.document.title} {p.document.heading_at(p.start)} {p.text}") for p in passages
        ]
        self._index: Any = None
        if any(self._terms):
            self._index = bm25s.BM25(method="lucene")
            self._index.index((self._terms, dict(self._vocabulary.number_of_stem)), show_progress=False)

    def search(self, weights: Mapping[str, float], most: int) -> list[Hit]:
        """The passages that match best, the best first.

        Args:
            weights: The query: each term (see `terms_of`) and how much it counts.
            most: Return at most this many; fewer when fewer passages hold a term of the query.
        """
        known = {term: weight for term, weight in weights.items() if self._holds(term)}
        if not known:
            return []
        scores = sum(weight * self._index.get_scores([term]) for term, weight in known.items())
        best = scores.argsort(kind="stable")[::-1][:most]
        return [
            Hit(self.passages[i], float(scores[i]), self._vocabulary.stems(self._terms[i]))
            for i in map(int, best)
            if scores[i] > 0
        ]

    def coverage(self, query: Iterable[str], terms: Container[str]) -> float:
        """The share of a query's terms that these terms hold, rare ones counting more; from 0 to 1."""
        rarities = {term: self.rarity(term) for term in query}
        held = sum(rarity for term, rarity in rarities.items() if term in terms)
        return held / sum(rarities.values()) if rarities else 0.0

    def rarity(self, term: str) -> float:
        """Inverse document frequency: largest for a term that no passage holds."""
        frequency = self._frequency(term)
        return math.log(1 + (len(self.passages) - frequency + 0.5) / (frequency + 0.5))

    def _holds(self, term: str) -> bool:
        return self._index is not None and term in self._index.vocab_dict

    def _frequency(self, term: str) -> int:
        """How many passages hold a term: the length of its column in the index."""
        if not self._holds(term):
            return 0
        column, ends = self._index.vocab_dict[term], self._index.scores["indptr"]
        return int(ends[column + 1] - ends[column])


class Vocabulary(dict[str, int]):
    """Words by the number of their stem; a stop word has none. Each distinct word is stemmed once."""

    NO_STEM = -1

    def __init__(self) -> None:
        self.number_of_stem: dict[str, int] = {}
        self._stems: list[str] = []

    def __missing__(self, word: str) -> int:
        stem = next(iter(terms_of(word)), None)
        number = self.NO_STEM if stem is None else self.number_of_stem.setdefault(stem, len(self._stems))
        if number == len(self._stems) and stem is not None:
            self._stems.append(stem)
        self[word] = number
        return number

    def numbers(self, text: str) -> list[int]:
        """The terms of a text as numbers."""
        return [number for number in map(self.__getitem__, WORD.findall(text.lower())) if number >= 0]

    def stems(self, numbers: Iterable[int]) -> frozenset[str]:
        return frozenset(self._stems[number] for number in numbers)


def terms_of(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, stemmed, without stop words; emoji are no words."""
    words = [word for word in WORD.findall(unicodedata.normalize("NFC", text).lower()) if word not in STOP_WORDS]
    stems: list[str] = _stemmer().stemWords(words)
    return stems


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
