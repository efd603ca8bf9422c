"""Testing a workflow without a page: run it until it asks, answer as a human would, check the result.

    from hitl.testing import answer, run_until_question

    def test_a_dinner_is_paid_once_it_is_approved():
        run = run_until_question(ExpenseFlow, purpose="Dinner", amount=120)
        assert run.question.amount == 120
        assert answer(run, approved=True).result["paid"] == 120

The real engine runs it, in a temporary folder. Answers are checked, stored and delivered as for a page. Between a
question and its answer the run is released, and resumed from its file as after a restart: a workflow that would lose
data there loses it in its test. The engine is closed before a call returns, so that nothing is left running. Hooks
(`hitl.on_question` and its like) are not called.

In async code `running` does the same without holding up the event loop.
"""

from __future__ import annotations

import asyncio
import threading
import time
import warnings
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from workflows import Workflow
from workflows.events import Event

from hitl.engine import Engine, EventRecord, Hooks, InvalidAnswer, InvalidInputs, Run, open_engine
from hitl.engine import Question as StoredQuestion
from hitl.engine.descriptions import describe
from hitl.engine.upstream import unlocked_copy
from hitl.forms.fields import Field, fields_of
from hitl.forms.values import limits_of
from hitl.settings import load_settings

__all__ = [
    "AsyncRunSoFar",
    "InvalidAnswer",
    "InvalidInputs",
    "NotAsExpected",
    "Question",
    "RunSoFar",
    "answer",
    "run_to_end",
    "run_until_question",
    "running",
]

_FORMER_NAMES = {"Asked": "Question", "Case": "WorkflowUnderTest"}

TIMEOUT = 10.0
"""Seconds that a workflow may work until it asks or ends."""
GLANCE = 0.1
"""Seconds between two looks whether an awaited call was cancelled."""
NOTHING: Mapping[str, Any] = MappingProxyType({})


def __getattr__(name: str) -> Any:
    if name not in _FORMER_NAMES:
        raise AttributeError(f"hitl.testing has no {name}; it has {', '.join(__all__)}")
    now = _FORMER_NAMES[name]
    warnings.warn(f"hitl.testing.{name} is called {now} now.", DeprecationWarning, stacklevel=2)
    return globals()[now]


class NotAsExpected(AssertionError):
    """A run did something else than its test expects; the message says what."""


@dataclass(frozen=True, repr=False)
class Question:
    """An open question. The fields of its event are attributes, as JSON values: `asked.amount`."""

    record: StoredQuestion

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "record":  # `copy` looks these up before the record is set
            raise AttributeError(name)
        if name not in self.record.body:
            raise AttributeError(f"{self.record.type} has no field {name}. It has: {', '.join(self.record.body)}.")
        return self.record.body[name]

    def __repr__(self) -> str:
        return f"{self.record.type}({', '.join(f'{name}={value!r}' for name, value in self.record.body.items())})"


@dataclass(frozen=True)
class WorkflowUnderTest:
    """The workflow under test, and the stored files of its run."""

    name: str
    """Name of the workflow in error messages."""
    source: object
    """What the engine loads it from; see `run_until_question`."""
    stored: Mapping[Path, bytes] = field(default_factory=dict, repr=False)
    """The files of its run, by their paths relative to the engine's folder."""


@dataclass(frozen=True)
class RunSoFar:
    """A run that waits for answers, or has ended. It is immutable: `answer` returns a new one."""

    case: WorkflowUnderTest = field(repr=False)
    id: str = field(repr=False)
    questions: Sequence[Question]
    """The open questions, oldest first; empty once it has ended."""
    events: Sequence[EventRecord] = field(repr=False)
    """All events so far: its start, progress, questions and answers, and its end."""
    outcome: Mapping[str, Any] | None
    """The fields of the event that it ended with; None while it waits."""

    @property
    def question(self) -> Question:
        """The one question that is open.

        Raises:
            NotAsExpected: If none or several are open.
        """
        __tracebackhide__ = True
        if len(self.questions) == 1:
            return self.questions[0]
        if self.questions:
            raise NotAsExpected(f"{self.case.name} asks several things at once:{_in_lines(self.questions)}")
        raise NotAsExpected(f"{self.case.name} asks nothing more. It has ended with {self.result!r}.")

    @property
    def result(self) -> Any:
        """The result, as JSON values: `result` of a plain `StopEvent(result=…)`, the fields of any other stop event.

        Raises:
            NotAsExpected: If it has not ended.
        """
        __tracebackhide__ = True
        if self.outcome is None:
            raise NotAsExpected(f"{self.case.name} has no result yet. It asks:{_in_lines(self.questions)}")
        return self.outcome.get("result") if self.outcome.keys() <= {"result"} else self.outcome


@dataclass(frozen=True, repr=False)
class AsyncRunSoFar(RunSoFar):
    """A `RunSoFar` that is answered without holding up the event loop. Get one from `running`."""

    _work: BackgroundWork = field(repr=False, compare=False)

    async def answer(
        self,
        body: Mapping[str, Any] = NOTHING,
        /,
        *,
        question: Question | type[Event] | str | None = None,
        timeout: float = TIMEOUT,
        **fields: Any,
    ) -> AsyncRunSoFar:
        """Answer a question; the arguments, the returned run and the errors are those of `answer`."""
        __tracebackhide__ = True
        given = {**body, **fields}
        return self._work.of(await self._work.do(lambda stop: _answered(self, given, question, timeout, stop)))


class BackgroundWork:
    """What is done on threads for one block of `running`; each stops when whoever awaits it is cancelled."""

    def __init__(self) -> None:
        self._at_work: dict[asyncio.Task[RunSoFar], threading.Event] = {}

    def of(self, run: RunSoFar) -> AsyncRunSoFar:
        return AsyncRunSoFar(run.case, run.id, run.questions, run.events, run.outcome, self)

    async def do(self, deed: Callable[[threading.Event], RunSoFar]) -> RunSoFar:
        """What `deed` returns on a thread. It gets an event that is set when it is to stop."""
        __tracebackhide__ = True
        stop = threading.Event()
        working = asyncio.create_task(asyncio.to_thread(deed, stop))
        self._at_work[working] = stop
        working.add_done_callback(self._forget)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait({working})
            raise

    def _forget(self, working: asyncio.Task[RunSoFar]) -> None:
        del self._at_work[working]
        if not working.cancelled():
            working.exception()  # or asyncio logs that nobody has seen it, when whoever awaits it was cancelled

    async def end(self) -> None:
        """Stop what is still at work, and wait for it."""
        for stop in self._at_work.values():
            stop.set()
        if self._at_work:
            await asyncio.wait(list(self._at_work))


@asynccontextmanager
async def running(
    workflow: object, inputs: Mapping[str, Any] = NOTHING, /, *, timeout: float = TIMEOUT, **fields: Any
) -> AsyncGenerator[AsyncRunSoFar, None]:
    """Run a workflow in an async test until it waits for a human or has ended; the event loop goes on meanwhile.

        async def test_a_dinner_is_paid_once_it_is_approved():
            async with running(ExpenseFlow, purpose="Dinner", amount=120) as run:
                assert run.question.amount == 120
                assert (await run.answer(approved=True)).result["paid"] == 120

    `run.question` raises if it has ended, `run.result` if it asks. When the block ends, nothing of it is left running,
    also when the test is cancelled.

    Args:
        workflow: See `run_until_question`.
        inputs: See `run_until_question`.
        timeout: Maximum seconds that it may work.
        fields: The fields of its start event.

    Raises:
        NotAsExpected: If it fails, cannot continue, or needs longer.
        InvalidInputs: If the fields do not fit its start event; a note says what it takes.
        WorkflowUnusable: If it cannot be loaded.
    """
    __tracebackhide__ = True
    work = BackgroundWork()
    try:
        yield work.of(await work.do(lambda stop: _start(workflow, {**inputs, **fields}, timeout, stop)))
    finally:
        await work.end()


def run_until_question(
    workflow: object, inputs: Mapping[str, Any] = NOTHING, /, *, timeout: float = TIMEOUT, **fields: Any
) -> RunSoFar:
    """Run a workflow until it waits for a human and has nothing else to do.

        run = run_until_question(ExpenseFlow, purpose="Dinner", amount=120)

    Args:
        workflow: A class, a function that makes an instance, an instance, or an import path. An instance that is
            made here gets `timeout=None`, as on a page.
        inputs: Fields of its start event as a mapping, for an event with a field called `timeout`.
        timeout: Maximum seconds that it may work.
        fields: The fields of its start event.

    Raises:
        NotAsExpected: If it ends without a question, fails, cannot continue, or needs longer.
        InvalidInputs: If the fields do not fit its start event; a note says what it takes.
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
    """Run a workflow to its end without questions; the arguments and errors are those of `run_until_question`.

        assert run_to_end(ExpenseFlow, purpose="Stamps", amount=5).result["paid"] == 5

    Raises:
        NotAsExpected: If it asks something, fails, cannot continue, or needs longer.
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
    question: Question | type[Event] | str | None = None,
    timeout: float = TIMEOUT,
    **fields: Any,
) -> RunSoFar:
    """Answer a question, and run the workflow until the next question or the end.

        assert answer(run, approved=True).result["paid"] == 120
        assert answer(run, approved=False).result["paid"] == 0

    Args:
        run: The run to answer. It is not changed, so it can be answered again in another way.
        body: Fields of the answer as a mapping, for an answer with a field called `question` or `timeout`.
        question: Which question: one of `run.questions`, the class of its event, the name of that class, or the
            question's id. Not needed if only one is open.
        timeout: Maximum seconds that the workflow may work.
        fields: The fields of the answer.

    Returns:
        The run after the answer.

    Raises:
        NotAsExpected: If it does not ask that, fails, cannot continue, or needs longer.
        InvalidAnswer: If the fields do not fit the answer; a note says what it takes.
    """
    __tracebackhide__ = True
    return _answered(run, {**body, **fields}, question, timeout)


def _answered(
    run: RunSoFar,
    given: Mapping[str, Any],
    question: Question | type[Event] | str | None,
    timeout: float,
    stop: threading.Event | None = None,
) -> RunSoFar:
    __tracebackhide__ = True
    asked = _chosen(run, question)

    def send(engine: Engine) -> Run:
        found = engine.attach(run.id)
        found.answer(asked.record.id, dict(given), by="a test")
        return found

    try:
        return _carried_out(run.case, send, timeout, stop)
    except InvalidAnswer as error:
        error.add_note(_what_it_takes(asked.record.answer_schema, but=asked.record.requirements))
        raise error.with_traceback(None) from None


def _start(workflow: object, inputs: dict[str, Any], timeout: float, stop: threading.Event | None = None) -> RunSoFar:
    __tracebackhide__ = True
    name = workflow.rpartition(":")[2] if isinstance(workflow, str) else getattr(workflow, "__name__", "")
    source = (lambda: unlocked_copy(workflow)) if isinstance(workflow, Workflow) else workflow
    case = WorkflowUnderTest(name or type(workflow).__name__, source)

    def begin(engine: Engine) -> Run:
        try:
            return engine.start(case.name, **inputs)
        except InvalidInputs as error:
            error.add_note(_what_it_takes(engine.start_schema(case.name)))
            raise

    try:
        return _carried_out(case, begin, timeout, stop)
    except InvalidInputs as error:
        raise error.with_traceback(None) from None  # the engine's frames do not help the reader of a test


def _carried_out(
    case: WorkflowUnderTest, deed: Callable[[Engine], Run], timeout: float, stop: threading.Event | None
) -> RunSoFar:
    """Open an engine on the stored files of a case, apply `deed`, and wait until the run is idle or has ended."""
    __tracebackhide__ = True
    with TemporaryDirectory(prefix="hitl-test-") as folder:
        home = Path(folder)
        for path, content in case.stored.items():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            (home / path).write_bytes(content)
        settings = load_settings().model_copy(update={"home": home, "workflows": {}})
        with closing(open_engine(settings, workflows={case.name: case.source}, hooks=Hooks())) as engine:
            run = deed(engine)
            _wait_for_rest(run, case.name, timeout, stop)
            asked, events, outcome = [Question(question) for question in run.questions], run.events(), run.result
        stored = {path.relative_to(home): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    return RunSoFar(WorkflowUnderTest(case.name, case.source, stored), run.id, asked, events, outcome)


def _wait_for_rest(run: Run, name: str, timeout: float, stop: threading.Event | None) -> None:
    """Wait until a run has ended or waits for a human.

    Raises:
        NotAsExpected: If it does neither within `timeout` seconds, fails, cannot continue, or `stop` is set before.
    """
    __tracebackhide__ = True
    deadline, seen = time.monotonic() + timeout, 0
    while run.active:
        if stop and stop.is_set():
            raise NotAsExpected(f"{name} was still at work when its test was over.")
        left = deadline - time.monotonic()
        if left <= 0:
            last = describe(run.events()[-1])
            raise NotAsExpected(f"{name} is still at work after {timeout:g} s. Its last event: {last}.")
        seen = max([seen, *(event.seq for event in run.wait(seen, min(left, GLANCE) if stop else left))])
    if error := run.error:
        where = f" in its step “{error.step}”" if error.step else ""
        raise NotAsExpected(f"{name} has failed{where}: {error.type}: {error.message}")
    if reason := run.blocked_reason:
        raise NotAsExpected(f"{name} cannot go on: {reason}")
    if run.result is None and not run.questions:
        raise NotAsExpected(f"{name} stands still: no step is at work, it asks nothing, and it has not ended.")


def _chosen(run: RunSoFar, question: Question | type[Event] | str | None) -> Question:
    __tracebackhide__ = True
    if question is None:
        return run.question
    name = question.__name__ if isinstance(question, type) else question
    found = [asked for asked in run.questions if asked == name or name in (asked.record.type, asked.record.id)]
    if len(found) == 1:
        return found[0]
    problem = f"asks {name} {len(found)} times: give the one of run.questions" if found else f"does not ask {name}"
    raise NotAsExpected(f"{run.case.name} {problem}. It asks:{_in_lines(run.questions) or ' nothing more.'}")


def _in_lines(questions: Sequence[Question]) -> str:
    return "".join(f"\n  {asked}" for asked in questions)


def _what_it_takes(schema: Mapping[str, Any], but: Mapping[str, Any] = NOTHING) -> str:
    """The fields of an event in words, except those in `but`, which are filled in."""
    fields = [_in_words(field) for field in fields_of(schema) if field.name not in but]
    return f"{schema['title']} takes: {'; '.join(fields) or 'any fields'}." if "title" in schema else ""


def _in_words(field: Field) -> str:
    choices = f"one of {', '.join(repr(choice.value) for choice in field.choices)}" if field.choices else ""
    inside = field.fields or (field.item.fields if field.item else ())
    kind = f"{field.kind} of {', '.join(inner.name for inner in inside)}" if inside else field.kind
    about = [choices or kind, limits_of(field), "" if field.required else "optional"]
    return f"{field.name} ({', '.join(filter(None, about))})"
