"""What every test may use."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import pytest

from hitl.settings import USUAL_NAMES

T = TypeVar("T")
R = TypeVar("R", pytest.TestReport, pytest.CollectReport)

SKIPS_NOTHING = bool(os.environ.get("HITL_SKIP_NOTHING"))
"""Set where every test can run: a skipped test then fails, since nobody would see that it has looked at nothing."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _not_skipped((yield))


def _not_skipped(report: R) -> R:
    if SKIPS_NOTHING and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"HITL_SKIP_NOTHING is set, and this was skipped: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh folder for everything that hitl stores, so that no test meets another's runs."""
    folder = tmp_path / "home"
    monkeypatch.setenv("HITL_HOME", str(folder))
    for name in USUAL_NAMES:  # no test may ask a real model
        monkeypatch.delenv(name, raising=False)
    return folder


def until(condition: Callable[[], T], seconds: float = 15.0) -> T:
    """Ask until the answer is truthy, and return it; fail after a deadline."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still {answer!r} after {seconds} s")
        time.sleep(0.005)
    return answer
