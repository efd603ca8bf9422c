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
    "--restore": ("--approve", "--reject"),
    "--topic": ("--reject",),
    "--without-model": ("--approve", "--reject"),
    "--strike": tuple(ACTIONS),
    "--note": ("--approve", "--reject", "--rewrite"),
    "--check": ("--approve", "--rewrite"),
}
"""Options that add to a decision, with the decisions that they add to."""
NOTE = re.compile(r"\s*([^\W_]{1,64})\s*=(.*)", re.DOTALL)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Note:
    """What is noted on a finding, or wrong with a statement of a text."""

    about: str
    """The finding's id, or the beginning of it; or the statement's number."""
    text: str


def named_note(argument: str) -> Note:
    note = NOTE.fullmatch(text(argument))
    if note is None:
        raise click.BadParameter(
            f"{one_line(argument, 40)!r} is not of the form FINDING_ID=TEXT, or NUMBER=TEXT for a statement."
        )
    return Note(note[1], note[2].strip())


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


@dataclass(frozen=True)
class NamedFindings:
    """Ids of the findings that a decision changes."""

    dropped: list[str]
    restored: list[str]


def findings_named(question: Question, drop: Sequence[str], restore: Sequence[str], approve: bool) -> NamedFindings:
    """The findings that are dropped and restored, by the beginnings of their ids.

    Args:
        question: The question.
        drop: Beginnings of ids of findings of this round, or kept from earlier ones.
        restore: The same of findings that were dropped in earlier rounds.
        approve: Whether the others are approved.

    Raises:
        Refused: If one does not name a single finding: ignored, it would leave the finding in the report, or out of it.
            If nothing is left to approve.
    """
    review = review_in(question)
    if not isinstance(review, ReviewFindings):
        return NamedFindings(list(drop), list(restore))
    known = [finding.id for finding in review.findings]
    dropped = _ids_named(known, drop, "No single finding of this question")
    restored = _ids_named(
        [finding.id for finding in review.dropped], restore, "No single finding that was dropped in an earlier round"
    )
    if approve and len(dropped) == len(known) and not restored:
        raise Refused("A report needs evidence: keep at least one finding to approve. Nothing was answered.")
    return NamedFindings(dropped, restored)


def _ids_named(known: Sequence[str], beginnings: Sequence[str], none: str) -> list[str]:
    found = {beginning: [id_ for id_ in known if beginning and id_.startswith(beginning)] for beginning in beginnings}
    if wrong := [one_line(beginning, 40) for beginning, ids in found.items() if len(ids) != 1]:
        raise Refused(f"{none} is called {', '.join(wrong)}. Nothing was answered.")
    return list(dict.fromkeys(ids[0] for ids in found.values()))


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
    """Notes by the id of their finding, or by the number of their statement.

    An empty note takes one on a finding away.

    Raises:
        Refused: If there is no such finding or statement, or it has two notes, or an empty one is on a statement.
    """
    review = review_in(question)
    named = [note.about for note in notes]
    if isinstance(review, ReviewFindings):
        known = [finding.id for finding in (*review.findings, *review.dropped)]
        named = [_ids_named(known, [name], "No single finding of this question")[0] for name in named]
    elif isinstance(review, ReviewReport):
        if wrong := [name for name in named if not NUMBER.fullmatch(name)]:
            raise Refused(f"No statement has the number {one_line(', '.join(wrong), 40)}. Nothing was answered.")
        named = [str(int(name)) for name in named]
        _check_numbers(review, list(map(int, named)))
        if empty := [note.about for note in notes if not note.text]:
            raise Refused(f"--note {empty[0]} says nothing. Nothing was answered.")
    if twice := [name for name in dict.fromkeys(named) if named.count(name) > 1]:
        raise Refused(f"--note {one_line(twice[0], 40)} is given twice: put it into one. Nothing was answered.")
    return {name: note.text for name, note in zip(named, notes, strict=True)}


def _check_numbers(review: ReviewReport, numbers: Sequence[int]) -> None:
    last = len(review.text.statements)
    if unknown := [str(number) for number in dict.fromkeys(numbers) if not 1 <= number <= last]:
        of = "statement has" if len(unknown) == 1 else "statements have"
        raise Refused(
            f"No {of} the number {one_line(', '.join(unknown), 40)}: they are numbered from 1 to {last}. "
            "Nothing was answered."
        )
