"""Who reads which run: hands every committed event to every reader, once and in order."""

from __future__ import annotations

import queue
import threading
import time
import weakref
from collections.abc import Callable, Sequence

from hitl.engine.records import EventRecord


class Subscription(queue.Queue[EventRecord]):
    """The queue of one reader of one run."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.seen = after

    def feed(self, events: Sequence[EventRecord]) -> None:
        for event in events:
            if event.seq > self.seen:
                self.seen = event.seq
                self.put(event)


class Feed:
    """The readers of all runs, and which runs are at work.

    Queues are held weakly: a page that is gone takes its queue with it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._subscriptions: dict[str, weakref.WeakSet[Subscription]] = {}
        self._active: set[str] = set()

    def publish(self, run_id: str, events: Sequence[EventRecord]) -> None:
        """Hand events that have just been committed to everyone who reads their run."""
        with self._changed:
            for subscription in self._subscriptions.get(run_id, ()):
                subscription.feed(events)
            self._changed.notify_all()

    def subscribe(self, run_id: str, stored: Callable[[], Sequence[EventRecord]], after: int) -> Subscription:
        """A queue that begins with what is stored after a number and goes on without a gap or a repeat."""
        subscription = Subscription(after)
        with self._changed:
            subscription.feed(stored())
            self._subscriptions.setdefault(run_id, weakref.WeakSet()).add(subscription)
        return subscription

    def wait(self, run_id: str, stored: Callable[[], Sequence[EventRecord]], timeout: float) -> Sequence[EventRecord]:
        """Wait until `stored()` gives something, or the run is at rest, or `timeout` seconds have passed."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                events = stored()
                left = deadline - time.monotonic()
                if events or left <= 0 or run_id not in self._active:
                    return events
                self._changed.wait(left)

    def is_active(self, run_id: str) -> bool:
        with self._changed:
            return run_id in self._active

    def activate(self, run_id: str) -> None:
        with self._changed:
            self._active.add(run_id)

    def rest(self, run_id: str, unless: Callable[[], bool] = lambda: False) -> None:
        """Note that a run is at rest, unless something turns out to be on its way to it."""
        with self._changed:
            if not unless():
                self._active.discard(run_id)
                self._changed.notify_all()
