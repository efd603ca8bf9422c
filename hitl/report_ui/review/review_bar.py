"""The bar of the review: how much is kept, and the decision."""

from __future__ import annotations

import streamlit as st

from hitl.report_ui.desk import draw_keys, draw_keys_button, draw_objection
from hitl.report_ui.review.actions import ReviewAction, review_actions
from hitl.report_ui.review.findings_desk import FindingsDesk
from hitl.text import count
from hitl.ui import send_answer
from hitl.ui._compat import redraw_page
from hitl.ui.bar import DECIDES
from hitl.ui.button_width import button_width
from hitl.ui.keys import widget_key
from hitl.ui.theme import first_button
from hitl.ui.window import is_narrow, is_tight

DOUBT = (
    "You have typed what is missing, and **Approve** does not look for it. **Reject** looks for it; **Approve** once "
    "more goes on without it."
)


def draw_bar(desk: FindingsDesk) -> None:
    """Draw how much is kept, and the buttons that decide."""
    draw_keys(desk, "approve")
    draw_objection(desk, DOUBT)
    desk.can_decide = bool(desk.kept)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="xsmall"):
        desk.draw_part("kept", _draw_kept)
        draw_keys_button(desk)
        for action in sorted(review_actions(desk.review), key=lambda action: action.is_first):
            draw_action(desk, action, is_disabled=action.approved and not desk.can_decide)


def _draw_kept(desk: FindingsDesk) -> None:
    st.markdown(kept_in_words(desk))


def kept_in_words(desk: FindingsDesk) -> str:
    """How many findings are kept, of how many sources, and about how many tokens a writer gets of them.

    In a window with little room the first alone: there is no room for more beside the buttons.
    """
    kept = desk.kept
    if kept and is_tight():
        return f"**{desk.figure}**"
    sources = len({finding.document for finding in kept})
    tokens = rounded(sum(desk.tokens[finding.id] for finding in kept))
    many = f"{count(sources, 'source')} · about {tokens:,} tokens" if kept else "keep at least one to approve"
    return f"**{desk.figure}** :small[· {many}]"


def rounded(number: int) -> int:
    """A number with two digits that say something."""
    unit = int(10 ** max(len(str(number)) - 2, 0))
    return round(number / unit) * unit


def draw_action(desk: FindingsDesk, action: ReviewAction, is_disabled: bool = False) -> None:
    """Draw a button that decides."""
    shortcut = DECIDES if action.approved and action.widget == "approve" and not is_narrow() else None
    st.button(
        action.label,
        key=widget_key(action.widget),
        type=first_button() if action.is_first else "secondary",
        icon=action.icon,
        shortcut=shortcut,
        on_click=decide,
        args=(desk, action),
        disabled=is_disabled,
        width=button_width(action.label, shortcut=shortcut),
    )


def decide(desk: FindingsDesk, action: ReviewAction) -> None:
    """Send the decision; callback of its button. It asks first before it passes over something that was typed."""
    if not desk.may_send(heeds=not action.approved):
        redraw_page()
        return
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
    redraw_page()
