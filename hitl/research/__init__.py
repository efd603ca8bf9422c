"""Finding evidence: files become documents, documents passages, passages ranked findings."""

from hitl.research.documents import Evidence, Inquiry, find_evidence
from hitl.research.evidence import Document, Finding, Heading
from hitl.research.search import rank_passages
from hitl.research.shelf import Shelf, UnknownDocument

__all__ = [
    "Document",
    "Evidence",
    "Finding",
    "Heading",
    "Inquiry",
    "Shelf",
    "UnknownDocument",
    "find_evidence",
    "rank_passages",
]
