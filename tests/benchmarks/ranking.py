"""20,000 passages: the time to index them, and the time of a query."""

from __future__ import annotations

import random
from functools import partial

from hitl.research.bundled import bundled_documents
from hitl.research.evidence import Document, Passage, Query, fingerprint_of
from hitl.research.findings import find_evidence
from hitl.research.search.ranking import Ranking
from hitl.research.search.tokens import terms_of
from tests.benchmarks.timing import report, seconds_of

PASSAGES = 20_000
WORDS = 60
"""Words in a passage, about as many as in one of the bundled library."""


def made_up_documents(passages: int, per_document: int = 100) -> list[Document]:
    """Documents in the library's own words, with Zipf's distribution: rank r as often as 1/r."""
    chance = random.Random(7)
    library = " ".join(document.text for document in bundled_documents()).split()
    words = list(dict.fromkeys(word.strip(".,;:()") for word in library)) + [f"name{n}" for n in range(20_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    documents = []
    for number in range(passages // per_document):
        blocks = (" ".join(chance.choices(words, weights, k=WORDS)) + "." for _ in range(per_document))
        text = "\n\n".join(blocks)
        documents.append(
            Document(fingerprint=fingerprint_of(text), title=f"Document {number}", location=f"{number}.txt", text=text)
        )
    return documents


def passages_in(documents: list[Document]) -> list[Passage]:
    passages = []
    for document in documents:
        start = 0
        for block in document.text.split("\n\n"):
            passages.append(Passage(document, start, start + len(block)))
            start += len(block) + 2
    return passages


def main() -> None:
    documents = made_up_documents(PASSAGES)
    passages = passages_in(documents)
    Ranking(passages[:10])  # imports the library
    report(f"index of {len(passages):,} passages", [seconds_of(lambda: Ranking(passages)) for _ in range(5)], limit=1.0)
    ranking = Ranking(passages)
    topics = ["ocean currents and heat", "planets of the sun", "vaccines against infection", "name17", "web browser"]
    queries = [dict.fromkeys(terms_of(topic), 1.0) for topic in topics * 10]
    report("query", [seconds_of(partial(ranking.search, query, 300)) for query in queries], limit=0.01)
    find_evidence(documents, Query("warm up"))
    rounds = [seconds_of(partial(find_evidence, documents, Query(topic))) for topic in topics * 10]
    report("round of research, query and quotes", rounds)


if __name__ == "__main__":
    main()
