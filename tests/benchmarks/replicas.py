"""Several processes over Postgres: how fast they are, what paused runs cost them, and what they keep when killed.

`python -m tests.benchmarks.replicas --kills 300`. Postgres is on the same machine, and every commit reaches the disk.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from hitl.engine import Engine, Run, open_engine
from hitl.engine.runtime.feed import Subscription
from tests import postgres
from tests.benchmarks.crashes import print_toll
from tests.benchmarks.latency import next_event
from tests.benchmarks.timing import report, report_figures
from tests.conftest import until
from tests.engine.crashes import Orders, an_owner, settings_of
from tests.engine.replicas.crashes import crash_replicas

TIMES = 30
WORKERS = (1, 2, 4)
STARTED = 100
"""Runs that are started at once for each number of workers."""
READERS = 200
PAUSED = 2_000
IDLE = 20.0
"""Seconds in which nothing happens."""


def main(kills: int = 100, seed: int | None = None, paused: int = PAUSED) -> bool:
    """Print one figure a line; returns whether nothing is wrong.

    Args:
        kills: How often a process is killed; with 0 nothing else is left out.
        seed: Of the chances of the kills.
        paused: Runs that wait over two processes; with 0 they are left out.
    """
    seed = random.randrange(2**32) if seed is None else seed
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.running(postgres.folder_for(Path(folder)), syncs=True) as server,
    ):
        home = Path(folder)
        measure_embedded(home / "embedded")
        measure_latencies(Place(home, postgres.new_database(server)))
        for workers in WORKERS:
            measure_throughput(Place(home, postgres.new_database(server)), workers)
        if paused:
            measure_paused(Place(home, postgres.new_database(server)), paused)
        if not kills:
            return True
        toll = crash_replicas(home, postgres.new_database(server), kills, seed)
    print_toll(toll)
    is_kept = not any(toll.wrong.values())
    print(f"kills of replicas, seed {seed}: {'kept' if is_kept else 'MISSED'}", flush=True)
    return is_kept


@dataclass(frozen=True)
class Place:
    """Where processes work together."""

    home: Path
    url: str
    """Of a database without runs."""

    @contextmanager
    def page(self) -> Iterator[Engine]:
        """An engine of this process, which runs no workflow."""
        with closing(open_engine(settings_of(self.home, self.url), owner=False)) as engine:
            yield engine

    def workers(self, names: str) -> ExitStack:
        """Processes that run workflows, which are killed when the stack is closed."""
        stack = ExitStack()
        for name in names:
            stack.enter_context(an_owner(Orders(self.home, name, url=self.url)))
        return stack


def started(engine: Engine) -> Run:
    return engine.start("interview", rounds=2, lines=0, picky=False)


def answer(run: Run) -> None:
    question = run.question
    assert question
    assert run.answer(question.id, {"topic": "alone", "so_far": [], "token": "x"}, by="ana").accepted


# ---- how long a human waits


def latencies(engine: Engine) -> tuple[list[float], list[float]]:
    """Seconds from a start to the first event, and from an answer to the next one."""
    begun, answered = [], []
    for _ in range(TIMES + 1):
        since = time.perf_counter()
        run = started(engine)
        events = run.subscribe()
        next_event(events)
        begun.append(time.perf_counter() - since)
        since = time.perf_counter()
        answer(run)
        next_event(events)
        answered.append(time.perf_counter() - since)
        run.cancel()
    return begun[1:], answered[1:]  # the first one imports and connects


def measure_embedded(home: Path) -> None:
    with closing(open_engine(settings_of(home))) as engine:
        begun, answered = latencies(engine)
        report("start to first event, embedded", begun)
        report("answer to next event, embedded", answered)
        print(f"runs to their question in a second, embedded: {runs_a_second(engine):.0f}", flush=True)


def measure_latencies(place: Place) -> None:
    with place.page() as page, place.workers("a"):
        begun, answered = latencies(page)
        report("start to first event, in another process", begun, limit=0.1)
        report("answer to next event, in another process", answered, limit=0.06)
        run = started(page)
        queues = [run.subscribe() for _ in range(READERS)]
        for queue in queues:
            next_event(queue)
        since = time.perf_counter()
        answer(run)
        report(
            f"answer to next event, for each of {READERS} readers", [seconds_until_next(each, since) for each in queues]
        )


def seconds_until_next(events: Subscription, since: float) -> float:
    next_event(events)
    return time.perf_counter() - since


# ---- how much they do


def measure_throughput(place: Place, workers: int) -> None:
    with place.page() as page, place.workers("abcd"[:workers]):
        until(lambda: page.store.database.read("SELECT count(*) FROM workers")[0][0] == workers)
        for _ in range(10 * workers):  # which import the workflow
            started(page)
        until(lambda: page.count_open_questions() == 10 * workers)
        print(f"runs to their question in a second, {workers} workers: {runs_a_second(page):.0f}", flush=True)


def runs_a_second(engine: Engine) -> float:
    before, since = engine.count_open_questions(), time.perf_counter()
    for _ in range(STARTED):
        started(engine)
    until(lambda: engine.count_open_questions() >= before + STARTED, 300)
    return STARTED / (time.perf_counter() - since)


# ---- what runs cost that wait


def measure_paused(place: Place, paused: int) -> None:
    """Half of them wait in each of two processes; then one is killed."""
    with place.page() as page, place.workers("a") as first, place.workers("b"):
        until(lambda: len(processes(page)) == 2)
        begins = {worker: process.memory_info().rss for worker, process in processes(page).items()}
        for number in range(paused):
            started(page)
            if number % 50 == 0:
                until(lambda number=number: page.count_open_questions() > number - 100, 300)  # type: ignore[misc]
        until(lambda: page.count_open_questions() == paused, 300)
        time.sleep(10)  # until what the last ones set going has come to an end
        living = processes(page)
        counts = dict(page.store.database.read("SELECT worker, count(*) FROM runs GROUP BY worker"))
        print(f"{paused:,} paused runs: {' and '.join(f'{count:,}' for count in counts.values())}", flush=True)
        costs = [(living[each].memory_info().rss - begins[each]) / counts[each] / 1000 for each in living]
        report_figures("memory for each paused run", costs, "kB", limit=100)
        cpu = {worker: sum(process.cpu_times()[:2]) for worker, process in living.items()}
        time.sleep(IDLE)
        used = [100 * (sum(process.cpu_times()[:2]) - cpu[worker]) / IDLE for worker, process in living.items()]
        report_figures("CPU of a process with nothing to do", used, "%", limit=4)
        first.close()
        since = time.perf_counter()
        (left,) = (worker for worker, process in living.items() if process.is_running())
        until(lambda: page.store.database.read("SELECT count(*) FROM runs WHERE worker=?", left)[0][0] == paused, 300)
        report(
            f"{paused - counts[left]:,} paused runs taken over after a kill", [time.perf_counter() - since], limit=60
        )
        last = page.attach(page.questions()[-1].run_id)
        since = time.perf_counter()
        events = last.subscribe(after=last.events()[-1].seq)
        answer(last)
        report("answer to next event after that", [seconds_until_next(events, since)])


def processes(engine: Engine) -> dict[str, psutil.Process]:
    """The processes that run workflows, by id."""
    rows = engine.store.database.read("SELECT id, split_part(process, ' ', 2) FROM workers")
    return {worker: psutil.Process(int(number)) for worker, number in rows}


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, help="of an earlier run: its chances, not its moments")
    parser.add_argument("--paused", type=int, default=PAUSED)
    given = parser.parse_args()
    sys.exit(not main(given.kills, given.seed, given.paused))
