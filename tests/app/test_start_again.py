"""Starting again with the inputs of an earlier run, also when the workflow takes others now."""

from __future__ import annotations

from contextlib import closing

import pytest
import streamlit as st

from hitl.engine import open_engine
from hitl.settings import load_settings
from tests.app.visitor import open_page, text_of
from tests.conftest import until

BEFORE = "travel=tests.app.again_flows:Travel"


def cancelled(**inputs: object) -> str:
    with closing(open_engine(load_settings())) as engine:
        run = engine.start("travel", **inputs)
        until(lambda: run.question and not run.active)
        run.cancel()
    st.cache_resource.clear()
    return run.id


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_WORKFLOWS", BEFORE)


def test_a_renamed_field_opens_the_form_with_what_still_fits(monkeypatch: pytest.MonkeyPatch):
    run_id = cancelled(goal="Look at <b>tides</b>", days=3, stops=["Rome", "Oslo"], hotel={"name": "Sole", "stars": 4})
    monkeypatch.setenv("HITL_WORKFLOWS", BEFORE.replace("Travel", "Renamed"))
    at = open_page(run_id)
    at.button(key="hitl.start_again").click().run()

    assert not at.exception
    assert "what still fits of the earlier inputs. Not in it: Goal: Look at \\<b\\>tides" in text_of(at)
    assert "goal: Where has no such field. It has: target, days, stops, hotel." in text_of(at).replace("\\", "")
    assert at.number_input(key="hitl.field.days").value == 3
    assert at.text_area(key="hitl.field.stops").value == "Rome\nOslo"
    assert at.text_input(key="hitl.field.hotel.name").value == "Sole"
    at.text_input(key="hitl.field.target").input("Tides")
    at.button(key="start").click().run()
    assert not at.exception
    inputs = at.session_state["run"].inputs
    assert inputs == {
        "target": "Tides",
        "days": 3,
        "stops": ["Rome", "Oslo"],
        "hotel": {"name": "Sole", "stars": 4},
    }


def test_a_value_that_does_not_fit_any_more_is_left_to_be_entered(monkeypatch: pytest.MonkeyPatch):
    run_id = cancelled(goal="Tides", days=3)
    monkeypatch.setenv("HITL_WORKFLOWS", BEFORE.replace("Travel", "Shorter"))
    at = open_page(run_id)
    at.button(key="hitl.start_again").click().run()

    assert not at.exception
    assert "Not in it: Days: 3" in text_of(at)
    assert at.text_input(key="hitl.field.goal").value == "Tides"
    at.number_input(key="hitl.field.days").set_value(2)
    at.button(key="start").click().run()
    assert not at.exception
    assert at.session_state["run"].inputs == {"goal": "Tides", "days": 2}


def test_inputs_that_fit_start_at_once():
    run_id = cancelled(goal="Tides", days=3)
    at = open_page(run_id)
    at.button(key="hitl.start_again").click().run()

    assert not at.exception
    assert at.session_state["run"].id != run_id
    assert at.session_state["run"].inputs["goal"] == "Tides"
