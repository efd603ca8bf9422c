"""One run as text: its header, decisions, open questions, log and result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hitl.cli.answer_text import answer_commands
from hitl.cli.format import describe_answer, describe_question, report_in, review_in, value_in_words
from hitl.cli.lookup import short_id
from hitl.cli.standing import ADVICE, standing_of, start_command
from hitl.cli.terminal import columns, exact_time, local_time, one_line, wrapped
from hitl.engine import Answer, EventRecord, Question, Run, RunRecord
from hitl.engine.descriptions import blocking_steps, entries, left_blocking, title_of
from hitl.engine.failures import describe_failure
from hitl.engine.records import LIVE
from hitl.engine.workflows.offer import shown_body
from hitl.files import with_file_names
from hitl.report import Report
from hitl.report.verification.marks import summary
from hitl.shown_values import in_brief, table_of, without_non_finite
from hitl.text import count

NEWEST = 20
"""Maximum entries of the log that are shown; `--events` shows all events."""
ROWS = 100
"""Maximum rows of a table that are shown."""
CELL = 40
"""Maximum characters of a cell."""
STATUS_WORDS = {"waiting": "waiting for a human"}


def show_run(run: Run, in_full: bool) -> str:
    """A run in its current state, as text.

    Args:
        run: The run to show.
        in_full: Whether every event is shown with all its fields.
    """
    record, questions = run.record, run.questions
    blocked_reason = run.blocked_reason
    events = run.events()
    parts = [_head(run, record, blocked_reason), *map(wrapped, _steps_that_block(run, record, events))]
    if answers := run.answers:
        parts.append("Decisions\n" + "\n".join(_decision(run, answer) for answer in answers))
    run_id = None if blocked_reason else short_id(run.engine, run.id)
    parts += [_question(run, run_id, question) for question in questions]
    parts.append("Log\n" + (_all_events(events) if in_full else _log(events)))
    if record.result is not None:
        parts.append(_result(record.result))
    return "\n\n".join(parts)


def _head(run: Run, record: RunRecord, blocked_reason: str | None) -> str:
    standing = standing_of(record, blocked_reason is not None, run.engine.is_carried_out)
    given = {name: value for name, value in record.inputs.items() if value is not None}
    inputs = [f"{name}: {one_line(value_in_words(value))}" for name, value in given.items()]
    rows = [
        ("run", record.id),
        ("workflow", record.workflow),
        ("status", ", ".join(filter(None, [STATUS_WORDS.get(record.status, record.status), standing]))),
        ("started", exact_time(record.created_at)),
        *(("" if number else "inputs", line) for number, line in enumerate(inputs)),
    ]
    lines = [one_line(title_of(record)), columns([("", *row) for row in rows])]
    if failure := record.failure:
        lines.append(wrapped(describe_failure(failure)))
    if blocked_reason:
        lines.append(wrapped(f"This run cannot go on here. {blocked_reason}"))
    elif standing:
        lines.append(wrapped(ADVICE[standing]))
    has_no_way_on = record.status in ("failed", "cancelled") or standing in ("blocked", "stands still")
    if has_no_way_on and (command := start_command(run, record)):
        lines.append(f"To start it again with the same inputs:\n  {command}")
    return "\n".join(lines)


def _steps_that_block(run: Run, record: RunRecord, events: Sequence[EventRecord]) -> list[str]:
    if record.status == "cancelled":
        return left_blocking(events)
    is_at_work = record.status in LIVE and run.engine.is_carried_out
    return blocking_steps(events, datetime.now(UTC)) if is_at_work else []


def _decision(run: Run, answer: Answer) -> str:
    state = "" if answer.state == "applied" else " (not taken up yet)"
    said = describe_answer(run.asked(answer.question_id), answer.body)
    return f"  {exact_time(answer.at)}  {one_line(f'{answer.by}: {said}')}{state}"


def _question(run: Run, run_id: str | None, question: Question) -> str:
    """A question and how to answer it; without the latter if `run_id` is None, for a run that takes no answer."""
    until = f", until {exact_time(question.expires_at)}" if question.expires_at else ""
    since = f"Question {question.id}, since {local_time(question.asked_at)}{until}"
    head = f"{since}\n{wrapped(describe_question(question), 2)}"
    command = f"  hitl answer {run_id} --question {question.id}"
    review = review_in(question)
    if review:
        from hitl.cli.review_text import decision_commands, show_review  # slow to import, as what checks a text is
    if run_id is None:
        shown = show_review(review) if review else [_fields(question.body)]
        return "\n\n".join([head, *shown, "  No answer is taken as long as the run cannot go on."])
    if review:
        return "\n\n".join([head, *show_review(review), decision_commands(command, review)])
    return "\n\n".join(filter(None, [head, _fields(shown_body(question)), answer_commands(command, run, question)]))


def _log(events: Sequence[EventRecord]) -> str:
    shown = entries(events, NEWEST)
    lines = [f"  {exact_time(entry.at)}  {one_line(entry.words)}" for entry in shown]
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
        from hitl.report.writing.compose import shown_markdown  # slow to import, as what checks a text is

        return f"{_about_report(report)}\n\n{shown_markdown(report).rstrip()}"
    value = result.get("result")
    if isinstance(value, str) and result.keys() <= {"result"}:
        return f"Result\n{with_file_names(value)}"
    if table := table_of(value):
        return f"Result\n{_table(*table)}"
    return "Result\n" + json.dumps(without_non_finite(in_brief(with_file_names(result))), indent=2, ensure_ascii=False)


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A data frame in columns, without rows beyond `ROWS`."""
    lines = [[one_line(value_in_words(cell), CELL) for cell in row] for row in rows[:ROWS]]
    more = [f"… {len(rows) - ROWS:,} more rows (--json shows all)"] if len(rows) > ROWS else []
    return "\n".join([columns([["", *names], *(["", *line] for line in lines)]), *more])


def _about_report(report: Report) -> str:
    struck = f"{count(report.struck, 'statement')} struck out" if report.struck else ""
    return ", ".join(filter(None, ["Report", summary(report.claims) if report.claims else "", struck]))
