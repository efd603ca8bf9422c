"""Open the engine of a folder: at most one owner per folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from hitl.engine.client import RUNS_FILE, Client
from hitl.engine.engine import Owner
from hitl.engine.errors import EngineClosed, StoreUnusable
from hitl.engine.hooks import EVERYWHERE, Hooks
from hitl.engine.run import Engine
from hitl.engine.runtime.loop import LOOP_THREAD
from hitl.engine.store.ownership import acquire_ownership
from hitl.settings import Settings, load_settings

if TYPE_CHECKING:
    from hitl.engine.replicas.worker import Worker

_open: dict[Path, Owner] = {}
_workers: dict[str, Worker] = {}
"""By the address of their database; DBOS is one per process, and so is its worker."""
_opening = threading.RLock()


@contextmanager
def reserved_folder(home: Path) -> Iterator[None]:
    """Keep every process from opening the engine of a folder until the block ends.

    Args:
        home: The folder; it exists.

    Raises:
        StoreInUse: If a process runs the workflows of this folder.
    """
    ownership = acquire_ownership(home, home / RUNS_FILE)
    try:
        yield
    finally:
        ownership.release()


def open_engine(
    settings: Settings | None = None,
    owner: bool = True,
    workflows: Mapping[str, object] = MappingProxyType({}),
    hooks: Hooks | None = None,
) -> Engine:
    """The engine of the folder `settings.home`.

    Args:
        settings: The folder and the workflows; read from the environment when left out.
        owner: True for the engine that runs the workflows; later calls for the same folder in this process return
            the same engine. False for a new client, which reads, and records calls for the owner to carry out.
        workflows: In addition to those of the settings; see `Client.register`.
        hooks: What to call when a run asks, ends or fails; those of `hitl.on_question` and its like if left out. Only
            the engine that runs the workflows calls them.

    Raises:
        ValueError: If hooks are given to an engine that is not the owner.
        SettingsError: If they are read here, and a value cannot be used.
        StoreUnusable: If the database cannot be used.
        StoreInUse: If another process runs the workflows of this folder.
        EngineClosed: If `owner` is true and the call comes from a step.
    """
    settings = settings or load_settings()
    if not owner and hooks is not None:
        raise ValueError("Hooks are called by the process that runs the workflows: give them to its engine.")
    if settings.database_url is not None:
        return _open_shared(settings, owner, workflows, hooks)
    if not owner:
        return Client(settings, workflows)
    if threading.current_thread().name == LOOP_THREAD:  # deadlock: close() joins it while holding _opening
        raise EngineClosed("A step cannot open the engine that runs it.")
    with _opening:
        home = settings.home.resolve()
        if home not in _open:
            these = EVERYWHERE if hooks is None else hooks
            _open[home] = Owner(settings, workflows, closing=_opening, on_close=lambda: _open.pop(home), hooks=these)
        else:
            _open[home].register(workflows)
            if hooks is not None:
                _open[home].call_hooks(hooks)
        return _open[home]


def _open_shared(settings: Settings, owner: bool, workflows: Mapping[str, object], hooks: Hooks | None) -> Engine:
    """The engine of a Postgres database, which other processes have open as well."""
    try:
        from hitl.engine.replicas.replica import Replica, url_of

        if owner:
            from hitl.engine.replicas.worker import Worker
    except ModuleNotFoundError as error:
        raise StoreUnusable(
            f"HITL_DATABASE_URL is set, and what it needs is not installed ({error}): pip install 'hitl[postgres]'."
        ) from error
    if not owner:
        return Replica(settings, workflows)
    with _opening:
        url = url_of(settings)
        if url in _workers:
            _workers[url].register(workflows)
            if hooks is not None:
                _workers[url].call_hooks(hooks)
        elif _workers:
            raise StoreUnusable("This process runs the workflows of another database: close that engine first.")
        else:
            these = EVERYWHERE if hooks is None else hooks
            _workers[url] = Worker(settings, workflows, on_close=lambda: _workers.pop(url), hooks=these)
        return _workers[url]
