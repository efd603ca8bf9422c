"""Errors of starting, finding and answering runs."""

from __future__ import annotations

from collections.abc import Mapping

from hitl.engine.records import Failure


def problems_in_words(problems: Mapping[str, str]) -> str:
    """Problems by field as one message; one of the event as a whole, which has an empty name, is the message alone."""
    return "; ".join(f"{field}: {problem}" if field else problem for field, problem in problems.items())


class EngineError(Exception):
    """Base class of the engine's errors; each message says what happened and what to do."""


class EngineClosed(EngineError):
    """The engine was closed, or the call came from its own loop thread."""


class LoopBlocked(EngineError):
    """So many steps block that nothing else goes on; what was recorded is carried out once one of them yields."""


class WorkflowUnusable(EngineError):
    """A workflow is not registered, cannot be imported, or cannot resume a run."""


class WorkflowChanged(WorkflowUnusable):
    """A workflow has different steps or events than those recorded with the run."""


class RunBlocked(EngineError):
    """A run that has not ended cannot be resumed here; the message says why. It accepts no answer until it can."""


class NoResult(EngineError):
    """A run has ended without a result."""


class RunFailed(NoResult):
    """A run has failed; `failure` says where and why."""

    def __init__(self, run_id: str, failure: Failure) -> None:
        self.failure = failure
        where = f" in its step “{failure.step}”" if failure.step else ""
        super().__init__(f"Run {run_id} has failed{where}: {failure.type}: {failure.message}")


class RunCancelled(NoResult):
    """A run was cancelled."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"Run {run_id} was cancelled, so it has no result.")


class InvalidInputs(EngineError):
    """The inputs do not fit the workflow's start event.

    `problems` has a message by field name; under an empty name for the event as a whole.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(problems_in_words(problems))


class RunNotFound(EngineError):
    """No run has this id: it was never started here, or it was deleted."""


class InvalidAnswer(EngineError):
    """An answer or a signal does not fit its event class, or that class is unknown.

    `problems` has a message by field name, under an empty name for the event as a whole; it is empty if the fields are
    not the reason.
    """

    def __init__(self, message: str, problems: dict[str, str] | None = None) -> None:
        self.problems = problems or {}
        super().__init__(message)


class InvalidDraft(EngineError):
    """A draft is too long to be kept, or has values that JSON does not have."""


class QuestionNotFound(EngineError):
    """The run never asked a question with this id, or was deleted."""


class StoreUnusable(EngineError):
    """The database cannot be opened, read or written."""


class StoreInUse(EngineError):
    """Another process runs the workflows of this folder."""


class NotStorable(EngineError, ValueError):
    """A value cannot be stored so that it comes back as it was; the message says where it is and what to do.

    Args:
        kind: Name of the value's type.
        why: Why it does not come back.
        advice: What to do instead, a sentence.
    """

    def __init__(self, kind: str, why: str, advice: str) -> None:
        self.kind, self.why, self.advice = kind, why, advice
        self.place: list[str] = []
        """The field or key that holds it, then the place in that, from the outside in."""
        self.holder = ""
        """What it is in: the name of an event's class; empty for the state."""
        self.step: str | None = None
        """Name of the step that gave it, if it is known."""
        super().__init__()

    def inside(self, key: object) -> NotStorable:
        """The same error, one level further out: the value is in what `key` names."""
        if key != "_data":  # where the library keeps the dynamic fields of an event
            self.place.insert(0, str(key).removeprefix("_"))
        return self

    def __str__(self) -> str:
        where = self.holder or "the state"
        if self.place:
            where = f"“{'.'.join(self.place)}” {'of' if self.holder else 'in'} {where}"
        begin = f"After the step “{self.step}”, {where}" if self.step else where[0].upper() + where[1:]
        return f"{begin} has a value of type {self.kind}, {self.why}. {self.advice}"


class FileUnusable(EngineError):
    """A file cannot be kept for a run: it is too large, is not there, or cannot be read or stored."""
