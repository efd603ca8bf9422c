"""What a visitor had typed for a question when somebody else decided it, and no question of its kind came after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from hitl.engine import Answer, Draft, Run
from hitl.text import cut
from hitl.ui._compat import shown
from hitl.ui.browser_memory import remember, remembered
from hitl.ui.clock import local_time
from hitl.ui.keys import state, widget_key
from hitl.ui.unsent_answer import SEEN
from hitl.ui.visitor import browser_id

SHOWN = 2000
"""Maximum characters shown of a text."""


def overtaken_draft(run: Run) -> Draft | None:
    """What this browser has entered for the question that was decided last, and could not send any more.

    None if nothing was typed, if a question of the same kind is open now, which brings it back, or if the visitor wants
    to see it no more.
    """
    answers = run.answers
    if not answers or remembered(_name(run)).get("question") == answers[-1].question_id:
        return None
    asked = answers[-1].question_id
    draft = run.draft(asked, browser_id())
    if draft is None or draft.question_id != asked or not texts_in(draft.body):
        return None
    kind = run.asked(asked).type
    return None if any(question.type == kind for question in run.questions) else draft


def texts_in(body: Mapping[str, Any]) -> list[str]:
    """The texts that were typed into the widgets of a form.

    Args:
        body: What was entered, by name.
    """
    return [value.strip() for name, value in body.items() if name != SEEN and isinstance(value, str) and value.strip()]


def draw_overtaken(run: Run) -> None:
    """Draw what was typed too late, so that it can be used elsewhere; nothing if nothing was, or a notice says it."""
    draft = None if run.id in state.notices else overtaken_draft(run)
    if draft is None:
        return
    answer = run.answers[-1]
    typed = " ".join(f"“{cut(text, SHOWN)}”" for text in texts_in(draft.body))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/edit_off: {shown(f'{answer.by} decided at {local_time(answer.at)}')}, before you had sent what "
            f"you typed: {shown(typed)}",
            width="stretch",
        )
        key = widget_key("overtaken")
        st.button("Hide", key=key, type="tertiary", on_click=_hide, args=(run, answer))


def _hide(run: Run, answer: Answer) -> None:
    remember(_name(run), {"question": answer.question_id})


def _name(run: Run) -> str:
    return f"overtaken {run.id}"
