"""Research with a model: it plans and names sentences, the search finds passages, and code makes the quotes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hitl.llm import Model
from hitl.research.dedupe import is_same, repeats
from hitl.research.evidence import AskedPart, Document, Evidence, Finding, Query
from hitl.research.findings import warnings_of
from hitl.research.planning import Plan
from hitl.research.quote_selection import numbered_sentences, select_quotes
from hitl.research.search.ranking import Hit, rank_passages

PASSAGES = 40
"""Maximum passages that the model reads per round."""
PER_QUERY = 20
"""Maximum passages per query."""
SMOOTHING = 60
"""The constant k of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""
SHARE_OF_THE_WINDOW = 0.2
"""Share of the model's window that the passages may fill. A small window is mostly that of a small machine, which reads
about 30 tokens a second."""
CHARACTERS_A_TOKEN = 3


@dataclass(frozen=True)
class LlmSearchResult:
    """The result of a round of research with a model."""

    evidence: Evidence
    invented: int
    """Number of sentences that the model named and that do not exist; they are left out."""


async def search_with_model(model: Model, documents: Sequence[Document], query: Query, plan: Plan) -> LlmSearchResult:
    """Search for new findings with the queries of a plan, and let the model select the quotes.

    A finding that is the same as a dropped one or repeats a kept one is left out.

    Args:
        model: The model that selects.
        documents: The documents to search.
        query: What to search for.
        plan: The model's plan for this round.

    Raises:
        ModelFailure: If the model gives no selection.
    """
    queries = [query.topic, *plan.queries]
    hits = await asyncio.to_thread(fused_hits, documents, queries)
    known = [*query.kept, *query.dropped]
    room = int(model.configured.window * SHARE_OF_THE_WINDOW) * CHARACTERS_A_TOKEN
    sentences = await asyncio.to_thread(numbered_sentences, hits[:PASSAGES], room, known)
    asked = plan.asked or [query.topic]
    if not sentences:
        parts = tuple(AskedPart(text=text, found=0) for text in asked)
        return LlmSearchResult(Evidence((), len(documents), 0, parts=parts, warnings=warnings_of(documents)), 0)
    selected = await select_quotes(model, plan, sentences, query)
    fitting = list(_new(selected.findings, query))
    new, more = tuple(fitting[: query.most]), fitting[query.most :]
    parts = tuple(
        AskedPart(
            text=text,
            found=sum(text in finding.answers for finding in new),
            has_more=any(text in finding.answers for finding in more),
        )
        for text in asked
    )
    read = len({id(sentence.hit) for sentence in sentences})
    return LlmSearchResult(
        Evidence(new, len(documents), read, parts=parts, warnings=warnings_of(documents)), selected.invented
    )


def fused_hits(documents: Sequence[Document], queries: Sequence[str]) -> list[Hit]:
    """The passages found by several queries, ordered by reciprocal rank fusion, best first."""
    scores: dict[tuple[str, int], float] = {}
    hits: dict[tuple[str, int], Hit] = {}
    for query in queries:
        for rank, hit in enumerate(rank_passages(documents, query, PER_QUERY), start=1):
            key = (hit.passage.document.fingerprint, hit.passage.start)
            scores[key] = scores.get(key, 0.0) + 1 / (SMOOTHING + rank)
            hits.setdefault(key, hit)
    return [hits[key] for key in sorted(hits, key=scores.__getitem__, reverse=True)]


def _new(findings: Sequence[Finding], query: Query) -> Iterator[Finding]:
    """The findings that are not dropped and repeat neither a kept nor an earlier one."""
    taken = list(query.kept)
    for finding in findings:
        if any(is_same(finding, dropped) for dropped in query.dropped):
            continue
        if not any(repeats(finding, other) for other in taken):
            taken.append(finding)
            yield finding
