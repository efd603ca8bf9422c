"""What is given to `hitl.page`, `hitl.server` and `open_engine` as workflows."""

from __future__ import annotations

from contextlib import closing

import pytest
from workflows.events import StopEvent

import hitl
from hitl.engine import WorkflowUnusable, open_engine
from hitl.engine.workflows.named import check_named
from hitl.settings import load_settings
from tests.engine.flows import AskOnce, Order


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (AskOnce, '{"ask_once": AskOnce}. What was given is the class AskOnce.'),
        (AskOnce(), '{"ask_once": AskOnce()}. What was given is <'),
        ("flows:TripFlow", '{"trip": "flows:TripFlow"}. What was given is \'flows:TripFlow\'.'),
        ("My trips", "{\"trip\": TripFlow}. What was given is 'My trips'."),
        ([AskOnce], '{"trip": TripFlow}. What was given is [<class'),
        (None, '{"trip": TripFlow}. What was given is None.'),
        (Order, '{"trip": TripFlow}. What was given is the class Order.'),
        ({"": AskOnce}, "A workflow cannot be called ''"),
        ({" ": AskOnce}, "A workflow cannot be called ' '"),
        ({3: AskOnce}, "A workflow cannot be called 3"),
        ({None: AskOnce}, "A workflow cannot be called None"),
    ],
)
def test_workflows_without_a_name_are_refused_with_an_example(given: object, words: str):
    with pytest.raises(TypeError) as refused:
        check_named(given)
    assert words in str(refused.value)


def test_a_server_and_an_engine_refuse_them_too():
    with pytest.raises(TypeError, match="given by name"):
        hitl.server(AskOnce)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="given by name"):
        open_engine(load_settings(), owner=False, workflows=AskOnce)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "is a NoneType, not a Workflow"),
        (7, "is an int, not a Workflow"),
        (Order, "is an Order, not a Workflow"),
        (StopEvent, "is a StopEvent, not a Workflow"),
        ("tests.engine.flows", "an import path names a module and a class in it, such as flows:TripFlow"),
        ("tests.engine.flows:", "an import path names a module and a class in it"),
        (":AskOnce", "an import path names a module and a class in it"),
    ],
)
def test_what_makes_no_workflow_is_named(given: object, words: str):
    with (
        closing(open_engine(load_settings(), owner=False, workflows={"trip": given})) as engine,
        pytest.raises(WorkflowUnusable) as refused,
    ):
        engine.start("trip")
    assert words in str(refused.value)
    assert "validation error" not in str(refused.value)
