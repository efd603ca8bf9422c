"""Asking the model: within the budget, with one retry, and with every failure in words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from hitl.llm.client import Client, Piece
from hitl.llm.configured import ConfiguredModel
from hitl.llm.failures import ModelFailure, failure_of
from hitl.llm.spending import Call, Usage, dollars_of, estimated_tokens
from hitl.llm.thinking import Answer

T = TypeVar("T", bound=BaseModel)

LEAST_OUTPUT = 200
"""Tokens of an answer below which a call is not worth making."""
WAITS = 3
"""Times that one call waits for a server that gets too many requests."""
WAIT, LONGEST_WAIT = 5.0, 90.0
"""Seconds to wait when such a server does not say how long, twice as long each time; and the most that is waited."""
RETRY_PAUSE = 1.0
"""Seconds before the one retry after a server has failed."""


class Model:
    """A model at work for one run; an async context manager.

    Args:
        configured: Which one.
        say: Tells the human what is waited for.
        spent: Tokens that the run has used before.
    """

    def __init__(self, configured: ConfiguredModel, say: Callable[[str], None], spent: int = 0) -> None:
        self.configured = configured
        self.calls: list[Call] = []
        """Every call that was made, those that failed included."""
        self._say = say
        self._spent = spent
        self._client: Client | None = None
        self._takes_schemas = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            await self._client.close()

    async def ask(self, step: str, system: str, user: str, form: type[T]) -> T:
        """Ask for something of a given form.

        Args:
            step: What the call is for, in a word.
            system: What the model is to do.
            user: What it is given.
            form: What it has to answer: a pydantic model, all of whose fields are required.

        Raises:
            ModelFailure: If no answer could be had, or it was not of that form twice.
        """
        schema = form.model_json_schema() | {"title": form.__name__}
        asked = f"{system}\n\nAnswer with one JSON object of this schema, and nothing else:\n{json.dumps(schema)}"
        for is_last in (False, True):
            answer = "".join([piece async for piece in self._pieces(step, asked, user, schema)])
            if (found := read_json(answer, form)) is not None:
                return found
            if not is_last:
                self._say("The model has answered in prose where data was asked for; asking once more")
        raise ModelFailure("format", "The model has answered twice in prose where data was asked for.")

    async def write(self, step: str, system: str, user: str) -> AsyncGenerator[str]:
        """Ask for a text, and hand it on as it comes.

        Args:
            step: What the call is for, in a word.
            system: What the model is to do.
            user: What it is given.

        Raises:
            ModelFailure: If the text did not come, or not to its end.
        """
        async with aclosing(self._pieces(step, system, user, None)) as pieces:
            async for piece in pieces:
                yield piece

    def room_for(self, prompt: str) -> int:
        """Tokens that the answer to a prompt may have.

        Raises:
            ModelFailure: If the budget, or the model's window, has too little room.
        """
        needed, model = estimated_tokens(prompt), self.configured
        used = self._spent + sum(call.tokens for call in self.calls)
        if model.budget is not None and model.budget - used - needed < LEAST_OUTPUT:
            raise ModelFailure(
                "budget",
                f"The budget of {model.budget:,} tokens (HITL_BUDGET_TOKENS) leaves no room for another call: "
                f"{used:,} are used, and this one would send about {needed:,}.",
            )
        if model.window - needed < LEAST_OUTPUT:
            raise ModelFailure(
                "limit",
                f"What the model is to read, about {needed:,} tokens, does not fit its window of {model.window:,} "
                "(HITL_MODEL_WINDOW).",
            )
        left = model.window if model.budget is None else min(model.window, model.budget - used)
        return min(model.output_tokens, left - needed)

    async def _pieces(self, step: str, system: str, user: str, schema: dict[str, Any] | None) -> AsyncGenerator[str]:
        """One answer; what fails before its first word is tried again where that helps."""
        waits, retried = 0, False
        while True:
            try:
                async with aclosing(self._attempt(step, system, user, schema if self._takes_schemas else None)) as got:
                    async for piece in got:
                        yield piece
                return
            except _Interrupted as interrupted:
                failure = interrupted.failure
                if interrupted.has_begun:
                    raise failure from interrupted
            if failure.kind == "busy" and waits < WAITS:
                await self._wait(failure, waits)
                waits += 1
            elif failure.kind == "server" and not retried:
                retried = True
                self._say(f"{failure} Trying once more")
                await asyncio.sleep(RETRY_PAUSE)
            elif failure.kind == "request" and schema and self._takes_schemas:
                self._takes_schemas = False  # older local servers know none; the prompt holds it too
            else:
                raise failure

    async def _wait(self, failure: ModelFailure, waits: int) -> None:
        pause = WAIT * 2**waits if failure.retry_after is None else failure.retry_after
        if pause > LONGEST_WAIT:
            raise ModelFailure("busy", f"{failure} It wants to be left alone for {pause:,.0f} seconds.") from failure
        self._say(f"{failure} Waiting {pause:,.3g} seconds")
        await asyncio.sleep(pause)

    async def _attempt(self, step: str, system: str, user: str, schema: dict[str, Any] | None) -> AsyncGenerator[str]:
        """One request.

        Raises:
            _Interrupted: If it fails; the calls know what it has cost.
        """
        most_output = self.room_for(system + user)
        answer, usage, ending, has_begun = Answer(self.configured.secret), None, None, False
        try:
            client = await self._connected()
            async with aclosing(client.stream(system, user, most_output, schema)) as stream:
                while (piece := await self._next(stream)) is not None:
                    usage, ending = piece.usage or usage, piece.ending or ending
                    if text := answer.add(piece.delta):
                        has_begun = True
                        yield text
            if text := answer.rest():
                yield text
            self._refuse_half(ending, answer, most_output)
        except Exception as error:
            if text := answer.rest():  # what was held back: it counts as written
                yield text
            has_begun = has_begun or bool(answer.raw)
            raise _Interrupted(failure_of(error, self.configured), has_begun) from error
        finally:
            if usage or answer.raw:
                self._note(step, system + user, answer, usage)

    async def _connected(self) -> Client:
        if self._client is None:
            self._client = await asyncio.to_thread(Client, self.configured)
        return self._client

    async def _next(self, stream: AsyncIterator[Piece]) -> Piece | None:
        seconds = self.configured.silence_seconds
        try:
            return await asyncio.wait_for(anext(stream, None), seconds)
        except TimeoutError:
            raise ModelFailure(
                "silence", f"The model has fallen silent: nothing came for {seconds:,g} seconds."
            ) from None

    def _refuse_half(self, ending: str | None, answer: Answer, most_output: int) -> None:
        """See that the answer has come to its end."""
        match ending:
            case None:
                raise ModelFailure("cut", f"The connection to {self.configured.host} ended before the answer did.")
            case "limit":
                raise ModelFailure(
                    "limit", f"The answer was cut off after {most_output:,} tokens (HITL_MODEL_OUTPUT_TOKENS)."
                )
            case "filtered":
                raise ModelFailure("declined", f"A filter at {self.configured.host} has cut the answer off.")
            case _ if not answer.text.strip():
                raise ModelFailure("server", "The model has answered with nothing.")

    def _note(self, step: str, prompt: str, answer: Answer, usage: Usage | None) -> None:
        usage = usage or Usage(input=estimated_tokens(prompt), output=estimated_tokens(answer.raw), estimated=True)
        model = self.configured
        self.calls.append(Call(step=step, model=model.name, usage=usage, dollars=dollars_of(usage, model.price)))


class _Interrupted(Exception):
    """An attempt that failed, and whether anything of the answer had come."""

    def __init__(self, failure: ModelFailure, has_begun: bool) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.has_begun = has_begun


def read_json(text: str, form: type[T]) -> T | None:
    """What a model has answered, also within words or a code block; None when it is not of the form."""
    start, end = text.find("{"), text.rfind("}")
    try:
        return form.model_validate_json(text[start : end + 1]) if 0 <= start < end else None
    except ValidationError:
        return None
