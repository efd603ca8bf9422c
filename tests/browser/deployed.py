"""What deploy/compose.yaml starts, without containers: pages and a worker over Postgres, behind the very proxy.

It takes too long for every run of the tests: `uv run pytest tests/browser/deployed.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hitl.settings import USUAL_NAMES
from tests.browser.conftest import PATIENCE, ROOT, _is_up, free_port
from tests.browser.pictures import start, wait_for_review
from tests.conftest import until

DEPLOY = ROOT / "deploy"
PAGES = ("page1", "page2")
SERVE = [sys.executable, "-m", "hitl.serve"]


@contextmanager
def started(command: list[str], log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, cwd=log.parent, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


@dataclass
class Deployed:
    """Pages and a worker behind a proxy."""

    url: str
    pages: dict[str, subprocess.Popen[bytes]]


@pytest.fixture
def deployed(database_url: str, tmp_path: Path) -> Iterator[Deployed]:
    proxy = shutil.which("haproxy")
    if proxy is None:
        pytest.skip("haproxy is not installed")
    ports = {name: free_port() for name in ("proxy", *PAGES)}
    configuration = (DEPLOY / "haproxy.cfg").read_text()
    for old, new in [
        ("bind :8080", f"bind 127.0.0.1:{ports['proxy']}"),
        ("/usr/local/etc/haproxy", str(DEPLOY)),
        *((f"{name}:8501", f"127.0.0.1:{ports[name]}") for name in PAGES),
    ]:
        assert old in configuration
        configuration = configuration.replace(old, new)
    (tmp_path / "haproxy.cfg").write_text(configuration)
    inherited = {name: value for name, value in os.environ.items() if name not in USUAL_NAMES}
    environment = inherited | {"HITL_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:

        def begin(name: str, *arguments: str) -> subprocess.Popen[bytes]:
            home = {"HITL_HOME": str(tmp_path / name)}
            return stack.enter_context(started([*SERVE, *arguments], tmp_path / "log", **environment | home))

        begin("worker", "--no-page")
        pages = {name: begin(name, "--address", "127.0.0.1", "--port", str(ports[name])) for name in PAGES}
        stack.enter_context(
            started([proxy, "-db", "-f", str(tmp_path / "haproxy.cfg")], tmp_path / "log", **environment)
        )
        url = f"http://localhost:{ports['proxy']}"
        until(lambda: all(_is_up(f"http://localhost:{ports[name]}") for name in PAGES) and _is_up(url))
        yield Deployed(url, pages)


def tab_at(browser: Browser, deployed: Deployed, name: str) -> Page:
    """A browser that the proxy sends to this page."""
    context = browser.new_context(viewport={"width": 1180, "height": 900})
    context.add_cookies([{"name": "hitl_page", "value": name, "url": deployed.url}])
    return context.new_page()


def page_of(context: BrowserContext) -> str:
    """The page at which the proxy keeps a browser."""
    return next(str(cookie.get("value")) for cookie in context.cookies() if cookie.get("name") == "hitl_page")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document of three megabytes."""
    path = tmp_path / "mosses.txt"
    others = (f"Stone number {number} lies in the garden and does nothing at all.\n\n" for number in range(45_000))
    path.write_text("Mosses have no roots. Mosses take up water through their leaves.\n\n" + "".join(others))
    return path


def test_a_browser_goes_on_at_the_other_page_when_its_own_is_killed(
    browser: Browser, deployed: Deployed, document: Path
):
    mine, other = (tab_at(browser, deployed, name) for name in PAGES)
    mine.goto(deployed.url)
    mine.get_by_text("My own documents").click()
    expect(mine.get_by_text("Type a topic first")).to_have_count(0)  # the page is drawn anew, and a file would be lost
    mine.locator("input[type=file]").set_input_files(document)
    expect(mine.get_by_text("Documents to look in")).to_be_visible()
    start(mine, "How do mosses take up water?")
    wait_for_review(mine, 1)
    other.goto(mine.url)
    wait_for_review(other, 1)
    expect(other.get_by_text("Mosses take up water through their leaves").first).to_be_visible()  # of its passage
    assert [page_of(tab.context) for tab in (mine, other)] == list(PAGES)
    loads: list[str] = []
    mine.on("framenavigated", lambda frame: loads.append(frame.url))

    with mine.expect_websocket(timeout=PATIENCE * 1000) as socket:
        deployed.pages["page1"].kill()
    socket.value.wait_for_event("framereceived", lambda frame: b"Round 1" in _bytes(frame), timeout=PATIENCE * 1000)
    wait_for_review(mine, 1)
    mine.get_by_role("button", name="Approve").click()

    for tab in (mine, other):
        expect(tab.get_by_role("heading", name="References")).to_be_visible()
    assert page_of(mine.context) == "page2"
    assert loads == [], "the page was not loaded again"
    for tab in (mine, other):
        tab.context.close()


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
