"""The command `serve`: the page, or workflows without one, in a process that replaces this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.argument("script", required=False, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(1, 65_535), default=8501, show_default=True, help="Where the page is.")
@click.option(
    "--address",
    default="localhost",
    show_default=True,
    help="Where it listens; 0.0.0.0 opens it to every network of this machine, and nobody has to log in.",
)
@click.option("--no-page", is_flag=True, help="Run workflows alone: those that HITL_WORKFLOWS names.")
def serve(script: Path | None, port: int, address: str, no_page: bool) -> None:
    """Serve the page, and run what was recorded.

    SCRIPT is a script of your own that calls hitl.page; without it, the report is served. Ctrl+C ends it: paused runs
    are in their file, and go on when it is served again.
    """
    if no_page and script:
        raise click.UsageError("--no-page goes without a SCRIPT: HITL_WORKFLOWS names the workflows.")
    if script and not script.is_file():
        raise click.UsageError(f"There is no script “{script}”.")
    command = [sys.executable, "-m", "hitl.serve", f"--port={port}", f"--address={address}"]
    command += ["--no-page"] if no_page else [str(script)] if script else []
    if os.name == "posix":
        os.execv(sys.executable, command)
    raise SystemExit(subprocess.call(command))
