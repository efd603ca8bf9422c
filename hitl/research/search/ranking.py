"""Ranks passages by the words they share with a query, and by their neighbours and documents."""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from hitl.research.evidence import Document, Passage
from hitl.research.search.asked_words import asked_words
from hitl.research.search.inverted_index import InvertedIndex
from hitl.research.search.joined_words import JOINED
from hitl.research.search.passages import passages_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

REACH = 6
"""Neighbours on each side that add to a passage's score, since a text rarely names its subject in every passage."""
FADING = 0.8
"""Weight of a neighbour relative to the next nearer one."""
ACROSS_HEADINGS = 0.25
"""Factor on the weight of a neighbour for each change of heading between the two."""
NEIGHBOURS = 1.0
"""Weight of the average score of a passage's neighbours, relative to its own score."""
DOCUMENT = 0.2
"""Share of the best score in its document that is added to a passage's score."""
RELATED = 0.3
"""Weight of a word of the same family (`invent`, `inventor`), relative to one with the same stem."""
FAMILY_LETTERS = 4
"""Minimum letters of the shorter of two stems in a family; the longer one begins with it."""
FAMILY_ENDING = 3
"""Maximum letters by which one stem in a family is longer than the other."""
NO_ENDING = re.compile("(?!th|st)[b-df-hj-np-tv-xz]{2,}")
"""Letters that make no other word of a family: `plughq` is none of `plug`, but `growth` is one of `grow`."""
MOST_TOGETHER = 20
"""Passages with two terms side by side that are counted."""


@dataclass(frozen=True)
class Hit:
    """A passage that matches a query."""

    passage: Passage
    score: float
    """Comparable only within one query."""
    number: int
    """Index of the passage in its ranking."""


def rank_passages(documents: Sequence[Document], query: str, most: int) -> list[Hit]:
    """The passages that match a query best, best first.

    Args:
        documents: The documents to search; their index is cached for the next query.
        query: A topic or a question in plain words.
        most: Maximum number of hits; there are fewer if fewer passages match.
    """
    ranking = ranking_of(documents)
    weights = {code: asked_words(ranking, query, code).weights for code in ranking.languages}
    return ranking.search_by_language(weights, most)


def ranking_of(documents: Sequence[Document]) -> Ranking:
    """The cached index of documents; concurrent callers wait until one of them has built it."""
    with _indexing:
        return _made_ranking(_Documents(documents))


_indexing = threading.Lock()


class _Documents:
    """Documents as a cache key, equal if their fingerprints are equal; texts are not compared."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.fingerprints = tuple([document.fingerprint for document in documents])

    def __hash__(self) -> int:
        return hash(self.fingerprints)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Documents) and other.fingerprints == self.fingerprints


@lru_cache(maxsize=5)
def _made_ranking(documents: _Documents) -> Ranking:
    passages = [passage for document in documents.documents for passage in passages_of(document)]
    return Ranking(passages, documents.documents)


class Ranking:
    """An index of passages.

    The passages of a document must be adjacent and in text order.

    Args:
        passages: What is ranked.
        documents: What the passages are of; only needed for the words that no passage has.
    """

    def __init__(self, passages: Sequence[Passage], documents: Sequence[Document] = ()) -> None:
        self.passages = passages
        self._all_documents = documents
        self._index = InvertedIndex.over(passages)
        self._stems = sorted(stem for stem in self._index.vocabulary.number_of_stem if not stem.startswith(JOINED))
        self._neighbourhood = _Neighbourhood.of(passages)
        codes = [passage.document.language_code for passage in passages]
        self.languages = tuple(dict.fromkeys(codes))
        """Codes of the languages of the documents."""
        self._rows = _rows_by_language(codes)
        self._documents = [n for n in range(len(passages)) if not n or not _continues(passages[n - 1], passages[n])]

    def search(self, weights: Mapping[str, float], most: int) -> list[Hit]:
        """The passages that match best, best first.

        A passage's score is its BM25F score (see `InvertedIndex`), plus a share of the scores of its neighbours in the
        same document, which decreases with distance, as in the passage models of Fernández, Losada and Azzopardi,
        “Extending the language modeling framework for sentence retrieval to include local context” (2011), plus a
        share of the best score in its document, as in Callan, “Passage-level evidence in document retrieval” (1994).

        Args:
            weights: The query: the weight of each term (see `tokens.terms_of`).
            most: Maximum number of hits; there are fewer if fewer passages match.
        """
        return self.search_by_language(dict.fromkeys(self.languages, weights), most)

    def search_by_language(self, weights: Mapping[str, Mapping[str, float]], most: int) -> list[Hit]:
        """The same for documents of several languages.

        Args:
            weights: The query in each language, by its code: what it weighs in the documents of this language.
            most: Maximum number of hits.
        """
        return self.best(self.scores_of(weights), most)

    def scores_of(self, weights: Mapping[str, Mapping[str, float]]) -> Scores:
        """The score of each passage, shape (passages,), for a query in each language."""
        scores = self._own_scores(weights)
        return self._with_documents(self._neighbourhood.added_to(scores)) if scores.any() else scores

    def best(self, scores: Scores, most: int) -> list[Hit]:
        """The passages with the highest scores above 0, best first, at most so many."""
        return [Hit(self.passages[number], float(scores[number]), number) for number in _best(scores, most)]

    def _own_scores(self, weights: Mapping[str, Mapping[str, float]]) -> Scores:
        """The score of each passage for the query in its own language."""
        scores = self._index.scores_of({})
        for code, terms in weights.items():
            found = self._index.scores_of(dict(self._with_families(terms)))
            if len(self._rows) > 1:
                scores[self._rows[code]] = found[self._rows[code]]
            else:
                scores = found
        return scores

    def terms_in(self, number: int) -> frozenset[str]:
        """The terms of a passage, including its title, headings and speaker."""
        return self._index.terms_in(number)

    def term_of(self, token: str, language: str) -> str:
        """The term of a word; empty for a stop word. Words of the documents are not stemmed again."""
        return self._index.vocabulary.term_of(token, language)

    def terms_of(self, text: str, language: str) -> frozenset[str]:
        """The terms of a text of a document."""
        return self._index.vocabulary.terms(text, language)

    def own_terms(self, number: int) -> frozenset[str]:
        """The terms of a passage's own text."""
        return self._index.own_terms(number)

    def labels_of(self, number: int) -> frozenset[str]:
        """The terms of a passage's title, headings and speaker."""
        return self._index.labels_of(number)

    def holds(self, term: str) -> bool:
        """True if any passage contains the term."""
        return term in self._index.vocabulary.number_of_stem

    @cached_property
    def unquoted_terms(self) -> frozenset[str]:
        """The terms of what is never quoted by itself: headings, captions, lists of sources, rows of heads."""
        passages: dict[str, list[Passage]] = {}
        for passage in self.passages:
            passages.setdefault(passage.document.fingerprint, []).append(passage)
        terms: set[str] = set()
        for document in self._all_documents:
            start = 0
            for passage in passages.get(document.fingerprint, ()):
                terms |= self.terms_of(document.text[start : passage.start], document.language_code)
                start = max(start, passage.end)
            terms |= self.terms_of(document.text[start:], document.language_code)
        return frozenset(terms)

    def count(self, term: str) -> int:
        """The number of passages that contain a term."""
        return self._index.count_of(term)

    def together(self, first: str, second: str) -> int:
        """The number of passages in which one term directly follows another; counted up to `MOST_TOGETHER`."""
        return self._index.together(first, second, MOST_TOGETHER)

    def documents_with(self, terms: Iterable[str]) -> set[str]:
        """The fingerprints of the documents with a passage that contains any of these terms."""
        import numpy as np

        numbers = [np.searchsorted(self._documents, rows, "right") for rows in map(self._index.rows_of, terms)]
        firsts = np.unique(np.concatenate(numbers)).tolist() if numbers else []
        return {self.passages[self._documents[number - 1]].document.fingerprint for number in firsts}

    def words_like(self, letter: str) -> Sequence[str]:
        """The words of the documents that begin with a letter, in small letters, without stop words."""
        return self._words.get(letter, ())

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        words: dict[str, list[str]] = {}
        for word in dict.fromkeys(self._index.vocabulary.words()):
            words.setdefault(word[0], []).append(word)
        return words

    def terms_beginning_with(self, beginning: str, more: int) -> Iterator[str]:
        """The terms of the documents that begin so and are longer by at least so many letters."""
        for stem in self._stems[bisect_left(self._stems, beginning) :]:
            if not stem.startswith(beginning):
                return
            if len(stem) - len(beginning) >= more:
                yield stem

    def terms_ending_with(self, ending: str, more: int) -> Iterator[str]:
        """The terms of the documents that end so and are longer by at least so many letters."""
        backwards = ending[::-1]
        for stem in self._reversed_stems[bisect_left(self._reversed_stems, backwards) :]:
            if not stem.startswith(backwards):
                return
            if len(stem) - len(ending) >= more:
                yield stem[::-1]

    @cached_property
    def _reversed_stems(self) -> list[str]:
        return sorted(stem[::-1] for stem in self._stems)

    def idf(self, term: str) -> float:
        """Inverse document frequency; largest for a term that no passage contains."""
        return self._index.idf(term)

    def _with_families(self, weights: Mapping[str, float]) -> Iterator[tuple[str, float]]:
        """The weighted terms of a query, and the terms that differ from one of them only in the ending."""
        for term, weight in weights.items():
            yield term, weight
            for other in self.family(term):
                if other not in weights:
                    yield other, weight * RELATED

    def family(self, term: str) -> Iterator[str]:
        """What differs from a term only in the ending, whether or not documents hold it."""
        if len(term) < FAMILY_LETTERS or not term.isalpha():
            return
        for length in range(max(FAMILY_LETTERS, len(term) - FAMILY_ENDING), len(term)):
            if not NO_ENDING.fullmatch(term, length):
                yield term[:length]
        for stem in self._stems[bisect_left(self._stems, term) :]:
            if not stem.startswith(term):
                return
            if 0 < len(stem) - len(term) <= FAMILY_ENDING and not NO_ENDING.fullmatch(stem, len(term)):
                yield stem

    def _with_documents(self, scores: Scores) -> Scores:
        if len(self._documents) < 2:
            return scores
        import numpy as np

        best = np.maximum.reduceat(scores, self._documents)
        sizes = np.diff([*self._documents, len(scores)])
        return np.where(scores > 0, scores + np.float32(DOCUMENT) * np.repeat(best, sizes), scores)


def _rows_by_language(codes: Sequence[str]) -> dict[str, NDArray[np.intp]]:
    """For each language, the numbers of its passages."""
    import numpy as np

    return {code: np.flatnonzero(np.array(codes) == code) for code in dict.fromkeys(codes)}


def _continues(passage: Passage, following: Passage) -> bool:
    return following.document is passage.document and following.start >= passage.end


@dataclass(frozen=True)
class _Neighbourhood:
    """The weights of the passages around each passage."""

    links: Sequence[Scores]
    """For each distance from 1 on: the weight that each passage and the one that far after it have for each other."""
    shares: Scores
    """For each passage, the factor on the weighted sum of its neighbours' scores.

    At the beginning or end of a section a passage has fewer neighbours. So the sum is divided by the geometric mean of
    the actual and the largest possible sum of weights: neither the middle of a long section nor a short section is
    preferred.
    """

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> _Neighbourhood:
        import numpy as np

        headings = [passage.document.heading_at(passage.start) for passage in passages]
        step = np.array(
            [
                _continues(*pair) * FADING * (1.0 if one == other else ACROSS_HEADINGS)
                for pair, one, other in zip(pairwise(passages), headings, headings[1:], strict=False)
            ],
            np.float32,
        )
        links = [step / np.float32(FADING)]
        for distance in range(1, min(REACH, len(step))):
            links.append(links[-1][:-1] * step[distance:])
        there_are = _around(links, np.ones(len(passages), np.float32))
        there_could_be = 2 * sum(FADING**distance for distance in range(REACH))
        shares = np.where(there_are > 0, NEIGHBOURS / np.sqrt(np.maximum(there_are, 1e-9) * there_could_be), 0)
        return cls([link for link in links if link.any()], shares.astype(np.float32))

    def added_to(self, scores: Scores) -> Scores:
        return scores + self.shares * _around(self.links, scores)


def _around(links: Sequence[Scores], scores: Scores) -> Scores:
    """For each passage, the weighted sum of its neighbours' scores."""
    sums = scores * 0
    for distance, link in enumerate(links, start=1):
        sums[distance:] += link * scores[:-distance]
        sums[:-distance] += link * scores[distance:]
    return sums


def _best(scores: Scores, most: int) -> list[int]:
    """The indices of the highest scores above 0, highest first; equal scores by index."""
    import numpy as np

    most = min(most, len(scores))
    if most <= 0:
        return []
    found = np.sort(np.argpartition(scores, -most)[-most:])
    in_order: list[int] = found[np.argsort(-scores[found], kind="stable")].tolist()
    return [number for number in in_order if scores[number] > 0]
