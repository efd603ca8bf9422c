"""The shelf: documents stored by fingerprint, so that quotes can be checked as long as the folder exists."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hitl.contents import Documents
from hitl.files import FINGERPRINT, files_of
from hitl.research.bundled import bundled_by_fingerprint, bundled_documents
from hitl.research.evidence import Document, FileEncoding, fingerprint_of
from hitl.research.reading.limits import USUAL_LIMITS
from hitl.research.reading.process import read_isolated
from hitl.research.reading.refusals import UnreadableFile


class UnknownDocument(Exception):
    """No document with this fingerprint is on the shelf."""


@dataclass(frozen=True)
class FolderOfDocuments:
    """Documents in a folder, one file each."""

    folder: Path

    def document(self, fingerprint: str) -> str | None:
        """A document as JSON; None if there is none.

        Raises:
            OSError: If the file cannot be read.
            ValueError: If it is damaged.
        """
        with suppress(FileNotFoundError):
            return self._path(fingerprint).read_text("utf-8")
        return None

    def change_document(self, fingerprint: str, change: Callable[[str | None], str | None]) -> None:
        with _adding:
            stored = None
            with suppress(OSError, ValueError):
                stored = self.document(fingerprint)
            if (changed := change(stored)) is not None:
                _write(self._path(fingerprint), changed)

    def documents(self) -> list[str]:
        return sorted(path.stem for path in self.folder.rglob("*.json") if FINGERPRINT.fullmatch(path.stem))

    def _path(self, fingerprint: str) -> Path:
        return self.folder / fingerprint[:2] / f"{fingerprint}.json"


class Shelf:
    """Documents by fingerprint; identical texts are stored once.

    They are under `HITL_HOME/shelf`; or, while an engine is open here whose processes share no folder, where that
    engine keeps files.

    Args:
        home: The folder of the runs.
        documents: Where they are instead.
    """

    FOLDER = "shelf"
    """Its name, in the folder of the runs."""

    def __init__(self, home: Path, documents: Documents | None = None) -> None:
        self.folder = home / self.FOLDER
        self._home = home
        self._given = documents

    def add(self, document: Document) -> Document:
        """Store a document, and return it as it is stored; see `merged` for one whose text is already there.

        Bundled documents are stored too, since the next version of the library may lack them.
        """
        place, whole = self._documents, document

        def change(there: str | None) -> str | None:
            nonlocal whole
            stored = None
            with suppress(ValueError):
                stored = _read_document(there, document.fingerprint) if there else None
            whole = merged(stored, document) if stored else document
            return None if whole == stored else whole.model_dump_json()

        with suppress(OSError, ValueError):
            stored = _stored(place, document.fingerprint)
            if merged(stored, document) == stored:
                return stored
        place.change_document(document.fingerprint, change)
        _stored.cache_clear()
        return whole

    def get(self, fingerprint: str) -> Document:
        """The document with this fingerprint, from the shelf or else the bundled library.

        The fingerprint may also be that of a file of a run (`hitl.File`): it is read, and its document put on the
        shelf.

        Raises:
            UnknownDocument: If it is in none of them, or the file cannot be read; a damaged document counts as missing.
        """
        try:
            return _stored(self._documents, fingerprint)
        except (OSError, ValueError) as error:
            if bundled := bundled_by_fingerprint().get(fingerprint):
                return bundled
            files = files_of(self._home)
            if files.has(fingerprint):
                return self._read(fingerprint)
            place = files.place if files.shared else self.folder
            raise UnknownDocument(
                f"The document {fingerprint[:12]}… is not on the shelf any more ({place}). Add its file again."
            ) from error

    def documents(self, fingerprints: Sequence[str]) -> list[Document]:
        """The documents with these fingerprints; the bundled library if none are given.

        Raises:
            UnknownDocument: If one of them is missing.
        """
        if fingerprints:
            return [self.get(fingerprint) for fingerprint in fingerprints]
        return list(bundled_documents())

    def _read(self, fingerprint: str) -> Document:
        """Read a file of a run, and put its document on the shelf.

        Raises:
            UnknownDocument: If it cannot be read.
        """
        try:
            file = files_of(self._home).get(fingerprint)
            return self.add(read_isolated(file.name, file.path.read_bytes(), USUAL_LIMITS))
        except (UnreadableFile, OSError) as error:
            raise UnknownDocument(str(error)) from error

    @property
    def _documents(self) -> Documents:
        return self._given or files_of(self._home).shared or FolderOfDocuments(self.folder)


def copy_documents(source: Documents, target: Documents) -> int:
    """Put the documents of one place into another as well, and return how many of them were not there.

    Damaged ones are left out: nothing can be quoted from them.
    """
    shelf, there, new = Shelf(Path(), target), set(target.documents()), 0
    for fingerprint in source.documents():
        with suppress(OSError, ValueError):
            shelf.add(_read_document(source.document(fingerprint) or "", fingerprint))
            new += fingerprint not in there
    return new


def merged(first: Document, second: Document) -> Document:
    """Two documents with the same text as one, under the names of both, with all that has to be known of either.

    Where it is called the same as the first, the second is the same file as today's hitl reads it: what it says of its
    blocks and pages holds then. Otherwise the first stays as it is.
    """
    names = dict.fromkeys([first.location, *first.other_names, second.location, *second.other_names])
    known = {
        "other_names": tuple(name for name in names if name != first.location),
        "unread_words": max(first.unread_words, second.unread_words),
        "remarks": tuple(dict.fromkeys([*first.remarks, *second.remarks])),
        "encoding": _encoding_of(first, second),
    }
    return (second if second.location == first.location else first).model_copy(update=known)


def _encoding_of(first: Document, second: Document) -> FileEncoding | None:
    """The encoding of the file that names two documents with the same text; a choice outlasts a later guess."""
    if second.location != first.location or second.encoding is None:
        return first.encoding
    is_settled = first.encoding is not None and first.encoding.is_chosen and not second.encoding.is_chosen
    return first.encoding if is_settled else second.encoding


def _write(path: Path, text: str) -> None:
    """Write a file as one deed: after a crash it is there as a whole, or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)


_adding = threading.Lock()


@lru_cache(maxsize=64)
def _stored(place: Documents, fingerprint: str) -> Document:
    """A stored document; cached, since the text of a fingerprint never changes.

    Raises:
        OSError: If there is none, or it cannot be read.
        ValueError: If it is damaged.
    """
    text = place.document(fingerprint)
    if text is None:
        raise FileNotFoundError(fingerprint)
    return _read_document(text, fingerprint)


def _read_document(text: str, fingerprint: str) -> Document:
    """A document from its JSON.

    Raises:
        ValueError: If it is damaged.
    """
    document = Document.model_validate_json(text)
    if not fingerprint == document.fingerprint == fingerprint_of(document.text):
        raise ValueError("the text is not the one that was stored")
    return document
