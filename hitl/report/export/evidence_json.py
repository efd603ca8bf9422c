"""A report with its full evidence as JSON, for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hitl.llm import usage_in_words
from hitl.report.export.bundle import Decided, ReportBundle, TextDecided, dropped_after
from hitl.report.verification.marks import summary
from hitl.research import Finding


def whole_json(bundle: ReportBundle) -> str:
    """The report and how it came about as one JSON object. Its keys are stable:

    - `run`, `title`, `markdown` (the report as it was written), `written_on` (a date in UTC, or empty),
      `unfinished` (why it is incomplete, or empty), `language` (code of that of its fixed words);
    - `model` (empty for none), `calls` (`step`, `model`, `usage`, `dollars`), `spending` (the calls in words, or null);
    - `references`: `number` and the id of its `finding`;
    - `text`: its `sections` (`heading`, `sentences` with `text` and the ids of the cited `findings`), or null in a
      report of an earlier version;
    - `verdicts` (all in one line, or null in such a report), `claims` (`number` of the heading or sentence, `text`,
      `is_heading`, `references`: numbers, `verdict`, `strange_numbers`, `unrelated`: references that have nothing of
      it, `opinion`: what a `model` `says` of it, or null), `struck` (number of statements that a human struck out);
    - `findings`: all that were reviewed or are cited, each once, with the fields `id`, `quote`, `document` (the
      fingerprint of its text), `title`, `location`, `date`, `place`, `start` and `end` (offsets in that text), `score`,
      `round`, `answers` (parts of what was asked), `matched` (words), `is_weak`, `dropped` (at the end) and `cited_as`
      (its number in the report, or null);
    - `decisions`, in order: `about` (`findings` or `text`), `by`, `name_verified` (always false), `at` (UTC),
      `feedback`, `check` (whether a model was asked about its sentences), and `review`: the question that was answered,
      or null if it is missing or of another version. About findings: `approved`, `topic`, `go_on`, `dropped` and
      `restored` (finding ids), `notes` (by finding id), and the review's `topic`, `round`, `note`, `looked_for`,
      `parts` (`text`, `found`), `model`, `findings` (ids). About a text: `action` (`publish`, `rewrite` or `findings`),
      `struck` and `notes` (by number, each with the `text` of its statement, or null), and the review's `topic`,
      `attempt`, `note`, `model`, `text`, `verdicts`;
    - `unreadable`: number of answers that are no decisions of this version.
    """
    report = bundle.report
    data = {
        "run": bundle.run_id,
        "title": report.title,
        "markdown": report.markdown,
        "written_on": report.written_on,
        "unfinished": report.unfinished,
        "model": report.model,
        "calls": [call.model_dump(mode="json") for call in report.calls],
        "spending": usage_in_words(report.calls) if report.calls else None,
        "references": [{"number": r.number, "finding": r.finding.id} for r in report.references],
        "language": report.language,
        "text": report.text and report.text.model_dump(mode="json"),
        "verdicts": summary(report.claims) if report.text else None,
        "claims": [claim.model_dump(mode="json", exclude={"likeness"}) for claim in report.claims],
        "struck": report.struck,
        "findings": list(_findings(bundle)),
        "decisions": [
            _common(decided) | (_decision(decided) if isinstance(decided, Decided) else _text_decision(decided))
            for decided in bundle.decisions
        ],
        "unreadable": bundle.unreadable,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _findings(bundle: ReportBundle) -> Iterator[dict[str, Any]]:
    references = bundle.report.references
    reviews = [decided for decided in bundle.decisions if isinstance(decided, Decided)]
    seen = [finding for decided in reviews for finding in decided.findings]
    known: dict[str, Finding] = {}
    for finding in [*seen, *(reference.finding for reference in references)]:
        known.setdefault(finding.id, finding)
    dropped = dropped_after(reviews)
    numbers = {reference.finding.id: reference.number for reference in references}
    for id_, finding in known.items():
        yield finding.model_dump() | {"dropped": id_ in dropped, "cited_as": numbers.get(id_)}


def _common(decided: Decided | TextDecided) -> dict[str, Any]:
    return {
        "about": "findings" if isinstance(decided, Decided) else "text",
        "by": decided.by,
        "name_verified": False,
        "at": _utc(decided.at),
        "feedback": decided.decision.feedback,
        "check": decided.decision.check,
    }


def _decision(decided: Decided) -> dict[str, Any]:
    decision, review = decided.decision, decided.review
    return {
        "approved": decision.approved,
        "topic": decision.topic,
        "go_on": decided.went_on,
        "dropped": decided.dropped,
        "restored": decided.restored,
        "notes": decision.notes,
        "review": review
        and {
            "topic": review.topic,
            "round": review.round,
            "note": review.note,
            "looked_for": review.looked_for,
            "parts": [part.model_dump() for part in review.parts],
            "model": review.model,
            "findings": [finding.id for finding in review.findings],
        },
    }


def _text_decision(decided: TextDecided) -> dict[str, Any]:
    decision, review = decided.decision, decided.review
    texts = {number: statement.text for number, statement in decided.statements.items()}
    return {
        "action": decision.action,
        "struck": [{"number": number, "text": texts.get(number)} for number in decided.struck],
        "notes": [{"number": n, "text": texts.get(n), "note": note} for n, note in decision.notes.items()],
        "review": review
        and {
            "topic": review.topic,
            "attempt": review.attempt,
            "note": review.note,
            "model": review.model,
            "text": review.text.model_dump(mode="json"),
            "verdicts": summary(review.claims),
        },
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
