from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hitl.engine import Engine, open_engine
from hitl.settings import Settings
from tests import postgres

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


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a Postgres, which runs while there are tests that need it: one for all processes of the tests."""
    own = tmp_path_factory.getbasetemp()
    with postgres.running((own if worker_id == "master" else own.parent) / "postgres") as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with all tables, of which each test gets a copy."""
    url = postgres.new_database(postgres_server)
    settings = Settings(home=tmp_path_factory.mktemp("template"), database_url=url, workflows={})
    with closing(open_engine(settings)):
        return postgres.name_in(url)


@pytest.fixture
def database_url(postgres_server: str, postgres_template: str) -> str:
    """The address of a new database."""
    return postgres.new_database(postgres_server, postgres_template)


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest) -> Settings:
    url = request.getfixturevalue("database_url") if request.param == "postgres" else None
    workflows = {name: f"tests.engine.flows:{cls}" for name, cls in FLOWS.items()}
    return Settings(workflows=workflows, database_url=url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings)
    yield engine
    engine.close()
