from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.llm import Model
from hitl.llm.configured import configured_model
from hitl.research.evidence import Document, Passage, Query
from hitl.research.planning import Plan, SubQuestion
from hitl.research.quote_selection import (
    MOST_SENTENCES,
    QUOTE_LENGTH,
    QuoteSelection,
    numbered_sentences,
    quotes_of,
    select_quotes,
)
from hitl.research.reading.blocks import Block, ReadFile, assemble
from hitl.research.search.ranking import Hit
from hitl.settings import load_settings
from tests.conftest import until
from tests.fake_openai import FakeOpenAI, Says
from tests.llm.asking import KEY
from tests.research.samples import CORAL, HEAT, TIDES, written
from tests.scholar import input_of

SEA = written(f"{HEAT} {TIDES}", CORAL, name="sea.md", title="The sea")
OTHER = written("# Reefs", CORAL.replace("algae", "guests"), name="reefs.md", title="Reefs")
ROOM = 10_000
QUESTIONS = Plan(questions=[SubQuestion(question="What holds heat?", queries=["heat"])])


def hit(document: Document, start: int = 0, end: int | None = None) -> Hit:
    return Hit(Passage(document, start, len(document.text) if end is None else end), 2.5, start)


HITS = [hit(SEA, 0, len(HEAT) + 1 + len(TIDES)), hit(OTHER, 7)]


def texts(hits: Sequence[Hit], room: int = ROOM) -> list[str]:
    return [sentence.text for sentence in numbered_sentences(hits, room)]


def quotes(hits: Sequence[Hit], *numbers: int) -> list[str]:
    sentences = numbered_sentences(hits, ROOM)
    return [found.quote for found in quotes_of([sentences[number - 1] for number in numbers], 1)]


def selected(
    monkeypatch: pytest.MonkeyPatch, answers: Any, plan: Plan = QUESTIONS
) -> tuple[QuoteSelection, FakeOpenAI]:
    """What comes of a model's answers."""
    with FakeOpenAI() as server:
        server.otherwise = lambda request: Says(json.dumps({"answers": answers}))
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_API_BASE", server.base)
        configured = configured_model(load_settings())
        assert configured

        async def ask() -> QuoteSelection:
            async with Model(configured, lambda message: None) as model:
                return await select_quotes(model, plan, numbered_sentences(HITS, ROOM), Query("the sea", most=3))

        return asyncio.run(ask()), server


def test_sentences_are_numbered_in_the_order_of_the_passages():
    sentences = numbered_sentences(HITS, ROOM)

    assert [sentence.number for sentence in sentences] == [1, 2, 3]
    assert [sentence.text for sentence in sentences] == [HEAT, TIDES, CORAL.replace("algae", "guests")]


def test_a_sentence_of_two_passages_is_numbered_once():
    assert texts([HITS[0], hit(SEA)]) == [HEAT, TIDES, CORAL]


def test_passages_are_read_as_far_as_they_fit():
    assert texts(HITS, len(HITS[0].passage.text) + 150) == [HEAT, TIDES]
    assert texts(HITS, 10) == []


def test_no_more_sentences_are_read_than_a_schema_may_list():
    long = written(*[f"Wave number {n} rises in the north. It falls in the south." for n in range(MOST_SENTENCES)])

    assert len(texts([hit(long, 0, 2000), hit(long)], 10**9)) < MOST_SENTENCES


def test_a_sentence_becomes_a_finding_with_its_place():
    (found,) = quotes_of(numbered_sentences(HITS, ROOM)[:1], 2)

    assert (found.quote, found.title, found.round, found.score) == (HEAT, "The sea", 2, 2.5)
    assert SEA.text[found.start : found.end] == found.quote


def test_neighbours_of_one_passage_are_one_quote():
    assert quotes(HITS, 1, 2) == [f"{HEAT} {TIDES}"]


def test_sentences_that_are_apart_are_quotes_of_their_own():
    three = written(f"{HEAT} {TIDES} {CORAL}")

    assert quotes([hit(three)], 1, 3) == [HEAT, CORAL]


def test_neighbouring_numbers_of_two_passages_are_two_quotes():
    assert quotes(HITS, 2, 3) == [TIDES, CORAL.replace("algae", "guests")]


def test_many_neighbours_are_cut_into_quotes_that_can_be_read():
    long = written(" ".join(f"The tide of day {n} comes an hour later than that of the day before." for n in range(60)))
    sentences = numbered_sentences([hit(long)], ROOM)

    found = list(quotes_of(sentences, 1))

    assert len(found) > 1
    assert all(len(finding.quote) <= QUOTE_LENGTH for finding in found)
    assert " ".join(finding.quote for finding in found) == long.text


def test_a_list_comes_with_its_sentence():
    listed = [Block("all others are unsuitable or", "item"), Block("it is used for a short time.", "item")]
    document = assemble("a.md", ReadFile([Block("Do not offer it to adults unless:"), *listed], title="Pain"))

    assert quotes([hit(document)], 1) == [document.text]


def test_a_quote_from_a_turn_knows_its_speaker():
    turns = [
        Block("ANN: We close it. It is old.", speaker="ANN"),
        Block("BOB: No. The schools need it.", speaker="BOB"),
    ]
    document = assemble("a.md", ReadFile(turns, title="Pool"))
    sentences = numbered_sentences([hit(document)], ROOM)

    found = list(quotes_of([sentence for sentence in sentences if "schools" in sentence.text], 1))

    assert [finding.place for finding in found] == ["BOB"]


@given(st.lists(st.integers(1, 3), max_size=12))
def test_every_quote_is_a_span_of_its_document(numbers: list[int]):
    sentences = numbered_sentences(HITS, ROOM)

    for found in quotes_of([sentences[number - 1] for number in sorted(set(numbers))], 1):
        text = {SEA.fingerprint: SEA, OTHER.fingerprint: OTHER}[found.document].text
        assert text[found.start : found.end] == found.quote


def test_the_schema_lists_the_numbers_that_exist(monkeypatch: pytest.MonkeyPatch):
    _, server = selected(monkeypatch, [])

    schema = server.requests[-1].body["response_format"]["json_schema"]["schema"]
    fields = schema["properties"]["answers"]["items"]["properties"]
    assert fields["question"]["enum"] == [1]
    assert fields["sentences"]["items"]["enum"] == [1, 2, 3]


def test_a_number_that_no_sentence_has_is_counted_and_finds_nothing(monkeypatch: pytest.MonkeyPatch):
    """A server that takes no schema may answer with any."""
    found, _ = selected(monkeypatch, [{"question": 7, "sentences": [0, 2, 4, -1]}])

    assert ([finding.quote for finding in found.findings], found.invented) == ([TIDES], 3)
    assert found.findings[0].answers == ("the sea",)


def test_a_finding_knows_the_questions_that_it_answers(monkeypatch: pytest.MonkeyPatch):
    plan = Plan(questions=[SubQuestion(question=text, queries=[]) for text in ("What is it?", "Who?")])
    answers = [{"question": 2, "sentences": [3]}, {"question": 1, "sentences": [1, 3]}]

    found, _ = selected(monkeypatch, answers, plan)

    assert [(finding.quote[:5], finding.answers) for finding in found.findings] == [
        ("A cor", ("Who?", "What is it?")),
        ("The o", ("What is it?",)),
    ]


def test_without_questions_the_topic_is_asked(monkeypatch: pytest.MonkeyPatch):
    found, server = selected(monkeypatch, [{"question": 1, "sentences": [2]}], Plan(questions=[]))

    assert [finding.answers for finding in found.findings] == [("the sea",)]
    assert input_of(server.requests[-1])["questions"] == {"1": "the sea"}


def test_the_model_sees_each_sentence_with_its_number_and_document(monkeypatch: pytest.MonkeyPatch):
    _, server = selected(monkeypatch, [])

    first, second = input_of(server.requests[-1])["passages"]
    assert first == {"document": "The sea", "sentences": {"1": HEAT, "2": TIDES}}
    assert (second["document"], list(second["sentences"])) == ("Reefs", ["3"])


def test_passages_of_one_place_are_shown_together_in_the_order_of_their_text():
    sea = written(HEAT, TIDES, "# Reefs", CORAL, name="sea.md", title="The sea")
    heat, tides, coral = (sea.text.index(text) for text in (HEAT, TIDES, CORAL))
    hits = [hit(sea, coral), hit(OTHER, 7), hit(sea, tides, tides + len(TIDES)), hit(sea, heat, heat + len(HEAT))]

    assert texts(hits) == [HEAT, TIDES, CORAL, CORAL.replace("algae", "guests")]


def test_what_the_human_has_seen_is_not_shown_to_the_model_again():
    three = written(f"{HEAT} {TIDES} {CORAL}")
    (seen,) = quotes_of(numbered_sentences([hit(three)], ROOM)[1:2], 1)

    left = numbered_sentences([hit(three)], ROOM, [seen])

    assert [sentence.text for sentence in left] == [HEAT, CORAL]
    assert [found.quote for found in quotes_of(left, 2)] == [HEAT, CORAL]


def test_each_question_has_its_turn(monkeypatch: pytest.MonkeyPatch):
    plan = Plan(questions=[SubQuestion(question=text, queries=[]) for text in ("What is it?", "Who?")])

    found, _ = selected(monkeypatch, [{"question": 2, "sentences": [1, 3]}, {"question": 1, "sentences": [2]}], plan)

    assert [finding.quote[:5] for finding in found.findings] == [HEAT[:5], TIDES[:5], CORAL[:5]]


def test_a_selection_without_end_is_ended_and_kept(monkeypatch: pytest.MonkeyPatch):
    found, server = selected(monkeypatch, [{"question": 1, "sentences": [3] * 10_000}])

    assert [finding.answers for finding in found.findings] == [("What holds heat?",)]
    assert until(lambda: server.hung_up) == 1


@pytest.mark.parametrize("number", ["3", 3, 3.0])
def test_numbers_may_come_in_other_ways(monkeypatch: pytest.MonkeyPatch, number: Any):
    found, _ = selected(monkeypatch, [{"question": str(1), "sentences": [number]}])

    assert [finding.answers for finding in found.findings] == [("What holds heat?",)]


@pytest.mark.parametrize("answers", [[], [{"question": 1, "sentences": []}]])
def test_a_model_may_select_nothing(monkeypatch: pytest.MonkeyPatch, answers: Any):
    found, _ = selected(monkeypatch, answers)

    assert (found.findings, found.invented) == ((), 0)
