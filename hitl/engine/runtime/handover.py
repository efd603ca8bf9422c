"""An asyncio loop that another thread goes on with while a callback blocks its thread.

asyncio calls one callback after the other, so one that does not return holds up all others. `HandoverLoop.hand_over`
makes the loop free for another thread. The blocked callback stays on its thread and is at work beside the loop, as if
it had been given to `asyncio.to_thread`; what it schedules waits until it returns, as always. Tasks, locks, clients and
connections stay what they were: nothing of them is bound to a thread, only to the loop, and there is still one.

This is the one file that uses what asyncio keeps private: a loop's `_ready` and `_selector`, a handle's `_callback`,
`_context` and `_run`, `_leave_task`, and that a loop has one current task (before Python 3.14, which keeps it for each
thread).
`tests/engine/runtime/test_handover.py` fails if asyncio changes what depends on it.
"""

from __future__ import annotations

import asyncio
import selectors
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVarTuple

Arguments = TypeVarTuple("Arguments")


MOST_CALLS_AT_THE_END = 10_000
"""Calls that a thread makes of what its blocked turn has left when its loop was closed meanwhile."""


class Relieved(BaseException):
    """Ends a thread's part in running the loop, since another thread runs it now."""


@dataclass(eq=False)
class BlockedTurn:
    """A callback that has kept its thread for so long that another one runs the loop."""

    thread_id: int
    since: float
    """When it began, on the monotonic clock."""
    context: Context
    """The context that it is called in; another thread cannot enter it before the callback has returned."""
    task: asyncio.Task[Any] | None
    """The task that it is a step of, if any."""
    later: list[asyncio.Handle] = field(default_factory=list)
    """What is to be called once it has returned: what it has scheduled, and what needs its context."""
    has_returned: bool = False
    is_told: bool = False
    """True once its run's log says that it blocks."""


class Turns(deque[asyncio.Handle]):
    """The callbacks that are due; one that is taken begins a turn."""

    def __init__(self, loop: HandoverLoop) -> None:
        super().__init__()
        self._loop = loop

    def popleft(self) -> asyncio.Handle:
        return self._loop.begin_turn(super().popleft)


class TurnSelector(selectors.DefaultSelector):
    """Waits for input and output; the loop comes here when it has called what was due, and its turn is over then."""

    loop: HandoverLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.loop.end_turn()
        return super().select(timeout)


class HandoverLoop(asyncio.SelectorEventLoop):
    """A loop that can change its thread.

    A thread runs it so: `take_over()`, then `run_forever()`, then `give_back()`, whichever way that has ended, and then
    `go_on_after` with its blocked turn.
    """

    _selector: selectors.BaseSelector

    def __init__(self) -> None:
        self._turn_lock = threading.Lock()
        self._ending = threading.Lock()
        self._runner: int | None = None
        self._turn: asyncio.Handle | None = None
        self._number = 0
        self._blocked: dict[int, BlockedTurn] = {}  # by id of the thread
        self.has_turned = threading.Event()
        """Set at every turn; whoever waits for one clears it."""
        selector = TurnSelector()
        selector.loop = self
        super().__init__(selector)
        self._ready = Turns(self)

    # ---- for the threads that run it

    def take_over(self) -> bool:
        """Make the current thread the one that runs the loop; False if another one does."""
        me = threading.get_ident()
        with self._turn_lock:
            if self._runner not in (None, me):
                return False
            self._runner = me
            turn = self._blocked.pop(me, None)
        if turn:
            self.go_on_after(turn)
        return True

    def give_back(self) -> BlockedTurn | None:
        """End the current thread's part; returns its blocked turn if it was relieved."""
        me = threading.get_ident()
        with self._turn_lock:
            turn = self._blocked.pop(me, None)
            if self._runner == me:
                self._runner = self._turn = None
        return turn

    def is_running(self) -> bool:
        """True while a thread runs the loop; not yet for the one that has taken over and is about to.

        `run_forever` asks, and a blocked thread is still inside it.
        """
        is_about_to = self._runner == threading.get_ident() and asyncio._get_running_loop() is not self
        return self._runner is not None and not is_about_to

    def go_on_after(self, turn: BlockedTurn) -> None:
        """Have what waited for a blocked turn called, now that it has returned.

        If the loop was closed meanwhile, this thread does so itself: tasks were cancelled then, and end now, each in
        its own context. Destroyed, they would run their `finally` in another one.
        """
        turn.has_returned = True
        if not self.is_closed():
            self.call_soon_threadsafe(self._ready.extend, turn.later)
            return
        with self._ending:
            self._blocked[turn.thread_id] = turn
            asyncio._set_running_loop(self)
            try:
                for handle in islice(turn.later, MOST_CALLS_AT_THE_END):  # the list grows meanwhile
                    if not handle.cancelled():
                        handle._run()
            finally:
                asyncio._set_running_loop(None)
                del self._blocked[turn.thread_id]

    def close(self) -> None:
        """Close the loop; threads of blocked turns, which come back later, end quietly."""
        selector = self._selector
        super().close()
        self._selector = selector  # closed as well; a thread that comes back asks it, and is relieved

    # ---- for the watchdog

    @property
    def turn_number(self) -> int:
        """The number of the present turn, from 1; 0 while the loop waits for something to do."""
        return self._number if self._turn is not None else 0

    @property
    def blocked_turns(self) -> list[BlockedTurn]:
        """The turns that are at work beside the loop, those that began first before others."""
        return list(self._blocked.values())

    @property
    def runner(self) -> int | None:
        """Id of the thread that runs the loop."""
        return self._runner

    def hand_over(self, turn_number: int, since: float) -> bool:
        """Take the loop from its thread, so that another one can `take_over`.

        Args:
            turn_number: The turn that blocks.
            since: When it began, on the monotonic clock.

        Returns:
            False if that turn is over, or about to begin or to end.
        """
        with self._turn_lock:
            thread_id, handle = self._runner, self._turn
            if thread_id is None or handle is None or self._number != turn_number:
                return False
            if (task := _task_of(handle)) and not self._leave_task(task):
                return False
            self._blocked[thread_id] = BlockedTurn(thread_id, since, _context_of(handle), task)
            self._runner = self._turn = None
            return True

    # ---- turns

    def begin_turn(self, take: Callable[[], asyncio.Handle]) -> asyncio.Handle:
        """Take the callback that is called next.

        Raises:
            Relieved: If another thread runs the loop now.
        """
        with self._turn_lock:
            self._check_runner()
            handle = take()
            if self._blocked:
                handle = self._kept_back(handle)
            self._turn = handle
            self._number += 1
        if not self.has_turned.is_set():
            self.has_turned.set()
        return handle

    def end_turn(self) -> None:
        """Note that the loop has called what was due.

        Raises:
            Relieved: If another thread runs the loop now.
        """
        with self._turn_lock:
            self._check_runner()
            self._turn = None

    def _check_runner(self) -> None:
        if threading.get_ident() != self._runner:
            raise Relieved

    def _kept_back(self, handle: asyncio.Handle) -> asyncio.Handle:
        """The callback, or one that does nothing if it has to wait for a blocked one of the same context.

        A task can be due again before the thread that has run it has come out of its context.
        """
        for turn in self._blocked.values():
            if turn.context is _context_of(handle):
                turn.later.append(handle)
                return asyncio.Handle(_nothing, (), self)
        return handle

    def _leave_task(self, task: asyncio.Task[Any]) -> bool:
        """Let other threads be at work on other tasks of the loop; False if this one is not at work.

        Its thread may not have entered it yet: if it did so later, another thread could not enter its own.
        """
        if asyncio.current_task(self) is not task:
            return False
        if sys.version_info < (3, 14):
            try:
                asyncio.tasks._leave_task(self, task)
            except RuntimeError:  # it has just ended
                return False
        return True

    # ---- what a blocked turn calls

    def own_turn(self) -> BlockedTurn | None:
        """The blocked turn that is at work on the current thread, if any."""
        return self._blocked.get(threading.get_ident()) if self._blocked else None

    def call_soon(
        self, callback: Callable[[*Arguments], object], *args: *Arguments, context: Context | None = None
    ) -> asyncio.Handle:
        if (turn := self.own_turn()) is None:
            return super().call_soon(callback, *args, context=context)
        handle = asyncio.Handle(callback, args, self, context)
        turn.later.append(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[[*Arguments], object], *args: *Arguments, context: Context | None = None
    ) -> asyncio.Handle:
        if self.is_closed() and self.own_turn():  # what is left of it ends
            return self.call_soon(callback, *args, context=context)
        return super().call_soon_threadsafe(callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Arguments], object], *args: *Arguments, context: Context | None = None
    ) -> asyncio.TimerHandle:
        if (turn := self.own_turn()) is None:
            return super().call_at(when, callback, *args, context=context)
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        turn.later.append(asyncio.Handle(self._arm, (timer,), self))
        return timer

    def _arm(self, timer: asyncio.TimerHandle) -> None:
        if not timer.cancelled():
            super().call_at(timer.when(), self._fire, timer)

    def _fire(self, timer: asyncio.TimerHandle) -> None:
        if not timer.cancelled():
            timer._run()

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Report an error, except those that follow from a hand-over, or from closing beside a blocked turn."""
        error = context.get("exception")
        has_left_before = isinstance(error, RuntimeError) and str(error).startswith("Leaving task ")
        if self.is_closed() or (has_left_before and self.own_turn()):
            return
        super().call_exception_handler(context)


def _task_of(handle: asyncio.Handle) -> asyncio.Task[Any] | None:
    """The task that a callback is a step of, if any."""
    owner = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
    return owner if isinstance(owner, asyncio.Task) else None


def _context_of(handle: asyncio.Handle) -> Context:
    return handle._context  # type: ignore[attr-defined, no-any-return]


def _nothing() -> None:
    """Called in place of a callback that has to wait."""


_current_task = asyncio.current_task


def current_task(loop: asyncio.AbstractEventLoop | None = None) -> asyncio.Task[Any] | None:
    """The task that is at work on the current thread, as Python 3.14 has it.

    Earlier versions keep one for each loop, which is that of the thread that runs it: a step that has blocked would
    take another run's task for its own, and a timeout that it sets would cancel that.
    """
    if loop is None:
        loop = asyncio.get_running_loop()
    if isinstance(loop, HandoverLoop) and (turn := loop.own_turn()) and not turn.has_returned:
        return turn.task
    return _current_task(loop)


if sys.version_info < (3, 14):
    for module in list(sys.modules.values()):  # some have imported it by name
        if getattr(module, "__dict__", {}).get("current_task") is _current_task:
            module.__dict__["current_task"] = current_task
