"""A workflow's steps as a flowchart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from hitl.engine import Answer, EventRecord
from hitl.engine.records import Move, Traversal
from hitl.engine.workflows.steps import Step, WorkflowSteps
from hitl.ui.flowchart import MOST_EDGES, Flowchart, Node, Whereabouts, flowchart

NOW = datetime(2026, 11, 27, tzinfo=UTC)
TRIP = WorkflowSteps(
    (
        Step("plan_trip", ("Trip", "Again"), ("MayITravel",)),
        Step("decide", ("Decision",), ("Again", "Booked")),
    ),
    "Trip",
    frozenset({"Booked"}),
    {"MayITravel": ("Decision",)},
    frozenset(),
)
PLAN, DECIDE, ASKED = Node("step", "plan_trip"), Node("step", "decide"), Node("human", "MayITravel")
START, END = Node("start"), Node("end")
REJECTED_ONCE = Traversal(
    (),
    {
        Move("plan_trip", "Trip", gives=False): 1,
        Move("plan_trip", "Again", gives=False): 1,
        Move("plan_trip", "MayITravel", gives=True): 2,
        Move("decide", "Decision", gives=False): 1,
        Move("decide", "Again", gives=True): 1,
    },
)


def where(
    traversal: Traversal, asked: Iterable[str] = (), failed: str | None = None, ended: bool = False
) -> Whereabouts:
    log = [EventRecord(3, "answer", "Decision", NOW, {}), EventRecord(4, "question", "MayITravel", NOW, {})]
    answers = [Answer("q1", "MayITravel", {}, "ana", NOW, "applied")]
    return Whereabouts.of(traversal, log, answers, list(asked), not ended, ended, failed)


def ways(chart: Flowchart) -> dict[tuple[Node, Node], int]:
    return {(edge.source, edge.target): edge.times for edge in chart.edges}


def test_a_human_stands_between_the_step_that_asks_and_the_step_that_takes_the_answer():
    assert ways(flowchart(TRIP)) == {
        (START, PLAN): 0, (PLAN, ASKED): 0, (ASKED, DECIDE): 0, (DECIDE, PLAN): 0, (DECIDE, END): 0,
    }  # fmt: skip


def test_ways_that_the_run_has_gone_are_counted_and_the_open_question_is_lit():
    chart = flowchart(TRIP, where(REJECTED_ONCE, asked=["MayITravel"]))
    assert ways(chart) == {
        (START, PLAN): 1, (PLAN, ASKED): 2, (ASKED, DECIDE): 1, (DECIDE, PLAN): 1, (DECIDE, END): 0,
    }  # fmt: skip
    assert chart.now == {ASKED}
    assert chart.been == {START, PLAN, ASKED, DECIDE}
    assert chart.where == "It waits for a human: may I travel."
    assert "class n3 now" in chart.source
    assert '|"2×"|' in chart.source


def test_the_step_at_work_the_end_and_the_step_that_has_failed_are_told_apart():
    at_work = flowchart(TRIP, where(Traversal(("plan_trip",), {})))
    assert (at_work.now, at_work.where) == (frozenset({PLAN}), "“Plan trip” is at work.")
    assert ways(at_work)[START, PLAN] == 1
    ended = flowchart(TRIP, where(REJECTED_ONCE, ended=True))
    assert (ended.now, ended.where) == (frozenset({END}), "It has come to its end.")
    failed = flowchart(TRIP, where(REJECTED_ONCE, failed="decide"))
    assert failed.where == "It failed in “Decide”."
    assert "class n2 failed" in failed.source


def test_a_step_that_waits_for_a_human_leads_to_the_human_and_back():
    steps = WorkflowSteps((Step("talk", ("Go",), ("Stop",), ("Ask",)),), "Go", frozenset({"Stop"}), {}, frozenset())
    talk, human = Node("step", "talk"), Node("human", "Ask")
    assert {(START, talk), (talk, human), (human, talk), (talk, END)} == ways(flowchart(steps)).keys()


def test_a_question_that_no_step_declares_is_drawn_once_it_was_asked():
    """A tool of an agent asks; its workflow knows nothing of it."""
    steps = WorkflowSteps((Step("call_tool", ("Go",), ("Stop",)),), "Go", frozenset({"Stop"}), {}, frozenset())
    tool, human = Node("step", "call_tool"), Node("human", "MayITravel")
    asked = Traversal((), {Move("call_tool", "MayITravel", gives=True): 1})
    chart = flowchart(steps, where(asked, asked=["MayITravel"]))
    assert (tool, human) in ways(chart)
    assert chart.now == {human}


def test_a_run_of_an_earlier_version_has_no_counts_and_its_question_is_lit():
    chart = flowchart(TRIP, Whereabouts.of(Traversal(), [], [], ["MayITravel"], True, False, None))
    assert set(ways(chart).values()) == {0}
    assert chart.now == {ASKED}


ODD = (
    'x"]; click n0 href "https://evil.example" %%{init: {}}%% <img src=x onerror=alert(1)> `b` $$x$$ #35; & fa:fa-car',
    "end",
    "a\nsubgraph b\nstyle n0 fill:red",
    "|-->|",
)


@pytest.mark.parametrize("name", ODD)
def test_a_name_says_nothing_to_mermaid(name: str):
    question, signal = f"Q{name}", f"S{name}"
    steps = WorkflowSteps(
        (Step(name, ("Go", name), (name, "Stop", question)), Step("other", (signal, name, "A"), (name,))),
        "Go",
        frozenset({"Stop"}),
        {question: ("A",)},
        frozenset({signal}),
    )
    lines = flowchart(steps, where(Traversal((name,), {}))).source.splitlines()
    node = re.compile(r'n\d+(\(\[|\[|\{\{)"(A human: )?[\w· ]*…?"(\]\)|\]|\}\})')
    edge = re.compile(r'n\d+ (-->|-\.->)(\|"[\w·/ ]*…?(×)?"\|)? n\d+')
    other = re.compile(
        r"%%\{init: \{\"flowchart\": \{[\w\": ,]*\}\}\}%%|flowchart TD|classDef .*|class n\d+ \w+|linkStyle .*"
    )
    for line in lines:
        assert node.fullmatch(line) or edge.fullmatch(line) or other.fullmatch(line), line


def test_the_words_say_where_each_step_leads_to_and_how_often():
    words = flowchart(TRIP, where(REJECTED_ONCE, asked=["MayITravel"])).words
    assert "Plan trip: leads to A human: may I travel (2 times)." in words
    assert "Decide: leads to Plan trip (with again, 1 time) and End." in words
    assert words.endswith("It waits for a human: may I travel.")


def test_a_workflow_with_more_ways_than_mermaid_draws_is_not_drawn():
    names = [f"step_{number}" for number in range(25)]
    many = tuple(Step(name, ("Go",), ("Go",)) for name in names)
    steps = WorkflowSteps(many, "Go", frozenset(), {}, frozenset())
    chart = flowchart(steps)
    assert len(chart.edges) > MOST_EDGES
    assert not chart.is_drawable
