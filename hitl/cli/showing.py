"""One run as text to read: its head, its decisions, what it asks, its log, what it gave."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hitl.cli.opening import short_id
from hitl.cli.printing import columns, exact_time, local_time, one_line, wrapped
from hitl.cli.telling import describe_question, report_in, review_in, value_in_words
from hitl.engine import Answer, EventRecord, Question, Run, RunRecord
from hitl.engine.descriptions import describe_answer, entries, title_of
from hitl.engine.workflows.answers import CHOSEN, is_bare
from hitl.report import ReviewFindings
from hitl.report.citations import summary
from hitl.report.notes import spending_note
from hitl.research import Finding
from hitl.text import humanize

NEWEST = 20
"""Entries of the log that are shown; `--events` shows all."""
STATUS_WORDS = {"waiting": "waiting for a human"}


def show_run(run: Run, in_full: bool) -> str:
    """A run as it stands.

    Args:
        run: Which.
        in_full: Whether every event is shown with all it holds.
    """
    record, questions = run.record, run.questions
    parts = [_head(record, run.blocked_reason)]
    if answers := run.answers:
        parts.append("Decisions\n" + "\n".join(map(_decision, answers)))
    parts += [_question(short_id(run.engine, run.id), question) for question in questions]
    events = run.events()
    parts.append("Log\n" + (_all_events(events) if in_full else _log(events)))
    if record.result is not None:
        parts.append(_result(record.result))
    return "\n\n".join(parts)


def _head(record: RunRecord, blocked_reason: str | None) -> str:
    inputs = [f"{name}: {one_line(value_in_words(value))}" for name, value in record.inputs.items()]
    rows = [
        ("run", record.id),
        ("workflow", record.workflow),
        ("status", STATUS_WORDS.get(record.status, record.status)),
        ("started", exact_time(record.created_at)),
        *(("" if number else "inputs", line) for number, line in enumerate(inputs)),
    ]
    lines = [one_line(title_of(record)), columns([("", *row) for row in rows])]
    if failure := record.failure:
        where = f"The step “{humanize(failure.step)}” failed" if failure.step else "The run failed"
        lines.append(wrapped(f"{where}: {failure.message or failure.type}"))
    if blocked_reason:
        lines.append(wrapped(f"This run cannot go on here. {blocked_reason}"))
    return "\n".join(lines)


def _decision(answer: Answer) -> str:
    state = "" if answer.state == "applied" else " (not taken up yet)"
    return f"  {exact_time(answer.at)}  {one_line(f'{answer.by}: {describe_answer(answer.body)}')}{state}"


def _question(run_id: str, question: Question) -> str:
    head = f"Question {question.id}, since {local_time(question.asked_at)}\n{wrapped(describe_question(question), 2)}"
    command = f"  hitl answer {run_id} --question {question.id}"
    if review := review_in(question):
        return "\n\n".join([head, *_findings(review), _action_commands(command, review)])
    usual = [CHOSEN] if question.answer_type is None else ["response"]
    fields = usual if is_bare(question) else question.answer_schema.get("properties", {})
    answer = " ".join(f"--field {name}=…" for name in fields if name != "approved")
    verdict = "--approve or --reject" if "approved" in fields else ""
    return "\n\n".join([head, _fields(question.body), "  ".join(filter(None, [command, verdict, answer]))])


def _findings(review: ReviewFindings) -> list[str]:
    note = [wrapped(review.note, 2)] if review.note else []
    if review.model:
        note.append(wrapped(f"{review.model}: {spending_note(review.calls, review.writing)}", 2))
    if review.draft:
        note.append(wrapped(f"Written so far: {review.draft}", 2))
    return note + [_finding(finding, is_new=finding.round == review.round) for finding in review.findings]


def _finding(finding: Finding, is_new: bool) -> str:
    source = [finding.title, finding.location, finding.place, f"as of {finding.date}" if finding.date else ""]
    kept = "" if is_new else f" (kept from round {finding.round})"
    return f"{wrapped(f'{finding.id}  {_dotted(source)}{kept}', 2)}\n{wrapped(f'“{finding.quote}”', 4)}"


def _dotted(parts: Sequence[str]) -> str:
    return " · ".join(filter(None, map(one_line, parts)))


def _action_commands(command: str, review: ReviewFindings) -> str:
    actions = [f"{command} --approve [--drop FINDING_ID …]"] if review.findings else []
    actions += [f"{command} --approve --with-draft"] if review.draft else []
    actions += [
        f'{command} --reject [--feedback "What is missing"]'
        if actions
        else f'{command} --reject [--topic "Other words"]'
    ]
    return "\n".join([*actions, "  --without-model goes on without it"] if review.model else actions)


def _log(events: Sequence[EventRecord]) -> str:
    shown = entries(events, NEWEST)
    lines = [f"  {exact_time(entry.at)}  {one_line(entry.text)}" for entry in shown]
    if shown and shown[0].first:
        lines.insert(0, f"  … {shown[0].first:,} earlier events (--events shows all)")
    return "\n".join(lines)


def _all_events(events: Sequence[EventRecord]) -> str:
    return "\n".join(
        f"  {event.seq}  {exact_time(event.at)}  {event.type}\n{_fields(event.body, indent=6)}".rstrip()
        for event in events
    )


def _fields(body: Mapping[str, Any], indent: int = 4) -> str:
    """The fields of any event, one below the other."""
    return "\n".join(wrapped(f"{name}: {value_in_words(value)}", indent) for name, value in body.items())


def _result(result: Mapping[str, Any]) -> str:
    if report := report_in(result):
        return f"Report, {summary(report.checks)}\n\n{report.markdown.rstrip()}"
    return "Result\n" + json.dumps(result, indent=2, ensure_ascii=False)
