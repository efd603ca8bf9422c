"""Opening the engine of a folder: one for each folder and process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from hitl.engine.client import Client
from hitl.engine.engine import Owner
from hitl.engine.errors import EngineClosed
from hitl.engine.run import Engine
from hitl.engine.runtime.loop import LOOP_THREAD
from hitl.settings import Settings

_open: dict[Path, Owner] = {}
_opening = threading.RLock()


def open_engine(
    settings: Settings, owner: bool = True, workflows: Mapping[str, object] = MappingProxyType({})
) -> Engine:
    """The engine of the settings' folder.

    Args:
        settings: Where the file is, and which workflows there are.
        owner: Whether it is to run the workflows. Then it is the same engine when called again for the
            same folder in a process; otherwise each call gives a new one, which only reads and records.
        workflows: Beside those of the settings; see `Engine.register`.

    Raises:
        StoreUnusable: If the file of runs cannot be used.
        StoreInUse: If another process runs the workflows of this folder.
        EngineClosed: If a step calls.
    """
    if not owner:
        return Client(settings, workflows)
    if threading.current_thread().name == LOOP_THREAD:  # which the one who closes an engine waits for
        raise EngineClosed("A step cannot open the engine that runs it.")
    with _opening:
        home = settings.home.resolve()
        if home not in _open:
            _open[home] = Owner(settings, workflows, closing=_opening, on_close=lambda: _open.pop(home))
        else:
            _open[home].register(workflows)
        return _open[home]
