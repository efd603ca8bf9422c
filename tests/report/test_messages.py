from __future__ import annotations

from typing import Any

import pytest

from hitl.report.messages import corrected_topic, part_note, parts_note, review_note, spelling_note
from hitl.report.state import ResearchState
from hitl.research import Evidence
from hitl.research.evidence import AskedPart
from tests.report.findings import finding

TOPIC = "heat pumps"
MODEL_WOULD = "The search compares words; with a language model it would also look for other words for the same thing."


def part(text: str = "cost", found: int = 0, **others: Any) -> AskedPart:
    return AskedPart(text=text, found=found, **others)


def state(**others: Any) -> ResearchState:
    return ResearchState(topic=TOPIC, round=1).model_copy(update=others)


def evidence(found: int = 1, *parts: AskedPart, weak: int = 0, **others: Any) -> Evidence:
    findings = [finding(f"Quote {number}.", start=100 * number) for number in range(found + weak)]
    findings[found:] = [one.model_copy(update={"is_weak": True}) for one in findings[found:]]
    return Evidence(tuple(findings), 3, 40, parts=parts or (part(TOPIC, found, weak=weak),), **others)


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        (part(found=1), "cost: 1 finding"),
        (part(found=2, weak=1), "cost: 2 findings, 1 that fits less well"),
        (part(weak=2), "cost: 2 that fit less well"),
        (part(), "cost: nothing in these documents"),
        (part(before=3), "cost: nothing new, 3 seen before"),
        (part(found=1, before=3), "cost: 1 finding, 3 seen before"),
        (part(has_more=True), "cost: something, but there was no room for it in this round"),
        (part(found=1, has_more=True), "cost: 1 finding"),
        (part("a " * 100), f"{'a ' * 39}…: nothing in these documents"),
    ],
)
def test_a_part_says_what_was_found_for_it(asked: AskedPart, note: str):
    assert part_note(asked) == note


def test_several_parts_stand_in_one_line_and_one_says_nothing():
    assert parts_note([part(found=1), part("noise")]) == "cost: 1 finding · noise: nothing in these documents"
    assert parts_note([part()]) == parts_note([]) == ""


@pytest.mark.parametrize(
    ("before", "now", "found", "note"),
    [
        (state(round=0), state(), evidence(), ""),
        (
            state(),
            state(round=2, feedback=["cost and noise"]),
            evidence(1, part("cost", 1, is_said=True), part("noise", 1, is_said=True), left_aside=8),
            "This round looked also for “cost” and “noise” and left aside 8 passages that you have seen.",
        ),
        (
            state(),
            state(round=2, feedback=[""]),
            evidence(went_deeper=True, left_aside=1),
            "This round went deeper (to passages that match less of what was asked) and left aside 1 passage that you "
            "have seen.",
        ),
        (
            state(),
            state(round=2, feedback=["cost"]),
            evidence(1, part(found=1, is_said=True)),
            "This round looked also for “cost”.",
        ),
        (
            state(topic="hat pumps"),
            state(round=2),
            evidence(),
            "This round looked for “heat pumps” instead of “hat pumps”.",
        ),
        (
            state(round=2, feedback=["cost"]),
            state(topic="pumps", round=3, feedback=["cost"]),
            evidence(1, part("pumps", 1), part("cost", 1, is_said=True)),
            "This round looked for “pumps” instead of “heat pumps”.",
        ),
        (state(model="m"), state(round=2, feedback=["cost"], model="m"), evidence(1, part(found=1, is_said=True)), ""),
        (state(round=2), state(round=2), evidence(left_aside=2), ""),  # a round that is tried again
    ],
)
def test_a_round_says_what_it_did_otherwise_than_the_one_before(before, now, found, note):
    beginning = "" if now.round == 1 else "1 new finding."

    assert review_note(now, found, before) == " ".join(filter(None, [beginning, note]))


@pytest.mark.parametrize(
    ("found", "model", "says"),
    [
        (evidence(1), "", False),
        (evidence(1, part(found=1), part("noise")), "", True),
        (evidence(1, part(found=1), part("noise", weak=1), weak=1), "", True),
        (evidence(1, part(found=1), part("noise", before=1)), "", False),
        (evidence(1, part(found=1), part("noise", has_more=True)), "", False),
        (evidence(1, part(found=1), part("noise")), "a model", False),
        (evidence(0, part("falconry")), "", True),
    ],
)
def test_a_round_without_a_model_says_that_one_would_help_where_too_little_was_found(found, model, says):
    assert (MODEL_WOULD in review_note(state(model=model), found)) == says


@pytest.mark.parametrize(
    ("round_number", "note"),
    [
        (1, "Nothing fits well: what was found shares only some of the words."),
        (2, "Nothing new fits well: what was found shares only some of the words."),
    ],
)
def test_findings_that_are_all_weak_are_said_to_be(round_number, note):
    said = review_note(state(round=round_number), evidence(0, weak=2))

    assert said == f"{note} {MODEL_WOULD}"


@pytest.mark.parametrize(
    ("parts", "note", "topic"),
    [
        ([part()], "", ""),
        ([part(did_you_mean="heat pumps")], "Did you mean “heat pumps”?", "heat pumps"),
        ([part(did_you_mean="price", is_said=True)], "Did you mean “price”?", ""),
        (
            [part(did_you_mean="heat pumps"), part("nois", did_you_mean="noise", is_said=True)],
            "Did you mean “heat pumps” or “noise”?",
            "heat pumps",
        ),
    ],
)
def test_another_spelling_is_offered(parts, note, topic):
    assert spelling_note(parts) == note
    assert corrected_topic(parts) == topic
    assert note in review_note(state(), evidence(1, *parts))


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (("rainfall",), "“rainfall” stands only in headings, captions or lists of sources, which are not quoted"),
        (("rain", "fall"), "“rain” and “fall” stand only in headings, captions or lists of sources"),
    ],
)
def test_words_that_stand_only_in_what_is_not_quoted_are_named(words: tuple[str, ...], note: str):
    said = review_note(state(), evidence(0, unquoted=words))

    assert note in said
    assert "No document holds" not in said
