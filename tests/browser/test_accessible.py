"""Whether every state of the page can be used with a screen reader, with weak eyes and without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import settle, violations
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


@pytest.mark.timeout(900)  # it looks at some sixty pages
def test_axe_finds_nothing_of_ours_in_any_state_light_or_dark(browser: Browser):
    found: list[str] = []
    with FakeOpenAI() as model:
        for tour in tours(model):
            with tour.serving() as server:
                for look in LOOKS[: 1 if tour.name == ONCE else 2]:
                    page = new_page(browser, look)
                    for state in tour.visit(page, server.url):
                        assert page.get_by_test_id("stException").count() == 0, state
                        settle(page)
                        found += [f"{tour.name} {state} {look.name} {violation}" for violation in violations(page)]
                        if state in NARROW and look == LOOKS[0]:
                            found += [f"{tour.name} {state} narrow {violation}" for violation in on_a_phone(page)]
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
