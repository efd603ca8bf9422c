"""Testing a workflow without a page: run it until it asks, answer as a human would, look at what comes of it.

    from hitl.testing import answer, run_until_question

    def test_a_dinner_is_paid_once_it_is_approved():
        run = run_until_question(ExpenseFlow, purpose="Dinner", amount=120)
        assert run.question.amount == 120
        assert answer(run, approved=True).result["paid"] == 120

The real engine runs it, in a folder of its own. Answers are checked, stored and delivered as they are for a page, and
between a question and its answer the run is not in memory but taken up from its file, as after a restart: what a
workflow would lose there, it loses in its test. The engine is closed before a call returns, so that nothing is left.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from workflows import Workflow
from workflows.events import Event

from hitl.engine import Engine, EventRecord, InvalidAnswer, InvalidInputs, Question, Run, open_engine
from hitl.engine.descriptions import describe
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import limits_of
from hitl.settings import load_settings

__all__ = [
    "Asked",
    "InvalidAnswer",
    "InvalidInputs",
    "NotAsExpected",
    "RunSoFar",
    "answer",
    "run_to_end",
    "run_until_question",
]

TIMEOUT = 10.0
"""Seconds that a workflow may work until it asks or ends."""
NOTHING: Mapping[str, Any] = MappingProxyType({})


class NotAsExpected(AssertionError):
    """A run came to something else than its test expects; the message says to what."""


@dataclass(frozen=True, repr=False)
class Asked:
    """An open question. The fields of its event are attributes, as JSON values: `asked.amount`."""

    record: Question

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "record":  # what copying asks for before there is a record
            raise AttributeError(name)
        if name not in self.record.body:
            raise AttributeError(f"{self.record.type} has no field {name}. It has: {', '.join(self.record.body)}.")
        return self.record.body[name]

    def __repr__(self) -> str:
        return f"{self.record.type}({', '.join(f'{name}={value!r}' for name, value in self.record.body.items())})"


@dataclass(frozen=True)
class Case:
    """What is tested."""

    name: str
    """What errors call the workflow."""
    source: object
    """Where the engine gets it from."""
    stored: Mapping[Path, bytes] = field(default_factory=dict, repr=False)
    """The files of its run, by their places in the folder of the engine."""


@dataclass(frozen=True)
class RunSoFar:
    """A run that waits for answers, or has ended. It stays as it is when it is answered: see `answer`."""

    case: Case = field(repr=False)
    id: str = field(repr=False)
    questions: Sequence[Asked]
    """The open questions, the oldest first; empty once it has ended."""
    events: Sequence[EventRecord] = field(repr=False)
    """All that has happened: its start, progress, questions and answers, and its end."""
    outcome: Mapping[str, Any] | None
    """The fields of the event that it ended with; None while it waits."""

    @property
    def question(self) -> Asked:
        """The one question that is open.

        Raises:
            NotAsExpected: If none or several are.
        """
        __tracebackhide__ = True
        if len(self.questions) == 1:
            return self.questions[0]
        if self.questions:
            raise NotAsExpected(f"{self.case.name} asks several things at once:{_in_lines(self.questions)}")
        raise NotAsExpected(f"{self.case.name} asks nothing more. It has ended with {self.result!r}.")

    @property
    def result(self) -> Any:
        """What it ended with, as JSON values: that of a `StopEvent(result=…)`, the fields of any other.

        Raises:
            NotAsExpected: If it has not ended.
        """
        __tracebackhide__ = True
        if self.outcome is None:
            raise NotAsExpected(f"{self.case.name} has no result yet. It asks:{_in_lines(self.questions)}")
        return self.outcome.get("result") if self.outcome.keys() <= {"result"} else self.outcome


def run_until_question(
    workflow: object, inputs: Mapping[str, Any] = NOTHING, /, *, timeout: float = TIMEOUT, **fields: Any
) -> RunSoFar:
    """Run a workflow until it waits for a human and has nothing else to do.

        run = run_until_question(ExpenseFlow, purpose="Dinner", amount=120)

    Args:
        workflow: A class, a function that makes an instance, an instance, or an import path. One that is made here
            gets `timeout=None`, as on a page.
        inputs: Fields of its start event, if one is called `timeout`.
        timeout: Seconds that it may work.
        fields: The fields of its start event.

    Raises:
        NotAsExpected: If it ends without a question, fails, or needs longer.
        InvalidInputs: If the fields do not fit its start event.
        WorkflowUnusable: If it cannot be loaded.
    """
    __tracebackhide__ = True
    run = _start(workflow, {**inputs, **fields}, timeout)
    if not run.questions:
        raise NotAsExpected(f"{run.case.name} has ended without a question, with {run.result!r}.")
    return run


def run_to_end(
    workflow: object, inputs: Mapping[str, Any] = NOTHING, /, *, timeout: float = TIMEOUT, **fields: Any
) -> RunSoFar:
    """Run a workflow that has nothing to ask; the arguments and errors are those of `run_until_question`.

        assert run_to_end(ExpenseFlow, purpose="Stamps", amount=5).result["paid"] == 5

    Raises:
        NotAsExpected: If it asks something, fails, or needs longer.
    """
    __tracebackhide__ = True
    run = _start(workflow, {**inputs, **fields}, timeout)
    if run.questions:
        raise NotAsExpected(f"{run.case.name} does not end. It asks:{_in_lines(run.questions)}")
    return run


def answer(
    run: RunSoFar,
    body: Mapping[str, Any] = NOTHING,
    /,
    *,
    question: Asked | type[Event] | str | None = None,
    timeout: float = TIMEOUT,
    **fields: Any,
) -> RunSoFar:
    """Answer a question, and run on until the next one or the end.

        assert answer(run, approved=True).result["paid"] == 120
        assert answer(run, approved=False).result["paid"] == 0

    Args:
        run: Stays as it was: it can be answered once more, in another way.
        body: Fields of the answer, if one is called `question` or `timeout`.
        question: Which: one of `run.questions`, the class of its event, or its name. The only one needs no naming.
        timeout: Seconds that the workflow may work.
        fields: The fields of the answer.

    Returns:
        How far it has come then; `run` is not changed.

    Raises:
        NotAsExpected: If it does not ask that, or fails, or needs longer.
        InvalidAnswer: If the fields do not fit the answer; a note says what it takes.
    """
    __tracebackhide__ = True
    asked = _chosen(run, question)

    def send(engine: Engine) -> Run:
        found = engine.attach(run.id)
        found.answer(asked.record.id, {**body, **fields}, by="a test")
        return found

    try:
        return _carried_out(run.case, send, timeout)
    except InvalidAnswer as error:
        error.add_note(_what_it_takes(asked.record.answer_schema, but=asked.record.requirements))
        raise error.with_traceback(None) from None


def _start(workflow: object, inputs: dict[str, Any], timeout: float) -> RunSoFar:
    __tracebackhide__ = True
    name = workflow.rpartition(":")[2] if isinstance(workflow, str) else getattr(workflow, "__name__", "")
    source = (lambda: _copy_of(workflow)) if isinstance(workflow, Workflow) else workflow
    case = Case(name or type(workflow).__name__, source)

    def begin(engine: Engine) -> Run:
        try:
            return engine.start(case.name, **inputs)
        except InvalidInputs as error:
            error.add_note(_what_it_takes(engine.start_schema(case.name)))
            raise

    try:
        return _carried_out(case, begin, timeout)
    except InvalidInputs as error:
        raise error.with_traceback(None) from None  # the engine's own lines say nothing to whoever reads a test


def _copy_of(workflow: Workflow) -> Workflow:
    """An instance that can be run here: the library leaves one to whatever ran it first."""
    made = copy.copy(workflow)
    made._runtime_locked = False
    return made


def _carried_out(case: Case, deed: Callable[[Engine], Run], timeout: float) -> RunSoFar:
    """Take the run of a case up, do something with it, and see where it comes to rest."""
    __tracebackhide__ = True
    with TemporaryDirectory(prefix="hitl-test-") as folder:
        home = Path(folder)
        for path, content in case.stored.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_bytes(content)
        settings = load_settings().model_copy(update={"home": home, "workflows": {}})
        with closing(open_engine(settings, workflows={case.name: case.source})) as engine:
            run = deed(engine)
            _wait_for_rest(run, case.name, timeout)
            asked, events, outcome = [Asked(question) for question in run.questions], run.events(), run.result
        stored = {path.relative_to(home): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    return RunSoFar(Case(case.name, case.source, stored), run.id, asked, events, outcome)


def _wait_for_rest(run: Run, name: str, timeout: float) -> None:
    """Wait until a run has ended or waits for a human.

    Raises:
        NotAsExpected: If it comes to neither.
    """
    __tracebackhide__ = True
    deadline, seen = time.monotonic() + timeout, 0
    while run.active:
        left = deadline - time.monotonic()
        if left <= 0:
            last = describe(run.events()[-1])
            raise NotAsExpected(f"{name} is still at work after {timeout:g} s. Its last event: {last}.")
        seen = max([seen, *(event.seq for event in run.wait(seen, left))])
    if error := run.error:
        where = f" in its step “{error.step}”" if error.step else ""
        raise NotAsExpected(f"{name} has failed{where}: {error.type}: {error.message}")
    if reason := run.blocked_reason:
        raise NotAsExpected(f"{name} cannot go on: {reason}")
    if run.result is None and not run.questions:
        raise NotAsExpected(f"{name} stands still: no step is at work, it asks nothing, and it has not ended.")


def _chosen(run: RunSoFar, question: Asked | type[Event] | str | None) -> Asked:
    __tracebackhide__ = True
    if question is None:
        return run.question
    name = question.__name__ if isinstance(question, type) else question
    found = [asked for asked in run.questions if asked == name or name in (asked.record.type, asked.record.id)]
    if len(found) == 1:
        return found[0]
    problem = f"asks {name} {len(found)} times: give the one of run.questions" if found else f"does not ask {name}"
    raise NotAsExpected(f"{run.case.name} {problem}. It asks:{_in_lines(run.questions) or ' nothing more.'}")


def _in_lines(questions: Sequence[Asked]) -> str:
    return "".join(f"\n  {asked}" for asked in questions)


def _what_it_takes(schema: Mapping[str, Any], but: Mapping[str, Any] = NOTHING) -> str:
    """The fields of an event in words, but for those that are filled in."""
    fields = [_in_words(field) for field in fields_of(schema) if field.name not in but]
    return f"{schema['title']} takes: {'; '.join(fields) or 'any fields'}." if schema else ""


def _in_words(field: Field) -> str:
    choices = f"one of {', '.join(repr(choice.value) for choice in field.choices)}" if field.choices else ""
    about = [choices or field.kind, limits_of(field), "" if field.required else "optional"]
    return f"{field.name} ({', '.join(filter(None, about))})"
