"""Every state of the page in every look, and what axe-core finds there.

`python -m tests.browser.all_pictures FOLDER` writes all, and with the names of tours those. Open them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import flow_pictures, model_pictures, pictures
from tests.browser.accessibility import settle, violations
from tests.browser.conftest import CHROMIUM_FLAGS, Server, chromium_path, serving
from tests.browser.pictures import LOOKS, MOODY, Look, take
from tests.fake_openai import FakeOpenAI


@dataclass(frozen=True)
class Tour:
    """A way through states of the page that one server can show."""

    name: str
    visit: Callable[[Page, str], Iterator[str]]
    """Brings a page into one state after the other, given the address of the server, and names each."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Of the server."""
    prepare: Callable[[Path], None] = Path.mkdir
    """Makes the folder of the runs."""

    @contextmanager
    def serving(self) -> Iterator[Server]:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "home"
            self.prepare(home)
            with serving(home, **self.settings) as server:
                yield server


def tours(model: FakeOpenAI) -> list[Tour]:
    """The ways through all states.

    Args:
        model: Answers the server that has a model.
    """
    with_model = model_pictures.with_model(model.base)
    return [
        Tour("report", pictures.visit, {"HITL_WORKFLOWS": MOODY}),
        Tour("model", lambda page, url: model_pictures.visit(page, url, model), with_model),
        Tour("flows", flow_pictures.visit, {"HITL_WORKFLOWS": flow_pictures.FLOWS}, flow_pictures.keep_blocked_run),
        Tour("trouble", visit_trouble, {"HITL_FINDINGS": "many"}),
    ]


def visit_trouble(page: Page, url: str) -> Iterator[str]:
    page.goto(url)
    expect(page.get_by_text("hitl cannot go on")).to_be_visible()
    yield "1-settings"


def new_page(browser: Browser, look: Look) -> Page:
    """A page in a look, without movement that only decorates."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    return context.new_page()


def main(folder: Path, *names: str) -> None:
    """Write a picture of each state, light, dark and on a phone, and print what axe-core finds in it.

    Args:
        folder: Where to; it is made if it is not there.
        names: Of the tours; all if there are none.
    """
    path = chromium_path()
    assert path, "no Chromium found"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, FakeOpenAI() as model:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        for tour in (tour for tour in tours(model) if tour.name in names or not names):
            with tour.serving() as server:
                for look in LOOKS:
                    page = new_page(browser, look)
                    for state in tour.visit(page, server.url):
                        settle(page)
                        found = violations(page)
                        picture = folder / f"{tour.name}-{state}-{look.name}.png"
                        take(page, picture, look)
                        print(picture, *found, sep="\n    ", flush=True)
                    page.context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), *sys.argv[2:])
