"""The process that runs the workflows, as it is seen from the command line."""

from __future__ import annotations

import time
from collections.abc import Callable

from hitl.engine import Engine, Run

PATIENCE = 3.0
"""Seconds that a command waits for what it has recorded to be taken up."""
LOOK_EVERY = 0.05


def taken_up(engine: Engine, is_taken: Callable[[], bool]) -> bool:
    """Wait a moment for the process that runs the workflows to take up what was recorded.

    Args:
        engine: Where it was recorded.
        is_taken: Tells whether it was.
    """
    deadline = time.monotonic() + (PATIENCE if engine.is_carried_out else 0)
    while not (taken := is_taken()) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
    return taken


def has_begun(run: Run) -> bool:
    """Whether anything of a run has run."""
    return run.has_begun


def is_applied(run: Run, question_id: str) -> bool:
    """Whether the workflow has taken the answer to a question."""
    return run.is_applied(question_id)


def fate(engine: Engine, taken: bool) -> str:
    """What becomes of what was recorded, in a sentence."""
    if taken:
        return "Taken up: hitl is at work on it."
    if engine.is_carried_out:
        return "Recorded; the hitl that runs has not taken it up yet."
    return "Recorded; it is carried out when hitl runs again."
