"""Research guided by a model: it plans and selects, the search finds, and every quote is checked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from hitl.llm import Model
from hitl.research.documents import Evidence, Inquiry, warnings_of
from hitl.research.evidence import Document, Finding
from hitl.research.planning import Plan
from hitl.research.ranking import Hit
from hitl.research.sameness import is_same, repeats
from hitl.research.search import rank_passages
from hitl.research.selecting import passages_that_fit, select_quotes

PASSAGES = 40
"""Passages that the model reads in a round, at most."""
PER_QUERY = 20
"""Passages that one query brings."""
SMOOTHING = 60
"""The constant k of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""
SHARE_OF_THE_WINDOW = 0.5
"""Of the model's window, what the passages may take."""
CHARACTERS_A_TOKEN = 3


@dataclass(frozen=True)
class Guided:
    """What a guided round has found."""

    evidence: Evidence
    invented: int
    """Quotes that the model named and that stand in no document: they are left out."""


async def find_guided(model: Model, documents: Sequence[Document], inquiry: Inquiry, plan: Plan) -> Guided:
    """Look for new findings by a plan.

    Nothing comes back that is the same as what the human dropped, or only repeats what was kept.

    Args:
        model: Who reads.
        documents: Where to look.
        inquiry: What to look for.
        plan: How the model has divided it.

    Raises:
        ModelFailure: If the model does not read.
    """
    queries = [inquiry.topic, *plan.queries]
    hits = await asyncio.to_thread(fused_hits, documents, queries)
    room = int(model.configured.window * SHARE_OF_THE_WINDOW) * CHARACTERS_A_TOKEN
    hits = passages_that_fit(hits[:PASSAGES], room)
    if not hits:
        return Guided(Evidence((), len(documents), 0, warnings=warnings_of(documents)), 0)
    selected = await select_quotes(model, plan, hits, inquiry)
    new = islice(_new(selected.findings, inquiry), inquiry.most)
    evidence = Evidence(tuple(new), len(documents), len(hits), warnings=warnings_of(documents))
    return Guided(evidence, selected.invented)


def fused_hits(documents: Sequence[Document], queries: Sequence[str]) -> list[Hit]:
    """The passages that several queries bring, those first that stand high for many of them."""
    scores: dict[tuple[str, int], float] = {}
    hits: dict[tuple[str, int], Hit] = {}
    for query in queries:
        for rank, hit in enumerate(rank_passages(documents, query, PER_QUERY), start=1):
            key = (hit.passage.document.fingerprint, hit.passage.start)
            scores[key] = scores.get(key, 0.0) + 1 / (SMOOTHING + rank)
            hits.setdefault(key, hit)
    return [hits[key] for key in sorted(hits, key=scores.__getitem__, reverse=True)]


def _new(findings: Sequence[Finding], inquiry: Inquiry) -> Iterator[Finding]:
    """The findings that the human has not seen, each once."""
    taken = list(inquiry.kept)
    for finding in findings:
        if any(is_same(finding, dropped) for dropped in inquiry.dropped):
            continue
        if not any(repeats(finding, other) for other in taken):
            taken.append(finding)
            yield finding
