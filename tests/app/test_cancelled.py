"""A cancelled run: what it had found stays readable, and it is taken up again at its last question."""

from __future__ import annotations

import time

from streamlit.testing.v1 import AppTest

from hitl.ui.send_answer import TOO_SOON
from tests.app.flows import PatientReport
from tests.app.visitor import (
    PLUTO,
    button_labels,
    cancel,
    decide,
    has_button,
    open_page,
    quotes,
    run_id_of,
    shows,
    start,
    start_and_wait,
    text_of,
    wait_for,
)
from tests.conftest import until


def at_rest(at: AppTest) -> AppTest:
    until(lambda: not at.session_state["run"].record.active)
    return at


def take_up(at: AppTest) -> None:
    at.button(key="hitl.resume").click().run()
    assert not at.exception


def test_what_it_had_found_stays_readable_and_nothing_can_be_decided():
    at = at_rest(start_and_wait())
    found = quotes(at).values()
    cancel(at)

    assert "This run was cancelled" in text_of(at)
    assert f"Round 1: {len(found)} findings" in text_of(at)
    assert len([each for each in at.button if "-open-" in str(each.key)]) == len(found)
    assert not {"approve", "reject"} & {button.key for button in at.button}
    assert not [pill for pill in at.pills if "-kept-" in str(pill.key)]
    at.button(key=f"hitl.desk-{at.session_state['run'].last_question.id}-next").click().run()
    at.run()
    assert f"2 of {len(found)}" in text_of(at)


def test_it_is_taken_up_again_with_what_was_entered_and_the_log_says_by_whom():
    at = at_rest(start_and_wait(name="Ana"))
    at.text_area(key="feedback").input("Who discovered it?").run()
    question = at.session_state["run"].question
    cancel(at)
    at.text_input(key="hitl.by").input("Ben").run()

    take_up(at)
    wait_for(at, has_button("approve"))

    assert at.session_state["run"].question == question
    assert at.text_area(key="feedback").value == "Who discovered it?"
    assert "Ben took the cancelled run up again" in "\n".join(
        str(event.body.get("message")) for event in at.session_state["run"].events()
    )
    decide(at, "reject")
    wait_for(at, shows("Round 2"))
    decide(at, "approve")
    wait_for(at, shows("References"))


def test_a_click_that_follows_the_one_that_takes_it_up_decides_nothing():
    at = at_rest(start_and_wait())
    drawn = at.session_state["hitl.drawn"].values()
    until(lambda: time.monotonic() - max(drawn) > TOO_SOON)
    cancel(at)
    take_up(at)
    wait_for(at, has_button("approve"))
    at.button(key="approve").click().run()
    assert at.session_state["run"].question
    assert "came too soon" in text_of(at)


def test_two_people_take_it_up_and_it_is_taken_up_once():
    first = at_rest(start_and_wait(name="Ana"))
    cancel(first)
    second = open_page(run_id_of(first), name="Ben")
    take_up(first)
    take_up(second)
    for at in (first, second):
        wait_for(at, has_button("approve"))
    events = [event.type for event in first.session_state["run"].events()]
    assert events.count("RunResumed") == 1


def test_a_decision_that_came_when_it_was_cancelled_can_be_made_after_all():
    ana = at_rest(start_and_wait(name="Ana"))
    ben = open_page(run_id_of(ana), name="Ben")
    cancel(ana)
    decide(ben, "reject")
    assert "The run had ended before your decision" in text_of(ben)
    take_up(ben)
    wait_for(ben, has_button("approve"))
    assert "The run had ended" not in text_of(ben)
    decide(ben, "reject")
    wait_for(ben, shows("Round 2"))


def test_a_run_that_was_cancelled_at_work_says_why_it_cannot_be_taken_up(monkeypatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "report=tests.app.flows:PatientReport")
    PatientReport.let.clear()
    at = open_page()
    start(at, PLUTO)
    at.button(key="cancel").click().run()
    assert "cannot be taken up again where it is" in text_of(at)
    at.button(key="hitl.confirm_cancel").click().run()
    assert "a step was at work" in text_of(at)
    assert not has_button("hitl.resume")(at)
    assert "Start again with the same inputs" in button_labels(at)
    PatientReport.let.set()


def test_an_open_tab_notices_that_it_was_taken_up():
    at = at_rest(start_and_wait())
    cancel(at)
    looks = [each for each in at.session_state["hitl.shown"] if each.drawn == "cancelled"]
    assert [each.look() for each in looks] == ["cancelled"]
    at.session_state["run"].resume(by="Ana")
    assert [each.look() for each in looks] == ["waiting"]
