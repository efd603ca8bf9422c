"""The choice between what a run asks about now and what it asked about before, which can be read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from hitl.engine import Question
from hitl.ui.clock import moment
from hitl.ui.keys import widget_key


@dataclass(frozen=True)
class Earlier:
    """A round or a text that was decided."""

    question_id: str
    number: int
    decided_at: datetime
    """In UTC; told with its number if another has the same, and the one that is asked about now says so."""


def chosen_earlier(question: Question, noun: str, number: int, earlier: Sequence[Earlier]) -> str | None:
    """Draw the choice; nothing if there was nothing before.

    Args:
        question: The last question.
        noun: What it is about: `Round` or `Text`.
        number: The number of that.
        earlier: What was asked about before, oldest first.

    Returns:
        Id of the earlier question that is chosen; None for the last one.
    """
    if not earlier:
        return None
    often = Counter([number, *(each.number for each in earlier)])
    labels = {
        each.question_id: f"{noun} {each.number}" + (f", {moment(each.decided_at)}" if often[each.number] > 1 else "")
        for each in earlier
    }
    labels[question.id] = f"{noun} {number}" + (", now" if often[number] > 1 else "")
    key = widget_key("round", f"-{question.id}")
    if st.session_state.get(key) not in labels:
        st.session_state[key] = question.id
    chosen = st.segmented_control(
        noun,
        list(labels),
        key=key,
        format_func=labels.__getitem__,
        required=True,
        label_visibility="collapsed",
        wrap=True,
    )
    return None if chosen == question.id else str(chosen)
