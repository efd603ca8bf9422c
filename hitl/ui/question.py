"""Sending a human's answer: once, and to the question that the human saw."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from hitl.engine import EngineError, Question, Run
from hitl.inert import inert
from hitl.ui.session import visitor
from hitl.ui.words import describe_answer, local_time

TOO_SOON = 0.7
"""Seconds after its first drawing in which a question takes no answer: such a click was meant for the screen before."""


def note_drawing(question: Question) -> None:
    """Remember when this session first drew a question."""
    st.session_state.setdefault("drawn", {}).setdefault(question.id, time.monotonic())


def send_answer(run: Run, question: Question, body: Mapping[str, Any]) -> bool:
    """Answer a question: for the callback of a button, which carries the question that was drawn.

    What the visitor should know afterwards (someone was faster, the answer does not fit) is kept for
    `draw_notice`.

    Returns:
        Whether the answer counts.
    """
    answered = st.session_state.setdefault("answered", set())
    drawn = st.session_state.get("drawn", {}).get(question.id)
    if question.id in answered or drawn is None or time.monotonic() - drawn < TOO_SOON:
        return False
    try:
        receipt = run.answer(question.id, dict(body), by=visitor())
    except EngineError as error:
        st.session_state["notice"] = str(error)
        return False
    if receipt.accepted:
        answered.add(question.id)
        st.session_state.pop("notice", None)
    elif receipt.by is None or receipt.at is None:
        st.session_state["notice"] = "The run had ended before your decision. It was not used."
    else:
        st.session_state["notice"] = (
            f"{receipt.by} was faster and decided at {local_time(receipt.at)}. Your decision was not used: "
            f"{describe_answer(body)}."
        )
    return receipt.accepted


def draw_notice() -> None:
    """What the visitor's last action came to, if there is anything to say."""
    if notice := st.session_state.get("notice"):
        st.warning(inert(notice), icon=":material/info:")
