"""The pages of the report: starting it, reviewing its findings, watching it being written, reviewing and reading it.

Importing this package registers the renderers of the report's events; see `hitl.renders`.
"""

from hitl.report_ui.live_text import draw_draft, draw_stop
from hitl.report_ui.report import draw_report
from hitl.report_ui.review import draw_closed_review, draw_review
from hitl.report_ui.text_review import draw_closed_text_review, draw_text_review
from hitl.report_ui.topic_form import draw_topic_form

__all__ = [
    "draw_closed_review",
    "draw_closed_text_review",
    "draw_draft",
    "draw_report",
    "draw_review",
    "draw_stop",
    "draw_text_review",
    "draw_topic_form",
]
