"""The options of `hitl answer` for what a question offers: choices, actions, and kinds of answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from hitl.cli.field_options import Given, StorePath, offered_fields, parse_fields
from hitl.cli.format import describe_question, either
from hitl.cli.lookup import short_id
from hitl.cli.terminal import Refused, one_line
from hitl.engine import InvalidAnswer, Question, Run
from hitl.engine.workflows.answers import CHOSEN, is_bare
from hitl.engine.workflows.offer import Offer, offer_in
from hitl.forms.choices import ARGS, chosen_by_word
from hitl.forms.fields import Field, fields_of

NOTHING_ANSWERED = "Nothing was answered."
REPLY = Field("response", "", "text")
"""The field of an answer in words."""


def with_choice(question: Question, word: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an answer with those that a choice stands for.

    Args:
        question: The question.
        word: The label of the choice, in capitals or not.
        body: What is given beside it.

    Raises:
        Refused: If the question offers no such choice.
        click.UsageError: If a field of it is given too.
    """
    bodies = {choice.label: choice.body for choice in offer_in(question.answer_schema).choices}
    labels = chosen_by_word(word, bodies)
    if len(labels) == 1:
        if twice := next((name for name in bodies[labels[0]] if name in body), None):
            raise click.UsageError(f"The field {twice} is given twice: --choice gives it too.")
        return dict(body) | bodies[labels[0]]
    if not bodies:
        raise Refused(f"This question offers no choices: --choice does not answer it. {NOTHING_ANSWERED}")
    known = either([f"“{one_line(label)}”" for label in bodies])
    raise Refused(f"There is no single choice “{one_line(word, 40)}”: it is {known}. {NOTHING_ANSWERED}")


def check_action(question: Question, action: str | None) -> None:
    """Refuse to answer a question that asks for an action without one, or another one with it.

    Raises:
        Refused: If they do not go together.
    """
    allowed = offer_in(question.answer_schema).actions
    options = [f"--action {name}" for name in allowed]
    if allowed and action not in allowed:
        raise Refused(f"This question is answered with {either(options)}. {NOTHING_ANSWERED}")


def edited_args(
    offer: Offer, question: Question, given: Sequence[Given], store_file: StorePath
) -> tuple[dict[str, Any], list[Given]]:
    """The changes of an edit, and what is given beside them.

    Args:
        offer: What the question offers.
        question: The question.
        given: What is given by name; a field of what is proposed is one of the edit.
        store_file: Stores a file that is given as `NAME=@PATH`.

    Raises:
        Refused: If nothing is changed.
    """
    assert offer.proposal is not None
    proposed = offer.proposal.values_in(question.body)
    edits = [field for field in given if field.name.partition(".")[0] in proposed]
    others = [field for field in given if field not in edits]
    if not edits and not any(field.name.partition(".")[0] == ARGS for field in others):
        options = ", ".join(f"--field {name}=…" for name in proposed)
        raise Refused(f"Say what is changed, with some of: {options}. {NOTHING_ANSWERED}")
    whole = {field.name for field in edits}
    begun = {field.name.partition(".")[0] for field in edits} - whole  # only something inside them is changed
    bases = [Given(name, json.dumps(proposed[name])) for name in begun if isinstance(proposed[name], dict | list)]
    return parse_fields({}, [*bases, *edits], offer.proposal.schema, store_file), others


def schema_of_edit(question: Question) -> dict[str, Any]:
    """The schema of an answer in which what is proposed stands beside its own fields, as they are given."""
    schema, proposal = question.answer_schema, offer_in(question.answer_schema).proposal
    if proposal is None:
        return schema
    parts = [schema, proposal.schema]
    return {
        key: {name: part for known in parts for name, part in known.get(key, {}).items()}
        for key in ("properties", "$defs")
    }


@contextmanager
def args_by_name(question: Question) -> Iterator[None]:
    """Name the fields of an edit as they are given, in the errors of the engine in the block.

    Raises:
        InvalidAnswer: In place of one that names them `args.…`.
    """
    try:
        yield
    except InvalidAnswer as error:
        if offer_in(question.answer_schema).proposal is None or not error.problems:
            raise
        raise InvalidAnswer(
            str(error),
            {"" if place == ARGS else place.removeprefix(f"{ARGS}."): words for place, words in error.problems.items()},
        ) from error


def kinds_of_answers(run: Run) -> dict[str, list[Field]]:
    """The fields of each kind of answer that a workflow takes, by the name of its class."""
    return {
        name: [REPLY] if _is_in_words(schema) else fields_of(schema)
        for name, schema in run.engine.answer_schemas(run.workflow).items()
    }


def options_for(fields: Sequence[Field]) -> str:
    """The options that give the fields of an answer: `--approve or --reject  --field reason=…`."""
    verdict = "--approve or --reject" if any(field.name == "approved" for field in fields) else ""
    names = dict.fromkeys(offered.name for offered in offered_fields(fields) if offered.name != "approved")
    return "  ".join(filter(None, [verdict, " ".join(f"--field {name}=…" for name in names)]))


def check_kind(run: Run, question: Question, body: Mapping[str, Any]) -> None:
    """Refuse an answer without words to a question that takes any kind of answer, or words only.

    Raises:
        Refused: If it would not say anything.
    """
    if question.answer_type is None and CHOSEN not in body:
        kinds = kinds_of_answers(run)
        options = [f"  --field {CHOSEN}={name} {options_for(fields)}".rstrip() for name, fields in kinds.items()]
        lines = ["Several kinds of answers settle this question. Say which:", *options, NOTHING_ANSWERED]
        raise Refused("\n".join(lines))
    if question.answer_type and not body and is_bare(question) and not offer_in(question.answer_schema).is_button:
        raise Refused(f"This question is answered in words: --field response=… {NOTHING_ANSWERED}")


def check_meant(run: Run, question: Question, body: Mapping[str, Any]) -> None:
    """Refuse an answer that says nothing to a question that was not named, and that takes it: it may be a slip.

    Raises:
        Refused: If it is one.
    """
    if body or question.answer_type is None or question.answer_schema.get("required"):
        return
    raise Refused(
        f"You have said nothing, and this question takes that as its answer: {one_line(describe_question(question))}. "
        f"{NOTHING_ANSWERED} To answer it so, name it: hitl answer {short_id(run.engine, run.id)} --question "
        f"{question.id}"
    )


def _is_in_words(schema: Mapping[str, Any]) -> bool:
    return not schema.get("properties") and not offer_in(schema).is_button
