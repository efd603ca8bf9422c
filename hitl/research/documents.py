"""Passages become findings: what a round of research puts before the human."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hitl.research.evidence import Document, Finding, Passage, finding_id
from hitl.research.passages import parts_of
from hitl.research.ranking import Hit, Ranking
from hitl.research.sameness import is_same, repeats
from hitl.research.search import QUESTION_WORDS, REQUEST_WORDS, content_words, rank_passages, ranking_of, weights_of
from hitl.research.sentences import Span, leans_on_previous, split_sentences
from hitl.research.words import terms_of

__all__ = ["Evidence", "Inquiry", "find_evidence", "new_finding", "rank_passages"]

CANDIDATES = 300
"""Ranked passages that are looked at for one round."""
COVERAGE = 0.5
"""A finding holds at least this share of the topic, or of the feedback to one round, weighed by rarity; …"""
PARTIAL_COVERAGE = 0.3
"""… or at least this share and two of its terms, since a long topic asks for several things at once."""
CLOSE_TO_BEST = 0.4
"""A finding's score is at least this share of the best one's."""
DEEPER = 0.5
"""What the two shares above are multiplied by for every rejection without feedback."""
FEEDBACK_WEIGHT = 1.5
"""How much a term of the feedback counts against one of the topic."""
SEEN_BEFORE = 0.8
"""What the score of a passage is multiplied by when its document was quoted in an earlier round."""
QUOTED_ALREADY = 0.85
"""The same, for every quote that this round has taken from its document."""
QUOTE_LENGTH = 380
"""Characters after which a quote takes no further sentence."""


@dataclass(frozen=True)
class Inquiry:
    """What one round of research asks for."""

    topic: str
    feedback: tuple[str, ...] = ()
    """The feedback to each round so far, the oldest first; an empty one asks to look deeper."""
    kept: tuple[Finding, ...] = ()
    dropped: tuple[Finding, ...] = ()
    round: int = 1
    most: int = 8
    """New findings to return, at most."""

    @property
    def known(self) -> tuple[Finding, ...]:
        """Everything that the human has seen."""
        return self.kept + self.dropped


@dataclass(frozen=True)
class Evidence:
    """What one round of research found."""

    findings: tuple[Finding, ...]
    """New ones only, the best first."""
    documents: int
    """How many documents were read."""
    passages: int
    """How many passages were ranked."""
    unknown: tuple[str, ...] = ()
    """Words that were asked for and that no document holds, as they were typed."""
    warnings: tuple[str, ...] = ()
    """What a human should know of the documents before relying on their text, a sentence each."""


def find_evidence(documents: Sequence[Document], inquiry: Inquiry) -> Evidence:
    """Look for new findings.

    Nothing comes back that is the same as what the human dropped, or only repeats what was kept; of two
    passages that fit as well, the one from a document not quoted yet is preferred.

    Args:
        documents: Where to look.
        inquiry: What to look for.
    """
    ranking = ranking_of(documents)
    query = _Query.of(inquiry, ranking)
    candidates = [
        new_finding(hit.passage.document, *_quote(hit.passage, query), hit.score, inquiry.round) for hit in query.hits()
    ]
    findings = tuple(islice(_diverse(candidates, inquiry), inquiry.most))
    return Evidence(
        findings, len(documents), len(ranking.passages), unknown_words(ranking, inquiry), warnings_of(documents)
    )


def warnings_of(documents: Sequence[Document]) -> tuple[str, ...]:
    """What a human should know of documents before relying on their text, a sentence each."""
    return tuple(document.warning for document in documents if document.warning)


def unknown_words(ranking: Ranking, inquiry: Inquiry) -> tuple[str, ...]:
    """The words of a topic that no document holds, nor any word of their family; of the last feedback its names.

    (Much of what feedback says is about the findings and not about the matter: “too long, drop the third one”.)
    """
    said = content_words(inquiry.feedback[-1]) if inquiry.feedback else ()
    words = [*content_words(inquiry.topic), *(word for word in said if word.is_name)]
    unknown = [word.typed for word in words if ranking.passages and not ranking.knows(word.term)]
    return tuple(dict.fromkeys(unknown))


@dataclass(frozen=True)
class _Query:
    ranking: Ranking
    weights: dict[str, float]
    """Every term, of the topic and of the feedback."""
    parts: tuple[dict[str, float], ...]
    """The topic and the feedback to each round by itself: a finding has to answer one of them."""
    tolerance: float
    """What both thresholds are multiplied by: 1, and less for every rejection without feedback."""

    @classmethod
    def of(cls, inquiry: Inquiry, ranking: Ranking) -> _Query:
        topic = weights_of(inquiry.topic)
        feedback = [
            {term: FEEDBACK_WEIGHT * weight for term, weight in weights_of(text).items() if term not in REQUEST_WORDS}
            for text in inquiry.feedback
        ]
        weights = Counter(topic)
        for asked in feedback:
            weights.update(asked)
        times_deeper = sum(not asked for asked in feedback)
        parts = (topic, *(asked for asked in feedback if asked))
        return cls(ranking, dict(weights), parts, DEEPER**times_deeper)

    def hits(self) -> Iterator[Hit]:
        hits = self.ranking.search(self.weights, CANDIDATES)
        for hit in hits:
            if hit.score < hits[0].score * CLOSE_TO_BEST * self.tolerance:
                return
            terms = self.ranking.terms_in(hit)
            if any(self._fits(part, terms) for part in self.parts):
                yield hit

    def _fits(self, part: dict[str, float], terms: frozenset[str]) -> bool:
        telling = [term for term in part if not (term in QUESTION_WORDS or term.isdigit())] or list(part)
        if not any(term in terms for term in telling):
            return False  # where a number, or a word of asking, is all that is known of what was asked
        shared = sum(term in terms and term not in QUESTION_WORDS for term in part)
        enough = PARTIAL_COVERAGE if shared > 1 else COVERAGE
        return self.ranking.coverage(part, terms) >= enough * self.tolerance

    def value(self, sentence: str) -> float:
        """How much of what the query asks for a sentence holds."""
        terms = set(terms_of(sentence)) - QUESTION_WORDS
        return sum(weight * self.ranking.rarity(term) for term, weight in self.weights.items() if term in terms)


def _diverse(findings: Sequence[Finding], inquiry: Inquiry) -> Iterator[Finding]:
    """The new findings, the best first and none twice; a document counts less with every quote taken from it."""
    quoted_before = {finding.document for finding in inquiry.known}
    left = list(findings)
    taken: list[Finding] = []

    def value(finding: Finding) -> float:
        quotes = sum(other.document == finding.document for other in taken)
        return finding.score * (SEEN_BEFORE if finding.document in quoted_before else 1.0) * QUOTED_ALREADY**quotes

    while left:
        best = max(left, key=value)
        left.remove(best)
        is_dropped = any(is_same(best, dropped) for dropped in inquiry.dropped)
        if not is_dropped and not any(repeats(best, other) for other in (*inquiry.kept, *taken)):
            taken.append(best)
            yield best


def new_finding(document: Document, start: int, end: int, score: float, round_number: int) -> Finding:
    """A finding that quotes a document.

    Args:
        document: What it quotes.
        start: Offset of the quote's first character in the document's text.
        end: Offset after its last character.
        score: How well it fits what was asked.
        round_number: The round of research that found it, from 1.
    """
    return Finding(
        id=finding_id(document.fingerprint, start, end),
        quote=document.text[start:end],
        document=document.fingerprint,
        title=document.title,
        location=document.location,
        date=document.date,
        place=document.place_at(start),
        start=start,
        end=end,
        score=round(score, 3),
        round=round_number,
    )


def _quote(passage: Passage, query: _Query) -> Span:
    """The sentences of a passage that answer best: the best one, what it leans on, and what goes with it.

    In a conversation they are all of one turn.
    """
    text = passage.document.text
    parts = [split_sentences(text, *part) for part in parts_of(text, Span(passage.start, passage.end))]
    sentences = max(filter(None, parts), key=lambda part: max(map(query.value, _texts(text, part))))
    values = [query.value(sentence) for sentence in _texts(text, sentences)]
    first = last = max(range(len(sentences)), key=values.__getitem__)
    while first > 0 and leans_on_previous(text, sentences[first]):
        first -= 1
    while last + 1 < len(sentences) and values[last + 1] and _is_short(sentences[first], sentences[last + 1]):
        last += 1
    while first > 0 and values[first - 1] and _is_short(sentences[first - 1], sentences[last]):
        first -= 1
    return Span(sentences[first].start, sentences[last].end)


def _texts(text: str, spans: Sequence[Span]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def _is_short(first: Span, last: Span) -> bool:
    return last.end - first.start <= QUOTE_LENGTH
