"""Copy the runs of a folder's file into a Postgres database, or back, while no process runs their workflows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hitl.engine.client import RUNS_FILE
from hitl.engine.errors import EngineError, StoreInUse, StoreUnusable
from hitl.engine.opening import reserved_folder
from hitl.engine.store.database import Database
from hitl.engine.store.statements import Store
from hitl.engine.store.transfer import copy_run, runs_in

if TYPE_CHECKING:
    from hitl.engine.store.shared import SharedStore


@dataclass(frozen=True)
class Copied:
    """What came of copying runs."""

    database: str
    """The Postgres database in words, without its password."""
    new: int
    updated: int
    """How many were there, as they had been before."""
    there: int
    """How many were left as they are there."""
    live: tuple[str, ...]
    """Ids of those that have not ended: copied to Postgres, and left out on the way back."""


class NotEnded(EngineError):
    """Runs have not ended, and cannot go on elsewhere; `ids` names them."""

    def __init__(self, ids: tuple[str, ...], database: str) -> None:
        self.ids = ids
        super().__init__(f"Runs in {database} have not ended, and cannot go on elsewhere: {', '.join(ids)}.")


def copy_to_database(home: Path, url: str) -> Copied:
    """Copy the runs of a folder into a Postgres database; those that wait or work go on there.

    Args:
        home: The folder; it is left as it is.
        url: Address of the database, which other processes may be using.

    Raises:
        StoreUnusable: If the folder has no runs, or one of the two cannot be used.
        StoreInUse: If a process runs the workflows of the folder.
    """
    if not (home / RUNS_FILE).exists():
        raise StoreUnusable(f"There are no runs in {home}.")
    with _reserved(home), _file(home) as source, _shared(url) as (target, name):
        return _copy(source, target, name, tuple(runs_in(source, live=True)))


def copy_from_database(url: str, home: Path, without_live: bool = False) -> Copied:
    """Copy the runs of a Postgres database that have ended into the file of a folder.

    Args:
        url: Address of the database; nothing of its runs is changed.
        home: The folder; made if it is missing.
        without_live: Leave out the runs that have not ended, instead of raising.

    Raises:
        NotEnded: If runs have not ended: what they need to go on is in the tables of DBOS.
        StoreUnusable: If one of the two cannot be used.
        StoreInUse: If a process runs the workflows of one of the two.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _reserved(home), _shared(url) as (source, name):
        from hitl.engine.replicas.replica import LEASE  # it needs psycopg, of which `_shared` tells if it is missing

        if source.has_workers(2 * LEASE):
            raise StoreInUse(f"A process runs the workflows of {name}. Stop it first; that may take ten seconds.")
        live = tuple(runs_in(source, live=True))
        if live and not without_live:
            raise NotEnded(live, name)
        with _file(home) as target:
            return _copy(source, target, name, live)


def _copy(source: Store, target: Store, name: str, live: tuple[str, ...]) -> Copied:
    """Copy run by run: one that is there is whole, however this ends."""
    which = runs_in(source, live=False) + (list(live) if source.has_ticks else [])
    outcomes = Counter(copy_run(source, target, run_id) for run_id in which)
    if outcomes["copied"] or outcomes["updated"]:
        target.number_runs()
    return Copied(name, outcomes["copied"], outcomes["updated"], outcomes["there"], live)


@contextmanager
def _reserved(home: Path) -> Iterator[None]:
    """Keep every process from running the workflows of a folder until the block ends."""
    with ExitStack() as stack:
        try:
            stack.enter_context(reserved_folder(home))
        except StoreInUse as error:
            raise StoreInUse(f"hitl runs in {home}. Stop it first.") from error
        yield


@contextmanager
def _file(home: Path) -> Iterator[Store]:
    with closing(Database(home / RUNS_FILE)) as database:
        yield Store(database)


@contextmanager
def _shared(url: str) -> Iterator[tuple[SharedStore, str]]:
    try:
        from hitl.engine.store.postgres import PostgresDatabase
        from hitl.engine.store.shared import SharedStore
    except ModuleNotFoundError as error:
        raise StoreUnusable(f"What Postgres needs is not installed ({error}): pip install 'hitl[postgres]'.") from error
    with closing(PostgresDatabase(url)) as database:
        yield SharedStore(database), database.name
