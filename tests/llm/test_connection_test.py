from __future__ import annotations

from collections.abc import Iterator

import pytest

from hitl.llm.connection_test import check_connection
from tests.fake_openai import FakeOpenAI, Hangs, Refuses, Reply, Says, Stops
from tests.llm.asking import SOON, model_at


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.mark.parametrize("api", ["responses", "chat"])
@pytest.mark.parametrize("reply", [Says("ready"), Stops(""), Stops("I think that")], ids=str)
def test_a_model_that_answers_works(server: FakeOpenAI, api: str, reply: Reply):
    server.replies.append(reply)

    result = check_connection(model_at(server, HITL_MODEL_API=api))

    assert result.works
    assert result.words.startswith(f"gpt-5-mini answers at {server.base.split('/')[2]}, after ")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Refuses(401, "no"), "refuses the key"),
        (Refuses(404, "no", code="model_not_found"), "HITL_MODEL"),
        (Refuses(429, "no", code="insufficient_quota"), "no quota left"),
        (Hangs(), "fallen silent"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_in_words(server: FakeOpenAI, reply: Reply, words: str):
    server.replies.append(reply)

    result = check_connection(model_at(server, silence=SOON))

    assert not result.works
    assert words in result.words


def test_a_server_that_is_gone_is_told():
    with FakeOpenAI() as gone:
        model = model_at(gone)

    assert "cannot be reached" in check_connection(model).words


def test_little_is_sent_and_nothing_of_a_budget_is_used(server: FakeOpenAI):
    check_connection(model_at(server, HITL_MODEL_API="responses", HITL_BUDGET_TOKENS="1"))

    (request,) = server.requests
    assert request.body["max_output_tokens"] == 200
    assert len(str(request.body["input"])) < 300
