"""A round that found nothing, and the ways out of it: other words, a misspelt word, weaker matches, other documents."""

from __future__ import annotations

import streamlit as st

from hitl.report_ui.desk import draw_objection
from hitl.report_ui.review.actions import SEARCH_AGAIN, review_actions
from hitl.report_ui.review.findings_desk import FindingsDesk
from hitl.report_ui.review.missing import draw_better_topic
from hitl.report_ui.review.review_bar import DOUBT, decide, draw_action
from hitl.report_ui.session_state import state
from hitl.report_ui.topic_form import use_own_documents
from hitl.ui import leave_run, shown
from hitl.ui.keys import widget_key


def draw_nothing_found(desk: FindingsDesk) -> None:
    """Draw why there is nothing to review, and what can be done about it: here, and not in a bar far below."""
    review = desk.review
    st.markdown("## The research could not be done" if review.failed else "## Nothing to review", anchors=False)
    if review.failed:
        st.warning(shown(review.note), icon=":material/warning:")
    else:
        st.info(shown(review.note), icon=":material/search_off:")
    draw_better_topic(desk, "Leave empty to keep the topic" if review.failed else "Other words for the same thing")
    draw_objection(desk, DOUBT)
    with st.container(horizontal=True):
        for action in review_actions(review):
            draw_action(desk, action)
        if not review.failed:
            _draw_other_ways(desk)


def _draw_other_ways(desk: FindingsDesk) -> None:
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
        args=(desk,),
    )


def _look_deeper(desk: FindingsDesk) -> None:
    decide(desk, SEARCH_AGAIN)


def _begin_with_own(desk: FindingsDesk) -> None:
    topic = desk.draft.better_topic.strip() or desk.review.topic
    leave_run()
    use_own_documents()
    state.topic = topic
