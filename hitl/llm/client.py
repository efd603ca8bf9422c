"""The library's two clients of a model, and what to read from the streams that they give.

LlamaIndex's streams hide failures, drop usage and double a text of several messages, so the server's own events are
read, which they hand on as `raw`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from hitl.llm.configured import ConfiguredModel
from hitl.llm.failures import ModelFailure, said
from hitl.llm.spending import Usage

if TYPE_CHECKING:
    from llama_index.core.llms import LLM
    from openai import AsyncOpenAI

CONNECT_SECONDS = 20.0
"""To reach the server; how long it may then be silent is a setting."""
SLACK = 5.0
"""Seconds that the client waits longer than we do: there is one clock for silence, and one sentence."""
Ending = Literal["whole", "limit", "filtered"]


@dataclass(frozen=True)
class Piece:
    """Something that came: a piece of text, or how it ended."""

    delta: str = ""
    ending: Ending | None = None
    usage: Usage | None = None


class Client:
    """A connection to a model; made on a thread, since the library takes seconds to import.

    Args:
        model: Who is asked.
    """

    def __init__(self, model: ConfiguredModel) -> None:
        for module in ("openai.resources.responses", "openai.resources.chat"):
            import_module(module)  # half a second, which the first call would take on the loop of all runs
        self._model = model
        self._http = _http(model)
        self._llm = (_responses if model.api == "responses" else _chat)(model, self._http)

    async def close(self) -> None:
        await self._http.close()

    async def stream(
        self, system: str, user: str, most_output: int, schema: dict[str, Any] | None
    ) -> AsyncGenerator[Piece]:
        """Ask, and hand on what comes as it comes.

        Args:
            system: What the model is to do.
            user: What it is given.
            most_output: Tokens that the answer may have.
            schema: The JSON schema that the answer has to fit, titled; None for text.

        Raises:
            ModelFailure: If the server says in its stream that something went wrong.
            Exception: Whatever the library's client raises; see `failure_of`.
        """
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]
        is_responses = self._model.api == "responses"
        options = _for_responses(most_output, schema) if is_responses else _for_chat(most_output, schema)
        read = _ResponsesReader(self._model) if is_responses else _ChatReader(self._model)
        events = await self._llm.astream_chat(messages, **options)
        async with aclosing(events):
            async for event in events:
                if (piece := read(event.raw)) is not None:
                    yield piece


def _http(model: ConfiguredModel) -> AsyncOpenAI:
    import httpx
    from openai import AsyncOpenAI

    patience = model.silence_seconds + SLACK
    client = AsyncOpenAI(
        api_key=model.key.get_secret_value(),
        base_url=model.base,
        max_retries=0,
        timeout=httpx.Timeout(patience, connect=min(CONNECT_SECONDS, patience)),
        http_client=httpx.AsyncClient(),  # follows no redirect: text goes to no other host
    )
    if not model.is_openai:  # whose names are nobody else's business
        client.organization = client.project = None
    return client


def _responses(model: ConfiguredModel, http: AsyncOpenAI) -> LLM:
    from llama_index.llms.openai import OpenAIResponses

    return OpenAIResponses(
        model=model.name,
        api_key=model.key.get_secret_value(),
        api_base=model.base,
        async_openai_client=http,
        max_retries=0,  # ours is the only one, and visible
        context_window=model.window,  # a name that the library does not know raises without it
        store=False,
        reasoning_options={},  # not None: keeps temperature out, which models that think refuse
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

    # a model that is told how long to think refuses a temperature
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
    """Reads the chunks of the Chat Completions API, in which the usage comes after the end."""

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


def _ending(finish_reason: str | None) -> Ending | None:
    match finish_reason:
        case None:
            return None
        case "length":
            return "limit"
        case "content_filter":
            return "filtered"
        case _:
            return "whole"
