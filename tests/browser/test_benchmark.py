"""The benchmark of the page: it sees what is painted, and says whether a limit is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.benchmarks.page import SEEN, Limit, Measured, changed, click, painted

PAUSE = 150
PAGE = f"""
<main data-testid="stMain"><div class="st-key-go"><button onclick="setTimeout(() => words.append(' Now.'), {PAUSE})">Go
</button></div><p id="words">Not yet.</p></main>
"""


def test_what_is_painted_is_timed_from_the_click(browser: Browser):
    page = browser.new_page()
    page.set_content(PAGE)
    page.evaluate(f"() => {{ {SEEN} }}")
    assert painted(page, click("go"), "said('Now.')") >= PAUSE
    assert painted(page, click("go"), changed("shown()")) >= PAUSE
    page.close()


@pytest.mark.parametrize(
    ("limit", "verdict"),
    [
        (Limit(2, 3), "limit 2 x / 3 x  kept"),
        (Limit(1.9, 3), "limit 1.9 x / 3 x  MISSED"),
        (Limit(2, 2.9), "limit 2 x / 2.9 x  MISSED"),
        (Limit(40, unit="ms"), "limit 40 ms  kept"),
        (Limit(39, unit="ms"), "limit 39 ms  MISSED"),
    ],
)
def test_a_figure_is_held_against_its_limit(limit: Limit, verdict: str):
    figure = Measured("click", limit, times=[30, 40, 60], bare=[10, 20, 30])
    assert str(figure).startswith("click: 40 ms, 2.0 x; p95 60 ms, 3.0 x")
    assert str(figure).endswith(verdict)
