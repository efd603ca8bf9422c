"""Sending a human's answer: once, and to the question that the human saw."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from hitl.engine import EngineError, InvalidAnswer, Question, Receipt, Run
from hitl.engine.descriptions import describe_answer
from hitl.ui._compat import shown
from hitl.ui.clock import local_time
from hitl.ui.visitor import visitor

_answering = threading.Lock()

TOO_SOON = 0.7
"""Seconds after its first drawing in which a question takes no answer: such a click was meant for the screen before."""


def note_drawing(question: Question) -> None:
    """Remember when this session first drew a question."""
    st.session_state.setdefault("drawn", {}).setdefault(question.id, time.monotonic())


def send_answer(run: Run, question: Question, body: Mapping[str, Any], shows_problems: bool = False) -> Receipt | None:
    """Answer a question: for the callback of a button, which carries the question that was drawn.

    What the visitor should know afterwards (someone was faster, the answer does not fit) is kept for
    `draw_notice`.

    Args:
        run: Whose question it is.
        question: What is answered.
        body: The fields of its response event, as JSON values.
        shows_problems: Whether the question is drawn with what is wrong beside each field: `problems_with`.

    Returns:
        What became of the answer; None when it was not sent: a second click, one too soon, or an answer that
        does not fit.
    """
    answered = st.session_state.setdefault("answered", set())
    drawn = st.session_state.get("drawn", {}).get(question.id)
    if drawn is None or time.monotonic() - drawn < TOO_SOON:
        return None
    with _answering:  # a second click is called on a second thread, while the first one is still at it
        if question.id in answered:
            return None
        answered.add(question.id)
    try:
        receipt = run.answer(question.id, dict(body), by=visitor())
    except EngineError as error:
        answered.discard(question.id)
        if shows_problems and isinstance(error, InvalidAnswer) and error.problems:
            keep_problems(question, error.problems)
            return None
        is_told_above = str(error) == run.engine.trouble
        tell(
            run, "Your decision could not be stored and does not count. Send it again." if is_told_above else str(error)
        )
        return None
    if receipt.accepted:
        st.session_state.get("notices", {}).pop(run.id, None)
    elif receipt.by is None or receipt.at is None:
        tell(run, "The run had ended before your decision. It was not used.")
    else:
        faster = f"{receipt.by} was faster and decided at {local_time(receipt.at)}."
        tell(run, f"{faster} Your decision was not used: {describe_answer(body)}.")
    return receipt


def keep_problems(question: Question, problems: Mapping[str, str]) -> None:
    """Remember what is wrong with the answer that was last tried, by field; nothing, with none."""
    st.session_state.setdefault("answer_problems", {})[question.id] = problems


def problems_with(question: Question) -> Mapping[str, str]:
    """What is wrong with the answer that was last tried, by field."""
    problems: Mapping[str, str] = st.session_state.get("answer_problems", {}).get(question.id, {})
    return problems


def tell(run: Run, notice: str) -> None:
    """Have the page of a run tell the visitor something."""
    st.session_state.setdefault("notices", {})[run.id] = notice


def draw_notice(run: Run) -> None:
    """What the visitor's last action on a run came to, if there is anything to say."""
    if notice := st.session_state.get("notices", {}).get(run.id):
        st.warning(shown(notice), icon=":material/info:")
