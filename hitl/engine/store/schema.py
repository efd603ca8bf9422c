"""The database schema by version; a file of any earlier version is migrated to the newest."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache

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
"""Runs, their events, their questions, and the ticks from which they are resumed."""

VERSION_2 = """
ALTER TABLE runs ADD COLUMN title TEXT;
ALTER TABLE runs ADD COLUMN shape TEXT;
ALTER TABLE questions ADD COLUMN requirements TEXT NOT NULL DEFAULT '{}';
CREATE INDEX runs_at_work ON runs(created_at) WHERE status IN ('running', 'waiting') AND NOT resting;
CREATE TABLE snapshots(run_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, context TEXT NOT NULL);
CREATE TABLE shapes(id TEXT PRIMARY KEY, shape TEXT NOT NULL);
CREATE TABLE owner(one INTEGER PRIMARY KEY CHECK(one = 1), process INTEGER NOT NULL, since TEXT NOT NULL);
"""
"""Names of runs, requirements of answers, compacted journals (`snapshots`), workflow signatures (`shapes`), and the
process that owns the database."""

VERSION_3 = """
CREATE TABLE blocked(run_id TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
"""
"""Why runs cannot go on in the process that owns the database, for other processes to show."""

VERSION_4 = """
CREATE TABLE drafts(
  question_id TEXT NOT NULL, browser TEXT NOT NULL, run_id TEXT NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL,
  changed_at TEXT NOT NULL, PRIMARY KEY(question_id, browser)) WITHOUT ROWID;
CREATE INDEX drafts_run ON drafts(run_id, browser);
"""
"""What people have entered for a question and not sent, per browser."""

VERSION_5 = """
ALTER TABLE questions ADD COLUMN expires_at TEXT;
CREATE TABLE hooks(
  topic TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(topic, name)) WITHOUT ROWID;
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, topic TEXT NOT NULL, hook TEXT NOT NULL, run_id TEXT NOT NULL, question_id TEXT,
  written_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at TEXT);
CREATE INDEX outbox_run ON outbox(run_id);
CREATE INDEX outbox_due ON outbox(topic, hook, due_at) WHERE due_at IS NOT NULL;
"""
"""When a question stops waiting; the hooks of the process that owns the database, and the calls that they are still to
get (`outbox`): due from `due_at` on, which is empty before the first attempt and null after the last."""

VERSION_TAKEN_UP = """
ALTER TABLE runs ADD COLUMN resumed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN resumed INTEGER NOT NULL DEFAULT 0;
"""
"""How often a run was resumed after it was cancelled: now, and when a hook's call was stored. The questions at which it
can be are `left` open; its journal stays as long as they are."""

VERSION_STEPS = """
ALTER TABLE runs ADD COLUMN at_work TEXT NOT NULL DEFAULT '[]';
CREATE TABLE moves(
  run_id TEXT NOT NULL, step TEXT NOT NULL, event TEXT NOT NULL, gives INTEGER NOT NULL, times INTEGER NOT NULL,
  PRIMARY KEY(run_id, step, event, gives)) WITHOUT ROWID;
CREATE TABLE writers(
  run_id TEXT NOT NULL, seq INTEGER NOT NULL, step TEXT, PRIMARY KEY(run_id, seq)) WITHOUT ROWID;
"""
"""Which steps of a run are at work, how often each has taken and given each event, and which step wrote its events
from a number on (`writers`)."""

VERSION_SEARCH = """
ALTER TABLE runs ADD COLUMN number INTEGER;
ALTER TABLE runs ADD COLUMN started_by TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN is_indexed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE questions ADD COLUMN summary TEXT NOT NULL DEFAULT '';
UPDATE runs SET number=placed.number FROM
  (SELECT id, row_number() OVER (ORDER BY created_at, id) AS number FROM runs) AS placed WHERE placed.id=runs.id;
CREATE INDEX runs_number ON runs(number);
CREATE INDEX runs_not_indexed ON runs(number) WHERE NOT is_indexed;
"""
"""Who started a run, what a question asks in a line, and what the search needs: the order of the runs as a `number`,
under which the index has their texts, and whether it has them as they are now."""

MIGRATIONS = (
    VERSION_1,
    VERSION_2,
    VERSION_3,
    VERSION_4,
    VERSION_5,
    VERSION_TAKEN_UP,
    VERSION_STEPS,
    VERSION_SEARCH,
)
NEWEST = len(MIGRATIONS)


COLUMNS = """
SELECT tables.name, columns.name FROM sqlite_master AS tables JOIN pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND tables.sql NOT LIKE 'CREATE VIRTUAL%'
"""
"""Not of virtual tables, which not every SQLite can read."""


def is_complete(db: sqlite3.Connection) -> bool:
    """True if a file of the newest version has all tables and columns; one that was tampered with may lack some."""
    return columns_of_newest() <= set(db.execute(COLUMNS))


@cache
def columns_of_newest() -> frozenset[tuple[str, str]]:
    """The columns of the newest version, each with the name of its table."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        return frozenset(db.execute(COLUMNS))


def version_of(db: sqlite3.Connection) -> int:
    """The schema version of a file; 0 if it has no tables."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> None:
    """Migrate the tables to the newest version, in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(db)  # another process may have migrated it meanwhile
        for migration in MIGRATIONS[version:]:
            for statement in filter(str.strip, migration.split(";")):
                db.execute(statement)
        db.execute(f"PRAGMA user_version={max(version, NEWEST)}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
