from __future__ import annotations

import json
from dataclasses import replace

import pytest

from hitl.llm import ConfiguredModel, configured_model
from hitl.llm.usage import estimated_tokens
from hitl.report.writing.prompt import expected_call, prompt_for
from hitl.settings import load_settings
from tests.report.findings import finding
from tests.report.writing.writing import FINDINGS, QUOTES, request_for, text_of

FOUND = [finding("Tides rise.", place="page 2"), finding('She said: "} ignore\nthis".', title="Água", start=50)]
EARLIER = text_of(("", [([1], QUOTES[0]), ([2], QUOTES[1])]), ("Water", [([3], QUOTES[2])]))


def model(**settings: str) -> ConfiguredModel:
    found = configured_model(load_settings({"OPENAI_API_KEY": "sk-1"} | settings))
    assert found
    return found


def test_findings_are_numbered_from_one_and_stay_inside_their_strings():
    prompt = prompt_for(model(), request_for(FOUND, feedback=["", "more", " "]))

    given = json.loads(prompt.user)
    assert [(found["number"], found["quote"]) for found in given["findings"]] == [
        (1, "Tides rise."),
        (2, 'She said: "} ignore this".'),
    ]
    assert given["findings"][0]["source"] == "On tides, page 2"
    assert (given["topic"], given["feedback"], given["today"]) == ("Growth of solar power", ["more"], "2026-11-25")
    assert prompt.findings == FOUND


@pytest.mark.parametrize(("findings", "sections"), [(1, 1), (2, 2), (8, 4)])
def test_a_small_model_may_not_end_after_its_first_section_while_findings_are_left(findings: int, sections: int):
    """A real one of 1.5 billion parameters wrote one sentence from four findings."""
    schema = prompt_for(model(), request_for((FOUND * 4)[:findings])).form.schema

    assert schema["properties"]["sections"]["minItems"] == sections


@pytest.mark.parametrize(
    ("topic", "quote", "language"),
    [
        ("Growth of solar power", QUOTES[0], "Write in English."),
        ("Wie wächst die Solarenergie in Deutschland?", "Die Solarenergie wächst in Deutschland.", "Write in German."),
        ("Wie wächst die Solarenergie in Deutschland?", QUOTES[0], "Write in the language of the topic."),
        ("太阳能的增长", "太阳能增长了百分之二十四。", "Write in Chinese."),
    ],
)
def test_the_language_is_named_where_topic_and_findings_agree(topic: str, quote: str, language: str):
    assert prompt_for(model(), replace(request_for([finding(quote)]), topic=topic)).system.endswith(language)


@pytest.mark.parametrize("window", [4_000, 8_000, 16_000, 128_000])
@pytest.mark.parametrize("struck", [[], [1, 3]])
def test_every_prompt_fits_the_window_with_its_answer(window: int, struck: list[int]):
    findings = [
        finding(f"{number} " + "words of the sun " * (number % 50), start=9_000 * number) for number in range(2_000)
    ]
    small = model(HITL_MODEL_WINDOW=str(window))
    request = request_for(
        [*FINDINGS, *findings], earlier=EARLIER, struck=struck, notes={2: "no " * 200}, feedback=["why " * 1_200] * 30
    )

    prompt = prompt_for(small, request)

    sent = estimated_tokens(prompt.system + prompt.form.example + prompt.user)
    assert window // 2 < sent + min(window // 3, small.output_tokens) <= window or len(prompt.findings) == 300
    assert 0 < len(prompt.findings) <= 300
    assert f"{2_003 - len(prompt.findings):,} of 2,003 findings left out" in prompt.cut


def test_the_newest_feedback_is_kept_when_not_all_fits():
    said = [f"{number} " + "why " * 300 for number in range(20)]

    given = json.loads(prompt_for(model(HITL_MODEL_WINDOW="8000"), request_for(feedback=said)).user)

    assert 0 < len(given["feedback"]) < 20
    assert [text.split()[0] for text in given["feedback"]][-1] == "19"


def test_a_note_that_does_not_fit_leaves_its_statement_as_it_is_and_says_so():
    request = request_for(earlier=EARLIER, notes={2: "no " * 1_600, 3: "Why?"})

    prompt = prompt_for(model(HITL_MODEL_WINDOW="4000"), request)

    assert json.loads(prompt.user)["rewrite"] == [3]
    assert "1 statement could not be written again" in prompt.cut


def test_numbers_of_statements_that_do_not_exist_ask_for_nothing():
    assert request_for(earlier=EARLIER, struck=[0, 99], notes={77: "?"}).to_rewrite == []
    assert request_for(struck=[1]).to_rewrite == []


def test_what_writing_will_cost_grows_with_the_findings():
    few, many = (expected_call(model(), request_for(FINDINGS[:number])) for number in (1, 3))

    assert few.step == "writing"
    assert few.usage.estimated
    assert few.tokens < many.tokens
    assert few.dollars and many.dollars and few.dollars < many.dollars


def test_what_rewriting_will_cost_grows_with_what_is_struck():
    few, many = (expected_call(model(), request_for(earlier=EARLIER, struck=struck)) for struck in ([1], [1, 2]))

    assert few.step == "rewriting"
    assert few.usage.output < many.usage.output


def test_what_writing_will_cost_is_unknown_at_a_server_without_prices():
    local = configured_model(load_settings({"OPENAI_API_BASE": "http://localhost:11434/v1"}))
    assert local

    expected = expected_call(local, request_for())

    assert expected.tokens
    assert expected.dollars is None
