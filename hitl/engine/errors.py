"""What can go wrong when runs are started, found and answered."""

from __future__ import annotations


class EngineError(Exception):
    """The family of the engine's errors; each message says what happened and what to do."""


class EngineClosed(EngineError):
    """The engine was closed, or its thread is the one that calls."""


class WorkflowUnusable(EngineError):
    """A workflow is not registered, cannot be imported, or cannot take up a run."""


class WorkflowChanged(WorkflowUnusable):
    """A workflow has other steps or other events than when the run was paused."""


class RunBlocked(EngineError):
    """A run that has not ended cannot go on here; the message says why. It takes no answer until it can."""


class InvalidInputs(EngineError):
    """The inputs do not fit the workflow's start event; `problems` says by field what is wrong."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{field}: {problem}" for field, problem in problems.items()))


class RunNotFound(EngineError):
    """No run has this id: it was never started here, or it was deleted."""


class InvalidAnswer(EngineError):
    """The answer does not fit the question's answer type, or nothing says which type that is.

    `problems` says by field what is wrong, when it is the fields that do not fit.
    """

    def __init__(self, message: str, problems: dict[str, str] | None = None) -> None:
        self.problems = problems or {}
        super().__init__(message)


class QuestionNotFound(EngineError):
    """The run never asked a question with this id."""


class StoreUnusable(EngineError):
    """The file of runs cannot be opened, read or written."""


class StoreInUse(EngineError):
    """Another process runs the workflows of this folder."""


class WaitersClash(EngineError):
    """Two waiters of a run wait for the same, so that an answer to one would settle the other."""

    def __init__(self, awaited: str) -> None:
        super().__init__(
            f"Two calls of ctx.wait_for_event wait for {awaited} at the same time, and nothing tells their answers "
            "apart: an answer to one would be taken for the other. Give each its own `requirements`, or ask one after "
            "the other."
        )
