"""Failures of model calls, with messages for the human who decides how to continue."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

from hitl.characters import visible
from hitl.llm.configured import ConfiguredModel
from hitl.masking import MASK

if TYPE_CHECKING:
    from openai import APIStatusError

FailureKind = Literal[
    "key", "model", "quota", "busy", "server", "network", "silence", "cut", "limit", "endless", "declined", "format",
    "budget", "request", "missing",
]  # fmt: skip
MESSAGE_LENGTH = 300
"""Maximum characters of a server's message that are shown."""
NOT_IMPLEMENTED = 501
"""What some servers answer to a request for JSON of a schema."""
LOOKS_LIKE_A_KEY = re.compile(r"\b(?:sk|key|org|proj)-[\w*.…-]{6,}|\bBearer\s+\S+", re.IGNORECASE)


class ModelFailure(Exception):
    """A failed model call. The message says what happened and what to do, and never contains a key."""

    def __init__(self, kind: FailureKind, message: str, retry_after: float | None = None) -> None:
        super().__init__(message.strip())
        self.kind = kind
        self.retry_after = retry_after
        """Seconds to wait before a retry, as the server asks; None if it does not say."""


def failure_of(error: Exception, model: ConfiguredModel) -> ModelFailure:
    """Convert an error of the client into a ModelFailure.

    Args:
        error: From `openai`, from `httpx` beneath it, or from reading the response.
        model: The model that was called.
    """
    import httpx
    import openai

    if isinstance(error, ModelFailure):
        return error
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return ModelFailure("silence", f"{model.host} did not answer in time.")
    if isinstance(error, openai.APIStatusError):
        return _failure_of_status(error, model)
    if isinstance(error, openai.APIConnectionError | httpx.ConnectError):
        return ModelFailure(
            "network",
            f"{model.host} cannot be reached{_because(error, model)}. Is it running, and is there a network? "
            "OPENAI_API_BASE says where it is looked for.",
        )
    if isinstance(error, httpx.TransportError):
        return ModelFailure("cut", f"The connection to {model.host} broke in the middle of the answer.")
    if isinstance(error, openai.APIError):  # an error event inside a stream
        return ModelFailure("server", f"{model.host} has given up: {said(error.message, model)}")
    return ModelFailure("server", f"{model.host} has sent what cannot be read: {said(str(error), model)}")


def said(text: object, model: ConfiguredModel) -> str:
    """A server's message on one line, cut to `MESSAGE_LENGTH`, with anything that looks like a key masked."""
    line = " ".join(visible(str(text)).split()) if text else ""
    line = line.replace(model.secret, MASK) if model.secret else line
    line = LOOKS_LIKE_A_KEY.sub(MASK, line)[:MESSAGE_LENGTH]
    return line if not line or line[-1] in ".!?…" else f"{line}."


def _failure_of_status(error: APIStatusError, model: ConfiguredModel) -> ModelFailure:
    words = said(_message_in(error), model)
    match error.status_code, error.code:
        case 401, _:
            return ModelFailure(
                "key",
                f"{model.host} refuses the key: OPENAI_API_KEY is missing, wrong or withdrawn. Set a valid one, and "
                "start hitl again.",
            )
        case 403, _:
            return ModelFailure("key", f"{model.host} does not allow this key to use the model “{model.name}”. {words}")
        case 404, _:
            return ModelFailure(
                "model",
                f"{model.host} has no model “{model.name}”, or not at this address. HITL_MODEL names the model, "
                f"OPENAI_API_BASE the address, which mostly ends with /v1. {words}",
            )
        case 429, "insufficient_quota" | "billing_hard_limit_reached":
            return ModelFailure(
                "quota", f"The account at {model.host} has no quota left: look at its plan and billing."
            )
        case 429, _:
            return ModelFailure("busy", f"{model.host} gets too many requests. {words}", _retry_after(error))
        case status, _ if status >= 500 and status != NOT_IMPLEMENTED:
            return ModelFailure("server", f"{model.host} has failed ({status}). {words}", _retry_after(error))
        case status, _:
            return ModelFailure("request", f"{model.host} does not take the request ({status}). {words}")


def _message_in(error: APIStatusError) -> str:
    """The error message in the response body; empty for other bodies, such as an HTML page."""
    match error.body:
        case {"message": str(message)} | {"error": {"message": str(message)}} | {"error": str(message)}:
            return message
        case _:
            return ""


def _because(error: BaseException, model: ConfiguredModel) -> str:
    cause = error.__cause__ or error
    words = said(cause, model).rstrip(".")
    return f" ({words})" if words else ""


def _retry_after(error: APIStatusError) -> float | None:
    """Seconds to wait; None if the server does not say.

    From OpenAI's `retry-after-ms`, or from `Retry-After`: seconds or a date (RFC 9110, section 10.2.3).
    """
    headers: Any = error.response.headers
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        value = headers.get("retry-after")
        if not value:
            return None
        if value.strip().replace(".", "", 1).isdigit():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
