from __future__ import annotations

from typing import Any

import pytest

from hitl.llm import configured_model
from hitl.llm.configured import OPENAI
from hitl.settings import load_settings


def configured(**given: str) -> Any:
    return configured_model(load_settings(given))


def test_without_key_and_address_there_is_no_model():
    assert configured() is None
    assert configured(HITL_MODEL="gpt-5") is None


def test_a_key_alone_means_openai():
    model = configured(OPENAI_API_KEY="sk-1")

    assert (model.base, model.api, model.host, model.is_local) == (OPENAI, "responses", "api.openai.com", False)
    assert model.window == 128_000


def test_an_address_means_a_server_that_chats():
    model = configured(OPENAI_API_BASE="http://localhost:11434/v1", HITL_MODEL="qwen3:8b")

    assert (model.name, model.api, model.host, model.is_local) == ("qwen3:8b", "chat", "localhost:11434", True)
    assert model.window == 16_000
    assert model.key.get_secret_value()


def test_openais_own_address_is_openai():
    assert configured(OPENAI_API_KEY="sk-1", OPENAI_API_BASE=f"{OPENAI}/").api == "responses"


def test_the_protocol_may_be_set():
    assert configured(OPENAI_API_BASE="http://gpu:8000/v1", HITL_MODEL_API="responses").api == "responses"
    assert configured(OPENAI_API_KEY="sk-1", HITL_MODEL_API="chat").api == "chat"


@pytest.mark.parametrize(
    ("base", "is_local"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://[::1]:1/v1", True),
        ("http://models.localhost/v1", True),
        ("https://api.example.org/v1", False),
        ("http://192.168.1.5:8000/v1", False),
        ("http://localhost.example.org/v1", False),
    ],
)
def test_only_this_machine_is_local(base: str, is_local: bool):
    assert configured(OPENAI_API_BASE=base).is_local is is_local


def test_the_key_is_in_no_text_about_it():
    settings = load_settings({"OPENAI_API_KEY": "sk-secret"})

    for text in (repr(settings), settings.model_dump_json(), repr(configured_model(settings))):
        assert "sk-secret" not in text
