"""LlamaIndex's two model clients, and readers for the events of their streams.

LlamaIndex's streams hide failures, drop usage and duplicate the text of an answer with several messages. So this module
reads the server's own events, which the streams pass on as `raw`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from hitl.llm.configured import ConfiguredModel
from hitl.llm.failures import ModelFailure, said
from hitl.llm.prices import dollars_of
from hitl.llm.usage import Usage

if TYPE_CHECKING:
    import httpx
    from llama_index.core.llms import LLM
    from openai import AsyncOpenAI

CONNECT_SECONDS = 20.0
"""Timeout for connecting; the timeout for silence after that is a setting."""
SLACK = 5.0
"""Seconds that the client's timeout exceeds `silence_seconds`, so that our own timeout and its message come first."""
BYTES_A_TOKEN = 2_000
"""Bytes that a server may send for each token it was asked for: an event with a token in it has about 300."""
OTHER_BYTES = 2_000_000
"""Bytes that it may send besides: some events hold the whole request or the whole answer."""
StreamEnd = Literal["whole", "limit", "filtered"]


@dataclass(frozen=True)
class Piece:
    """A piece of a streamed answer: text, its ending, or its usage."""

    delta: str = ""
    ending: StreamEnd | None = None
    usage: Usage | None = None


class ModelClient:
    """A connection to a model, for one request at a time. Create it on a thread: the imports take seconds.

    Args:
        model: The model to call.
    """

    def __init__(self, model: ConfiguredModel) -> None:
        for module in ("openai.resources.responses", "openai.resources.chat"):
            import_module(module)  # takes 0.5 s, in which the first call would block the event loop
        dollars_of(Usage(), model)  # loads the list prices, if they are needed, for the same reason
        self._model = model
        self._http = _http(model, self._receive)
        self._response: httpx.Response | None = None
        self._most_bytes = OTHER_BYTES
        self._llm = (_responses if model.api == "responses" else _chat)(model, self._http)

    async def close(self) -> None:
        await self._http.close()

    async def stream(
        self, system: str, user: str, most_output: int, schema: dict[str, Any] | None
    ) -> AsyncGenerator[Piece]:
        """Send a request and yield the pieces of the answer as they arrive.

        When the caller stops before the end, the connection is closed, so that the server stops too.

        Args:
            system: The system message.
            user: The user message.
            most_output: Maximum tokens of the answer.
            schema: JSON schema of the answer, with its name as `title`; None for plain text.

        Raises:
            ModelFailure: If the stream contains a refusal or a failure.
            Exception: Any error of the library's client; see `failure_of`.
        """
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
        is_responses = self._model.api == "responses"
        options = _for_responses(most_output, schema) if is_responses else _for_chat(most_output, schema)
        read = _ResponsesReader(self._model) if is_responses else _ChatReader(self._model)
        self._most_bytes = OTHER_BYTES + BYTES_A_TOKEN * most_output
        try:
            events = await self._llm.astream_chat(messages, **options)
            async with aclosing(events):
                async for event in events:
                    if (piece := read(event.raw)) is not None:
                        yield piece
        finally:
            if self._response is not None:  # closing the library's generators leaves the connection open
                await self._response.aclose()
                self._response = None

    async def _receive(self, response: httpx.Response) -> None:
        """Keep a response whose headers have arrived, and limit its body."""
        self._response = response
        response.stream = _limited(response.stream, self._most_bytes, self._model)


def _limited(stream: Any, most: int, model: ConfiguredModel) -> httpx.AsyncByteStream:
    """The stream of a body that raises ModelFailure once it is longer than `most` bytes."""
    import httpx

    class LimitedStream(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = most
            async for part in stream:
                left -= len(part)
                if left < 0:
                    raise ModelFailure(
                        "endless", f"{model.host} has sent more than {most / 1e6:,.0f} MB for an answer."
                    )
                yield part

        async def aclose(self) -> None:
            await stream.aclose()

    return LimitedStream()


def _http(model: ConfiguredModel, on_response: Callable[[httpx.Response], Awaitable[None]]) -> AsyncOpenAI:
    import httpx
    from openai import AsyncOpenAI

    patience = model.silence_seconds + SLACK
    client = AsyncOpenAI(
        api_key=model.key.get_secret_value(),
        base_url=model.base,
        max_retries=0,
        timeout=httpx.Timeout(patience, connect=min(CONNECT_SECONDS, patience)),
        # follows no redirects by default, so text goes to no other host
        http_client=httpx.AsyncClient(event_hooks={"response": [on_response]}),
    )
    if not model.is_openai:  # the client reads OPENAI_ORG_ID and OPENAI_PROJECT_ID: send them to OpenAI only
        client.organization = client.project = None
    return client


def _responses(model: ConfiguredModel, http: AsyncOpenAI) -> LLM:
    from llama_index.llms.openai import OpenAIResponses

    return OpenAIResponses(
        model=model.name,
        api_key=model.key.get_secret_value(),
        api_base=model.base,
        async_openai_client=http,
        max_retries=0,  # `Model` retries itself, and reports it
        context_window=model.window,  # without it the library raises for model names it does not know
        store=False,
        reasoning_options={},  # not None, so that no temperature is sent: reasoning models reject it
        additional_kwargs={"reasoning": {"effort": model.effort} if model.effort else None},
    )


def _for_responses(most_output: int, schema: dict[str, Any] | None) -> dict[str, Any]:
    options: dict[str, Any] = {"max_output_tokens": most_output}
    if schema:
        options["text"] = {"format": {"type": "json_schema", "name": schema["title"], "schema": schema, "strict": True}}
    return options


def _chat(model: ConfiguredModel, http: AsyncOpenAI) -> LLM:
    from llama_index.llms.openai_like import OpenAILike
    from openai import omit

    # a model with a reasoning effort rejects a temperature
    effort = {"reasoning_effort": model.effort, "temperature": omit} if model.effort else {}
    llm: LLM = OpenAILike(
        model=model.name,
        api_key=model.key.get_secret_value(),
        api_base=model.base,
        async_openai_client=http,
        max_retries=0,
        context_window=model.window,
        is_chat_model=True,
        additional_kwargs={"stream_options": {"include_usage": True}, **effort},
    )
    return llm


def _for_chat(most_output: int, schema: dict[str, Any] | None) -> dict[str, Any]:
    options: dict[str, Any] = {"max_tokens": most_output}
    if schema:
        json_schema = {"name": schema["title"], "schema": schema, "strict": True}
        options["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    return options


class _ResponsesReader:
    """Reads the events of the Responses API (platform.openai.com/docs/api-reference/responses-streaming)."""

    def __init__(self, model: ConfiguredModel) -> None:
        self._model = model
        self._item: int | None = None

    def __call__(self, event: Any) -> Piece | None:
        match event.type:
            case "response.output_text.delta":
                is_another = self._item not in (None, event.output_index)  # a second message of the same answer
                self._item = event.output_index
                return Piece(f"\n\n{event.delta}" if is_another else event.delta)
            case "response.refusal.done":
                raise ModelFailure("declined", f"The model declines: {said(event.refusal, self._model)}")
            case "response.completed":
                return Piece(ending="whole", usage=self._usage(event.response))
            case "response.incomplete":
                details = event.response.incomplete_details
                is_filtered = bool(details) and details.reason == "content_filter"
                return Piece(ending="filtered" if is_filtered else "limit", usage=self._usage(event.response))
            case "response.failed":
                error = event.response.error
                words = said(error.message if error else "", self._model)
                raise ModelFailure("server", f"{self._model.host} has given up: {words}")
            case _:
                return None

    @staticmethod
    def _usage(response: Any) -> Usage | None:
        usage = response.usage
        if usage is None:
            return None
        cached = getattr(usage.input_tokens_details, "cached_tokens", 0) or 0
        return Usage(input=usage.input_tokens, cached=cached, output=usage.output_tokens)


class _ChatReader:
    """Reads the chunks of the Chat Completions API; the usage arrives after the chunk with the finish reason."""

    def __init__(self, model: ConfiguredModel) -> None:
        self._model = model
        self._declined = ""

    def __call__(self, chunk: Any) -> Piece | None:
        choice = next(iter(chunk.choices or []), None)
        if choice is None:
            return Piece(usage=self._usage(chunk))
        self._declined += getattr(choice.delta, "refusal", None) or ""
        if choice.finish_reason and self._declined:
            raise ModelFailure("declined", f"The model declines: {said(self._declined, self._model)}")
        return Piece(choice.delta.content or "", _ending(choice.finish_reason), self._usage(chunk))

    @staticmethod
    def _usage(chunk: Any) -> Usage | None:
        usage = chunk.usage
        if usage is None:
            return None
        cached = getattr(usage.prompt_tokens_details, "cached_tokens", 0) or 0
        return Usage(input=usage.prompt_tokens or 0, cached=cached, output=usage.completion_tokens or 0)


def _ending(finish_reason: str | None) -> StreamEnd | None:
    match finish_reason:
        case None:
            return None
        case "length":
            return "limit"
        case "content_filter":
            return "filtered"
        case _:
            return "whole"
