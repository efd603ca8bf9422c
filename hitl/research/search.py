"""Searching documents: a query in plain words, and the passages that answer it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from hitl.research.evidence import Document
from hitl.research.passages import passages_of
from hitl.research.ranking import Hit, Ranking
from hitl.research.words import SHORTENED, WORD, composed, terms_of

QUESTION_WEIGHT = 0.2
"""How much a word of asking counts against one of what is asked for."""

REQUEST_WORDS = frozenset(
    terms_of(
        "add another anything detail details explain find found give include included information lack lacking like "
        "look mention mentioned missing need needed needs please say something tell want write"
    )
)
"""Words with which people ask for more, and which say nothing of what they want."""
QUESTION_WORDS = REQUEST_WORDS | frozenset(
    terms_of(
        "agree anybody anyone attitude attitudes come comes conversation describe description disagree discuss "
        "discussed discussion everybody everyone feel get gets getting goes going group happen happens know known make "
        "makes meeting member members opinion opinions participant participants said somebody someone speaker speakers "
        "summarise summarize summary take takes talk talked talking team thing things think thinking thought thoughts "
        "topic view views way ways"
    )
)
"""Words of questions about a text, which seldom stand in what answers them."""


def rank_passages(documents: Sequence[Document], query: str, most: int) -> list[Hit]:
    """The passages that answer a query best, the best first.

    Args:
        documents: Where to look; the index over them is kept for the next query.
        query: A topic or a question in plain words.
        most: Return at most this many; fewer when fewer have to do with the query.
    """
    return ranking_of(documents).search(weights_of(query), most)


def weights_of(query: str) -> dict[str, float]:
    """The terms of a query, and how much each counts."""
    return {term: QUESTION_WEIGHT if term in QUESTION_WORDS else 1.0 for term in terms_of(query)}


class ContentWord(NamedTuple):
    """A word that says what is asked for."""

    typed: str
    term: str
    """As it is compared."""

    @property
    def is_name(self) -> bool:
        """Whether it looks like one: with a capital, or with digits."""
        return self.typed[0].isupper() or any(character.isdigit() for character in self.typed)


def content_words(query: str) -> Iterator[ContentWord]:
    """The words of a query, in its order, without stop words and words of asking."""
    for word in WORD.findall(SHORTENED.sub("", composed(query))):
        for term in terms_of(word):
            if term not in QUESTION_WORDS:
                yield ContentWord(word, term)


def ranking_of(documents: Sequence[Document]) -> Ranking:
    """The index over some documents: of two who ask for it at once, one makes it and the other waits."""
    with _indexing:
        return _made_ranking(_Documents(documents))


_indexing = threading.Lock()


class _Documents:
    """Documents as a key: equal to others of the same fingerprints, without comparing texts."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.fingerprints = tuple([document.fingerprint for document in documents])

    def __hash__(self) -> int:
        return hash(self.fingerprints)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Documents) and other.fingerprints == self.fingerprints


@lru_cache(maxsize=5)
def _made_ranking(documents: _Documents) -> Ranking:
    return Ranking([passage for document in documents.documents for passage in passages_of(document)])
