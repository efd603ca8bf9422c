"""What humans send in, checked and as it is stored: the inputs of a run and its answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from workflows import Workflow
from workflows.events import StartEvent

from hitl.engine.errors import InvalidAnswer, InvalidInputs
from hitl.engine.records import NewEvent, Question
from hitl.engine.workflows.agents import AGENT_FIELDS, starts_an_agent
from hitl.engine.workflows.answers import CHOSEN, build_answer, problems_in
from hitl.engine.workflows.serialization import serialize_event


def answer_record(workflow: Workflow, question: Question, body: dict[str, Any]) -> NewEvent:
    """An answer as it is stored, from which it can be made again.

    Raises:
        InvalidAnswer: If it does not fit the question, or could not be read again.
    """
    try:
        answer = serialize_event(build_answer(workflow, question, body), "answer")
        if question.answer_type is None:
            answer = replace(answer, body={CHOSEN: body[CHOSEN], **answer.body})
        build_answer(workflow, question, answer.body)
    except (TypeError, ValueError) as error:
        raise InvalidAnswer(f"The answer cannot be stored: {error}.") from error
    return answer


def start_record(start_event_class: type[StartEvent], inputs: dict[str, Any]) -> NewEvent:
    """The start event as it is stored, from which it can be made again.

    Raises:
        InvalidInputs: If the inputs do not fit, or could not be read again.
    """
    if starts_an_agent(start_event_class):
        inputs = AGENT_FIELDS | inputs
    known = start_event_class.model_fields
    if known and (unknown := [name for name in inputs if name not in known]):
        has = f"{start_event_class.__name__} has no such field. It has: {', '.join(known)}."
        raise InvalidInputs(dict.fromkeys(unknown, has))
    try:
        start = serialize_event(start_event_class(**inputs), "start")
        start_event_class(**start.body)
    except ValidationError as error:
        raise InvalidInputs(problems_in(error)) from error
    except (TypeError, ValueError) as error:  # a field called `self`, half a letter, a number that is none
        raise InvalidInputs({"inputs": f"cannot be stored: {error}"}) from error
    return start
