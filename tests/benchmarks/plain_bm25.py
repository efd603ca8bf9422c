"""What our ranking is measured against: plain BM25, as `bm25s` does it."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import Stemmer

from hitl.research.evidence import Passage

STEMMER = Stemmer.Stemmer("english")


class PlainBM25:
    """BM25 in the variant of Lucene with its defaults, over the passages as plain text: stems, no stop words."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self._index = bm25s.BM25(method="lucene")
        tokens = bm25s.tokenize(
            [passage.text for passage in passages], stopwords="en", stemmer=STEMMER, show_progress=False
        )
        self._is_empty = not tokens.vocab or not any(tokens.ids)
        if not self._is_empty:
            self._index.index(tokens, show_progress=False)

    def rank(self, query: str, most: int) -> list[Passage]:
        """The passages that share a word with a query, the best first, at most so many."""
        if self._is_empty:
            return []
        tokens = bm25s.tokenize(query, stopwords="en", stemmer=STEMMER, return_ids=False, show_progress=False)
        found = self._index.retrieve(tokens, k=min(most, len(self.passages)), show_progress=False)
        pairs = zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True)
        return [self.passages[number] for number, score in pairs if score > 0]
