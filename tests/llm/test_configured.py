from __future__ import annotations

from typing import Any

import pytest

from hitl.llm import configured_model
from hitl.llm.configured import OPENAI
from hitl.settings import Price, load_settings


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


@pytest.mark.parametrize(
    ("name", "price"),
    [
        ("gpt-5-mini", Price(1, 2)),
        ("gpt-5-mini-2025-08-07", Price(1, 2)),
        ("gpt-4o-2024-11-20", Price(3, 4)),
        ("gpt-5-mini-turbo", None),
        ("gpt-5", None),
        ("qwen3:8b", Price(0.1, 0.2)),
        ("qwen3", None),
    ],
)
def test_a_price_that_was_set_belongs_to_a_model_and_its_dated_names(name: str, price: Price | None):
    prices = "gpt-5-mini=1/2, gpt-4o=9/9, gpt-4o-2024-11-20=3/4, qwen3:8b=0.1/0.2"

    assert configured(OPENAI_API_KEY="sk-1", HITL_MODEL=name, HITL_PRICES=prices).price_override == price


def test_the_key_is_in_no_text_about_it():
    settings = load_settings({"OPENAI_API_KEY": "sk-secret"})

    for text in (repr(settings), settings.model_dump_json(), repr(configured_model(settings))):
        assert "sk-secret" not in text
