"""A real client of a model, asking the fake server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ConfigDict

from hitl.llm import Call, ConfiguredModel, Model, ModelFailure, configured_model
from hitl.settings import load_settings
from tests.fake_openai import FakeOpenAI, Refuses

KEY = "sk-proj-abcDEF1234567890"
SOON = 0.6
"""Seconds of silence after which a test gives up."""
LONG = 30.0


class Queries(BaseModel):
    model_config = ConfigDict(extra="forbid")

    queries: list[str]


@dataclass
class Asked:
    """What came of a call."""

    text: str = ""
    found: Queries | None = None
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
    asked = Asked()
    async with Model(configured, asked.said.append, spent) as model:
        try:
            asked.found = await model.ask("planning", "Plan.", "The sun.", Queries)
        except ModelFailure as failure:
            asked.failure = failure
        asked.calls = model.calls
    return asked


def refuses_schemas(message: str = "response_format is not supported") -> Refuses:
    return Refuses(400, message, code="unsupported_parameter", type="invalid_request_error")
