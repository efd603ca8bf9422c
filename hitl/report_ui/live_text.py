"""A report while a model writes it: the text so far, and the button that stops the writing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from hitl.engine import EngineError, EventRecord, Run
from hitl.report.events import StopWriting, WritingEvent
from hitl.ui import notify, reading_column, renders, shown, visitor
from hitl.ui.keys import widget_key


@renders(WritingEvent)
def draw_draft(log: Sequence[EventRecord]) -> None:
    """Draw the text that is being written; it is checked and reviewed once it is complete."""
    if text := text_so_far(log):
        with reading_column():
            st.markdown(draft_in_markdown(text))


@renders(StopWriting)
def draw_stop(run: Run) -> None:
    """Draw the button that stops the writing, if the last answer had a model write."""
    if run.answers and _has_model(run):
        key = widget_key("stop_writing")
        st.button("Stop writing", key=key, icon=":material/stop_circle:", on_click=_stop, args=(run,))


def text_so_far(log: Sequence[EventRecord]) -> str:
    """The latest draft so far; empty after a later question, answer or end of the run."""
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
    """A draft in Markdown: headings and paragraphs; everything else in it stays literal text."""
    return "\n\n".join(
        f"## {shown(line[2:])}" if line.startswith("# ") else shown(line) for line in text.split("\n") if line.strip()
    )


def _has_model(run: Run) -> bool:
    """True if the last answered question named a model, and its answer lets it write."""
    answer = run.answers[-1]
    writes = answer.body.get("approved") or answer.body.get("action") == "rewrite"
    asked = run.asked(answer.question_id)
    return bool(writes and asked.body.get("model")) and not answer.body.get("go_on")


def _stop(run: Run) -> None:
    draft = next((event.body["draft"] for event in reversed(run.events()) if event.type == WritingEvent.__name__), None)
    try:
        if draft is None or not run.signal(StopWriting.__name__, {"draft": draft, "by": visitor()}):
            notify(run, "Nothing is being written here at this moment.")
    except EngineError as error:
        notify(run, str(error))
