"""What is missing, for another round: reasons to click, words to type, another topic, and what the model may do."""

from __future__ import annotations

import streamlit as st

from hitl.report.events import TOPIC_LENGTH
from hitl.report.messages import corrected_topic, usage_note
from hitl.report.quick_reasons import QUICK_REASONS
from hitl.report_ui.desk import draw_feedback
from hitl.report_ui.review.findings_desk import FindingsDesk
from hitl.text import count
from hitl.ui import shown
from hitl.ui.keys import widget_key


def draw_missing(desk: FindingsDesk) -> None:
    """Draw what a rejection can say, and what the model is asked when the report is written."""
    review, draft = desk.review, desk.draft
    said, topic = st.columns([3, 2], gap="medium")
    with said:
        draw_feedback(draft, "Say it and reject: the next round looks for it. Without a word, it looks deeper.")
        st.pills(
            "Quick reasons",
            QUICK_REASONS,
            key=widget_key("reasons"),
            selection_mode="multi",
            label_visibility="collapsed",
            wrap=True,
            on_change=draft.keep,
        )
    with topic:
        draw_better_topic(desk, "Leave empty to keep the topic as it is")
        if review.model and review.text:
            sentences = sum(len(section.sentences) for section in review.text.sections)
            text = f"The text of {count(sentences, 'sentence')}"
            st.caption(f"{text} is kept: after **Approve** it is written anew from it.")
        if review.model:
            st.toggle(
                f"Ask {shown(review.model)} of each sentence that it writes whether its quotes support it",
                key=widget_key("check"),
                wrap=True,
                on_change=draft.keep,
            )
            st.caption(shown(f"{review.model}: {usage_note(review.calls, review.writing)}."))


def draw_better_topic(desk: FindingsDesk, placeholder: str) -> None:
    """Draw the field for better words, and the topic as the documents spell it if it seems to be misspelt."""
    st.text_input(
        "Better words for the topic",
        key=widget_key("better_topic"),
        placeholder=placeholder,
        on_change=desk.draft.keep,
    )
    if meant := topic_meant(desk):
        st.button(
            f"Did you mean “{shown(meant)}”?",
            key=widget_key("did_you_mean"),
            icon=":material/spellcheck:",
            help="Puts these words into the field above; the next search uses them.",
            on_click=_take_topic,
            args=(desk, meant),
        )


def topic_meant(desk: FindingsDesk) -> str:
    """The topic as the documents spell it; empty if it is spelt so, or these words are in the field already."""
    meant = corrected_topic(desk.review.parts)
    is_new = meant not in (desk.review.topic, desk.draft.better_topic)
    return meant if is_new and len(meant) <= TOPIC_LENGTH else ""


def _take_topic(desk: FindingsDesk, topic: str) -> None:
    st.session_state[widget_key("better_topic")] = topic
    desk.draft.keep()
