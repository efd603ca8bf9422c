"""The decision about a review, from the options of `hitl answer`: which go together, and what they name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from hitl.cli.field_options import Given
from hitl.cli.format import describe_question, either, review_in
from hitl.cli.options import text
from hitl.cli.terminal import Refused, one_line
from hitl.engine import Question
from hitl.report import ReviewFindings, ReviewReport

ACTIONS = {"--publish": "publish", "--rewrite": "rewrite", "--back": "findings"}
"""Options that decide about a model's text, with the action of the answer."""
GO_WITH = {
    "--feedback": ("--reject", "--rewrite"),
    "--drop": ("--approve", "--reject"),
    "--topic": ("--reject",),
    "--without-model": ("--approve", "--reject"),
    "--strike": tuple(ACTIONS),
    "--note": ("--rewrite",),
    "--check": ("--approve", "--rewrite"),
}
"""Options that add to a decision, with the decisions that they add to."""
NOTE = re.compile(r"\s*(\d{1,9})\s*=\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Note:
    """What is wrong with a statement of a text."""

    number: int
    text: str


def number_and_note(argument: str) -> Note:
    note = NOTE.fullmatch(text(argument))
    if note is None:
        raise click.BadParameter(f"{one_line(argument, 40)!r} is not of the form NUMBER=TEXT.")
    return Note(int(note[1]), note[2].rstrip())


def decision_of(decisions: Mapping[str, bool], others: Mapping[str, object]) -> str:
    """The option that decides; empty if none was given.

    Args:
        decisions: Whether each of the options that decide was given.
        others: What was given for the options that add to a decision; empty or None for nothing.

    Raises:
        click.UsageError: If options do not go together.
    """
    chosen = [option for option, is_given in decisions.items() if is_given]
    if len(chosen) > 1:
        raise click.UsageError(f"Either {either(chosen)}.")
    for option, given in others.items():
        if given and chosen and chosen[0] not in GO_WITH[option]:
            raise click.UsageError(f"{option} goes with {either(GO_WITH[option])}.")
    if others["--check"] and others["--without-model"]:
        raise click.UsageError("--check asks the model: it does not go with --without-model.")
    return chosen[0] if chosen else ""


def check_decision(question: Question, decision: str, given: Sequence[Given], check: bool) -> None:
    """Refuse a decision that does not answer a question.

    Args:
        question: The question.
        decision: The option that decides; empty if none was given.
        given: Fields of the answer that are given by name.
        check: Whether the model is to be asked about what it writes.

    Raises:
        Refused: If the question is not decided by this option, or there is no model to ask.
    """
    review = review_in(question)
    is_named = any(field.name == "action" for field in given)
    if isinstance(review, ReviewReport) and decision not in ACTIONS and (decision or not is_named):
        raise Refused(
            "This question asks about a text that a model has written, and is answered with "
            f"{either(list(ACTIONS))}. Nothing was answered."
        )
    if decision in ACTIONS and not isinstance(review, ReviewReport):
        raise Refused(
            f"{decision} answers a question about a text that a model has written. This one asks: "
            f"{one_line(describe_question(question))}. Nothing was answered."
        )
    if check and isinstance(review, ReviewFindings) and not review.model:
        raise Refused("--check asks the model, and this report is written without one. Nothing was answered.")


def findings_named(question: Question, beginnings: Sequence[str], approve: bool) -> list[str]:
    """Ids of findings that are given by the beginnings of their ids.

    Args:
        question: The question.
        beginnings: The beginnings.
        approve: Whether the others are approved.

    Raises:
        Refused: If one does not name a single finding: ignored, it would leave the finding in the report. If nothing is
            left to approve.
    """
    review = review_in(question)
    if not isinstance(review, ReviewFindings):
        return list(beginnings)
    known = [finding.id for finding in review.findings]
    found = {beginning: [id_ for id_ in known if beginning and id_.startswith(beginning)] for beginning in beginnings}
    if wrong := [one_line(beginning, 40) for beginning, ids in found.items() if len(ids) != 1]:
        raise Refused(f"No single finding of this question is called {', '.join(wrong)}. Nothing was answered.")
    dropped = list(dict.fromkeys(ids[0] for ids in found.values()))
    if approve and len(dropped) == len(known):
        raise Refused("A report needs evidence: keep at least one finding to approve. Nothing was answered.")
    return dropped


def struck_in(question: Question, numbers: Sequence[int], publish: bool) -> list[int]:
    """Numbers of the statements that are struck out, each once.

    Args:
        question: The question.
        numbers: The numbers as they were given.
        publish: Whether the others are published.

    Raises:
        Refused: If there is no such statement: ignored, it would leave one in the report. If nothing is left to
            publish.
    """
    review = review_in(question)
    if not isinstance(review, ReviewReport):
        return list(numbers)
    _check_numbers(review, numbers)
    if publish and not review.text.without(numbers).sections:
        raise Refused("A report needs a sentence: keep at least one to publish. Nothing was answered.")
    return sorted(set(numbers))


def notes_in(question: Question, notes: Sequence[Note]) -> dict[str, str]:
    """Notes by the number of their statement.

    Raises:
        Refused: If there is no such statement, or it has two notes.
    """
    numbers = [note.number for note in notes]
    if twice := [number for number in dict.fromkeys(numbers) if numbers.count(number) > 1]:
        raise Refused(f"--note {twice[0]} is given twice: put it into one. Nothing was answered.")
    review = review_in(question)
    if isinstance(review, ReviewReport):
        _check_numbers(review, numbers)
    return {str(note.number): note.text for note in notes}


def _check_numbers(review: ReviewReport, numbers: Sequence[int]) -> None:
    last = len(review.text.statements)
    if unknown := [str(number) for number in dict.fromkeys(numbers) if not 1 <= number <= last]:
        of = "statement has" if len(unknown) == 1 else "statements have"
        raise Refused(
            f"No {of} the number {one_line(', '.join(unknown), 40)}: they are numbered from 1 to {last}. "
            "Nothing was answered."
        )
