"""Files of runs and documents in Postgres, in pieces, so that no process needs a folder of another."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, BinaryIO, TypeVar

from hitl.contents import StoredFile, patience
from hitl.engine.errors import StoreUnusable
from hitl.engine.store.postgres import PostgresDatabase, Transaction
from hitl.engine.store.row_mappers import dump, stamp
from hitl.files import MOST_NAMES, PIECE

T = TypeVar("T")

TRY_AGAIN = 0.5
"""Seconds after which a call is made again while the database is gone."""
LATELY = timedelta(hours=1)
"""A run that has begun to name a file after it was found to be unnamed has changed since: far less long ago."""
NAMED_LATELY = """
SELECT 1 FROM runs JOIN LATERAL (
  SELECT runs.inputs AS text UNION ALL SELECT runs.result
  UNION ALL SELECT body FROM questions WHERE run_id=runs.id
  UNION ALL SELECT answer FROM questions WHERE run_id=runs.id) AS texts ON strpos(text, ?) > 0
WHERE updated_at > ? LIMIT 1
"""
NEW = -1
"""Size of a file that is being added."""


class PostgresContents:
    """A store of contents in the database of the runs; see `hitl.contents.ContentStore`.

    What is stored is there for good when a call returns. While the database is gone, a call raises `StoreUnusable`, or
    is made again for as long as `hitl.contents.patience` says.

    Args:
        database: The database.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self.name = database.name

    # ---- files

    def add_file(self, fingerprint: str, name: str, content: BinaryIO) -> None:
        def add() -> None:
            content.seek(0)
            with self._database.transaction() as db:
                row = db.execute(  # of two processes that add it, the second waits here for the first
                    "INSERT INTO files VALUES(?, '[]', ?, now())"
                    " ON CONFLICT(fingerprint) DO UPDATE SET added_at=excluded.added_at RETURNING names, size",
                    (fingerprint, NEW),
                ).fetchone()
                names, size = json.loads(row[0]), row[1]
                if size == NEW:
                    size = _write_pieces(db, "file", fingerprint, iter(partial(content.read, PIECE), b""))
                if name not in names and len(names) < MOST_NAMES:
                    names.append(name)
                db.execute("UPDATE files SET names=?, size=? WHERE fingerprint=?", (dump(names), size, fingerprint))

        _patiently(add)

    def known_files(self, fingerprints: Collection[str]) -> Mapping[str, StoredFile]:
        rows = self._read(
            "SELECT fingerprint, names, size FROM files WHERE fingerprint IN (SELECT value FROM json_each(?))",
            dump(list(fingerprints)),
        )
        return {fingerprint: StoredFile(tuple(json.loads(names)), size) for fingerprint, names, size in rows}

    def file_pieces(self, fingerprint: str) -> Iterator[bytes]:
        number = 0
        while pieces := self._pieces("file", fingerprint, number):  # none keeps a connection while it is written
            yield pieces[0]
            number += 1

    def remove_file(self, fingerprint: str, added_before: datetime) -> bool:
        with self._database.transaction() as db:
            is_old = db.execute(  # a run that is about to name it waits for the end of this, or this for that
                "SELECT 1 FROM files WHERE fingerprint=? AND added_at < ? FOR UPDATE", (fingerprint, added_before)
            ).fetchone()
            since = stamp(datetime.now(UTC) - LATELY)
            if not is_old or db.execute(NAMED_LATELY, (fingerprint, since)).fetchone():
                return False
            db.execute("DELETE FROM files WHERE fingerprint=?", (fingerprint,))
            return True

    def files(self, added_before: datetime | None = None) -> list[str]:
        before = added_before or datetime.max.replace(tzinfo=UTC)
        return [name for (name,) in self._read("SELECT fingerprint FROM files WHERE added_at < ? ORDER BY 1", before)]

    # ---- documents

    def document(self, fingerprint: str) -> str | None:
        return b"".join(self._pieces("document", fingerprint)).decode() or None

    def change_document(self, fingerprint: str, change: Callable[[str | None], str | None]) -> None:
        def change_it() -> None:
            with self._database.transaction() as db:
                db.execute("INSERT INTO documents VALUES(?) ON CONFLICT DO NOTHING", (fingerprint,))
                db.execute("SELECT 1 FROM documents WHERE fingerprint=? FOR UPDATE", (fingerprint,))
                there = b"".join(_read_pieces(db, "document", fingerprint)).decode() or None
                if (changed := change(there)) is not None:
                    db.execute("DELETE FROM document_pieces WHERE fingerprint=?", (fingerprint,))
                    whole = changed.encode()
                    pieces = (whole[start : start + PIECE] for start in range(0, len(whole), PIECE))
                    _write_pieces(db, "document", fingerprint, pieces)

        _patiently(change_it)

    def documents(self) -> list[str]:
        return [name for (name,) in self._read("SELECT fingerprint FROM documents ORDER BY 1")]

    # ---- plumbing

    def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return _patiently(lambda: self._database.read(sql, *values))

    def _pieces(self, kind: str, fingerprint: str, number: int | None = None) -> list[bytes]:
        """All pieces, or one; of one moment."""

        def read() -> list[bytes]:
            with self._database.reading() as db:
                return _read_pieces(db, kind, fingerprint, number)

        return _patiently(read)


def _read_pieces(db: Transaction, kind: str, fingerprint: str, number: int | None = None) -> list[bytes]:
    one = "" if number is None else " AND number=%s"
    rows = db.send(
        f"SELECT content FROM {kind}_pieces WHERE fingerprint=%s{one} ORDER BY number",
        (fingerprint,) if number is None else (fingerprint, number),
    )
    return [content for (content,) in rows]


def _write_pieces(db: Transaction, kind: str, fingerprint: str, pieces: Iterable[bytes]) -> int:
    """Write a content, and return its size."""
    size = 0
    for number, piece in enumerate(pieces):
        db.send(f"INSERT INTO {kind}_pieces VALUES(%s, %s, %s)", (fingerprint, number, piece))
        size += len(piece)
    return size


def _patiently(call: Callable[[], T]) -> T:
    until = time.monotonic() + patience.get()
    while True:
        try:
            return call()
        except StoreUnusable:
            if time.monotonic() >= until:
                raise
            time.sleep(TRY_AGAIN)
