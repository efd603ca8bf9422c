"""Calls of hooks: made from what the database holds, by a thread for each hook, until each has succeeded once.

A call is stored in the transaction that stores its question or ending, and removed once it was made, so that it is made
at least once, whatever dies when. No run waits for one.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hitl.engine.errors import EngineClosed, EngineError, QuestionNotFound, RunNotFound, StoreUnusable
from hitl.engine.hooks import KEY, Hook, Hooks
from hitl.engine.records import Notice, Topic
from hitl.engine.store.statements import Store

log = logging.getLogger("hitl")

HOOK_THREAD = "hitl-hook"
FIRST_PAUSE, PAUSE_FACTOR, LONGEST_PAUSE = 1.0, 4.0, 3600.0
"""Seconds before a call that has failed is made again: the first, then each time so much longer, up to the last."""
MOST_ATTEMPTS = 10
"""Attempts after which a call is given up; with these pauses, after three and a half hours."""
HANGS_AFTER = 60.0
"""Seconds after which the log says that a hook has not come back."""
CLOSING_PATIENCE = 1.0
"""Seconds that `close` waits for hooks that are at work. Their calls stay stored, and are made again."""
STORE_PAUSE = 2.0
"""Seconds before a read or a write of the database that has failed is tried again."""


class Outbox:
    """The calls of the hooks of one engine. Only the process that owns the database makes them.

    Args:
        store: Holds the calls.
        arguments: Makes what a hook is called with: the run, and the question if there is one.
    """

    def __init__(self, store: Store, arguments: Callable[[Notice], Sequence[object]]) -> None:
        self._store = store
        self._arguments = arguments
        self._sources: list[Hooks] = []
        self._stored: set[tuple[Topic, str]] | None = None
        self._callers: dict[tuple[Topic, str], Caller] = {}
        self._closed = False
        store.wake_hooks = self.wake

    def follow(self, hooks: Hooks) -> None:
        """Call these hooks, too, and those that are added to them later."""
        if hooks not in self._sources:
            self._sources.append(hooks)
            hooks.follow(self._refresh)
        self._refresh()

    def wake(self) -> None:
        """Look for calls to make; from any thread, and never waiting."""
        for caller in list(self._callers.values()):
            caller.wake()

    def check(self) -> None:
        """Store hooks that could not be stored, and log those that hang; called every few seconds."""
        self._refresh()
        for caller in list(self._callers.values()):
            caller.check()

    def close(self) -> None:
        """Make no more calls; those that are stored stay, and are made when the engine is opened again."""
        self._closed = True
        for source in self._sources:
            source.unfollow(self._refresh)
        deadline = time.monotonic() + CLOSING_PATIENCE
        callers = list(self._callers.values())
        for caller in callers:
            caller.stop()
        for caller in callers:
            caller.join(deadline - time.monotonic())

    def _hooks(self) -> list[Hook]:
        return [hook for source in self._sources for hook in source]

    def _find(self, hook: Hook) -> Hook | None:
        """The hook of that topic and name as it is now: a script that is drawn again registers another function."""
        return next(filter(None, (source.find(hook.topic, hook.name) for source in self._sources)), None)

    def _refresh(self) -> None:
        """Record which hooks there are, if that has changed, and have a thread for each."""
        if self._closed or {(hook.topic, hook.name) for hook in self._hooks()} == self._stored:
            return
        try:
            stored = self._store.keep_hooks(self._hooks)
        except EngineError as error:  # `check` tries again
            log.warning("the hooks cannot be stored, so no call is stored for them yet: %s", error)
            return
        self._stored = {(hook.topic, hook.name) for hook in stored}
        for hook in stored:
            caller = Caller(hook, self._store, self._find, self._arguments)
            if self._callers.setdefault((hook.topic, hook.name), caller) is caller:
                caller.start()
        self.wake()


class Caller:
    """Makes the calls of one hook, one after the other, on a thread of its own: if it hangs, it holds up no other.

    Args:
        hook: Whose calls.
        store: Holds them.
        find: Returns the hook as it is now; None if it was removed.
        arguments: See `Outbox`.
    """

    def __init__(
        self,
        hook: Hook,
        store: Store,
        find: Callable[[Hook], Hook | None],
        arguments: Callable[[Notice], Sequence[object]],
    ) -> None:
        self._hook = hook
        self._store = store
        self._find = find
        self._arguments = arguments
        self._woken = threading.Event()
        self._closing = False
        self._runner = asyncio.Runner()  # one for all calls: what an `async` hook keeps open belongs to its loop
        self._task: asyncio.Task[object] | None = None
        self._at_work: tuple[Notice, float] | None = None
        self._thread = threading.Thread(target=self._run, name=HOOK_THREAD, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def check(self) -> None:
        """Log, once for each call, that the hook has not come back for long."""
        if (at_work := self._at_work) and time.monotonic() - at_work[1] >= HANGS_AFTER:
            notice, _ = at_work
            self._at_work = (notice, math.inf)
            log.warning(
                "the hook %s has not come back for %g seconds, since it was called for run %s: it gets no other call "
                "meanwhile, and holds up nothing else",
                notice.hook,
                HANGS_AFTER,
                notice.run_id,
            )

    def stop(self) -> None:
        """End the thread once the hook comes back; an `async` one is cancelled."""
        self._closing = True
        self._woken.set()
        if task := self._task:
            with suppress(RuntimeError):  # it has come back, and its loop is closed
                task.get_loop().call_soon_threadsafe(task.cancel)

    def join(self, timeout: float) -> None:
        if self._thread.is_alive() and threading.current_thread() is not self._thread:  # a hook may close the engine
            self._thread.join(max(timeout, 0))

    def _run(self) -> None:
        try:
            while not self._closing:
                try:
                    self._work()
                except EngineClosed:
                    return
                except EngineError as error:
                    log.warning("the calls of the hook %s wait: %s", self._hook.name, error)
                    self._wait(STORE_PAUSE)
        finally:
            self._runner.close()

    def _work(self) -> None:
        """Make a call that is due, or wait until there is one."""
        self._woken.clear()
        hook = self._find(self._hook)
        if hook and (notice := self._store.begin_notice(hook)):
            self._make(hook, notice)
            return
        due = self._store.next_notice_at(hook) if hook else None
        self._wait((due - datetime.now(UTC)).total_seconds() if due else None)

    def _wait(self, seconds: float | None) -> None:
        if not self._closing:
            self._woken.wait(seconds and max(seconds, 0))

    def _make(self, hook: Hook, notice: Notice) -> None:
        if notice.attempts > MOST_ATTEMPTS:  # the process was ended during the last one
            self._store.postpone_notice(notice, None)
            log.error("%s. It is given up: the process has ended at each of %d attempts", _told(notice), MOST_ATTEMPTS)
            return
        self._at_work = (notice, time.monotonic())
        try:
            self._call(hook, notice)
        except RunGone:
            pass
        except BaseException as error:  # whatever an app's own code raises, even SystemExit
            if not self._closing:
                self._note_failure(notice, error)
            return
        finally:
            self._at_work = None
        self._end(notice)

    def _call(self, hook: Hook, notice: Notice) -> None:
        try:
            arguments = self._arguments(notice)
        except (RunNotFound, QuestionNotFound) as error:
            raise RunGone from error
        key = {KEY: notice.key} if hook.takes_key else {}
        made = hook.function(*arguments, **key)
        if inspect.isawaitable(made):
            self._runner.run(self._finish(made))

    async def _finish(self, made: Awaitable[object]) -> None:
        self._task = asyncio.current_task()
        try:
            await made
        finally:
            self._task = None

    def _end(self, notice: Notice) -> None:
        """Remove a call that was made. If that fails, it is tried again, since a call that stays is made again."""
        while True:
            try:
                self._store.end_notice(notice)
                return
            except StoreUnusable as error:
                log.warning("%s. That cannot be stored: %s", _told(notice), error)
                self._woken.clear()
                self._wait(STORE_PAUSE)
                if self._closing:
                    return

    def _note_failure(self, notice: Notice, error: BaseException) -> None:
        pause = min(FIRST_PAUSE * PAUSE_FACTOR ** (notice.attempts - 1), LONGEST_PAUSE)
        is_last = notice.attempts >= MOST_ATTEMPTS
        if not self._store.postpone_notice(notice, None if is_last else datetime.now(UTC) + timedelta(seconds=pause)):
            return  # the run was deleted meanwhile
        after = "It is given up" if is_last else f"It is called again in {pause:g} seconds"
        level = logging.ERROR if is_last else logging.WARNING
        log.log(level, "%s. It has failed %d times. %s", _told(notice), notice.attempts, after, exc_info=error)


class RunGone(Exception):
    """The run that a hook is to be called for was deleted."""


def _told(notice: Notice) -> str:
    return f"the hook {notice.hook} was called for {notice.key} of run {notice.run_id}"
