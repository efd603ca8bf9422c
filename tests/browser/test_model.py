"""A model's writing in a real browser: it streams, it survives a reload, it stops, and it can be taken away."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Server, serving
from tests.browser.pictures import TOPIC, start, wait_for_review
from tests.fake_openai import FakeOpenAI, FallsSilent, Request, Says
from tests.llm.asking import KEY
from tests.scholar import instead, scholar, task_of

SENTENCES = [f"Sentence number {number}." for number in range(100)]
LAST = SENTENCES[-1]
HALF = '{"sections": [{"heading": "", "sentences": [{"findings": [1], "text": "Pluto was reclassified in 2006."}, {"fi'


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


def test_a_report_is_taken_away_in_every_format(page: Page, model: FakeOpenAI):
    approve(page)
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    page.wait_for_timeout(1000)  # a click in the first 0.7 s was meant for the screen before
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible()

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
