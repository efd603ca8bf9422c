"""The command `export`: a report or a whole run as a file, written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hitl.cli.format import bundle_of
from hitl.cli.lookup import opened_engine, run_named, short_id
from hitl.cli.options import force_option, json_option, run_argument
from hitl.cli.terminal import Refused, plain, say
from hitl.engine import Run
from hitl.engine.run_json import to_json, whole_run
from hitl.report import export as exports
from hitl.report.export import FORMATS, ReportBundle, Suffix

TEXTS: tuple[Suffix, ...] = ("md", "json")
"""Formats that a terminal can show."""
STANDARD_OUTPUT = Path("-")
"""What stands for it among the names of files, as in other commands."""


@click.command()
@run_argument
@click.option(
    "--format",
    "wanted",
    type=click.Choice([known.suffix for known in FORMATS]),
    help="How to write the report; without it as FILE's name says, or else as Markdown.",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write into this file; `-` prints.")
@force_option
@json_option
def export(beginning: str, wanted: Suffix | None, output: Path | None, force: bool, as_json: bool) -> None:
    """Print the report of a run, or write it as Markdown, Word, PDF or JSON.

    With --format, or as the name of FILE says: as a Word document (docx), as a PDF, or as JSON with the full evidence.
    Each holds the text, its references, the verdicts on its citations, and who decided what. On standard output
    control characters are spelled out; a file gets the report letter by letter. With --json: everything that is
    stored of the run, whether it gave a report or not.
    """
    if wanted and as_json:
        raise click.UsageError("Either --format, for the report, or --json, for the whole run.")
    if output == STANDARD_OUTPUT:
        output = None
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        suffix = "json" if as_json else wanted or _suffix_of(output)
        if output is None and suffix not in TEXTS and _is_terminal():
            raise Refused(f"A terminal cannot show {suffix}. Name a file: --output report.{suffix}")
        content = _whole(run) if as_json else exports.export(_bundle_of(run), suffix)
        if output is None:
            _print(content, as_text=suffix in TEXTS)
            return
        with whole_file(output, engine.settings.home, force) as path:
            path.write_bytes(content)
        say(f"Written to {output}.", err=True)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _suffix_of(output: Path | None) -> Suffix:
    """The format that matches the suffix of a file; Markdown if none does."""
    suffix = output.suffix[1:].lower() if output else ""
    return next((known.suffix for known in FORMATS if known.suffix == suffix), "md")


def _whole(run: Run) -> bytes:
    return f"{to_json(whole_run(run))}\n".encode()


def _print(content: bytes, as_text: bool) -> None:
    if as_text:
        click.echo(plain(content.decode("utf-8")), nl=False)
    else:
        sys.stdout.buffer.write(content)


def _bundle_of(run: Run) -> ReportBundle:
    """The report of a run, with the decisions that led to it.

    Raises:
        Refused: If the run has no report.
    """
    bundle = bundle_of(run)
    if bundle is None:
        name = short_id(run.engine, run.id)
        raise Refused(
            f"Run {name} has no report; its status is {run.status}. `hitl export {name} --json` gives all that is "
            "stored of it: inputs, questions, answers, events and result."
        )
    return bundle


@contextmanager
def whole_file(target: Path, home: Path, force: bool) -> Iterator[Path]:
    """A temporary path to write to; it replaces the target when the block ends without an error.

    Args:
        target: The file to create or replace.
        home: The folder of hitl's own files, which may not be overwritten.
        force: Whether an existing file is overwritten.

    Raises:
        Refused: If the target is in `home`, is not a file, exists without `force`, or cannot be written.
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
