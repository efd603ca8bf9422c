from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl.engine import Engine, Run, open_engine
from hitl.settings import load_settings
from tests.cli.calling import asked
from tests.conftest import until
from tests.fake_openai import FakeOpenAI
from tests.report.model_runs import server

__all__ = ["server"]  # a fixture

FLOWS = {"order": "AskOnce", "fails": "Fails", "counts": "Counts", "grades": "Grades", "slow": "Slow"}
OWN_FLOWS = {"text": "AsksAboutText", "at_once": "WritesAtOnce"}


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of its own: no settings of whoever runs the tests, and a user called ana."""
    workflows = ["report=hitl.report:ReportWorkflow"]
    workflows += [f"{name}=tests.engine.flows:{flow}" for name, flow in FLOWS.items()]
    workflows += [f"{name}=tests.cli.flows:{flow}" for name, flow in OWN_FLOWS.items()]
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(workflows))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def owner() -> Iterator[Engine]:
    """The engine that carries out what the command line records, as the page's server has it."""
    engine = open_engine(load_settings())
    yield engine
    engine.close()


@pytest.fixture
def report(owner: Engine) -> Run:
    """A run that has given its report."""
    run = owner.start("report", topic="How do heat pumps work?")
    run.answer(asked(run).id, {"approved": True}, by="ben")
    until(lambda: run.status == "completed")
    return run


@pytest.fixture
def written(server: FakeOpenAI, owner: Engine) -> Run:
    """A report whose text, written by the fake model, waits for its review."""
    run = owner.start("report", topic="How do heat pumps work?")
    run.answer(asked(run).id, {"approved": True}, by="ben")
    asked(run, "ReviewReport")
    return run
