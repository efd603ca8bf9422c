"""What a server remembers of clicks, so that a second one starts no second run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hitl.ui import session


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(session, "_started", {})
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def page() -> None:
    import streamlit as st

    from hitl.ui.session import cached_engine, page_settings, start_run

    engine = cached_engine(page_settings())
    for number in range(5):
        start_run(engine, "expense", {"purpose": "A desk", "amount": 5.0}, f"form {number}")
    start_run(engine, "expense", {"purpose": "A desk", "amount": 5.0}, "form 4")  # a second click
    st.text(len(engine.runs()))


def test_clicks_are_remembered_and_the_oldest_of_too_many_is_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "expense=hitl.examples.expense:ExpenseFlow")
    monkeypatch.setattr(session, "REMEMBERED", 3)

    at = AppTest.from_function(page, default_timeout=20).run()

    assert not at.exception
    assert at.text[0].value == "5", "the second click has started nothing"
    assert list(session._started) == ["form 2", "form 3", "form 4"]
