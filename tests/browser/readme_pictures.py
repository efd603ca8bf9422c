"""The pictures of the README, light and dark: `python -m tests.browser.readme_pictures` makes them anew."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.accessibility import settle
from tests.browser.all_pictures import new_page
from tests.browser.conftest import CHROMIUM_FLAGS, ROOT, chromium_path, serving
from tests.browser.model_pictures import doubtful, open_reworded, with_model
from tests.browser.pictures import TOPIC, Look, open_start, start, wait_for_review
from tests.fake_openai import FakeOpenAI

FOLDER = ROOT / "docs" / "pictures"
LOOK = Look("README", "light", 1280, 800)
FLOWS = "report=hitl.report:ReportWorkflow,expense=hitl.examples.expense:ExpenseFlow"
QUALITY = 75
"""Of a WebP file, out of 100: letters stay sharp, and a picture has about 40 KB."""


IN_SCHEME = """scheme => {
    const ground = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
    return scheme === (parseInt(ground.slice(4)) < 128 ? "dark" : "light");
}"""
"""Whether Streamlit has taken on a colour scheme: some time after the browser has."""


def visit_plain(page: Page, url: str) -> Iterator[str]:
    """Bring a page without a model into one state after the other, and name it."""
    open_start(page, url)
    page.get_by_role("textbox", name="Your name").fill("Ana")
    page.get_by_label("Topic", exact=True).click()
    yield "start"
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Keep", exact=True).nth(3).click()
    expect(page.get_by_text("7 of 8 kept", exact=True)).to_be_visible()
    yield "review"


def visit_with_model(page: Page, url: str) -> Iterator[str]:
    """The same with a model."""
    page.goto(f"{url}/?workflow=report")
    page.get_by_role("textbox", name="Your name").fill("Ana")
    start(page, TOPIC)
    wait_for_review(page, 1)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    open_reworded(page)
    yield "text-review"
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    yield "report"
    for purpose, amount in (("Train to Rome, and back", 186), ("A screen for the new desk", 249)):
        page.goto(f"{url}/?workflow=expense")
        page.get_by_role("textbox", name="Purpose").fill(purpose)
        page.get_by_role("spinbutton", name="Amount").fill(str(amount))
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_role("button", name="Approve")).to_be_visible()
    page.goto(f"{url}/?workflow=report")
    start(page, "Do heat pumps work in cold weather")
    wait_for_review(page, 1)
    page.goto(f"{url}/?view=inbox")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    yield "inbox"


def main() -> None:
    path = chromium_path()
    assert path, "no Chromium found"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, FakeOpenAI() as model, tempfile.TemporaryDirectory() as folder:
        model.otherwise = doubtful
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        model_settings = with_model(model.base) | {"HITL_WORKFLOWS": FLOWS}
        for visit, settings in ((visit_plain, dict[str, str]()), (visit_with_model, model_settings)):
            home = Path(folder) / visit.__name__
            home.mkdir()
            with serving(home, **settings) as server:
                page = new_page(browser, LOOK)
                for name in visit(page, server.url):
                    take_both(page, name)
                page.context.close()
        browser.close()


def take_both(page: Page, name: str) -> None:
    """A picture in the light theme and one in the dark; the page is drawn again for what depends on it."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(IN_SCHEME, arg=scheme)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("r")
        settle(page)
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.save(FOLDER / f"{name}-{scheme}.webp", quality=QUALITY, method=6)
    page.emulate_media(color_scheme="light")


if __name__ == "__main__":
    main()
