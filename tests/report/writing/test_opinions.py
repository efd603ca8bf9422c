from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from hitl.llm import Call, Model
from hitl.report.verification.claims import Claim, Reference
from hitl.report.writing.opinions import MOST_CLAIMS, ask_opinions
from tests.fake_openai import FakeOpenAI, Reply, Request, Says, Stops
from tests.llm.asking import model_at, refuses_schemas
from tests.report.findings import finding

REFERENCES = [Reference(number=number, finding=finding(f"Quote {number}.", start=100 * number)) for number in (1, 2)]
LONGEST = 120.0


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(params=["responses", "chat"])
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Checked:
    claims: list[Claim]
    said: list[str]
    calls: list[Call]

    @property
    def opinions(self) -> list[str]:
        return [claim.opinion.says if claim.opinion else "" for claim in self.claims]


def claims_citing(*references: Sequence[int]) -> list[Claim]:
    return [
        Claim(number=number, text=f"Sentence {number}.", references=tuple(cited), verdict="reworded")
        for number, cited in enumerate(references, start=1)
    ]


def check(server: FakeOpenAI, claims: Sequence[Claim], references=REFERENCES, **settings: Any) -> Checked:
    async def asked() -> Checked:
        said: list[str] = []
        async with Model(model_at(server, **settings), said.append) as model:
            return Checked(await ask_opinions(model, claims, references), said, model.calls)

    return asyncio.run(asyncio.wait_for(asked(), LONGEST))


def given_in(request: Request) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = json.loads((request.body.get("input") or request.body["messages"])[1]["content"])[
        "sentences"
    ]
    return given


def opinions(*given: tuple[Any, Any]) -> str:
    return json.dumps({"opinions": [{"number": number, "says": says} for number, says in given]})


def supporting(request: Request) -> Reply:
    return Says(opinions(*((sentence["number"], "supported") for sentence in given_in(request))))


def test_each_claim_gets_what_the_model_says_and_keeps_its_verdict(server: FakeOpenAI, api: str):
    server.replies.append(Says(opinions((1, "supported"), (2, "contradicted"), (3, "not there"))))
    claims = claims_citing([1], [2], [1, 2])

    checked = check(server, claims, HITL_MODEL_API=api)

    assert checked.opinions == ["supported", "contradicted", "not there"]
    assert {claim.opinion.model for claim in checked.claims if claim.opinion} == {"gpt-5-mini"}
    assert [claim.model_copy(update={"opinion": None}) for claim in checked.claims] == claims
    assert [call.step for call in checked.calls] == ["checking"]
    assert [sentence["quotes"] for sentence in given_in(server.requests[0])] == [
        ["Quote 1."],
        ["Quote 2."],
        ["Quote 1.", "Quote 2."],
    ]
    assert '"enum": [1, 2, 3]' in json.dumps(server.requests[0].body)
    assert not checked.said


def test_what_cites_nothing_is_not_asked_about(server: FakeOpenAI, api: str):
    server.otherwise = supporting

    checked = check(server, claims_citing([], [1], [9]), HITL_MODEL_API=api)

    assert checked.opinions == ["", "supported", ""]
    assert len(given_in(server.requests[0])) == 1


def test_without_anything_to_ask_nothing_is_asked(server: FakeOpenAI):
    assert check(server, claims_citing([], [])).opinions == ["", ""]
    assert not server.requests


def test_many_claims_are_asked_about_in_several_calls(server: FakeOpenAI):
    server.otherwise = supporting

    checked = check(server, claims_citing(*[[1]] * (2 * MOST_CLAIMS + 1)))

    assert set(checked.opinions) == {"supported"}
    assert [len(given_in(request)) for request in server.requests] == [MOST_CLAIMS, MOST_CLAIMS, 1]


def test_long_quotes_are_asked_about_in_calls_that_fit_the_window(server: FakeOpenAI, api: str):
    server.otherwise = supporting
    references = [
        Reference(number=number, finding=finding("word " * 1_000, start=9_000 * number)) for number in range(1, 10)
    ]
    references.append(Reference(number=10, finding=finding("word " * 10_000, start=900_000)))

    checked = check(
        server,
        claims_citing(*[[number] for number in range(1, 11)]),
        references,
        HITL_MODEL_API=api,
        HITL_MODEL_WINDOW="8000",
    )

    assert checked.opinions == ["supported"] * 9 + [""]
    assert len(server.requests) > 1
    assert "said nothing of 1 sentence" in checked.said[0]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ('Sure: {"opinions": [{"number": "1", "says": "Supported"}]}', ["supported", ""]),
        (opinions((1, "supported"), (1, "contradicted"), (7, "supported")), ["supported", ""]),
        (opinions((1, "perhaps"), (2, "not there")), ["", "not there"]),
        (opinions((None, "supported"), ("x", "supported"), (2, " CONTRADICTED ")), ["", "contradicted"]),
    ],
)
def test_what_servers_without_schemas_say_is_understood(server: FakeOpenAI, answer: str, says: list[str]):
    server.replies.extend([refuses_schemas(), Says(answer)])

    assert check(server, claims_citing([1], [2])).opinions == says


def test_a_failure_gives_no_opinions_and_a_sentence(server: FakeOpenAI, api: str):
    server.replies.extend([Says("I can not."), Says("No.")])

    checked = check(server, claims_citing([1], [2]), HITL_MODEL_API=api)

    assert checked.opinions == ["", ""]
    assert "answered twice" in checked.said[1]


def test_what_was_said_before_a_failure_counts(server: FakeOpenAI, api: str):
    server.otherwise = supporting
    server.replies.append(Stops(opinions((1, "supported"), (2, "supported"))[:-4]))

    checked = check(server, claims_citing(*[[1]] * (MOST_CLAIMS + 2)), HITL_MODEL_API=api)

    assert checked.opinions[:2] == ["supported", ""]
    assert not any(checked.opinions[2:])
    assert len(server.requests) == 1
    assert "said nothing of 21 sentences" in checked.said[-1]
