"""Looking: which runs there are, what waits for a human, how a run stands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta

import click

from hitl.cli.data import run_data, whole_run
from hitl.cli.opening import opened_engine, run_named, short_id
from hitl.cli.options import json_option, run_argument, text
from hitl.cli.printing import columns, local_time, one_line, say, say_json
from hitl.cli.showing import show_run
from hitl.cli.telling import describe_question
from hitl.engine import Engine, Question, RunRecord, Status
from hitl.engine.descriptions import title_of

STATUSES: tuple[Status, ...] = ("running", "waiting", "completed", "failed", "cancelled")
MOST_RUNS = 100_000


def first_moment(day: str) -> datetime:
    """The moment at which a day begins on the machine's clock."""
    try:
        return datetime.combine(date.fromisoformat(day), time()).astimezone()
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{day!r} is not a date such as 2026-11-25.") from error


def last_moment(day: str) -> datetime:
    """The moment at which a day ends: where the next one begins."""
    try:
        return first_moment(str(date.fromisoformat(day) + timedelta(days=1)))
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{day!r} is not a date such as 2026-11-25.") from error


@click.command()
@click.option("--status", type=click.Choice(STATUSES), help="Only runs of this status.")
@click.option("--search", type=text, default="", help="Only runs with this text in their name or their inputs.")
@click.option("--since", type=first_moment, metavar="DATE", help="Only runs started on this day or later: 2026-11-25.")
@click.option("--until", type=last_moment, metavar="DATE", help="Only runs started on this day or earlier.")
@click.option("--limit", type=click.IntRange(1, MOST_RUNS), default=50, show_default=True, help="At most this many.")
@json_option
def runs(
    status: Status | None, search: str, since: datetime | None, until: datetime | None, limit: int, as_json: bool
) -> None:
    """List runs, the newest first.

    A star marks what waits for a human.
    """
    with opened_engine() as engine:
        found = engine.runs(status, search, limit + 1, before=until, since=since)
        if as_json:
            say_json([run_data(record) for record in found[:limit]])
        elif not found:
            say("There are no such runs." if status or search or since or until else "There are no runs yet.", err=True)
        else:
            say(columns([("", "ID", "STATUS", "STARTED", "TITLE"), *(_row(engine, run) for run in found[:limit])]))
            if len(found) > limit:
                say(f"There are more. --limit {2 * limit} shows more of them, --until goes back in time.", err=True)


def _row(engine: Engine, record: RunRecord) -> tuple[str, ...]:
    star = "*" if record.status == "waiting" else ""
    title = one_line(title_of(record))
    return star, short_id(engine, record.id), record.status, local_time(record.created_at), title


@click.command()
@json_option
def questions(as_json: bool) -> None:
    """List everything that waits for a human, the oldest first."""
    with opened_engine() as engine:
        found = engine.questions()
        if as_json:
            say_json([asdict(question) for question in found])
        elif not found:
            say("Nothing waits for a human.", err=True)
        else:
            rows = [_question_row(engine, question) for question in found]
            say(columns([("RUN", "QUESTION", "SINCE", "WHAT IS ASKED"), *rows]))


def _question_row(engine: Engine, question: Question) -> tuple[str, ...]:
    run_id, since = short_id(engine, question.run_id), local_time(question.asked_at)
    return run_id, question.id, since, one_line(describe_question(question))


@click.command()
@run_argument
@click.option("--events", "in_full", is_flag=True, help="Show every event with all it holds.")
@json_option
def show(beginning: str, in_full: bool, as_json: bool) -> None:
    """Show a run: what it asks, what was decided, what it gave."""
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        if as_json:
            say_json(whole_run(run))
        else:
            say(show_run(run, in_full))
