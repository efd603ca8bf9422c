"""Commands that manage runs: `rename`, `delete` and `prune`."""

from __future__ import annotations

import click

from hitl.cli.lookup import opened_engine, run_named, short_id
from hitl.cli.options import confirm, json_option, run_argument, text, yes_option
from hitl.cli.terminal import one_line, plain, say, say_json
from hitl.engine.descriptions import title_of
from hitl.engine.records import LIVE

MOST_DAYS = 36_500
MOST_MEGABYTES = 1_000_000_000


@click.command()
@run_argument
@click.argument("title", type=text)
def rename(beginning: str, title: str) -> None:
    """Give a run a name, or take it back with an empty one."""
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        run.rename(title)
        say(f"Run {short_id(engine, run.id)} is called “{one_line(title_of(run.record))}”.")


@click.command()
@run_argument
@yes_option
def delete(beginning: str, yes: bool) -> None:
    """Delete a run and everything stored of it.

    One that has not ended is cancelled. Its documents stay on the shelf.
    """
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        name, title = short_id(engine, run.id), one_line(title_of(run.record))
        state = f"{run.status}, and is cancelled" if run.status in LIVE else run.status
        confirm(plain(f"Run {name}, “{title}”, is {state}. Delete it for good?"), yes)
        engine.delete(run.id)
        say(f"Run {name} is deleted.")


@click.command()
@click.option("--days", type=click.IntRange(0, MOST_DAYS), help="Those that ended longer ago than this.")
@click.option(
    "--megabytes",
    type=click.IntRange(0, MOST_MEGABYTES),
    help="Those that ended first, until what is stored of runs has at most this size.",
)
@yes_option
@json_option
def prune(days: int | None, megabytes: int | None, yes: bool, as_json: bool) -> None:
    """Delete runs that have ended: never one that works or waits.

    Documents stay on the shelf.
    """
    if days is None and megabytes is None:
        raise click.UsageError("Say which: --days, --megabytes, or both.")
    with opened_engine() as engine:
        old = "" if days is None else f" that ended more than {days} days ago"
        large = "" if megabytes is None else f"{' and others' if old else ''} until {megabytes} MB are left at most"
        confirm(f"Delete runs{old}{large}, for good?", yes)
        deleted = engine.prune(days, megabytes)
        if as_json:
            say_json({"deleted": deleted})
        else:
            say("1 run is deleted." if deleted == 1 else f"{deleted} runs are deleted.")
