"""Calls of the model, with a token budget, retries, and a ModelFailure for every failure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from types import TracebackType
from typing import Any, Final, Self

from hitl.llm.client import ModelClient, Piece
from hitl.llm.configured import ConfiguredModel
from hitl.llm.failures import ModelFailure, failure_of
from hitl.llm.form import AnswerReader, Form
from hitl.llm.json_stream import JsonStream
from hitl.llm.prices import dollars_of
from hitl.llm.reasoning import ReplyText
from hitl.llm.usage import Call, Usage, estimated_tokens

LEAST_OUTPUT = 200
"""Minimum tokens that must be left for an answer; with fewer, no call is made."""
WAITS = 3
"""Maximum number of waits per call for a server that gets too many requests."""
WAIT, LONGEST_WAIT = 5.0, 90.0
"""Seconds of the first wait if such a server names none, doubled each time; and the longest wait accepted."""
RETRY_PAUSE = 1.0
"""Seconds before the single retry after a server error."""
CHARACTERS_A_TOKEN = 10
"""Characters that an answer may have for each token that was asked for: English has four, indented JSON up to eight."""
MOST_SPACES = 3_000
"""Characters of white space in a row after which an answer is ended: a model that a schema has led astray writes
nothing else any more."""
SHOWN_AGAIN = 1_000
"""Characters of an answer in the wrong form that the model is shown, when it is asked once more."""
RESTART: Final = ""
"""Stands among the pieces of an answer where all before it has turned out to be reasoning."""

ANSWER_WITH = "Answer with one JSON object of this form, on one line, and nothing else:"
NOT_IN_THE_FORM = (
    "You have answered this before, but not in the form that is asked for. Use the form. Your answer began:"
)

NoteProgress = Callable[[str, int, int], None]
"""Takes the name of a call and how much of how much of it is done."""


class Model:
    """A model in use by one run; an async context manager that closes the connection.

    Args:
        configured: The model's configuration.
        say: Called with progress messages about waits and retries.
        spent: Tokens that the run has already used.
        note_progress: Called with the name of a call, such as “checking”, and how much of how much of it is done.
    """

    def __init__(
        self,
        configured: ConfiguredModel,
        say: Callable[[str], None],
        spent: int = 0,
        note_progress: NoteProgress = lambda step, done, total: None,
    ) -> None:
        self.configured = configured
        self.calls: list[Call] = []
        """The calls so far, including failed ones that used tokens."""
        self.say = say
        """Called with progress messages."""
        self.note_progress = note_progress
        self._spent = spent
        self._client: ModelClient | None = None
        self._takes_schemas = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            await self._client.close()

    async def fill(self, step: str, system: str, user: str, form: Form, reader: AnswerReader) -> None:
        """Ask for an answer in a form, and have it read while it arrives.

        A server that takes no schema is asked without. If nothing of the answer can be read, it is asked for once more.
        When the reader wants no more, the connection is closed, so that the server stops too.

        Args:
            step: What the call is for, in a word.
            system: The system message; the form is added to it.
            user: The user message.
            form: The form of the answer.
            reader: Gets the values of the answer as they arrive.

        Raises:
            ModelFailure: If a call fails, an answer ends in the middle, or nothing can be read of two answers.
        """
        asked = f"{system}\n\n{ANSWER_WITH}\n{form.example}"
        schema = form.schema | {"title": form.name}
        for is_repair in (False, True):
            answer = await self._read(step, asked, user, schema, reader)
            if not reader.is_empty:
                return
            if not is_repair:
                self.say("The model has not answered in the form that was asked for; asking once more")
                user = f"{user}\n\n{NOT_IN_THE_FORM}\n{answer[:SHOWN_AGAIN]}"
        raise ModelFailure("format", "The model has answered twice, and not in the form that was asked for.")

    async def write(self, step: str, system: str, user: str) -> AsyncGenerator[str]:
        """Ask for a text and yield it as it arrives.

        Args:
            step: What the call is for, in a word.
            system: The system message.
            user: The user message.

        Raises:
            ModelFailure: If the call fails or the text is incomplete.
        """
        async with aclosing(self._pieces(step, system, user, None)) as pieces:
            async for piece in pieces:
                if piece != RESTART:
                    yield piece

    def room_for(self, prompt: str) -> int:
        """Maximum tokens of the answer to a prompt.

        Raises:
            ModelFailure: If the budget or the model's window leaves too little room.
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

    async def _read(self, step: str, system: str, user: str, schema: dict[str, Any], reader: AnswerReader) -> str:
        """Have one answer read, and return its beginning."""
        beginning = ""
        stream = JsonStream()
        reader.begin()
        try:
            async with aclosing(self._pieces(step, system, user, schema)) as pieces:
                async for piece in pieces:
                    if piece == RESTART:
                        beginning, stream = "", JsonStream()
                        reader.begin()
                    beginning += piece[: SHOWN_AGAIN - len(beginning)]
                    for value in stream.feed(piece):
                        reader.take(value)
                    if reader.is_full(stream.pending):
                        return beginning
        except ModelFailure as failure:
            # a failure after the last bracket takes nothing away from the answer
            if failure.kind == "declined" or reader.is_empty or not stream.is_whole:
                raise
        if stream.unreadable and not reader.is_empty:
            self.say(f"Parts of the answer that could not be read, and are left out: {stream.unreadable:,}")
        if not reader.is_empty and not stream.is_whole:
            raise ModelFailure("cut", "The model has ended its answer in the middle.")
        return beginning

    async def _pieces(self, step: str, system: str, user: str, schema: dict[str, Any] | None) -> AsyncGenerator[str]:
        """Yield the pieces of one answer, and `RESTART` where it begins again.

        A failure before the first piece is retried if that can help.
        """
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
                self.say(f"{failure} Trying once more")
                await asyncio.sleep(RETRY_PAUSE)
            elif failure.kind == "request" and schema and self._takes_schemas:
                self._takes_schemas = False  # older local servers reject schemas; the prompt shows the form too
                self.say(f"{failure} Asking without a schema")
            else:
                raise failure

    async def _wait(self, failure: ModelFailure, waits: int) -> None:
        pause = WAIT * 2**waits if failure.retry_after is None else failure.retry_after
        if pause > LONGEST_WAIT:
            raise ModelFailure("busy", f"{failure} It wants to be left alone for {pause:,.0f} seconds.") from failure
        self.say(f"{failure} Waiting {pause:,.3g} seconds")
        await asyncio.sleep(pause)

    async def _attempt(self, step: str, system: str, user: str, schema: dict[str, Any] | None) -> AsyncGenerator[str]:
        """Yield the pieces of one request.

        Raises:
            _Interrupted: If it fails; the tokens it used are in `calls`.
        """
        most_output = self.room_for(system + user)
        answer, usage, ending, has_begun = ReplyText(self.configured.secret), None, None, False
        try:
            client = await self._connected()
            limits = _Limits(self.configured, most_output)
            async with aclosing(client.stream(system, user, most_output, schema)) as stream:
                while (piece := await limits.next_of(stream)) is not None:
                    usage, ending = piece.usage or usage, piece.ending or ending
                    restarts = answer.restarts
                    text = answer.add(piece.delta)
                    if answer.restarts > restarts:
                        yield RESTART
                    if text:
                        has_begun = True
                        yield text
                    limits.check(piece.delta, answer.characters)
            if text := answer.rest():
                yield text
            self._refuse_half(ending, answer, most_output)
        except Exception as error:
            if text := answer.rest():  # text held back so far counts as written
                yield text
            has_begun = has_begun or bool(answer.raw)
            raise _Interrupted(failure_of(error, self.configured), has_begun) from error
        finally:
            if usage or answer.raw:
                self._note(step, system + user, answer, usage)

    async def _connected(self) -> ModelClient:
        if self._client is None:
            self._client = await asyncio.to_thread(ModelClient, self.configured)
        return self._client

    def _refuse_half(self, ending: str | None, answer: ReplyText, most_output: int) -> None:
        """Raise ModelFailure if the answer is incomplete or empty."""
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

    def _note(self, step: str, prompt: str, answer: ReplyText, usage: Usage | None) -> None:
        usage = usage or Usage(input=estimated_tokens(prompt), output=estimated_tokens(answer.raw), estimated=True)
        model = self.configured
        self.calls.append(Call(step=step, model=model.name, usage=usage, dollars=dollars_of(usage, model)))


class _Limits:
    """The limits of one answer: a server may ignore how many tokens it was asked for, and never end."""

    def __init__(self, model: ConfiguredModel, most_output: int) -> None:
        self._model = model
        self._most_characters = CHARACTERS_A_TOKEN * most_output
        self._ends_at = time.monotonic() + model.answer_seconds
        self._spaces = 0

    async def next_of(self, stream: AsyncIterator[Piece]) -> Piece | None:
        """The next piece; None at the end.

        Raises:
            ModelFailure: If nothing comes for too long, or the answer takes too long.
        """
        silence, left = self._model.silence_seconds, max(0.0, self._ends_at - time.monotonic())
        try:
            async with asyncio.timeout(min(silence, left)):  # `wait_for` of Python 3.11 can lose a cancellation
                return await anext(stream, None)
        except TimeoutError:
            if left < silence:
                minutes = self._model.answer_seconds / 60
                message = f"The answer took more than {minutes:,.3g} minutes, and was ended there."
                raise ModelFailure("endless", message) from None
            raise ModelFailure(
                "silence", f"The model has fallen silent: nothing came for {silence:,g} seconds."
            ) from None

    def check(self, delta: str, characters: int) -> None:
        """Raise ModelFailure if the answer is too long.

        Args:
            delta: Its latest piece.
            characters: Characters that have come.
        """
        self._spaces = self._spaces + len(delta) if not delta.strip() else 0
        if characters > self._most_characters:
            message = f"The answer was longer than {self._most_characters:,} characters, and was ended there."
            raise ModelFailure("endless", message)
        if self._spaces > MOST_SPACES:
            raise ModelFailure("endless", "The model wrote nothing but white space any more, and was ended there.")


class _Interrupted(Exception):
    """A failed attempt, and whether any of the answer had arrived."""

    def __init__(self, failure: ModelFailure, has_begun: bool) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.has_begun = has_begun
