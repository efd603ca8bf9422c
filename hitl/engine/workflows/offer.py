"""What a question offers a human, declared by its author: choices and actions.

They are fixed when the question is asked, and stored with the schema of its answer under the key `OFFER`, so that every
page, command and process reads the same, whatever becomes of the code meanwhile.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from workflows import Workflow
from workflows.events import Event, HumanResponseEvent

from hitl.engine.errors import InvalidAnswer
from hitl.engine.records import Question
from hitl.engine.workflows.actions import (
    ACTIONS,
    Action,
    Proposal,
    completed_action,
    declared_actions,
    proposal_of,
)
from hitl.engine.workflows.answers import build_answer, qualified_name, schema_of
from hitl.engine.workflows.choices import RESPONSE, AnswerChoice, Build, check_chosen, check_fits, declared_choices

OFFER = "x-offer"
"""Key of what is offered in the JSON schema of an answer."""
DECLARED = ("choices", "actions")
"""Class variables or fields of a question that declare it."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Offer:
    """What a question offers; everything is empty if its author has declared nothing."""

    choices: tuple[AnswerChoice, ...] = ()
    """The only answers that it takes; empty if it takes any."""
    actions: tuple[Action, ...] = ()
    """What a human may do with the proposal."""
    proposal: Proposal | None = None
    """What the question proposes; None without actions."""
    problem: str = ""
    """Why what was declared cannot be offered, in a sentence; the question takes any answer of its type then."""
    is_button: bool = False
    """True if the answer has no fields and the workflow reads none of it: it is a click."""
    declared: tuple[str, ...] = ()
    """Fields of the question that only declare what is offered."""


NOTHING = Offer()


def offer_in(schema: Mapping[str, Any]) -> Offer:
    """What is offered with the JSON schema of an answer."""
    stored = schema.get(OFFER)
    if not isinstance(stored, dict):
        return NOTHING
    proposal = stored.get("proposal")
    return Offer(
        choices=tuple(AnswerChoice(**choice) for choice in stored.get("choices", ())),
        actions=tuple(stored.get("actions", ())),
        proposal=Proposal(**proposal) if proposal else None,
        problem=stored.get("problem", ""),
        is_button=stored.get("is_button", False),
        declared=tuple(stored.get("declared", ())),
    )


def shown_body(question: Question) -> dict[str, Any]:
    """The fields of a question without those that only declare what is offered."""
    declared = offer_in(question.answer_schema).declared
    return {name: value for name, value in question.body.items() if name not in declared}


def schema_with_offer(
    workflow: Workflow,
    event: Event,
    body: Mapping[str, Any],
    answer_type: type[Event] | None,
    requirements: Mapping[str, Any],
) -> dict[str, Any]:
    """The JSON schema of a question's answer, with what the question offers.

    Args:
        workflow: The instance that asks.
        event: The question.
        body: Its fields, as JSON values.
        answer_type: The class of its answer; None if the human chooses among several.
        requirements: Field values that the answer must have.
    """
    schema = answer_schema(workflow, answer_type) if answer_type else {}
    declared = {name: _declared(event, body, name) for name in DECLARED}
    if not any(declared.values()):
        return schema
    probe = Question(
        id="",
        run_id="",
        workflow="",
        type=type(event).__name__,
        body=dict(body),
        answer_type=qualified_name(answer_type) if answer_type else None,
        answer_schema={},
        requirements=dict(requirements),
        asked_at=datetime.min.replace(tzinfo=UTC),
    )

    def build(answer: Mapping[str, Any]) -> Event:
        return build_answer(workflow, probe, answer, [answer_type] if answer_type else [])

    fields = tuple(name for name in DECLARED if declared[name] and name in body)
    try:
        if declared["actions"] and declared["choices"]:
            raise ValueError("it has both choices and actions, and a human gets one or the other")
        if declared["actions"]:
            actions, proposal = declared_actions(declared["actions"]), proposal_of(event, body)
            _check_carries(actions, proposal, build, answer_type)
            offer = Offer(actions=actions, proposal=proposal, declared=fields)
        else:
            choices = declared_choices(declared["choices"], answer_type, list(requirements))
            for choice in choices:
                check_fits(choice, build)
            offer = Offer(choices=tuple(choices), declared=fields)
    except (InvalidAnswer, TypeError, ValueError) as error:
        reason = str(error).rstrip(".")
        offer = Offer(problem=f"{type(event).__name__} takes any answer, not only what it declares: {reason}.")
    return schema | {OFFER: schema.get(OFFER, {}) | {name: value for name, value in asdict(offer).items() if value}}


def answer_schema(workflow: Workflow, answer_type: type[Event]) -> dict[str, Any]:
    """The JSON schema of an answer; one without fields of which the workflow reads nothing is marked as a button."""
    schema = schema_of(answer_type)
    if answer_type.model_fields or answer_type is HumanResponseEvent or _reads_response(type(workflow), answer_type):
        return schema
    return schema | {OFFER: {"is_button": True}}


def completed(workflow: Workflow, question: Question, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an answer with what its action implies, checked against what the question offers.

    Args:
        workflow: The instance that asks.
        question: The question.
        body: The fields of the answer, as JSON values.

    Raises:
        InvalidAnswer: If the question does not offer that.
    """
    offer = offer_in(question.answer_schema)
    if offer.actions and offer.proposal:
        return completed_action(workflow, question, offer.actions, offer.proposal, body)
    if offer.choices:
        check_chosen(offer.choices, body, lambda given: build_answer(workflow, question, given))
    return dict(body)


def _declared(event: Event, body: Mapping[str, Any], name: str) -> Any:
    """What an author has declared: in a field of the question, else in its class; None for nothing.

    A field of that name that cannot be meant so, such as a list of models, is one of the author's own.
    """
    value = body.get(name)
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        is_meant = name == "choices" or any(item in ACTIONS for item in value)
    else:
        is_meant = name == "choices" and isinstance(value, dict)
    if value and is_meant:
        return value
    return getattr(type(event), name, None) if name in type(event).__class_vars__ else None


def _check_carries(
    actions: Sequence[Action], proposal: Proposal, build: Build, answer_type: type[Event] | None
) -> None:
    """Raise if an answer cannot carry one of the actions.

    Raises:
        ValueError: If it cannot, or there is nothing to edit.
    """
    if answer_type is None:
        raise ValueError("several kinds of answers settle it, and none is named as its answer_type")
    needs = {"action": ACTIONS, "args": ("accept", "edit"), "response": ("respond",)}
    fields = answer_type.model_fields
    needed = [name for name, by in needs.items() if set(by) & set(actions) and fields and name not in fields]
    if needed:
        raise ValueError(f"{answer_type.__name__} has no field called {' or '.join(needed)}; take hitl.HumanAction")
    if "edit" in actions and not proposal.schema["properties"]:
        raise ValueError("it allows to edit, and has no field that could be edited")
    for action in actions:
        check_fits(AnswerChoice(action, {"action": action}), build)


@lru_cache(maxsize=256)
def _reads_response(workflow: type[Workflow], answer_type: type[Event]) -> bool:
    """Whether the functions that take or await an answer without fields read its `response`.

    Then it is answered in words, as the library's own `HumanResponseEvent`. True too if their source cannot be found.
    """
    try:
        modules = {sys.modules[cls.__module__] for cls in (workflow, answer_type)}
        trees = [ast.parse(inspect.getsource(module)) for module in modules]
    except (KeyError, OSError, TypeError, SyntaxError):
        return True
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    takers = [function for function in functions if _mentions(function.args, answer_type.__name__)]
    takers = takers or [function for function in functions if _mentions(function, answer_type.__name__)]
    return not takers or any(_mentions(function, RESPONSE) for function in takers)


def _mentions(node: ast.AST, name: str) -> bool:
    """Whether a piece of source has a name, an attribute or a text of this name."""
    return any(
        name in (getattr(part, "id", ""), getattr(part, "attr", ""), getattr(part, "value", ""))
        for part in ast.walk(node)
    )
