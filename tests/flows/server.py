"""A process that runs the shapes until it is killed: `python -m tests.flows.server FOLDER`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hitl.engine import open_engine
from hitl.settings import Settings
from tests.flows.shapes import SHAPES


def settings_of(home: Path) -> Settings:
    return Settings(home=home, workflows={shape.name: shape.path for shape in SHAPES}, rest_seconds=0.1)


@contextmanager
def a_server(home: Path) -> Iterator[None]:
    """A process of its own that runs the shapes, until SIGKILL at the end of the block."""
    process = subprocess.Popen([sys.executable, "-m", __name__, str(home)])
    try:
        yield
        assert process.poll() is None, "the server has ended before it was killed: its traceback says why"
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    engine = open_engine(settings_of(Path(sys.argv[1])))
    while True:
        time.sleep(3600)
