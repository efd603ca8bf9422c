"""What is misspelt in the settings is told on the page: entries that are no workflow, and names that are no setting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hitl.engine import Engine, WorkflowUnusable, open_engine
from hitl.engine.workflows import registry
from hitl.settings import load_settings
from hitl.ui import shared_engine, shown
from tests.app.visitor import has_button, text_of, wait_for
from tests.engine.workflows.test_loading import FLOW, WAITS, module

__all__ = ["module"]  # a fixture

APP = Path(__file__).parents[2] / "app.py"
ODD = "tests.engine.workflows.odd_sources"
ENTRIES = (
    f"flows:Trip, bare=tests.app.any_flows:Bare, passes={ODD}:NeedsThings, later={ODD}:made_later, a=b:C, a=d:E, z=q"
)


@pytest.fixture(autouse=True)
def nothing_is_logged_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_engine, "_logged", set())


def open_page(workflow: str = "") -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=20)
    if workflow:
        at.query_params["workflow"] = workflow
    at.run()
    assert not at.exception
    return at


def test_each_entry_that_is_no_workflow_says_on_the_page_what_the_engine_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", ENTRIES)
    engine = open_engine(load_settings(), owner=False)
    for name in ("flows:Trip", "passes", "later", "a", "z"):
        at = open_page(name)
        assert [error.value for error in at.error] == [shown(why_unusable(engine, name))]
        assert len(at.segmented_control(key="hitl.workflow").options) == 6
    engine.close()

    at = open_page("bare")
    assert not at.error
    at.button(key="start").click().run()
    wait_for(at, has_button("hitl.send"))


def test_a_module_that_never_ends_is_told_and_the_others_can_be_chosen(
    module: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registry, "PATIENCE", 0.2)
    module("slow_flow", WAITS + FLOW)
    monkeypatch.setenv("HITL_WORKFLOWS", "slow=slow_flow:Flow, bare=tests.app.any_flows:Bare")
    for _ in range(2):
        assert "has been loading for" in open_page().error[0].value
    at = open_page("bare")
    assert not at.error
    assert has_button("start")(at)


def why_unusable(engine: Engine, name: str) -> str:
    with pytest.raises(WorkflowUnusable) as told:
        engine.start(name)
    return str(told.value)


def test_a_misspelt_variable_is_told_quietly_and_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("HITL_WORKFLOW", "trip=flows:Trip")
    monkeypatch.setenv("HITL_WORKFLOWS", "bare=tests.app.any_flows:Bare")
    monkeypatch.setattr("hitl.ui.trouble.is_visitor_local", lambda: True)
    at = open_page()
    at.run()

    sentence = "HITL_WORKFLOW is not a setting; did you mean HITL_WORKFLOWS?"
    assert [caption.value for caption in at.sidebar.caption].count(shown(sentence)) == 1
    assert not at.error
    assert [record.getMessage() for record in caplog.records if record.name == "hitl"] == [sentence]


def test_somebody_elsewhere_does_not_see_what_is_misspelt_and_the_log_has_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("HITL_WORKFLOW", "trip=flows:Trip")
    monkeypatch.setenv("HITL_WORKFLOWS", "bare=tests.app.any_flows:Bare")
    assert "did you mean" not in text_of(open_page())
    assert "did you mean HITL_WORKFLOWS?" in caplog.text


def test_a_misspelt_secret_stops_the_page_with_the_name_that_was_meant():
    at = AppTest.from_file(str(APP), default_timeout=20)
    at.secrets["HITL_WORKFLOW"] = "trip=flows:Trip"
    at.run()
    assert "HITL_WORKFLOW is not a setting; did you mean HITL_WORKFLOWS?" in text_of(at).replace("\\", "")


def test_nothing_is_told_when_nothing_is_misspelt(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "bare=tests.app.any_flows:Bare")
    assert "not a setting" not in text_of(open_page())
