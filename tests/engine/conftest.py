from __future__ import annotations

from collections.abc import Iterator

import pytest

from hitl.engine import Engine, open_engine
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


@pytest.fixture
def settings() -> Settings:
    return Settings(workflows={name: f"tests.engine.flows:{cls}" for name, cls in FLOWS.items()})


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings)
    yield engine
    engine.close()
