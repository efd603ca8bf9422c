from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import SecretStr

from hitl.engine import Engine, open_engine, opening
from hitl.settings import Settings

FLOWS = {
    "order": "AskOnce",
    "fails": "Fails",
    "slow": "Slow",
    "counts": "Counts",
    "chatters": "Chatters",
    "waits": "Waits",
    "vague": "Vague",
    "waits twice": "WaitsTwice",
    "grows": "Grows",
    "beside": "Beside",
    "grades": "Grades",
    "rude": "Rude",
    "made before": "the_one_made_before",
    "wrong": "not_a_workflow",
    "missing": "NoSuchThing",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `over_both` over a file and over Postgres; or everything, if `OVER_POSTGRES` is set."""
    if os.environ.get("OVER_POSTGRES"):
        metafunc.parametrize("tables", ["postgres"], indirect=True)
    elif metafunc.definition.get_closest_marker("over_both"):
        metafunc.parametrize("tables", ["file", "postgres"], indirect=True)


@pytest.fixture(autouse=True)
def tables(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where the runs are stored, for a test that opens an engine."""
    if getattr(request, "param", "file") == "postgres":
        monkeypatch.setenv("HITL_DATABASE_URL", request.getfixturevalue("database_url"))
    yield
    for worker in list(opening._workers.values()):  # a test that has failed leaves it open, and DBOS is one per process
        worker.close()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a Postgres, which runs while there are tests that need it: one for all processes of the tests."""
    pytest.importorskip("dbos")
    postgres = pytest.importorskip("tests.postgres")
    own = tmp_path_factory.getbasetemp()
    with postgres.running(postgres.folder_for(own if worker_id == "master" else own.parent)) as address:
        yield address


@pytest.fixture(scope="session")
def database(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database of this process, with all tables; a new one for each test takes seconds to delete."""
    from tests import postgres

    url = postgres.new_database(postgres_server)
    settings = Settings(home=tmp_path_factory.mktemp("tables"), database_url=SecretStr(url), workflows={})
    with closing(open_engine(settings)):
        return url


@pytest.fixture
def database_url(database: str) -> str:
    """The address of a database without runs."""
    from tests import postgres

    postgres.empty(database)
    return database


@pytest.fixture
def settings() -> Settings:
    return Settings(workflows={name: f"tests.engine.flows:{cls}" for name, cls in FLOWS.items()})


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings)
    yield engine
    engine.close()
