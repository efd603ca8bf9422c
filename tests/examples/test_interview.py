from __future__ import annotations

from datetime import date

import pytest

from hitl.engine import Engine
from hitl.examples.interview import InterviewFlow
from hitl.testing import InvalidAnswer, answer, run_until_question
from tests.app.visitor import decide, shows, text_of, wait_for
from tests.conftest import until
from tests.examples.gallery import answer_by_command, open_gallery, start, start_by_command

ANA = {"name": "Ana", "years": 3, "place": "both", "first_day": "2026-10-01"}


def test_three_questions_are_asked_in_a_row():
    run = run_until_question(InterviewFlow)
    assert run.question.prefix == "What is your name?"

    run = answer(run, name="Ana")
    assert run.question.prefix == "How long have you been a gardener, Ana?"

    run = answer(answer(run, years=3), place="both", first_day=date(2026, 10, 1))
    assert run.result == ANA


def test_an_answer_beyond_its_limits_is_refused():
    run = answer(run_until_question(InterviewFlow), name="Ana")

    with pytest.raises(InvalidAnswer, match="less than or equal to 60"):
        answer(run, years=61)


def test_on_the_page():
    at = start(open_gallery("interview"))

    wait_for(at, shows("What is your name?"))
    at.text_input(key="hitl.field.name").input("Ana")
    decide(at, "hitl.send")
    wait_for(at, shows("How long have you been a gardener, Ana?"))
    at.number_input(key="hitl.field.years").set_value(3)
    decide(at, "hitl.send")
    wait_for(at, shows("Where, and from when on?"))
    at.date_input(key="hitl.field.first_day").set_value(date(2026, 10, 1))
    decide(at, "hitl.decide.place-both")

    wait_for(at, shows("2026-10-01"))
    assert "**Name:** Ana" in text_of(at)
    assert "**Years:** 3" in text_of(at)


def test_on_the_command_line(owner: Engine):
    run = start_by_command(owner, "interview")

    answer_by_command(run, "--field", "name=Ana")
    answer_by_command(run, "--field", "years=3")
    answer_by_command(run, "--field", "place=both", "--field", "first_day=2026-10-01")

    assert until(lambda: run.result) == ANA
