"""Calling `hitl` as a user does, and reading what it says."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from hitl.cli import main
from hitl.engine import Question, Run
from tests.conftest import until


def hitl(*arguments: str, typed: str = "") -> Result:
    """Call a command; whatever it meets, it ends with an exit code and never with a traceback."""
    result = CliRunner().invoke(main, arguments, input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def done(*arguments: str, typed: str = "") -> str:
    """What a command that succeeds prints."""
    result = hitl(*arguments, typed=typed)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def refused(*arguments: str, code: int = 1) -> str:
    """What a command that fails says on standard error."""
    result = hitl(*arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    return result.stderr


def read(*arguments: str) -> Any:
    """The JSON that a command prints."""
    return json.loads(done(*arguments, "--json"))


def asked(run: Run, kind: str = "") -> Question:
    """The question that a run comes to, once the run rests; with `kind`, one whose class has this name."""
    until(lambda: run.question and kind in run.question.type and not run.active)
    question = run.question
    assert question
    return question


def asked_after(run: Run, before: Question) -> Question:
    """The next question, once the run rests."""
    until(lambda: run.question and run.question.id != before.id and not run.active)
    question = run.question
    assert question
    return question
