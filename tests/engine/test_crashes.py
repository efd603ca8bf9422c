"""The owner of the runs is killed, by SIGKILL: at random moments, and at moments of our choice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from hitl.engine import Engine, RunNotFound, open_engine
from tests.conftest import until
from tests.engine.crashes import Orders, an_owner, crash, settings_of
from tests.engine.interviews import answer, asked, completed, interview, lines_of, questions_in

KILLS = 20
START_UP = 0.05
"""Seconds in which an owner opens the file and takes up its runs."""


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Of this process, which owns nothing."""
    engine = open_engine(settings_of(home), owner=False)
    yield engine
    engine.close()


def test_whatever_was_promised_is_kept_however_often_the_owner_is_killed(home: Path):
    seed = random.randrange(2**32)
    toll = crash(home, KILLS, seed)
    assert not any(toll.wrong.values()), f"seed {seed}: {toll.wrong}"
    assert toll.answers
    assert toll.started_again


def test_a_step_that_is_killed_at_work_runs_again_and_the_log_says_so(home: Path, engine: Engine):
    run = interview(engine, lines=200)
    with an_owner(Orders(home)):
        answer(run, "alone", "first")
        asked(run, "left")
        asked(run, "right")
        until(lambda: len(lines_of(run)) >= 3)
    before = run.events()

    with an_owner(Orders(home)):
        until(lambda: len(run.events()) > len(before) + 2)
        answer(run, "left", "second")
        answer(run, "right", "third")
        answer(run, "last", "fourth")
        until(partial(completed, run))

    after = run.events()
    assert after[: len(before)] == before
    again = [event.body["step"] for event in after if event.type == "StepRestarted"]
    assert again == ["work"]
    assert [line.body["n"] for line in lines_of(run)[-200:]] == list(range(200))
    assert run.result == {"result": ["first", "second", "third", "fourth"]}
    assert questions_in(run) == ["alone", "left", "right", "last"]


def test_what_is_recorded_while_there_is_no_owner_is_carried_out_by_the_next(home: Path, engine: Engine):
    answered, cancelled, deleted = interview(engine), interview(engine, lines=10_000), interview(engine, lines=10_000)
    with an_owner(Orders(home)):
        for run in (cancelled, deleted):
            answer(run, "alone", "go on")
            until(partial(lines_of, run))
        asked(answered, "alone")

    answer(answered, "alone", "first")
    assert cancelled.cancel()
    assert engine.delete(deleted.id)
    started = interview(engine)
    with an_owner(Orders(home)):
        asked(started, "alone")
        asked(answered, "left")
        asked(answered, "right")

    assert questions_in(answered) == ["alone", "left", "right"]
    assert cancelled.status == "cancelled"
    assert [event.kind for event in cancelled.events()].count("stop") == 1
    with pytest.raises(RunNotFound):
        _ = deleted.status


def test_answers_are_taken_once_though_owners_die_while_they_take_up_the_runs(home: Path, engine: Engine):
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    runs = [interview(engine, picky=picky) for picky in (False, True) * 4]
    topics = ["alone", "left", "right", "last"]
    with an_owner(Orders(home)):
        for topic in topics[:-1]:
            for run in runs:
                answer(run, topic, topic)
        for run in runs:
            asked(run, "last")
    for run in runs:
        answer(run, "last", "last")

    for _ in range(15):
        with an_owner(Orders(home)):
            time.sleep(chance.uniform(0, START_UP))

    with an_owner(Orders(home)):
        for run in runs:
            until(partial(completed, run))
    for run in runs:
        assert run.result == {"result": topics}, f"seed {seed}"
        assert questions_in(run) == topics, f"seed {seed}"
