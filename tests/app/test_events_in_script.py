"""Events that the page's own script declares: nothing finds them again after a restart."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.app.visitor import button_labels, text_of

SCRIPT = """
from workflows import Workflow, step
from workflows.events import StartEvent, StopEvent

import hitl


class Trip(StartEvent):
    place: str


class TripFlow(Workflow):
    @step
    async def go(self, ev: Trip) -> StopEvent:
        return StopEvent(result=ev.place)


hitl.page({"trip": TripFlow})
"""


def test_it_is_told_before_a_run_is_started(tmp_path: Path):
    path = tmp_path / "trip_app.py"
    path.write_text(SCRIPT)
    at = AppTest.from_file(str(path), default_timeout=20).run()

    assert not at.exception
    assert "the script of the page declares its events (Trip)" in text_of(at)
    assert "Start" not in button_labels(at)
