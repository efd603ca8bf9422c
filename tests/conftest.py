"""What every test may use."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from hitl.settings import USUAL_NAMES

T = TypeVar("T")


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
