"""Kills the process that runs the workflows, again and again, and looks for what was promised to anybody.

Two visitors are at work with one file: one inside the owner, which is killed, and one in this process, which is
not. Both start runs, answer and read; this one cancels and deletes, too, and goes on while there is no owner. What
each is told goes into one ledger, which is held against the file in the end.
"""

from __future__ import annotations

import multiprocessing
import queue
import random
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType

from pydantic import SecretStr

from hitl.engine import (
    Engine,
    Question,
    QuestionNotFound,
    RunBlocked,
    RunNotFound,
    RunRecord,
    StoreUnusable,
    open_engine,
)
from hitl.engine.client import RUNS_FILE
from hitl.engine.records import LIVE
from hitl.engine.runtime.feed import Subscription
from hitl.engine.workflows.answers import qualified_name
from hitl.settings import Settings
from tests.engine.interview import Interview
from tests.engine.ledger import Accepted, Cancelled, Deleted, Fact, Ledger, Resumed, Saw, Started

PROCESSES = multiprocessing.get_context("forkserver")
"""Each is forked from one that has loaded this module and done nothing else, so that it opens the engine at once."""
PROCESSES.set_forkserver_preload([__name__])
RUNS_AT_ONCE = 8
PAUSE = 0.003
"""Seconds between two looks of a visitor."""
PATIENCE = 60.0
"""Seconds that the runs have to end in, after the last kill."""
GONE = (RunNotFound, QuestionNotFound)
"""What is raised when somebody deletes a run at the same moment."""


def settings_of(home: Path, url: str | None = None) -> Settings:
    """The settings of all processes.

    Args:
        home: The folder.
        url: The address of the Postgres database, if the runs are not in a file.
    """
    database = SecretStr(url) if url else None
    workflows = {
        "interview": qualified_name(Interview),
        "fails": "tests.engine.flows:Fails",
        "spins": "tests.engine.blocking_flows:Spins",
        "well": "tests.engine.runtime.test_signals:Well",
    }
    return Settings(home=home, workflows=workflows, rest_seconds=0.1, database_url=database)


@dataclass(frozen=True)
class Habits:
    """How often a visitor does what, as chances in one look around."""

    start: float = 0.2
    """To start a run, when there is room for one."""
    answer: float = 0.1
    """To answer a question that is open."""
    cancel: float = 0.0
    cancel_at_rest: float = 0.0
    """The same, of a run that does nothing but wait: it can be resumed."""
    resume: float = 0.0
    """To take up a run again that was cancelled."""
    delete: float = 0.0
    read: float = 1.0
    """To follow a run."""


FINISHING = Habits(start=0, answer=1)
IDLE = Habits(start=0, answer=0, read=0)


class Visitor:
    """Somebody at work with an engine.

    Args:
        name: Who they are; another one for each visitor.
        engine: The owner, or one that only reads and records.
        habits: What they do.
        chance: When they do it.
        tell: Where they say what they were told.
    """

    def __init__(
        self, name: str, engine: Engine, habits: Habits, chance: random.Random, tell: Callable[[Fact], None]
    ) -> None:
        self._name = name
        self._engine = engine
        self.habits = habits
        self._chance = chance
        self._tell = tell
        self._queues: dict[str, Subscription | None] = {}

    def look_around(self) -> list[RunRecord]:
        """Do what there is to do; returns the runs that were found live."""
        live = self._engine.runs(status="running") + self._engine.runs(status="waiting")
        for run in live:
            if run.id not in self._queues:
                self._queues[run.id] = self._follow(run.id) if self._happens(self.habits.read) else None
        if len(live) < RUNS_AT_ONCE and self._happens(self.habits.start):
            self._start()
        for run in live:
            if not run.active and self._happens(self.habits.cancel_at_rest):
                self._cancel(run.id)
        for question in self._engine.questions():
            if self._happens(self.habits.answer):
                self._answer(question)
        if live and self._happens(self.habits.cancel):
            self._cancel(self._chance.choice(live).id)
        if self._happens(self.habits.resume):
            self._resume()
        if live and self._happens(self.habits.delete):
            self._delete(self._chance.choice(live).id)
        self._read()
        return live

    def _happens(self, often: float) -> bool:
        return self._chance.random() < often

    def _follow(self, run_id: str) -> Subscription | None:
        with suppress(*GONE):
            return self._engine.attach(run_id).subscribe()
        return None

    def _start(self) -> None:
        rounds, lines = self._chance.randint(1, 3), self._chance.randint(5, 60)
        picky, waits = self._happens(0.5), self._happens(0.5)
        run = self._engine.start("interview", rounds=rounds, lines=lines, picky=picky, waits=waits)
        self._tell(Started(run.id))

    def _answer(self, question: Question) -> None:
        token = f"{self._chance.getrandbits(64):x}"
        body = {"token": token, "topic": question.body["topic"], "so_far": question.body["so_far"]}
        with suppress(*GONE):
            if self._engine.answer(question.run_id, question.id, body, by=self._name).accepted:
                self._tell(Accepted(question.run_id, question.id, token, self._name))

    def _cancel(self, run_id: str) -> None:
        if self._engine.cancel(run_id):
            self._tell(Cancelled(run_id))

    def _resume(self) -> None:
        for run in self._engine.runs(status="cancelled"):
            with suppress(RunBlocked, *GONE):
                if self._engine.resume(run.id, by=self._name):
                    self._tell(Resumed(run.id))

    def _delete(self, run_id: str) -> None:
        if self._engine.delete(run_id):
            self._tell(Deleted(run_id))

    def _read(self) -> None:
        for run_id, events in self._queues.items():
            while events:
                try:
                    event = events.get_nowait()
                except queue.Empty:
                    break
                self._tell(Saw(run_id, self._name, event))
                if event.kind == "stop" and event.type != "WorkflowCancelledEvent":
                    self._queues[run_id] = None


# ---- the process that is killed


@dataclass(frozen=True)
class Orders:
    """What a process needs to know to be the owner."""

    home: Path
    name: str = "owner"
    habits: Habits = IDLE
    seed: int = 0
    url: str | None = None
    lease: float | None = None
    """Seconds without a sign of life after which it counts others as dead; None for the usual ones."""


def own(orders: Orders, facts: Connection) -> None:
    """Run the workflows until killed; not longer than the process that is to do it."""
    killer = multiprocessing.parent_process()
    if orders.lease:
        from hitl.engine.replicas import worker

        vars(worker).update(LEASE=orders.lease, BEAT_EVERY=orders.lease / 3)
    engine = open_engine(settings_of(orders.home, orders.url))
    visitor = Visitor(orders.name, engine, orders.habits, random.Random(orders.seed), facts.send)
    while killer and killer.is_alive():
        if orders.habits == IDLE:
            time.sleep(0.1)
            continue
        with suppress(*([StoreUnusable] if orders.url else [])):  # a database may be gone for a while; a file may not
            visitor.look_around()
        time.sleep(PAUSE)


@contextmanager
def an_owner(orders: Orders, tell: Callable[[Fact], None] = lambda _: None) -> Iterator[None]:
    """A process of its own that runs the engine, until SIGKILL at the end of the block.

    Args:
        orders: What it needs to know.
        tell: Told what its visitor is told.
    """
    facts, ours = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=own, args=(orders, ours), daemon=True)
    with nothing_as_main():
        process.start()
    ours.close()
    reading = threading.Thread(target=_read, args=(facts, tell), daemon=True)
    reading.start()
    try:
        yield
        assert process.is_alive(), "the owner has ended before it was killed: its traceback says why"
    finally:
        process.kill()
        process.join()
        reading.join()


@contextmanager
def nothing_as_main() -> Iterator[None]:
    """A test of the page leaves the page as `__main__`, and each new process would run that first."""
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    yield
    sys.modules["__main__"] = main


def _read(facts: Connection, tell: Callable[[Fact], None]) -> None:
    with facts, suppress(EOFError, OSError):  # killed, perhaps in the middle of a word
        while True:
            tell(facts.recv())


# ---- all of it


@dataclass(frozen=True)
class Toll:
    """What came of it."""

    kills: int
    runs: int
    cancelled: int
    """And not resumed."""
    resumed: int
    deleted: int
    answers: int
    """Accepted, in one process or the other."""
    events: int
    """Seen by a reader, each counted once."""
    started_again: int
    """Steps that a kill had interrupted."""
    wrong: dict[str, list[str]]
    """By kind, what was promised or shown and is not so, each in a sentence."""


def crash(home: Path, kills: int, seed: int) -> Toll:
    """Kill the owner of a folder at random moments, then let everything end, and say what came of it.

    Args:
        home: An empty folder.
        kills: How often.
        seed: Of all chances; when the processes do what they do is up to the machine.
    """
    chance, ledger = random.Random(seed), Ledger()
    with closing(open_engine(settings_of(home), owner=False)) as engine:
        visitor = Visitor(
            "the other process",
            engine,
            Habits(cancel=0.005, cancel_at_rest=0.1, resume=0.2, delete=0.005),
            chance,
            ledger.note,
        )
        for number in range(kills):
            orders = Orders(home, f"owner {number}", Habits(read=0.5), chance.getrandbits(32))
            with an_owner(orders, ledger.note):
                linger(visitor, _a_moment(chance))
                if chance.random() < 0.5:
                    _wait_for_a_commit(home)
                    time.sleep(chance.uniform(0, 0.001))
            if chance.random() < 0.3:
                visitor.look_around()  # what is recorded now, the next owner carries out
        visitor.habits = FINISHING
        with an_owner(Orders(home, "the last owner", FINISHING, chance.getrandbits(32)), ledger.note):
            finish(visitor, engine)
        return toll_of(kills, ledger, engine)


def toll_of(kills: int, ledger: Ledger, engine: Engine) -> Toll:
    told = list(ledger.runs.values())
    return Toll(
        kills=kills,
        runs=len(told),
        cancelled=sum(promises.cancelled for promises in told),
        resumed=sum(promises.resumed for promises in told),
        deleted=sum(promises.deleted for promises in told),
        answers=sum(len(promises.accepted) for promises in told),
        events=sum(len(promises.seen) for promises in told),
        started_again=engine.store.database.read("SELECT count(*) FROM events WHERE type='StepRestarted'")[0][0],
        wrong=ledger.held_against(engine),
    )


def _a_moment(chance: random.Random) -> float:
    """Seconds until the next kill: while the file is opened, while runs are taken up, or in the middle of work."""
    return chance.choice([chance.uniform(0, 0.03), chance.uniform(0.03, 0.3), chance.uniform(0.3, 0.8)])


def linger(visitor: Visitor, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        visitor.look_around()
        time.sleep(min(left, PAUSE))


def _wait_for_a_commit(home: Path) -> None:
    """Wait until the owner has stored something, if it does so soon: most of what can go wrong does around that."""
    deadline = time.monotonic() + 0.1
    with closing(sqlite3.connect(home / RUNS_FILE)) as db:
        before = version = db.execute("PRAGMA data_version").fetchone()
        while version == before and time.monotonic() < deadline:
            version = db.execute("PRAGMA data_version").fetchone()


def finish(visitor: Visitor, engine: Engine) -> None:
    """Go on until every run has ended, or patience has."""
    deadline = time.monotonic() + PATIENCE
    while (visitor.look_around() or _is_anything_live(engine)) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _is_anything_live(engine: Engine) -> bool:
    return any(run.status in LIVE for run in engine.runs(limit=10**9))
