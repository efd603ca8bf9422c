"""What the command line says of runs that ask, fail and check in ways of their own."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from hitl.cli.standing import _as_typed
from hitl.engine import Engine, open_engine
from hitl.forms.fields import Field
from hitl.settings import load_settings
from tests.cli.calling import asked, done, refused
from tests.conftest import until

FLOWS = {
    "stalls": "Stalls",
    "described": "Described",
    "spans": "Spans",
    "travels": "Travels",
    "trouble": "Troubles",
    "slow": "too_slow",
    "panel": "Panel",
}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    flows = ",".join(f"{name}=tests.engine.told_flows:{flow}" for name, flow in FLOWS.items())
    monkeypatch.setenv("HITL_WORKFLOWS", flows)
    engine = open_engine(load_settings())
    yield engine
    engine.close()


def test_what_a_class_checks_as_a_whole_is_told_by_its_message_alone(engine: Engine):
    assert refused("start", "spans", "--field", "low=5", "--field", "high=1") == (
        "Error: Nothing was recorded:\n  high is below low\n"
    )
    run = engine.start("spans", low=1, high=5)
    asked(run)
    assert refused("answer", run.id, "--field", "low=5", "--field", "high=1") == (
        "Error: Nothing was recorded:\n  high is below low.\n"
    )
    trip = engine.start("travels")
    asked(trip)
    said = refused("answer", trip.id, "--action", "edit", "--field", "to=Rome")
    assert said == "Error: Nothing was recorded:\n  it goes nowhere\n"


def test_an_edit_says_what_was_changed(engine: Engine):
    run = engine.start("travels")
    asked(run)
    said = "ana: edited, to: “Oslo” → “Bergen”"
    assert said in done("answer", run.id, "--action", "edit", "--field", "to=Bergen")
    until(lambda: run.status == "completed")

    assert done("show", run.id).count(said) == 2, "among the decisions, and in the log"


def test_a_question_is_listed_by_its_own_summary(engine: Engine):
    run = engine.start("panel")
    until(lambda: len(run.questions) == 2)

    assert [line.split("  ")[-1] for line in done("questions").splitlines()[1:]] == ["Ana: your vote", "Ben: your vote"]
    text = done("show", run.id)
    assert "  Ana: your vote\n" in text
    assert "Ask · Waiting for a human: review · Ben: your vote" in text
    assert "Ben: your vote" in refused("answer", run.id, "--field", "vote=yes")
    assert done("answer", run.id, "--question", run.questions[0].id, "--field", "vote=yes").startswith(
        "Ana: your vote\n"
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (["trouble", "--field", "kind=key"], "“Go” failed: KeyError: 'supplier'"),
        (["trouble", "--field", "kind=assert"], "Failed in “Go”: AssertionError"),
        (["slow"], "Timed out after 0.5 seconds in “Work”"),
    ],
)
def test_a_failure_is_named(engine: Engine, fields: list[str], said: str):
    run = engine.attach(done("start", *fields).strip())
    until(lambda: run.status == "failed")

    assert said in done("show", run.id)


def test_a_run_that_nothing_carries_out_says_so(monkeypatch: pytest.MonkeyPatch, engine: Engine):
    engine.close()
    run_id = done("start", "panel").strip()
    assert "running, not carried out" in done("runs")
    text = done("show", run_id)
    assert "status    running, not carried out" in text
    assert "it goes on when hitl runs again" in " ".join(text.split())


def test_a_run_that_stands_still_says_so_and_how_it_is_started_again(engine: Engine):
    run = engine.start("stalls", note="it's 5", count=3)
    until(lambda: run.has_begun and not run.active)

    assert "running, stands still" in done("runs")
    text = done("show", run.id)
    assert "No step is at work, and nobody is asked anything." in text
    command = text.partition("the same inputs:\n")[2].splitlines()[0].strip()
    again = engine.attach(done(*shlex.split(command)[1:]).strip())
    assert again.inputs == run.inputs


@pytest.mark.parametrize(
    ("inputs", "fields"),
    [
        ({"note": "5", "count": 5}, ["note=5", "count=5"]),
        ({"tags": ["a,b", "c"], "none": None}, ['tags=["a,b", "c"]']),
        ({"any": "5", "words": "a b"}, ["any='\"5\"'", "words=a b"]),
        ({"is_on": True, "where": {"city": "Ålesund"}}, ["is_on=true", 'where={"city": "Ålesund"}']),
    ],
)
def test_inputs_are_typed_as_the_command_takes_them(inputs: dict[str, Any], fields: list[str]):
    kinds = [Field("note", "", "text"), Field("count", "", "integer"), Field("any", "", "value")]
    assert _as_typed(inputs, kinds) == [field.replace("'", "") for field in fields]


def test_fields_are_listed_with_what_they_are_for(engine: Engine):
    text = done("start", "described", "--help")
    assert "amount  a number, at least 0. In euros" in text
    assert "note    a text; optional. For the books" in text


def test_a_text_is_printed_as_it_is(engine: Engine):
    run = engine.attach(done("start", "described", "--field", "amount=1").strip())
    until(lambda: run.status == "completed")
    assert done("show", run.id).endswith("Result\n# Paid\n“1.0” euros\n")


def test_runs_and_questions_are_short_in_a_notebook(engine: Engine):
    run = engine.start("panel")
    until(lambda: len(run.questions) == 2)
    question = run.questions[0]
    assert repr(run) == f"<Run {run.id} of panel: waiting>"
    assert repr(question) == f"<Question {question.id} of run {run.id}, Review: Ana: your vote>"
    engine.delete(run.id)
    assert repr(run) == f"<Run {run.id}>"
