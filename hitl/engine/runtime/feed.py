"""Delivers every committed event of a run to each of its readers, once and in order."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from hitl.engine.records import EventRecord

GLANCE = 0.25
"""Seconds between polls of a waiting reader: it is not notified of what another process commits."""


class Subscription(queue.Queue[EventRecord]):
    """The queue of one reader of one run."""

    def __init__(self, channel: Channel, after: int) -> None:
        super().__init__()
        self._channel = channel  # keeps it alive: `Feed` holds channels weakly
        self.seen = after
        """Sequence number of the last event that was put into the queue."""

    def feed(self, events: Sequence[EventRecord]) -> None:
        for event in events:
            if event.seq > self.seen:
                self.seen = event.seq
                self.put(event)

    def get(self, block: bool = True, timeout: float | None = None) -> EventRecord:
        self._channel.note_reader()
        return super().get(block, timeout)


class Waker:
    """Wakes a coroutine on the event loop that it waits on, whatever loop that is. Make it there."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._is_told = False

    def wake(self) -> None:
        """Wake it, from any thread, without waiting; calls in a row are one for a loop that is busy."""
        if not self._is_told:
            self._is_told = True
            with suppress(RuntimeError):  # the loop was closed
                self._loop.call_soon_threadsafe(self._woken.set)

    def rearm(self) -> None:
        """Begin to wait for what happens from now on."""
        self._woken.clear()
        self._is_told = False

    async def wait(self) -> None:
        """Wait until it was woken since it was last rearmed."""
        await self._woken.wait()


class Channel:
    """The readers of one run.

    Queues are held weakly, so the queue of a closed page is garbage-collected.

    Args:
        stored: Returns the committed events of the run after a sequence number.
        glance: Seconds between polls of a waiting reader.
    """

    def __init__(self, stored: Callable[[int], Sequence[EventRecord]], glance: float = GLANCE) -> None:
        self._stored = stored
        self._glance = glance
        self._changed = threading.Condition()
        self._subscriptions: weakref.WeakSet[Subscription] = weakref.WeakSet()
        self._wakers: set[Waker] = set()  # changed without the lock, which is held while something is written
        self.read_at = time.monotonic()
        """Time of the last read, on the monotonic clock; an open page reads every few seconds."""

    def note_reader(self) -> None:
        self.read_at = time.monotonic()

    def publish(self, commit: Callable[[], Sequence[EventRecord]]) -> Sequence[EventRecord]:
        """Commit and publish under one lock, so readers see events in commit order."""
        with self._changed:
            events = commit()
            readers = list(self._subscriptions)
            if events:  # another process may have committed in between
                self._feed_stored([reader for reader in readers if events[0].seq > reader.seen + 1])
            for reader in readers:
                reader.feed(events)
            self._notify()
            return events

    def catch_up(self) -> None:
        """Deliver to all readers what other processes have committed."""
        with self._changed:
            self._feed_stored(list(self._subscriptions))
            self._notify()

    def _feed_stored(self, readers: Sequence[Subscription]) -> None:
        """Deliver what is stored to these readers, with one query however many they are."""
        if readers:
            events = self._stored(min(reader.seen for reader in readers))
            for reader in readers:
                reader.feed(events)

    def _notify(self) -> None:
        self._changed.notify_all()
        self.wake()

    def wake(self) -> None:
        """Have all coroutines that wait look again: something of the run has changed, events or not."""
        for waker in list(self._wakers):
            waker.wake()

    @contextmanager
    def waker(self) -> Iterator[Waker]:
        """A waker for the coroutine that asks, until the block ends; never waiting, since an event loop must not."""
        waker = Waker()
        self._wakers.add(waker)
        try:
            yield waker
        finally:
            self._wakers.discard(waker)

    def subscribe(self, after: int) -> Subscription:
        """A queue of all events after sequence number `after`, stored and future, without gaps or repeats."""
        subscription = Subscription(self, after)
        self.note_reader()
        with self._changed:
            subscription.feed(self._stored(after))
            self._subscriptions.add(subscription)
        return subscription

    def wait(self, after: int, timeout: float, is_idle: Callable[[], bool]) -> Sequence[EventRecord]:
        """Wait until there are events after sequence number `after`, `is_idle()` is true, or `timeout` seconds pass.

        Returns:
            The events after that number, possibly none.
        """
        self.note_reader()
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                idle = is_idle()  # before reading: what the run did until it was idle is stored by now
                events = self._stored(after)
                left = deadline - time.monotonic()
                if events or left <= 0 or idle:
                    return events
                self._changed.wait(min(left, self._glance))


class Feed:
    """The channels of all runs, held weakly: one without readers and without a run in memory is dropped.

    Args:
        stored: Returns the committed events of a run after a sequence number.
        glance: Seconds between polls of a waiting reader.
    """

    def __init__(self, stored: Callable[[str, int], Sequence[EventRecord]], glance: float = GLANCE) -> None:
        self._stored = stored
        self._glance = glance
        self._lock = threading.Lock()
        self._channels: weakref.WeakValueDictionary[str, Channel] = weakref.WeakValueDictionary()

    def channel(self, run_id: str) -> Channel:
        with self._lock:
            channel = self._channels.get(run_id)
            if channel is None:
                channel = self._channels[run_id] = Channel(lambda after: self._stored(run_id, after), self._glance)
            return channel

    def channels_of(self, run_id: str) -> list[Channel]:
        """The channel of a run, if it has readers or is in memory."""
        with self._lock:
            channel = self._channels.get(run_id)
            return [] if channel is None else [channel]

    def channels(self) -> list[Channel]:
        """The channels of all runs that have readers or are in memory."""
        with self._lock:
            return list(self._channels.values())
