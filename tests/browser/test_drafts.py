"""What is switched and typed in a review, in a real browser: through a reload, in a second tab, after a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hitl.engine.store.statements import Store
from tests.browser.conftest import Line, Server, free_port, serving
from tests.browser.pictures import TOPIC, open_start, start, wait_for_review
from tests.browser.wire import Wire
from tests.conftest import until

COOKIE = "hitl_browser"
SOON = 15_000
"""Milliseconds in which a tab shows what was entered in another: it looks every three seconds."""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """On a phone; other tests here have a wide screen."""
    context = browser.new_context(viewport={"width": 390, "height": 900})
    yield context
    context.close()


def feedback(page: Page) -> str:
    return page.get_by_role("textbox", name="What is missing?").input_value()


def say(page: Page, text: str) -> None:
    """Type, and leave the field: only then does Streamlit send it."""
    field = page.get_by_role("textbox", name="What is missing?")
    field.fill(text)
    field.blur()


def give_name(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="Your name").fill(name)
    page.keyboard.press("Tab")


def cookie_of(context: BrowserContext) -> str | None:
    return next((str(cookie["value"]) for cookie in context.cookies() if cookie["name"] == COOKIE), None)


def expect_an_id(context: BrowserContext) -> None:
    until(lambda: re.fullmatch(r"[0-9a-f]{32}", cookie_of(context) or ""), SOON / 1000)


def test_a_reload_and_a_second_tab_show_what_was_entered_and_follow_each_other(context: BrowserContext, server: Server):
    page = context.new_page()
    open_start(page, server.url)
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Keep", exact=True).first.click()
    expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
    say(page, "Who discovered Pluto?")
    expect_an_id(context)
    known = cookie_of(context)

    page.reload()
    wait_for_review(page, 1)
    expect(page.get_by_role("textbox", name="What is missing?")).to_have_value("Who discovered Pluto?")
    expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()

    other = context.new_page()
    other.goto(page.url)
    wait_for_review(other, 1)
    expect(other.get_by_role("textbox", name="What is missing?")).to_have_value("Who discovered Pluto?")
    other.get_by_role("button", name="Keep", exact=True).nth(1).click()
    say(other, "Who named Pluto?")
    expect(page.get_by_text("6 of 8 kept", exact=True)).to_be_visible(timeout=SOON)
    expect(page.get_by_role("textbox", name="What is missing?")).to_have_value("Who named Pluto?", timeout=SOON)
    assert cookie_of(context) == known


def test_what_was_entered_survives_kill_9_of_the_server_and_a_new_tab(browser: Browser, home: Path):
    home.mkdir(parents=True)
    port, context = free_port(), browser.new_context(viewport={"width": 1180, "height": 900})
    page = context.new_page()
    with serving(home, port=port) as server:
        open_start(page, server.url)
        give_name(page, "Ana María 🧑‍🔬")
        start(page, TOPIC)
        wait_for_review(page, 1)
        say(page, "Who discovered Pluto?")
        page.get_by_role("button", name="Keep", exact=True).first.click()
        expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
        server.kill()
    with serving(home, port=port):
        other = context.new_page()
        other.goto(page.url)
        for tab in (page, other):
            wait_for_review(tab, 1)
            expect(tab.get_by_text("7 of 8 kept", exact=True)).to_be_visible(timeout=SOON)
            expect(tab.get_by_role("textbox", name="What is missing?")).to_have_value("Who discovered Pluto?")
            expect(tab.get_by_role("textbox", name="Your name")).to_have_value("Ana María 🧑‍🔬")
    assert b"Ana" not in (home.parent / "server.log").read_bytes()
    context.close()


def test_another_browser_is_offered_it_when_it_gives_the_same_name_and_sees_nothing_before(
    browser: Browser, page: Page
):
    give_name(page, "Ana")
    start(page, TOPIC)
    wait_for_review(page, 1)
    say(page, "Who discovered Pluto?")
    elsewhere = browser.new_context()
    other = elsewhere.new_page()
    other.goto(page.url)
    wait_for_review(other, 1)
    assert feedback(other) == ""
    give_name(other, "Ana")
    other.get_by_role("button", name="Take it over").click()
    expect(other.get_by_role("button", name="Take it over")).to_have_count(0)
    expect(other.get_by_role("textbox", name="What is missing?")).to_have_count(1)  # it moves up
    expect(other.get_by_role("textbox", name="What is missing?")).to_have_value("Who discovered Pluto?")
    expect(other.get_by_role("button", name="Take it over")).to_have_count(0)
    elsewhere.close()


def test_a_cookie_that_is_no_id_of_ours_is_replaced(browser: Browser, server: Server):
    for forged in ("x", "../../runs.db", "0" * 33, "' OR 1=1"):
        context = browser.new_context()
        context.add_cookies([{"name": COOKIE, "value": forged, "url": server.url}])
        open_start(context.new_page(), server.url)
        expect_an_id(context)
        context.close()


def test_a_browser_that_keeps_no_cookies_goes_on_with_its_session(browser: Browser, server: Server):
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script("Object.defineProperty(document, 'cookie', {get: () => '', set: () => {}})")
    open_start(page, server.url)
    start(page, TOPIC)
    wait_for_review(page, 1)
    say(page, "Who discovered Pluto?")
    page.get_by_role("button", name="Keep", exact=True).first.click()
    expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
    assert feedback(page) == "Who discovered Pluto?"
    assert cookie_of(context) is None
    page.get_by_role("button", name="Reject").click()
    wait_for_review(page, 2)
    assert feedback(page) == ""
    context.close()


def test_a_line_that_is_cut_for_five_seconds_costs_nothing_that_was_typed(
    context: BrowserContext, server: Server, store: Store
):
    page = context.new_page()
    with Line(server.url) as line:
        open_start(page, line.url)
        start(page, TOPIC)
        wait_for_review(page, 1)
        page.get_by_role("button", name="Keep", exact=True).first.click()
        expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
        page.get_by_role("textbox", name="What is missing?").press_sequentially("Who discovered Pluto?")
        line.cut()
        expect(page.get_by_role("textbox", name="What is missing?")).to_be_disabled()
        expect(page.get_by_role("dialog", name="The server does not answer")).to_be_visible()
        page.wait_for_timeout(1_000)
        line.mend()

        expect(page.get_by_role("dialog")).to_have_count(0)
        assert feedback(page) == "Who discovered Pluto?"
        page.get_by_role("button", name="Reject").click()
        wait_for_review(page, 2)
    (answer,) = store.answers(store.runs()[0].id)
    assert answer.body["feedback"] == "Who discovered Pluto?"
    assert len(answer.body["dropped"]) == 1


def test_of_two_people_the_slower_is_told_who_won_and_keeps_what_was_typed(
    browser: Browser, context: BrowserContext, page: Page
):
    give_name(page, "Ana")
    start(page, TOPIC)
    wait_for_review(page, 1)
    other = context.new_page()
    wire = Wire(other)
    other.goto(page.url)
    give_name(other, "Ben")
    wait_for_review(other, 1)
    wire.has_heartbeat = False  # nothing says that somebody else decides
    say(other, "How far away is it?")

    page.get_by_role("textbox", name="What is missing?").press_sequentially("Who discovered Pluto?")
    page.get_by_role("button", name="Reject").click()  # which sends what was typed last, too
    wait_for_review(page, 2)
    expect(page.get_by_text("Ana asked for “Who discovered Pluto?”")).to_be_visible()
    other.get_by_role("button", name="Reject").click()

    expect(other.get_by_text("Ana was faster and decided at")).to_be_visible()
    wire.has_heartbeat = True
    wait_for_review(other, 2)
    assert feedback(other) == "How far away is it?"
    assert feedback(page) == ""
    other.get_by_role("button", name="Reject").click()
    wait_for_review(other, 3)
    expect(other.get_by_text("Ben asked for “How far away is it?”")).to_be_visible()
