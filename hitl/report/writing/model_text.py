"""Has a model write the text of a report, sentence by sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass

from hitl.llm import Model, ModelFailure
from hitl.report.text import ReportText
from hitl.report.writing.answer import OnPiece, StatementsReader, TextReader
from hitl.report.writing.prompt import prompt_for
from hitl.report.writing.request import WritingRequest

__all__ = ["WritingRequest", "WrittenText", "write_text"]

STOPPED = "The writing was stopped."
EARLIER_STANDS = "The text before it stands as it was."


@dataclass(frozen=True)
class WrittenText:
    """What a model has written."""

    text: ReportText
    """Whole sentences; empty if there are none."""
    problem: str = ""
    """Why it is incomplete or missing, in a sentence; empty if it is complete."""
    cut: str = ""
    """What was left out or cut and why, in sentences; empty for nothing."""


async def write_text(model: Model, request: WritingRequest, on_piece: OnPiece, stop: asyncio.Event) -> WrittenText:
    """Have a model write a text, or write one again.

    If statements of the earlier text are struck or noted, only those are written again: of what the model does not
    replace, the noted stays and the struck is left out. If none are, all of it is written again; should that fail, the
    earlier text stands.

    Args:
        model: The model that writes.
        request: What it is to write.
        on_piece: Called with each heading and each whole sentence as it arrives.
        stop: Set when a human stops the writing; the whole sentences are kept, and the server is hung up on.
    """
    prompt = await asyncio.to_thread(prompt_for, model.configured, request)
    reader_type = StatementsReader if request.to_rewrite else TextReader
    reader = reader_type(prompt, request, on_piece)
    if not prompt.findings:
        return WrittenText(request.earlier or ReportText(), f"Nothing can be written. {prompt.cut}")
    problem = ended = ""
    try:
        filling = model.fill(prompt.step, prompt.system, prompt.user, prompt.form, reader)
        problem = "" if await _unless_stopped(filling, stop) else STOPPED
    except ModelFailure as failure:
        is_limit = failure.kind == "endless" and not reader.is_empty
        problem, ended = ("", str(failure)) if is_limit else (str(failure), "")
    text = reader.text
    if problem and request.earlier and not request.to_rewrite:
        text, problem = request.earlier, f"{problem} {EARLIER_STANDS}"
    return WrittenText(text, problem, " ".join(filter(None, [prompt.cut, reader.cut, ended])))


async def _unless_stopped(work: Coroutine[None, None, None], stop: asyncio.Event) -> bool:
    """Do some work until it ends, or cancel it when `stop` is set. Returns True if it has ended."""
    working, stopping = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return True
        return False
    finally:
        for task in (working, stopping):
            task.cancel()
            with suppress(asyncio.CancelledError, ModelFailure):
                await task
