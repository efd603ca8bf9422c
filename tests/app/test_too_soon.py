"""A click that came so soon after a question appeared that it was meant for something else."""

from __future__ import annotations

from importlib import import_module

import pytest
from streamlit.testing.v1 import AppTest

from hitl.ui._compat import shown
from hitl.ui.send_answer import CAME_TOO_SOON
from tests.app.visitor import PLUTO, has_button, open_page, shows, start, text_of, wait_for
from tests.conftest import until
from tests.ui.form_flows import ARRIVED

SENDING = import_module("hitl.ui.send_answer")  # `hitl.ui` has a function of this name


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is one of a workflow that asks again until it is approved."""
    monkeypatch.setenv("HITL_WORKFLOWS", "again=tests.ui.form_flows:AsksForApproval")
    ARRIVED.clear()  # which the flow counts its rounds by


def click(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def warnings(at: AppTest) -> list[str]:
    return [str(warning.value) for warning in at.warning]


def test_a_review_says_that_a_click_came_too_soon_and_takes_the_next(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SENDING, "TOO_SOON", 1e9)
    at = open_page()
    start(at, PLUTO)
    wait_for(at, has_button("approve"))
    run = at.session_state["run"]

    click(at, "approve")

    assert warnings(at) == [shown(CAME_TOO_SOON)]
    assert (len(at.error), run.answers) == (0, [])
    click(at, "reject")
    assert warnings(at) == [shown(CAME_TOO_SOON)], "it is said once"

    monkeypatch.setattr(SENDING, "TOO_SOON", 0.0)
    click(at, "approve")
    wait_for(at, lambda at: run.status == "completed")
    assert warnings(at) == []
    assert len(run.answers) == 1


def test_the_second_click_of_a_double_click_does_not_answer_the_next_question(
    again: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(SENDING, "TOO_SOON", 0.0)
    at = open_again()
    run = at.session_state["run"]
    click(at, "reject")
    until(lambda: run.question and run.question.body["round"] == 2)
    at.run()
    monkeypatch.setattr(SENDING, "TOO_SOON", 1e9)

    click(at, "reject")

    assert warnings(at) == [shown(CAME_TOO_SOON)]
    assert [answer.body["approved"] for answer in run.answers] == [False]
    assert run.question


def test_the_second_click_on_an_answered_question_says_nothing(again: None, monkeypatch: pytest.MonkeyPatch):
    """The browser still shows the buttons of before, whose callback gets the question that is answered."""
    monkeypatch.setattr(SENDING, "TOO_SOON", 0.0)
    at = open_again()
    run, reject = at.session_state["run"], at.button(key="reject")
    reject.click().run()
    reject.click().run()
    assert not at.exception
    assert (warnings(at), len(at.error)) == ([], 0)
    until(lambda: run.question and run.question.body["round"] >= 2)


def test_it_is_not_said_any_more_once_somebody_else_has_answered(again: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(SENDING, "TOO_SOON", 1e9)
    at = open_again()
    run = at.session_state["run"]
    click(at, "approve")
    assert warnings(at) == [shown(CAME_TOO_SOON)]

    run.answer(run.question.id, {"approved": True, "reason": ""}, by="ben")
    wait_for(at, lambda at: run.status == "completed")

    assert warnings(at) == []


def test_what_is_missing_is_not_told_of_a_click_that_came_too_soon(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "name=tests.ui.form_flows:Bare")
    monkeypatch.setattr(SENDING, "TOO_SOON", 1e9)
    at = open_page()
    click(at, "start")
    wait_for(at, has_button("hitl.send"))

    click(at, "hitl.send")

    assert warnings(at) == [shown(CAME_TOO_SOON)]
    assert "Type an answer first." not in text_of(at)


def open_again() -> AppTest:
    """A page that shows the first question of that workflow."""
    at = open_page()
    click(at, "start")
    wait_for(at, has_button("approve"))
    assert shows("**Round:** 1")(at)
    return at
