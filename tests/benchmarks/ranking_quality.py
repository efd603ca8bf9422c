"""How well and how fast passages are ranked, ours beside plain BM25."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from hitl.research.evidence import Document, Passage
from hitl.research.search.ranking import rank_passages, ranking_of
from tests.benchmarks.evidence_files import Collection, QuestionLine
from tests.benchmarks.plain_bm25 import PlainBM25
from tests.benchmarks.timing import seconds_of

DEPTH = 100
"""Passages that are looked at for the reciprocal rank."""
TOP = 20
"""Passages that a timed query returns."""

Ranker = Callable[[str, int], Sequence[Passage]]


@dataclass(frozen=True)
class Quality:
    """How one ranking answered all questions."""

    relevant_ranks: list[list[int]]
    """For each question the ranks of what is relevant, from 1."""
    seconds: list[float]
    """For each question, from its text to the ranked top 20."""

    def hit_at(self, most: int) -> float:
        """The share of questions with something relevant among the first so many."""
        return statistics.fmean(any(rank <= most for rank in ranks) for ranks in self.relevant_ranks)

    def precision_at(self, most: int) -> float:
        """The share of relevant passages among the first so many, places that stay empty included."""
        return statistics.fmean(sum(rank <= most for rank in ranks) / most for ranks in self.relevant_ranks)

    def mean_reciprocal_rank(self) -> float:
        return statistics.fmean(1 / ranks[0] if ranks else 0.0 for ranks in self.relevant_ranks)

    def milliseconds(self) -> float:
        """Of a query: the median."""
        return statistics.median(self.seconds) * 1000


@dataclass(frozen=True)
class Comparison:
    ours: Quality
    plain: Quality


def compare(collection: Collection) -> Comparison:
    """Rank the passages for every question that says what is relevant, in both ways.

    Each query is timed once in each way, when the indexes over its documents have been made: one directly after the
    other, and each of them first every second time.
    """
    judged = [question for question in collection.questions if question.relevant]
    comparison = Comparison(Quality([], []), Quality([], []))
    for number, question in enumerate(by_searched_documents(judged)):
        documents = collection.searched_for(question)
        ways = [(our_ranker(documents), comparison.ours), (plain_ranker(documents), comparison.plain)]
        for ranker, quality in ways if number % 2 else reversed(ways):
            quality.seconds.append(seconds_of(partial(ranker, question.question, TOP)))
            quality.relevant_ranks.append(relevant_ranks(ranker(question.question, DEPTH), question, collection))
    return comparison


def by_searched_documents(questions: Sequence[QuestionLine]) -> list[QuestionLine]:
    """The questions in an order in which those over the same documents follow each other: each index is made once."""
    return sorted(questions, key=lambda question: question.within or [])


def our_ranker(documents: Sequence[Document]) -> Ranker:
    ranking_of(documents)  # makes the index
    return lambda query, most: [hit.passage for hit in rank_passages(documents, query, most)]


def plain_ranker(documents: Sequence[Document]) -> Ranker:
    return _plain_index(tuple(document.fingerprint for document in documents), _Unread(ranking_of(documents).passages))


def relevant_ranks(passages: Sequence[Passage], question: QuestionLine, collection: Collection) -> list[int]:
    """The ranks, from 1, of the passages that overlap a relevant span; the same text is the same document."""
    spans = [(collection.documents[span.document].fingerprint, span) for span in question.relevant]
    return [
        rank
        for rank, passage in enumerate(passages, start=1)
        if any(
            passage.document.fingerprint == fingerprint and passage.start < span.end and span.start < passage.end
            for fingerprint, span in spans
        )
    ]


@dataclass(frozen=True)
class _Unread:
    """Passages that count for nothing in a comparison: the fingerprints beside them say what they are."""

    passages: Sequence[Passage] = field(compare=False)


@lru_cache(maxsize=4)
def _plain_index(fingerprints: tuple[str, ...], passages: _Unread) -> Ranker:
    return PlainBM25(passages.passages).rank
