"""A text whose review is not open any more: read on the same desk, where nothing is changed."""

from __future__ import annotations

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import ReviewReport
from hitl.report.export.bundle import TextDecided, decision_in
from hitl.report_ui.session_state import state
from hitl.report_ui.text_review.statement_list import draw_list
from hitl.report_ui.text_review.statement_view import draw_statement
from hitl.report_ui.text_review.text_desk import TextDesk
from hitl.report_ui.text_review.unsent_text_review import closed_text_review
from hitl.ui.cancelled import draw_answer_to
from hitl.ui.renderers import renders_closed


@renders_closed(ReviewReport)
def draw_closed_text_review(run: Run, question: Question) -> None:
    """Draw the text that a model had written in a run that has ended without a result."""
    try:
        asked = ReviewReport(**question.body)
    except (TypeError, ValidationError):  # of another version
        return
    st.header("The text that was to be reviewed", anchor=False)
    draw_answer_to(run, question)
    draw_desk(_desk(run, question, asked))


def draw_desk(desk: TextDesk) -> None:
    """Draw the open statement and the text beside it, each as a fragment: a click draws only what it changes."""
    left, right = st.columns([10, 9], gap="medium")  # the buttons of the left one fit a line
    with left:
        st.fragment(draw_statement, key=desk.key("view"))(desk)
    with right:
        st.fragment(draw_list, key=desk.key("list"))(desk)


def _desk(run: Run, question: Question, asked: ReviewReport) -> TextDesk:
    """The desk of a text as this session has left it."""
    given = next((answer for answer in run.answers if answer.question_id == question.id), None)
    decided = decision_in(given, question.body) if given else None
    draft = closed_text_review(asked, decided.decision if isinstance(decided, TextDecided) else None)
    desk = state.closed_text_desk
    if desk is None or desk.question.id != question.id:
        desk = state.closed_text_desk = TextDesk(run=run, question=question, asked=asked, draft=draft, is_closed=True)
    desk.run, desk.draft = run, draft
    return desk
