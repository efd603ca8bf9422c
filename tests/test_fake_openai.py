"""The fake server against the real clients, and with it what the real clients make of each answer."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import openai
import pytest
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, TextBlock, ThinkingBlock
from llama_index.llms.openai import OpenAIResponses
from llama_index.llms.openai_like import OpenAILike
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from tests.conftest import until
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

TEXT = "Solar grew 24% in 2025. Wind grew 9%."
APIS = ("chat", "responses")
NEVER = 30.0
"""Seconds; longer than any answer takes, so that a test that meets it has failed."""
SOON = 0.2
"""Seconds of silence after which a client gives up in the tests about silence."""

UNVERIFIED = False
"""Nothing here speaks TLS, and reading the certificates would take longer than the rest of a test."""

LLAMA_MESSAGES = [ChatMessage(role="user", content="How fast did solar grow?")]


def kind(parameter: object) -> str:
    return parameter if isinstance(parameter, str) else type(parameter).__name__


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@dataclass
class Heard:
    """What a client got out of one answer."""

    text: str = ""
    refusal: str = ""
    end: str | None = None
    """The finish reason on chat, the status on responses."""
    tokens: tuple[int, int] | None = None
    """Input and output."""
    error: str | None = None


def client(server: FakeOpenAI, timeout: float = NEVER) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(
        base_url=server.base,
        api_key="sk-test",
        max_retries=0,
        timeout=timeout,
        http_client=httpx.AsyncClient(verify=UNVERIFIED),
    )


async def ask_chat(ai: openai.AsyncOpenAI, heard: Heard) -> None:
    body = await ai.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
    message = body.choices[0].message
    heard.text, heard.refusal, heard.end = message.content or "", message.refusal or "", body.choices[0].finish_reason
    if body.usage:
        heard.tokens = (body.usage.prompt_tokens, body.usage.completion_tokens)


async def stream_chat(ai: openai.AsyncOpenAI, heard: Heard) -> None:
    chunks = await ai.chat.completions.create(
        model="m", messages=[{"role": "user", "content": "hi"}], stream=True, stream_options={"include_usage": True}
    )
    async for chunk in chunks:
        for choice in chunk.choices:
            heard.text += choice.delta.content or ""
            heard.refusal += choice.delta.refusal or ""
            heard.end = choice.finish_reason or heard.end
        if chunk.usage:
            heard.tokens = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)


def hear_response(response: Response, heard: Heard) -> None:
    heard.end = response.status
    if response.usage:
        heard.tokens = (response.usage.input_tokens, response.usage.output_tokens)
    if response.error:
        heard.error = response.error.message


async def ask_responses(ai: openai.AsyncOpenAI, heard: Heard) -> None:
    response = await ai.responses.create(model="m", input="hi")
    hear_response(response, heard)
    heard.text = response.output_text
    for item in response.output:
        if item.type == "message":
            heard.refusal += "".join(part.refusal for part in item.content if part.type == "refusal")


async def stream_responses(ai: openai.AsyncOpenAI, heard: Heard) -> None:
    strict: TypeAdapter[ResponseStreamEvent] = TypeAdapter(ResponseStreamEvent)
    numbers = []
    async for event in await ai.responses.create(model="m", input="hi", stream=True):
        strict.validate_python(event.to_dict())  # the client itself lets malformed events pass
        numbers.append(event.sequence_number)
        match event.type:
            case "response.output_text.delta":
                heard.text += event.delta
            case "response.refusal.delta":
                heard.refusal += event.delta
            case "response.completed" | "response.incomplete" | "response.failed":
                hear_response(event.response, heard)
    assert numbers == list(range(len(numbers)))


ASK = {
    ("chat", False): ask_chat,
    ("chat", True): stream_chat,
    ("responses", False): ask_responses,
    ("responses", True): stream_responses,
}


def ask(server: FakeOpenAI, reply: Reply | None, api: str, stream: bool, timeout: float = NEVER) -> Heard:
    if reply is not None:
        server.replies.append(reply)
    heard = Heard()

    async def run() -> None:
        async with client(server, timeout) as ai:
            try:
                await ASK[api, stream](ai, heard)
            except (openai.APIError, httpx.HTTPError, json.JSONDecodeError) as error:
                heard.error = type(error).__name__ if not isinstance(error, openai.APIStatusError) else str(error)

    asyncio.run(run())
    return heard


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("reply", "chat", "responses"),
    [
        (Says(TEXT), Heard(TEXT, "", "stop", (21, 9)), Heard(TEXT, "", "completed", (21, 9))),
        (Says(TEXT, usage=Tokens(5, 6)), Heard(TEXT, "", "stop", (5, 6)), Heard(TEXT, "", "completed", (5, 6))),
        (Says(TEXT, usage=None), Heard(TEXT, "", "stop"), Heard(TEXT, "", "completed")),
        (Says("abc", pieces=("a", "bc")), Heard("abc", "", "stop", (21, 9)), Heard("abc", "", "completed", (21, 9))),
        (Stops("Solar"), Heard("Solar", "", "length", (21, 9)), Heard("Solar", "", "incomplete", (21, 9))),
        (
            Stops("Solar", "content_filter"),
            Heard("Solar", "", "content_filter", (21, 9)),
            Heard("Solar", "", "incomplete", (21, 9)),
        ),
        (Declines("I can't."), Heard("", "I can't.", "stop", (21, 9)), Heard("", "I can't.", "completed", (21, 9))),
        (
            Reasons("Hm, so.", TEXT),
            Heard(f"<think>Hm, so.</think>{TEXT}", "", "stop", (21, 9)),
            Heard(TEXT, "", "completed", (21, 9)),
        ),
        (
            Reasons("Hm, so.", TEXT, tagged=False),
            Heard(TEXT, "", "stop", (21, 9)),
            Heard(TEXT, "", "completed", (21, 9)),
        ),
        (SaysTwice("One. ", "Two."), *(Heard("One. Two.", "", end, (21, 9)) for end in ("stop", "completed"))),
    ],
    ids=kind,
)
def test_answer_reaches_the_real_client(server, reply, chat, responses, stream):
    assert ask(server, reply, "chat", stream) == chat
    assert ask(server, reply, "responses", stream) == responses


@pytest.mark.parametrize(
    ("reply", "api", "stream", "heard"),
    [
        (FallsSilent("Solar "), "chat", False, Heard(error="APITimeoutError")),
        (FallsSilent("Solar "), "chat", True, Heard("Solar ", error="ReadTimeout")),
        (FallsSilent("Solar "), "responses", False, Heard(error="APITimeoutError")),
        (FallsSilent("Solar "), "responses", True, Heard("Solar ", error="ReadTimeout")),
        (Hangs(), "chat", True, Heard(error="APITimeoutError")),
        (Hangs(), "responses", False, Heard(error="APITimeoutError")),
    ],
    ids=kind,
)
def test_silence_ends_with_the_clients_patience(server, reply, api, stream, heard):
    assert ask(server, reply, api, stream, timeout=SOON) == heard


@pytest.mark.parametrize("api", APIS)
def test_cut_stream_is_seen_as_a_dropped_connection(server, api):
    assert ask(server, Cuts("Solar "), api, stream=True) == Heard("Solar ", error="RemoteProtocolError")
    assert ask(server, Cuts("Solar "), api, stream=False) == Heard(error="APIConnectionError")


@pytest.mark.parametrize("api", APIS)
def test_clean_cut_raises_nothing_and_has_no_end(server, api):
    assert ask(server, Cuts("Solar ", cleanly=True), api, stream=True) == Heard("Solar ")
    assert ask(server, Cuts("Solar ", cleanly=True), api, stream=False) == Heard(error="JSONDecodeError")


def test_failure_carries_its_message(server):
    failure = Fails("Solar ", "it broke")
    assert ask(server, failure, "responses", stream=True) == Heard("Solar ", end="failed", error="it broke")
    assert ask(server, failure, "responses", stream=False) == Heard(end="failed", error="it broke")
    assert ask(server, failure, "chat", stream=True) == Heard("Solar ", error="APIError")
    assert "it broke" in str(ask(server, failure, "chat", stream=False).error)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, openai.BadRequestError),
        (401, openai.AuthenticationError),
        (404, openai.NotFoundError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (503, openai.InternalServerError),
    ],
)
def test_refusal_becomes_the_clients_error(server, status, error, api, stream):
    server.replies.append(Refuses(status, "No.", code="some_code", type="some_type", retry_after=7))

    async def run() -> None:
        async with client(server) as ai:
            await ASK[api, stream](ai, Heard())

    with pytest.raises(error) as caught:
        asyncio.run(run())
    assert (caught.value.code, caught.value.type, caught.value.body["message"]) == ("some_code", "some_type", "No.")
    assert caught.value.response.headers["retry-after"] == "7"


def test_raw_refusal_is_sent_as_it_is(server):
    heard = ask(server, Refuses(502, raw="<html>Bad gateway</html>"), "chat", stream=True)
    assert heard.error == "<html>Bad gateway</html>"


@pytest.mark.parametrize("api", APIS)
def test_wrong_key_is_refused_and_echoed_in_part(server, api):
    server.key = "sk-right"
    error = str(ask(server, Says(TEXT), api, stream=False).error)
    assert "invalid_api_key" in error
    assert "sk-tes***est" in error
    assert len(server.replies) == 1  # the reply waits for one who may ask


def test_unlisted_model_is_refused_only_when_strict(server):
    assert ask(server, Says(TEXT), "chat", stream=False).text == TEXT
    server.strict_models = True
    assert "model_not_found" in str(ask(server, Says(TEXT), "chat", stream=False).error)
    server.models = ("m",)
    assert ask(server, Says(TEXT), "chat", stream=False).text == TEXT


def test_models_are_listed(server):
    async def run() -> list[str]:
        async with client(server) as ai:
            return [model.id async for model in ai.models.list()]

    server.models = ("one", "two")
    assert asyncio.run(run()) == ["one", "two"]


def test_requests_are_recorded(server):
    before = time.monotonic()
    ask(server, Says(TEXT), "responses", stream=True)
    [request] = server.requests
    assert request.path == "/v1/responses"
    assert request.body == {"model": "m", "input": "hi", "stream": True}
    assert request.headers["authorization"] == "Bearer sk-test"
    assert before <= request.at <= time.monotonic()


def test_replies_go_in_order_and_otherwise_answers_after_them(server):
    server.otherwise = lambda request: Says(f"No reply left for {request.body['model']}")
    server.replies.extend([Says("First"), Says("Second")])
    heard = [ask(server, None, "chat", stream=False).text for _ in range(3)]
    assert heard == ["First", "Second", "No reply left for m"]


def test_usage_is_kept_back_from_a_chat_that_does_not_ask_for_it(server):
    async def run() -> list[Any]:
        async with client(server) as ai:
            chunks = await ai.chat.completions.create(
                model="m", messages=[{"role": "user", "content": "hi"}], stream=True
            )
            return [chunk.usage async for chunk in chunks]

    assert set(asyncio.run(run())) == {None}


def test_pieces_come_with_a_pause(server):
    start = time.monotonic()
    assert ask(server, Says("a b c", pause=0.02), "chat", stream=True).text == "a b c"
    assert time.monotonic() - start >= 0.06


@pytest.mark.parametrize("reply", [Hangs(), FallsSilent("Solar "), Says("a b", pause=NEVER)], ids=kind)
def test_closing_releases_a_waiting_client_and_leaves_no_thread(reply):
    threads = set(threading.enumerate())
    server = FakeOpenAI()
    heard: list[Heard] = []
    asker = threading.Thread(target=lambda: heard.append(ask(server, reply, "responses", stream=True)))
    asker.start()
    until(lambda: server.requests)
    start = time.monotonic()
    server.close()
    asker.join(timeout=5)
    assert heard[0].error in ("APIConnectionError", "RemoteProtocolError", "ReadError")
    assert time.monotonic() - start < 5
    assert set(threading.enumerate()) == threads


@pytest.mark.parametrize("reply", [Hangs(), FallsSilent("Solar "), Says("a b", pause=NEVER)], ids=kind)
def test_handler_ends_when_its_client_goes(server, reply):
    before = threading.active_count()
    server.replies.append(reply)

    async def run() -> None:
        async with client(server) as ai:
            asking = asyncio.create_task(stream_chat(ai, Heard()))
            while not server.requests:
                await asyncio.sleep(0.001)
            assert threading.active_count() > before
            asking.cancel()

    asyncio.run(run())
    until(lambda: threading.active_count() == before, seconds=5)


# What LlamaIndex makes of it


def llama(server: FakeOpenAI, api: str, http: httpx.AsyncClient) -> OpenAIResponses | OpenAILike:
    options: dict[str, Any] = {
        "model": "m",
        "api_base": server.base,
        "api_key": "sk-test",
        "max_retries": 0,
        "timeout": NEVER,
        "context_window": 9000,  # without it OpenAIResponses refuses a model whose name it does not know
        "async_http_client": http,
    }
    return OpenAIResponses(**options) if api == "responses" else OpenAILike(**options, is_chat_model=True)


def llama_stream(server: FakeOpenAI, reply: Reply, api: str) -> list[ChatResponse]:
    server.replies.append(reply)
    options: dict[str, Any] = {"stream_options": {"include_usage": True}} if api == "chat" else {}

    async def run() -> list[ChatResponse]:
        async with httpx.AsyncClient(verify=UNVERIFIED) as http:
            chunks = await llama(server, api, http).astream_chat(LLAMA_MESSAGES, **options)
            return [chunk async for chunk in chunks]

    return asyncio.run(run())


def llama_ask(server: FakeOpenAI, reply: Reply, api: str) -> ChatResponse:
    server.replies.append(reply)

    async def run() -> ChatResponse:
        async with httpx.AsyncClient(verify=UNVERIFIED) as http:
            answer: ChatResponse = await llama(server, api, http).achat(LLAMA_MESSAGES)
            return answer

    return asyncio.run(run())


def raw(answer: ChatResponse) -> Any:
    return answer.raw


@pytest.mark.parametrize("api", APIS)
def test_llama_index_reads_answer_and_usage(server, api):
    chunks = llama_stream(server, Says(TEXT), api)
    assert "".join(chunk.delta or "" for chunk in chunks) == TEXT
    assert chunks[-1].message.content == TEXT
    usage = raw(chunks[-1]).response.usage if api == "responses" else raw(chunks[-1]).usage
    assert usage.total_tokens == 30

    whole = llama_ask(server, Says(TEXT), api)
    assert whole.message.content == TEXT
    assert raw(whole).usage.total_tokens == 30


@pytest.mark.parametrize("api", APIS)
def test_llama_index_keeps_reasoning_apart_unless_it_is_tagged(server, api):
    chunks = llama_stream(server, Reasons("Hm, so.", TEXT, tagged=False), api)
    thinking, text = chunks[-1].message.blocks
    assert isinstance(thinking, ThinkingBlock)
    assert thinking.content == "Hm, so."
    assert text == TextBlock(text=TEXT)


def test_llama_index_passes_think_tags_on_in_pieces(server):
    chunks = llama_stream(server, Reasons("Hm, so.", TEXT), "chat")
    deltas = [chunk.delta or "" for chunk in chunks]
    assert "".join(deltas) == f"<think>Hm, so.</think>{TEXT}"
    assert not any("<think>" in delta or "</think>" in delta for delta in deltas)


def test_llama_index_doubles_the_first_of_two_messages(server):
    chunks = llama_stream(server, SaysTwice("One. ", "Two."), "responses")
    assert "".join(chunk.delta or "" for chunk in chunks) == "One. Two."
    assert chunks[-1].message.content == "One. \nOne. \nTwo."


def test_llama_index_raises_nothing_for_a_failed_or_unfinished_response(server):
    last = llama_stream(server, Fails("Solar ", "it broke"), "responses")[-1]
    assert raw(last).response.error.message == "it broke"
    last = llama_stream(server, Stops("Solar "), "responses")[-1]
    assert raw(last).response.incomplete_details.reason == "max_output_tokens"
    last = llama_stream(server, Cuts("Solar ", cleanly=True), "responses")[-1]
    assert raw(last).type == "response.output_text.delta"


def test_llama_index_raises_for_a_failed_chat(server):
    with pytest.raises(openai.APIError, match="it broke"):
        llama_stream(server, Fails("Solar ", "it broke"), "chat")


@pytest.mark.parametrize("api", APIS)
def test_llama_index_lets_errors_through(server, api):
    with pytest.raises(openai.RateLimitError):
        llama_stream(server, Refuses(429, code="insufficient_quota"), api)
    with pytest.raises(httpx.RemoteProtocolError):
        llama_stream(server, Cuts("Solar "), api)


@pytest.mark.parametrize("api", APIS)
def test_llama_index_shows_a_refusal_only_in_the_raw_answer(server, api):
    chunks = llama_stream(server, Declines("I can't."), api)
    assert not any(chunk.delta for chunk in chunks)
    assert not chunks[-1].message.content
    if api == "responses":
        assert raw(chunks[-1]).response.output[0].content[0].refusal == "I can't."
    else:
        deltas = [choice.delta for chunk in chunks for choice in raw(chunk).choices]
        assert "".join(delta.refusal or "" for delta in deltas) == "I can't."
