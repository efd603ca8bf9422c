"""What a question offers, on the command line: choices, actions, kinds of answers, and answers without fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hitl.engine import Run, open_engine
from hitl.settings import load_settings
from tests.cli.calling import asked, done, refused
from tests.conftest import until

FLOWS = (
    "CityInWords",
    "Rating",
    "few_stars",
    "Restaurant",
    "Shipping",
    "Unfitting",
    "EitherChoice",
    "Proceed",
    "Crossroads",
    "ManyWays",
    "Mail",
    "Tool",
    "TypedMail",
    "Carries",
)

Ask = Callable[[str], Run]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Starts a workflow, and returns its run once it asks."""
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(f"{name}=tests.engine.offer_flows:{name}" for name in FLOWS))
    engine = open_engine(load_settings())

    def start(name: str) -> Run:
        run = engine.start(name)
        asked(run)
        return run

    yield start
    engine.close()


def result(run: Run) -> Any:
    until(lambda: run.status == "completed")
    assert run.result
    return run.result["result"]


@pytest.mark.parametrize(
    ("workflow", "options", "expected"),
    [
        ("CityInWords", ["--choice", "Oslo, by ship"], "oslo"),
        ("CityInWords", ["--choice", "rome, BY train"], "rome"),
        ("CityInWords", ["--field", "response=rome"], "rome"),
        ("few_stars", ["--choice", "2", "--field", "comment=fine"], [2, "fine"]),
        ("Rating", ["--choice", "10"], [10, ""]),
        ("Shipping", ["--choice", "Hold it", "--field", "reason=rain"], [False, "rain"]),
        (
            "Restaurant",
            ["--choice", "Curry", "--field", "portions=2"],
            {"type": "Order", "dish": "curry", "portions": 2, "spicy": True},
        ),
        ("EitherChoice", ["--choice", "Refuse"], {"type": "Refused", "reason": "no"}),
        ("Unfitting", ["--field", "stars=3"], 3),
        ("Crossroads", ["--field", "answer_type=CallItOff"], "CallItOff"),
        ("ManyWays", ["--field", "answer_type=Paid", "--field", "amount=3"], {"type": "Paid", "amount": 3}),
        ("ManyWays", ["--field", "answer_type=GoOn"], {"type": "GoOn"}),
    ],
)
def test_what_is_offered_is_chosen(ask: Ask, workflow: str, options: list[str], expected: object):
    run = ask(workflow)
    done("answer", run.id, *options)
    assert result(run) == expected


@pytest.mark.parametrize(
    ("workflow", "options", "words"),
    [
        (
            "CityInWords",
            ["--choice", "Paris"],
            "There is no single choice “Paris”: it is “Rome, by train” or “Oslo, by",
        ),
        ("CityInWords", ["--field", "response=paris"], "This question takes one of these: “Rome, by train”, “Oslo"),
        ("CityInWords", ["--approve"], "Answer it with --choice LABEL."),
        ("Proceed", ["--choice", "Go on"], "This question offers no choices"),
        ("Proceed", ["--approve"], "and nothing else."),
        ("Unfitting", ["--choice", "One"], "This question offers no choices"),
        (
            "ManyWays",
            [],
            "Several kinds of answers settle this question. Say which:\n  --field answer_type=CallItOff\n"
            "  --field answer_type=GoOn\n  --field answer_type=Paid --field amount=…\n"
            "  --field answer_type=Refused --field reason=…\nNothing was answered.",
        ),
        ("ManyWays", ["--approve"], "Several kinds of answers settle this question."),
        ("ManyWays", ["--field", "answer_type=Nonsense"], "Choose one by its name"),
    ],
)
def test_what_is_not_offered_is_refused(ask: Ask, workflow: str, options: list[str], words: str):
    run = ask(workflow)
    assert words in refused("answer", run.id, *options)
    assert (run.status, run.answers) == ("waiting", [])


def test_a_choice_and_its_field_at_once_are_a_usage_error(ask: Ask):
    run = ask("few_stars")
    assert "The field stars is given twice" in refused("answer", run.id, "--choice", "2", "--field", "stars=3", code=2)


PROPOSED = {"to": "ben", "amount": 10, "rate": 1.5, "fast": True}


@pytest.mark.parametrize(
    ("options", "args"),
    [
        (["--action", "accept"], PROPOSED),
        (["--field", "action=accept"], PROPOSED),
        (["--action", "edit", "--field", "amount=12"], PROPOSED | {"amount": 12}),
        (["--action", "edit", "--field", "to=eve", "--field", "fast=no"], PROPOSED | {"to": "eve", "fast": False}),
        (["--action", "edit", "--field", "rate=2"], PROPOSED | {"rate": 2}),
        (["--action", "edit", "--field", 'args={"amount": 7}'], PROPOSED | {"amount": 7}),
    ],
)
def test_an_edit_keeps_the_types(ask: Ask, options: list[str], args: dict[str, Any]):
    run = ask("Tool")
    done("answer", run.id, *options)
    assert result(run)["args"] == args


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--action", "respond", "--field", "response=Ask Ben."], {"action": "respond", "response": "Ask Ben."}),
        (["--action", "ignore"], {"action": "ignore", "args": {}}),
        (["--action", "accept"], {"action": "accept"}),
    ],
)
def test_every_action_is_an_option(ask: Ask, options: list[str], expected: dict[str, Any]):
    run = ask("Mail")
    done("answer", run.id, *options)
    assert expected.items() <= result(run).items()


def test_a_field_inside_what_is_proposed_is_changed_by_its_dotted_name(ask: Ask):
    run = ask("Mail")
    done("answer", run.id, "--action", "edit", "--field", "attachment.pages=9", "--field", "tags=x,y")
    args = result(run)["args"]
    assert (args["attachment"], args["tags"], args["copies"]) == ({"name": "cv", "pages": 9}, ["x", "y"], 2)


def test_fields_of_the_authors_own_stand_beside_those_of_the_edit(ask: Ask):
    run = ask("TypedMail")
    done("answer", run.id, "--action", "edit", "--field", "copies=7", "--field", "remark=well")
    assert result(run) == ["edit", 7, "well"]


@pytest.mark.parametrize(
    ("workflow", "options", "words"),
    [
        ("Mail", [], "is answered with --action accept, --action edit, --action respond or --action ignore."),
        ("Tool", ["--action", "ignore"], "is answered with --action accept or --action edit. Nothing was answered."),
        ("Tool", ["--approve"], "is answered with --action accept or --action edit. Nothing was answered."),
        ("Tool", ["--action", "edit"], "Say what is changed, with some of: --field to=…, --field amount=…"),
        ("Tool", ["--action", "edit", "--field", "amount=many"], "--field amount=many: It takes a whole number."),
        (
            "Mail",
            ["--action", "edit", "--field", "copies=10"],
            "--field copies=10: It takes a whole number, at",
        ),
        ("Mail", ["--action", "edit", "--field", "tone=rude"], "--field tone=rude: It takes warm or formal."),
        ("Mail", ["--action", "respond"], "--field response=…: Type a response first."),
        ("Mail", ["--action", "accept", "--field", "copies=3"], "HumanAction has no such field."),
        ("Carries", ["--action", "accept"], "Verdict has no such field"),
    ],
)
def test_what_does_not_go_with_an_action_is_refused(ask: Ask, workflow: str, options: list[str], words: str):
    run = ask(workflow)
    assert words in refused("answer", run.id, *options)
    assert run.answers == []


@pytest.mark.parametrize(
    ("workflow", "lines", "absent"),
    [
        ("few_stars", ["--choice LABEL  --field comment=…", "    1\n    2\n    3"], "choices"),
        ("CityInWords", ["--choice LABEL\n  where LABEL is one of\n    Rome, by train\n    Oslo, by ship"], "response"),
        (
            "Tool",
            [
                "--action accept\n",
                "--action edit --field to=… --field amount=… --field rate=… --field fast=…\n",
                "amount  a whole number; 10 unless given",
            ],
            "respond",
        ),
        ("Mail", ["--action respond --field response=…\n", "--action ignore", "attachment.pages"], "approve"),
        ("Proceed", ["says “Go on”"], "response"),
        (
            "ManyWays",
            ["--field answer_type=GoOn\n", "--field answer_type=Paid --field amount=…", "--field reason=…"],
            "approve",
        ),
        ("Unfitting", ["its choice “Many” does not fit its answer", "--field stars=…"], "--choice"),
        ("Carries", ["Verdict has no field called action or args", "--approve or --reject"], "--action"),
    ],
)
def test_how_to_answer_is_shown(ask: Ask, workflow: str, lines: list[str], absent: str):
    run = ask(workflow)
    shown = done("show", run.id).partition("\nLog\n")[0]
    folded = " ".join(shown.split())
    for line in lines:
        assert line in shown or line in folded
    assert absent not in shown


def test_a_list_of_questions_says_what_is_asked_and_not_how_it_is_answered(ask: Ask):
    ask("few_stars")
    assert "Rate, title: “Dune”\n" in done("questions")


def test_an_answer_without_fields_is_given_to_a_question_that_is_named(ask: Ask):
    run = ask("Proceed")
    said = refused("answer", run.id)
    assert "You have said nothing" in said
    assert f"hitl answer {run.id[:8]} --question {run.questions[0].id}" in said
    assert not run.answers

    done("answer", run.id, "--question", run.questions[0].id)
    assert result(run) == "went on"


def test_all_that_an_action_takes_is_listed(ask: Ask):
    text = done("show", ask("Mail").id)
    assert "  response  a text. With --action respond: what you say.\n" in re.sub(" +response +", "  response  ", text)
