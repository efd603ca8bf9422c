"""A real Streamlit server on loopback and a real Chromium looking at it."""

from __future__ import annotations

import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hitl.engine import open_engine
from hitl.settings import USUAL_NAMES, Settings
from tests.conftest import until

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds that a page is waited for before a test fails: on a machine with other work a click may take many."""
expect.set_options(timeout=PATIENCE * 1000)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture(scope="package")  # asyncio is not to be had in this thread while Playwright runs
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip(f"no browser found (looked for {', '.join(CHROMIUM_NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@dataclass
class Server:
    """A running page."""

    url: str
    process: subprocess.Popen[bytes]
    home: Path
    """The folder in which it keeps its runs."""

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(home: Path, *, port: int | None = None, script: str = "app.py", **settings: str) -> Iterator[Server]:
    """Serve an app on a port of loopback, a free one if none is given, until the block ends."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    environment = os.environ | {"HITL_HOME": str(home), "PYTHONPATH": str(ROOT)} | settings
    with (home.parent / "server.log").open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        url = f"http://localhost:{port}"
        until(lambda: _is_up(url))
        yield Server(url, process, home)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _is_up(url: str) -> bool:
    with suppress(OSError):
        return bool(urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).status == 200)
    return False


@contextmanager
def delayed(url: str, seconds: float) -> Iterator[str]:
    """The same server as if it were far away: every byte takes its time, each way."""
    port = int(url.rpartition(":")[2])
    listener = socket.create_server(("127.0.0.1", 0))

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        arrivals: queue.Queue[tuple[float, bytes]] = queue.Queue()

        def deliver() -> None:
            with suppress(OSError):
                while chunk := (entry := arrivals.get())[1]:
                    time.sleep(max(0.0, entry[0] - time.monotonic()))
                    target.sendall(chunk)
                target.shutdown(socket.SHUT_WR)

        threading.Thread(target=deliver, daemon=True).start()
        chunk = b"begin"
        while chunk:
            try:
                chunk = source.recv(65536)
            except OSError:
                chunk = b""
            arrivals.put((time.monotonic() + seconds, chunk))

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pass_on, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://localhost:{listener.getsockname()[1]}"
    listener.close()


@pytest.fixture(scope="package")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests that leave it as it is: each start costs seconds, and so does its first run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in USUAL_NAMES:  # no test may ask a real model
            patch.delenv(name, raising=False)
        home = tmp_path_factory.mktemp("server") / "home"
        home.mkdir()
        with serving(home) as server:
            yield server


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """A server without runs."""
    yield shared_server
    engine = open_engine(Settings(home=shared_server.home), owner=False)
    for run in engine.runs(limit=1000):
        engine.delete(run.id)
    until(lambda: not engine.runs())
    engine.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The start page, as a visitor finds it."""
    context = browser.new_context(viewport={"width": 1180, "height": 900}, timezone_id="Europe/Berlin")
    page = context.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Start research").wait_for()
    yield page
    context.close()
