"""The command `copy`: runs, files and documents of a folder into a Postgres database, and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from hitl.cli.lookup import users_settings
from hitl.cli.options import json_option
from hitl.cli.terminal import Refused, say, say_json
from hitl.engine import EngineError
from hitl.engine.client import RUNS_FILE
from hitl.engine.copying import Copied, NotEnded, copy_from_database, copy_to_database
from hitl.research.shelf import FolderOfDocuments, Shelf, copy_documents
from hitl.settings import SettingsError, database_address
from hitl.text import count


@click.command()
@click.option("--to", metavar="ADDRESS", help="Copy the runs in HITL_HOME into this Postgres database.")
@click.option("--from", "from_", metavar="ADDRESS", help="Copy the runs of this Postgres database into HITL_HOME.")
@click.option("--without-live", is_flag=True, help="With --from: leave out all runs that have not ended.")
@json_option
def copy(to: str | None, from_: str | None, without_live: bool, as_json: bool) -> None:
    """Copy all runs, files and documents into a Postgres database, or back.

    ADDRESS is written postgresql://user:password@host/database. Stop hitl before. Nothing is taken away where the runs
    come from, and a run that is there already is brought up to date, or left if something has happened to it there.
    Paused runs go on there, with the workflows of HITL_WORKFLOWS.
    """
    if (to is None) == (from_ is None) or (without_live and from_ is None):
        raise click.UsageError("Give either --to or --from; --without-live belongs to --from.")
    try:
        address = database_address(to or from_ or "")
    except ValueError as error:
        raise Refused(f"The address of the database cannot be used: {error}.") from error
    try:
        settings = users_settings()
        home = settings.home
        folder = FolderOfDocuments(home / Shelf.FOLDER)
        if to:
            copied = copy_to_database(home, address, lambda there: copy_documents(folder, there))
        else:
            copied = copy_from_database(address, settings, lambda there: copy_documents(there, folder), without_live)
    except NotEnded as error:
        raise Refused(
            f"{error} Let them come to a question with hitl serve, have HITL_WORKFLOWS name the workflows of all, or "
            "leave out what has not ended with --without-live; the same call fetches it later."
        ) from error
    except (EngineError, SettingsError) as error:
        raise Refused(str(error)) from error
    if as_json:
        say_json({"home": str(home), **asdict(copied)})
    else:
        say(_told(copied, home, is_to_database=to is not None))


def _told(copied: Copied, home: Path, is_to_database: bool) -> str:
    target = copied.database if is_to_database else str(home / RUNS_FILE)
    new = [count(copied.new, "run")]
    new += [count(number, noun) for number, noun in ((copied.files, "file"), (copied.documents, "document")) if number]
    sentences = [f"Copied {', '.join(new)} into {target}."]
    if copied.updated:
        sentences.append(f"Brought up to date: {count(copied.updated, 'run')}.")
    if copied.there:
        sentences.append(f"There already: {count(copied.there, 'run')}.")
    if copied.live and is_to_database:
        sentences.append(
            f"Still to end: {count(len(copied.live), 'run')}. Let them go on in only one of the two places, or "
            "decisions are carried out twice."
        )
    elif copied.live:
        sentences.append(f"Left out, since they have not ended: {count(len(copied.live), 'run')}.")
    return " ".join(sentences)
