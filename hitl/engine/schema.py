"""The tables of the file of runs, and how it is opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hitl.engine.errors import StoreUnusable

SCHEMA_VERSION = 1

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs(
  id TEXT PRIMARY KEY, workflow TEXT NOT NULL, inputs TEXT NOT NULL, status TEXT NOT NULL,
  result TEXT, failure TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  resting INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS runs_newest ON runs(created_at);
CREATE INDEX IF NOT EXISTS runs_status ON runs(status, created_at);
CREATE TABLE IF NOT EXISTS events(
  run_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY(run_id, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS questions(
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
  answer_type TEXT, answer_schema TEXT NOT NULL, asked_at TEXT NOT NULL,
  state TEXT NOT NULL, answer TEXT, answered_by TEXT, answered_at TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS questions_run ON questions(run_id, seq);
CREATE INDEX IF NOT EXISTS questions_open ON questions(state, asked_at);
CREATE TABLE IF NOT EXISTS journal(
  run_id TEXT NOT NULL, seq INTEGER NOT NULL, tick TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY(run_id, seq)) WITHOUT ROWID;
"""


def open_file(path: Path) -> sqlite3.Connection:
    """Open the file of runs, and make it when there is none.

    What is committed is on the disk (`synchronous=FULL`), and readers do not wait for the writer (WAL).

    Raises:
        StoreUnusable: If the folder or the file cannot be used, or a newer hitl has written it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            db.close()
            raise StoreUnusable(f"{path} was written by a newer hitl (schema {version}). Update hitl to open it.")
        db.executescript(f"{SCHEMA} PRAGMA user_version={SCHEMA_VERSION};")
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(
            f"hitl cannot open its file of runs, {path}: {error}. Nothing in it was changed. "
            "Look at the folder's permissions and free space, or set HITL_HOME to another folder."
        ) from error
    return db
