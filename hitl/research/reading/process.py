"""Reads files in processes of their own, which can be ended: one that hangs, grows or crashes loses only its file.

The processes are started at need, kept while there are files, and ended after a while without any. They are started by
`subprocess` and not by `multiprocessing`, which would run the page's script again in each of them.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hitl.research.evidence import Document
from hitl.research.reading.limits import USUAL_LIMITS, ReadLimits
from hitl.research.reading.protocol import Answer, ConnectionEnded, Request, await_start, receive_answer, send_request
from hitl.research.reading.refusals import UndecodableFile, UnreadableFile
from hitl.text import count

T = TypeVar("T")

MOST_PROCESSES = min(8, (os.cpu_count() or 1) + 2)
"""Files that are read at once: some more than there are processors, since those that hang may be among them."""
IDLE_SECONDS = 60.0
"""Seconds after which a process ends that has nothing to read."""
START_SECONDS = 60.0
"""Seconds that a process may take to start, on a machine with much other work."""
CLOSING_SECONDS = 5.0
"""Seconds to wait at the end for what is being done with a document that was read."""
PASSED_ON = frozenset("PATH HOME TMPDIR TEMP TMP SYSTEMROOT LANG LANGUAGE TZ LD_LIBRARY_PATH VIRTUAL_ENV".split())
"""Variables that the processes get, beside those that begin with `LC_`, `PYTHON` or `DYLD_`: no keys, no passwords."""


def read_isolated(name: str, data: bytes, limits: ReadLimits = USUAL_LIMITS, encoding: str = "") -> Document:
    """Read a file into a document, in another process.

    Args:
        name: The file's name; its suffix says which format to expect.
        data: The file's bytes.
        limits: What the file may have, and what reading it may take.
        encoding: The one that a person chose for a text file, by any of its names; guessed if it is empty.

    Raises:
        UnreadableFile: If it cannot be read; see `hitl.research.reading.files.read_document`. So is a file that takes
            more time or memory than the limits, or that makes the process crash.
        UndecodableFile: If it is in an unknown encoding, or cannot be read in the one that was chosen.
    """
    return read_later(name, data, limits, lambda document: document, encoding).result()


def read_later(
    name: str, data: bytes, limits: ReadLimits, then: Callable[[Document], T], encoding: str = ""
) -> Future[T]:
    """Read a file into a document, in another process, when those that came before have begun.

    Args:
        name: The file's name; its suffix says which format to expect.
        data: The file's bytes.
        limits: What the file may have, and what reading it may take.
        then: What to do with the document, on a thread of the pool; its result is the future's.
        encoding: The one that a person chose for a text file, by any of its names; guessed if it is empty.

    Returns:
        The result, or the exception: see `read_isolated`.
    """
    return reading_pool().submit(name, data, limits, then, encoding)


class ReadingProcess:
    """A process that reads one file after the other."""

    def __init__(self) -> None:
        """Start it.

        Raises:
            OSError: If it cannot be started.
            ConnectionEnded: If it ended at once; why, stands in the log.
        """
        self.popen = subprocess.Popen(
            [sys.executable, "-P", "-m", "hitl.research.reading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=Path(sys.prefix).anchor,  # a folder from which nothing is imported, and that no one takes away
            env=_environment(),
        )
        assert self.popen.stdin and self.popen.stdout
        self._requests, self._answers = self.popen.stdin, self.popen.stdout
        self.has_timed_out = False
        try:
            with self._ended_after(START_SECONDS):
                await_start(self._answers)
        except BaseException:
            self.end()
            raise

    def read(self, request: Request) -> Answer:
        """Have a file read.

        Raises:
            OSError: If the process has ended; it may have timed out.
            ConnectionEnded: The same.
        """
        with self._ended_after(request.limits.seconds):
            send_request(self._requests, request)
            return receive_answer(self._answers)

    @property
    def has_ended(self) -> bool:
        return self.popen.poll() is not None

    def end(self) -> int:
        """End it, release what it holds, and return its exit code, which is negative for a signal."""
        self.popen.kill()
        self._requests.close()
        self._answers.close()
        return self.popen.wait()

    def abandon(self) -> None:
        """Let go of the pipes in a fork of this process: held there, they would keep the process from its end."""
        nothing = os.open(os.devnull, os.O_RDWR)
        for pipe in (self._requests, self._answers):
            if not pipe.closed:
                os.dup2(nothing, pipe.fileno(), inheritable=False)
        os.close(nothing)
        self.popen.returncode = 0  # it is not a child of the fork, which could not wait for it

    @contextmanager
    def _ended_after(self, seconds: float) -> Iterator[None]:
        """End the process if the block takes longer; then the block's pipes end."""
        timer = threading.Timer(seconds, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()  # so that it cannot hit the next file

    def _time_out(self) -> None:
        self.has_timed_out = True
        self.popen.kill()


@dataclass(frozen=True)
class _Job:
    """A file in the queue."""

    request: Request
    then: Callable[[Document], Any]
    done: Future[Any] = field(default_factory=Future)


class ReadingPool:
    """Processes that read files at the same time, in the order in which these came."""

    def __init__(self, most: int = MOST_PROCESSES, idle_seconds: float = IDLE_SECONDS) -> None:
        """Start nothing yet.

        Args:
            most: Maximum number of processes.
            idle_seconds: Seconds after which a process ends that has nothing to read.
        """
        self._most = most
        self._idle_seconds = idle_seconds
        self._changed = threading.Condition()
        self._jobs: deque[_Job] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._is_closed = False
        self._processes: set[ReadingProcess] = set()

    @property
    def process_ids(self) -> list[int]:
        """Of the processes that there are at the moment."""
        with self._changed:
            return sorted(process.popen.pid for process in self._processes)

    def submit(
        self, name: str, data: bytes, limits: ReadLimits, then: Callable[[Document], T], encoding: str = ""
    ) -> Future[T]:
        """Put a file into the queue; see `read_later`.

        Raises:
            RuntimeError: If the pool is closed.
        """
        job = _Job(Request(name, data, limits, encoding), then)
        with self._changed:
            if self._is_closed:
                raise RuntimeError("the pool of reading processes is closed")
            self._jobs.append(job)
            if self._idle < len(self._jobs) and len(self._threads) < self._most:
                thread = threading.Thread(target=self._work, name="hitl-read", daemon=True)
                thread.start()
                self._threads.add(thread)
            self._changed.notify()
        return job.done

    def close(self) -> None:
        """End all processes; the files in the queue and those being read are given up."""
        with self._changed:
            self._is_closed = True
            while self._jobs:
                self._jobs.popleft().done.cancel()
            processes, threads = list(self._processes), list(self._threads)
            self._changed.notify_all()
        for process in processes:
            process.popen.kill()
        for thread in threads:
            thread.join(CLOSING_SECONDS)

    def abandon(self) -> None:
        """Forget all processes, in a fork of this process; no lock is taken, since its holder is not there any more."""
        for process in list(self._processes):
            process.abandon()

    def _work(self) -> None:
        """Read files with one process, until there have been none for a while."""
        process: ReadingProcess | None = None
        try:
            while job := self._next_job():
                try:
                    process = self._do(job, process)
                except Exception as error:  # such as no thread for the time limit; the caller of the future gets it
                    self._discard(process)
                    process = None
                    if not job.done.done():
                        job.done.set_exception(error.with_traceback(None))
                del job  # a file is not kept while the next one is waited for
        finally:
            self._discard(process)

    def _next_job(self) -> _Job | None:
        """The next file; None when there is no use for this thread any more."""
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._jobs or self._is_closed, self._idle_seconds)
            self._idle -= 1
            if self._jobs:
                return self._jobs.popleft()
            self._threads.discard(threading.current_thread())
            return None

    def _do(self, job: _Job, process: ReadingProcess | None) -> ReadingProcess | None:
        """Read one file, and return the process that can read the next one, if there is one."""
        if not job.done.set_running_or_notify_cancel():
            return process
        name, limits = job.request.name, job.request.limits
        if process is not None and process.has_ended:  # somebody else has ended it
            self._discard(process)
            process = None
        try:
            process = process or self._start()
        except (OSError, ConnectionEnded) as error:
            reason = str(error) or "it ended at once, and the log says why"
            job.done.set_exception(
                UnreadableFile(
                    f"“{name}” cannot be read: the process that reads files does not start ({reason}). "
                    "Start hitl again."
                )
            )
            return None
        try:
            answer = process.read(job.request)
        except (OSError, ConnectionEnded):
            has_timed_out = process.has_timed_out
            code = process.end()
            self._discard(process)
            job.done.set_exception(_ended(name, limits, has_timed_out, code))
            return None
        has_ended = answer.is_last or process.has_timed_out
        if has_ended:
            self._discard(process)
        _settle(job, answer)
        return None if has_ended else process

    def _start(self) -> ReadingProcess:
        """Start a process.

        Raises:
            OSError: If it cannot be started, or the pool is closed.
            ConnectionEnded: If it ended at once.
        """
        process = ReadingProcess()
        with self._changed:
            self._processes.add(process)
            is_closed = self._is_closed
        if is_closed:
            self._discard(process)
            raise OSError("hitl ends")
        return process

    def _discard(self, process: ReadingProcess | None) -> None:
        """End a process for good."""
        if process is None:
            return
        process.end()
        with self._changed:
            self._processes.discard(process)


def _settle(job: _Job, answer: Answer) -> None:
    """Tell a file's future what became of it.

    Exceptions are made here and not raised: a traceback would keep the bytes of the file.
    """
    name, limits = job.request.name, job.request.limits
    match answer.kind:
        case "read":
            try:
                result = job.then(Document.model_validate_json(answer.body))
            except Exception as error:  # the caller of the future gets it
                job.done.set_exception(error.with_traceback(None))
            else:
                job.done.set_result(result)
        case "unreadable":
            job.done.set_exception(UnreadableFile(answer.body.decode()))
        case "undecodable":
            job.done.set_exception(UndecodableFile(answer.body.decode()))
        case "out of memory":
            job.done.set_exception(
                UnreadableFile(
                    f"“{name}” needs more than {limits.memory_megabytes:,} MB of memory to be read, which is the "
                    "limit. Split it, or save it anew."
                )
            )
        case _:
            job.done.set_exception(
                UnreadableFile(
                    f"“{name}” cannot be read: hitl's reader fails on it. Save it as a PDF, and add that; and "
                    "report it, please."
                )
            )


def _ended(name: str, limits: ReadLimits, has_timed_out: bool, code: int) -> UnreadableFile:
    """Why a file was not read whose process has ended."""
    if has_timed_out or code == -getattr(signal, "SIGALRM", 0):
        time = count(limits.seconds, "second")
        return UnreadableFile(f"“{name}” was not read within {time}, which is the limit. Split it, or save it anew.")
    how = f"by {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"with code {code}"
    return UnreadableFile(
        f"“{name}” made the process that read it end ({how}). It is damaged, or it needs more than "
        f"{limits.memory_megabytes:,} MB of memory: save it anew, or split it."
    )


def _environment() -> dict[str, str]:
    """The variables of a process: those that Python needs, and none of what hitl or its user keeps secret.

    It imports from where this process does, be hitl installed or a checkout.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in PASSED_ON or name.startswith(("LC_", "PYTHON", "DYLD_"))
    }
    path = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return kept | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


_opening = threading.Lock()
_opened: ReadingPool | None = None


def reading_pool() -> ReadingPool:
    """The pool of this process, opened at first use and closed at its end."""
    global _opened
    with _opening:
        if _opened is None:
            _opened = ReadingPool()
            atexit.register(_opened.close)
        return _opened


def _forget_pool() -> None:
    """Begin without a pool in a fork, whose threads are not there any more."""
    global _opened, _opening
    _opening = threading.Lock()
    if _opened is not None:
        _opened.abandon()
        atexit.unregister(_opened.close)
        _opened = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
