"""What a tick costs in a short run and in a long one."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from hitl.engine import Engine, open_engine
from hitl.settings import Settings
from tests.benchmarks.timing import report, seconds_of
from tests.conftest import until

SHORT, LONG = 25, 500
"""Steps; each makes two ticks: the event that comes in, and the step's result."""
RUNS = 5


def seconds_per_tick(engine: Engine, steps: int) -> float:
    def finish() -> None:
        run = engine.start("counts", steps=steps)
        until(lambda: run.status == "completed", seconds=120)

    return seconds_of(finish) / (2 * steps)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Settings(home=Path(folder), workflows={"counts": "tests.engine.flows:Counts"}))
        seconds_per_tick(engine, SHORT)  # imports and validates
        short, long = [], []
        for _ in range(RUNS):
            short.append(seconds_per_tick(engine, SHORT))
            long.append(seconds_per_tick(engine, LONG))
        engine.close()
    report(f"tick in a run of {2 * SHORT}", short)
    report(f"tick in a run of {2 * LONG:,}", long)
    ratio = statistics.median(long) / statistics.median(short)
    print(f"ratio: {ratio:.2f}  limit 2.00  {'kept' if ratio <= 2 else 'MISSED'}", flush=True)


if __name__ == "__main__":
    main()
