"""What the search finds for each question: whether anything at all, and whether what is relevant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hitl.research import Document, Query, find_evidence
from hitl.research.search.query_terms import content_words
from hitl.research.search.ranking import ranking_of
from tests.benchmarks.evidence_files import Collection
from tests.benchmarks.ranking_quality import by_searched_documents


@dataclass(frozen=True)
class Found:
    """What was found for one question."""

    shares_a_word: bool
    """True if a document holds one of its content words."""
    finds: bool
    """True if there is a finding."""
    fits: bool
    """True if one of the findings is not weak."""
    is_relevant: bool
    """True if one of the findings overlaps what is relevant."""
    relevant_fits: bool
    """True if such a one is not weak."""


def look_for_all(collection: Collection) -> list[Found]:
    """What is found for each question."""
    found = []
    for question in by_searched_documents(collection.questions):
        documents = collection.searched_for(question)
        findings = find_evidence(documents, Query(question.question)).findings
        spans = [(collection.documents[span.document].fingerprint, span) for span in question.relevant]
        relevant = [
            finding
            for finding in findings
            if any(
                finding.document == fingerprint and finding.start < span.end and span.start < finding.end
                for fingerprint, span in spans
            )
        ]
        found.append(
            Found(
                shares_a_word=shares_a_word(question.question, documents),
                finds=bool(findings),
                fits=any(not finding.is_weak for finding in findings),
                is_relevant=bool(relevant),
                relevant_fits=any(not finding.is_weak for finding in relevant),
            )
        )
    return found


def shares_a_word(question: str, documents: Sequence[Document]) -> bool:
    """True if documents hold a content word of a question as it is stemmed in their language; numbers are none."""
    ranking = ranking_of(documents)
    words = content_words(question, ranking.languages)
    return any(ranking.holds(term) for word in words if not word.typed.isdigit() for term in word.terms)
