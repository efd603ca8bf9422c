"""A picture of each state of the report without a model."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, expect

from hitl.ui.send_answer import TOO_SOON

TOPIC = "Why is Pluto no longer a planet"
MOODY = "report=tests.app.flows:MoodyReport"
TALLEST = 4000
"""Pixels after which a picture of a whole page is cut."""


@dataclass(frozen=True)
class Look:
    """How a visitor sees the page."""

    name: str
    scheme: Literal["light", "dark"]
    width: int
    height: int


LOOKS = (Look("light", "light", 1400, 900), Look("dark", "dark", 1400, 900), Look("phone", "light", 390, 844))


def take(page: Page, path: Path, look: Look) -> None:
    """A picture of the whole page, not only of what fits the window."""
    page.wait_for_timeout(300)  # for fonts and transitions to settle
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": look.width, "height": min(max(height, look.height), TALLEST)})
    page.wait_for_timeout(300)
    page.screenshot(path=path)
    page.set_viewport_size({"width": look.width, "height": look.height})


def visit(page: Page, url: str) -> Iterator[str]:
    """Bring the page into one state after the other, and name it."""
    open_start(page, url)
    yield "1-start"
    page.get_by_text("What is in the library").click()
    expect(page.get_by_text("Coral reefs and bleaching")).to_be_visible()
    yield "2-library"

    start(page, f"{TOPIC} slowly")
    expect(page.get_by_text("Looking for evidence")).to_be_visible()
    yield "3-running"

    open_start(page, url)
    start(page, TOPIC)
    wait_for_review(page, 1)
    yield "4-review"
    page.get_by_text("How it works").click()
    expect(page.get_by_role("img", name="The steps of the workflow")).to_be_visible()
    yield "4b-diagram"
    page.get_by_role("button", name="Keep", exact=True).nth(2).click()
    page.get_by_role("textbox", name="What is missing?").fill("Who discovered Pluto?")
    page.get_by_role("button", name="Reject").click()
    wait_for_review(page, 2)
    yield "5-second-round"
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    yield "6-report"

    open_start(page, url)
    start(page, "Aqueducts of Gaul")
    expect(page.get_by_text("Nothing to review")).to_be_visible()
    yield "7-nothing-found"
    page.get_by_role("button", name="Cancel run").click()
    expect(page.get_by_text("Cancel this run?")).to_be_visible()
    yield "7b-cancel-asks"
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("This run was cancelled")).to_be_visible()
    yield "8-cancelled"

    open_start(page, url)
    start(page, f"{TOPIC} in vain")
    expect(page.get_by_text("cannot be reached").first).to_be_visible()
    yield "9-failed"
    page.goto(f"{url}/?run=0123456789")
    expect(page.get_by_text("No such run")).to_be_visible()
    yield "10-unknown"

    open_start(page, url)
    page.get_by_role("button", name="Start research").click()
    expect(page.get_by_text("Type a topic first")).to_be_visible()
    page.get_by_text("My own documents").click()
    expect(page.get_by_text("Type a topic first")).to_have_count(0)  # the page is drawn anew, and a file would be lost
    with tempfile.TemporaryDirectory() as folder:
        page.locator("input[type=file]").set_input_files(some_files(Path(folder)))
        expect(page.get_by_text("Documents to look in")).to_be_visible()
    yield "11-uploads"

    page.goto(f"{url}/?view=history")
    expect(page.get_by_role("heading", name="All runs")).to_be_visible()
    expect(page.get_by_text("Finished").first).to_be_visible()
    yield "12-history"
    page.get_by_test_id("stMain").get_by_role("button", name=TOPIC, exact=True).first.click()
    page.get_by_role("button", name="Manage").click()
    page.get_by_role("button", name="Delete this run").click()
    expect(page.get_by_role("button", name="Delete for good")).to_be_visible()
    yield "13-delete"


def open_start(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_role("button", name="Start research")).to_be_visible()


def start(page: Page, topic: str) -> None:
    page.get_by_label("Topic", exact=True).fill(topic)
    page.get_by_role("button", name="Start research").click()


def wait_for_review(page: Page, round_number: int) -> None:
    """Wait for a review, and for the time in which it takes no click yet."""
    expect(page.get_by_role("heading", name=f"Round {round_number}:")).to_be_visible()
    expect(page.get_by_role("button", name="Reject")).to_have_count(1)
    page.wait_for_timeout(TOO_SOON * 1000 + 300)


def some_files(folder: Path) -> list[Path]:
    """A file that can be read and two that cannot."""
    contents = {
        "penguins.txt": "Penguins\n\nPenguins live in the southern hemisphere. Emperor penguins breed on sea ice.",
        "empty.md": "",
        "scan.pdf": "only its name says that it is a PDF",
    }
    for name, text in contents.items():
        (folder / name).write_text(text)
    return [folder / name for name in contents]
