"""Kills processes that run workflows over Postgres, again and again, and looks for what was promised to anybody.

Two processes run the workflows, one of which is killed each time and another one begun; a visitor is at work in each,
and one in this process, which runs none. It is the crash test of the embedded engine, with its checks.
"""

from __future__ import annotations

import random
import time
from contextlib import ExitStack, closing
from pathlib import Path

import hitl.engine.replicas.worker  # noqa: F401 - loaded once, by the process from which all others are forked
from hitl.engine import Engine, open_engine
from tests.engine.crashes import (
    FINISHING,
    PROCESSES,
    Habits,
    Orders,
    Toll,
    Visitor,
    an_owner,
    finish,
    linger,
    settings_of,
    toll_of,
)
from tests.engine.ledger import Ledger

PROCESSES.set_forkserver_preload([__name__])
BEGINS_WITHIN = 3.0
"""Seconds in which a process is at work, so that a kill finds it before or after that."""
SHORT_LEASE = 1.5
"""Seconds after which processes take each other for dead here: runs are taken over more often, also from processes that
are only slow."""


def crash_replicas(home: Path, url: str, kills: int, seed: int, within: float = BEGINS_WITHIN) -> Toll:
    """Kill one of two processes at random moments, then let everything end, and say what came of it.

    Args:
        home: An empty folder.
        url: The address of an empty database.
        kills: How often.
        seed: Of all chances; when the processes do what they do is up to the machine.
        within: Seconds between two kills, at most.
    """
    chance, ledger = random.Random(seed), Ledger()
    with closing(open_engine(settings_of(home, url), owner=False)) as engine:
        habits = Habits(cancel=0.003, cancel_at_rest=0.05, resume=0.1, delete=0.003)
        visitor = Visitor("a page", engine, habits, chance, ledger.note)
        living: list[ExitStack] = []
        for number in range(kills):
            while len(living) < 2:
                orders = Orders(
                    home, f"worker {number}.{len(living)}", Habits(read=0.5), chance.getrandbits(32), url, SHORT_LEASE
                )
                living.append(ExitStack())
                living[-1].enter_context(an_owner(orders, ledger.note))
            linger(visitor, chance.choice([chance.uniform(0, 0.3), chance.uniform(0.3, within)]))
            if chance.random() < 0.5:
                _wait_for_a_commit(engine)
            living.pop(chance.randrange(2)).close()
        for each in living:
            each.close()
        visitor.habits = FINISHING
        with ExitStack() as last:
            for name in ("the last worker", "the very last worker"):
                orders = Orders(home, name, FINISHING, chance.getrandbits(32), url, SHORT_LEASE)
                last.enter_context(an_owner(orders, ledger.note))
            finish(visitor, engine)
        return toll_of(kills, ledger, engine)


def _wait_for_a_commit(engine: Engine) -> None:
    """Wait until another process has stored something, if it does so soon: most of what can go wrong is around that."""
    deadline, before = time.monotonic() + 0.3, engine.commits
    while engine.commits == before and time.monotonic() < deadline:
        time.sleep(0.001)
