"""The page with a model, which is the fake server."""

from __future__ import annotations

import pytest

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

HALF = "Pluto was reclassified in 2006 [1]. It is"


def host_of(server: FakeOpenAI) -> str:
    return server.base.split("/")[2].replace("127.0", "127\\.0")


def test_without_a_key_the_page_offers_no_choice_and_says_that_nothing_is_sent():
    at = open_page()

    assert not [group for group in at.segmented_control if group.key == "model"]
    assert not has_button("test_connection")(at)
    assert "No text is sent to any other service" in text_of(at)


def test_before_the_start_the_page_names_the_host_that_will_receive_text(server: FakeOpenAI):
    at = open_page()

    assert host_of(server) in text_of(at)
    assert "gpt-5-mini" in text_of(at)
    assert "No text is sent" not in text_of(at)


def test_with_no_model_chosen_nothing_is_sent(server: FakeOpenAI):
    at = open_page()
    at.segmented_control(key="model").set_value("No model").run()
    assert "No text is sent to any other service" in text_of(at)
    assert host_of(server) not in text_of(at)

    start(at, PLUTO)
    wait_for(at, has_button("approve"))
    decide(at, "approve")
    wait_for(at, shows("References"))

    assert not server.requests
    assert "No language model" in text_of(at)


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

    at.button(key="test_connection").click().run(timeout=30)

    told = [element.value for element in (*at.success, *at.error)]
    assert len(told) == 1
    assert words in told[0]
    assert KEY not in text_of(at)


def test_a_run_with_a_model_from_topic_to_report(server: FakeOpenAI):
    at = start_and_wait()
    assert f"What is known of {PLUTO}?" in text_of(at)
    assert "so far 3,760 tokens, about \\$0.0016 (planning 460 tokens, about \\$0.00022; reading 3,300" in text_of(at)
    assert "writing will cost about" in text_of(at)

    decide(at, "approve")
    wait_for(at, shows("References"))

    assert "8 citations: 8 verbatim, 0 near, 0 not verified" in text_of(at)
    assert ":green[✓]" in text_of(at)
    assert "Written by gpt-5-mini" in text_of(at)
    assert "4,910 tokens" in text_of(at)
    assert "writing 1,150 tokens" in text_of(at)
    assert "words so far" in log_of(at)
    assert [button.key for button in at.download_button] == [
        "download",
        "download-docx",
        "download-pdf",
        "download-json",
    ]


def test_what_is_not_word_for_word_is_marked_beside_the_text(server: FakeOpenAI):
    text = "Pluto was sold in 1999 [1]. Pluto is very nice indeed. Nobody knows why [44]."
    server.otherwise = instead("writing", Says(text))
    at = start_and_wait()

    decide(at, "approve")
    wait_for(at, shows("References"))

    page = text_of(at)
    assert "1 citation: 0 verbatim, 0 near, 1 not verified" in page
    assert "Pluto was sold in 1999. [\\[1\\]](#reference-1) :red[" in page
    assert "Pluto is very nice indeed. :orange[(no source)]" in page
    assert "1 citation led nowhere and was removed" in next(expander.label for expander in at.expander)


def test_writing_can_be_stopped_and_what_is_there_is_kept(server: FakeOpenAI):
    server.otherwise = instead("writing", FallsSilent(HALF))
    at = start_and_wait(name="Ana")
    decide(at, "approve")
    wait_for(at, lambda at: "8 words so far" in log_of(at))
    assert "Pluto was reclassified in 2006 \\[1\\]. It is" in text_of(at)

    at.button(key="stop_writing").click().run()
    wait_for(at, has_button("with_draft"))

    assert "Ana stops the writing" in log_of(at)
    assert "The writing was stopped. What it had written until then, 8 words, is kept" in text_of(at)
    assert button_labels(at)[3:7] == ["Try again", "Use what is written", "Go on without a model", "Reject"]
    decide(at, "with_draft")
    wait_for(at, shows("References"))
    assert "The writing was not finished" in text_of(at)


def test_writing_that_breaks_off_can_be_tried_again(server: FakeOpenAI):
    server.otherwise = instead("writing", Cuts(HALF))
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, has_button("with_draft"))
    assert "broke in the middle" in text_of(at)

    decide(at, "approve")
    wait_for(at, shows("References"))

    assert len(requests_for(server, "reading")) == 1
    assert len(requests_for(server, "writing")) == 2


def test_research_that_fails_can_go_on_without_a_model(server: FakeOpenAI):
    server.otherwise = instead("planning", Refuses(401, "no"))
    at = open_page()
    start(at, PLUTO)
    wait_for(at, has_button("without_model"))
    assert "refuses the key" in text_of(at)
    assert not has_button("approve")(at)

    decide(at, "without_model")
    wait_for(at, has_button("approve"))
    decide(at, "approve")
    wait_for(at, shows("References"))

    assert "No language model" in text_of(at)


def test_a_run_that_waits_for_its_model_can_be_cancelled(server: FakeOpenAI):
    server.otherwise = instead("planning", Hangs())
    at = open_page()
    start(at, PLUTO)
    wait_for(at, lambda at: requests_for(server, "planning"))

    cancel(at)

    wait_for(at, shows("This run was cancelled"))


def test_the_key_is_nowhere(server: FakeOpenAI):
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, shows("References"))

    run = at.session_state["run"]
    assert KEY not in repr([run.record, run.events(), run.answers])
    assert KEY not in text_of(at)
    assert KEY.encode() not in (run.engine.settings.home / "runs.db").read_bytes()


def test_a_restart_in_the_middle_of_writing_writes_anew_and_researches_nothing_again(server: FakeOpenAI):
    server.otherwise = instead("writing", FallsSilent(HALF))
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, lambda at: "8 words so far" in log_of(at))

    at.session_state["run"].engine.close()
    wait_for(at, shows("References"))

    assert "“Write report” started again after a restart" in log_of(at)
    assert len(requests_for(server, "reading")) == 1
    assert "8 citations: 8 verbatim" in text_of(at)
