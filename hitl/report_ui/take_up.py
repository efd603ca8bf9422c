"""What a run that has ended without a report had found, taken up in a new one."""

from __future__ import annotations

import uuid

import streamlit as st

from hitl.engine import Run
from hitl.report.revision import inputs_of_unfinished
from hitl.ui import start_run
from hitl.ui.keys import widget_key


def draw_take_up(run: Run) -> None:
    """Draw the button that begins a new run with the findings of one that cannot go on itself.

    Nothing if it can, or if nobody had decided about any findings.

    Args:
        run: A run that has ended without a report.
    """
    if run.resume_blocked_reason is None or run.workflow not in run.engine.workflows():
        return
    asked = {answer.question_id: run.asked(answer.question_id).body for answer in run.answers}
    if inputs := inputs_of_unfinished(run.inputs, asked, run.answers):
        st.button(
            "Go on with these findings",
            key=widget_key("revise"),
            icon=":material/redo:",
            help="Begins a new run with the review of what was kept here. Nothing is searched again.",
            on_click=start_run,
            args=(run.engine, run.workflow, inputs, f"take-up-{run.id}-{uuid.uuid4().hex}"),
        )
