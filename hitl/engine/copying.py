"""Copy what a folder has into a Postgres database, or back, while no process runs the workflows."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from pydantic import SecretStr

from hitl.contents import ContentStore, Documents
from hitl.engine.client import RUNS_FILE
from hitl.engine.errors import EngineError, StoreInUse, StoreUnusable
from hitl.engine.opening import reserved_folder
from hitl.engine.records import Journal
from hitl.engine.store.database import Database
from hitl.engine.store.statements import Store
from hitl.engine.store.transfer import copy_run, runs_in
from hitl.files import Files
from hitl.settings import Settings

if TYPE_CHECKING:
    from hitl.engine.replicas.collecting import Collector
    from hitl.engine.store.shared import SharedStore

CopyDocuments = Callable[[Documents], int]
"""Copies documents into those of a database, or from them, and returns how many were new."""


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
    """Ids of those that have not ended: all on the way to Postgres, those that were left out on the way back."""
    files: int
    documents: int
    """How many were not there before."""


class NotEnded(EngineError):
    """Runs are at work, or their workflow is not to be had, so they cannot go on elsewhere; `ids` names them."""

    def __init__(self, ids: tuple[str, ...], database: str) -> None:
        self.ids = ids
        super().__init__(f"Runs in {database} are at work or cannot go on elsewhere: {', '.join(ids)}.")


def copy_to_database(home: Path, url: str, copy_documents: CopyDocuments) -> Copied:
    """Copy the runs of a folder into a Postgres database, with their files; those that wait or work go on there.

    Args:
        home: The folder; it is left as it is.
        url: Address of the database, which other processes may be using.
        copy_documents: Copies the folder's documents, which are of the report, before the runs that quote them.

    Raises:
        StoreUnusable: If the folder has no runs, or one of the two cannot be used.
        StoreInUse: If a process runs the workflows of the folder.
    """
    if not (home / RUNS_FILE).exists():
        raise StoreUnusable(f"There are no runs in {home}.")
    with _reserved(home), _file(home) as source, _shared(url) as (target, contents):
        documents, files = copy_documents(contents), _copy_files_to(contents, Files(home))
        return _copy(source, target, contents.name, tuple(runs_in(source, live=True)), files, documents)


def copy_from_database(
    url: str, settings: Settings, copy_documents: CopyDocuments, without_live: bool = False
) -> Copied:
    """Copy the runs of a Postgres database into the file of a folder, with their files; those that wait go on there.

    Args:
        url: Address of the database; what is stored of the runs is not changed.
        settings: The folder, which is made if it is missing, and the workflows of the runs that wait.
        copy_documents: Copies the documents, which are of the report, before the runs that quote them.
        without_live: Leave out the runs that have not ended.

    Raises:
        NotEnded: If runs have not ended and do not only wait for humans, or their workflow cannot go through them: what
            they need to go on is in the tables of DBOS.
        StoreUnusable: If one of the two cannot be used.
        StoreInUse: If a process runs the workflows of one of the two.
    """
    home = settings.home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _reserved(home), _shared(url) as (source, contents):
        from hitl.engine.replicas.replica import LEASE  # it needs psycopg, of which `_shared` tells if it is missing

        if source.has_workers(2 * LEASE):
            raise StoreInUse(
                f"A process runs the workflows of {contents.name}. Stop it first; that may take ten seconds."
            )
        live, journals = runs_in(source, live=True), {}
        if not without_live and (paused := source.paused()):
            with closing(_collector(url, settings, paused)) as collector:
                journals = collector.journals()
        left = tuple(run_id for run_id in live if run_id not in journals)
        if left and not without_live:
            raise NotEnded(left, contents.name)
        with _file(home) as target:
            documents, files = copy_documents(contents), _copy_files_from(contents, Files(home))
            return _copy(source, target, contents.name, left, files, documents, journals)


def _collector(url: str, settings: Settings, run_ids: Sequence[str]) -> Collector:
    from hitl.engine.replicas.collecting import Collector

    return Collector(settings.model_copy(update={"database_url": SecretStr(url)}), run_ids)


def _copy(
    source: Store,
    target: Store,
    name: str,
    live: tuple[str, ...],
    files: int,
    documents: int,
    journals: Mapping[str, Journal] = MappingProxyType({}),
) -> Copied:
    """Copy run by run: one that is there is whole, however this ends."""
    which = [*runs_in(source, live=False), *(live if source.has_ticks else journals)]
    outcomes = Counter(copy_run(source, target, run_id, journals.get(run_id)) for run_id in which)
    if outcomes["copied"] or outcomes["updated"]:
        target.number_runs()
    return Copied(name, outcomes["copied"], outcomes["updated"], outcomes["there"], live, files, documents)


def _copy_files_to(target: ContentStore, source: Files) -> int:
    """Copy files with all their names, and return how many were not there; damaged ones are left out."""
    fingerprints, new = source.fingerprints(), 0
    there = target.known_files(fingerprints)
    for fingerprint in fingerprints:
        file, known = source.get(fingerprint), there.get(fingerprint)
        with file.path.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() == fingerprint:
                for name in file.names if known is None else set(file.names) - set(known.names):
                    target.add_file(fingerprint, name, content)
                new += known is None
    return new


def _copy_files_from(source: ContentStore, target: Files) -> int:
    """See `_copy_files_to`."""
    new = 0
    for fingerprint, file in source.known_files(source.files()).items():
        is_new = not target.has(fingerprint)
        names = file.names if is_new else set(file.names) - set(target.get(fingerprint).names)
        with tempfile.TemporaryFile() as content:
            content.writelines(source.file_pieces(fingerprint) if names else ())
            for name in names:
                content.seek(0)
                target.add(content, name)
        new += is_new
    return new


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
def _shared(url: str) -> Iterator[tuple[SharedStore, ContentStore]]:
    try:
        from hitl.engine.store.contents import PostgresContents
        from hitl.engine.store.postgres import PostgresDatabase
        from hitl.engine.store.shared import SharedStore
    except ModuleNotFoundError as error:
        raise StoreUnusable(f"What Postgres needs is not installed ({error}): pip install 'hitl[postgres]'.") from error
    with closing(PostgresDatabase(url)) as database:
        yield SharedStore(database), PostgresContents(database)
