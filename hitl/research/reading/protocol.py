"""What goes over the pipes between hitl and a process that reads files: frames of a header in JSON, then bytes.

Before each part stands its length, in eight bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import IO, Any, Literal

from hitl.research.reading.limits import ReadLimits

LENGTH_BYTES = 8
STARTED = b"\0hitl reads\0"
"""What the process sends when it has started; before it, Python itself may have printed something."""


@dataclass(frozen=True)
class Request:
    """A file to read."""

    name: str
    data: bytes
    limits: ReadLimits
    encoding: str = ""
    """The one that a person chose for a text file; empty to guess it."""


@dataclass(frozen=True)
class Answer:
    """What became of a file."""

    kind: Literal["read", "unreadable", "undecodable", "out of memory", "failed"]
    body: bytes | bytearray = b""
    """The document in JSON if it is `read`; why it is `unreadable` or `undecodable`, in a sentence; how the reader has
    `failed`.
    """
    is_last: bool = False
    """Whether the process ends after it, having grown too much to read another file."""


class ConnectionEnded(Exception):
    """The other side has closed its pipe."""


def send_start(pipe: IO[bytes]) -> None:
    """Say that requests are taken from now on."""
    _write(pipe, STARTED)


def await_start(pipe: IO[bytes]) -> None:
    """Wait until requests are taken.

    Raises:
        ConnectionEnded: If they never will be.
    """
    last = b""
    while last != STARTED:
        byte = pipe.read(1)
        if not byte:
            raise ConnectionEnded
        last = (last + byte)[-len(STARTED) :]


def send_request(pipe: IO[bytes], request: Request) -> None:
    """Send a file.

    Raises:
        OSError: If the other side has ended.
    """
    header = {"name": request.name, "limits": asdict(request.limits), "encoding": request.encoding}
    _send(pipe, header, request.data)


def receive_request(pipe: IO[bytes]) -> Request:
    """Wait for a file.

    Raises:
        ConnectionEnded: If there will be none.
    """
    header = json.loads(_receive_part(pipe))
    data = bytes(_receive_part(pipe))
    return Request(header["name"], data, ReadLimits(**header["limits"]), header["encoding"])


def send_answer(pipe: IO[bytes], answer: Answer) -> None:
    """Send an answer.

    Raises:
        OSError: If the other side has ended.
    """
    _send(pipe, {"kind": answer.kind, "is_last": answer.is_last}, answer.body)


def receive_answer(pipe: IO[bytes]) -> Answer:
    """Wait for an answer.

    Raises:
        ConnectionEnded: If there will be none.
    """
    header = json.loads(_receive_part(pipe))
    return Answer(header["kind"], _receive_part(pipe), header["is_last"])


def _send(pipe: IO[bytes], header: dict[str, Any], body: bytes | bytearray) -> None:
    head = json.dumps(header).encode()  # in ASCII: a file name may hold lone surrogates
    for part in (head, body):
        _write(pipe, len(part).to_bytes(LENGTH_BYTES, "big"))
        _write(pipe, part)


def _write(pipe: IO[bytes], part: bytes | bytearray) -> None:
    """Write all of a part to an unbuffered pipe, which may take less at a time."""
    left = memoryview(part)
    while left:
        left = left[pipe.write(left) :]


def _receive_part(pipe: IO[bytes]) -> bytearray:
    return _receive(pipe, int.from_bytes(_receive(pipe, LENGTH_BYTES), "big"))


def _receive(pipe: IO[bytes], length: int) -> bytearray:
    """Read so many bytes, into one buffer that has their size from the start."""
    received = bytearray(length)
    left = memoryview(received)
    while left:
        count = pipe.readinto(left)  # type: ignore[attr-defined]  # which every binary file has
        if not count:
            raise ConnectionEnded
        left = left[count:]
    return received
