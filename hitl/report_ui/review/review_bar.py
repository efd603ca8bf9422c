"""The bar of the review: how much is kept, and the decision."""

from __future__ import annotations

import time

import streamlit as st

from hitl.report_ui.review.actions import ReviewAction, review_actions
from hitl.report_ui.review.desk import Desk
from hitl.text import count
from hitl.ui import send_answer
from hitl.ui.keys import widget_key
from hitl.ui.send_answer import TOO_SOON
from hitl.ui.theme import first_button

KEYS = {
    "J": "next",
    "K": "previous",
    "X": "drop or restore",
    "N": "note",
    "Shift + A": "approve",
    "H": "show these keys, or hide them",
    "Tab": "leave a text field: there, the keys write",
}
APPROVE_KEY = "Shift+A"
"""A key with Ctrl would decide from inside a text field too; this one writes a letter there."""
DOUBT = (
    "You have typed what is missing, and **Approve** does not look for it. **Reject** looks for it; **Approve** once "
    "more goes on without it."
)


def draw_bar(desk: Desk) -> None:
    """Draw how much is kept, and the buttons that decide."""
    if desk.shows_keys:
        st.markdown(" · ".join(f"`{key}` {what}" for key, what in KEYS.items()))
    if desk.doubted_at is not None and desk.draft.says_something:
        st.warning(DOUBT, icon=":material/help:")
    kept = desk.kept
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(kept_in_words(desk), width="stretch")
        st.button(
            "Keys",
            key=widget_key("keys"),
            shortcut="h",
            type="tertiary",
            on_click=_show_keys,
            args=(desk,),
        )
        for action in sorted(review_actions(desk.review), key=lambda action: action.is_first):
            draw_action(desk, action, is_disabled=action.approved and not kept)


def kept_in_words(desk: Desk) -> str:
    """How many findings are kept, of how many sources, and about how many tokens a writer gets of them."""
    kept = desk.kept
    sources = len({finding.document for finding in kept})
    tokens = rounded(sum(desk.tokens[finding.id] for finding in kept))
    many = f"{count(sources, 'source')} · about {tokens:,} tokens" if kept else "keep at least one to approve"
    return f"**{len(kept)} of {len(desk.listable)} kept** :small[· {many}]"


def rounded(number: int) -> int:
    """A number with two digits that say something."""
    unit = int(10 ** max(len(str(number)) - 2, 0))
    return round(number / unit) * unit


def draw_action(desk: Desk, action: ReviewAction, is_disabled: bool = False) -> None:
    """Draw a button that decides."""
    st.button(
        action.label,
        key=widget_key(action.widget),
        type=first_button() if action.is_first else "secondary",
        icon=action.icon,
        shortcut=APPROVE_KEY if action.approved and action.widget == "approve" else None,
        on_click=decide,
        args=(desk, action),
        disabled=is_disabled,
    )


def decide(desk: Desk, action: ReviewAction) -> None:
    """Send the decision; callback of its button. It asks first before it passes over something that was typed."""
    desk.draft.keep()
    if action.approved and desk.draft.says_something and not _is_sure(desk):
        st.rerun()
    decision: dict[str, object] = {
        "approved": action.approved,
        "feedback": desk.draft.feedback,
        "dropped": desk.draft.dropped,
        "topic": desk.draft.better_topic,
        "go_on": action.go_on,
    }
    if restored := desk.draft.restored:
        decision["restored"] = restored
    if notes := desk.draft.notes:
        decision["notes"] = notes
    if desk.review.model and desk.draft.check:
        decision["check"] = True
    send_answer(desk.run, desk.question, decision)
    st.rerun()  # all of the page, not only the bar


def _is_sure(desk: Desk) -> bool:
    """Whether it was asked before, and not so shortly before that the click is the second of a double click."""
    now = time.monotonic()
    if desk.doubted_at is None:
        desk.doubted_at = now
    return now - desk.doubted_at >= TOO_SOON


def _show_keys(desk: Desk) -> None:
    desk.shows_keys = desk.shows_keys != desk.takes_keys
    desk.redraw("bar")
