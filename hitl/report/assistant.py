"""What the model does for a report: it looks for evidence, and it writes. Whatever fails is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hitl.llm import ConfiguredModel, Model, ModelFailure
from hitl.llm.spending import tokens_of
from hitl.report.dossier import Dossier
from hitl.report.notes import plan_note
from hitl.report.writing import SYSTEM, Draft, writing_input
from hitl.research import Document, Evidence
from hitl.research.guided import find_guided
from hitl.research.planning import make_plan

Say = Callable[[str], None]


@dataclass(frozen=True)
class Looked:
    """What came of looking for evidence."""

    dossier: Dossier
    """With the plan and the calls of the model."""
    evidence: Evidence
    invented: int = 0
    """Quotes that the model named and that stand in no document: they are left out."""
    problem: str = ""
    """Why nothing came of it, in a sentence."""


@dataclass(frozen=True)
class Written:
    """What came of writing."""

    dossier: Dossier
    """With the calls of the model."""
    text: str
    problem: str = ""
    """Why the text is not whole, in a sentence."""


async def look_with_model(
    configured: ConfiguredModel | None, dossier: Dossier, documents: Sequence[Document], most: int, say: Say
) -> Looked:
    """Have the model plan a round of research and select from what the search brings.

    Args:
        configured: The model; None when the settings name none any more.
        dossier: The run, with the round that is to be done; a plan that it has is used again.
        documents: Where to look.
        most: New findings, at most.
        say: Tells the human what is going on.
    """
    if configured is None:
        return Looked(dossier, Evidence((), 0, 0), problem=NO_MODEL_ANY_MORE)
    inquiry = dossier.inquiry(most)
    async with Model(configured, say, tokens_of(dossier.calls)) as model:
        try:
            plan = dossier.plan or await make_plan(model, documents, inquiry)
            dossier = dossier.with_plan(plan)
            say(plan_note(plan))
            guided = await find_guided(model, documents, inquiry, plan)
        except ModelFailure as failure:
            return Looked(dossier.with_calls(model.calls), Evidence((), len(documents), 0), problem=str(failure))
        return Looked(dossier.with_calls(model.calls), guided.evidence, guided.invented)


async def write_with_model(
    configured: ConfiguredModel | None, dossier: Dossier, today: str, draft: Draft, stop: asyncio.Event, say: Say
) -> Written:
    """Have the model write from what was kept, until it comes to the end, fails, or is stopped.

    Args:
        configured: The model; None when the settings name none any more.
        dossier: The run.
        today: The day, `2026-11-25`.
        draft: Takes in the text.
        stop: Set when a human wants no more.
        say: Tells the human what is going on.
    """
    if configured is None:
        return Written(dossier, "", NO_MODEL_ANY_MORE)
    problem, given = "", writing_input(dossier.topic, dossier.kept, dossier.feedback, today)
    async with Model(configured, say, tokens_of(dossier.calls)) as model:
        try:
            is_whole = await draft.follow(model.write("writing", SYSTEM, given), stop)
            problem = "" if is_whole else "The writing was stopped."
        except ModelFailure as failure:
            problem = str(failure)
        return Written(dossier.with_calls(model.calls), draft.text, problem)


NO_MODEL_ANY_MORE = (
    "This run began with a language model, and none is set any more: neither OPENAI_API_KEY nor OPENAI_API_BASE. "
    "Set one and start hitl again, or go on without a model."
)
