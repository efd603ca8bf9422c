"""The benchmark with a real model, with a fake one in its place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl.engine import Engine, open_engine
from hitl.settings import load_settings
from tests.benchmarks.real_model import (
    TOPICS,
    UNLESS_SET,
    Outcome,
    StepFigures,
    cpu_seconds,
    listening_process,
    main,
    read_lines,
    research_and_write,
    summary,
)
from tests.fake_openai import FakeOpenAI, Refuses, Says
from tests.report.model_runs import server
from tests.scholar import instead

__all__ = ["server"]  # a fixture

TOPIC = "Why is Pluto no longer a planet?"
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")


@pytest.fixture
def engine(server: FakeOpenAI) -> Iterator[Engine]:
    engine = open_engine(load_settings())
    yield engine
    engine.close()


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the benchmark sets in the environment is gone after the test."""
    for name in ("HITL_HOME", "OPENAI_API_BASE", *UNLESS_SET):
        monkeypatch.setenv(name, os.environ.get(name, ""))
        monkeypatch.delenv(name)


def test_a_topic_ends_in_a_report_and_its_sentences_are_counted(engine: Engine):
    outcome = research_and_write(engine, TOPIC)

    assert (outcome.problem, outcome.unfinished, outcome.no_source) == ("", "", [])
    assert outcome.verbatim == outcome.sentences > outcome.findings // 2
    assert outcome.documents >= 1
    assert outcome.bare_headings == ["In detail"]


def test_each_step_has_its_time_and_its_tokens(engine: Engine):
    outcome = research_and_write(engine, TOPIC)

    assert [*outcome.steps] == ["planning", "reading", "writing"]
    assert [(step.input, step.output) for step in outcome.steps.values()] == [(400, 60), (3000, 300), (900, 250)]
    assert all(step.seconds > 0 and step.cpu_seconds is None for step in outcome.steps.values())
    assert sum(step.seconds for step in outcome.steps.values()) <= outcome.seconds
    assert outcome.quiet_research_seconds is None


@ON_LINUX
def test_the_seconds_of_the_server_are_those_of_its_process(engine: Engine, server: FakeOpenAI):
    process = listening_process(server.base)
    outcome = research_and_write(engine, TOPIC, process)

    assert process == os.getpid()  # which serves here
    assert (seconds := outcome.quiet_research_seconds) is not None
    assert 0 < seconds < (cpu_seconds(process) or 0)


@ON_LINUX
def test_the_time_of_a_server_elsewhere_is_not_known():
    assert listening_process("https://api.example/v1") is None
    assert cpu_seconds(None) is None
    assert cpu_seconds(2**30) is None


@pytest.mark.parametrize("step", ["planning", "reading"])
def test_a_failed_round_is_no_report_and_says_why(engine: Engine, server: FakeOpenAI, step):
    server.otherwise = instead(step, Refuses(401))
    outcome = research_and_write(engine, TOPIC)

    assert "refuses the key" in outcome.problem
    assert (outcome.sentences, outcome.findings) == (0, 0)
    assert not next(iter(engine.runs())).active


def test_a_failed_writing_is_no_report_and_says_why(engine: Engine, server: FakeOpenAI):
    server.otherwise = instead("writing", Says("No."), Says("No."))
    outcome = research_and_write(engine, TOPIC)

    assert "not in the form" in outcome.problem
    assert outcome.findings


def test_a_round_that_finds_nothing_is_no_report(engine: Engine, server: FakeOpenAI):
    server.otherwise = instead("reading", Says('{"answers": []}'))

    assert "Nothing in 19 documents answers" in research_and_write(engine, TOPIC).problem


def test_a_run_that_takes_too_long_is_given_up(engine: Engine, server: FakeOpenAI):
    server.otherwise = instead("planning", Says("one two three four " * 99, pause=0.1))

    assert "more than 1 seconds" in research_and_write(engine, TOPIC, longest=1).problem


@pytest.mark.usefixtures("unset")
def test_an_interrupted_run_goes_on_with_the_topics_that_are_left(
    server: FakeOpenAI, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lines = tmp_path / "lines.jsonl"
    lines.write_text(Outcome(topic=TOPICS[0], problem="It failed.").model_dump_json() + "\n", "utf-8")

    main(["--base", server.base, "--topics", "2", "--lines", str(lines), "--resume"])

    assert [outcome.topic for outcome in read_lines(lines)] == [*TOPICS[:2]]
    printed = capsys.readouterr().out
    assert f"2. {TOPICS[1]}" in printed
    assert "reports: 1 of 2  goal MISSED" in printed


def test_the_topics_are_twenty():
    assert len(set(TOPICS)) == 20


def test_the_summary_holds_the_figures_against_the_goals():
    steps = {"planning": StepFigures(seconds=200, cpu_seconds=60), "reading": StepFigures(seconds=300, cpu_seconds=100)}
    outcome = Outcome(topic="a", reworded=8, verbatim=1, no_source=["one"], steps=steps, seconds=600)

    lines = "\n".join(summary([outcome]))

    assert "reports: 1 of 1  goal kept" in lines
    assert "no source: 1, 10.0%  goal kept" in lines
    assert "round of research: 500 s  goal MISSED" in lines
    assert "on a quiet machine: 80 s  goal kept" in lines
