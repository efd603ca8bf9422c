"""The states of the page that other workflows than the report's bring about, and reviews of many findings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from hitl.engine import open_engine
from hitl.settings import Settings
from tests.browser.pictures import start, wait_for_review
from tests.conftest import until

FLOWS = (
    "many=tests.benchmarks.page_flows:ManyFindings,expense=hitl.examples.expense:ExpenseFlow,"
    "interview=hitl.examples.interview:InterviewFlow,reviews=hitl.examples.reviews:ReviewsFlow"
)


def keep_blocked_run(home: Path) -> None:
    """Leave a run whose workflow the next server does not know.

    Args:
        home: The folder of the runs.
    """
    engine = open_engine(Settings(home=home, workflows={"gone": "hitl.examples.expense:ExpenseFlow"}))
    run = engine.start("gone", purpose="An old chair", amount=120, category="equipment")
    until(lambda: run.status == "waiting")
    engine.close()


def visit(page: Page, url: str) -> Iterator[str]:
    """Bring the page into one state after the other, and name it."""
    page.goto(f"{url}/?workflow=expense")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "1-form-with-problems"
    page.get_by_role("textbox", name="Purpose").fill("A chair")
    page.get_by_role("spinbutton", name="Amount").fill("120")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    yield "2-question"

    page.goto(f"{url}/?workflow=interview")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("What is your name?")).to_be_visible()
    yield "3-question-for-a-form"

    page.goto(f"{url}/?workflow=reviews")
    page.get_by_role("textbox", name="Text").fill("To whom it may concern")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("2 questions are open")).to_be_visible()
    yield "4-two-questions"

    page.goto(f"{url}/?workflow=many")
    for number, name in ((30, "5-thirty-findings"), (150, "6-a-hundred-and-fifty")):
        start(page, f"{number} sentences of the library")
        wait_for_review(page, 1)
        yield name
        page.get_by_role("button", name="New run").first.click()
        expect(page.get_by_role("button", name="Start research")).to_be_visible()

    page.goto(f"{url}/?view=inbox")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    yield "8-inbox"
    page.goto(f"{url}/?view=history")
    page.get_by_test_id("stMain").get_by_role("button", name="An old chair").click()
    expect(page.get_by_text("cannot go on here")).to_be_visible()
    yield "7-blocked"
