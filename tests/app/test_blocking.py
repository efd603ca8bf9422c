"""The page of a run whose step blocks says so, and can end it."""

from __future__ import annotations

import threading

import pytest

from hitl.engine import open_engine
from hitl.engine.runtime import watchdog
from hitl.settings import load_settings
from tests.app.visitor import cancel, open_page, shows, text_of, wait_for
from tests.engine.blocking_flows import Spins


def test_a_page_says_which_step_has_not_yielded_and_that_a_cancel_cannot_interrupt_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "spins=tests.engine.blocking_flows:Spins")
    monkeypatch.setattr(watchdog, "TELL_AFTER", 0.3)
    for event in (Spins.begun, Spins.released):
        event.clear()
    engine = open_engine(load_settings())
    try:
        run = engine.start("spins")
        assert Spins.begun.wait(timeout=30)
        at = open_page(run.id)
        wait_for(at, shows("The step spin has not yielded for"))
        assert "Other runs go on; Python cannot interrupt it." in text_of(at)

        cancel(at)
        wait_for(at, shows("The step spin had not yielded by then."))
        assert "This run was cancelled" in text_of(at)
        assert "has not yielded for" not in text_of(at)
    finally:
        Spins.released.set()
        engine.close()


def test_one_step_too_many_is_told_on_every_page(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "spins=tests.engine.blocking_flows:Spins,order=tests.engine.flows:AskOnce")
    monkeypatch.setattr(watchdog, "MOST_BLOCKED", 0)
    for event in (Spins.begun, Spins.released):
        event.clear()
    engine = open_engine(load_settings())
    starting = threading.Thread(target=engine.start, args=["spins"], daemon=True)
    try:
        starting.start()
        assert Spins.begun.wait(timeout=30)
        at = open_page()
        wait_for(at, shows("one more blocks everything else until one of them does"))
        late = engine.start("order", item="tea")  # is stored, and begins when it can
        Spins.released.set()
        wait_for(at, lambda at: not shows("one more blocks")(at))
        wait_for(at, lambda at: late.questions)
    finally:
        Spins.released.set()
        starting.join(timeout=30)
        engine.close()
