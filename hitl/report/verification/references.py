"""References: the numbered quotes of a report, those of one document together."""

from __future__ import annotations

from collections.abc import Sequence

from hitl.report.verification.claims import Reference
from hitl.research import Finding


def references_of(findings: Sequence[Finding]) -> list[Reference]:
    """References to findings, numbered from 1: by document in the order of first citation, in a document by position.

    Args:
        findings: The cited findings in the order of the text; one that comes again counts once.
    """
    documents: dict[str, dict[str, Finding]] = {}
    for finding in findings:
        documents.setdefault(finding.document, {})[finding.id] = finding
    ordered = (
        finding
        for quotes in documents.values()
        for finding in sorted(quotes.values(), key=lambda finding: (finding.start, finding.end))
    )
    return [Reference(number=number, finding=finding) for number, finding in enumerate(ordered, start=1)]
