"""The log of a run on its page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hitl.engine import Engine, open_engine
from hitl.settings import Settings
from hitl.ui.log import NEWEST
from tests.conftest import until

SAID = 120


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    engine = open_engine(Settings(workflows={"chatters": "tests.ui.log_flows:Chatty"}))
    yield engine
    engine.close()


def page() -> None:
    import streamlit as st

    from hitl.ui.keys import state
    from hitl.ui.log import draw_log
    from hitl.ui.run_log import RunLog

    run = st.session_state["the run"]
    state.log = RunLog(run.events())
    draw_log(run, "What happened")


def opened(engine: Engine) -> AppTest:
    run = engine.start("chatters", times=SAID)
    until(lambda: run.status == "completed")
    at = AppTest.from_function(page, default_timeout=20)
    at.session_state["the run"] = run
    at.run()
    assert not at.exception
    return at


def lines(at: AppTest) -> list[str]:
    (block,) = at.code
    return str(block.value).split("\n")


def test_the_newest_stand_first_with_time_and_step_and_cost_one_element(engine: Engine):
    at = opened(engine)
    assert len(lines(at)) == NEWEST + 1
    assert lines(at)[0].endswith("  Talk · Finished")
    assert lines(at)[1].endswith(f"  Talk · Said number {SAID - 1}: <b> $a$")
    assert lines(at)[-1] == f"… {SAID + 2 - NEWEST} earlier events"
    assert not at.button


def test_earlier_events_come_a_page_at_a_time_and_the_page_stays(engine: Engine):
    at = opened(engine)
    at.session_state["hitl.open_log"] = True
    at.run()
    assert len(lines(at)) == NEWEST
    at.button(key="hitl.log_earlier").click().run()
    second = lines(at)
    assert second[0].endswith(f"number {SAID - NEWEST}: <b> $a$")
    assert at.run() and lines(at) == second

    at.button(key="hitl.log_earlier").click().run()
    assert lines(at)[-1].endswith("  Started")
    assert at.button(key="hitl.log_earlier").disabled
    at.button(key="hitl.log_later").click().run()
    assert lines(at) == second
    at.button(key="hitl.log_later").click().run()
    assert lines(at)[0].endswith("Finished")
    assert at.button(key="hitl.log_later").disabled


def test_the_technical_detail_is_one_click_away_and_literal(engine: Engine):
    at = opened(engine)
    at.session_state["hitl.open_log"] = True
    at.run()
    at.button(key="hitl.log_detail").click().run()
    assert lines(at)[0].startswith(f"{SAID + 2}  ")
    assert lines(at)[0].endswith("  StopEvent (stop, talk)")
    body = json.loads(lines(at)[3])
    assert body["message"] == f"Said number {SAID - 1}: <b> $a$"
    at.button(key="hitl.log_detail").click().run()
    assert lines(at)[0].endswith("Finished")


def test_the_download_has_every_event_and_is_made_when_it_is_asked_for(engine: Engine):
    from hitl.ui.log import _as_json_lines

    at = opened(engine)
    at.session_state["hitl.open_log"] = True
    at.run()
    (button,) = at.download_button
    assert button.key == "hitl.log_download"
    run = at.session_state["the run"]
    events = [json.loads(line) for line in _as_json_lines(run).splitlines()]
    assert [event["seq"] for event in events] == list(range(1, SAID + 3))
    assert events[1]["step"] == "talk"
