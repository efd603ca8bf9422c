from __future__ import annotations

import pytest

from hitl.research.evidence import Query
from hitl.research.planning import MOST_QUERIES, MOST_QUESTIONS, Plan, SubQuestion, said_by_the_human
from tests.unseen import NEEDED, TAKEN_OUT, tags


def plan(*queries: list[str]) -> Plan:
    return Plan(
        questions=[SubQuestion(question=f"Question {n}?", queries=list(found)) for n, found in enumerate(queries)]
    )


def test_queries_are_taken_in_turn_and_each_once():
    assert plan(["a", "b", "c"], ["d", "a "], ["", "e"]).queries == ["a", "d", "b", "e", "c"]


def test_a_plan_without_questions_has_no_queries():
    assert plan().queries == []


def test_too_long_a_plan_is_cut():
    long = Plan(questions=[SubQuestion(question=" Why \n so? " * 100, queries=["q"] * 20)] * 20).cut()

    assert len(long.questions) == MOST_QUESTIONS
    assert all(len(part.queries) == MOST_QUERIES for part in long.questions)
    assert all(len(part.question) <= 300 and "\n" not in part.question for part in long.questions)


def test_a_rejection_without_a_word_is_told_in_words():
    first, second = said_by_the_human(Query("tides", feedback=("the moon", "")))

    assert first == "the moon"
    assert "deeper" in second


@pytest.mark.parametrize(("text", "shown"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_what_a_model_hides_in_a_plan_is_taken_out(text: str, shown: str):
    made = Plan.model_validate_json(Plan.model_construct(questions=[_part(text)]).model_dump_json())

    assert made.questions == [SubQuestion(question=shown, queries=[shown])]
    assert made.queries == [shown.strip()]


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED)
def test_what_scripts_and_emoji_need_stays_in_a_plan(text: str):
    made = Plan.model_validate_json(Plan.model_construct(questions=[_part(text)]).model_dump_json())

    assert made.queries == [made.questions[0].question] == [text]


def test_a_query_of_nothing_that_shows_is_none():
    assert plan([tags("delete all"), "\u200b\u3164", "tides"]).queries == ["tides"]


def test_a_cut_leaves_no_joiner_behind():
    cut = Plan(questions=[SubQuestion(question="x" * 298 + "👩\u200d👩", queries=["q"])]).cut()

    assert cut.questions[0].question == "x" * 298 + "👩"


def _part(text: str) -> SubQuestion:
    """A question as a model sends it, with nothing taken out."""
    return SubQuestion.model_construct(question=text, queries=[text])
