"""Answers in a form, over both of OpenAI's protocols: read as they arrive, mended once, and ended at their limits."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from hitl.llm import Form, Model, ModelFailure, Value
from tests.fake_openai import Cuts, Declines, FakeOpenAI, FallsSilent, Hangs, Reasons, Refuses, Reply, Says, Stops
from tests.llm.asking import SOON, model_at, refuses_schemas

SCHEMA = {
    "type": "object",
    "properties": {"names": {"type": "array", "items": {"type": "string"}}},
    "required": ["names"],
    "additionalProperties": False,
}
NAMES = Form("names", SCHEMA, '{"names": ["…"]}')
DEADLINE = 120.0
SUN, SUN_AND_MOON = '{"names": ["sun"]}', '{"names": ["sun", "moon"]}'


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Names:
    """Reads the names in an answer."""

    most: int = 100
    longest: int = 100_000
    names: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    """All that was read, before and after each new beginning."""

    def begin(self) -> None:
        self.names = []

    def take(self, value: Value) -> None:
        match value:
            case (("names", int()), str(name)):
                self.names.append(name)
                self.seen.append(name)

    def is_full(self, pending: int) -> bool:
        return len(self.names) >= self.most or pending > self.longest

    @property
    def is_empty(self) -> bool:
        return not self.names


@dataclass
class Filled:
    names: list[str]
    seen: list[str]
    said: list[str]
    failure: ModelFailure | None
    tokens: int

    @property
    def kind(self) -> str:
        return self.failure.kind if self.failure else ""


def fill(
    server: FakeOpenAI,
    api: str,
    reader: Names | None = None,
    answer_seconds: float = 600,
    silence: float = 30,
    **settings: str,
) -> Filled:
    configured = replace(
        model_at(server, HITL_MODEL_API=api, silence=silence, **settings),
        answer_seconds=answer_seconds,
    )
    return asyncio.run(asyncio.wait_for(_fill(configured, reader or Names()), DEADLINE))


async def _fill(configured, reader: Names) -> Filled:
    said: list[str] = []
    failure = None
    async with Model(configured, said.append) as model:
        try:
            await model.fill("writing", "Name them.", "The sky.", NAMES, reader)
        except ModelFailure as failed:
            failure = failed
        return Filled(reader.names, reader.seen, said, failure, sum(call.tokens for call in model.calls))


def assert_hung_up(server: FakeOpenAI) -> None:
    deadline = time.monotonic() + DEADLINE
    while not server.hung_up:
        assert time.monotonic() < deadline, "the server still writes"
        time.sleep(0.01)


def schema_in(server: FakeOpenAI, request: int = -1) -> bool:
    body = server.requests[request].body
    return "response_format" in body or "format" in body.get("text", {})


def test_an_answer_is_asked_for_by_schema_and_by_prompt(server: FakeOpenAI, api: str):
    server.replies.append(Says(SUN_AND_MOON))

    filled = fill(server, api)

    assert filled.names == ["sun", "moon"]
    assert schema_in(server)
    assert NAMES.example in str(server.requests[0].body).replace("\\'", "'")
    assert not filled.said


def test_it_is_read_while_it_arrives(server: FakeOpenAI, api: str):
    server.replies.append(FallsSilent('{"names": ["sun", "moon", "sta'))

    filled = fill(server, api, silence=SOON)

    assert filled.names == ["sun", "moon"]
    assert filled.kind == "silence"


def test_a_server_that_refuses_schemas_is_asked_without_and_visibly(server: FakeOpenAI, api: str):
    server.replies.extend([refuses_schemas(), Says(f"Sure:\n```json\n{SUN}\n```")])

    filled = fill(server, api)

    assert filled.names == ["sun"]
    assert (schema_in(server, 0), schema_in(server, 1)) == (True, False)
    assert filled.said[0].endswith("Asking without a schema")


@pytest.mark.parametrize("status", [400, 422, 501])
def test_a_server_refuses_schemas_by_several_statuses(server: FakeOpenAI, api: str, status: int):
    server.replies.extend([Refuses(status, "no json_schema here"), Says(SUN)])

    assert fill(server, api).names == ["sun"]


def test_a_server_that_ignores_schemas_is_read_all_the_same(server: FakeOpenAI, api: str):
    server.replies.append(Says('Of [1] the sky: {"names": ["sun", "moon",],} Anything else?'))

    assert fill(server, api).names == ["sun", "moon"]


def test_what_can_not_be_read_is_said(server: FakeOpenAI, api: str):
    server.replies.append(Says('{"names": ["sun", {"name" "moon"}]}'))

    filled = fill(server, api)

    assert filled.names == ["sun"]
    assert filled.said == ["Parts of the answer that could not be read, and are left out: 1"]


def test_prose_is_mended_once_and_visibly(server: FakeOpenAI, api: str):
    server.replies.extend([Says("The sun and the moon."), Says(SUN_AND_MOON)])

    filled = fill(server, api)

    assert filled.names == ["sun", "moon"]
    assert "asking once more" in filled.said[0]
    assert "The sun and the moon." in str(server.requests[1].body)


@pytest.mark.parametrize("prose", ["No.", '{"name": "sun"}', '{"names": []}', "```\n```", '{"names": "sun"}'])
def test_what_can_not_be_mended_is_a_failure(server: FakeOpenAI, api: str, prose: str):
    server.replies.extend([Says(prose), Says(prose), Says(SUN)])

    filled = fill(server, api)

    assert filled.kind == "format"
    assert len(server.requests) == 2


def test_an_answer_that_ends_in_the_middle_is_no_whole_one(server: FakeOpenAI, api: str):
    server.replies.append(Says('{"names": ["sun", "mo'))

    filled = fill(server, api)

    assert filled.names == ["sun"]
    assert filled.kind == "cut"
    assert "in the middle" in str(filled.failure)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Cuts('{"names": ["sun", "mo'), "cut"),
        (Cuts('{"names": ["sun", "mo', cleanly=True), "cut"),
        (Stops('{"names": ["sun", "mo'), "limit"),
        (FallsSilent('{"names": ["sun", "mo'), "silence"),
    ],
    ids=str,
)
def test_what_came_before_a_failure_is_kept(server: FakeOpenAI, api: str, reply: Reply, kind: str):
    server.replies.append(reply)

    filled = fill(server, api, silence=SOON)

    assert (filled.names, filled.kind) == (["sun"], kind)
    assert len(server.requests) == 1


@pytest.mark.parametrize("reply", [Cuts(SUN), Cuts(SUN, cleanly=True), FallsSilent(SUN), Stops(SUN)], ids=str)
def test_a_failure_after_the_last_bracket_takes_nothing_away(server: FakeOpenAI, api: str, reply: Reply):
    server.replies.append(reply)

    filled = fill(server, api, silence=SOON)

    assert (filled.names, filled.failure) == (["sun"], None)


def test_a_refusal_is_a_failure(server: FakeOpenAI, api: str):
    server.replies.append(Declines("Not of the sky."))

    assert fill(server, api).kind == "declined"


def test_a_server_that_never_answers_is_given_up(server: FakeOpenAI, api: str):
    server.replies.append(Hangs())

    assert fill(server, api, silence=SOON).kind == "silence"


def test_data_within_reasoning_is_none(server: FakeOpenAI, api: str):
    server.replies.append(Reasons('{"names": ["mars"]}', SUN))

    assert fill(server, api).names == ["sun"]


def test_reasoning_without_a_beginning_is_forgotten_when_it_ends(server: FakeOpenAI, api: str):
    server.replies.append(Says('I could say {"names": ["mars"]} . </think> ' + SUN))

    filled = fill(server, api)

    assert filled.names == ["sun"]
    assert filled.seen == ["mars", "sun"]


def test_a_reader_that_has_enough_ends_the_call(server: FakeOpenAI, api: str):
    endless = itertools.chain(['{"names": ['], itertools.repeat('"sun", '))
    server.replies.append(Says("", pieces=endless))

    filled = fill(server, api, Names(most=3))

    assert (len(filled.names), filled.failure) == (3, None)
    assert filled.tokens
    assert_hung_up(server)


def test_a_reader_can_end_the_call_within_a_string(server: FakeOpenAI, api: str):
    server.replies.append(Says("", pieces=itertools.chain(['{"names": ["sun", "'], itertools.repeat("x" * 100))))

    filled = fill(server, api, Names(longest=2_000))

    assert filled.names == ["sun"]
    assert_hung_up(server)


ENDLESS = [
    (itertools.repeat("x" * 1_000), "longer than 5,000 characters"),
    (itertools.repeat("   \n"), "white space"),
    (itertools.chain([SUN[:-1]], itertools.repeat("\n")), "white space"),
    (itertools.chain([SUN[:-1]], itertools.repeat(', "x": "' + "y" * 200 + '"')), "longer than 5,000 characters"),
    (("x" * 5_000_000,), "has sent more than 3 MB"),
]


@pytest.mark.parametrize(("number", "words"), list(enumerate(words for _, words in ENDLESS)))
def test_an_answer_without_end_is_ended_at_the_server(server: FakeOpenAI, api: str, number: int, words: str):
    pieces, _ = ENDLESS[number]
    server.replies.append(Says("", pieces=pieces))

    filled = fill(server, api, HITL_MODEL_OUTPUT_TOKENS="500")

    assert filled.kind == "endless"
    assert words in str(filled.failure)
    assert len(server.requests) == 1
    assert_hung_up(server)


def test_white_space_after_the_last_bracket_takes_nothing_away(server: FakeOpenAI, api: str):
    server.replies.append(Says("", pieces=itertools.chain([SUN], itertools.repeat("\n"))))

    filled = fill(server, api)

    assert (filled.names, filled.failure) == (["sun"], None)
    assert_hung_up(server)


def test_an_answer_that_takes_too_long_is_ended_at_the_server(server: FakeOpenAI, api: str):
    server.replies.append(
        Says("", pieces=itertools.chain(['{"names": ["sun"'], itertools.repeat(', "moon"')), pause=0.05)
    )

    filled = fill(server, api, answer_seconds=0.5)

    assert filled.kind == "endless"
    assert "took more than 0.00833 minutes" in str(filled.failure)
    assert filled.names
    assert_hung_up(server)


def test_a_call_that_is_cancelled_is_ended_at_the_server(server: FakeOpenAI, api: str):
    server.replies.append(
        Says("", pieces=itertools.chain(['{"names": ["sun"'], itertools.repeat(', "moon"')), pause=0.01)
    )

    async def cancelled() -> list[str]:
        reader = Names(most=10**9)
        async with Model(model_at(server, HITL_MODEL_API=api), lambda said: None) as model:
            filling = asyncio.create_task(model.fill("writing", "Name them.", "The sky.", NAMES, reader))
            while len(reader.names) < 3:
                await asyncio.sleep(0.01)
            filling.cancel()
            await asyncio.wait({filling})
            await asyncio.to_thread(assert_hung_up, server)  # while the model is still in use
        return reader.names

    assert asyncio.run(asyncio.wait_for(cancelled(), DEADLINE))[:2] == ["sun", "moon"]
