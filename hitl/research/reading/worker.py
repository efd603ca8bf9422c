"""The process that reads files, one after the other: `python -m hitl.research.reading.worker`.

It takes files on its standard input and answers on its standard output (see `protocol`) until the input ends, that is
when hitl has no more use for it or has ended itself. `process` starts it, and ends it when a file takes too long.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from pydantic_core import to_json

from hitl.research.reading.files import UndecodableFile, UnreadableFile, read_document
from hitl.research.reading.limits import MEGABYTE
from hitl.research.reading.protocol import Answer, ConnectionEnded, Request, receive_request, send_answer, send_start

GROWN = 200 * MEGABYTE
"""Bytes of memory more than at its start with which the process ends after a file, rather than read another."""
NICENESS = 5
"""How far the page goes first when the processors are busy."""
PATIENCE = 5
"""Seconds after the time limit at which the process ends by itself, should hitl not come to it."""


def main() -> None:
    """Answer requests until there are no more."""
    requests = _moved(0, "rb")
    answers = _moved(1, "wb")
    _be_modest()
    gc.disable()  # what is made of a file stays until it is read, and a search for garbage takes a fifth of the time
    memory_at_start = _memory()
    send_start(answers)
    with suppress(ConnectionEnded, BrokenPipeError):
        while True:
            request = receive_request(requests)
            with _ended_with_hitl(requests, request.limits.seconds + PATIENCE):
                answer = _answer_to(request, memory_at_start)
            send_answer(answers, answer)
            if answer.is_last:
                break
            del request, answer  # their memory is not the next file's
            gc.collect()


def _moved(descriptor: int, mode: str) -> IO[bytes]:
    """One of the standard streams under another number, unbuffered: whatever prints or asks meets nothing there."""
    moved = os.fdopen(os.dup(descriptor), mode, buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)
    return moved


def _be_modest() -> None:
    """Leave the processors to the page first, end first when memory runs out, and leave nothing behind in a crash."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, sys.stderr.fileno())  # after its start: parsers have much to say about hostile files
    os.close(nothing)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is meant for hitl, which then ends this process
    if sys.platform != "win32":
        import resource

        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


@contextmanager
def _ended_with_hitl(requests: IO[bytes], seconds: int) -> Iterator[None]:
    """Inside the block, this process ends at once when hitl ends, and after some seconds in any case.

    Both are done by the kernel, since a parser may not let Python run: an end of the pipe sends SIGIO, and a timer
    SIGALRM, which end a process that does not handle them.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl
    import select

    flags = fcntl.fcntl(requests, fcntl.F_GETFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    fcntl.fcntl(requests, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(requests, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([requests], [], [], 0)[0]:  # it ended before the signal was asked for
        os._exit(0)
    try:
        yield
    finally:
        fcntl.fcntl(requests, fcntl.F_SETFL, flags)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer_to(request: Request, memory_at_start: int) -> Answer:
    try:
        with _memory_limited(request.limits.memory_megabytes * MEGABYTE):
            body = to_json(read_document(request.name, request.data, request.limits, request.encoding))
    except UnreadableFile as error:
        if _has_run_out_of_memory(error):
            return Answer("out of memory", is_last=True)
        return Answer(
            "undecodable" if isinstance(error, UndecodableFile) else "unreadable",
            str(error).encode("utf-8", "replace"),
            is_last=_has_grown(memory_at_start),
        )
    except MemoryError:
        return Answer("out of memory", is_last=True)
    except Exception as error:  # whatever is wrong with a reader, hitl is told
        return Answer("failed", type(error).__name__.encode(), is_last=True)
    return Answer("read", body, is_last=_has_grown(memory_at_start))


def _has_run_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error came of another that came of a lack of memory."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def _memory_limited(size: int) -> Iterator[None]:
    """Inside the block, at most so many bytes more are given to the process; macOS and Windows hold no such limit."""
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = _memory() + size
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _has_grown(memory_at_start: int) -> bool:
    return _memory() - memory_at_start > GROWN


def _memory() -> int:
    """Bytes of memory that the process has for its data, of which the kernel takes account; 0 where it doesn't say."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
