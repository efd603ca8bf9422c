"""A round that found nothing, and the ways out of it: other words, a misspelt word, weaker matches, other documents."""

from __future__ import annotations

import streamlit as st

from hitl.report_ui.review.actions import SEARCH_AGAIN, review_actions
from hitl.report_ui.review.desk import Desk
from hitl.report_ui.review.missing import draw_better_topic
from hitl.report_ui.review.review_bar import draw_action
from hitl.report_ui.session_state import state
from hitl.report_ui.topic_form import use_own_documents
from hitl.ui import leave_run, send_answer, shown
from hitl.ui.keys import widget_key


def draw_nothing_found(desk: Desk) -> None:
    """Draw why there is nothing to review, and what can be done about it."""
    review = desk.review
    st.subheader("The research could not be done" if review.failed else "Nothing to review", anchor=False)
    if review.failed:
        st.warning(shown(review.note), icon=":material/warning:")
        draw_better_topic(desk, "Leave empty to keep the topic")
        return
    st.info(shown(review.note), icon=":material/search_off:")
    draw_better_topic(desk, "Other words for the same thing")
    with st.container(horizontal=True):
        st.button(
            "Look for weaker matches",
            key=widget_key("weaker"),
            icon=":material/join_inner:",
            help="Searches again with the same words, less strictly: for what shares only some of them.",
            on_click=_look_deeper,
            args=(desk,),
        )
        st.button(
            "Look in other documents",
            key=widget_key("own"),
            icon=":material/upload_file:",
            help="Goes to the start with this topic, where you add your own.",
            on_click=_begin_with_own,
            args=(review.topic,),
        )


def draw_ways_on(desk: Desk) -> None:
    """Draw the buttons that decide, in the bar."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        for action in sorted(review_actions(desk.review), key=lambda action: action.is_first):
            draw_action(desk, action)


def _look_deeper(desk: Desk) -> None:
    send_answer(desk.run, desk.question, {"approved": SEARCH_AGAIN.approved})


def _begin_with_own(topic: str) -> None:
    leave_run()
    use_own_documents()
    state.topic = topic
