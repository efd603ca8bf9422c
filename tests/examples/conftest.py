from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from hitl.engine import Engine, open_engine
from hitl.settings import load_settings

PATHS = (
    "expense=expense:ExpenseFlow interview=interview:InterviewFlow reviews=reviews:ReviewsFlow cleaner=cleaner:cleaner"
)


@pytest.fixture(autouse=True)
def fresh_server() -> Iterator[None]:
    """What a server keeps for all sessions (the engine above all) does not outlive a test."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The engine that carries out what the command line records."""
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(path.replace("=", "=hitl.examples.") for path in PATHS.split()))
    engine = open_engine(load_settings())
    yield engine
    engine.close()
