"""How inputs from outside the project reach it: scripts that attack the reader, the checks and the report call these.

Whatever is moved inside hitl, the calls stay.
"""

from __future__ import annotations

from collections.abc import Sequence

from hitl.report.citations import Reference
from hitl.report.composing import compose
from hitl.research import Document
from hitl.research.evidence import Passage
from hitl.research.passages import passages_of
from hitl.research.reading import read_document
from tests.report.findings import check_citation, finding


def read(name: str, data: bytes, most_megabytes: int = 20) -> Document:
    """Read a file; what cannot be read raises an exception in words.

    Args:
        name: The file's name.
        data: Its bytes.
        most_megabytes: The largest size that is taken, in units of 10⁶ bytes.
    """
    return read_document(name, data, most_megabytes)


def passages(document: Document) -> list[Passage]:
    """The passages that are ranked."""
    return list(passages_of(document))


def verdict(claim: str, quote: str) -> str:
    """The verdict on a sentence that cites one quote."""
    return check_citation(claim, Reference(number=1, finding=finding(quote))).verdict


def published(written: str, quotes: Sequence[str]) -> str:
    """The Markdown of a report, with its marks.

    Args:
        written: What a model wrote; it cites the quotes by their places, from 1.
        quotes: Of the approved findings.
    """
    findings = [finding(quote, start=1000 * place) for place, quote in enumerate(quotes)]
    return compose("A topic", written, findings, model="a model", written_on="2026-11-26").markdown
