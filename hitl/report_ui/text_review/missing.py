"""What a text lacks, for the model to write it again."""

from __future__ import annotations

import streamlit as st

from hitl.llm import usage_by_step, usage_in_words
from hitl.report_ui.desk import draw_feedback
from hitl.report_ui.text_review.text_desk import TextDesk
from hitl.ui import shown
from hitl.ui.keys import widget_key


def draw_missing(desk: TextDesk) -> None:
    """Draw what a rewriting has to heed, and what it will cost."""
    asked, draft = desk.asked, desk.draft
    said, model = st.columns(2, gap="medium")
    with said:
        draw_feedback(draft, "Say it and have the text rewritten")
    if asked.rewriting:
        with model:
            st.toggle(
                f"When it is rewritten, ask {shown(asked.model)} of each sentence whether its quotes support it",
                key=widget_key("check"),
                wrap=True,
                on_change=draft.keep,
            )
            cost = usage_in_words([asked.rewriting])
            st.caption(shown(f"{asked.model}: so far {usage_by_step(asked.calls)}; rewriting will cost {cost}."))
