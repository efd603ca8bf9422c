"""What the documents of a report are called, so that a reader can tell them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hitl.research import Finding

FEWEST_DIGITS = 8
"""Hexadecimal digits of a fingerprint that is shown, at least."""


@dataclass(frozen=True)
class SourceName:
    """What a document is called."""

    title: str
    location: str
    date: str
    fingerprint: str
    """The beginning of its fingerprint; empty if its title, location and date are those of no other document."""
    telling: str
    """What tells it from the other documents of its title; empty if there are none."""

    @property
    def heading(self) -> str:
        """Its title, and what tells it from others."""
        return f"{self.title} ({self.telling})" if self.telling else self.title


def source_names(findings: Iterable[Finding]) -> dict[str, SourceName]:
    """The name of each quoted document, by fingerprint."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.document, finding)
    digits = next(
        length for length in range(FEWEST_DIGITS, 65) if len({document[:length] for document in first}) == len(first)
    )

    def name(finding: Finding) -> SourceName:
        alike = [other for other in first.values() if _title(other) == _title(finding) and other is not finding]
        same = [other for other in alike if _file(other) == _file(finding)]
        short = finding.document[:digits]
        ways: list[Callable[[Finding], str]] = [lambda f: f.location, lambda f: f.date or ""]
        told = (way(finding) for way in ways if way(finding) and way(finding) not in map(way, alike))
        return SourceName(
            title=_title(finding),
            location=finding.location,
            date=finding.date or "",
            fingerprint=short if same else "",
            telling=next(told, short) if alike else "",
        )

    return {document: name(finding) for document, finding in first.items()}


def _title(finding: Finding) -> str:
    return " ".join(finding.title.split()) or finding.location


def _file(finding: Finding) -> tuple[str, str | None]:
    return finding.location, finding.date
