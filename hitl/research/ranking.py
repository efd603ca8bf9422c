"""Passages are ranked by the words that they share with a query, and by what stands around them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hitl.research.evidence import Passage
from hitl.research.postings import Postings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float32]

REACH = 6
"""Passages before and after one that tell what it is about: what is said of a matter seldom names it all the time."""
FADING = 0.8
"""What a neighbour counts, against the one before it."""
ACROSS_HEADINGS = 0.25
"""What a neighbour under another heading counts, against one under the same."""
NEIGHBOURS = 1.0
"""What the mean score of all its neighbours counts for a passage, against its own."""
DOCUMENT = 0.2
"""Share of the score of its document's best passage that a passage is given on top."""
RELATED = 0.3
"""What a word of the same family counts, against one with the same stem: `invent` and `inventor`."""
FAMILY_LETTERS = 4
"""Letters in which a family agrees, at least, …"""
FAMILY_ENDING = 3
"""… and letters that one stem has more than the other, at most."""


@dataclass(frozen=True)
class Hit:
    """A passage that matches a query."""

    passage: Passage
    score: float
    """Comparable within one query only."""
    number: int
    """Of the passage in its ranking."""


class Ranking:
    """An index over passages.

    Passages of one document have to follow each other, in its order.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self._postings = Postings.over(passages)
        self._stems = sorted(self._postings.vocabulary.number_of_stem)
        self._neighbourhood = _Neighbourhood.of(passages)
        self._documents = [n for n in range(len(passages)) if not n or not _continues(passages[n - 1], passages[n])]

    def search(self, weights: Mapping[str, float], most: int) -> list[Hit]:
        """The passages that match best, the best first.

        A passage's score is that of BM25F (see `Postings`). To it comes a share of the scores of its neighbours in
        the same document, fading with their distance, as in the passage models of Fernández, Losada and Azzopardi,
        “Extending the language modeling framework for sentence retrieval to include local context” (2011), and a
        share of its document's best one, as in Callan, “Passage-level evidence in document retrieval” (1994).

        Args:
            weights: The query: each term (see `words.terms_of`) and how much it counts.
            most: Return at most this many; fewer when fewer passages have to do with the query.
        """
        scores = self._postings.scores_of(dict(self._with_families(weights)))
        if not scores.any():
            return []
        scores = self._with_documents(self._neighbourhood.added_to(scores))
        return [Hit(self.passages[number], float(scores[number]), number) for number in _best(scores, most)]

    def terms_in(self, hit: Hit) -> frozenset[str]:
        """What a passage holds, title and heading included."""
        return self._postings.terms_in(hit.number)

    def coverage(self, weights: Mapping[str, float], terms: Container[str]) -> float:
        """The share of a query that these terms hold, rare terms counting more; from 0 to 1.

        What no passage holds does not count: whatever else is asked for can be found all the same.
        """
        asked = {term: weight * self.rarity(term) for term, weight in weights.items() if self._holds(term)}
        held = sum(value for term, value in asked.items() if term in terms)
        return held / sum(asked.values()) if asked else 0.0

    def knows(self, term: str) -> bool:
        """Whether any passage holds a term, or another word of its family."""
        return self._holds(term) or any(map(self._holds, self._family(term)))

    def _holds(self, term: str) -> bool:
        return term in self._postings.vocabulary.number_of_stem

    def rarity(self, term: str) -> float:
        """Inverse document frequency: largest for a term that no passage holds."""
        return self._postings.rarity(term)

    def _with_families(self, weights: Mapping[str, float]) -> Iterator[tuple[str, float]]:
        """The terms of a query, and those that only differ from one of them in their endings."""
        for term, weight in weights.items():
            yield term, weight
            for other in self._family(term):
                if other not in weights:
                    yield other, weight * RELATED

    def _family(self, term: str) -> Iterator[str]:
        if len(term) < FAMILY_LETTERS or not term.isalpha():
            return
        for length in range(max(FAMILY_LETTERS, len(term) - FAMILY_ENDING), len(term)):
            yield term[:length]
        for stem in self._stems[bisect_left(self._stems, term) :]:
            if not stem.startswith(term):
                return
            if 0 < len(stem) - len(term) <= FAMILY_ENDING:
                yield stem

    def _with_documents(self, scores: Scores) -> Scores:
        if len(self._documents) < 2:
            return scores
        import numpy as np

        best = np.maximum.reduceat(scores, self._documents)
        sizes = np.diff([*self._documents, len(scores)])
        return np.where(scores > 0, scores + np.float32(DOCUMENT) * np.repeat(best, sizes), scores)


def _continues(passage: Passage, following: Passage) -> bool:
    return following.document is passage.document and following.start >= passage.end


@dataclass(frozen=True)
class _Neighbourhood:
    """What the passages around one count for it."""

    links: Sequence[Scores]
    """For each distance, from 1 on: what each passage and the one so much further on count for each other."""
    shares: Scores
    """For each passage, what the sum of its neighbours' scores is multiplied by. Where a section begins or ends it has
    less of a neighbourhood than elsewhere: the sum is divided by the geometric mean of what there is and what there
    could be, so that neither the middle of a long section nor a short section is preferred."""

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
    """For each passage the sum of its neighbours' scores, each times what it counts."""
    sums = scores * 0
    for distance, link in enumerate(links, start=1):
        sums[distance:] += link * scores[:-distance]
        sums[:-distance] += link * scores[distance:]
    return sums


def _best(scores: Scores, most: int) -> list[int]:
    """The numbers of the highest scores above 0, the highest first; of equal ones the first."""
    import numpy as np

    most = min(most, len(scores))
    if most <= 0:
        return []
    found = np.sort(np.argpartition(scores, -most)[-most:])
    in_order: list[int] = found[np.argsort(-scores[found], kind="stable")].tolist()
    return [number for number in in_order if scores[number] > 0]
