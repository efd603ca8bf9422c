"""The inverted index: for each term, which passages hold it, and what it counts there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from hitl.research.evidence import Passage
from hitl.research.words import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SATURATION = 1.2
"""k₁ of BM25: the larger, the more counts what occurs again."""
LENGTH_NORM = 0.5
"""b of BM25: how much less a term counts in a long passage, from 0 to 1."""
HEADING_WEIGHT = 1.0
"""What a term in the heading counts, against one in the text of a passage of average length."""
TITLE_WEIGHT = 0.5
"""The same for the title of the document."""


@dataclass(frozen=True)
class Postings:
    """The score of each term in each passage, as a sparse matrix: one column a term, one row a passage.

    The scores are those of BM25F, which adds up the occurrences of a term in title, heading and text before they
    saturate: Robertson and Zaragoza, “The Probabilistic Relevance Framework: BM25 and Beyond” (2009).
    """

    vocabulary: Vocabulary
    count: int
    """How many passages there are."""
    ends: Sequence[int]
    """Where the column of each term begins, and the last one ends."""
    rows: NDArray[np.int32]
    """Passages by number, ascending in each column."""
    scores: NDArray[np.float32]
    terms: Sequence[Sequence[int]]
    """Those of each passage's own text, in its order."""
    labels: Sequence[frozenset[int]]
    """The terms of each passage's title and heading."""

    @classmethod
    def over(cls, passages: Sequence[Passage]) -> Postings:
        """Index passages."""
        import numpy as np  # 0.1 s, and the first page does not need it

        vocabulary = Vocabulary()
        texts = [vocabulary.numbers(passage.text) for passage in passages]
        titles, headings = _labels(passages, vocabulary)
        count = len(passages)
        lengths = np.array([len(text) for text in texts], np.float64)
        average = max(lengths.mean(), 1.0) if count else 1.0
        fields = [*texts, *headings, *titles]  # of a row each, in all three
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
        rarities = np.array([_rarity(held, count) for held in np.diff(ends).tolist()])
        scores = rarities[columns] * frequencies / (SATURATION + frequencies) if len(keys) else frequencies
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
        """What each passage scores for a query: each term and how much it counts."""
        import numpy as np

        sums = np.zeros(self.count, np.float32)
        for term, weight in weights.items():
            column = self._column(term)
            sums[self.rows[column]] += self.scores[column] * np.float32(weight)
        return sums

    def rarity(self, term: str) -> float:
        """Inverse document frequency: largest for a term that no passage holds."""
        column = self._column(term)
        return _rarity(column.stop - column.start, self.count)

    def terms_in(self, passage: int) -> frozenset[str]:
        """The terms of a passage, its title and heading."""
        stems = self.vocabulary.stems
        return frozenset(stems[term] for term in self.labels[passage].union(self.terms[passage]))

    def _column(self, term: str) -> slice:
        number = self.vocabulary.number_of_stem.get(term)
        return slice(0, 0) if number is None else slice(self.ends[number], self.ends[number + 1])


def _rarity(held: int, count: int) -> float:
    return math.log(1 + (count - held + 0.5) / (held + 0.5))


def _labels(passages: Sequence[Passage], vocabulary: Vocabulary) -> tuple[list[list[int]], list[list[int]]]:
    """The terms of each passage's title, and of its heading; each label is read once."""
    known: dict[str, list[int]] = {}

    def terms(label: str) -> list[int]:
        if label not in known:
            known[label] = list(dict.fromkeys(vocabulary.numbers(label)))
        return known[label]

    titles = [terms(passage.document.title) for passage in passages]
    return titles, [terms(passage.document.heading_at(passage.start)) for passage in passages]
