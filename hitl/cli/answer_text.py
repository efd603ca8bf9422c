"""How to answer a question from the command line, as text: the command, and what its options take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hitl.cli.field_options import Offered, offered_fields, what_it_takes
from hitl.cli.format import value_in_words
from hitl.cli.offer_options import REPLY, kinds_of_answers, options_for
from hitl.cli.terminal import WIDEST, columns, one_line, wrapped
from hitl.engine import Question, Run
from hitl.engine.workflows.actions import Action
from hitl.engine.workflows.answers import CHOSEN, is_bare
from hitl.engine.workflows.offer import Offer, offer_in
from hitl.forms.choices import free_fields
from hitl.forms.fields import MISSING, Field, fields_of
from hitl.text import humanize

INDENT = "  "


def answer_commands(command: str, run: Run, question: Question) -> str:
    """The commands that answer a question, and what their options take.

    Args:
        command: How each of them begins, `hitl answer RUN --question ID`.
        run: The run that asks.
        question: The question.
    """
    offer = offer_in(question.answer_schema)
    problem = [wrapped(offer.problem, 2)] if offer.problem else []
    if offer.actions:
        lines = _action_commands(command, question, offer)
    elif offer.choices:
        lines = _choice_commands(command, question, offer)
    elif question.answer_type is None:
        lines = _kind_commands(command, run)
    elif offer.is_button:
        lines = [f"{command}   says “{humanize(question.answer_type.rpartition(':')[2])}”"]
    elif is_bare(question):
        lines = [f"{command}  {options_for([REPLY])}"]
    else:
        fields = fields_of(question.answer_schema)
        lines = _field_commands(command, [field for field in fields if field.name not in question.requirements])
    return "\n".join([*problem, *lines])


def _field_commands(command: str, fields: Sequence[Field]) -> list[str]:
    """The command with an option for each field, and what the fields take, except those with an option of their own."""
    others = [field for field in fields if field.name != "approved"]
    return [f"{command}  {options_for(fields)}".rstrip(), *what_they_take(others)]


def _choice_commands(command: str, question: Question, offer: Offer) -> list[str]:
    fields = [] if is_bare(question) else fields_of(question.answer_schema)
    others = free_fields(fields, [choice.body for choice in offer.choices])
    labels = [f"{INDENT * 2}{one_line(choice.label)}" for choice in offer.choices]
    first = f"{command} --choice LABEL  {options_for(others)}".rstrip()
    return [first, *what_they_take(others), f"{INDENT}where LABEL is one of", *labels]


def _action_commands(command: str, question: Question, offer: Offer) -> list[str]:
    assert offer.proposal is not None
    proposed = fields_of(_as_proposed(offer.proposal.schema, offer.proposal.values_in(question.body)))
    options: dict[Action, str] = {"edit": options_for(proposed), "respond": options_for([REPLY])}
    lines = [f"{command} --action {action} {options.get(action, '')}".rstrip() for action in offer.actions]
    said = [replace(REPLY, description="With --action respond: what you say.")] if "respond" in offer.actions else []
    own = [field for field in fields_of(question.answer_schema) if field.name not in ("action", "args", "response")]
    return [*lines, *what_they_take([*(proposed if "edit" in offer.actions else []), *said, *own])]


def _kind_commands(command: str, run: Run) -> list[str]:
    kinds = kinds_of_answers(run).items()
    lines = [f"{command} --field {CHOSEN}={name}  {options_for(fields)}".rstrip() for name, fields in kinds]
    return lines or [f"{command}  {options_for([REPLY])}"]


def _as_proposed(schema: Mapping[str, Any], proposed: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of what is proposed, with its values as defaults."""
    properties = {
        name: {**part, "default": proposed[name]} if name in proposed else part
        for name, part in schema.get("properties", {}).items()
    }
    return {**schema, "properties": properties}


def what_they_take(fields: Sequence[Field]) -> list[str]:
    """What fields take and what they are for, one line for each; of those inside others by their dotted names."""
    rows = [(INDENT, offered.name, _what_it_takes(offered)) for offered in offered_fields(fields)]
    return columns(rows).splitlines() if rows else []


def _what_it_takes(offered: Offered) -> str:
    field = offered.field
    has_default = field.default is not MISSING and field.default not in (None, "", [])
    default = f"; {value_in_words(field.default)} unless given" if has_default else "; optional"
    only = f" (for {offered.only_for})" if offered.only_for else ""
    about = f". {field.description}" if field.description else ""
    return one_line(f"{what_it_takes(field)}{'' if field.required else default}{only}{about}", 4 * WIDEST)
