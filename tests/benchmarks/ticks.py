"""What a step costs in a short run and in a long one: time, and room in the file while the run is at work."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent

from hitl.engine import Engine, Run, open_engine
from hitl.settings import Settings
from tests.benchmarks.timing import report_figures

SHORT, LONG = 50, 1_000
"""Steps of a run; each makes two ticks: the event that comes in, and the step's result."""
RUNS = 5
FACTOR = 2.0
"""What a step may cost in a long run, at most, as a multiple of what it costs in a short one."""


class Next(Event):
    n: int


class Arrived(Event):
    pass


class Climbs(Workflow):
    """Takes as many steps as it is told, writing its state at each, and then is at work until it is cancelled."""

    @step
    async def climb(self, ctx: Context, ev: StartEvent | Next) -> Next | StopEvent:
        n = ev.n if isinstance(ev, Next) else 1
        steps = await ctx.store.get("steps", default=None) or ev.get("steps")
        await ctx.store.set("steps", steps)
        await ctx.store.set("n", n)
        if n < steps:
            return Next(n=n + 1)
        ctx.write_event_to_stream(Arrived())
        await asyncio.Event().wait()
        return StopEvent()


def climb(engine: Engine, steps: int) -> Run:
    """Start a run, and wait until it is at work on its last step."""
    run = engine.start("climbs", steps=steps)
    reader = run.subscribe()
    while reader.get(timeout=120).type != Arrived.__name__:
        pass
    return run


def seconds_per_step(engine: Engine, steps: int) -> float:
    began = time.perf_counter()
    run = climb(engine, steps)
    seconds = time.perf_counter() - began
    run.cancel()
    return seconds / steps


def bytes_per_step(engine: Engine, steps: int) -> float:
    """What runs of so many steps add to the file, which grows by whole pages: as many of them as make a long one."""
    before = engine.store.database.size()
    runs = [climb(engine, steps) for _ in range(LONG // steps)]
    grown = engine.store.database.size() - before
    for run in runs:
        run.cancel()
    return grown / LONG


@dataclass(frozen=True)
class Pair:
    """A figure of a short run and of a long one, taken one after the other."""

    short: float
    long: float


def report_pairs(what: str, pairs: list[Pair], unit: str) -> None:
    for steps, figures in ((SHORT, [pair.short for pair in pairs]), (LONG, [pair.long for pair in pairs])):
        report_figures(f"{what} of a step in a run of {steps:,}", figures, unit)
    report_figures(f"{what} of a step, long to short", [pair.long / pair.short for pair in pairs], "times", FACTOR)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Settings(home=Path(folder), workflows={"climbs": "tests.benchmarks.ticks:Climbs"}))
        climb(engine, SHORT).cancel()  # imports and validates
        times = [Pair(seconds_per_step(engine, SHORT), seconds_per_step(engine, LONG)) for _ in range(RUNS)]
        sizes = [Pair(bytes_per_step(engine, SHORT), bytes_per_step(engine, LONG)) for _ in range(RUNS)]
        engine.close()
    report_pairs("time", [Pair(pair.short * 1000, pair.long * 1000) for pair in times], "ms")
    report_pairs("size", sizes, "bytes")


if __name__ == "__main__":
    main()
