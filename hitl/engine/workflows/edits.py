"""What a human has changed of what a question proposed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hitl.engine.records import Question
from hitl.engine.workflows.offer import offer_in

Edits = Mapping[str, tuple[Any, Any]]
"""By name of a field: its value as proposed, and as the human has changed it, as JSON values."""
NO_EDITS: Edits = MappingProxyType({})


def edits_in(question: Question, answer: Mapping[str, Any]) -> Edits:
    """The fields of a proposal that an answer changes; empty unless it edits one.

    Args:
        question: The question, which proposes them.
        answer: The fields of the answer, as JSON values; its `args` may be all fields or only those that are changed.
    """
    proposal, changed = offer_in(question.answer_schema).proposal, answer.get("args")
    if proposal is None or answer.get("action") != "edit" or not isinstance(changed, Mapping):
        return NO_EDITS
    proposed = proposal.values_in(question.body)
    return {
        name: (before, changed[name])
        for name, before in proposed.items()
        if name in changed and changed[name] != before
    }
