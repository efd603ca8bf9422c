"""What a server remembers of clicks, so that a second one starts no second run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hitl.engine import open_engine
from hitl.examples.expense import ExpenseFlow
from hitl.settings import Settings
from hitl.ui import session


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(session, "_clicks", {})
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def page() -> None:
    import streamlit as st

    from hitl.ui.session import start_run
    from hitl.ui.shared_engine import cached_engine, page_settings

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
    assert list(session._clicks) == ["form 2", "form 3", "form 4"]


def test_a_start_that_takes_its_time_holds_up_only_the_second_click_on_the_same():
    begun, may_go_on = threading.Event(), threading.Event()

    def slow_to_load() -> ExpenseFlow:
        begun.set()
        assert may_go_on.wait(20)
        return ExpenseFlow()

    engine = open_engine(Settings(), workflows={"slow": slow_to_load, "quick": ExpenseFlow})
    dinner = {"purpose": "Dinner", "amount": 5.0}
    with ThreadPoolExecutor(3) as threads:
        try:
            clicks = [threads.submit(session._run_of_click, engine, "slow", dinner, "slow form") for _ in range(2)]
            assert begun.wait(10)
            quick = threads.submit(session._run_of_click, engine, "quick", dinner, "quick form").result(timeout=10)
            assert not any(click.done() for click in clicks)
        finally:
            may_go_on.set()
        first, second = (click.result(timeout=10) for click in clicks)
    assert first.id == second.id != quick.id
    assert len(engine.runs()) == 2
    engine.close()
