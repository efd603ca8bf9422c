"""Validate what humans send, a run's inputs, its answers and their drafts, and convert it to what is stored."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from workflows import Workflow

from hitl.engine.errors import InvalidAnswer, InvalidDraft, InvalidInputs
from hitl.engine.records import DRAFT_LENGTH, NewEvent, Question
from hitl.engine.workflows.agents import agent_inputs, starts_an_agent
from hitl.engine.workflows.answers import CHOSEN, build_answer, problems_in, unknown_fields
from hitl.engine.workflows.field_names import build_model
from hitl.engine.workflows.offer import completed
from hitl.engine.workflows.serialization import KeyMask, serialize_event
from hitl.text import replace_surrogates


def answer_record(workflow: Workflow, question: Question, body: dict[str, Any]) -> NewEvent:
    """An answer in its stored form, checked to be restorable from it.

    Raises:
        InvalidAnswer: If it does not fit the question, or cannot be stored and restored.
    """
    try:
        body = completed(workflow, question, body)
        answer = serialize_event(build_answer(workflow, question, body), "answer")
        if question.answer_type is None:
            answer = replace(answer, body={CHOSEN: body[CHOSEN], **answer.body})
        build_answer(workflow, question, answer.body)
    except (TypeError, ValueError) as error:
        raise InvalidAnswer(f"The answer cannot be stored: {error}.") from error
    return answer


def draft_text(body: dict[str, Any], key_mask: KeyMask) -> str:
    """A draft in its stored form, JSON.

    Args:
        body: What was entered, as JSON values.
        key_mask: Masks the API key.

    Raises:
        InvalidDraft: If it has other values, or is too long.
    """
    try:
        text = json.dumps(key_mask.body(body), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidDraft(f"The draft cannot be stored: {error}.") from error
    if len(text) > DRAFT_LENGTH:
        raise InvalidDraft(
            f"What was entered is too long to be kept before it is sent: {len(text):,} characters, where at most "
            f"{DRAFT_LENGTH:,} are kept. Send it, or shorten it."
        )
    return replace_surrogates(text)


def start_record(workflow: Workflow, inputs: dict[str, Any]) -> NewEvent:
    """The start event in its stored form, checked to be restorable from it.

    Args:
        workflow: The instance to start.
        inputs: The fields of its start event, by any of their names, as JSON values.

    Raises:
        InvalidInputs: If the inputs do not fit, or cannot be stored and restored.
    """
    cls = workflow.start_event_class
    if starts_an_agent(cls):
        inputs = agent_inputs(inputs)
    problems = unknown_fields(cls, inputs)
    try:
        start = serialize_event(
            build_model(cls, {name: value for name, value in inputs.items() if name not in problems}), "start"
        )
        build_model(cls, start.body)
    except ValidationError as error:
        raise InvalidInputs(problems | problems_in(error)) from error
    except (TypeError, ValueError) as error:  # a field called `self`, a lone surrogate, NaN
        raise InvalidInputs(problems | {"inputs": f"cannot be stored: {error}"}) from error
    if problems:
        raise InvalidInputs(problems)
    return start
