"""Opening the engine of the page's folder of runs as a client, and finding runs by their ids."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

from hitl.cli.terminal import Refused, one_line, say
from hitl.engine import Engine, EngineError, Run, WorkflowUnusable, open_engine
from hitl.research.reading.refusals import UnreadableFile
from hitl.settings import Settings, SettingsError, load_settings, misspelt_settings, read_secrets

SHORTEST = 8
"""Minimum characters of an id that are shown."""


@contextmanager
def opened_engine() -> Iterator[Engine]:
    """The engine of the folder that the page uses, as a client that runs no workflows.

    Raises:
        Refused: In place of errors of the engine, the settings or a document in the block, with their message.
    """
    if "" not in sys.path:
        sys.path.append("")  # a workflow may be a module in the current folder, as for the page
    try:
        with closing(open_engine(users_settings(), owner=False)) as engine:
            yield engine
    except (EngineError, SettingsError, UnreadableFile) as error:
        raise Refused(str(error)) from error


def users_settings() -> Settings:
    """The settings that the page has, too; what has no effect is told on standard error.

    Raises:
        SettingsError: If a value cannot be used, or a secrets file cannot be read.
    """
    secrets = read_secrets()
    for sentence in misspelt_settings(secrets):
        say(sentence, err=True)
    return load_settings(secrets)


def run_named(engine: Engine, beginning: str) -> Run:
    """The run whose id begins with `beginning`.

    Raises:
        Refused: If there is none, or several.
    """
    match engine.runs_named(beginning) if beginning else []:
        case [run_id]:
            return engine.attach(run_id)
        case []:
            name, home = one_line(beginning, 40), engine.settings.home
            raise Refused(f"There is no run “{name}” in {home}. `hitl runs` lists those that there are.")
        case _:
            raise Refused(f"Several runs begin with “{beginning}”. Type more of the id.")


class BlockedRuns:
    """Tells which of many runs cannot go on; a workflow that cannot be loaded is tried once for all its runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._unusable: dict[str, str | None] = {}

    def reason(self, run_id: str, workflow: str) -> str | None:
        """Why a run cannot go on, in a sentence; None if it can or has ended."""
        if workflow not in self._unusable:
            self._unusable[workflow] = self._why_unusable(workflow)
        return self._unusable[workflow] or self._engine.blocked_reason(run_id)

    def _why_unusable(self, workflow: str) -> str | None:
        try:
            self._engine.start_event(workflow)
        except WorkflowUnusable as error:
            return str(error)
        return None


def short_id(engine: Engine, run_id: str) -> str:
    """The shortest beginning of an id, of at least `SHORTEST` characters, that no other run shares."""
    lengths = range(SHORTEST, len(run_id))
    return next((run_id[:n] for n in lengths if len(engine.runs_named(run_id[:n])) < 2), run_id)
