"""Whether every state of the page can be used with a screen reader, with weak eyes and without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import COLOURS, settle, violations
from tests.browser.all_pictures import new_page, tours
from tests.browser.pictures import LOOKS
from tests.fake_openai import FakeOpenAI

ONCE = "flows"
"""The tour that is made in one theme only: its colours are those of the others."""

NARROW = frozenset(
    {
        "1-start",
        "4-review",
        "6-report",
        "7-nothing-found",
        "11-uploads",
        "12-history",
        "6-text",
        "2-question",
        "8-inbox",
    }
)
"""States that are drawn in another way on a phone."""
PHONE = LOOKS[-1]


@pytest.mark.timeout(900)  # it looks at some twenty pages in up to three ways
@pytest.mark.parametrize("name", ["report", "model", "flows", "trouble"])
def test_axe_finds_nothing_of_ours_in_any_state_light_or_dark(browser: Browser, name: str):
    found: list[str] = []
    with FakeOpenAI() as model:
        tour = next(tour for tour in tours(model) if tour.name == name)
        with tour.serving() as server:
            for look in LOOKS[: 1 if name == ONCE else 2]:
                page = new_page(browser, look)
                for state in tour.visit(page, server.url):
                    assert page.get_by_test_id("stException").count() == 0, state
                    settle(page)
                    is_first = look == LOOKS[0]
                    found += [f"{state} {look.name} {each}" for each in violations(page, () if is_first else COLOURS)]
                    if state in NARROW and is_first:
                        found += [f"{state} narrow {each}" for each in on_a_phone(page)]
                page.context.close()
    assert not found, "\n".join(found)


def on_a_phone(page: Page) -> list[str]:
    """What is wrong with the same page in a narrow window; it is left wide again."""
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    page.wait_for_timeout(300)  # for what is drawn only in a narrow window
    settle(page)
    found = violations(page)
    page.set_viewport_size({"width": LOOKS[0].width, "height": LOOKS[0].height})
    return found
