"""A report with its full evidence, for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hitl.llm import spending_in_words
from hitl.report.citations import summary
from hitl.report.export_publication import Decided, Publication
from hitl.research import Finding


def whole_json(publication: Publication) -> str:
    """The report and how it came about, as one JSON object; its keys stay.

    - `run`, `title`, `markdown` (the report as it was written), `written_on` (a day in UTC, or empty),
      `unfinished` (why it is not whole, or empty);
    - `model` (empty for none), `calls` (`step`, `model`, `usage`, `dollars`), `spending` (the calls in words, or null);
    - `references`: `number` and the id of its `finding`;
    - `verdicts` (all checks in one line), `checks` (`sentence`, `number`, `verdict`, `similarity`,
      `strange_numbers`), `uncited` (sentences), `removed` (how many citations);
    - `findings`: all that were before a human or are cited, each once: its own fields (`id`, `quote`,
      `document`: the fingerprint of its text, `title`, `location`, `date`, `place`, `start` and `end`: characters of
      that text, `score`, `round`), and `dropped`, `cited_as` (its number in the report, or null);
    - `decisions`, in order: `by`, `name_verified` (always false), `at` (UTC), `approved`, `feedback`, `topic`,
      `go_on`, `dropped` (finding ids), `review`: what was before the human (`topic`, `round`, `note`, `looked_for`,
      `model`, `findings`: ids), or null when that is of another version;
    - `unreadable`: how many answers are no decisions of this version.
    """
    report = publication.report
    data = {
        "run": publication.run_id,
        "title": report.title,
        "markdown": report.markdown,
        "written_on": report.written_on,
        "unfinished": report.unfinished,
        "model": report.model,
        "calls": [call.model_dump(mode="json") for call in report.calls],
        "spending": spending_in_words(report.calls) if report.calls else None,
        "references": [{"number": r.number, "finding": r.finding.id} for r in report.references],
        "verdicts": summary(report.checks),
        "checks": [check.model_dump(mode="python") for check in report.checks],
        "uncited": report.uncited,
        "removed": report.removed,
        "findings": list(_findings(publication)),
        "decisions": [_decision(decided) for decided in publication.decisions],
        "unreadable": publication.unreadable,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _findings(publication: Publication) -> Iterator[dict[str, Any]]:
    references = publication.report.references
    seen = [finding for decided in publication.decisions for finding in decided.findings]
    known: dict[str, Finding] = {}
    for finding in [*seen, *(reference.finding for reference in references)]:
        known.setdefault(finding.id, finding)
    dropped = {id_ for decided in publication.decisions for id_ in decided.dropped}
    numbers = {reference.finding.id: reference.number for reference in references}
    for id_, finding in known.items():
        yield finding.model_dump() | {"dropped": id_ in dropped, "cited_as": numbers.get(id_)}


def _decision(decided: Decided) -> dict[str, Any]:
    decision, review = decided.decision, decided.review
    return {
        "by": decided.by,
        "name_verified": False,
        "at": _utc(decided.at),
        "approved": decision.approved,
        "feedback": decision.feedback,
        "topic": decision.topic,
        "go_on": decision.go_on,
        "dropped": decided.dropped,
        "review": review
        and {
            "topic": review.topic,
            "round": review.round,
            "note": review.note,
            "looked_for": review.looked_for,
            "model": review.model,
            "findings": [finding.id for finding in review.findings],
        },
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
