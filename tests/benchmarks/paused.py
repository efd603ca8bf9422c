"""What ten thousand paused runs cost a process that owns their file: start-up, memory, CPU while nothing happens."""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from hitl.engine import open_engine
from hitl.engine.client import RUNS_FILE
from hitl.engine.store.statements import TABLES_OF_A_RUN
from hitl.settings import Settings
from tests.benchmarks.timing import report, report_figures
from tests.conftest import until

PAUSED = 10_000
RUNS = 3
IDLE = 20.0
"""Seconds in which nothing happens."""
MEGABYTE = 1_000_000
WORKFLOWS = {"order": "tests.engine.flows:AskOnce"}


@dataclass(frozen=True)
class Costs:
    """What a fresh process has measured of itself."""

    start_up: float
    """Seconds that opening the engine took."""
    memory: int
    """Bytes that it had in memory in the end."""
    cpu: float
    """Percent of one core that it used while nothing happened."""


def pause_one(home: Path) -> str:
    """A file with one run that waits on disk; returns its id."""
    with closing(open_engine(Settings(home=home, workflows=WORKFLOWS, rest_seconds=0.1))) as engine:
        run = engine.start("order", item="tea")
        until(lambda: run.question)
        until(lambda: not engine.in_memory())
        return run.id


def multiply(file: Path, run_id: str, times: int) -> None:
    """Copy everything that is stored of a run, under ids of its own for each copy."""
    ids = {"runs": {"id"}, "questions": {"id", "run_id"}}
    with closing(sqlite3.connect(file)) as db, db:
        for table in ("runs", *TABLES_OF_A_RUN):
            columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
            own = ids.get(table, {"run_id"})
            copied = {name: f"printf('%s-%d', {name}, copy)" for name in own} | {"number": "number + copy"}
            values = (copied.get(name, name) for name in columns)
            of_the_run = f"{'id' if table == 'runs' else 'run_id'}='{run_id}'"
            db.execute(
                "WITH RECURSIVE copies(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM copies WHERE copy < ?)"
                f" INSERT INTO {table} SELECT {', '.join(values)} FROM {table}, copies WHERE {of_the_run}",
                (times,),
            )


def check_that_they_are_paused(home: Path) -> None:
    """Any of the copies goes on when it is answered, as the run itself would."""
    with closing(open_engine(Settings(home=home, workflows=WORKFLOWS))) as engine:
        question = engine.questions()[PAUSED // 2]
        run = engine.attach(question.run_id)
        run.answer(question.id, {"approved": True}, by="ana")
        until(lambda: run.status == "completed")


def measure(home: Path, idle: float) -> Costs:
    """To be called in a fresh process."""
    began = time.perf_counter()
    engine = open_engine(Settings(home=home, workflows=WORKFLOWS))
    start_up = time.perf_counter() - began
    time.sleep(1)  # until what opening sets going has come to an end
    cpu, began = time.process_time(), time.perf_counter()
    time.sleep(idle)
    percent = 100 * (time.process_time() - cpu) / (time.perf_counter() - began) if idle else 0.0
    gc.collect()
    memory = int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(os.getpid())], text=True)) * 1024
    engine.close()
    return Costs(start_up, memory, percent)


def measured(home: Path, idle: float = 0) -> Costs:
    command = [sys.executable, "-m", "tests.benchmarks.paused", str(home), str(idle)]
    return Costs(**json.loads(subprocess.check_output(command, text=True)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder) / "empty", Path(folder) / "full"
        run_id = pause_one(full)
        multiply(full / RUNS_FILE, run_id, PAUSED)
        check_that_they_are_paused(full)
        pairs = [(measured(empty), measured(full, IDLE)) for _ in range(RUNS)]
    report(f"start-up with {PAUSED:,} paused runs", [full.start_up for _, full in pairs], limit=2.0)
    report("start-up with none", [empty.start_up for empty, _ in pairs])
    more = [(full.memory - empty.memory) / MEGABYTE for empty, full in pairs]
    report_figures(f"memory for {PAUSED:,} paused runs", more, "MB", limit=10)
    print(f"memory with none: {median(empty.memory for empty, _ in pairs) / MEGABYTE:.1f} MB")
    report_figures(f"CPU of {IDLE:.0f} s with nothing to do", [full.cpu for _, full in pairs], "%", limit=0.1)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asdict(measure(Path(sys.argv[1]), float(sys.argv[2])))))
    else:
        main()
