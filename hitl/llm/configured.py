"""Which model answers: what the settings come to, before anything of it is imported."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from hitl.llm.spending import price_of
from hitl.settings import Price, Settings

OPENAI = "https://api.openai.com/v1"
WINDOW_OF_OPENAI, WINDOW_ELSEWHERE = 128_000, 16_000
"""Tokens of a model's window when none is set: those of today's models at OpenAI, and of a modest local one."""

NO_KEY = "none"
"""What is sent where none is set: a local server asks for none, its client for any."""

Api = Literal["responses", "chat"]


@dataclass(frozen=True)
class ConfiguredModel:
    """A model, where it runs, and how it is to be asked."""

    name: str
    base: str
    """Address of the server's API."""
    api: Api
    key: SecretStr
    effort: str | None
    output_tokens: int
    """Tokens that one answer may have."""
    window: int
    """Tokens that it can read and write in one call."""
    silence_seconds: float
    budget: int | None
    """Tokens of one run."""
    price: Price | None

    @property
    def host(self) -> str:
        """The machine that receives what is sent, with its port if that is not the usual one."""
        return urlsplit(self.base).netloc

    @property
    def secret(self) -> str:
        """The key, if there is one: nothing that a server sends is stored or shown with it."""
        key = self.key.get_secret_value()
        return "" if key == NO_KEY else key

    @property
    def is_openai(self) -> bool:
        """Whether that is OpenAI's own."""
        return urlsplit(self.base).hostname == urlsplit(OPENAI).hostname

    @property
    def is_local(self) -> bool:
        """Whether that is this machine itself."""
        name = urlsplit(self.base).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost" or name.endswith(".localhost")


def configured_model(settings: Settings) -> ConfiguredModel | None:
    """The model that the settings name; None when they name neither a key nor an address."""
    if settings.openai_api_key is None and settings.openai_api_base is None:
        return None
    base = settings.openai_api_base or OPENAI
    is_openai = urlsplit(base).hostname == urlsplit(OPENAI).hostname
    return ConfiguredModel(
        name=settings.model,
        base=base,
        api=settings.model_api or ("responses" if is_openai else "chat"),
        key=settings.openai_api_key or SecretStr(NO_KEY),
        effort=settings.model_effort,
        output_tokens=settings.model_output_tokens,
        window=settings.model_window or (WINDOW_OF_OPENAI if is_openai else WINDOW_ELSEWHERE),
        silence_seconds=settings.model_silence_seconds,
        budget=settings.budget_tokens,
        price=price_of(settings.model, settings.prices),
    )
