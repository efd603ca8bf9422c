"""What a visitor without a mouse does, and what a screen reader finds."""

from __future__ import annotations

import re
from itertools import pairwise

from playwright.sync_api import Locator, Page

FAR = 40
"""Presses of the Tab key after which nobody looks for a field any more."""


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press the Tab key until an element has the focus."""
    for _ in range(FAR):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the Tab key does not lead to {target}")


def expect_headings_in_order(page: Page) -> None:
    levels = [int(level) for level in re.findall(r"\[level=(\d)\]", page.get_by_role("main").aria_snapshot())]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels)), levels
