"""How many events one step can write in a second, each of them durable."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from hitl.engine import Engine, open_engine
from hitl.settings import Settings
from tests.benchmarks.timing import report_figures

EVENTS = 20_000
RUNS = 5


def events_per_second(engine: Engine, events: int) -> float:
    """From the start of a run until a reader has its last event, with everything stored."""
    began = time.perf_counter()
    run = engine.start("chatters", lines=events)
    reader = run.subscribe()
    while reader.get(timeout=60).kind != "stop":
        pass
    seconds = time.perf_counter() - began
    assert [event.body.get("message") for event in run.events()[1:-1]] == [str(n) for n in range(events)]
    return events / seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workflows = {"chatters": "tests.engine.flows:Chatters"}
        engine = open_engine(Settings(home=Path(folder), workflows=workflows))
        events_per_second(engine, 100)  # imports and validates
        rates = [events_per_second(engine, EVENTS) for _ in range(RUNS)]
        engine.close()
    report_figures(f"events of one step, {EVENTS:,} of them", rates, "a second", limit=5_000, at_least=True)


if __name__ == "__main__":
    main()
