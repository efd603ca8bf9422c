from __future__ import annotations

import asyncio
import json

import pytest

from hitl.llm import Model
from hitl.llm.configured import configured_model
from hitl.research.evidence import Query
from hitl.research.planning import MOST_QUERIES, MOST_QUESTIONS, Plan, SubQuestion, make_plan, said_by_the_human
from hitl.settings import load_settings
from tests.fake_openai import FakeOpenAI, Says
from tests.llm.asking import KEY
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


def planned(answer: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, list[str]]:
    """The plan that comes of an answer, and what is said of it."""
    said: list[str] = []
    with FakeOpenAI() as server:
        server.replies.append(Says(answer))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_API_BASE", server.base)
        configured = configured_model(load_settings())
        assert configured

        async def make() -> Plan:
            async with Model(configured, said.append) as model:
                return await make_plan(model, [], Query("tides"))

        return asyncio.run(make()), said


def asked(*queries: list[str]) -> str:
    return json.dumps(
        {"questions": [{"question": f"Question {n}?", "queries": each} for n, each in enumerate(queries)]}
    )


def test_a_plan_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch):
    assert planned(asked(["a", "b"], ["c"]), monkeypatch) == (plan(["a", "b"], ["c"]), [])


def test_questions_without_end_are_cut_and_that_is_said(monkeypatch: pytest.MonkeyPatch):
    found, said = planned(asked(*[["q"]] * 500), monkeypatch)

    assert found == plan(*[["q"]] * MOST_QUESTIONS)
    assert "was cut" in said[0]


def test_queries_without_end_are_cut_and_what_came_before_them_is_kept(monkeypatch: pytest.MonkeyPatch):
    found, said = planned(asked(["a"], [f"query {n}" for n in range(500)]), monkeypatch)

    assert found == plan(["a"], [f"query {n}" for n in range(MOST_QUERIES)])
    assert "was cut" in said[0]


def test_a_question_after_too_many_queries_is_still_read(monkeypatch: pytest.MonkeyPatch):
    found, _ = planned(asked(["q"] * (MOST_QUERIES + 1), ["a"]), monkeypatch)

    assert found == plan(["q"] * MOST_QUERIES, ["a"])


def test_a_plan_that_repeats_itself_ends_there(monkeypatch: pytest.MonkeyPatch):
    again = {"question": "Why?", "queries": ["a"]}

    found, said = planned(json.dumps({"questions": [again, again, {"question": "How?", "queries": []}]}), monkeypatch)

    assert (found.asked, said) == (["Why?"], [])


def test_a_question_without_queries_is_its_own_query(monkeypatch: pytest.MonkeyPatch):
    found, _ = planned('{"questions": ["Why?", {"question": "How?"}]}', monkeypatch)

    assert found.queries == found.asked == ["Why?", "How?"]


def test_a_plan_without_questions_leaves_the_topic_as_it_is(monkeypatch: pytest.MonkeyPatch):
    assert planned('{"questions": []}', monkeypatch) == (Plan(questions=[]), [])


def _part(text: str) -> SubQuestion:
    """A question as a model sends it, with nothing taken out."""
    return SubQuestion.model_construct(question=text, queries=[text])
