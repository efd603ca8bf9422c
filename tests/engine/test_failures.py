"""What a log and a page say of a run that has failed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hitl.engine import Engine, Run, open_engine
from hitl.engine.descriptions import describe
from hitl.engine.failures import describe_failure, exception_in_words
from hitl.settings import Settings
from tests.conftest import until


@pytest.fixture
def engine() -> Iterator[Engine]:
    flows = {"trouble": "Troubles", "slow": "too_slow"}
    engine = open_engine(Settings(workflows={name: f"tests.engine.told_flows:{flow}" for name, flow in flows.items()}))
    yield engine
    engine.close()


def failed(run: Run) -> Run:
    until(lambda: run.status == "failed")
    return run


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("key", "KeyError: 'supplier'"),
        ("assert", "AssertionError"),
        ("figure", "LookupError: 404"),
        ("sentence", "The supplier does not answer."),
    ],
)
@pytest.mark.over_both
def test_a_failure_names_its_exception_unless_its_message_is_a_sentence(engine: Engine, kind: str, words: str):
    run = failed(engine.start("trouble", kind=kind))

    assert describe(run.events()[-1]) == f"Failed in “Go”: {words}"
    assert run.error
    assert describe_failure(run.error) == f"The step “Go” failed: {words}"


@pytest.mark.parametrize("kind", ["object", "stop field"])
@pytest.mark.over_both
def test_a_result_that_cannot_be_stored_ends_the_log(engine: Engine, kind: str):
    run = failed(engine.start("trouble", kind=kind))

    last = run.events()[-1]
    assert last.kind == "stop"
    assert describe(last).startswith("Failed in “Go”: After the step “go”, ")
    assert sum(event.kind == "stop" for event in run.events()) == 1


def test_a_run_that_took_too_long_says_so(engine: Engine):
    run = failed(engine.start("slow"))

    assert describe(run.events()[-1]) == "Timed out after 0.5 seconds in “Work”"


@pytest.mark.parametrize(
    ("type_", "message", "words"),
    [
        ("builtins.KeyError", "'supplier'", "KeyError: 'supplier'"),
        ("ValueError", "  ", "ValueError"),
        ("ValueError", "3.", "ValueError: 3."),
        ("OSError", "[Errno 28] No space left on device", "OSError: [Errno 28] No space left on device"),
        ("app.errors.Late", "It is too late now!", "It is too late now!"),
        ("", "no disk", "no disk"),
    ],
)
def test_an_exception_in_words(type_: str, message: str, words: str):
    assert exception_in_words(type_, message) == words
