from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

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


@pytest.fixture
def settings() -> Settings:
    return Settings(workflows={name: f"tests.engine.flows:{cls}" for name, cls in FLOWS.items()})


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings)
    yield engine
    engine.close()
