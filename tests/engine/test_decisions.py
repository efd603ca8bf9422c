"""What a log and a page say of what humans have decided."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hitl.engine import Engine, InvalidAnswer, InvalidInputs, open_engine
from hitl.engine.decisions import describe_decision
from hitl.engine.descriptions import describe, describe_answer, entries
from hitl.settings import Settings
from tests.conftest import until


@pytest.fixture
def engine() -> Iterator[Engine]:
    flows = {"mail": "offer_flows:Mail", "tool": "offer_flows:Tool"}
    flows |= {"spans": "told_flows:Spans", "travels": "told_flows:Travels", "panel": "told_flows:Panel"}
    engine = open_engine(Settings(workflows={name: f"tests.engine.{flow}" for name, flow in flows.items()}))
    yield engine
    engine.close()


def test_an_edit_says_what_was_changed_from_what_to_what(engine: Engine):
    run = engine.start("travels")
    question = until(lambda: run.questions)[0]
    run.answer(question.id, {"action": "edit", "args": {"origin": "Rome", "to": "Bergen"}}, by="ana")
    until(lambda: run.status == "completed")

    said = "edited, to: “Oslo” → “Bergen”"
    assert describe_decision(run, run.answers[0]) == said
    assert f"ana: {said}" in [entry.text for entry in entries(run.events())]


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({"limit": [1, 5], "dry_run": [True, False]}, "edited, limit: 1 → 5, dry run: yes → no"),
        ({"note": ["", "a b\nc"]}, "edited, note: nothing → “a b c”"),
        ({"tags": [["a"], []]}, 'edited, tags: ["a"] → nothing'),
        ({name: [1, 2] for name in "abcdef"}, "edited, a: 1 → 2, b: 1 → 2, c: 1 → 2, d: 1 → 2, and 2 more"),
        ({"text": ["x" * 500, "y"]}, f"edited, text: “{'x' * 58} …” → “y”"),
        ({}, "edited"),
    ],
)
def test_edits_are_told_shortly(edits: dict[str, list[object]], words: str):
    assert describe_answer({"action": "edit", "args": {"a": 1}}, edits) == words


def test_parallel_questions_are_told_apart_by_what_they_ask(engine: Engine):
    run = engine.start("panel")
    until(lambda: len(run.questions) == 2)

    asked = [describe(event) for event in run.events() if event.kind == "question"]
    assert asked == [f"Waiting for a human: review · {name}: your vote" for name in ("Ana", "Ben")]
    live = run.subscribe()
    assert [live.get(timeout=5).summary for _ in run.events()] == [event.summary for event in run.events()]


def test_what_a_class_checks_as_a_whole_is_told_by_its_message_alone(engine: Engine):
    with pytest.raises(InvalidInputs, match=r"^high is below low$"):
        engine.start("spans", low=5, high=1)
    run = engine.start("spans", low=1, high=5)
    with pytest.raises(InvalidAnswer, match=r"^That is not a valid Picked\. high is below low\.$"):
        run.answer(until(lambda: run.questions)[0].id, {"low": 5, "high": 1}, by="ana")
