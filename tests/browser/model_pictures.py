"""A picture of each state of the page that only a model brings about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server
from tests.browser.pictures import TOPIC, Look, open_start, start, take, wait_for_review
from tests.fake_openai import FakeOpenAI, FallsSilent, Refuses, Request, Says
from tests.scholar import input_of, instead, scholar, task_of, written

DOUBTFUL = (
    " Pluto was discovered in 1931 [1]. It lost its rank in 2006, since it meets two of the three conditions [1]. "
    "Nobody on Pluto has complained so far. Everybody agrees on that [31]."
)


def take_all(browser: Browser, server: Server, model: FakeOpenAI, look: Look, folder: Path) -> list[Path]:
    """Visit every state and take a picture of each; returns the files."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height}, color_scheme=look.scheme, timezone_id="Europe/Berlin"
    )
    page = context.new_page()
    pictures = []
    for state in visit(page, server.url, model):
        assert page.get_by_test_id("stException").count() == 0, state
        path = folder / f"{look.name}-model-{state}.png"
        take(page, path, look)
        pictures.append(path)
    context.close()
    return pictures


def visit(page: Page, url: str, model: FakeOpenAI) -> Iterator[str]:
    """Bring the page into one state after the other, and name it."""
    model.otherwise = scholar
    open_start(page, url)
    yield "1-start"
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("answers at")).to_be_visible(timeout=30_000)
    yield "2-connection"

    start(page, TOPIC)
    wait_for_review(page, 1)
    yield "3-review"
    model.otherwise = _slowly
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("In detail").first).to_be_visible(timeout=20_000)
    yield "4-writing"
    model.otherwise = instead("writing", FallsSilent("Pluto was reclassified in 2006 [1]. It"))
    page.get_by_role("button", name="Stop writing").click()
    expect(page.get_by_role("button", name="Use what is written")).to_be_visible(timeout=20_000)
    page.get_by_text("What was written so far").click()
    page.wait_for_timeout(1000)
    yield "5-stopped"
    model.otherwise = lambda request: _doubtful(request)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible(timeout=20_000)
    page.get_by_text("not word for word").first.click()
    yield "6-report"

    model.otherwise = instead("planning", Refuses(401, "no"))
    open_start(page, url)
    start(page, "How do tides work")
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=20_000)
    yield "7-research-failed"


def _slowly(request: Request) -> Says:
    reply = scholar(request)
    assert isinstance(reply, Says)
    return Says(reply.text, reply.usage, pause=0.08) if task_of(request) == "writing" else reply


def _doubtful(request: Request) -> Says:
    reply = scholar(request)
    assert isinstance(reply, Says)
    return Says(written(input_of(request)) + DOUBTFUL) if task_of(request) == "writing" else reply
