"""A real client of a model, asking the fake server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from hitl.llm import Call, ConfiguredModel, Form, Model, ModelFailure, Value, configured_model
from hitl.llm.form import TEXT, list_of, object_of
from hitl.settings import load_settings
from tests.fake_openai import FakeOpenAI, Refuses

KEY = "sk-proj-abcDEF1234567890"
SOON = 0.6
"""Seconds of silence after which a test gives up."""
LONG = 30.0


FORM = Form("queries", object_of(queries=list_of(TEXT)), '{"queries": ["…"]}')


class Queries:
    """Reads a list of queries."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.found: list[str] = []

    def take(self, value: Value) -> None:
        match value:
            case ((*_, "queries"), list(queries)):
                self.found = queries

    def is_full(self, pending: int) -> bool:
        return False

    @property
    def is_empty(self) -> bool:
        return not self.found


@dataclass
class Asked:
    """What came of a call."""

    text: str = ""
    found: list[str] = field(default_factory=list)
    failure: ModelFailure | None = None
    said: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    @property
    def kind(self) -> str:
        assert self.failure, f"it did not fail, but answered {self.text!r}"
        return self.failure.kind


def model_at(server: FakeOpenAI, **settings: Any) -> ConfiguredModel:
    given = {"OPENAI_API_KEY": KEY, "OPENAI_API_BASE": server.base, "HITL_MODEL": "gpt-5-mini"} | settings
    model = configured_model(load_settings(given))
    assert model
    return replace(model, silence_seconds=settings.get("silence", LONG)) if "silence" in settings else model


def write(model: ConfiguredModel, spent: int = 0) -> Asked:
    return asyncio.run(_write(model, spent))


def ask(model: ConfiguredModel, spent: int = 0) -> Asked:
    return asyncio.run(_ask(model, spent))


async def _write(configured: ConfiguredModel, spent: int) -> Asked:
    asked = Asked()
    async with Model(configured, asked.said.append, spent) as model:
        try:
            async for piece in model.write("writing", "Write.", "Of the sun."):
                asked.text += piece
        except ModelFailure as failure:
            asked.failure = failure
        asked.calls = model.calls
    return asked


async def _ask(configured: ConfiguredModel, spent: int) -> Asked:
    asked, reader = Asked(), Queries()
    async with Model(configured, asked.said.append, spent) as model:
        try:
            await model.fill("planning", "Plan.", "The sun.", FORM, reader)
            asked.found = reader.found
        except ModelFailure as failure:
            asked.failure = failure
        asked.calls = model.calls
    return asked


def refuses_schemas(message: str = "response_format is not supported") -> Refuses:
    return Refuses(400, message, code="unsupported_parameter", type="invalid_request_error")
