"""Errors of the server, the engine or its store: a message on the page, and a retry after a few seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from hitl.engine import Engine, EventRecord, Run
from hitl.engine.descriptions import blocking_steps
from hitl.ui._compat import fragment, name_lost_server, shown
from hitl.ui.heartbeat import EVERY, rerun_when_changed
from hitl.ui.shared_engine import settings_without_effect
from hitl.ui.visitor import is_visitor_local


def draw_trouble(engine: Engine) -> None:
    """Show why nothing can be stored at present, if so, until it can be stored again."""
    if trouble := engine.trouble:
        st.error(shown(trouble), icon=":material/error:")
        rerun_when_changed(lambda: engine.trouble, trouble, is_stored=False)


def draw_settings_without_effect() -> None:
    """Show a visitor on the machine itself, who may mend it, which settings are misspelt."""
    sentences = settings_without_effect()
    if sentences and is_visitor_local():
        st.caption(shown(" ".join(sentences)))


def what_blocks(run: Run, log: Sequence[EventRecord]) -> str | None:
    """Which steps of a run at work have not yielded, and for how long, as Markdown; None if nothing is to be told."""
    sentences = blocking_steps(log, datetime.now(UTC)) if log else []
    return "\n\n".join(map(shown, sentences)) if sentences and run.engine.is_carried_out else None


def prepare_for_lost_server() -> None:
    """Have the browser say in our words that the server does not answer: nothing can be drawn then."""
    name_lost_server(
        "The server does not answer",
        "What was decided and entered is stored there. This page tries again by itself, and goes on from here as soon "
        "as the server is back. If hitl runs on your own computer, start it again.",
    )


def draw_failure(reason: str) -> None:
    """Draw the page for an engine that cannot be opened or used; it retries every few seconds."""
    st.title("hitl cannot go on", anchor=False)
    st.error(shown(reason), icon=":material/error:")
    st.write("This page looks again every few seconds, and goes on as soon as it can.")
    fragment(_look_again, run_every=EVERY)(time.monotonic())


def _look_again(drawn_at: float) -> None:
    if time.monotonic() - drawn_at > EVERY / 2:  # skip the run that is part of drawing the page
        st.rerun()
