"""Deciding: answering what a run asks, or ending it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import replace

import click

from hitl.cli.fields import Given, field_option, read_fields
from hitl.cli.opening import opened_engine, run_named, short_id
from hitl.cli.options import json_option, run_argument, text
from hitl.cli.owner import fate, is_applied, taken_up
from hitl.cli.printing import Refused, exact_time, one_line, say, say_json
from hitl.cli.starting import keeper
from hitl.cli.telling import describe_question, review_in
from hitl.engine import Question, Receipt, Run
from hitl.engine.descriptions import describe_answer
from hitl.engine.workflows.answers import CHOSEN, is_bare

NAME_LENGTH = 80
"""Characters of a human's name, as on the page."""


@click.command()
@run_argument
@click.option("--question", "asked", type=text, metavar="ID", help="Which question; its id, or the beginning of it.")
@click.option("--approve", is_flag=True, help="Say yes.")
@click.option("--reject", is_flag=True, help="Say no: the next round looks again.")
@click.option("--feedback", type=text, help="With --reject: what is missing.")
@click.option("--drop", type=text, metavar="FINDING_ID", multiple=True, help="A finding that is not to be used.")
@click.option("--topic", type=text, help="With --reject: better words for the topic.")
@click.option("--without-model", is_flag=True, help="From here on, go on without the language model.")
@click.option("--with-draft", is_flag=True, help="With --approve: what was written so far becomes the report.")
@field_option
@click.option("--by", type=text, help="Who answers; your name on this machine unless it is given.")
@json_option
def answer(
    beginning: str,
    asked: str | None,
    approve: bool,
    reject: bool,
    feedback: str | None,
    drop: tuple[str, ...],
    topic: str | None,
    without_model: bool,
    with_draft: bool,
    given: tuple[Given, ...],
    by: str | None,
    as_json: bool,
) -> None:
    """Answer a question of a run.

    The first answer to a question counts. Name the question that you have looked at: without --question, the one
    that is open now is answered, whatever it asks.
    """
    if approve and reject:
        raise click.UsageError("Either --approve or --reject.")
    if approve and (feedback or topic):
        raise click.UsageError("--feedback and --topic go with --reject.")
    if with_draft and (without_model or not approve):
        raise click.UsageError("--with-draft goes with --approve, and not with --without-model.")
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        question = _question_named(run, asked) if asked else _only_question(run)
        question = _with_answer_type(run, question, given)
        if (approve or reject) and question.answer_type and is_bare(question):
            raise Refused(
                "Nothing says what a yes or a no would mean to this question, and nothing was answered. "
                "Answer it in words: --field response=…"
            )
        dropped = _findings_named(question, drop)
        if approve and (review := review_in(question)) and len(review.findings) == len(set(dropped)):
            raise Refused("A report needs evidence: keep at least one finding to approve. Nothing was answered.")
        options = {
            "approved": approve if approve or reject else None,
            "feedback": feedback,
            "dropped": dropped or None,
            "topic": topic,
            "go_on": "without a model" if without_model else "with the draft" if with_draft else None,
        }
        body = read_fields(options, given, question.answer_schema, keeper(engine))
        receipt = run.answer(question.id, body, _name(by))
        taken = receipt.accepted and taken_up(engine, lambda: is_applied(run, question.id))
        if as_json:
            _print_receipt(question, receipt, taken)
        if not receipt.accepted:
            raise Refused(_who_was_faster(run, receipt))
        if not as_json:
            say(f"{one_line(describe_question(question))}\n{receipt.by}: {one_line(describe_answer(body))}")
            say(fate(engine, taken))


def _question_named(run: Run, beginning: str) -> Question:
    """The question of a run, open or answered, whose id begins with some characters."""
    known = [question.id for question in run.questions] + [answer.question_id for answer in run.answers]
    found = [question_id for question_id in known if question_id.startswith(beginning)]
    if len(found) > 1:
        raise Refused(f"Several questions begin with “{one_line(beginning, 40)}”. Type more of the id.")
    return run.asked(found[0] if found else one_line(beginning, 40))


def _with_answer_type(run: Run, question: Question, given: Sequence[Given]) -> Question:
    """The question as if it had named the answer that the human has chosen, where the workflow leaves that open."""
    chosen = next((field.value for field in given if field.name == CHOSEN), None)
    if question.answer_type or chosen is None:
        return question
    names, schemas = run.engine.event_names(run.workflow), run.engine.answer_schemas(run.workflow)
    return replace(question, answer_type=names.get(chosen), answer_schema=schemas.get(chosen, {}))


def _only_question(run: Run) -> Question:
    """The one question that is open.

    Raises:
        Refused: If there is none, or several.
    """
    match run.questions:
        case [question]:
            return question
        case []:
            name = short_id(run.engine, run.id)
            raise Refused(f"Run {name} asks nothing now: it is {run.status}.{_last_answer(run)}")
        case several:
            lines = [f"  --question {question.id}  {one_line(describe_question(question))}" for question in several]
            raise Refused("\n".join(["Several questions are open. Name one of them:", *lines]))


def _last_answer(run: Run) -> str:
    """Who was faster, for somebody who comes when nothing is asked any more."""
    if not (answers := run.answers):
        return ""
    last = answers[-1]
    return f" {last.by} answered at {exact_time(last.at)}: {one_line(describe_answer(last.body))}."


def _findings_named(question: Question, beginnings: Sequence[str]) -> list[str]:
    """Ids of findings that are given by the beginning of their ids: a misspelt one must not be used after all."""
    review = review_in(question)
    if review is None:
        return list(beginnings)
    known = [finding.id for finding in review.findings]
    found = {beginning: [id_ for id_ in known if beginning and id_.startswith(beginning)] for beginning in beginnings}
    if wrong := [one_line(beginning, 40) for beginning, ids in found.items() if len(ids) != 1]:
        raise Refused(f"No single finding of this question is called {', '.join(wrong)}. Nothing was answered.")
    return [ids[0] for ids in found.values()]


def _name(by: str | None) -> str:
    """The name that stands beside the decision."""
    if by is None:
        try:
            by = getpass.getuser()
        except (ImportError, KeyError, OSError):  # no name for this user on the machine
            by = ""
    return one_line(by, NAME_LENGTH) or "a user of the command line"


def _print_receipt(question: Question, receipt: Receipt, taken: bool) -> None:
    say_json(
        {
            "run": question.run_id,
            "question": question.id,
            "accepted": receipt.accepted,
            "by": receipt.by,
            "at": receipt.at,
            "taken_up": taken,
        }
    )


def _who_was_faster(run: Run, receipt: Receipt) -> str:
    if receipt.at is None:
        return f"The run has ended ({run.status}), and with it the question. Your answer does not count."
    return f"{receipt.by} was faster, at {exact_time(receipt.at)}. Your answer does not count."


@click.command()
@run_argument
@json_option
def cancel(beginning: str, as_json: bool) -> None:
    """End a run now.

    Whatever a step of it still does counts no more.
    """
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        done, name = run.cancel(), short_id(engine, run.id)
        if as_json:
            say_json({"run": run.id, "cancelled": done, "status": run.status})
        if not done:
            raise Refused(f"Run {name} had ended before: {run.status}.")
        if not as_json:
            say(f"Run {name} is cancelled.")
