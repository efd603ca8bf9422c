"""The report: a workflow that researches a topic, has a human review the findings, and writes.

Each name is loaded when it is first used (PEP 562): the command line shows what is stored of a report without the
libraries that make one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hitl.report.events import (
        ProgressEvent,
        Report,
        ReportDecision,
        ReportEvent,
        ResearchTopic,
        RetryEvent,
        ReviewDecision,
        ReviewFindings,
        ReviewReport,
        RewriteEvent,
    )
    from hitl.report.workflow import ReportWorkflow

__all__ = [
    "ProgressEvent",
    "Report",
    "ReportDecision",
    "ReportEvent",
    "ReportWorkflow",
    "ResearchTopic",
    "RetryEvent",
    "ReviewDecision",
    "ReviewFindings",
    "ReviewReport",
    "RewriteEvent",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"hitl.report has no {name}; it has {', '.join(__all__)}")
    if name != "ReportWorkflow":
        return getattr(import_module("hitl.report.events"), name)
    try:
        return import_module("hitl.report.workflow").ReportWorkflow
    except ModuleNotFoundError as error:
        problem = "the report needs libraries of its own; install hitl with its extra “report”"
        raise ImportError(f"{problem} ({error})") from error
