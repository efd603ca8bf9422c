"""Durable workflow runs: start, follow, answer and cancel them. No user interface."""

from hitl.engine.errors import (
    EngineClosed,
    EngineError,
    FileUnusable,
    InvalidAnswer,
    InvalidDraft,
    InvalidInputs,
    NoResult,
    QuestionNotFound,
    RunBlocked,
    RunCancelled,
    RunFailed,
    RunNotFound,
    StoreInUse,
    StoreUnusable,
    WorkflowChanged,
    WorkflowUnusable,
)
from hitl.engine.hooks import Hooks
from hitl.engine.opening import open_engine, reserved_folder
from hitl.engine.records import Answer, Draft, EventRecord, Failure, Question, Receipt, RunRecord, Status
from hitl.engine.run import Engine, Run

__all__ = [
    "Answer",
    "Draft",
    "Engine",
    "EngineClosed",
    "EngineError",
    "EventRecord",
    "Failure",
    "FileUnusable",
    "Hooks",
    "InvalidAnswer",
    "InvalidDraft",
    "InvalidInputs",
    "NoResult",
    "Question",
    "QuestionNotFound",
    "Receipt",
    "Run",
    "RunBlocked",
    "RunCancelled",
    "RunFailed",
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
