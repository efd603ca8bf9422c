"""A run that was cancelled: what it had found, and the button that takes it up again."""

from __future__ import annotations

import streamlit as st

from hitl.engine import EngineError, Question, Run, RunRecord
from hitl.engine.decisions import describe_decision
from hitl.engine.descriptions import left_blocking
from hitl.engine.workflows.offer import shown_body
from hitl.text import humanize
from hitl.ui._compat import shown
from hitl.ui.clock import moment
from hitl.ui.column import reading_column
from hitl.ui.event_fields import draw_payload
from hitl.ui.heartbeat import rerun_when_changed
from hitl.ui.keys import state, widget_key
from hitl.ui.renderers import closed_renderer_for
from hitl.ui.send_answer import forget_drawing, notify
from hitl.ui.theme import first_button
from hitl.ui.visitor import visitor


def draw_cancelled(run: Run, record: RunRecord) -> bool:
    """Draw that a run was cancelled, and the button that takes it up again or why there is none.

    Returns:
        Whether it can be taken up again.
    """
    st.info(f"This run was cancelled at {moment(record.updated_at)}. It has no result.", icon=":material/info:")
    for sentence in left_blocking(state.log):
        st.warning(shown(sentence), icon=":material/hourglass:")
    reason = run.resume_blocked_reason
    rerun_when_changed(lambda: run.status, record.status)  # somebody else may take it up
    if reason is not None:
        st.caption(shown(f"It cannot be taken up again. {reason}"))
        return False
    st.button(
        "Take it up again",
        key=widget_key("resume"),
        on_click=_resume,
        args=(run,),
        type=first_button(),
        icon=":material/undo:",
        help="It waits at the same question again. Nothing is done a second time, and what was entered is there.",
    )
    return True


def _resume(run: Run) -> None:
    state.notices.pop(run.id, None)
    try:
        run.resume(by=visitor())
    except EngineError as error:
        notify(run, str(error))


def draw_last_questions(run: Run) -> None:
    """Draw what a run that has ended without a result had asked last, without the widgets of an answer."""
    last = run.last_question
    for question in run.questions_left or ([last] if last else []):
        forget_drawing(question)
        draw_closed_question(run, question)


def draw_closed_question(run: Run, question: Question) -> None:
    """Draw a question that is not open: what it asked, and how it was answered; a renderer draws both."""
    if draw := closed_renderer_for(run.engine, run.workflow, question.type):
        state.is_reading = False
        draw(run, question)
    else:
        with reading_column():
            st.header(shown(humanize(question.type)), anchor=False)
            draw_payload(shown_body(question))
            draw_answer_to(run, question)


def draw_answer_to(run: Run, question: Question) -> None:
    """Draw how a question was answered, if it was."""
    for answer in run.answers:
        if answer.question_id == question.id:
            said = f"{answer.by} at {moment(answer.at)}: {describe_decision(run, answer)}"
            st.caption(shown(said))
