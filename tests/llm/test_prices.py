"""What a call costs. Each price that a test states is of a model that is no longer developed, so it does not change."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from hitl.llm import ConfiguredModel, Usage, configured_model
from hitl.llm.configured import OPENAI
from hitl.llm.prices import dollars_of
from hitl.settings import load_settings

USAGE = Usage(input=1_000_000, cached=400_000, output=100_000)
NEW_PROCESS = """
import sys, threading
from hitl.llm import Usage, configured_model
from hitl.llm.client import ModelClient
from hitl.llm.prices import dollars_of
from hitl.settings import load_settings

model = configured_model(load_settings({"OPENAI_API_KEY": "sk-1", "HITL_MODEL": "gpt-4o"}))
"""


def model_at(base: str, name: str = "gpt-4o", prices: str = "") -> ConfiguredModel:
    model = configured_model(load_settings({"OPENAI_API_BASE": base, "HITL_MODEL": name, "HITL_PRICES": prices}))
    assert model
    return model


def in_a_new_process(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script where nothing of the price list is loaded."""
    return subprocess.run(
        [sys.executable, "-c", NEW_PROCESS + script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", ["gpt-4o", "gpt-4o-2024-11-20"])
def test_a_call_of_openais_model_costs_its_list_price_and_cached_input_costs_less(name: str):
    model = configured_model(load_settings({"OPENAI_API_KEY": "sk-1", "HITL_MODEL": name}))
    assert model

    assert dollars_of(USAGE, model) == pytest.approx(0.6 * 2.5 + 0.4 * 1.25 + 0.1 * 10)


@pytest.mark.parametrize("base", [f"{OPENAI}/", "https://API.OpenAI.com/v1", "https://api.openai.com:443/v1"])
def test_openais_address_may_be_spelled_in_several_ways(base: str):
    assert dollars_of(USAGE, model_at(base)) == dollars_of(USAGE, model_at(OPENAI))


def test_the_same_model_has_the_price_of_the_server_it_runs_on():
    at_openai = dollars_of(USAGE, model_at(OPENAI, "gpt-oss-20b"))
    at_groq = dollars_of(USAGE, model_at("https://api.groq.com/openai/v1", "openai/gpt-oss-20b"))

    assert at_openai and at_groq and at_openai != at_groq


@pytest.mark.parametrize(
    "base",
    ["http://localhost:11434/v1", "http://127.0.0.1:8000/v1", "http://192.168.1.5:8000/v1", "https://llm.example/v1"],
)
@pytest.mark.parametrize("name", ["gpt-oss-20b", "gpt-5-mini"])
def test_a_server_that_is_no_provider_has_no_price(base: str, name: str):
    assert dollars_of(USAGE, model_at(OPENAI, name))
    assert dollars_of(USAGE, model_at(base, name)) is None


@pytest.mark.parametrize("name", ["qwen3:8b", "gpt-4o-turbo", "no-such-model", "(", "漢字"])
def test_a_model_that_its_provider_does_not_list_has_no_price(name: str):
    assert dollars_of(USAGE, model_at(OPENAI, name)) is None


@pytest.mark.parametrize("name", ["whisper-1", "text-embedding-3-small"])
def test_a_model_without_a_price_for_input_and_output_has_no_price(name: str):
    assert dollars_of(USAGE, model_at(OPENAI, name)) is None


def test_a_long_input_has_the_price_of_its_tier():
    model = model_at(OPENAI, "gpt-5.4")

    short, long = (dollars_of(Usage(input=tokens), model) for tokens in (100_000, 1_000_000))

    assert short and long and long > 10.1 * short


@pytest.mark.parametrize("base", [OPENAI, "http://localhost:11434/v1", "https://llm.example/v1"])
@pytest.mark.parametrize("name", ["gpt-4o", "own:7b"])
def test_a_price_that_was_set_counts_at_any_server(base: str, name: str):
    assert dollars_of(USAGE, model_at(base, name, f"{name}=1/10/0.1")) == pytest.approx(0.6 + 0.04 + 1.0)
    assert dollars_of(USAGE, model_at(base, name, f"{name}=1/10")) == pytest.approx(1.0 + 1.0)
    assert dollars_of(USAGE, model_at(base, name, f"{name}=0/0")) == 0


@pytest.mark.parametrize("usage", [Usage(input=10, cached=20), Usage(input=-1)], ids=str)
def test_counts_that_cannot_be_true_have_no_price_and_are_logged(usage: Usage, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING, "hitl"):
        assert dollars_of(usage, model_at(OPENAI)) is None

    assert "The price of gpt-4o at api.openai.com cannot be calculated" in caplog.text


def test_a_price_is_found_without_any_connection():
    script = """
import socket

refused = []

def refuse(event, args):
    if event.startswith("socket."):
        refused.append(event)
        raise PermissionError(event)

sys.addaudithook(refuse)
print(dollars_of(Usage(input=1_000_000), model), refused, threading.active_count())
try:
    socket.create_connection(("localhost", 9))
except PermissionError:
    print("a connection would have been refused")
"""
    result = in_a_new_process(script)

    assert result.stdout.splitlines() == ["2.5 [] 1", "a connection would have been refused"], result.stderr


def test_the_list_is_loaded_with_the_client_and_not_before_it_is_needed():
    script = """
print("genai_prices" in sys.modules)
ModelClient(model)
loaded = set(sys.modules)
print("genai_prices" in loaded, dollars_of(Usage(input=1_000_000), model))
print([name for name in set(sys.modules) - loaded if name.startswith("genai_prices")])
"""
    result = in_a_new_process(script)

    assert result.stdout.splitlines() == ["False", "True 2.5", "[]"], result.stderr


def test_a_local_server_needs_no_list():
    script = """
local = configured_model(load_settings({"OPENAI_API_BASE": "http://localhost:11434/v1"}))
ModelClient(local)
print(dollars_of(Usage(input=1_000_000), local), "genai_prices" in sys.modules)
"""
    result = in_a_new_process(script)

    assert result.stdout.splitlines() == ["None False"], result.stderr
