"""Locks are taken in the order of docs/concurrency.md; nobody waits for the loop with a lock that the loop needs."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from hitl.engine import Engine, open_engine, opening
from hitl.engine.runtime import feed, handover, loop
from hitl.engine.store import database
from hitl.engine.workflows import registry
from tests.conftest import until
from tests.engine.blocking_flows import Spins
from tests.engine.more_flows import asked, completed, settings_for

DOC = Path(__file__).parents[2] / "docs" / "concurrency.md"
MAY_WAIT_FOR_THE_LOOP = {"click", "opening"}


def order_of_the_doc() -> dict[str, int]:
    return {name: int(number) for number, name in re.findall(r"^\| (\d) \| `(\w+)` \|", DOC.read_text("utf-8"), re.M)}


class Watch:
    """What each thread holds, and what it took out of order."""

    def __init__(self) -> None:
        self.order = order_of_the_doc()
        self.wrong: list[str] = []
        self.taken: set[str] = set()
        self._of_thread = threading.local()

    def held(self) -> list[WatchedLock]:
        held: list[WatchedLock] = self._of_thread.__dict__.setdefault("held", [])
        return held

    def note(self, lock: WatchedLock) -> None:
        self.taken.add(lock.name)
        before = [other for other in self.held() if other is not lock]
        self.wrong += [
            f"{lock.name} after {other.name}" for other in before if self.order[other.name] >= self.order[lock.name]
        ]
        self.held().append(lock)

    def note_wait(self) -> None:
        self.wrong += [f"waits with {lock.name}" for lock in self.held() if lock.name not in MAY_WAIT_FOR_THE_LOOP]


class WatchedLock:
    """A lock that notes by whom it is taken; what a Condition needs besides, it passes on."""

    def __init__(self, lock: Any, name: str, watch: Watch) -> None:
        self._lock, self.name, self._watch = lock, name, watch

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        taken: bool = self._lock.acquire(blocking, timeout)
        if taken:
            self._watch.note(self)
        return taken

    def release(self) -> None:
        self._watch.held().remove(self)
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Every lock of an engine that is opened now is watched, and so is every call that waits for the loop."""
    watch = Watch()

    def watched(name: str, make: Callable[[], Any]) -> Callable[[], WatchedLock]:
        return lambda: WatchedLock(make(), name, watch)

    def shim(module: ModuleType, **made: Callable[[], Any]) -> None:
        monkeypatch.setattr(module, "threading", SimpleNamespace(**{**vars(threading), **made}))

    def one_by_one(make: Callable[[], Any], *names: str) -> Callable[[], WatchedLock]:
        following = cycle(names)  # in the order in which they are made
        return lambda: WatchedLock(make(), next(following), watch)

    shim(registry, Lock=watched("registry", threading.Lock))
    shim(loop, Lock=watched("loop", threading.Lock))
    shim(handover, Lock=one_by_one(threading.Lock, "turn", "ending"))
    shim(
        feed,
        Lock=watched("feed", threading.Lock),
        Condition=lambda: threading.Condition(watched("channel", threading.RLock)()),  # type: ignore[arg-type]
    )
    shim(database, RLock=one_by_one(threading.RLock, "writer", "reader"))
    monkeypatch.setattr(opening, "_opening", WatchedLock(threading.RLock(), "opening", watch))

    call = loop.LoopThread.call

    def watched_call(self: loop.LoopThread, coroutine: Any) -> Any:
        watch.note_wait()
        return call(self, coroutine)

    monkeypatch.setattr(loop.LoopThread, "call", watched_call)
    return watch


def one_life(engine: Engine, number: int) -> None:
    """What can happen to a run: started, read, refused, renamed, approved or cancelled, deleted."""
    run = engine.start("AskOnce", item=f"lamp {number}")
    events = run.subscribe()
    asked(run)
    run.wait(0, 0.1)
    if number % 3 == 2:
        run.cancel()
    else:
        question = asked(run)
        run.answer(question.id, {"approved": False}, by="Ann")
        until(lambda: [asked for asked in run.questions if asked.id != question.id])
        run.rename(f"Lamp {number}")
        run.answer(run.questions[0].id, {"approved": True}, by="Ann")
        completed(run)
    assert events.get(timeout=5).seq == 1
    engine.runs()
    if number % 2:
        engine.delete(run.id)


def test_an_engine_in_use_keeps_to_the_order(watch: Watch, tmp_path: Path):
    settings = settings_for("AskOnce", "AddsUp", rest_seconds=0.2)
    engine = open_engine(settings)
    client = open_engine(settings, owner=False)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda number: one_life(engine, number), range(12)))
    there = client.start("AskOnce", item="a lamp from elsewhere")
    until(lambda: engine.attach(there.id).question)
    engine.register({"another": "tests.engine.flows:AskOnce"})
    until(lambda: there.id not in engine.in_memory())  # laid to rest
    client.answer(there.id, client.questions()[0].id, {"approved": True}, by="Ann")
    until(lambda: engine.attach(there.id).status == "completed")
    engine.backup(tmp_path / "backup.zip")
    engine.prune(megabytes=1)
    client.close()
    engine.close()
    engine = open_engine(settings)
    engine.register({"spins": Spins})
    Spins.released.clear()
    blocking = engine.start("spins")
    until(lambda: any(event.type == "StepBlocks" for event in blocking.events()))
    engine.close()
    Spins.released.set()  # its thread comes back to a closed loop
    until(lambda: "ending" in watch.taken)

    assert watch.wrong == []
    assert watch.taken == set(watch.order) - {"click"}


def test_a_wrong_order_is_seen(watch: Watch):
    engine = open_engine(settings_for("AskOnce"))
    with engine.store.database.one_moment(), engine.feed.channel("x")._changed:
        pass
    engine.close()
    assert "channel after reader" in watch.wrong


def test_whoever_waits_for_the_loop_with_a_lock_that_it_needs_is_seen(watch: Watch):
    engine = open_engine(settings_for("AskOnce"))
    run = engine.start("AskOnce", item="a lamp")
    asked(run)
    with engine.feed.channel("another run")._changed:
        engine.cancel(run.id)
    engine.close()
    assert "waits with channel" in watch.wrong


def test_of_two_locks_of_one_kind_no_thread_holds_both(watch: Watch):
    engine = open_engine(settings_for("AskOnce"))
    with engine.feed.channel("one")._changed, engine.feed.channel("another")._changed:
        pass
    engine.close()
    assert "channel after channel" in watch.wrong
