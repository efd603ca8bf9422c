"""What the command line says of runs that ask, fail and check in ways of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hitl.engine import Engine, open_engine
from hitl.settings import load_settings
from tests.cli.calling import asked, done, refused
from tests.conftest import until

FLOWS = {"spans": "Spans", "travels": "Travels", "trouble": "Troubles", "slow": "too_slow", "panel": "Panel"}


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
