"""How long a human waits: from a start to the first event, and from an answer to the next one."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from hitl.engine import Engine, EventRecord, Run, open_engine
from hitl.engine.runtime.feed import Subscription
from hitl.settings import Settings
from tests.benchmarks.timing import report
from tests.conftest import until

STARTS, ANSWERS = 50, 30
LIMIT = 0.01
"""Seconds, for either."""


def next_event(events: Subscription) -> EventRecord:
    """The next thing that the workflow itself does."""
    while True:
        event = events.get(timeout=10)
        if event.kind not in ("start", "answer"):
            return event


def seconds_to_first_event(engine: Engine) -> float:
    began = time.perf_counter()
    next_event(engine.start("order", item="tea").subscribe())
    return time.perf_counter() - began


def seconds_to_next_event(run: Run) -> float:
    """Of a run that rests on disk, with nothing of it in memory."""
    question = until(lambda: run.question)
    assert question
    events = run.subscribe(after=run.events()[-1].seq)
    until(lambda: not run.engine.in_memory())
    began = time.perf_counter()
    run.answer(question.id, {"approved": False}, by="ana")
    next_event(events)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workflows = {"order": "tests.engine.flows:AskOnce"}
        engine = open_engine(Settings(home=Path(folder), workflows=workflows, rest_seconds=0.1))
        seconds_to_first_event(engine)  # imports and validates
        starts = [seconds_to_first_event(engine) for _ in range(STARTS)]
        run = engine.start("order", item="tea")
        answers = [seconds_to_next_event(run) for _ in range(ANSWERS)]
        engine.close()
    report("start to first event", starts, LIMIT)
    report("answer to next event, the run being on disk", answers, LIMIT)


if __name__ == "__main__":
    main()
