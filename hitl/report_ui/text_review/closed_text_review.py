"""A text whose review is not open any more: read on the same desk, where nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import ReviewReport
from hitl.report.export.bundle import TextDecided
from hitl.report_ui.earlier import Earlier, chosen_earlier
from hitl.report_ui.review.round_strip import SAID_SHOWN
from hitl.report_ui.session_state import state
from hitl.report_ui.take_up import draw_take_up
from hitl.report_ui.text_review.statement_list import draw_list
from hitl.report_ui.text_review.statement_view import draw_statement
from hitl.report_ui.text_review.text_desk import TextDesk, past_texts
from hitl.report_ui.text_review.unsent_text_review import closed_text_review
from hitl.text import count, cut
from hitl.ui import local_time, shown
from hitl.ui.column import side_by_side
from hitl.ui.renderers import renders_closed


@renders_closed(ReviewReport)
def draw_closed_text_review(run: Run, question: Question) -> None:
    """Draw the texts that a model had written in a run that has ended without a result; the last one is shown first."""
    try:
        asked = ReviewReport(**question.body)
    except (TypeError, ValidationError):  # of another version
        return
    draw_take_up(run)
    past = past_texts(run)
    if earlier := chosen_text(question, asked, [each for each in past if each.question_id != question.id]):
        draw_earlier_text(run, earlier)
        return
    st.header("The text that was to be reviewed", anchor=False)
    _draw_closed(run, question, asked, next((each for each in past if each.question_id == question.id), None))


def chosen_text(question: Question, asked: ReviewReport, past: Sequence[TextDecided]) -> TextDecided | None:
    """Draw the choice between the texts, if there are several.

    Args:
        question: The question about the last text.
        asked: What it asks about.
        past: The decisions about the texts before it.

    Returns:
        The decision about the earlier text that is chosen; None for the last one.
    """
    earlier = [Earlier(each.question_id, each.review.attempt, each.at) for each in past if each.review]
    chosen = chosen_earlier(question, "Text", asked.attempt, earlier)
    return next((each for each in past if each.question_id == chosen), None)


def draw_earlier_text(run: Run, decided: TextDecided) -> None:
    """Draw a text that was decided, and how."""
    if asked := decided.review:
        st.header(f"Text {asked.attempt}", anchor=False)
        _draw_closed(run, run.asked(decided.question_id), asked, decided)


def _draw_closed(run: Run, question: Question, asked: ReviewReport, decided: TextDecided | None) -> None:
    if decided:
        st.markdown(text_decision_line(decided))
    draw_desk(_desk(run, question, asked, decided))


def text_decision_line(decided: TextDecided) -> str:
    """What was decided about a text, in a line; its notes are shown at its sentences."""
    did = {"publish": "published it", "rewrite": "had it rewritten", "findings": "went back to the findings"}
    decision = decided.decision
    said = [f"{decided.by} {did[decision.action]} at {local_time(decided.at)}"]
    said += [f"dropped {len(decided.struck)}"] if decided.struck else []
    said += [f"with {count(len(decision.notes), 'note')}"] if decision.notes else []
    said += [f"“{cut(decision.feedback, SAID_SHOWN)}”"] if decision.feedback else []
    return f":small[:material/person: {shown(', '.join(said))}]"


def draw_desk(desk: TextDesk) -> None:
    """Draw the open statement and the text beside it, each as a fragment: a click draws only what it changes."""
    left, right = side_by_side(10, 9)  # the buttons of the left one fit a line
    with left:
        desk.draw_part("view", draw_statement)
    with right:
        desk.draw_part("list", draw_list)


def _desk(run: Run, question: Question, asked: ReviewReport, decided: TextDecided | None) -> TextDesk:
    """The desk of a text as this session has left it."""
    draft = closed_text_review(asked, decided.decision if decided else None)
    desk = state.closed_text_desk
    if desk is None or desk.question.id != question.id:
        desk = state.closed_text_desk = TextDesk(
            run=run, question=question, asked=asked, past=(), draft=draft, is_closed=True
        )
    desk.run, desk.draft = run, draft
    return desk
