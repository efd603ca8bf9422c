from __future__ import annotations

import pytest

from hitl.engine import Engine
from hitl.examples.reviews import ReviewsFlow
from hitl.testing import answer, run_until_question
from tests.app.visitor import decide, has_button, text_of, wait_for
from tests.conftest import until
from tests.examples.gallery import answer_by_command, open_gallery, result_of, run_of, start, start_by_command

LAW = {"aspect": "law", "good": True, "remark": ""}
LANGUAGE = {"aspect": "language", "good": False, "remark": "Too long."}


@pytest.mark.parametrize("order", [("law", "language"), ("language", "law")])
def test_both_questions_are_open_and_may_be_answered_in_any_order(order: tuple[str, str]):
    run = run_until_question(ReviewsFlow, text="All mimsy were the borogoves.")
    assert [asked.aspect for asked in run.questions] == ["law", "language"]

    for aspect in order:
        asked = next(asked for asked in run.questions if asked.aspect == aspect)
        given = LAW if aspect == "law" else LANGUAGE
        run = answer(run, question=asked, good=given["good"], remark=given["remark"])

    assert sorted(run.result, key=lambda opinion: opinion["aspect"]) == [LANGUAGE, LAW]


def test_on_the_page():
    at = open_gallery("reviews")
    at.text_area(key="hitl.field.text").input("All mimsy were the borogoves.")
    start(at)
    until(lambda: len(run_of(at.run()).questions) == 2)
    law, language = run_of(at).questions

    wait_for(at, has_button(f"hitl.decide.good-no-{language.id}"))
    at.text_input(key=f"hitl.field.remark-{language.id}").input("Too long.")
    decide(at, f"hitl.decide.good-no-{language.id}")
    wait_for(at, has_button("hitl.decide.good-yes"))
    decide(at, "hitl.decide.good-yes")

    wait_for(at, has_button("new_run"))
    assert result_of(run_of(at)) == [LANGUAGE, LAW]
    assert "| Aspect | Good | Remark |\n| --- | --- | --- |" in text_of(at.run())
    assert law.id != language.id


def test_on_the_command_line(owner: Engine):
    run = start_by_command(owner, "reviews", "text=Borogoves")
    until(lambda: len(run.questions) == 2)

    answer_by_command(run, "--field", "good=yes")
    answer_by_command(run, "--field", "good=no", "--field", "remark=Too long.")

    assert result_of(run) == [LAW, LANGUAGE]
