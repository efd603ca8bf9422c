"""A picture of each state of the page that only a model brings about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page, expect

from hitl.ui.send_answer import TOO_SOON
from tests.browser.pictures import TOPIC, open_start, start, wait_for_review
from tests.fake_openai import FakeOpenAI, Refuses, Request, Says
from tests.llm.asking import KEY
from tests.scholar import input_of, instead, scholar, task_of, written

DOUBTFUL = (
    ("Pluto", "Pluto was discovered in 1931."),
    (
        "two of the three conditions",
        "Pluto lost the rank of a planet in 2006 because it meets only two of the three conditions.",
    ),
    (None, "Nobody on Pluto has complained so far."),
)
"""Sentences beside those that are quoted, each with words of the finding that it cites."""


def with_model(base: str) -> dict[str, Any]:
    """The settings of a server whose model is at an address; one of one's own has no known prices."""
    prices = "gpt-5-mini=0.25/2/0.025"
    return {"OPENAI_API_KEY": KEY, "OPENAI_API_BASE": base, "HITL_MODEL": "gpt-5-mini", "HITL_PRICES": prices}


def visit(page: Page, url: str, model: FakeOpenAI) -> Iterator[str]:
    """Bring the page into one state after the other, and name it."""
    model.otherwise = scholar
    open_start(page, url)
    yield "1-start"
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("answers at")).to_be_visible()
    yield "2-connection"

    start(page, TOPIC)
    wait_for_review(page, 1)
    yield "3-review"
    model.otherwise = _slowly
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("In detail").first).to_be_visible()
    yield "4-writing"
    page.get_by_role("button", name="Stop writing").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    page.wait_for_timeout(TOO_SOON * 1000 + 300)  # before that the question takes no click
    yield "5-stopped"
    model.otherwise = doubtful
    page.get_by_role("button", name="Rewrite").click()
    expect(page.get_by_text("Review the rewritten text")).to_be_visible()
    page.wait_for_timeout(TOO_SOON * 1000 + 300)
    open_reworded(page)
    yield "6-text"
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    yield "7-report"
    page.get_by_role("button", name="Revise").click()
    expect(page.get_by_text("The report is taken up again")).to_be_visible()
    yield "8-revise"

    model.otherwise = instead("planning", Refuses(401, "no"))
    open_start(page, url)
    start(page, "How do tides work")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    yield "9-research-failed"


def open_reworded(page: Page) -> None:
    """Open the sentence of `doubtful` that is in other words than its quote."""
    page.get_by_role("button", name="3", exact=True).click()
    expect(page.get_by_text("The text says").first).to_be_visible()


def _slowly(request: Request) -> Says:
    reply = scholar(request)
    assert isinstance(reply, Says)
    return Says(reply.text, reply.usage, pause=0.08) if task_of(request) == "writing" else reply


def doubtful(request: Request) -> Says:
    """What `scholar` says, and the sentences of `DOUBTFUL` after the first one."""
    reply = scholar(request)
    assert isinstance(reply, Says)
    if task_of(request) != "writing":
        return reply
    given = input_of(request)
    sections = json.loads(written(given))["sections"]
    for words, text in reversed(DOUBTFUL):
        cited = [finding["number"] for finding in given["findings"] if words and words in finding["quote"]][:1]
        sections[0]["sentences"].insert(1, {"findings": cited, "text": text})
    return Says(json.dumps({"sections": sections}))
