"""The report's face: starting it, reviewing its findings, watching it being written, reading it.

Each of its modules draws an event of the report (`hitl.renders`); to import this package is to have them drawn.
"""

from hitl.report_ui.report import draw_report
from hitl.report_ui.review import draw_review
from hitl.report_ui.start import draw_start
from hitl.report_ui.uploads import store_document
from hitl.report_ui.writing import draw_draft, draw_stop

__all__ = ["draw_draft", "draw_report", "draw_review", "draw_start", "draw_stop", "store_document"]
