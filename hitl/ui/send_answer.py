"""Sending a human's answer: once, and to the question that the human saw."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from hitl.engine import EngineError, InvalidAnswer, Question, Receipt, Run
from hitl.engine.descriptions import describe_answer
from hitl.engine.workflows.edits import edits_in
from hitl.ui._compat import shown
from hitl.ui.clock import local_time
from hitl.ui.keys import state
from hitl.ui.visitor import browser_id, visitor

_answering = threading.Lock()

TOO_SOON = 0.7
"""Seconds after its first drawing in which a question takes no answer: such a click was for the previous screen."""
CAME_TOO_SOON = (
    "That click came too soon after this question appeared, and was not taken: it may have been meant for what stood "
    "here before. Look at the question, and click again."
)


def note_drawing(question: Question) -> None:
    """Remember when this session first drew a question."""
    state.drawn.setdefault(question.id, time.monotonic())


def forget_drawing(question: Question) -> None:
    """Count from its next drawing: the question is not open, and may be opened again under a hand that is clicking."""
    state.drawn.pop(question.id, None)


def came_too_soon(question: Question) -> bool:
    """Whether a click came so soon after a question was drawn that it was meant for something else.

    `draw_notice` says so then, as long as the question is open. The second click of a double click on a question that
    is answered has nothing to say.
    """
    drawn = state.drawn.get(question.id)
    is_too_soon = drawn is None or time.monotonic() - drawn < TOO_SOON
    if is_too_soon:
        state.too_soon.add(question.id)
    else:
        state.too_soon.discard(question.id)
    return is_too_soon


def send_answer(run: Run, question: Question, body: Mapping[str, Any], shows_problems: bool = False) -> Receipt | None:
    """Answer a question, in the callback of a button that carries the question as it was drawn.

    A notice for the visitor (someone was faster, the answer does not fit) is kept for `draw_notice`.

    Args:
        run: The run that asks.
        question: The question to answer.
        body: The fields of its response event, as JSON values.
        shows_problems: Whether the form shows `problems_with` beside its fields; then they replace the notice.

    Returns:
        The receipt; None if no answer was stored: a second click, one too soon (which the visitor is told), or an
        answer that does not fit or cannot be stored.
    """
    answered = state.answered
    if came_too_soon(question):
        return None
    with _answering:  # Streamlit runs a second click on a second thread while the first is still running
        if question.id in answered:
            return None
        answered.add(question.id)
    try:
        receipt = run.answer(question.id, dict(body), by=visitor(), browser=browser_id())
    except EngineError as error:
        answered.discard(question.id)
        if shows_problems and isinstance(error, InvalidAnswer) and error.problems:
            keep_problems(question, error.problems)
            return None
        is_told_above = str(error) == run.engine.trouble
        notify(
            run, "Your decision could not be stored and does not count. Send it again." if is_told_above else str(error)
        )
        return None
    if receipt.accepted:
        state.notices.pop(run.id, None)
        state.moved = run.id
    elif receipt.by is None or receipt.at is None:
        answered.discard(question.id)  # it is open again if somebody takes the run up again
        notify(run, "The run had ended before your decision. It was not used.")
    else:
        faster = f"{receipt.by} was faster and decided at {local_time(receipt.at)}."
        notify(run, f"{faster} Your decision was not used: {describe_answer(body, edits_in(question, body))}.")
    return receipt


def keep_problems(question: Question, problems: Mapping[str, str]) -> None:
    """Keep the problems of the last attempted answer, by field; an empty mapping clears them."""
    state.answer_problems[question.id] = problems


def problems_with(question: Question) -> Mapping[str, str]:
    """The problems of the last attempted answer, by field."""
    return state.answer_problems.get(question.id, {})


def notify(run: Run, notice: str) -> None:
    """Show the visitor a notice on the page of a run."""
    state.notices[run.id] = notice


def draw_notice(run: Run) -> None:
    """Draw the notice about the visitor's last action on a run, if there is one."""
    too_soon = state.too_soon
    is_too_soon = bool(too_soon) and any(question.id in too_soon for question in run.questions)
    if notice := CAME_TOO_SOON if is_too_soon else state.notices.get(run.id):
        st.warning(shown(notice), icon=":material/info:")
