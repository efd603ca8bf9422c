"""A review without a mouse and without looking: from the first Tab to the report; and keys faster than the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hitl.report_ui.desk import UNSEEN
from hitl.ui.send_answer import TOO_SOON
from tests.browser.conftest import Server
from tests.browser.keyboard import expect_headings_in_order, tab_to
from tests.browser.pictures import TOPIC, open_start, start, wait_for_review
from tests.browser.wire import Wire


@pytest.fixture
def blank(browser: Browser, server: Server) -> Iterator[Page]:
    """A page that has not been opened yet."""
    context = browser.new_context(viewport={"width": 1180, "height": 900}, base_url=server.url)
    yield context.new_page()
    context.close()


def test_a_whole_review_is_done_with_the_keyboard_and_a_screen_reader(blank: Page):
    page, told = blank, blank.get_by_role("status").last
    open_start(page, "/")
    expect(page.get_by_role("heading", name="What do you want to know?")).to_be_focused()
    tab_to(page, page.get_by_role("textbox", name="Topic"))
    page.keyboard.type(TOPIC)
    page.reload()
    expect(page.get_by_role("textbox", name="Topic")).to_have_value(TOPIC)
    tab_to(page, page.get_by_role("textbox", name="Topic"))
    page.keyboard.press("Enter")
    wait_for_review(page, 1)
    expect(page.get_by_role("heading", name=TOPIC)).to_be_focused()
    expect(told).to_have_text("Waiting for you")
    expect_headings_in_order(page)

    page.keyboard.press("j")
    expect(told).to_contain_text("Finding 2 kept. ")
    expect(page.get_by_role("heading", name="2 · ", level=3)).to_be_visible()
    page.keyboard.press("k")
    expect(told).to_contain_text("Finding 1 kept. ")
    page.wait_for_timeout(UNSEEN * 1000)  # before that nothing is dropped
    page.keyboard.press("x")
    expect(told).to_have_text("Finding 1 dropped. 7 of 8 kept")
    expect(page.get_by_role("button", name="Restore")).to_be_visible()
    switch = page.get_by_role("toolbar", name="Finding 1: ").get_by_role("button", name="Keep")
    expect(switch).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name=re.compile(r"^1 · .* dropped$"))).to_be_visible()
    page.keyboard.press("h")
    expect(page.get_by_text("show these keys, or hide them")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Note on finding 1")).to_be_focused()
    page.keyboard.type("jxkA, or not?")
    tab_to(page, page.get_by_role("textbox", name="What is missing?"))
    page.keyboard.type("All about x. And A")
    page.keyboard.press("Tab")

    page.keyboard.press("Shift+A")
    expect(page.get_by_role("alert")).to_contain_text("You have typed what is missing")
    expect(told).to_have_text("Finding 1 dropped. 7 of 8 kept")
    page.wait_for_timeout(TOO_SOON * 1000 + 100)  # a second key so soon may be that of a double press
    page.keyboard.press("Shift+A")

    expect(page.get_by_role("heading", name="References")).to_be_visible()
    expect(page.get_by_role("heading", name=TOPIC, level=1).last).to_be_focused()
    expect(told).to_have_text("Finished")
    expect(page.get_by_role("link", name="[1]").first).to_be_visible()
    expect_headings_in_order(page)
    tab_to(page, page.locator("summary", has=page.get_by_text("How this report came about")))
    page.keyboard.press("Enter")
    expect(page.get_by_text("jxkA, or not?")).to_be_visible()


def test_each_key_counts_once_and_for_the_finding_that_is_shown(blank: Page):
    page, wire = blank, Wire(blank)
    open_start(page, "/")
    start(page, TOPIC)
    wait_for_review(page, 1)

    wire.sends_early = True
    keys = [("j", "2 of 8"), ("j", "3 of 8"), ("k", "2 of 8"), ("x", "7 of 8 kept"), ("x", "8 of 8 kept")]
    for key, then in [*keys, ("h", "show these keys, or hide them")]:
        page.keyboard.press(key)
        wire.wait_for_runs()
        expect(page.get_by_test_id("stApp").get_by_text(then)).to_be_visible()
        page.wait_for_timeout(UNSEEN * 1000)

    wire.sends_early, wire.is_held = False, True
    for key in "jx":
        page.keyboard.press(key)
        wire.wait_for_runs()
        page.wait_for_timeout(UNSEEN * 1000)
    wire.release()
    expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
    expect(page.get_by_text("3 of 8", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Drop Shortcut X")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^2 · .* dropped$"))).to_be_visible()


def test_what_a_key_drops_stays_dropped_when_the_next_keys_come_before_the_page_has_heard_of_it(blank: Page):
    page, wire = blank, Wire(blank)
    open_start(page, "/")
    start(page, TOPIC)
    wait_for_review(page, 1)

    wire.is_held = True
    for key in "xjj":
        page.keyboard.press(key)
        wire.wait_for_runs()
        page.wait_for_timeout(UNSEEN * 1000)
    wire.release()

    expect(page.get_by_text("3 of 8", exact=True)).to_be_visible()
    expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^1 · .* dropped$"))).to_be_visible()
    switch = page.get_by_role("toolbar", name="Finding 1: ").get_by_role("button", name="Keep")
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_however_fast_keys_come_each_row_shows_what_was_decided(blank: Page):
    page = blank
    open_start(page, "/")
    start(page, TOPIC)
    wait_for_review(page, 1)
    rows = page.get_by_role("toolbar", name=re.compile(r"^Finding \d"))
    expect(rows).to_have_count(8)

    for keys in ("jjjxjjxk", "kxkkxjx", "jxkxjjjxk"):
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.press("h")  # draws the whole page, which comes last
        expect(page.get_by_text("show these keys, or hide them")).to_be_visible()
        page.keyboard.press("h")
        expect(page.get_by_text("show these keys, or hide them")).to_have_count(0)
        dropped = page.get_by_role("button", name=re.compile(r"^\d+ · .* dropped$")).count()
        off = sum(row.get_by_role("button").get_attribute("aria-pressed") == "false" for row in rows.all())
        assert off == dropped
        expect(page.get_by_text(f"{8 - dropped} of 8 kept", exact=True)).to_be_visible()
