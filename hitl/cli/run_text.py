"""One run as text: its header, decisions, open questions, log and result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hitl.cli.field_options import what_it_takes
from hitl.cli.format import describe_answer, describe_question, report_in, review_in, value_in_words
from hitl.cli.lookup import short_id
from hitl.cli.review_text import decision_commands, show_review
from hitl.cli.terminal import WIDEST, columns, exact_time, local_time, one_line, wrapped
from hitl.engine import Answer, EventRecord, Question, Run, RunRecord
from hitl.engine.descriptions import entries, title_of
from hitl.engine.workflows.answers import CHOSEN, is_bare
from hitl.forms.fields import MISSING, Field, fields_of
from hitl.report import Report
from hitl.report.verification.marks import summary
from hitl.report.writing.compose import shown_markdown
from hitl.text import count, humanize

NEWEST = 20
"""Maximum entries of the log that are shown; `--events` shows all events."""
STATUS_WORDS = {"waiting": "waiting for a human"}


def show_run(run: Run, in_full: bool) -> str:
    """A run in its current state, as text.

    Args:
        run: The run to show.
        in_full: Whether every event is shown with all its fields.
    """
    record, questions = run.record, run.questions
    blocked_reason = run.blocked_reason
    parts = [_head(record, blocked_reason)]
    if answers := run.answers:
        parts.append("Decisions\n" + "\n".join(map(_decision, answers)))
    run_id = None if blocked_reason else short_id(run.engine, run.id)
    parts += [_question(run_id, question) for question in questions]
    events = run.events()
    parts.append("Log\n" + (_all_events(events) if in_full else _log(events)))
    if record.result is not None:
        parts.append(_result(record.result))
    return "\n\n".join(parts)


def _head(record: RunRecord, blocked_reason: str | None) -> str:
    given = {name: value for name, value in record.inputs.items() if value is not None}
    inputs = [f"{name}: {one_line(value_in_words(value))}" for name, value in given.items()]
    rows = [
        ("run", record.id),
        ("workflow", record.workflow),
        ("status", STATUS_WORDS.get(record.status, record.status) + (", blocked" if blocked_reason else "")),
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
    said = describe_answer(answer.question_type, answer.body)
    return f"  {exact_time(answer.at)}  {one_line(f'{answer.by}: {said}')}{state}"


def _question(run_id: str | None, question: Question) -> str:
    """A question and how to answer it; without the latter if `run_id` is None, for a run that takes no answer."""
    head = f"Question {question.id}, since {local_time(question.asked_at)}\n{wrapped(describe_question(question), 2)}"
    command = f"  hitl answer {run_id} --question {question.id}"
    review = review_in(question)
    if run_id is None:
        shown = show_review(review) if review else [_fields(question.body)]
        return "\n\n".join([head, *shown, "  No answer is taken as long as the run cannot go on."])
    if review:
        return "\n\n".join([head, *show_review(review), decision_commands(command, review)])
    usual = [CHOSEN] if question.answer_type is None else ["response"]
    fields = usual if is_bare(question) else question.answer_schema.get("properties", {})
    answer = " ".join(f"--field {name}=…" for name in fields if name != "approved")
    verdict = "--approve or --reject" if "approved" in fields else ""
    command = "  ".join(filter(None, [command, verdict, answer]))
    taken = [] if is_bare(question) else _what_they_take(question)
    return "\n\n".join([head, _fields(question.body), "\n".join([command, *taken])])


def _what_they_take(question: Question) -> list[str]:
    """What the fields of an answer take, one line for each, except those with an option of their own."""
    fields = [field for field in fields_of(question.answer_schema) if field.name != "approved"]
    rows = [("  ", field.name, _what_it_takes(field)) for field in fields]
    return columns(rows).splitlines() if rows else []


def _what_it_takes(field: Field) -> str:
    has_default = field.default is not MISSING and field.default not in (None, "", [])
    default = f"; {value_in_words(field.default)} unless given" if has_default else "; optional"
    return one_line(f"{what_it_takes(field)}{'' if field.required else default}", 4 * WIDEST)


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
    """The fields of any event, one per line."""
    return "\n".join(wrapped(f"{name}: {value_in_words(value)}", indent) for name, value in body.items())


def _result(result: Mapping[str, Any]) -> str:
    if report := report_in(result):
        return f"{_about_report(report)}\n\n{shown_markdown(report).rstrip()}"
    return "Result\n" + json.dumps(result, indent=2, ensure_ascii=False)


def _about_report(report: Report) -> str:
    struck = f"{count(report.struck, 'statement')} struck out" if report.struck else ""
    return ", ".join(filter(None, ["Report", summary(report.claims) if report.claims else "", struck]))
