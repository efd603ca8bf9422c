from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from hitl.engine.store.statements import Store
from hitl.ui._compat import WORD_JOINER
from hitl.ui.send_answer import TOO_SOON
from tests.browser.conftest import PATIENCE, Server, delayed, serving, stored_by
from tests.browser.pictures import TOPIC, open_start, start, wait_for_review


class Point(NamedTuple):
    x: float
    y: float


def center_of(page: Page, name: str) -> Point:
    button = page.get_by_role("button", name=name)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    return Point(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def click_thrice(page: Page, name: str) -> None:
    """A nervous click: twice at once, and again where the button was a moment ago."""
    at = center_of(page, name)
    page.mouse.dblclick(at.x, at.y)
    page.wait_for_timeout(200)
    page.mouse.click(at.x, at.y)


def test_a_visitor_starts_rejects_approves_and_reads_the_report(page: Page):
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Keep", exact=True).first.click()
    expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="What is missing?").fill("Who discovered Pluto?")
    page.get_by_role("button", name="Reject").click()

    wait_for_review(page, 2)
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_role("heading", name="References")).to_be_visible()
    expect(page.get_by_text("Composed without a language model")).to_be_visible()
    page.get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown", exact=True).click()
    assert download.value.suggested_filename == "why-is-pluto-no-longer-a-planet.md"
    text = Path(download.value.path()).read_text("utf-8")
    assert text.startswith(f"# {TOPIC}")
    assert "Clyde Tombaugh discovered Pluto" in text


def test_a_citation_leads_to_its_source_beside_the_text_and_in_a_narrow_window_below_it(page: Page):
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Approve").click()
    last = page.get_by_role("heading", name=re.compile(r"^Reference \d+$")).last
    expect(last).to_be_attached()
    number = re.findall(r"\d+", last.inner_text())[0]
    expect(last).not_to_be_in_viewport()

    link = page.get_by_role("link", name=f"[{number}]").first
    link.scroll_into_view_if_needed()
    text = page.locator(".st-key-hitl-report_text")
    place = text.evaluate("box => box.scrollTop")
    link.click()

    expect(last).to_be_in_viewport(timeout=5_000)
    assert text.evaluate("box => box.scrollTop") == place, "the reader has lost the place"
    expect(link).to_be_in_viewport()
    assert page.context.pages == [page], "the citation opened another tab"

    page.set_viewport_size({"width": 390, "height": 844})
    source = page.get_by_role("button", name="[1]").first
    expect(source).to_be_visible()
    expect(text).to_have_count(0)
    source.click()
    expect(page.get_by_test_id("stPopoverBody")).to_contain_text("planet")


def test_each_new_screen_is_read_from_its_top(page: Page):
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Reject").click()
    wait_for_review(page, 2)
    expect(page.get_by_role("heading", name=TOPIC)).to_be_in_viewport()
    expect(page.get_by_role("heading", name=TOPIC)).to_be_focused()

    last_toggle = page.get_by_role("button", name="Keep", exact=True).last
    last_toggle.click()
    expect(page.get_by_text("15 of 16 kept", exact=True)).to_be_visible()
    expect(last_toggle).to_be_in_viewport()

    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Composed without a language model")).to_be_in_viewport()


def test_a_double_click_on_start_starts_one_run(page: Page, store: Store):
    page.get_by_label("Topic", exact=True).fill(TOPIC)
    click_thrice(page, "Start research")
    wait_for_review(page, 1)
    assert len(store.runs()) == 1


def test_a_double_click_on_start_starts_one_run_over_a_slow_line(browser: Browser, server: Server, store: Store):
    with delayed(server.url, 0.1) as url:
        for runs, milliseconds in enumerate((60, 200), 1):
            page = browser.new_page()
            open_start(page, url)
            page.get_by_label("Topic", exact=True).fill(TOPIC)
            at = center_of(page, "Start research")
            page.mouse.click(at.x, at.y)
            page.wait_for_timeout(milliseconds)
            page.mouse.click(at.x, at.y)
            wait_for_review(page, 1)
            assert len(store.runs()) == runs
            page.close()


def test_quotes_are_shown_letter_by_letter(page: Page, tmp_path: Path):
    odd = "Odd signs such as :red[x] and :material/home: and :tada: and a -> b and c -- d and e >= f stay."
    (tmp_path / "odd.txt").write_text(f"Signs\n\n{odd}")
    page.get_by_text("My own documents").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "odd.txt")
    expect(page.get_by_text("Documents to look in")).to_be_visible()
    start(page, "odd signs :red[x] -> y")
    wait_for_review(page, 1)
    assert odd in visible_text(page)
    assert "odd signs :red[x] -> y" in visible_text(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    assert visible_text(page).count(odd) == 2, "in the text and in the reference"


def visible_text(page: Page) -> str:
    return page.get_by_test_id("stMain").inner_text().replace(WORD_JOINER, "")


def test_a_double_click_on_reject_rejects_one_round(page: Page, store: Store):
    start(page, TOPIC)
    wait_for_review(page, 1)
    click_thrice(page, "Reject")
    expect(page.get_by_text(re.compile(r"^Round [23]:"))).to_be_visible()
    expect(page.get_by_role("button", name="Reject")).to_have_count(1)

    run = store.runs()[0]
    first, *others = store.answers(run.id)  # on a busy machine the third click may come when its time has come
    assert all((other.at - first.at).total_seconds() > TOO_SOON for other in others)
    assert run.status == "waiting"


def test_a_double_click_on_approve_decides_once(page: Page, store: Store):
    start(page, TOPIC)
    wait_for_review(page, 1)
    click_thrice(page, "Approve")
    expect(page.get_by_role("heading", name="References")).to_be_visible()

    run = store.runs()[0]
    assert [answer.body["approved"] for answer in store.answers(run.id)] == [True]
    expect(page.get_by_text("was faster")).to_have_count(0)


def test_a_reload_and_a_second_tab_show_the_same_review(page: Page):
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.reload()
    wait_for_review(page, 1)

    other = page.context.new_page()
    other.goto(page.url)
    wait_for_review(other, 1)
    other.get_by_role("button", name="Approve").click()

    expect(other.get_by_role("heading", name="References")).to_be_visible()
    expect(page.get_by_role("heading", name="References")).to_be_visible()


def test_back_leads_to_where_the_visitor_came_from(page: Page):
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="All runs").click()
    expect(page.get_by_role("heading", name="All runs")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("button", name=TOPIC).click()
    wait_for_review(page, 1)
    page.go_back()
    expect(page.get_by_role("heading", name="All runs")).to_be_visible()
    page.go_back()
    wait_for_review(page, 1)


def test_no_request_leaves_the_server(browser: Browser, server: Server):
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    open_start(page, server.url)
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    assert asked
    assert [url for url in asked if not url.startswith((server.url, "data:", "blob:"))] == []
    page.close()


def test_nothing_is_fetched_for_markup_in_a_topic_or_a_document(page: Page, tmp_path: Path):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    image = "![x](http://127.0.0.1:9/leak.png) <img src='http://127.0.0.1:9/leak.png'>"
    page.get_by_text("My own documents").click()
    trap = tmp_path / "trap.txt"
    trap.write_text(f"Trap\n\nThe trap document says {image} here.")
    page.locator("input[type=file]").set_input_files(trap)
    expect(page.get_by_text("Documents to look in")).to_be_visible()
    start(page, f"trap document {image}")
    wait_for_review(page, 1)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    assert not [url for url in asked if "leak" in url]


@pytest.fixture
def held_server(home: Path) -> Iterator[Server]:
    home.mkdir(parents=True)
    with serving(home, HITL_WORKFLOWS="report=tests.app.flows:HeldReport") as server:
        yield server


@pytest.fixture
def held_store(held_server: Server) -> Iterator[Store]:
    with stored_by(held_server) as store:
        yield store


def test_while_a_step_works_nothing_of_the_screen_before_can_be_clicked(
    browser: Browser, held_server: Server, held_store: Store
):
    page = browser.new_page(viewport={"width": 1180, "height": 900})
    page.goto(held_server.url)
    page.get_by_label("Topic", exact=True).fill(TOPIC)
    at = center_of(page, "Start research")
    page.mouse.click(at.x, at.y)

    expect(page.get_by_role("button", name="Cancel run")).to_be_visible()
    expect(page.get_by_role("button", name="Start research")).to_have_count(0)
    page.mouse.click(at.x, at.y)
    expect(page.get_by_text("Working").first).to_be_visible()
    assert [run.status for run in held_store.runs()] == ["running"]

    go = held_server.home / "go"
    go.touch()
    wait_for_review(page, 1)
    at = center_of(page, "Reject")
    page.mouse.click(at.x, at.y)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.mouse.click(at.x, at.y)
    assert [run.status for run in held_store.runs()] == ["running"]
    go.touch()
    wait_for_review(page, 2)
    assert len(held_store.answers(held_store.runs()[0].id)) == 1
    page.close()


def test_a_page_inside_another_app_follows_its_run_and_leaves_the_app_as_it_is(browser: Browser, home: Path):
    home.mkdir(parents=True)
    page = browser.new_page(viewport={"width": 1180, "height": 900})
    with serving(home, script="tests/browser/host.py") as server:
        page.goto(server.url)
        page.get_by_label("Topic of the app").fill("ours")
        start(page, TOPIC)
        expect(page.get_by_text("Looking for evidence")).to_be_visible()
        expect(page.get_by_text("Working").first).to_be_visible()

        wait_for_review(page, 1)
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("heading", name="References")).to_be_visible()

        expect(page.get_by_label("Topic of the app")).to_have_value("ours")
        expect(page.get_by_text("begun by the app, run by the app")).to_be_visible()
        page.get_by_role("link", name="about").click()
        expect(page.get_by_role("heading", name="About us")).to_be_visible()
        expect(page.get_by_label("Topic of the app")).to_have_value("ours")
    page.close()


def test_the_page_of_a_workflow_that_the_address_names_follows_a_step_that_never_yields(browser: Browser, home: Path):
    home.mkdir(parents=True)
    page = browser.new_page(viewport={"width": 1180, "height": 900})
    workflows = "draws=tests.browser.flows:Draws,stuck=tests.browser.flows:Stuck"
    with serving(home, HITL_WORKFLOWS=workflows) as server:
        page.goto(f"{server.url}/?workflow=stuck")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_text("The step spin has not yielded for")).to_be_visible()
        (home / "go").touch()
        expect(page.get_by_text("It went on.")).to_be_visible()
    page.close()


def test_filters_that_are_taken_off_stay_off_when_the_browser_sends_again(page: Page):
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    start(page, TOPIC)
    wait_for_review(page, 1)
    rows = page.get_by_role("button", name="Keep", exact=True)
    expect(rows).to_have_count(8)
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Search the findings").fill("zzzz")
    expect(page.get_by_text("No finding fits")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Show all").click()
    expect(rows).to_have_count(8)
    heard = len(sent)
    deadline = time.monotonic() + PATIENCE
    while len(sent) < heard + 3:  # it has sent what it has
        assert time.monotonic() < deadline, "the browser sends nothing"
        page.wait_for_timeout(50)

    expect(rows).to_have_count(8)
    expect(page.get_by_text("No finding fits")).to_have_count(0)
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_label("Search the findings")).to_have_value("")


def test_what_is_being_typed_stays_when_the_window_gets_narrower_and_wider(page: Page):
    start(page, TOPIC)
    wait_for_review(page, 1)
    missing = page.get_by_role("textbox", name="What is missing?")
    missing.press_sequentially("Who discovered")
    try:
        for width, is_below in ((1000, True), (500, True), (1180, False)):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(
                """isBelow => {
                    const top = name => [...document.querySelectorAll("button")]
                        .find(button => button.innerText.includes(name)).getBoundingClientRect().top;
                    return (top("Filter") > top("Next") + 100) === isBelow;
                }""",
                arg=is_below,
            )
            assert missing.input_value() == "Who discovered"
    finally:
        page.set_viewport_size({"width": 1180, "height": 900})
