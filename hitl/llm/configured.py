"""The configured model, derived from the settings without importing a client library."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from hitl.settings import Price, Settings

OPENAI = "https://api.openai.com/v1"
WINDOW_OF_OPENAI, WINDOW_ELSEWHERE = 128_000, 16_000
"""Default window in tokens: that of current models at OpenAI, and of a modest local model."""

NO_KEY = "none"
"""Sent when no key is set: a local server needs none, but the client requires one."""

Api = Literal["responses", "chat"]


@dataclass(frozen=True)
class ConfiguredModel:
    """A model, the server it runs on, and the limits of its calls."""

    name: str
    base: str
    """Address of the server's API."""
    api: Api
    key: SecretStr
    effort: str | None
    output_tokens: int
    """Maximum tokens of one answer."""
    window: int
    """Maximum tokens of input and output in one call."""
    silence_seconds: float
    budget: int | None
    """Maximum tokens of one run; None for no limit."""
    price_override: Price | None
    """The price in `HITL_PRICES`, for any server; None for the server's list price."""
    answer_seconds: float = 3_600
    """Seconds that one answer may take: at 5 tokens a second, as a small machine writes, enough for 18,000 tokens."""

    @property
    def host(self) -> str:
        """The server's host, with its port if the address contains one."""
        return urlsplit(self.base).netloc

    @property
    def secret(self) -> str:
        """The key, which is masked in everything a server sends; empty if none is set."""
        key = self.key.get_secret_value()
        return "" if key == NO_KEY else key

    @property
    def is_openai(self) -> bool:
        """True if the server is OpenAI's own."""
        return urlsplit(self.base).hostname == urlsplit(OPENAI).hostname

    @property
    def is_local(self) -> bool:
        """True if the server runs on this machine."""
        name = urlsplit(self.base).hostname or ""
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name == "localhost" or name.endswith(".localhost")


def configured_model(settings: Settings) -> ConfiguredModel | None:
    """The model that the settings name; None if they have neither a key nor an address."""
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
        price_override=_override_for(settings.model, settings.prices),
    )


def _override_for(model: str, prices: Mapping[str, Price]) -> Price | None:
    """The price set for a model, or for its name without a date; any other longer name is a different model."""
    undated = "-".join(part for part in model.split("-") if not _is_of_a_date(part))
    return prices.get(model) or prices.get(undated)


def _is_of_a_date(part: str) -> bool:
    return part.isdigit() and (len(part) == 2 or part.startswith("20"))
