from __future__ import annotations

import asyncio
import json

import pytest

from hitl.llm import Model, configured_model
from hitl.research import Query
from hitl.research.llm_search import PER_QUERY, LlmSearchResult, fused_hits, search_with_model
from hitl.research.planning import Plan, SubQuestion
from hitl.settings import load_settings
from tests.fake_openai import FakeOpenAI, Says
from tests.llm.asking import KEY
from tests.research.samples import CORAL, HEAT, TIDES, written

SEA = written("# Heat", HEAT, "# Tides", TIDES, "# Reefs", CORAL, name="sea.md", title="The sea")


def texts(*queries: str) -> list[str]:
    return [hit.passage.text for hit in fused_hits([SEA], queries)]


def test_what_many_queries_bring_comes_first():
    assert texts("coral algae", "gravity of the Moon", "Moon and Earth")[0] == TIDES


def test_what_two_queries_bring_third_comes_before_what_one_brings_first():
    """The constant of reciprocal rank fusion is large for this: without it a first place counts three times a third."""
    texts = [
        "Here is sand sand sand beside the old wall.",
        "Here is sand sand upon the old wall.",
        "Here is sand and salt behind the old wall.",
        "Here is salt salt upon the old wall.",
        "Here is salt salt salt beside the old wall.",
    ]
    documents = [written(text, name=f"{number}.md") for number, text in enumerate(texts)]
    by_sand, by_salt = ([hit.passage.text for hit in fused_hits(documents, [query])] for query in ("sand", "salt"))
    assert (by_sand, by_salt) == (texts[:3], texts[:1:-1])

    assert next(hit.passage.text for hit in fused_hits(documents, ["sand", "salt"])) == texts[2]


def test_each_passage_is_there_once():
    found = texts("coral", "coral algae", "coral colony")

    assert len(found) == len(set(found)) <= PER_QUERY


def test_queries_that_find_nothing_bring_nothing():
    assert texts("zebra", "") == []
    assert texts() == []


def test_a_part_for_whose_findings_there_was_no_room_is_not_said_to_have_none(monkeypatch: pytest.MonkeyPatch):
    asked = ["What holds heat?", "What do corals do?"]
    plan = Plan(questions=[SubQuestion(question=question, queries=["heat", "coral"]) for question in asked])
    answers = [{"question": 1, "sentences": [1]}, {"question": 2, "sentences": [2]}]
    with FakeOpenAI() as server:
        server.replies.append(Says(json.dumps({"answers": answers})))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_API_BASE", server.base)
        configured = configured_model(load_settings())
        assert configured

        async def search() -> LlmSearchResult:
            async with Model(configured, lambda message: None) as model:
                return await search_with_model(model, [SEA], Query("the sea", most=1), plan)

        evidence = asyncio.run(search()).evidence

    assert len(evidence.findings) == 1
    assert [(part.text, part.found, part.has_more) for part in evidence.parts] == [
        (asked[0], 1, False),
        (asked[1], 0, True),
    ]
