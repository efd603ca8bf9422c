"""Notices that the loop is stuck in a callback, and has another thread go on with it."""

from __future__ import annotations

import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from hitl.engine.runtime import feed
from hitl.engine.runtime.handover import BlockedTurn, HandoverLoop
from hitl.engine.store import database

LOOK_EVERY, LOOK_AGAIN_EVERY = 0.05, 0.025
"""Seconds between two looks while the loop is in use; the second, while `ALERT` lasts. While the loop waits for
something to do, nobody looks."""
ALERT = 1.0
"""Seconds after a callback has blocked in which the next one is noticed sooner: where one blocks, others do."""
MOST_LOOKS = 4
"""Looks in a row that find the same callback at work; then another thread goes on. Looks rather than seconds, since a
process that was stopped for a while has not blocked."""
TELL_AFTER = 2.0
"""Seconds after which a run's log says that its step blocks."""
MOST_BLOCKED = 20
"""Callbacks that may block at the same time, each with a thread of its own; one more blocks the loop."""

WAITS_FOR_THE_FILE = {database.__file__, feed.__file__}
"""Source files of what waits for the database; another thread would only wait for it, too."""
INSTALLED = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
"""Folders of code that is not the user's."""


class Watchdog:
    """A thread that looks after a loop.

    Args:
        loop: The loop.
        relieve: Starts a thread that runs the loop; called after `HandoverLoop.hand_over`.
        tell: Called once for each turn that has blocked for `TELL_AFTER` seconds.
    """

    def __init__(self, loop: HandoverLoop, relieve: Callable[[], None], tell: Callable[[BlockedTurn], None]) -> None:
        self._loop = loop
        self._relieve = relieve
        self._tell = tell
        self._seen, self._seen_at, self._looks = 0, 0.0, 0
        self._alert_until = 0.0
        self._stuck_in = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hitl-watchdog", daemon=True)
        self._thread.start()

    @property
    def is_stuck(self) -> bool:
        """True while the loop is blocked and no other thread may go on with it."""
        return self._stuck_in != 0 and self._loop.turn_number == self._stuck_in

    def close(self) -> None:
        self._closing.set()
        self._loop.has_turned.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            if not self._loop.turn_number and all(turn.is_told for turn in self._loop.blocked_turns):
                self._loop.has_turned.wait()
            self._loop.has_turned.clear()
            self._closing.wait(LOOK_AGAIN_EVERY if time.monotonic() < self._alert_until else LOOK_EVERY)
            self._look(time.monotonic())

    def _look(self, now: float) -> None:
        number = self._loop.turn_number
        if not number or number != self._seen:
            self._seen, self._seen_at, self._looks = number, now, 0
        else:
            self._looks += 1
            if self._looks >= MOST_LOOKS:
                self._hand_over(now)
        for turn in self._loop.blocked_turns:
            if not turn.is_told and now - turn.since >= TELL_AFTER:
                turn.is_told = True
                self._tell(turn)

    def _hand_over(self, now: float) -> None:
        runner = self._loop.runner
        if any(frame.f_code.co_filename in WAITS_FOR_THE_FILE for frame in _frames(runner)):
            return
        if len(self._loop.blocked_turns) >= MOST_BLOCKED:
            self._stuck_in = self._seen
        elif self._loop.hand_over(self._seen, self._seen_at):
            self._alert_until = now + ALERT
            self._relieve()


def place(turn: BlockedTurn) -> str:
    """Where the user's code is that blocks, such as “flows.py, line 12”; empty if that cannot be said."""
    for frame in _frames(turn.thread_id):
        if not frame.f_code.co_filename.startswith((*INSTALLED, "<")):
            return f"{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}"
    return ""


def _frames(thread_id: int | None) -> Iterator[FrameType]:
    """The frames of a thread, innermost first."""
    frame = sys._current_frames().get(thread_id) if thread_id is not None else None
    while frame:
        yield frame
        frame = frame.f_back
