"""A model's writing in a real browser: it streams, it survives a reload, it stops, and it can be taken away."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from hitl.report_ui.desk import UNSEEN
from hitl.ui.send_answer import TOO_SOON
from tests.browser.conftest import Server, serving
from tests.browser.keyboard import expect_headings_in_order, tab_to
from tests.browser.model_pictures import DOUBTFUL, doubtful
from tests.browser.pictures import TOPIC, start, wait_for_review
from tests.fake_openai import FakeOpenAI, FallsSilent, Request, Says
from tests.llm.asking import KEY
from tests.scholar import instead, scholar, task_of

SENTENCES = [f"Sentence number {number}." for number in range(100)]
LAST = SENTENCES[-1]
HALF = '{"sections": [{"heading": "", "sentences": [{"findings": [1], "text": "Pluto was reclassified in 2006."}, {"fi'

JUMPS = """() => {
    window.jumped = 0
    new PerformanceObserver(list => list.getEntries().forEach(each => window.jumped += each.value))
        .observe({type: "layout-shift"})
}"""
"""Adds up from now on how far what is seen moves: https://web.dev/articles/cls, also shortly after a key or a click."""


@pytest.fixture(scope="module")
def shared_model() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as model:
        yield model


@pytest.fixture
def model(shared_model: FakeOpenAI) -> FakeOpenAI:
    shared_model.otherwise = scholar
    return shared_model


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory, shared_model: FakeOpenAI) -> Iterator[Server]:
    """A server that has a model, in place of the one without."""
    home = tmp_path_factory.mktemp("server") / "home"
    home.mkdir()
    with serving(home, OPENAI_API_KEY=KEY, OPENAI_API_BASE=shared_model.base) as server:
        yield server


def slow_writer(request: Request) -> Says:
    """Takes many seconds for its text."""
    reply = scholar(request)
    assert isinstance(reply, Says)
    said = [{"findings": [1], "text": text} for text in SENTENCES]
    text = json.dumps({"sections": [{"heading": "", "sentences": said}]})
    return Says(text, pause=0.03) if task_of(request) == "writing" else reply


def approve(page: Page) -> None:
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Approve").click()


def test_the_text_is_on_the_page_before_it_is_whole_and_after_a_reload(page: Page, model: FakeOpenAI):
    model.otherwise = slow_writer
    approve(page)

    expect(page.get_by_text("Sentence number 3.").first).to_be_visible()
    assert page.get_by_text(LAST).count() == 0
    page.reload()
    expect(page.get_by_text("Sentence number 3.").first).to_be_visible()
    assert page.get_by_text(LAST).count() == 0

    page.get_by_role("button", name="Stop writing").click()
    expect(page.get_by_text("The writing was stopped.")).to_be_visible()
    assert page.get_by_text(LAST).count() == 0


def test_a_second_tab_follows_and_may_stop_it(page: Page, model: FakeOpenAI):
    model.otherwise = instead("writing", FallsSilent(HALF))
    approve(page)
    expect(page.get_by_text("5 words so far")).to_be_visible()
    second = page.context.new_page()
    second.goto(page.url)

    second.get_by_role("button", name="Stop writing").click()

    for tab in (page, second):
        expect(tab.get_by_role("button", name="Publish")).to_be_visible()


def test_a_text_is_reviewed_with_the_keyboard_and_a_screen_reader_and_taken_away_in_every_format(
    page: Page, model: FakeOpenAI
):
    model.otherwise = doubtful
    told = page.get_by_role("status").last
    approve(page)
    expect(page.get_by_role("heading", name="Review the text")).to_be_visible()
    expect(page.get_by_role("heading", name=TOPIC)).to_be_focused()
    expect(told).to_have_text("Waiting for you")
    expect_headings_in_order(page)

    for number, words in ((2, None), (3, "Reworded: " + DOUBTFUL[1][1])):
        page.keyboard.press("j")
        expect(told).to_have_text(
            f"Sentence {number} kept. {words}" if words else re.compile(rf"^Sentence {number} kept")
        )
    page.wait_for_timeout(UNSEEN * 1000)  # a key before that is for the sentence before: nobody has seen this one
    page.keyboard.press("x")
    expect(told).to_have_text("Sentence 3 dropped. 10 of 11 sentences kept")
    switch = page.get_by_role("toolbar", name="Sentence 3: ").get_by_role("button", name="Keep")
    expect(switch).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(UNSEEN * 1000)
    page.keyboard.press("x")
    expect(told).to_have_text("Sentence 3 kept. 11 of 11 sentences kept")
    page.keyboard.press("k")
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="What is wrong with sentence 2?")).to_be_focused()
    page.keyboard.type("jxkA, it was 1930")
    tab_to(page, page.get_by_role("button", name="Rewrite"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Review the rewritten text")).to_be_visible()
    expect(page.get_by_role("heading", name=TOPIC)).to_be_focused()
    expect(page.get_by_role("button", name="Publish Shortcut Shift + A")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    publish = page.get_by_role("button", name="Publish", exact=True)  # in a narrow window, which has no keys
    expect(publish).to_be_visible()
    page.wait_for_timeout(TOO_SOON * 1000 + 300)  # a key before that was meant for the screen before
    page.evaluate(JUMPS)
    tab_to(page, publish)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    assert page.evaluate("window.jumped") <= 0.1
    expect(page.get_by_role("heading", name=TOPIC, level=1).last).to_be_focused()
    expect(told).to_have_text("Finished")
    expect_headings_in_order(page)

    page.set_viewport_size({"width": 1180, "height": 900})
    expect(page.locator(".st-key-hitl-report_text")).to_be_visible()  # the page is drawn again as a wide one
    files: dict[str, bytes] = {}
    for label in ("Download Word", "PDF", "Markdown", "JSON"):
        if label == "Markdown":
            page.get_by_role("button", name="More").click()
        with page.expect_download() as downloading:
            page.get_by_role("button", name=label, exact=True).click()
        name = downloading.value.suggested_filename
        files[Path(name).suffix] = Path(downloading.value.path()).read_bytes()
        assert name.startswith("why-is-pluto-no-longer-a-planet.")

    sentence = "Pluto was reclassified in 2006 because it meets only two of the three conditions for a planet."
    word = docx.Document(io.BytesIO(files[".docx"]))
    pdf = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(files[".pdf"])).pages).split())
    assert sentence in files[".md"].decode()
    assert any(sentence in paragraph.text for paragraph in word.paragraphs)
    assert sentence in pdf
    assert json.loads(files[".json"])
