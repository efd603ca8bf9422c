"""The inverted index: for each term, the passages that contain it and its score there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

from hitl.research.evidence import Passage
from hitl.research.search.tokens import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SATURATION = 1.2
"""k₁ of BM25: the larger, the more repeated occurrences of a term count."""
LENGTH_NORM = 0.5
"""b of BM25, from 0 to 1: the larger, the less a term counts in a long passage."""
HEADING_WEIGHT = 1.0
"""Weight of a term in the path of headings or the speaker's name, relative to one in a passage of average length."""
TITLE_WEIGHT = 0.5
"""The same for a term in the document's title."""
LOOKED_AT = 500
"""Passages with two terms in which it is looked whether these stand side by side."""


@dataclass(frozen=True)
class InvertedIndex:
    """The score of each term in each passage: a sparse matrix with a column per term and a row per passage.

    The scores are those of BM25F, which adds up the occurrences of a term in title, heading and text before they
    saturate: Robertson and Zaragoza, “The Probabilistic Relevance Framework: BM25 and Beyond” (2009).
    """

    vocabulary: Vocabulary
    count: int
    """Number of passages."""
    ends: Sequence[int]
    """Offsets into `rows` and `scores`: the column of term n is `ends[n]:ends[n + 1]`."""
    rows: NDArray[np.int32]
    """Passage numbers, ascending within each column."""
    scores: NDArray[np.float32]
    terms: Sequence[Sequence[int]]
    """Term numbers of each passage's own text, in text order."""
    labels: Sequence[frozenset[int]]
    """Term numbers of each passage's title, headings and speaker."""

    @classmethod
    def over(cls, passages: Sequence[Passage]) -> InvertedIndex:
        """Build the index of passages."""
        import numpy as np  # takes 0.1 s, and the first page does not need it

        vocabulary = Vocabulary()
        texts = [vocabulary.numbers(passage.text, passage.document.language_code) for passage in passages]
        titles, headings = _labels(passages, vocabulary)
        count = len(passages)
        lengths = np.array([len(text) for text in texts], np.float64)
        average = max(lengths.mean(), 1.0) if count else 1.0
        fields = [*texts, *headings, *titles]  # each of the three lists has one entry per passage
        weights = np.concatenate(
            [
                1 / (1 - LENGTH_NORM + LENGTH_NORM * lengths / average),
                np.full(count, HEADING_WEIGHT),
                np.full(count, TITLE_WEIGHT),
            ]
        )
        sizes = [len(field) for field in fields]
        terms = np.fromiter(chain.from_iterable(fields), np.int64, sum(sizes))
        keys = terms * count + np.repeat(np.tile(np.arange(count), 3), sizes)
        order = np.argsort(keys)
        keys, firsts = np.unique(keys[order], return_index=True)
        weights = np.repeat(weights, sizes)[order]
        frequencies = np.add.reduceat(weights, firsts) if len(keys) else weights
        columns, rows = np.divmod(keys, max(count, 1))
        ends = np.searchsorted(columns, np.arange(len(vocabulary.stems) + 1))
        idfs = np.array([_idf(held, count) for held in np.diff(ends).tolist()])
        scores = idfs[columns] * frequencies / (SATURATION + frequencies) if len(keys) else frequencies
        return cls(
            vocabulary,
            count,
            ends.tolist(),
            rows.astype(np.int32),
            scores.astype(np.float32),
            texts,
            [frozenset(title + heading) for title, heading in zip(titles, headings, strict=True)],
        )

    def scores_of(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """The score of each passage, shape (count,), for a query given as terms and their weights."""
        import numpy as np

        sums = np.zeros(self.count, np.float32)
        for term, weight in weights.items():
            column = self._column(term)
            sums[self.rows[column]] += self.scores[column] * np.float32(weight)
        return sums

    def idf(self, term: str) -> float:
        """Inverse document frequency; largest for a term that no passage contains."""
        return _idf(self.count_of(term), self.count)

    def count_of(self, term: str) -> int:
        """The number of passages that contain a term."""
        return len(self.rows_of(term))

    def rows_of(self, term: str) -> NDArray[np.int32]:
        """The numbers of the passages that contain a term, ascending."""
        return self.rows[self._column(term)]

    def together(self, first: str, second: str, most: int) -> int:
        """The number of passages in which one term directly follows another, counted up to a number.

        Of terms that share very many passages only the first ones are looked at.
        """
        import numpy as np

        one, other = map(self.vocabulary.number_of_stem.get, (first, second))
        if one is None or other is None:
            return 0
        shared = np.intersect1d(self.rows_of(first), self.rows_of(second), assume_unique=True)[:LOOKED_AT].tolist()
        side_by_side = ((one, other) in pairwise(self.terms[row]) for row in shared)
        return sum(islice(filter(None, side_by_side), most))

    def labels_of(self, passage: int) -> frozenset[str]:
        """The terms of a passage's title, headings and speaker."""
        return frozenset(map(self.vocabulary.stems.__getitem__, self.labels[passage]))

    def own_terms(self, passage: int) -> frozenset[str]:
        """The terms of a passage's own text."""
        return frozenset(map(self.vocabulary.stems.__getitem__, self.terms[passage]))

    def terms_in(self, passage: int) -> frozenset[str]:
        """The terms of a passage, including its title, headings and speaker."""
        return self.own_terms(passage) | self.labels_of(passage)

    def _column(self, term: str) -> slice:
        number = self.vocabulary.number_of_stem.get(term)
        return slice(0, 0) if number is None else slice(self.ends[number], self.ends[number + 1])


def _idf(held: int, count: int) -> float:
    return math.log(1 + (count - held + 0.5) / (held + 0.5))


def _labels(passages: Sequence[Passage], vocabulary: Vocabulary) -> tuple[list[list[int]], list[list[int]]]:
    """The term numbers of each passage's title and of its place; each distinct label is tokenized once."""
    known: dict[tuple[str, str], list[int]] = {}

    def terms(label: str, language: str) -> list[int]:
        key = (label, language)
        if key not in known:
            known[key] = list(dict.fromkeys(vocabulary.numbers(label, language)))
        return known[key]

    titles = [terms(passage.document.title, passage.document.language_code) for passage in passages]
    return titles, [terms(_place_of(passage), passage.document.language_code) for passage in passages]


def _place_of(passage: Passage) -> str:
    """The headings that a passage stands under, and who speaks at its beginning."""
    block = passage.document.block_at(passage.start)
    return " · ".join((*passage.document.path_at(passage.start), block.speaker if block else ""))
