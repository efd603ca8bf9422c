"""Commands that decide: `answer`, `cancel` and `resume`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from hitl.cli.decision import (
    ACTIONS,
    Note,
    check_decision,
    decision_of,
    findings_named,
    named_note,
    notes_in,
    struck_in,
)
from hitl.cli.field_options import Given, field_option, parse_fields, problems_by_option
from hitl.cli.format import describe_answer, describe_question
from hitl.cli.lookup import opened_engine, run_named, short_id
from hitl.cli.offer_options import (
    args_by_name,
    check_action,
    check_kind,
    check_meant,
    edited_args,
    schema_of_edit,
    with_choice,
)
from hitl.cli.options import json_option, name_given, run_argument, text
from hitl.cli.pickup import is_applied, pickup_message, wait_for_pickup
from hitl.cli.terminal import Refused, exact_time, one_line, say, say_json
from hitl.engine import Question, Receipt, Run
from hitl.engine.workflows.answers import CHOSEN, is_bare
from hitl.engine.workflows.offer import offer_in
from hitl.forms.choices import ARGS


@click.command()
@run_argument
@click.option("--question", "asked", type=text, metavar="ID", help="Which question; its id, or the beginning of it.")
@click.option("--approve", is_flag=True, help="Say yes.")
@click.option("--reject", is_flag=True, help="Say no: the next round looks again.")
@click.option("--publish", is_flag=True, help="Of a model's text: publish it without what is struck.")
@click.option("--rewrite", is_flag=True, help="Of a model's text: have it rewritten, or only what is struck or noted.")
@click.option("--back", is_flag=True, help="Of a model's text: keep it, and go back to the findings.")
@click.option("--choice", type=text, metavar="LABEL", help="One of the choices that the question offers.")
@click.option("--action", type=text, metavar="NAME", help="What to do: accept, edit, respond or ignore.")
@click.option("--feedback", type=text, help="With --reject or --rewrite: what is missing.")
@click.option("--drop", type=text, metavar="FINDING_ID", multiple=True, help="A finding that is not to be used.")
@click.option(
    "--restore", type=text, metavar="FINDING_ID", multiple=True, help="One dropped earlier, to be used again."
)
@click.option("--topic", type=text, help="With --reject: better words for the topic.")
@click.option("--without-model", is_flag=True, help="From here on, go on without the language model.")
@click.option("--strike", type=int, metavar="NUMBER", multiple=True, help="A statement that is not to be published.")
@click.option(
    "--note",
    "notes",
    type=named_note,
    metavar="FINDING_ID=TEXT",
    multiple=True,
    help="A note on a finding, for people; nothing after = takes it away. With --rewrite, NUMBER=TEXT: what is wrong "
    "with a statement.",
)
@click.option("--check", is_flag=True, help="Have the model say of each sentence whether its quotes support it.")
@field_option
@click.option("--by", type=text, help="Who answers; your name on this machine unless it is given.")
@json_option
def answer(
    beginning: str,
    asked: str | None,
    approve: bool,
    reject: bool,
    publish: bool,
    rewrite: bool,
    back: bool,
    choice: str | None,
    action: str | None,
    feedback: str | None,
    drop: tuple[str, ...],
    restore: tuple[str, ...],
    topic: str | None,
    without_model: bool,
    strike: tuple[int, ...],
    notes: tuple[Note, ...],
    check: bool,
    given: tuple[Given, ...],
    by: str | None,
    as_json: bool,
) -> None:
    """Answer a question of a run.

    The first answer to a question counts. Name the question that you have looked at: without --question, the one
    that is open now is answered, whatever it asks. With --action edit, --field changes a field of what is proposed,
    and with --action respond, --field response=TEXT is the response.
    """
    decision = decision_of(
        {"--approve": approve, "--reject": reject, "--publish": publish, "--rewrite": rewrite, "--back": back},
        {
            "--feedback": feedback,
            "--drop": drop,
            "--restore": restore,
            "--topic": topic,
            "--without-model": without_model,
            "--strike": strike,
            "--note": notes,
            "--check": check,
        },
    )
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        question = _question_named(run, asked) if asked else _only_question(run)
        question = _with_answer_type(run, question, given)
        offer = offer_in(question.answer_schema)
        if (approve or reject) and question.answer_type and is_bare(question):
            how = "Answer it with --choice LABEL." if offer.choices else "Answer it in words: --field response=…"
            raise Refused(
                "Nothing says what a yes or a no would mean to this question, and nothing was answered. "
                f"{f'Answer it with --question {question.id} and nothing else.' if offer.is_button else how}"
            )
        named = next((field.value for field in given if field.name == "action"), action)
        check_action(question, named)
        check_decision(question, decision, given, check)
        findings = findings_named(question, drop, restore, approve)
        options = {
            "approved": approve if approve or reject else None,
            "action": ACTIONS.get(decision, action),
            "feedback": feedback,
            "dropped": findings.dropped or None,
            "restored": findings.restored or None,
            "topic": topic,
            "go_on": "without a model" if without_model else None,
            "struck": struck_in(question, strike, publish) or None,
            "notes": notes_in(question, notes) or None,
            "check": check or None,
        }
        others = list(given)
        if offer.actions and named == "edit":
            changes, others = edited_args(offer, question, given, engine.add_file)
            options[ARGS] = changes or None
        body = parse_fields(options, others, question.answer_schema, engine.add_file)
        if is_bare(question):  # which is answered in words, as on the page: `5` is no number
            body |= {field.name: field.value for field in others if field.name == "response"}
        if choice is not None:
            body = with_choice(question, choice, body)
        check_kind(run, question, body)
        if asked is None:
            check_meant(run, question, body)
        with problems_by_option(given, schema_of_edit(question)), args_by_name(question):
            receipt = run.answer(question.id, body, name_given(by))
        taken = receipt.accepted and wait_for_pickup(engine, lambda: is_applied(run, question.id))
        if as_json:
            _print_receipt(question, receipt, taken)
        if not receipt.accepted:
            raise Refused(_who_was_faster(run, receipt))
        if not as_json:
            said = one_line(describe_answer(question, body))
            say(f"{one_line(describe_question(question))}\n{receipt.by}: {said}")
            say(pickup_message(run, taken))


def _question_named(run: Run, beginning: str) -> Question:
    """The question of a run, open or answered, whose id begins with `beginning`.

    Raises:
        Refused: If several begin with it.
        QuestionNotFound: If none does.
    """
    known = [question.id for question in run.questions] + [answer.question_id for answer in run.answers]
    found = [question_id for question_id in known if question_id.startswith(beginning)]
    if len(found) > 1:
        raise Refused(f"Several questions begin with “{one_line(beginning, 40)}”. Type more of the id.")
    return run.asked(found[0] if found else one_line(beginning, 40))


def _with_answer_type(run: Run, question: Question, given: Sequence[Given]) -> Question:
    """The question with the answer type that the human chose, if the workflow leaves it open."""
    chosen = next((field.value for field in given if field.name == CHOSEN), None)
    if question.answer_type or chosen is None:
        return question
    names, schemas = run.engine.event_names(run.workflow), run.engine.answer_schemas(run.workflow)
    return replace(question, answer_type=names.get(chosen), answer_schema=schemas.get(chosen, {}))


def _only_question(run: Run) -> Question:
    """The one question that is open.

    Raises:
        Refused: If none is open, or several are.
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
    """A sentence on the last answer, for a human whose question is not open any more; empty without one."""
    if not (answers := run.answers):
        return ""
    last = answers[-1]
    said = one_line(describe_answer(run.asked(last.question_id), last.body))
    return f" {last.by} answered at {exact_time(last.at)}: {said}."


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
            again = "" if run.resume_blocked_reason else f" `hitl resume {name}` takes it up again where it waits."
            say(f"Run {name} is cancelled.{again}")


@click.command()
@run_argument
@click.option("--by", type=text, help="Who does so; your name on this machine unless it is given.")
@json_option
def resume(beginning: str, by: str | None, as_json: bool) -> None:
    """Take up a cancelled run again: it waits at the question that was open then.

    Nothing runs again, and what was entered for the question is there.
    """
    with opened_engine() as engine:
        run = run_named(engine, beginning)
        done, name = run.resume(name_given(by)), short_id(engine, run.id)
        if as_json:
            say_json({"run": run.id, "resumed": done, "status": run.status})
        if not done:
            raise Refused(f"Run {name} is not cancelled: it is {run.status}.")
        if not as_json:
            say(f"Run {name} waits again. `hitl show {name}` has its question.")
