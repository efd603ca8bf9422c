"""Taking things away: a report, a whole run, everything."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hitl.cli.data import whole_run
from hitl.cli.opening import opened_engine, run_named, short_id
from hitl.cli.options import force_option, json_option, run_argument
from hitl.cli.printing import Refused, plain, say, say_json, to_json
from hitl.cli.telling import report_in
from hitl.engine import Engine, Run
from hitl.engine.engine import RUNS_FILE
from hitl.research import Shelf


@click.command()
@run_argument
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write into this file.")
@force_option
@json_option
def export(beginning: str, output: Path | None, force: bool, as_json: bool) -> None:
    """Print the report of a run as Markdown.

    On standard output control characters are spelled out; a file gets the report letter by letter. With --json:
    everything that is stored of the run, whether it gave a report or not.
    """
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        text = to_json(whole_run(run)) + "\n" if as_json else _report_of(run)
        if output is None:
            click.echo(plain(text), nl=False)
            return
        with whole_file(output, engine.settings.home, force) as path:
            path.write_text(text, "utf-8", "backslashreplace")
        say(f"Written to {output}.", err=True)


def _report_of(run: Run) -> str:
    report = report_in(run.result)
    if report is None:
        raise Refused(f"Run {short_id(run.engine, run.id)} has no report; its status is {run.status}.")
    return report.markdown


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@force_option
@json_option
def backup(file: Path, force: bool, as_json: bool) -> None:
    """Copy all runs and documents into a zip file.

    That may happen while hitl runs. To restore, unzip the file into an empty folder and set HITL_HOME to it: paused
    runs go on from there. Let only one of the two folders go on, or decisions are carried out twice.
    """
    with opened_engine() as engine:
        with whole_file(file, engine.settings.home, force) as path:
            documents = write_backup(engine, path)
            size = path.stat().st_size
        if as_json:
            say_json({"file": str(file.absolute()), "documents": documents, "bytes": size})
        else:
            say(f"Written to {file}: all runs, and {documents} documents; {size / 1_000_000:.1f} MB.")


def write_backup(engine: Engine, path: Path) -> int:
    """Write the file of runs and the shelf into a zip file.

    The runs are copied first: what they quote was on the shelf before.

    Returns:
        How many documents there are.
    """
    shelf = Shelf(engine.settings.home).folder
    with (
        tempfile.TemporaryDirectory(dir=path.parent) as folder,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        copy = Path(folder) / RUNS_FILE
        engine.backup(copy)
        archive.write(copy, RUNS_FILE)
        documents = sorted(shelf.rglob("*.json"))
        for document in documents:
            archive.write(document, document.relative_to(engine.settings.home))
        return len(documents)


@contextmanager
def whole_file(target: Path, home: Path, force: bool) -> Iterator[Path]:
    """A path to write to; what is written there takes the target's place when the block ends well.

    Args:
        target: The file that is to be there in the end.
        home: Where hitl's own files are, of which none may be overwritten.
        force: Whether a file that is there is overwritten.

    Raises:
        Refused: If the target is something else than a file of the user's own, or cannot be written.
    """
    try:
        if Path(os.path.realpath(target.parent)).is_relative_to(os.path.realpath(home)):
            raise Refused(f"{target} is in the folder where hitl keeps its own files. Choose another one.")
        is_there = target.exists() or target.is_symlink()
        if is_there and not target.is_file():
            raise Refused(f"{target} is not a file.")
        if is_there and not force:
            raise Refused(f"{target} is there already. Choose another name, or overwrite it with --force.")
        with tempfile.TemporaryDirectory(prefix=".hitl-", dir=target.parent) as folder:
            path = Path(folder) / target.name
            yield path
            with path.open("rb") as file:
                os.fsync(file)
            path.replace(target)
    except OSError as error:
        raise Refused(f"{target} cannot be written ({error.strerror}: {error.filename}).") from error
