"""Errors of starting, finding and answering runs."""

from __future__ import annotations


class EngineError(Exception):
    """Base class of the engine's errors; each message says what happened and what to do."""


class EngineClosed(EngineError):
    """The engine was closed, or the call came from its own loop thread."""


class WorkflowUnusable(EngineError):
    """A workflow is not registered, cannot be imported, or cannot resume a run."""


class WorkflowChanged(WorkflowUnusable):
    """A workflow has different steps or events than those recorded with the run."""


class RunBlocked(EngineError):
    """A run that has not ended cannot be resumed here; the message says why. It accepts no answer until it can."""


class InvalidInputs(EngineError):
    """The inputs do not fit the workflow's start event; `problems` has a message by field name."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in problems.items()))


class RunNotFound(EngineError):
    """No run has this id: it was never started here, or it was deleted."""


class InvalidAnswer(EngineError):
    """An answer or a signal does not fit its event class, or that class is unknown.

    `problems` has a message by field name; it is empty if the fields are not the reason.
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


class WaitersClash(EngineError):
    """Two waiters of a run match the same answers, so one answer would resolve both."""

    def __init__(self, awaited: str) -> None:
        super().__init__(
            f"Two calls of ctx.wait_for_event wait for {awaited} at the same time, and nothing tells their answers "
            "apart: an answer to one would be taken for the other. Give each its own `requirements`, or ask one after "
            "the other."
        )
