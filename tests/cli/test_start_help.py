"""What `hitl start` says of the fields that a workflow takes, and starts of every kind from the command line."""

from __future__ import annotations

from contextlib import closing

import pytest

from hitl.engine import open_engine
from hitl.settings import load_settings
from tests.cli.calling import done, hitl, refused
from tests.conftest import until


@pytest.fixture(autouse=True)
def flows(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = {
        "bare": "tests.engine.workflows.test_start_fields:Reads",
        "extends": "tests.engine.workflows.test_start_fields:Extends",
        "shapes": "tests.ui.form_flows:StartShapes",
        "agent": "tests.ui.form_flows:agent",
        "alias": "tests.engine.input_flows:Aliases",
        "broken": "no.such.module:Flow",
    }
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join(f"{name}={path}" for name, path in paths.items()))


def fields_listed(workflow: str) -> dict[str, str]:
    """What the help says of a workflow's fields, by name."""
    _, _, listed = done("start", workflow, "--help").partition(f"Fields of {workflow}, for --field NAME=VALUE:\n")
    return {line.split()[0]: " ".join(line.split()[1:]) for line in listed.splitlines() if line.strip()}


def test_the_help_lists_what_the_source_of_a_bare_start_reads():
    listed = fields_listed("bare")
    assert listed["first"] == "a text, or JSON such as 7; optional"
    assert listed["days"] == "a whole number; 3 unless given"
    assert listed["and"] == "any other, by the name by which the workflow's code reads it"
    assert fields_listed("extends")["place"] == "a text"


def test_the_help_lists_fields_inside_others_by_their_dotted_names():
    listed = fields_listed("shapes")
    assert listed["home.city"] == "a text"
    assert listed["invoice.lasts"] == "a duration such as 1h 30m, 1:30:00 or PT1H30M"
    assert listed["pets.0.kind"] == "cat or dog or none or tiger; optional"
    assert fields_listed("agent")["chat_history.0.role"] == "user or assistant or system; user unless given"


def test_the_help_without_a_workflow_is_the_plain_one_and_one_that_cannot_be_loaded_is_told():
    assert "Fields of" not in done("start", "--help")
    assert "Fields of" not in done("start", "nothing", "--help")
    assert "no.such.module:Flow) cannot be loaded" in hitl("start", "broken", "--help").stderr


@pytest.mark.parametrize(
    ("workflow", "given", "inputs"),
    [
        ("extends", ["place=Rome", "days=3", "note=x"], {"place": "Rome", "days": 3, "note": "x"}),
        ("alias", ["tripName=Rome"], {"trip_name": "Rome"}),
        ("alias", ["name=Rome"], {"trip_name": "Rome"}),
        ("alias", ["trip_name=Rome"], {"trip_name": "Rome"}),
    ],
)
def test_fields_are_given_by_any_of_their_names(workflow: str, given: list[str], inputs: dict[str, object]):
    run_id = done("start", workflow, *(word for field in given for word in ("--field", field))).strip()
    with closing(open_engine(load_settings())) as engine:
        assert engine.attach(run_id).inputs == inputs


def test_an_agent_is_given_its_history_message_by_message():
    history = ["chat_history.0.content=I am Ada.", "chat_history.1.role=assistant", "chat_history.1.content=Hello."]
    options = [word for field in [*history, "user_msg=Who am I?"] for word in ("--field", field)]
    run_id = done("start", "agent", *options).strip()
    with closing(open_engine(load_settings())) as engine:
        run = engine.attach(run_id)
        until(lambda: run.result or run.error)
        assert "I am Ada.|Hello.|Who am I?" in str(run.result)


def test_an_agent_that_is_given_nothing_and_a_message_that_is_none_are_told():
    assert "--field user_msg=…: It is missing. It takes a text" in refused("start", "agent")
    told = refused("start", "agent", "--field", "chat_history.0.role=nobody", "--field", "chat_history.0.content=x")
    assert "--field chat_history.0.role=nobody: It takes user or assistant or system." in told
