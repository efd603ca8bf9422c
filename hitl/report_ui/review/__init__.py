"""The review: one finding with its passage, the list beside it, and a bar with the decision."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import ReviewFindings
from hitl.report_ui.review.closed_review import chosen_round, draw_closed_review, draw_desk, draw_earlier_round
from hitl.report_ui.review.findings_desk import FindingsDesk, grouping_in_address, past_decisions
from hitl.report_ui.review.missing import draw_missing
from hitl.report_ui.review.nothing_found import draw_nothing_found
from hitl.report_ui.review.review_bar import draw_bar
from hitl.report_ui.review.round_strip import draw_round
from hitl.report_ui.review.unsent_review import open_unsent_review
from hitl.report_ui.session_state import state
from hitl.ui import renders
from hitl.ui.bar import decision_bar
from hitl.ui.column import reading_column

__all__ = ["draw_closed_review", "draw_review"]


@renders(ReviewFindings)
def draw_review(run: Run, question: Question) -> Iterator[None]:
    """Draw the findings of a round, and the widgets of the decision.

    Each part is a fragment with a key: a click draws only those parts again that it changes.

    Yields:
        When the bar is drawn: the head of the page comes before the findings.
    """
    try:
        desk = _desk(run, question)
    except (TypeError, ValidationError):
        st.error("This question was asked by another version of the report, or by another workflow. Cancel the run.")
        return
    earlier = chosen_round(question, desk.review, {decided.question_id: decided for decided in desk.past})
    if desk.findings and not earlier:
        with decision_bar(question, alone=len(run.questions) <= 1):
            draw_bar(desk)
    yield
    if earlier:
        draw_earlier_round(run, earlier)
    elif not desk.findings:
        with reading_column(is_all=True):
            draw_nothing_found(desk)
    else:
        draw_round(desk)
        draw_desk(desk)
        desk.draw_part("missing", draw_missing)


def _desk(run: Run, question: Question) -> FindingsDesk:
    """The desk of a question as this session has left it, with what is entered now.

    Raises:
        TypeError: If the question is not of this version of the report.
        ValidationError: In the same case.
    """
    desk = state.desk
    is_same = desk is not None and desk.question.id == question.id
    review = desk.review if desk and is_same else ReviewFindings(**question.body)
    draft = open_unsent_review(run, question, review)
    if desk is None or not is_same:
        desk = state.desk = FindingsDesk(
            run=run, question=question, review=review, past=past_decisions(run), draft=draft
        )
    desk.run, desk.draft, desk.grouping = run, draft, grouping_in_address()
    if not is_same:
        desk.go_back()
    return desk
