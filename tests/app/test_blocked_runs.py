"""A run that cannot go on here is shown as such on its page and in the lists, and waits for nobody there."""

from __future__ import annotations

from contextlib import closing

import pytest
import streamlit as st

from hitl.engine import open_engine
from hitl.engine.engine import Owner
from hitl.settings import load_settings
from tests.app.test_lists import in_history, in_inbox, open_view
from tests.app.visitor import button_labels, open_page, text_of
from tests.conftest import until


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on which everybody sees all runs."""
    monkeypatch.setenv("HITL_SHARED", "1")
    monkeypatch.setenv("HITL_WORKFLOWS", "panel=tests.engine.told_flows:Panel,order=tests.engine.flows:AskOnce")


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> str:
    """A run with two open questions whose workflow is another one after a restart, beside one that goes on."""
    with closing(open_engine(load_settings())) as engine:
        run = engine.start("panel")
        until(lambda: len(run.questions) == 2 and not run.active)
        tea = engine.start("order", item="tea")
        until(lambda: tea.question and not tea.active)
    st.cache_resource.clear()
    monkeypatch.setenv("HITL_WORKFLOWS", "panel=tests.engine.told_flows:Spans,order=tests.engine.flows:AskOnce")
    return run.id


def test_its_page_says_blocked_and_shows_all_that_was_asked(blocked: str):
    at = open_page(blocked)

    assert "Blocked" in text_of(at)
    assert "Waiting for you :small" not in text_of(at)
    assert [place.label for place in at.expander if place.label.startswith("What was asked")] == [
        "What was asked: review · Ana: your vote",
        "What was asked: review · Ben: your vote",
    ]
    assert "**Reviewer:** Ben" in text_of(at)
    assert not at.json


def test_the_lists_mark_it_and_count_what_can_be_answered(blocked: str):
    at = open_view("inbox")
    assert "Inbox (1)" in button_labels(at)
    assert len(in_inbox(at)) == 3
    assert text_of(at).count("It takes no answer now") == 2
    help_of = {button.key: button.help for button in at.button}
    assert ": Blocked, started" in help_of[f"hitl.sidebar_run-{blocked}"]
    at = open_view("history")
    assert blocked in in_history(at)
    assert text_of(at).count("-badge[:material/block: Blocked]") == 1


@pytest.mark.parametrize("workflows", ["order=tests.engine.flows:AskOnce", "panel=no_such:Thing", "panel=panel"])
def test_it_is_known_whose_workflow_is_gone_or_cannot_be_loaded(
    blocked: str, monkeypatch: pytest.MonkeyPatch, workflows: str
):
    monkeypatch.setenv("HITL_WORKFLOWS", workflows)
    for is_owner in (True, False):
        with closing(open_engine(load_settings(), owner=is_owner)) as engine:
            assert isinstance(engine, Owner) == is_owner
            assert blocked in engine.blocked_runs()


def test_a_run_that_goes_on_is_not_blocked(blocked: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "panel=tests.engine.told_flows:Panel,order=tests.engine.flows:AskOnce")
    with closing(open_engine(load_settings())) as engine:
        assert engine.blocked_runs() == set()
