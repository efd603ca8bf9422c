"""What a page does when its server is killed, and what it shows of other processes' deeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hitl.engine import Engine, open_engine
from hitl.settings import Settings
from tests.browser.conftest import free_port, serving
from tests.browser.pictures import TOPIC, open_start, start, wait_for_review
from tests.conftest import until

BACK = 30_000
"""Milliseconds in which a page comes back after its server was started again."""


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1180, "height": 900}, timezone_id="Europe/Berlin")
    yield context.new_page()
    context.close()


@pytest.fixture
def elsewhere(home: Path) -> Iterator[Engine]:
    """Another process, as far as the server can tell: it reads and records."""
    home.mkdir(parents=True)
    engine = open_engine(Settings(home=home), owner=False)
    yield engine
    engine.close()


def test_an_open_review_survives_kill_9_and_is_approved_without_a_refresh(tab: Page, home: Path):
    home.mkdir(parents=True)
    port = free_port()
    with serving(home, port=port) as server:
        open_start(tab, server.url)
        start(tab, TOPIC)
        wait_for_review(tab, 1)
        address = tab.url
        server.kill()
    expect(tab.get_by_role("dialog", name="The server does not answer")).to_be_visible(timeout=BACK)
    expect(tab.get_by_text("streamlit run")).not_to_be_visible()
    loads: list[str] = []
    tab.on("framenavigated", lambda frame: loads.append(frame.url))

    with tab.expect_websocket(timeout=BACK) as socket, serving(home, port=port):
        socket.value.wait_for_event("framereceived", lambda frame: b"Round 1" in as_bytes(frame), timeout=BACK)
        wait_for_review(tab, 1)
        tab.get_by_role("button", name="Approve").click()
        expect(tab.get_by_role("heading", name="References")).to_be_visible(timeout=BACK)
        assert tab.url == address
        assert loads == [], "the page was not loaded again"


def as_bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def test_work_that_was_killed_starts_again_and_says_so(tab: Page, home: Path):
    home.mkdir(parents=True)
    port, held = free_port(), "report=tests.app.flows:HeldReport"
    with serving(home, port=port, HITL_WORKFLOWS=held) as server:
        open_start(tab, server.url)
        start(tab, TOPIC)
        expect(tab.get_by_text("Looking for evidence")).to_be_visible()
        server.kill()

    with serving(home, port=port, HITL_WORKFLOWS=held):
        expect(tab.get_by_text("“Do research” started again after a restart")).to_be_visible(timeout=BACK)
        (home / "go").touch()
        wait_for_review(tab, 1)


def test_a_decision_that_is_made_elsewhere_shows_on_the_page(tab: Page, home: Path, elsewhere: Engine):
    with serving(home) as server:
        open_start(tab, server.url)
        start(tab, TOPIC)
        wait_for_review(tab, 1)
        (found,) = elsewhere.runs()
        run = elsewhere.attach(found.id)

        assert run.answer(run.questions[0].id, {"approved": False, "feedback": "Who discovered it?"}, by="Zoe").accepted

        wait_for_review(tab, 2)
        expect(tab.get_by_text("Last decision: Zoe")).to_be_visible()
        elsewhere.delete(run.id)
        expect(tab.get_by_text("No such run")).to_be_visible(timeout=BACK)


def test_the_sidebar_follows_runs_that_are_started_elsewhere(tab: Page, home: Path, elsewhere: Engine):
    with serving(home) as server:
        open_start(tab, server.url)
        start(tab, TOPIC)
        wait_for_review(tab, 1)
        other = elsewhere.start("report", topic="How does coral bleaching work")
        sidebar = tab.get_by_test_id("stSidebar")
        expect(sidebar.get_by_role("button", name="How does coral bleaching work")).to_be_visible(timeout=BACK)
        until(lambda: other.status == "waiting")
        sidebar.get_by_role("button", name="How does coral bleaching work").click()
        expect(tab.get_by_role("heading", name="How does coral bleaching work")).to_be_visible(timeout=BACK)
        assert other.id in tab.url


def test_a_second_server_on_the_folder_says_so_and_takes_over_when_the_first_is_killed(tab: Page, home: Path):
    home.mkdir(parents=True)
    with serving(home) as first, serving(home) as second:
        open_start(tab, first.url)
        tab.goto(second.url)
        expect(tab.get_by_text(f"Another hitl (process {first.process.pid})")).to_be_visible(timeout=BACK)
        first.kill()
        expect(tab.get_by_role("button", name="Start research")).to_be_visible(timeout=BACK)
