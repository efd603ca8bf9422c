"""The real clients against a fake server: every answer and every failure, over both of OpenAI's protocols."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from hitl.llm import Model, ModelFailure
from hitl.llm.model import LONGEST_WAIT
from tests.fake_openai import (
    Cuts,
    Declines,
    Fails,
    FakeOpenAI,
    FallsSilent,
    Hangs,
    Reasons,
    Refuses,
    Reply,
    Says,
    SaysTwice,
    Stops,
    Tokens,
)
from tests.llm.asking import KEY, SOON, ask, model_at, refuses_schemas, write

BUSY = Refuses(429, "Slow down.", code="rate_limit_exceeded", retry_after=0.05)


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_text_comes_piece_by_piece_and_whole(server: FakeOpenAI, api: str):
    server.replies.append(Says("Solar grew. Wind too.", Tokens(input=100, output=20, cached=40)))

    asked = write(model_at(server, HITL_MODEL_API=api, HITL_PRICES="gpt-5-mini=1/2/0.1"))

    assert asked.text == "Solar grew. Wind too."
    (call,) = asked.calls
    assert (call.step, call.model) == ("writing", "gpt-5-mini")
    assert (call.usage.input, call.usage.cached, call.usage.output, call.usage.estimated) == (100, 40, 20, False)
    assert call.dollars == pytest.approx((60 * 1 + 40 * 0.1 + 20 * 2) / 1e6)


def test_a_call_of_a_server_without_prices_has_an_unknown_cost(server: FakeOpenAI, api: str):
    server.replies.append(Says("Solar grew."))

    (call,) = write(model_at(server, HITL_MODEL_API=api)).calls

    assert call.tokens
    assert call.dollars is None


def test_what_is_asked_for_comes_in_its_form(server: FakeOpenAI, api: str):
    server.replies.append(Says('{"queries": ["sun", "moon"]}'))

    assert ask(model_at(server, HITL_MODEL_API=api)).found == ["sun", "moon"]


@pytest.mark.parametrize(
    "answer",
    [
        'Of course!\n```json\n{"queries": ["a"]}\n```\nAnything else?',
        '<think>{"queries": ["no"]} or</think>{"queries": ["a"]}',
        '  {"queries":\n["a"]}  ',
    ],
)
def test_data_is_found_within_prose(server: FakeOpenAI, api: str, answer: str):
    server.replies.append(Says(answer))

    assert ask(model_at(server, HITL_MODEL_API=api)).found == ["a"]


def test_prose_instead_of_data_is_asked_for_once_more(server: FakeOpenAI, api: str):
    server.replies.extend([Says("I would look for the sun."), Says('{"queries": ["sun"]}')])

    asked = ask(model_at(server, HITL_MODEL_API=api))

    assert asked.found == ["sun"]
    assert len(asked.calls) == 2
    assert "asking once more" in asked.said[0]


def test_prose_twice_is_a_failure(server: FakeOpenAI, api: str):
    server.replies.extend([Says("No."), Says('{"queries": "sun"}'), Says('{"queries": ["too late"]}')])

    asked = ask(model_at(server, HITL_MODEL_API=api))

    assert asked.kind == "format"
    assert len(server.requests) == len(asked.calls) == 2


def test_a_server_that_knows_no_schemas_is_asked_without(server: FakeOpenAI, api: str):
    server.replies.extend([refuses_schemas(), Says('{"queries": ["sun"]}')])

    asked = ask(model_at(server, HITL_MODEL_API=api))

    assert asked.found == ["sun"]
    assert "response_format" not in server.requests[-1].body
    assert "text" not in server.requests[-1].body


FAILURES: list[tuple[Reply, str, str]] = [
    (Refuses(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key"), "key", "refuses the key"),
    (Refuses(403, f"Not for Bearer {KEY}"), "key", "does not allow this key"),
    (Refuses(404, "No such model", code="model_not_found"), "model", "has no model “gpt-5-mini”"),
    (Refuses(429, "You exceeded", code="insufficient_quota"), "quota", "no quota left"),
    (Refuses(429, "Busy", retry_after=10_000), "busy", "left alone for 10,000 seconds"),
    (Refuses(400, "Your prompt is too long.", code="context_length_exceeded"), "request", "Your prompt is too long."),
    (Hangs(), "silence", "nothing came for 0.6 seconds"),
    (FallsSilent("Solar grew"), "silence", "nothing came for 0.6 seconds"),
    (Cuts("Solar grew by a lot"), "cut", "broke in the middle"),
    (Cuts("Solar grew by a lot", cleanly=True), "cut", "ended before the answer did"),
    (Fails("Solar grew", f"the engine of {KEY} overheated"), "server", "overheated"),
    (Stops("Solar grew by"), "limit", "HITL_MODEL_OUTPUT_TOKENS"),
    (Stops("Solar grew by", reason="content_filter"), "declined", "filter"),
    (Declines("I cannot write of that."), "declined", "I cannot write of that."),
    (Says(""), "server", "answered with nothing"),
    (Reasons("Long thoughts", ""), "server", "answered with nothing"),
]


@pytest.mark.parametrize(("reply", "kind", "words"), FAILURES, ids=lambda value: str(value)[:40])
def test_every_failure_is_told_in_words(
    server: FakeOpenAI, api: str, reply: Reply, kind: str, words: str, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    server.replies.extend([reply] * 2)  # a server's own failure is tried once more

    asked = write(model_at(server, HITL_MODEL_API=api, silence=SOON))

    assert asked.kind == kind
    assert words in str(asked.failure)
    for text in (str(asked.failure), *asked.said, repr(asked.failure)):
        assert KEY not in text
    assert KEY not in caplog.text


@pytest.mark.parametrize("reply", [FallsSilent("Solar grew"), Cuts("Solar grew"), Fails("Solar grew", "boom")])
def test_what_came_before_a_failure_is_handed_on_and_nothing_is_asked_again(server: FakeOpenAI, api: str, reply: Reply):
    server.replies.append(reply)

    asked = write(model_at(server, HITL_MODEL_API=api, silence=SOON))

    assert asked.text.strip() == "Solar grew"
    assert len(server.requests) == 1
    (call,) = asked.calls
    assert call.usage.estimated
    assert call.usage.output > 0


def test_an_unreachable_server_is_told(api: str):
    with FakeOpenAI() as gone:
        model = model_at(gone, HITL_MODEL_API=api)

    asked = write(model)

    assert asked.kind == "network"
    assert "cannot be reached" in str(asked.failure)
    assert "OPENAI_API_BASE" in str(asked.failure)


def test_a_failing_server_is_asked_once_more_and_visibly(server: FakeOpenAI, api: str):
    server.replies.extend([Refuses(500), Says("Solar grew.")])

    asked = write(model_at(server, HITL_MODEL_API=api))

    assert asked.text == "Solar grew."
    assert len(asked.said) == 1
    assert asked.said[0].endswith("has failed (500). boom. Trying once more")


def test_a_server_that_goes_on_failing_is_not_asked_a_third_time(server: FakeOpenAI, api: str):
    server.replies.extend([Refuses(500), Refuses(503, raw="<html>Bad gateway</html>"), Says("too late")])

    asked = write(model_at(server, HITL_MODEL_API=api))

    assert asked.kind == "server"
    assert len(server.requests) == 2
    assert "html" not in str(asked.failure)


def test_a_busy_server_is_waited_for_visibly(server: FakeOpenAI, api: str):
    server.replies.extend([BUSY, BUSY, Says("Solar grew.")])

    asked = write(model_at(server, HITL_MODEL_API=api))

    assert asked.text == "Solar grew."
    assert len(asked.said) == 2
    assert all("Waiting 0.05 seconds" in said for said in asked.said)
    first, second, third = server.requests
    assert second.at - first.at >= 0.05
    assert third.at - second.at >= 0.05


def test_a_busy_server_is_not_waited_for_without_end(server: FakeOpenAI, api: str):
    server.replies.extend([BUSY] * 5)

    assert write(model_at(server, HITL_MODEL_API=api)).kind == "busy"
    assert len(server.requests) == 4


def test_a_date_after_which_to_ask_again_is_understood(server: FakeOpenAI):
    later = datetime.now(UTC) + timedelta(seconds=10 * LONGEST_WAIT)
    server.replies.append(Refuses(429, "Busy", retry_after=format_datetime(later, usegmt=True)))

    asked = write(model_at(server))

    assert asked.failure
    assert asked.kind == "busy"
    assert "left alone for" in str(asked.failure)


def test_thinking_is_no_part_of_the_text(server: FakeOpenAI, api: str):
    server.replies.append(Reasons("Solar? Or wind?", "Solar grew."))

    assert write(model_at(server, HITL_MODEL_API=api)).text == "Solar grew."


def test_two_messages_of_one_answer_are_told_once_each(server: FakeOpenAI):
    server.replies.append(SaysTwice("First.", "Second."))

    assert write(model_at(server, HITL_MODEL_API="responses")).text == "First.\n\nSecond."


def test_a_server_that_tells_no_usage_has_it_estimated(server: FakeOpenAI):
    server.replies.append(Says("Solar grew.", usage=None))

    (call,) = write(model_at(server, HITL_MODEL_API="chat")).calls

    assert call.usage.estimated


def test_a_call_that_could_break_the_budget_is_not_made(server: FakeOpenAI, api: str):
    asked = write(model_at(server, HITL_MODEL_API=api, HITL_BUDGET_TOKENS="1000"), spent=900)

    assert asked.kind == "budget"
    assert "HITL_BUDGET_TOKENS" in str(asked.failure)
    assert "900 are used" in str(asked.failure)
    assert not server.requests


def test_the_budget_limits_what_an_answer_may_have(server: FakeOpenAI):
    write(model_at(server, HITL_MODEL_API="responses", HITL_BUDGET_TOKENS="1000"), spent=500)

    assert 400 < server.requests[0].body["max_output_tokens"] < 500


def test_what_does_not_fit_the_window_is_not_sent(server: FakeOpenAI):
    model = model_at(server, HITL_MODEL_WINDOW="4000")

    with pytest.raises(ModelFailure, match="HITL_MODEL_WINDOW"):
        Model(model, lambda said: None).room_for("word " * 4000)


@pytest.mark.parametrize("name", ["gpt-5-mini", "gpt-9-unheard-of", "qwen3:8b"])
def test_the_request_holds_what_a_server_needs_and_nothing_that_it_refuses(server: FakeOpenAI, name: str):
    settings = {"HITL_MODEL": name, "HITL_MODEL_EFFORT": "low", "HITL_MODEL_OUTPUT_TOKENS": "900"}

    write(model_at(server, HITL_MODEL_API="responses", **settings))
    write(model_at(server, HITL_MODEL_API="chat", **settings))

    responses, chat = (request.body for request in server.requests)
    assert responses["model"] == chat["model"] == name
    assert "temperature" not in responses
    assert responses["reasoning"] == {"effort": "low"}
    assert responses["max_output_tokens"] == 900
    assert responses["store"] is False
    assert chat["reasoning_effort"] == "low"
    assert "temperature" not in chat
    assert chat["stream_options"] == {"include_usage": True}
    assert (chat.get("max_tokens") or chat.get("max_completion_tokens")) == 900
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests)


def test_the_environment_of_another_program_changes_nothing(
    server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch, api: str
):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-somebody")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-of-somebody")
    server.replies.append(Says("Solar grew."))

    assert write(model_at(server, HITL_MODEL_API=api)).text == "Solar grew."
    assert not [name for name in server.requests[0].headers if name in ("openai-organization", "openai-project")]
