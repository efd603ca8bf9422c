"""Taking things away: a report, a whole run, everything."""

from __future__ import annotations

import os
import sys
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
from hitl.engine.client import RUNS_FILE
from hitl.report import export as exports
from hitl.report.export import FORMATS, Publication, Suffix
from hitl.research import Shelf

TEXTS: tuple[Suffix, ...] = ("md", "json")
"""The formats that a terminal can show."""


@click.command()
@run_argument
@click.option(
    "--format",
    "wanted",
    type=click.Choice([known.suffix for known in FORMATS]),
    help="How to write the report; without it as FILE's name says, or else as Markdown.",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write into this file.")
@force_option
@json_option
def export(beginning: str, wanted: Suffix | None, output: Path | None, force: bool, as_json: bool) -> None:
    """Print the report of a run as Markdown.

    With --format, or as the name of FILE says: as a Word document (docx), as a PDF, or as JSON with the full evidence.
    Each holds the text, its references, the verdicts on its citations, and who decided what. On standard output
    control characters are spelled out; a file gets the report letter by letter. With --json: everything that is
    stored of the run, whether it gave a report or not.
    """
    if wanted and as_json:
        raise click.UsageError("Either --format, for the report, or --json, for the whole run.")
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        suffix = "json" if as_json else wanted or _suffix_of(output)
        if output is None and suffix not in TEXTS and _is_terminal():
            raise Refused(f"A terminal cannot show {suffix}. Name a file: --output report.{suffix}")
        content = _whole(run) if as_json else exports.export(_publication_of(run), suffix)
        if output is None:
            _print(content, as_text=suffix in TEXTS)
            return
        with whole_file(output, engine.settings.home, force) as path:
            path.write_bytes(content)
        say(f"Written to {output}.", err=True)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _suffix_of(output: Path | None) -> Suffix:
    """The format that the name of a file asks for."""
    suffix = output.suffix[1:].lower() if output else ""
    return next((known.suffix for known in FORMATS if known.suffix == suffix), "md")


def _whole(run: Run) -> bytes:
    return f"{to_json(whole_run(run))}\n".encode()


def _print(content: bytes, as_text: bool) -> None:
    if as_text:
        click.echo(plain(content.decode("utf-8")), nl=False)
    else:
        sys.stdout.buffer.write(content)


def _publication_of(run: Run) -> Publication:
    """The report that a run gave, with the decisions that led to it."""
    report = report_in(run.result)
    if report is None:
        raise Refused(f"Run {short_id(run.engine, run.id)} has no report; its status is {run.status}.")
    answers = run.answers
    asked = {answer.question_id: run.asked(answer.question_id).body for answer in answers}
    return Publication.of(run.id, report, asked, answers)


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
