"""Visiting the page of the examples, and asking for them on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from hitl.engine import Engine, Run
from tests.app.visitor import wait_for
from tests.cli.calling import asked, done
from tests.conftest import until

GALLERY = Path(__file__).parents[2] / "hitl/examples/gallery.py"


def open_gallery(example: str) -> AppTest:
    """The start page of an example."""
    at = AppTest.from_file(str(GALLERY), default_timeout=20)
    at.query_params["workflow"] = example
    at.run()
    assert not at.exception
    return at


def start(at: AppTest) -> AppTest:
    """Press start, and come to the page of the run."""
    at.button(key="start").click().run()
    wait_for(at, lambda at: "run" in at.query_params)
    return at


def run_of(at: AppTest) -> Run:
    run: Run = at.session_state["run"]
    return run


def result_of(run: Run) -> Any:
    """What a run has ended with, once it has: the value of its `StopEvent(result=…)`."""
    return until(lambda: run.result or {})["result"]


def start_by_command(owner: Engine, example: str, *fields: str) -> Run:
    """Start an example as `hitl start` does, up to its first question."""
    options = [part for field in fields for part in ("--field", field)]
    run = owner.attach(done("start", example, *options).strip())
    asked(run)
    return run


def answer_by_command(run: Run, *arguments: str) -> Any:
    """Answer the oldest open question as `hitl answer` does."""
    return done("answer", run.id, "--question", asked(run).id, *arguments)
