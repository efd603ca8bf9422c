"""The shelf: documents by fingerprint, so that a quote can be checked as long as the folder lasts."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from hitl.research.evidence import Document, fingerprint_of
from hitl.research.reading import KINDS, read_document

LIBRARY = Path(__file__).parent / "library"


class UnknownDocument(Exception):
    """No document with this fingerprint stands on the shelf."""


class Shelf:
    """Documents under `HITL_HOME/shelf`, one file each; the same text is stored once."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "shelf"

    def add(self, document: Document) -> None:
        """Put a document on the shelf; nothing changes when it stands there.

        A document of the bundled library is put there too: the next version of the library may not have it. Of two
        files with the same text the one of which less was read is kept: what is said of it is to be known.
        """
        path = self._path(document.fingerprint)
        with suppress(OSError, ValueError):
            if _stored(path).unread_words >= document.unread_words:
                return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            try:
                file.write(document.model_dump_json())
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                Path(file.name).unlink()
                raise
        Path(file.name).replace(path)
        _stored.cache_clear()

    def get(self, fingerprint: str) -> Document:
        """The document with this fingerprint.

        Raises:
            UnknownDocument: If it is not there, or its file is damaged.
        """
        try:
            return _stored(self._path(fingerprint))
        except (OSError, ValueError) as error:
            if bundled := bundled_by_fingerprint().get(fingerprint):
                return bundled
            raise UnknownDocument(
                f"The document {fingerprint[:12]}… is not on the shelf any more ({self.folder}). Add its file again."
            ) from error

    def documents(self, fingerprints: Sequence[str]) -> list[Document]:
        """The documents with these fingerprints; the bundled library when there are none.

        Raises:
            UnknownDocument: If one of them is not there.
        """
        if fingerprints:
            return [self.get(fingerprint) for fingerprint in fingerprints]
        return list(bundled_documents())

    def _path(self, fingerprint: str) -> Path:
        return self.folder / fingerprint[:2] / f"{fingerprint}.json"


@lru_cache(maxsize=64)
def _stored(path: Path) -> Document:
    """A stored document; it can be kept in memory, since what has a fingerprint never changes."""
    document = Document.model_validate_json(path.read_text("utf-8"))
    if not path.stem == document.fingerprint == fingerprint_of(document.text):
        raise ValueError("the text is not the one that was stored")
    return document


_reading = threading.Lock()


def bundled_documents() -> tuple[Document, ...]:
    """The documents that come with hitl: of two who ask for them at once, one reads and the other waits."""
    with _reading:
        return _read_library()


@cache
def _read_library() -> tuple[Document, ...]:
    """Read once per process."""
    paths = sorted(path for path in LIBRARY.iterdir() if path.suffix in KINDS)
    return tuple(read_document(path.name, path.read_bytes()) for path in paths)


@cache
def bundled_by_fingerprint() -> dict[str, Document]:
    return {document.fingerprint: document for document in bundled_documents()}
