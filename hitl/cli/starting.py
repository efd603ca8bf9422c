"""Starting a run, with documents of one's own if there are any."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from hitl.cli.fields import Given, StorePath, field_option, read_fields
from hitl.cli.opening import opened_engine, short_id
from hitl.cli.options import json_option, text
from hitl.cli.owner import fate, has_begun, taken_up
from hitl.cli.printing import say, say_json
from hitl.engine import Engine
from hitl.research import Document, Shelf
from hitl.research.reading import UnreadableFile, check_size, read_document


@click.command()
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
@field_option
@json_option
def start(workflow: str, topic: str | None, files: tuple[Path, ...], given: tuple[Given, ...], as_json: bool) -> None:
    """Start a run, and print its id.

    WORKFLOW is a name of HITL_WORKFLOWS, such as report:

        hitl start report --topic "How do heat pumps work?" --document notes.pdf
    """
    with opened_engine() as engine:
        schema = engine.start_schema(workflow)
        documents = [read_file(path, engine.settings.upload_megabytes) for path in files]
        fingerprints = [document.fingerprint for document in documents] or None
        inputs = read_fields({"topic": topic, "documents": fingerprints}, given, schema, keeper(engine))
        _put_on_shelf(engine, documents)
        run = engine.start(workflow, **inputs)
        taken = taken_up(engine, lambda: has_begun(run))
        if as_json:
            say_json({"run": run.id, "workflow": workflow, "status": run.status, "taken_up": taken})
        else:
            say(run.id)
            say(f"{fate(engine, taken)} `hitl show {short_id(engine, run.id)}` tells how it stands.", err=True)


def read_file(path: Path, most_megabytes: int) -> Document:
    """A document made from a file.

    Raises:
        UnreadableFile: If it cannot be read, or holds nothing that can be quoted.
    """
    name = os.fsencode(path.name).decode("utf-8", "replace")
    if not path.exists():
        raise UnreadableFile(f"There is no file “{path}”.")
    if not path.is_file():
        raise UnreadableFile(f"“{path}” is not a file.")
    try:
        check_size(name, path.stat().st_size, most_megabytes)
        return read_document(name, path.read_bytes(), most_megabytes)
    except OSError as error:
        raise UnreadableFile(f"“{path}” cannot be read: {error.strerror}.") from error


def keeper(engine: Engine) -> StorePath:
    """What reads a file that is given as `NAME=@PATH`, puts it on the shelf, and gives its fingerprint."""

    def keep(path: Path) -> str:
        document = read_file(path, engine.settings.upload_megabytes)
        _put_on_shelf(engine, [document])
        return document.fingerprint

    return keep


def _put_on_shelf(engine: Engine, documents: Sequence[Document]) -> None:
    shelf = Shelf(engine.settings.home)
    for document in documents:
        shelf.add(document)
