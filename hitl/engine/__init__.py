"""Durable workflow runs: start, follow, answer and cancel them. No user interface."""

from hitl.engine.errors import (
    EngineError,
    InvalidAnswer,
    InvalidDraft,
    InvalidInputs,
    QuestionNotFound,
    RunBlocked,
    RunNotFound,
    StoreInUse,
    StoreUnusable,
    WorkflowChanged,
    WorkflowUnusable,
)
from hitl.engine.opening import open_engine, reserved_folder
from hitl.engine.records import Answer, Draft, EventRecord, Failure, Question, Receipt, RunRecord, Status
from hitl.engine.run import Engine, Run

__all__ = [
    "Answer",
    "Draft",
    "Engine",
    "EngineError",
    "EventRecord",
    "Failure",
    "InvalidAnswer",
    "InvalidDraft",
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
    "reserved_folder",
]
