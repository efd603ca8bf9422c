"""The report's face: starting it, reviewing its findings, reading it."""

from hitl.report_ui.report import draw_report
from hitl.report_ui.review import draw_review
from hitl.report_ui.start import draw_start

__all__ = ["draw_report", "draw_review", "draw_start"]
