"""Research: files become documents, documents passages, and ranked passages findings.

Each name is loaded when it is first used (PEP 562): a finding can be shown without the libraries that find it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hitl.research.evidence import Document, DocumentBlock, Evidence, Finding, Query
    from hitl.research.findings import find_evidence
    from hitl.research.search.ranking import rank_passages
    from hitl.research.shelf import Shelf, UnknownDocument

__all__ = [
    "Document",
    "DocumentBlock",
    "Evidence",
    "Finding",
    "Query",
    "Shelf",
    "UnknownDocument",
    "find_evidence",
    "rank_passages",
]

_HOME = {
    "Document": "evidence",
    "DocumentBlock": "evidence",
    "Evidence": "evidence",
    "Finding": "evidence",
    "Query": "evidence",
    "Shelf": "shelf",
    "UnknownDocument": "shelf",
    "find_evidence": "findings",
    "rank_passages": "search.ranking",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"hitl.research has no {name}; it has {', '.join(__all__)}")
    return getattr(import_module(f"hitl.research.{_HOME[name]}"), name)
