"""The review of the text that a model has written: one sentence with its sources, the text beside it, and a bar."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import ReviewReport
from hitl.report.verification.marks import summary
from hitl.report_ui.session_state import state
from hitl.report_ui.text_review.closed_text_review import (
    chosen_text,
    draw_closed_text_review,
    draw_desk,
    draw_earlier_text,
)
from hitl.report_ui.text_review.missing import draw_missing
from hitl.report_ui.text_review.text_bar import draw_bar
from hitl.report_ui.text_review.text_desk import TextDesk, past_texts
from hitl.report_ui.text_review.unsent_text_review import open_unsent_text_review
from hitl.text import count
from hitl.ui import renders, shown
from hitl.ui.bar import decision_bar

__all__ = ["draw_closed_text_review", "draw_text_review"]


@renders(ReviewReport)
def draw_text_review(run: Run, question: Question) -> Iterator[None]:
    """Draw a text sentence by sentence, and the widgets of the decision.

    Each part is a fragment with a key: a click draws only those parts again that it changes.

    Yields:
        When the bar is drawn: the head of the page comes before the text.
    """
    try:
        desk = _desk(run, question)
    except (TypeError, ValidationError):
        st.error("This question was asked by another version of the report, or by another workflow. Cancel the run.")
        return
    earlier = chosen_text(question, desk.asked, desk.past)
    if not earlier:
        with decision_bar(question, alone=len(run.questions) <= 1):
            draw_bar(desk)
    yield
    if earlier:
        draw_earlier_text(run, earlier)
        return
    asked = desk.asked
    heading = "Review the text" if asked.attempt == 1 else "Review the rewritten text"
    st.markdown(f"## {heading}", anchors=False)
    st.caption(
        shown(f"{asked.model} wrote it from {count(asked.findings, 'approved finding')}. {summary(asked.claims)}.")
        + " Nothing is published that you have not read."
    )
    if asked.note:
        st.warning(shown(asked.note), icon=":material/warning:")
    draw_desk(desk)
    desk.draw_part("missing", draw_missing)


def _desk(run: Run, question: Question) -> TextDesk:
    """The desk of a question as this session has left it, with what is entered now.

    Raises:
        TypeError: If the question is not of this version of the report.
        ValidationError: In the same case.
    """
    desk = state.text_desk
    is_same = desk is not None and desk.question.id == question.id
    asked = desk.asked if desk and is_same else ReviewReport(**question.body)
    draft = open_unsent_text_review(run, question, asked)
    if desk is None or not is_same:
        desk = state.text_desk = TextDesk(run=run, question=question, asked=asked, past=past_texts(run), draft=draft)
    desk.run, desk.draft = run, draft
    if not is_same:
        desk.go_back()
    return desk
