"""A report while a model writes it: its text as it comes, and the button that stops it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hitl.engine import EngineError, EventRecord, Run
from hitl.report.events import StopWriting, WritingEvent
from hitl.ui import renders, shown, tell, visitor


@renders(WritingEvent)
def draw_draft(log: Sequence[EventRecord]) -> None:
    """Draw the text that is being written; its citations are checked when it is whole."""
    if text := text_so_far(log):
        st.markdown(draft_in_markdown(text))


@renders(StopWriting)
def draw_stop(run: Run) -> None:
    """Draw the button that stops the writing, when a model is about to write."""
    answers = run.answers
    if answers and answers[-1].body.get("approved") and _has_model(run):
        st.button("Stop writing", key="stop_writing", icon=":material/stop_circle:", on_click=_stop, args=(run,))


def text_so_far(log: Sequence[EventRecord]) -> str:
    """What there is of the text that was begun last; empty once something else has been asked or has happened."""
    pieces: list[str] = []
    draft = None
    for event in reversed(log):
        if event.kind != "progress":
            break
        if event.type == WritingEvent.__name__:
            draft = draft or event.body["draft"]
            if event.body["draft"] != draft:
                break
            pieces.append(event.body["delta"])
    return "".join(reversed(pieces))


def draft_in_markdown(text: str) -> str:
    """A model's text for the page: paragraphs and headings, and nothing else in it comes to life."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n\n".join(
        f"#### {shown(line.lstrip('# '))}" if line.startswith("#") else shown(line) for line in lines if line
    )


def _has_model(run: Run) -> bool:
    """Whether the question that was answered last was asked with a model at work."""
    asked = run.asked(run.answers[-1].question_id)
    return bool(asked.body.get("model")) and run.answers[-1].body.get("go_on") == ""


def _stop(run: Run) -> None:
    draft = next((event.body["draft"] for event in reversed(run.events()) if event.type == WritingEvent.__name__), None)
    try:
        if draft is None or not run.signal(StopWriting.__name__, {"draft": draft, "by": visitor()}):
            tell(run, "Nothing is being written here at this moment.")
    except EngineError as error:
        tell(run, str(error))
