from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl.engine import Engine, open_engine
from hitl.settings import load_settings

FLOWS = {"order": "AskOnce", "fails": "Fails", "counts": "Counts", "grades": "Grades", "slow": "Slow"}


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of its own: no settings of whoever runs the tests, and a user called ana."""
    workflows = ["report=hitl.report:ReportWorkflow", *(f"{k}=tests.engine.flows:{v}" for k, v in FLOWS.items())]
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
