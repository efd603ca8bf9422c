"""The engine that all visitors of a server share: opened when the server starts, or else by the first visit.

A server that was made with `hitl.server()` opens and closes it, and clearing Streamlit's cache leaves it alone. For a
script that only calls `hitl.page` it lives in that cache.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from hitl.engine import Engine, EngineError, open_engine
from hitl.settings import Settings, SettingsError, load_settings, misspelt_settings

log = logging.getLogger("hitl")

TRY_AGAIN = 1.0
"""Seconds after which a server tries again to open an engine that it could not open."""
CLOSING_PATIENCE = 4.0
"""Seconds that a server waits for its engine to close before it ends: a step that blocks, or a locked file, would hold
it up for as long as they take."""


def page_settings() -> Settings:
    """The settings from the environment and from Streamlit's secrets file.

    Raises:
        SettingsError: If a value cannot be used, or the secrets file exists and cannot be read.
    """
    try:
        if st.secrets.load_if_toml_exists():
            return _loaded(st.secrets.to_dict())
    except (OSError, ValueError) as error:  # a folder of that name, or a file that is not UTF-8
        raise SettingsError(f"The secrets file cannot be read: {error}. Mend it, or move it away.") from error
    for path in st.get_option("secrets.files"):
        if Path(path).exists():  # Streamlit only logs a broken file, and goes on without it
            raise SettingsError(f"{path} cannot be read: it is not valid TOML. Mend it, or move it away.")
    return _loaded({})


def _loaded(secrets: dict[str, Any]) -> Settings:
    """The settings, read again only if something has changed of what they are read from: that takes milliseconds."""
    global _last_loaded
    source = _Source(secrets, dict(os.environ))
    last = _last_loaded
    if last is None or last.source != source:
        last = _last_loaded = _Loaded(source, load_settings(secrets))
    return last.settings


@dataclass(frozen=True)
class _Source:
    """What settings are read from."""

    secrets: dict[str, Any]
    environment: dict[str, str]


@dataclass(frozen=True)
class _Loaded:
    source: _Source
    settings: Settings


_last_loaded: _Loaded | None = None


def settings_without_effect() -> list[str]:
    """A sentence for each setting that has no effect, since its name is misspelt; see `misspelt_settings`.

    Each is also written to the server's log, once.
    """
    secrets = st.secrets.to_dict() if st.secrets.load_if_toml_exists() else {}
    found = misspelt_settings(secrets)
    for sentence in found:
        if sentence not in _logged:
            _logged.add(sentence)
            log.warning("%s", sentence)
    return found


_logged: set[str] = set()


def cached_engine(settings: Settings, workflows: Mapping[str, object] = MappingProxyType({})) -> Engine:
    """The engine that all sessions of this server share.

    Args:
        settings: Where the database is.
        workflows: Added to those of the settings; see `Client.register`.
    """
    engine = _held.engine_of(settings) or _cached_engine(settings.model_dump_json(), settings, workflows)
    engine.register(workflows)
    return engine


@asynccontextmanager
async def engine_while_serving(
    workflows: Mapping[str, object] = MappingProxyType({}), on_open: Callable[[Engine], None] = lambda engine: None
) -> AsyncIterator[None]:
    """Keep the engine open while a server runs: its runs are resumed, and close in order, with or without a browser.

    An engine that cannot be opened, such as one that another server has open, is tried again and again; the page says
    why meanwhile.

    Args:
        workflows: Added to those of the settings.
        on_open: Called on a thread of its own once the engine is open; nothing waits for it.
    """
    stopping = asyncio.Event()
    opening = asyncio.create_task(_keep_trying(workflows, stopping, on_open))
    try:
        await asyncio.wait({opening}, timeout=TRY_AGAIN)  # usually it is open before the first request
        yield
    finally:
        stopping.set()
        closing = asyncio.create_task(_close(opening))
        await asyncio.wait({closing}, timeout=CLOSING_PATIENCE)
        if not closing.done():
            log.warning(
                "the server ends while something is still at work in it; what was not stored is done again at the "
                "next start"
            )


async def _close(opening: asyncio.Task[None]) -> None:
    await opening
    await _on_a_thread(_held.close)


async def _on_a_thread(deed: Callable[[], None]) -> None:
    """Call a function on a daemon thread and wait; unlike `asyncio.to_thread`, it does not keep the process alive."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[BaseException | None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if not ended.done():  # the server has gone on without it
            ended.set_result(error)

    def work() -> None:
        raised: BaseException | None = None
        try:
            deed()
        except BaseException as error:
            raised = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, raised)

    threading.Thread(target=work, name="hitl-server", daemon=True).start()
    if error := await ended:
        raise error


async def _keep_trying(
    workflows: Mapping[str, object], stopping: asyncio.Event, on_open: Callable[[Engine], None]
) -> None:
    said = ""
    with suppress(OSError, ValueError):  # a secrets file that cannot be read is told below
        settings_without_effect()
    while not stopping.is_set():
        try:
            await _on_a_thread(partial(_held.open, page_settings(), workflows))
            threading.Thread(target=_call, args=(on_open,), name="hitl-on-open", daemon=True).start()
            return
        except Exception as error:  # whatever it is, it may be mended while the server runs
            if str(error) != said:
                is_known = isinstance(error, SettingsError | EngineError)
                log.warning("the engine is not open yet: %s", error, exc_info=not is_known)
            said = str(error)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), TRY_AGAIN)


def _call(on_open: Callable[[Engine], None]) -> None:
    try:
        if engine := _held.engine:
            on_open(engine)
    except Exception:  # the server goes on without it
        log.warning("what was to be done when the engine had opened has failed", exc_info=True)


class _Held:
    """The engine that this process holds for as long as its server runs."""

    def __init__(self) -> None:
        self.engine: Engine | None = None

    def open(self, settings: Settings, workflows: Mapping[str, object]) -> None:
        self.engine = open_engine(settings, workflows=workflows)

    def close(self) -> None:
        if self.engine:
            self.engine.close()
        self.engine = None

    def engine_of(self, settings: Settings) -> Engine | None:
        """The engine, if it is that of the settings' folder."""
        engine = self.engine
        if engine is None or engine.is_closed or engine.settings.home.resolve() != settings.home.resolve():
            return None
        return engine


_held = _Held()


def _release(engine: Engine) -> None:
    """Close an engine that leaves Streamlit's cache, unless the server holds it."""
    if _held.engine_of(engine.settings) is not engine:
        engine.close()


@st.cache_resource(
    show_spinner=False,
    on_release=_release,
    validate=lambda engine: not engine.is_closed,  # clearing the cache removes an engine before it closes it
)
def _cached_engine(key: str, _settings: Settings, _workflows: Mapping[str, object]) -> Engine:
    return open_engine(_settings, workflows=_workflows)
