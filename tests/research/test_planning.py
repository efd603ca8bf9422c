from __future__ import annotations

from hitl.research.documents import Inquiry
from hitl.research.planning import MOST_QUERIES, MOST_QUESTIONS, Plan, SubQuestion, said_by_the_human


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
    first, second = said_by_the_human(Inquiry("tides", feedback=("the moon", "")))

    assert first == "the moon"
    assert "deeper" in second
