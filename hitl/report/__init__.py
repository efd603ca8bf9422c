"""The report: a workflow that researches a topic, has a human review the findings, and writes."""

from hitl.report.events import (
    ProgressEvent,
    Report,
    ReportEvent,
    ResearchTopic,
    RetryEvent,
    ReviewDecision,
    ReviewFindings,
)
from hitl.report.workflow import ReportWorkflow

__all__ = [
    "ProgressEvent",
    "Report",
    "ReportEvent",
    "ReportWorkflow",
    "ResearchTopic",
    "RetryEvent",
    "ReviewDecision",
    "ReviewFindings",
]
