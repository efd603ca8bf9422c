"""Where processes that share no folder keep the files of runs and the documents of the report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

patience: ContextVar[float] = ContextVar("patience", default=0.0)
"""Seconds for which a call is made again while the store is gone. Steps have some: one that fails costs its run."""


@dataclass(frozen=True)
class StoredFile:
    """What is known of a file without its content."""

    names: tuple[str, ...]
    """The names under which it was given, oldest first."""
    size: int
    """In bytes."""


class Documents(Protocol):
    """Documents by the fingerprint of their text, each as JSON."""

    def __hash__(self) -> int: ...

    def document(self, fingerprint: str) -> str | None:
        """A document; None if there is none."""
        ...

    def change_document(self, fingerprint: str, change: Callable[[str | None], str | None]) -> None:
        """Store a document by one deed, whoever else does at the same time.

        Args:
            fingerprint: Of its text.
            change: Called with what is there, and returns what to store; None to leave it.
        """
        ...

    def documents(self) -> list[str]:
        """The fingerprints of all documents."""
        ...


class ContentStore(Documents, Protocol):
    """Documents, and files by the fingerprint of their content. Every call is safe in any thread and process."""

    name: str
    """Where it is, in words."""

    def add_file(self, fingerprint: str, name: str, content: BinaryIO) -> None:
        """Keep a file as a whole, or not at all; one that is there gets one more name."""
        ...

    def known_files(self, fingerprints: Collection[str]) -> Mapping[str, StoredFile]:
        """Those of these files that are there."""
        ...

    def file_pieces(self, fingerprint: str) -> Iterator[bytes]:
        """The content of a file, in order; nothing if there is none."""
        ...

    def remove_file(self, fingerprint: str, added_before: datetime) -> bool:
        """Remove a file, unless it was added later or a run names it; True if it is gone now."""
        ...

    def files(self, added_before: datetime | None = None) -> list[str]:
        """The fingerprints of all files, or of those that were added last before a time."""
        ...
