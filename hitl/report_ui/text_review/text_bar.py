"""The bar of the review of a text: how much of it is kept, and the decision."""

from __future__ import annotations

import streamlit as st

from hitl.report_ui.desk import draw_keys, draw_keys_button, draw_objection
from hitl.report_ui.text_review.text_desk import TextDesk
from hitl.text import count
from hitl.ui import send_answer
from hitl.ui._compat import redraw_page
from hitl.ui.bar import DECIDES
from hitl.ui.button_width import button_width
from hitl.ui.keys import Widget, widget_key
from hitl.ui.theme import first_button
from hitl.ui.window import is_narrow, is_tight

DOUBT = (
    "You have typed what is missing or wrong, and only **Rewrite** changes the text. The same button once more goes on "
    "without it."
)


def draw_bar(desk: TextDesk) -> None:
    """Draw how much is kept, and the buttons that decide."""
    draw_keys(desk, "publish")
    draw_objection(desk, DOUBT)
    desk.can_decide = bool(desk.kept)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="xsmall"):
        desk.draw_part("kept", _draw_kept)
        draw_keys_button(desk)
        back = "Keeps the text, and shows the findings again"
        _draw_action(desk, "back_to_findings", "Back to the findings", None, back)  # three fit a phone
        again = "Has what is dropped or noted written again; without any, all of it"
        _draw_action(desk, "rewrite", "Rewrite", ":material/edit:", again, is_disabled=desk.asked.rewriting is None)
        publish = "Makes the report of what is kept"
        _draw_action(desk, "publish", "Publish", ":material/check:", publish, is_disabled=not desk.can_decide)


def _draw_kept(desk: TextDesk) -> None:
    st.markdown(kept_in_words(desk))


def kept_in_words(desk: TextDesk) -> str:
    """How many sentences are kept, and how many statements are noted; the first alone if there is little room."""
    if desk.kept and is_tight():
        return f"**{len(desk.kept)} of {len(desk.sentences)} kept**"
    notes = len(desk.draft.notes)
    said = [count(notes, "note")] if notes else []
    said += [] if desk.kept else ["keep at least one to publish"]
    return f"**{desk.figure}**" + (f" :small[· {' · '.join(said)}]" if said else "")


def _draw_action(
    desk: TextDesk, name: Widget, label: str, icon: str | None, explanation: str, is_disabled: bool = False
) -> None:
    shortcut = DECIDES if name == "publish" and not is_narrow() else None
    st.button(
        label,
        key=widget_key(name),
        help=explanation,
        type=first_button() if name == "publish" else "secondary",
        icon=icon,
        on_click=_decide,
        args=(desk, "findings" if name == "back_to_findings" else name),
        disabled=is_disabled,
        shortcut=shortcut,
        width=button_width(label, has_icon=icon is not None, shortcut=shortcut),
    )


def _decide(desk: TextDesk, action: str) -> None:
    """Send the decision; callback of its button. It asks first before it passes over something that was typed."""
    draft = desk.draft
    if not desk.may_send(heeds=action == "rewrite"):
        redraw_page()
        return
    body: dict[str, object] = {
        "action": action,
        "struck": draft.struck,
        "notes": draft.notes,
        "feedback": draft.feedback,
    }
    if action == "rewrite" and draft.check:
        body["check"] = True
    send_answer(desk.run, desk.question, body)
    redraw_page()
