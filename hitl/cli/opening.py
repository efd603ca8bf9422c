"""Opening the folder of runs that the page's server owns: to read it, and to record what a human wants."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from hitl.cli.printing import Refused, one_line
from hitl.engine import Engine, EngineError, Run, open_engine
from hitl.research.reading import UnreadableFile
from hitl.settings import SettingsError, load_settings

SECRETS = (Path("~/.streamlit/secrets.toml"), Path(".streamlit/secrets.toml"))
"""Where Streamlit looks for settings, and so the page; the later one wins."""
SHORTEST = 8
"""Characters of an id that are shown, at least."""


@contextmanager
def opened_engine() -> Iterator[Engine]:
    """The engine of the folder that the page uses, as one that runs no workflow itself.

    What goes wrong with it inside the block is told in a sentence.
    """
    if "" not in sys.path:
        sys.path.append("")  # a workflow may stand in the current folder, as it may for the page
    try:
        with closing(open_engine(load_settings(read_secrets()), owner=False)) as engine:
            yield engine
    except (EngineError, SettingsError, UnreadableFile) as error:
        raise Refused(str(error)) from error


def read_secrets() -> dict[str, Any]:
    """The settings that stand in Streamlit's files for secrets.

    Raises:
        SettingsError: If such a file cannot be read.
    """
    secrets: dict[str, Any] = {}
    for path in SECRETS:
        try:
            secrets |= tomllib.loads(path.expanduser().read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, RuntimeError):  # the last: the user has no home folder
            continue
        except (OSError, ValueError) as error:
            raise SettingsError(f"{path} cannot be read: {error}. Mend it, or move it away.") from error
    return secrets


def run_named(engine: Engine, beginning: str) -> Run:
    """The run whose id begins with some characters."""
    match engine.runs_named(beginning) if beginning else []:
        case [run_id]:
            return engine.attach(run_id)
        case []:
            name, home = one_line(beginning, 40), engine.settings.home
            raise Refused(f"There is no run “{name}” in {home}. `hitl runs` lists those that there are.")
        case _:
            raise Refused(f"Several runs begin with “{beginning}”. Type more of the id.")


def short_id(engine: Engine, run_id: str) -> str:
    """As many characters of an id as name this run and no other."""
    lengths = range(SHORTEST, len(run_id))
    return next((run_id[:n] for n in lengths if len(engine.runs_named(run_id[:n])) < 2), run_id)
