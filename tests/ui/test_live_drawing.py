"""What a page shows of a run that works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from hitl.engine import EventRecord
from hitl.engine.records import EventKind
from hitl.ui.live_drawing import in_words
from hitl.ui.run_log import RunLog

BEGAN = datetime(2026, 11, 27, 9, tzinfo=UTC)


def page() -> None:
    import streamlit as st
    from streamlit.delta_generator import DeltaGenerator

    from hitl.ui.slot import Slot

    sent: list[str] = st.session_state.setdefault("sent", [])

    def draw(place: DeltaGenerator, words: str) -> DeltaGenerator:
        sent.append(words)
        return place.text(words)

    first: Slot[str] = Slot(st.container(), draw)
    for words in ("a", "a", None, None, "b"):
        first.show(words)


def test_a_slot_sends_what_has_changed_and_shows_the_last_of_it():
    at = AppTest.from_function(page, default_timeout=20).run()
    assert not at.exception
    assert at.session_state["sent"] == ["a", "b"]
    assert [text.value for text in at.text] == ["b"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(8, "8 s"), (60, "1 min 0 s"), (125, "2 min 5 s"), (3600, "1 h 0 min"), (12_030, "3 h 20 min")],
)
def test_a_time_is_said_in_few_words(seconds: int, words: str):
    assert in_words(seconds) == words


def event(kind: EventKind, type_: str, minutes: int) -> EventRecord:
    return EventRecord(minutes + 1, kind, type_, BEGAN + timedelta(minutes=minutes), {"step": "spin"})


def test_a_log_knows_since_when_its_run_works_and_what_says_that_a_step_blocks():
    log = RunLog([event("start", "Go", 0), event("progress", "StepBlocks", 1)])
    assert log.work_began == BEGAN
    log.append(event("progress", "Said", 2))
    log.append(event("answer", "Yes", 3))
    assert log.work_began == BEGAN + timedelta(minutes=3)
    log.append(event("progress", "RunResumed", 4))
    assert log.work_began == BEGAN + timedelta(minutes=4)
    assert [each.type for each in log.about_blocking] == ["StepBlocks"]
    assert len(log) == 5
