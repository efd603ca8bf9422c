"""Twenty runs at work, one of them blocking: how long the others wait for a start, an answer and a cancel."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hitl.engine import Engine, Run, open_engine
from hitl.settings import Settings
from tests.benchmarks.latency import next_event
from tests.benchmarks.timing import report
from tests.conftest import until
from tests.engine.blocking_flows import WAYS, Spins

RUNS = 20
ROUNDS = 3
LIMIT = 1.0
"""Seconds that the slowest may take."""
WORKFLOWS = {"order": "tests.engine.flows:AskOnce", "spins": "tests.engine.blocking_flows:Spins"}


def seconds(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def begin(engine: Engine) -> Run:
    run = engine.start("order", item="tea")
    next_event(run.subscribe())
    return run


def answer(run: Run) -> None:
    question = until(lambda: run.question)
    assert question
    events = run.subscribe(after=run.events()[-1].seq)
    assert run.answer(question.id, {"approved": False}, by="ana").accepted
    next_event(events)


def block(engine: Engine, how: str) -> Run:
    Spins.begun.clear()
    Spins.released.clear()
    run = engine.start("spins", how=how)
    Spins.begun.wait()
    return run


def slowest(engine: Engine, how: str) -> dict[str, float]:
    """The slowest start, answer and cancel beside a run that has just begun to block, in seconds."""
    others = [begin(engine) for _ in range(RUNS - 1)]
    if how:
        block(engine, how)
    found = {
        "answer": max(seconds(lambda run=run: answer(run)) for run in others),  # type: ignore[misc]
        "start": max(seconds(lambda: begin(engine)) for _ in others),
        "cancel": max(seconds(run.cancel) for run in others),
    }
    Spins.released.set()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), workflows=WORKFLOWS)
        engine = open_engine(settings)
        begin(engine)  # imports and validates
        for how in ("", *WAYS):
            rounds = [slowest(engine, how) for _ in range(ROUNDS)]
            beside = f"beside a step that {how}" if how else "with none that blocks"
            for deed in rounds[0]:
                report(f"slowest {deed} of {RUNS} runs {beside}", [found[deed] for found in rounds], LIMIT)
        left = block(engine, "sleeps")
        engine.close()
        Spins.begun.clear()
        engine = open_engine(settings)
        Spins.begun.wait()
        report("start after a restart, beside the same step", [seconds(lambda: begin(engine))], LIMIT)
        Spins.released.set()
        until(lambda: engine.attach(left.id).questions)
        engine.close()


if __name__ == "__main__":
    main()
