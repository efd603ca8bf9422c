"""What is said of a Postgres that cannot be used, and which addresses can."""

from __future__ import annotations

import secrets
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from hitl.engine import Engine, StoreUnusable, open_engine
from hitl.engine.replicas.replica import Replica
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.file_flows import Scanner
from tests.engine.more_flows import asked

psycopg = pytest.importorskip("psycopg")
postgres = pytest.importorskip("tests.postgres")

from hitl.engine.store.postgres import PostgresDatabase  # noqa: E402


def address(server: str, user: str = "postgres", database: str = "postgres", options: str = "") -> str:
    """An address in a server that is reached by a socket."""
    return f"postgresql://{user}@/{quote(database)}?host={quote(server.partition('host=')[2])}{options}"


@pytest.fixture
def made(postgres_server: str):
    """Makes something in the server, and takes it away again at the end."""
    names: list[tuple[str, str]] = []

    def make(kind: str, options: str = "", name: str = "") -> str:
        name = name or f"hitl_{secrets.token_hex(4)}"
        with psycopg.connect(postgres_server, autocommit=True) as db:
            db.execute(f'CREATE {kind} "{name}" {options}')
        names.append((kind, name))
        return name

    yield make
    with psycopg.connect(postgres_server, autocommit=True) as db:
        for kind, name in reversed(names):
            db.execute(f'DROP {kind} "{name}"{" WITH (FORCE)" if kind == "DATABASE" else ""}')


def refusal(url: str) -> str:
    with pytest.raises(StoreUnusable) as refused:
        PostgresDatabase(url).close()
    return str(refused.value)


def test_what_a_person_has_to_mend_is_said(postgres_server: str, database_url: str, made):
    assert refusal(address(postgres_server, database="nowhere")).endswith(
        'FATAL: database "nowhere" does not exist. Look at HITL_DATABASE_URL. If that is right, hitl goes on by itself '
        "when the database is back."
    )
    assert 'role "nobody" does not exist. Look at' in refusal(address(postgres_server, "nobody"))
    assert "“x” at 127.0.0.1: Connection refused. What was stored" in refusal("postgresql://a:b@127.0.0.1:1/x")
    assert "Look at HITL_DATABASE_URL" in refusal(f"{database_url}&nonsense=1")
    poor, other = made("ROLE", "LOGIN"), made("DATABASE")
    assert "Have its owner GRANT CREATE ON that DATABASE" in refusal(address(postgres_server, poor, other))
    letters = made("DATABASE", "ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    assert "keeps texts as SQL_ASCII" in refusal(address(postgres_server, database=letters))
    with psycopg.connect(address(postgres_server, database=other), autocommit=True) as db:
        db.execute("CREATE SCHEMA hitl")
        db.execute("CREATE TABLE hitl.runs(id int)")
        assert "has other tables in its schema hitl" in refusal(address(postgres_server, database=other))
        db.execute(f"ALTER DATABASE {other} SET default_transaction_read_only=on")
    assert "takes no writes. HITL_DATABASE_URL has to name" in refusal(address(postgres_server, database=other))


def test_tables_of_a_newer_hitl_are_left_as_they_are(database_url: str):
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("UPDATE hitl.versions SET version=version+90 WHERE part='postgres'")
        try:
            said = refusal(database_url)
        finally:
            db.execute("UPDATE hitl.versions SET version=version-90 WHERE part='postgres'")
    assert "was written by a newer hitl (version 9" in said
    assert "Update hitl to open it" in said


def test_an_address_may_have_signs_and_options_that_not_every_driver_knows(postgres_server: str, made, tmp_path: Path):
    user = made("ROLE", "LOGIN SUPERUSER", "an /od:d@name%")
    name = made("DATABASE", "", "wei rd?")
    options = (
        "&connect_timeout=3&keepalives=1&channel_binding=prefer&application_name=mine&options=-cstatement_timeout%3D0"
    )
    url = address(postgres_server, quote(user, safe=""), name, options)
    settings = Settings(home=tmp_path / "home", database_url=SecretStr(f" {url}\n"), workflows={})
    with closing(open_engine(settings)) as engine:
        assert engine.runs() == []


def test_a_run_waits_for_a_process_that_has_its_workflow(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("hitl.engine.replicas.replica.UNCLAIMED_FOR", 0.0)

    def settings(name: str) -> Settings:
        return Settings(home=tmp_path / name, database_url=SecretStr(database_url), workflows={})

    with closing(open_engine(settings("worker"))) as worker, closing(_page(settings("page"))) as page:
        run = page.start("scan", page=page.add_file(b"x", "x.bin"))
        reason = until(lambda: run.blocked_reason)
        assert reason == (
            "No process that runs workflows has taken it up: perhaps none has a workflow “scan”. Give all of them the "
            "same HITL_WORKFLOWS."
        )
        assert worker.in_memory() == []
        worker.register({"scan": Scanner})
        asked(run)
        assert run.blocked_reason is None


def _page(settings: Settings) -> Engine:
    engine = open_engine(settings, owner=False, workflows={"scan": Scanner})
    assert isinstance(engine, Replica)
    return engine
