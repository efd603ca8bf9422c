"""Waiting until the process that runs the workflows picks up what a command recorded."""

from __future__ import annotations

import time
from collections.abc import Callable

from hitl.engine import Engine, Run

PATIENCE = 3.0
"""Seconds that a command waits until what it recorded is picked up."""
LOOK_EVERY = 0.05


def wait_for_pickup(engine: Engine, is_taken: Callable[[], bool]) -> bool:
    """Wait until the process that runs the workflows picks up what was recorded.

    Args:
        engine: The engine that recorded it.
        is_taken: Returns whether it was picked up.

    Returns:
        Whether it was picked up within `PATIENCE` seconds; checked only once if no process runs the workflows.
    """
    deadline = time.monotonic() + (PATIENCE if engine.is_carried_out else 0)
    while not (taken := is_taken()) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
    return taken


def has_begun(run: Run) -> bool:
    """Whether a run has begun to work."""
    return run.has_begun


def is_applied(run: Run, question_id: str) -> bool:
    """Whether the workflow has taken the answer to a question, or the run has ended."""
    return run.is_applied(question_id)


def pickup_message(run: Run, taken: bool) -> str:
    """A sentence on whether and when what was recorded of a run is carried out."""
    engine = run.engine
    if taken:
        return "Taken up: hitl is at work on it."
    if reason := run.blocked_reason:
        return f"Recorded, but the run cannot go on here. {reason}"
    if engine.is_carried_out:
        return "Recorded; the hitl that runs has not taken it up yet."
    return (
        "Recorded; it is carried out when hitl runs again. If it is serving a script of your own now: when its page is "
        "first opened."
    )
