"""What steps give comes back after a rest on disk and a new engine, or fails its run at once, in a sentence."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from hitl.engine import Engine, Run, open_engine
from hitl.settings import Settings
from tests.conftest import until
from tests.engine import stored_flows
from tests.engine.stored_flows import RESULTS, image

FLOWS = {"nan": "NotANumber", "all": "KeepsAll", "typed": "Typed", "loses": "Loses", "results": "Results"}


@contextmanager
def opened(rest_seconds: float = 60.0) -> Iterator[Engine]:
    workflows = {name: f"{stored_flows.__name__}:{cls}" for name, cls in FLOWS.items()}
    with closing(open_engine(Settings(workflows=workflows, rest_seconds=rest_seconds))) as engine:
        yield engine


def ended(run: Run) -> str:
    until(lambda: run.status in ("completed", "failed"))
    return run.status


def answered_after_a_restart(name: str, body: dict[str, Any], **inputs: Any) -> Any:
    """The result of a run that asks once, answered once another engine has taken it up from the file."""
    with opened() as engine:
        run = engine.start(name, **inputs)
        until(lambda: run.question)
        until(lambda: not run.active)
    with opened() as engine:
        run = engine.attach(run.id)
        assert run.question, run.blocked_reason
        run.answer(run.question.id, body, by="ana")
        assert ended(run) == "completed", run.error
        return run.result


def test_numbers_that_json_does_not_have_come_back_everywhere():
    result = answered_after_a_restart("nan", {"score": float("inf")}, number=float("nan"))

    assert math.isnan(result["given"])
    assert (result["answered"], result["kept"]) == (float("inf"), float("-inf"))
    with opened() as engine:
        (record,) = engine.runs()
        run = engine.attach(record.id)
        assert math.isnan(record.inputs["number"])
        question = run.asked(run.answers[0].question_id)
        assert math.isnan(question.body["confidence"])
        assert run.answers[0].body["score"] == float("inf")
        assert engine.runs(search="nothing") == []  # SQLite reads what is stored, as JSON


def test_every_value_of_an_event_and_of_the_state_comes_back_after_a_restart():
    assert answered_after_a_restart("all", {}) == {"result": [[], []]}


def test_a_state_of_the_authors_class_comes_back_with_what_each_step_has_changed():
    assert answered_after_a_restart("typed", {}) == {"result": True}


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("event", "After the step “load”, “load.tables.0” of Carries has a value of type Table"),
        ("sent event", "After the step “load”, “load” of Carries has a value of type Table"),
        ("question", "After the step “load”, “note” of Ask has a value of type Table"),
        ("state", "After the step “load”, “loaded.first” in the state has a value of type Table"),
        ("result", "After the step “load”, “result.tables.0” of StopEvent has a value of type Table"),
        (
            "large picture",
            "After the step “load”, “result” of StopEvent has a value of type picture, which is too large",
        ),
    ],
)
def test_a_run_fails_at_once_by_what_it_could_not_bring_back(where: str, place: str):
    with opened() as engine:
        run = engine.start("loses", where=where)
        assert ended(run) == "failed"

        assert run.error
        assert run.error.message.startswith(place)
        assert (run.error.step, run.error.type) == ("load", "NotStorable")
        assert run.questions == []
        assert run.blocked_reason is None

        other = engine.start("results", kind="text")
        assert until(lambda: other.result) == {"result": "done"}


def test_what_is_in_the_state_only_within_a_step_fails_nothing():
    with opened() as engine:
        run = engine.start("loses", where="state for a moment")
        question = until(lambda: run.question)
        assert question
        run.answer(question.id, {}, by="ana")
        assert ended(run) == "completed"


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_is_stored_as_what_is_shown_of_it(kind: str):
    with opened() as engine:
        run = engine.start("results", kind=kind)
        assert ended(run) == "completed", run.error
        assert run.result == {"result": RESULTS[kind][1]}


def test_a_picture_of_pillow_is_stored_as_a_png():
    RESULTS["image"] = (image, None)
    with opened() as engine:
        run = engine.start("results", kind="image")
        assert ended(run) == "completed", run.error
        assert run.result
        assert base64.b64decode(run.result["result"]["$picture"]["base64"]).startswith(b"\x89PNG")


def test_a_run_that_rests_on_disk_keeps_its_values_too():
    with opened(rest_seconds=0.1) as engine:
        run = engine.start("all")
        question = until(lambda: run.question)
        assert question
        until(lambda: not engine.in_memory())
        run.answer(question.id, {}, by="ana")
        assert ended(run) == "completed"
        assert run.result == {"result": [[], []]}
