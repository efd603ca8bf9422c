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
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from hitl.engine import open_engine
from hitl.engine.store.database import Database
from hitl.engine.store.statements import Store
from hitl.settings import USUAL_NAMES, Settings
from tests.conftest import until

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds that a page is waited for before a test fails: on a machine with other work a click may take many."""
expect.set_options(timeout=PATIENCE * 1000)
SHELL = "chromium-headless-shell"
"""A Chromium that can have no window. It needs half the time for the first page of a visitor."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path(as_visitors_have_it: bool = False) -> str | None:
    """The Chromium that there is; the shell only if it need not be the one that visitors have."""
    names = CHROMIUM_NAMES if as_visitors_have_it else (SHELL, *CHROMIUM_NAMES)
    return next(filter(None, map(shutil.which, names)), None)


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
    """Serve an app on a port of loopback, a free one if none is given, until the block ends; it has no real model."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    inherited = {name: value for name, value in os.environ.items() if name not in USUAL_NAMES}
    environment = inherited | {"HITL_HOME": str(home), "PYTHONPATH": str(ROOT)} | settings
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


class Line:
    """A line to a server that can be cut; addresses at its other end are `url`."""

    def __init__(self, server_url: str) -> None:
        self._port = int(server_url.rpartition(":")[2])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._is_cut = threading.Event()
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Line:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End what is under way, and refuse everything until `mend`."""
        self._is_cut.set()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        self._is_cut.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._is_cut.is_set():
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._port))
                self._ends += near, far
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="package")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests that leave it as it is: each start costs seconds, and so does its first run."""
    home = tmp_path_factory.mktemp("server") / "home"
    home.mkdir()
    with serving(home) as server:
        yield server


def delete_runs(server: Server) -> None:
    with closing(open_engine(Settings(home=server.home), owner=False)) as engine:
        for run in engine.runs(limit=1000):
            engine.delete(run.id)
        until(lambda: not engine.runs())


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """A server without runs."""
    yield shared_server
    delete_runs(shared_server)


@pytest.fixture(scope="package")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that keeps Streamlit's scripts, compiled: a fresh one takes seconds for its first page."""
    context = browser.new_context(viewport={"width": 1180, "height": 900}, timezone_id="Europe/Berlin")
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext, server: Server) -> Iterator[Page]:
    """The start page, as somebody finds it who comes for the first time."""
    page = visitor.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="Start research").wait_for()
    yield page
    page.evaluate("localStorage.clear()")
    for tab in visitor.pages:
        tab.close()
    visitor.clear_cookies()


@contextmanager
def stored_by(server: Server) -> Iterator[Store]:
    """A look at the file that a server writes."""
    store = Store(Database(server.home / "runs.db"))
    yield store
    store.database.close()


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with stored_by(server) as store:
        yield store
