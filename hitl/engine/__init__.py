"""Running workflows: start, watch, answer, cancel; everything durable, nothing drawn."""

from hitl.engine.errors import (
    EngineError,
    InvalidAnswer,
    InvalidInputs,
    QuestionNotFound,
    RunBlocked,
    RunNotFound,
    StoreInUse,
    StoreUnusable,
    WorkflowChanged,
    WorkflowUnusable,
)
from hitl.engine.opening import open_engine
from hitl.engine.records import Answer, EventRecord, Failure, Question, Receipt, RunRecord, Status
from hitl.engine.run import Engine, Run

__all__ = [
    "Answer",
    "Engine",
    "EngineError",
    "EventRecord",
    "Failure",
    "InvalidAnswer",
    "InvalidInputs",
    "Question",
    "QuestionNotFound",
    "Receipt",
    "Run",
    "RunBlocked",
    "RunNotFound",
    "RunRecord",
    "Status",
    "StoreInUse",
    "StoreUnusable",
    "WorkflowChanged",
    "WorkflowUnusable",
    "open_engine",
]
