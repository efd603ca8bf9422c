"""The command `start`, and reading the user's own documents."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from hitl.cli.encoding_option import GivenEncoding, GivenEncodings, encoding_option
from hitl.cli.field_options import Given, field_option, parse_fields, problems_by_option
from hitl.cli.format import bundle_of
from hitl.cli.lookup import opened_engine, run_named, short_id
from hitl.cli.options import json_option, name_given, text
from hitl.cli.pickup import has_begun, pickup_message, wait_for_pickup
from hitl.cli.start_help import StartCommand
from hitl.cli.terminal import Refused, say, say_json
from hitl.engine import Engine
from hitl.research import Document, Shelf
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.process import read_isolated
from hitl.research.reading.refusals import UndecodableFile, UnreadableFile, check_size


@click.command(cls=StartCommand)
@click.argument("workflow", type=text)
@click.option("--topic", type=text, help="What the report is to be about.")
@click.option(
    "--document",
    "files",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="A document to look in; without one, those that come with hitl.",
)
@click.option(
    "--revise",
    "earlier",
    type=text,
    metavar="RUN",
    help="Take the report of RUN up again from its findings, or the findings of one that was cancelled or failed; "
    "whatever else is given replaces what it had.",
)
@encoding_option
@field_option
@click.option("--by", type=text, help="Who starts it; your name on this machine unless it is given.")
@json_option
def start(
    workflow: str,
    topic: str | None,
    files: tuple[Path, ...],
    earlier: str | None,
    given_encodings: tuple[GivenEncoding, ...],
    given: tuple[Given, ...],
    by: str | None,
    as_json: bool,
) -> None:
    """Start a run, and print its id.

    WORKFLOW is a name of HITL_WORKFLOWS, such as report:

        hitl start report --topic "How do heat pumps work?" --document notes.pdf

    With --help behind it, the fields of that workflow are listed: hitl start trip --help
    """
    with opened_engine() as engine:
        schema = engine.start_schema(workflow)
        revised = {} if earlier is None else _revised(engine, workflow, earlier, schema)
        encodings = GivenEncodings(given_encodings)
        documents = [read_file(path, ReadLimits.of(engine.settings), encodings) for path in files]
        fingerprints = [document.fingerprint for document in documents] or None
        options = {"topic": topic, "documents": fingerprints, "revises": revised.get("revises")}
        inputs = revised | parse_fields(options, given, schema, engine.add_file)
        encodings.check_all_used()
        _put_on_shelf(engine, documents)
        with problems_by_option(given, schema):
            run = engine.start(workflow, name_given(by), **inputs)
        taken = wait_for_pickup(engine, lambda: has_begun(run))
        if as_json:
            say_json({"run": run.id, "workflow": workflow, "status": run.status, "taken_up": taken})
        else:
            say(run.id)
            for document in documents:
                if document.encoding and document.encoding.alternatives:
                    say(document.warning, err=True)
            say(f"{pickup_message(run, taken)} `hitl show {short_id(engine, run.id)}` tells how it stands.", err=True)


def _revised(engine: Engine, workflow: str, beginning: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a run that takes a finished report up again, or the findings of a run that ended without one.

    Args:
        engine: The engine that has both runs.
        workflow: The workflow to start.
        beginning: The id of the run that made the report, or the beginning of it.
        schema: The JSON schema of the workflow's start event.

    Raises:
        Refused: If the workflow revises nothing, or the run has not ended, or its findings are not known.
    """
    if "revises" not in schema.get("properties", {}):
        raise Refused(f"--revise takes a report up again, and “{workflow}” makes none that it could take up.")
    run = run_named(engine, beginning)
    name = short_id(engine, run.id)
    if run.workflow != workflow:
        raise Refused(f"Run {name} is one of “{run.workflow}”, and “{workflow}” cannot take it up again.")
    from hitl.report.revision import inputs_of_unfinished, revised_inputs  # what writes reports is slow to import

    bundle = bundle_of(run)
    if bundle is None:
        asked = {answer.question_id: run.asked(answer.question_id).body for answer in run.answers}
        has_ended = run.status in ("cancelled", "failed")
        if not has_ended or not (inputs := inputs_of_unfinished(run.inputs, asked, run.answers)):
            raise Refused(f"Run {name} has no report to take up again; its status is {run.status}.")
        return inputs
    if (inputs := revised_inputs(run.inputs, bundle)) is None:
        raise Refused(
            f"The report of run {name} cannot be taken up again: how its findings were approved is not stored as this "
            "version of the report reads it. Start a new one with the same topic."
        )
    return inputs


def read_file(path: Path, limits: ReadLimits, encodings: GivenEncodings | None = None) -> Document:
    """Read a file into a document.

    Args:
        path: Where it is.
        limits: What it may have, and what reading it may take.
        encodings: Those that were given for text files; None if the command takes none.

    Raises:
        UnreadableFile: If it cannot be read, is over one of the limits, or has no text to quote.
    """
    encoding = encodings.of(path) if encodings else ""
    name = os.fsencode(path.name).decode("utf-8", "replace")
    if not path.exists():
        raise UnreadableFile(f"There is no file “{path}”.")
    if not path.is_file():
        raise UnreadableFile(f"“{path}” is not a file.")
    try:
        check_size(name, path.stat().st_size, limits)
        return read_isolated(name, path.read_bytes(), limits, encoding)
    except UndecodableFile as error:
        if encodings is None or encoding:
            raise
        raise UndecodableFile(f"{error} Or name its encoding with --encoding.") from None
    except OSError as error:
        raise UnreadableFile(f"“{path}” cannot be read: {error.strerror}.") from error


def _put_on_shelf(engine: Engine, documents: Sequence[Document]) -> None:
    shelf = Shelf(engine.settings.home)
    for document in documents:
        shelf.add(document)
