"""Who reads which run: hands every committed event to every reader, once and in order."""

from __future__ import annotations

import queue
import threading
import time
import weakref
from collections.abc import Callable, Sequence

from hitl.engine.records import EventRecord

Events = Callable[[], Sequence[EventRecord]]


class Subscription(queue.Queue[EventRecord]):
    """The queue of one reader of one run."""

    def __init__(self, channel: Channel, after: int) -> None:
        super().__init__()
        self._channel = channel  # which lives as long as somebody reads it
        self._seen = after

    def feed(self, events: Sequence[EventRecord]) -> None:
        for event in events:
            if event.seq > self._seen:
                self._seen = event.seq
                self.put(event)


class Channel:
    """The readers of one run, and whether the run is at work.

    Queues are held weakly: a page that is gone takes its queue with it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()
        self._active = False

    @property
    def active(self) -> bool:
        with self._changed:
            return self._active

    def publish(self, commit: Events) -> Sequence[EventRecord]:
        """Commit events and hand them to all readers, as one deed: none can be overtaken by a later one."""
        with self._changed:
            events = commit()
            for subscription in self._subscriptions:
                subscription.feed(events)
            self._changed.notify_all()
            return events

    def subscribe(self, stored: Events, after: int) -> Subscription:
        """A queue that begins with what is stored after a number and goes on without a gap or a repeat."""
        subscription = Subscription(self, after)
        with self._changed:
            subscription.feed(stored())
            self._subscriptions.add(subscription)
        return subscription

    def wait(self, stored: Events, timeout: float) -> Sequence[EventRecord]:
        """Wait until `stored()` gives something, or the run is at rest, or `timeout` seconds have passed."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                events = stored()
                left = deadline - time.monotonic()
                if events or left <= 0 or not self._active:
                    return events
                self._changed.wait(left)

    def activate(self) -> None:
        with self._changed:
            self._active = True

    def rest(self, unless: Callable[[], bool] = lambda: False) -> None:
        """Note that the run is at rest, unless something turns out to be on its way to it."""
        with self._changed:
            if not unless():
                self._active = False
                self._changed.notify_all()


class Feed:
    """The channels of all runs; one that nobody reads and no live run holds is forgotten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channels: weakref.WeakValueDictionary[str, Channel] = weakref.WeakValueDictionary()

    def channel(self, run_id: str) -> Channel:
        with self._lock:
            channel = self._channels.get(run_id)
            if channel is None:
                channel = self._channels[run_id] = Channel()
            return channel
