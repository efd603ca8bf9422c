"""Serving the page, or running workflows without one: `python -m hitl.serve`, which `hitl serve` starts.

It is a process of its own, so that the command line never imports streamlit.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hitl.engine import EngineError, open_engine
from hitl.settings import SettingsError, load_settings, misspelt_settings, read_secrets

SERVED = Path(__file__).parent / "served"
"""What an installed hitl serves: `app.py` and `config.toml`, put there by the build."""
ROOT = Path(__file__).parents[1]
"""Where a checkout has them."""
PATIENCE = 5.0
"""Seconds within which the process ends once it was told to, whatever is still at work in it."""
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the process is told to end; returns its exit code."""
    parser = argparse.ArgumentParser("hitl serve", description=main.__doc__)
    parser.add_argument("script", nargs="?", type=Path, help="a script that calls hitl.page; without it, the report")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="localhost")
    parser.add_argument("--no-page", action="store_true", help="run workflows alone, those of HITL_WORKFLOWS")
    given = parser.parse_args(arguments)
    if given.no_page:
        return run_workflows()
    return serve_page(given.script or app_script(), given.port, given.address)


def serve_page(script: Path, port: int, address: str) -> int:
    """Serve a script with Streamlit, with hitl's configuration where the user's own says nothing.

    Args:
        script: Calls `hitl.page`.
        port: TCP port.
        address: Host name or address to listen at; `0.0.0.0` for every network of this machine.
    """
    if not script.is_file():
        print(f"There is no script {script}.", file=sys.stderr)
        return 2
    for name, value in unset_options(script).items():
        os.environ.setdefault(name, value)
    from streamlit.web.cli import main as streamlit

    # the arguments stand in sys.argv as well: Streamlit reads there which command was called
    sys.argv = ["streamlit", "run", str(script), f"--server.port={port}", f"--server.address={address}"]
    try:
        streamlit(prog_name="streamlit")
    finally:
        end_within(PATIENCE)
    return 0


def run_workflows() -> int:
    """Run the workflows of the settings' folder, without a page, until SIGINT or SIGTERM."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        secrets = read_secrets()
        for sentence in misspelt_settings(secrets):
            print(sentence, file=sys.stderr)
        engine = open_engine(load_settings(secrets))
    except (SettingsError, EngineError) as error:
        print(error, file=sys.stderr)
        return 1
    place = engine.settings.home if engine.settings.database_url is None else "HITL_DATABASE_URL"
    print(f"hitl runs the workflows of {place}, without a page. Ctrl+C ends it.", flush=True)
    for name in engine.workflows():
        try:
            print(f"  {name}: {engine.warning(name) or 'ready'}", flush=True)
        except EngineError as error:
            print(f"  {name}: {error}", flush=True)
    while not stopped.wait(1.0):  # in slices: on Windows a wait without an end hears no signal
        pass
    end_within(PATIENCE)
    engine.close()
    return 0


def end_within(seconds: float) -> None:
    """Let the process end on its own within a time, and end it after that.

    A step that blocks, its worker thread, or a write that waits for a locked file would hold it up for as long as they
    take. Nothing is lost: what a run had stored is in the file, and the next start goes on from there.

    Args:
        seconds: How long it may take to end on its own.
    """

    def end() -> None:
        time.sleep(seconds)
        print(
            f"Something was still at work {seconds:g} seconds after hitl was told to end. It is ended now; what was "
            "not stored is done again at the next start.",
            file=sys.stderr,
            flush=True,
        )
        os._exit(0)

    threading.Thread(target=end, name="hitl-end", daemon=True).start()


def app_script() -> Path:
    """The report's own app."""
    return next(path for path in (SERVED / "app.py", ROOT / "app.py") if path.is_file())


def unset_options(script: Path) -> Mapping[str, str]:
    """The options of hitl's configuration that no configuration of the user sets, as environment variables.

    Args:
        script: Beside it, in the working directory or in the home folder, the user may have a `.streamlit/config.toml`.
    """
    folders = (Path.home(), Path.cwd(), script.resolve().parent)
    users = [path for folder in folders if (path := folder / ".streamlit" / "config.toml").is_file()]
    own = {name for path in users for name in dict(_options(_read(path)))}
    ours = next(path for path in (SERVED / "config.toml", ROOT / ".streamlit" / "config.toml") if path.is_file())
    return {_variable(name): _as_text(value) for name, value in _options(_read(ours)) if name not in own}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # Streamlit reports it
        return {}


def _options(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _options(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _variable(option: str) -> str:
    """The environment variable of an option: `STREAMLIT_THEME_LIGHT_TEXT_COLOR` for `theme.light.textColor`."""
    return "STREAMLIT_" + CAPITAL.sub("_", option).replace(".", "_").upper()


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    sys.exit(main())
