"""Trying whether a model answers at all, before anything depends on it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

from hitl.llm.configured import ConfiguredModel
from hitl.llm.failures import ModelFailure
from hitl.llm.model import LEAST_OUTPUT, Model

PATIENCE = 30.0
"""Seconds that a trial takes, at most."""


@dataclass(frozen=True)
class Trial:
    """How it went."""

    works: bool
    words: str
    """What was found, in a sentence or two."""


def try_model(configured: ConfiguredModel) -> Trial:
    """Ask a model for one word; nothing of anybody's documents is sent.

    Blocks for some seconds at the first time, in which the library is imported.
    """
    return asyncio.run(_try(configured))


async def _try(configured: ConfiguredModel) -> Trial:
    silence = min(configured.silence_seconds, PATIENCE)
    brief = replace(configured, output_tokens=LEAST_OUTPUT, silence_seconds=silence, budget=None)
    began = time.monotonic()
    try:
        async with asyncio.timeout(2 * PATIENCE), Model(brief, lambda said: None) as model:
            async for _ in model.write("trial", "Answer with the one word: ready.", "Are you ready?"):
                pass
    except TimeoutError:
        return Trial(False, f"{configured.host} is too busy to answer at present.")
    except ModelFailure as failure:
        if failure.kind != "limit":  # a model that thinks may use all it has for that, and is there all the same
            return Trial(False, str(failure))
    return Trial(True, f"{configured.name} answers at {configured.host}, after {time.monotonic() - began:.1f} seconds.")
