"""What axe-core finds on a page of ours, without what Streamlit itself does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page


class StreamlitsOwn(NamedTuple):
    """A violation that no page of Streamlit can avoid."""

    rule: str
    selector: str
    """Matches the element, or one around it."""
    why: str


STREAMLITS_OWN = (
    StreamlitsOwn(
        "presentation-role-conflict",
        "[data-testid=stFileUploaderDropzone]",
        "The drop zone of st.file_uploader has the role presentation and a name of its own.",
    ),
    StreamlitsOwn(
        "color-contrast",
        "[data-testid=stMultiSelect] [title]",
        "The tags of st.multiselect are white on the primary colour, which is also the colour of what is chosen among "
        "pills, on the ground of the page: on a dark page no colour has a contrast of 4.5 with both. Here it is 3.2.",
    ),
    StreamlitsOwn(
        "color-contrast",
        "[data-testid=stPopover] button[aria-expanded=true]",
        "The tertiary button of st.popover is drawn in a darker primary colour as long as it is open, also on a dark "
        "page.",
    ),
    StreamlitsOwn(
        "scrollable-region-focusable",
        "[data-testid=stCode] pre",
        "The text of st.code may scroll, and cannot have the focus; its button for copying beside it can.",
    ),
    StreamlitsOwn(
        "scrollable-region-focusable",
        "[data-testid=stSidebarContent]",
        "The sidebar scrolls, also where it is collapsed and what is in it cannot have the focus.",
    ),
)

FIND = """([own, only]) => axe.run(document, {
    resultTypes: ["violations"], elementRef: true, rules: {"target-size": {enabled: true}},
    ...(only.length ? {runOnly: only} : {}),
}).then(found => found.violations.flatMap(violation => violation.nodes
    .filter(node => !own.some(([rule, selector]) => rule === violation.id && node.element.closest(selector)))
    .map(node => {
        const why = [...node.any, ...node.all, ...node.none].map(check => check.message).join(" ")
        return `${violation.id}: ${why} ${node.html.replaceAll(/\\s+/g, " ").slice(0, 200)}`
    })))"""
"""Runs every rule that axe-core has on by default, the best practices too, and that for targets of 24 by 24 pixels."""


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that tell a dark page from a light one of the same elements."""


def violations(page: Page, only: Sequence[str] = ()) -> list[str]:
    """What is wrong on a page as it is now: the rule, why, and the element.

    Args:
        page: Settled, for what is half faded in has half its contrast; see `settle`.
        only: The rules to look at; all if there are none.
    """
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(FIND, [[[own.rule, own.selector] for own in STREAMLITS_OWN], only])
    return found


def settle(page: Page) -> None:
    """Wait until what was begun to be drawn has been drawn, and is as opaque as it will be, without a mouse on it."""
    page.mouse.move(0, 0)
    page.wait_for_function(
        """() => document.querySelector("[data-testid=stApp]").dataset.testScriptState !== "rerunRequested"
            && !document.querySelector("[aria-busy=true]")  // a diagram is laid out
            && document.getAnimations().every(each =>
                each.playState !== "running" || each.effect.getComputedTiming().iterations === Infinity)"""
    )
