"""Report workflows with the fake server as their model, run to their end without an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hitl.report import ReviewDecision, ReviewFindings
from hitl.report.events import GoOn
from tests.fake_openai import FakeOpenAI
from tests.llm.asking import KEY
from tests.scholar import scholar


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    """A model at hand, as the settings name it."""
    with FakeOpenAI() as server:
        server.otherwise = scholar
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_API_BASE", server.base)
        monkeypatch.setenv("HITL_PRICES", "gpt-5-mini=0.25/2/0.025")  # a server of one's own has no known prices
        yield server


def decide(approved: bool, go_on: GoOn = "", **fields: Any) -> Callable[[ReviewFindings], ReviewDecision]:
    return lambda question: ReviewDecision(approved=approved, go_on=go_on, **fields)
