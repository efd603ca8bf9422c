"""The tables of the file of runs, version by version: a file of any earlier hitl is brought up to the newest."""

from __future__ import annotations

import sqlite3

VERSION_1 = """
CREATE TABLE runs(
  id TEXT PRIMARY KEY, workflow TEXT NOT NULL, inputs TEXT NOT NULL, status TEXT NOT NULL,
  result TEXT, failure TEXT, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  resting INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX runs_newest ON runs(created_at);
CREATE INDEX runs_status ON runs(status, created_at);
CREATE TABLE events(
  run_id TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY(run_id, seq)) WITHOUT ROWID;
CREATE TABLE questions(
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL,
  answer_type TEXT, answer_schema TEXT NOT NULL, asked_at TEXT NOT NULL,
  state TEXT NOT NULL, answer TEXT, answered_by TEXT, answered_at TEXT) WITHOUT ROWID;
CREATE INDEX questions_run ON questions(run_id, seq);
CREATE INDEX questions_open ON questions(state, asked_at);
CREATE TABLE journal(
  run_id TEXT NOT NULL, seq INTEGER NOT NULL, tick TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY(run_id, seq)) WITHOUT ROWID;
"""
"""Runs, what happened in them, what they asked, and the ticks from which they are taken up."""

VERSION_2 = """
ALTER TABLE runs ADD COLUMN title TEXT;
ALTER TABLE runs ADD COLUMN shape TEXT;
ALTER TABLE questions ADD COLUMN requirements TEXT NOT NULL DEFAULT '{}';
CREATE INDEX runs_at_work ON runs(created_at) WHERE status IN ('running', 'waiting') AND NOT resting;
CREATE TABLE snapshots(run_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, context TEXT NOT NULL);
CREATE TABLE shapes(id TEXT PRIMARY KEY, shape TEXT NOT NULL);
CREATE TABLE owner(one INTEGER PRIMARY KEY CHECK(one = 1), process INTEGER NOT NULL, since TEXT NOT NULL);
"""
"""Names that humans give, what a waiter requires of its answer, compacted journals, the shapes of workflows, and
which process runs them."""

MIGRATIONS = (VERSION_1, VERSION_2)
NEWEST = len(MIGRATIONS)


def version_of(db: sqlite3.Connection) -> int:
    """The version of a file's tables; 0 of a file that has none."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> None:
    """Bring the tables to the newest version, in one transaction: all of it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(db)  # another process may have been faster
        for migration in MIGRATIONS[version:]:
            for statement in filter(str.strip, migration.split(";")):
                db.execute(statement)
        db.execute(f"PRAGMA user_version={max(version, NEWEST)}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
