"""A test of whether the configured model answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

from hitl.llm.configured import ConfiguredModel
from hitl.llm.failures import ModelFailure
from hitl.llm.model import LEAST_OUTPUT, Model

PATIENCE = 30.0
"""Maximum seconds of silence; the whole test may take twice as long."""


@dataclass(frozen=True)
class ConnectionResult:
    """The outcome of a connection test."""

    works: bool
    words: str
    """The outcome in a sentence or two."""


def check_connection(configured: ConfiguredModel) -> ConnectionResult:
    """Ask the model for one word; no text of a document is sent.

    Blocks until the test ends. The first call also imports the library, which takes some seconds.
    """
    return asyncio.run(_check(configured))


async def _check(configured: ConfiguredModel) -> ConnectionResult:
    silence = min(configured.silence_seconds, PATIENCE)
    brief = replace(configured, output_tokens=LEAST_OUTPUT, silence_seconds=silence, budget=None)
    began = time.monotonic()
    try:
        async with asyncio.timeout(2 * PATIENCE), Model(brief, lambda said: None) as model:
            async for _ in model.write("connection test", "Answer with the one word: ready.", "Are you ready?"):
                pass
    except TimeoutError:
        return ConnectionResult(False, f"{configured.host} is too busy to answer at present.")
    except ModelFailure as failure:
        if failure.kind != "limit":  # reasoning may use up all output tokens; the model has still answered
            return ConnectionResult(False, str(failure))
    return ConnectionResult(
        True, f"{configured.name} answers at {configured.host}, after {time.monotonic() - began:.1f} seconds."
    )
