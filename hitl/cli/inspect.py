"""Commands that show runs: `runs`, `questions` and `show`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta

import click

from hitl.cli.format import describe_question
from hitl.cli.lookup import BlockedRuns, opened_engine, run_named, short_id
from hitl.cli.options import json_option, run_argument, text
from hitl.cli.run_text import show_run
from hitl.cli.standing import standing_of
from hitl.cli.terminal import columns, local_time, one_line, say, say_json
from hitl.engine import Engine, Question, RunRecord, Status
from hitl.engine.descriptions import title_of
from hitl.engine.records import LIVE
from hitl.engine.run_json import run_data, whole_run

STATUSES: tuple[Status, ...] = ("running", "waiting", "completed", "failed", "cancelled")
MOST_RUNS = 100_000


def first_moment(day: str) -> datetime:
    """The start of a day in the machine's time zone."""
    try:
        return datetime.combine(date.fromisoformat(day), time()).astimezone()
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{day!r} is not a date such as 2026-11-25.") from error


def last_moment(day: str) -> datetime:
    """The end of a day, which is the start of the next."""
    try:
        return first_moment(str(date.fromisoformat(day) + timedelta(days=1)))
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{day!r} is not a date such as 2026-11-25.") from error


@click.command()
@click.option("--status", type=click.Choice(STATUSES), help="Only runs of this status.")
@click.option(
    "--search",
    type=text,
    default="",
    help="Only runs with these words in their name, their inputs, their answers or their result.",
)
@click.option("--since", type=first_moment, metavar="DATE", help="Only runs started on this day or later: 2026-11-25.")
@click.option("--until", type=last_moment, metavar="DATE", help="Only runs started on this day or earlier.")
@click.option("--limit", type=click.IntRange(1, MOST_RUNS), default=50, show_default=True, help="At most this many.")
@json_option
def runs(
    status: Status | None, search: str, since: datetime | None, until: datetime | None, limit: int, as_json: bool
) -> None:
    """List runs, the newest first.

    A star marks what waits for a human. A run that is blocked cannot go on, and takes no answer; one that is not
    carried out goes on when hitl runs again. `hitl show` says why, and what to do.
    """
    with opened_engine() as engine:
        found = engine.runs(status, search, limit + 1, before=until, since=since)
        if as_json:
            say_json([run_data(record) for record in found[:limit]])
        elif not found:
            say("There are no such runs." if status or search or since or until else "There are no runs yet.", err=True)
        else:
            blocked, is_carried_out = BlockedRuns(engine), engine.is_carried_out
            rows = [_row(engine, run, blocked, is_carried_out) for run in found[:limit]]
            say(columns([("", "ID", "STATUS", "STARTED", "TITLE"), *rows]))
            if len(found) > limit:
                say(f"There are more. --limit {2 * limit} shows more of them, --until goes back in time.", err=True)


def _row(engine: Engine, record: RunRecord, blocked: BlockedRuns, is_carried_out: bool) -> tuple[str, ...]:
    is_blocked = record.status in LIVE and blocked.reason(record.id, record.workflow) is not None
    star = "*" if record.status == "waiting" and not is_blocked else ""
    status = ", ".join(filter(None, [record.status, standing_of(record, is_blocked, is_carried_out)]))
    return star, short_id(engine, record.id), status, local_time(record.created_at), one_line(title_of(record))


@click.command()
@json_option
def questions(as_json: bool) -> None:
    """List everything that waits for a human, the oldest first.

    The question of a run that cannot go on is marked as blocked.
    """
    with opened_engine() as engine:
        found, blocked = engine.questions(), BlockedRuns(engine)
        reasons = [blocked.reason(question.run_id, question.workflow) for question in found]
        if as_json:
            say_json([asdict(asked) | {"blocked_reason": why} for asked, why in zip(found, reasons, strict=True)])
        elif not found:
            say("Nothing waits for a human.", err=True)
        else:
            rows = [_question_row(engine, asked, bool(why)) for asked, why in zip(found, reasons, strict=True)]
            say(columns([("RUN", "QUESTION", "SINCE", "WHAT IS ASKED"), *rows]))
            if any(reasons):
                say("A run that is blocked takes no answer; `hitl show RUN` says why.", err=True)


def _question_row(engine: Engine, question: Question, is_blocked: bool) -> tuple[str, ...]:
    run_id, since = short_id(engine, question.run_id), local_time(question.asked_at)
    mark = "(blocked) " if is_blocked else ""
    return run_id, question.id, since, mark + one_line(describe_question(question))


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
