"""Several processes over Postgres: how fast they are, and what they keep when they are killed.

`python -m tests.benchmarks.replicas --kills 300`
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path

from hitl.engine import Engine, Question, Run, open_engine
from tests import postgres
from tests.benchmarks.crashes import print_toll
from tests.engine.crashes import Orders, an_owner, settings_of
from tests.engine.replicas.crashes import crash_replicas

TIMES = 30


def main(kills: int = 100, seed: int | None = None) -> bool:
    """Print one figure a line; returns whether nothing is wrong."""
    seed = random.randrange(2**32) if seed is None else seed
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.running(postgres.folder_for(Path(folder)), syncs=True) as server,
    ):
        home = Path(folder)
        url = postgres.new_database(server)
        with an_owner(Orders(home, "a", url=url)), closing(open_engine(settings_of(home, url), owner=False)) as page:
            print_latencies(page)
        if not kills:
            return True
        toll = crash_replicas(home, url, kills, seed)
    print_toll(toll)
    is_kept = not any(toll.wrong.values())
    print(f"kills of replicas, seed {seed}: {'kept' if is_kept else 'MISSED'}", flush=True)
    return is_kept


def print_latencies(page: Engine) -> None:
    """Print how long a page waits for what a process elsewhere does."""
    begun, answered = [], []
    for _ in range(TIMES):
        since = time.perf_counter()
        run = page.start("interview", rounds=2, lines=0, picky=False)
        question = _asked(run)
        begun.append(time.perf_counter() - since)
        since = time.perf_counter()
        run.answer(question.id, {"topic": "alone", "so_far": [], "token": "x"}, by="ana")
        _asked(run, after=question.id)
        answered.append(time.perf_counter() - since)
        run.cancel()
    for what, seconds in (("start to question", begun[1:]), ("answer to the next question", answered[1:])):
        quick, slow = statistics.median(seconds) * 1000, sorted(seconds)[int(0.95 * len(seconds))] * 1000
        print(f"{what}, in another process: p50 {quick:.0f} ms, p95 {slow:.0f} ms", flush=True)


def _asked(run: Run, after: str = "") -> Question:
    """The question that it waits with, other than an earlier one; readers are told of it."""
    seen = 0
    while True:
        for question in run.questions:
            if question.id != after:
                return question
        events = run.wait(seen, 10)
        seen = events[-1].seq if events else seen


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, help="of an earlier run: its chances, not its moments")
    given = parser.parse_args()
    sys.exit(not main(given.kills, given.seed))
