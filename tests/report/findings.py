"""Findings for tests, made from plain words."""

from __future__ import annotations

from hitl.research import Finding
from hitl.research.evidence import finding_id, fingerprint_of


def finding(
    quote: str,
    *,
    title: str = "On tides",
    place: str = "",
    start: int = 0,
    document: str = "",
    location: str = "tides.md",
    round: int = 1,
) -> Finding:
    """A finding; findings of the same title are of the same document."""
    fingerprint = document or fingerprint_of(title)
    end = start + len(quote)
    return Finding(
        id=finding_id(fingerprint, start, end),
        quote=quote,
        document=fingerprint,
        title=title,
        location=location,
        place=place,
        start=start,
        end=end,
        score=1.0,
        round=round,
    )
