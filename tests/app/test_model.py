"""The page with a model, which is the fake server."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from tests.app.visitor import (
    PLUTO,
    button_labels,
    cancel,
    decide,
    has_button,
    log_of,
    open_page,
    shows,
    start,
    start_and_wait,
    text_of,
    wait_for,
)
from tests.fake_openai import Cuts, FakeOpenAI, FallsSilent, Hangs, Refuses, Says
from tests.llm.asking import KEY
from tests.report.model_runs import server
from tests.scholar import instead, requests_for

__all__ = ["server"]  # a fixture

SENTENCE = "Pluto was reclassified in 2006."
HALF = (
    '{"sections": [{"heading": "", "sentences": [{"findings": [1], "text": "' + SENTENCE + '"}, {"findings": [1], "te'
)


def host_of(server: FakeOpenAI) -> str:
    return server.base.split("/")[2].replace("127.0", "127\\.0")


def test_without_a_key_the_page_offers_no_choice_and_says_that_nothing_is_sent():
    at = open_page()

    assert not [group for group in at.segmented_control if group.key == "hitl.model"]
    assert not has_button("hitl.test_connection")(at)
    assert "No text is sent to any other service" in text_of(at)


def test_before_the_start_the_page_names_the_host_that_will_receive_text(server: FakeOpenAI):
    at = open_page()

    assert host_of(server) in text_of(at)
    assert "gpt-5-mini" in text_of(at)
    assert "No text is sent" not in text_of(at)


def test_with_no_model_chosen_nothing_is_sent(server: FakeOpenAI):
    at = open_page()
    at.segmented_control(key="hitl.model").set_value("No model").run()
    assert "No text is sent to any other service" in text_of(at)
    assert host_of(server) not in text_of(at)

    start(at, PLUTO)
    wait_for(at, has_button("approve"))
    decide(at, "approve")
    wait_for(at, shows("References"))

    assert not server.requests
    assert "without a language model" in text_of(at)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Says("ready"), "gpt-5-mini answers at"),
        (Refuses(401, f"Incorrect API key provided: {KEY}"), "refuses the key"),
        (Refuses(404, "no", code="model_not_found"), "has no model"),
        (Refuses(429, "no", code="insufficient_quota"), "no quota left"),
    ],
    ids=str,
)
def test_the_connection_can_be_tested(server: FakeOpenAI, reply: Says | Refuses, words: str):
    server.replies.append(reply)
    at = open_page()

    at.button(key="hitl.test_connection").click().run(timeout=30)

    told = [element.value for element in (*at.success, *at.error)]
    assert len(told) == 1
    assert words in told[0]
    assert KEY not in text_of(at)


def test_a_run_with_a_model_from_topic_to_report(server: FakeOpenAI):
    at = start_and_wait()
    assert f"What is known of {PLUTO}?" in text_of(at)
    assert "so far 3,760 tokens, about \\$0.0016 (planning 460 tokens, about \\$0.00022; reading 3,300" in text_of(at)
    assert "writing will cost about" in text_of(at)

    publish(at)

    assert "8 sentences: 8 verbatim, 0 reworded, 0 no source" in text_of(at)
    assert "Written by the language model gpt-5-mini" in text_of(at)
    assert "published by" in text_of(at)
    assert "gpt-5-mini: 4,910 tokens" in text_of(at)
    assert "words so far" in log_of(at)
    assert [button.key for button in at.download_button] == [
        "hitl.download",
        "hitl.download-pdf",
        "hitl.download-md",
        "hitl.download-json",
    ]
    assert at.download_button[0].label == "Download Word"


def publish(at: AppTest) -> None:
    """Approve the findings and publish the text that is written from them."""
    decide(at, "approve")
    wait_for(at, has_button("publish"))
    decide(at, "publish")
    wait_for(at, shows("References"))


def pill(at: AppTest, number: int) -> ButtonGroup[str]:
    """The switch of a sentence."""
    return next(one for one in at.pills if f"-kept-{number}-" in (one.key or ""))


def drop(at: AppTest, number: int) -> None:
    """Drop a sentence, and draw the whole page again: only what changed was."""
    pill(at, number).set_value([]).run()
    at.run()


def writes(*sentences: tuple[list[int], str]) -> Says:
    said = [{"findings": findings, "text": text} for findings, text in sentences]
    return Says(json.dumps({"sections": [{"heading": "", "sentences": said}]}))


def test_each_sentence_is_reviewed_beside_its_verdict_and_its_quote(server: FakeOpenAI):
    server.otherwise = instead(
        "writing", writes(([1], "Pluto was sold in 1999."), ([], "Pluto is very nice indeed."), ([1], SENTENCE))
    )
    at = start_and_wait()

    decide(at, "approve")
    wait_for(at, has_button("publish"))

    page = text_of(at)
    assert "3 sentences: 0 verbatim" in page
    assert ":red-badge[no source] :small[1999 not in its sources]" in page
    assert "The text says" in page and SENTENCE.removesuffix(".") in page
    assert "Pluto is very nice indeed." in page
    assert "Nothing is published that you have not read" in page


def test_what_is_switched_off_is_not_published(server: FakeOpenAI):
    server.otherwise = instead("writing", writes(([], "Pluto is very nice indeed."), ([1], SENTENCE)))
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("publish"))

    drop(at, 1)
    assert "1 of 2 sentences kept" in text_of(at)
    decide(at, "publish")
    wait_for(at, shows("References"))

    assert "very nice" not in text_of(at)
    assert "1 statement struck out" in text_of(at)


def test_nothing_can_be_published_when_everything_is_switched_off(server: FakeOpenAI):
    server.otherwise = instead("writing", writes(([1], SENTENCE)))
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("publish"))

    drop(at, 1)

    assert at.button(key="publish").disabled
    assert "keep at least one to publish" in text_of(at)


def test_what_is_noted_is_written_again(server: FakeOpenAI):
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("publish"))

    at.text_area(key="feedback").input("Shorter").run()
    drop(at, 1)
    decide(at, "rewrite")
    wait_for(at, shows("Review the rewritten text"))

    (request,) = requests_for(server, "rewriting")
    assert "Shorter" in json.dumps(request.body)
    assert "For 1: " in text_of(at)
    assert pill(at, 1).value == ["Keep"]


def test_the_way_back_leads_to_the_findings_and_the_text_is_kept(server: FakeOpenAI):
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("publish"))

    decide(at, "back_to_findings")
    wait_for(at, has_button("approve"))

    assert "The text of 8 sentences is kept" in text_of(at)
    publish(at)


def test_a_report_is_taken_up_again_in_a_run_of_its_own(server: FakeOpenAI):
    at = start_and_wait()
    publish(at)
    before = at.session_state["run"].id

    at.button(key="hitl.revise").click().run()
    wait_for(at, has_button("approve"))

    assert at.session_state["run"].id != before
    assert "The report is taken up again from its findings." in text_of(at)
    assert "The text of 8 sentences is kept" in text_of(at)


def test_writing_can_be_stopped_and_what_is_there_is_reviewed(server: FakeOpenAI):
    server.otherwise = instead("writing", FallsSilent(HALF))
    at = start_and_wait(name="Ana")
    decide(at, "approve")
    wait_for(at, lambda at: "5 words so far" in log_of(at))
    assert SENTENCE in text_of(at)

    at.button(key="hitl.stop_writing").click().run()
    wait_for(at, has_button("publish"))

    assert "Ana stops the writing" in log_of(at)
    assert "The writing was stopped. What it had written until then is kept" in text_of(at)
    decide(at, "publish")
    wait_for(at, shows("References"))
    assert "The writing was stopped." in text_of(at)


def test_writing_that_breaks_off_can_be_tried_again(server: FakeOpenAI):
    server.otherwise = instead("writing", Cuts(HALF))
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("publish"))
    assert "broke in the middle" in text_of(at)

    decide(at, "rewrite")
    wait_for(at, shows("Review the rewritten text"))

    assert len(requests_for(server, "reading")) == 1
    assert "8 sentences: 8 verbatim" in text_of(at)


def test_writing_that_brings_nothing_can_be_tried_again(server: FakeOpenAI):
    server.otherwise = instead("writing", Refuses(401, "no"))
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("hitl.without_model"))
    assert "refuses the key" in text_of(at)
    assert button_labels(at)[-3:] == ["Go on without a model", "Reject", "Try again"]

    publish(at)


def test_research_that_fails_can_go_on_without_a_model(server: FakeOpenAI):
    server.otherwise = instead("planning", Refuses(401, "no"))
    at = open_page()
    start(at, PLUTO)
    wait_for(at, has_button("hitl.without_model"))
    assert "refuses the key" in text_of(at)
    assert not has_button("approve")(at)

    decide(at, "hitl.without_model")
    wait_for(at, has_button("approve"))
    decide(at, "approve")
    wait_for(at, shows("References"))

    assert "without a language model" in text_of(at)


def test_a_run_that_waits_for_its_model_can_be_cancelled(server: FakeOpenAI):
    server.otherwise = instead("planning", Hangs())
    at = open_page()
    start(at, PLUTO)
    wait_for(at, lambda at: requests_for(server, "planning"))

    cancel(at)

    wait_for(at, shows("This run was cancelled"))


def test_the_key_is_nowhere(server: FakeOpenAI):
    at = start_and_wait()
    publish(at)

    run = at.session_state["run"]
    assert KEY not in repr([run.record, run.events(), run.answers])
    assert KEY not in text_of(at)
    assert KEY.encode() not in (run.engine.settings.home / "runs.db").read_bytes()


def test_a_restart_in_the_middle_of_writing_writes_anew_and_researches_nothing_again(server: FakeOpenAI):
    server.otherwise = instead("writing", FallsSilent(HALF))
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, lambda at: "5 words so far" in log_of(at))

    at.session_state["run"].engine.close()
    wait_for(at, has_button("publish"))

    assert "“Write report” started again after a restart" in log_of(at)
    assert len(requests_for(server, "reading")) == 1
    assert "8 sentences: 8 verbatim" in text_of(at)
