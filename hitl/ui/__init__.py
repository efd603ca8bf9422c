"""Drawing any run: its log, its questions, its states; nothing here knows the report."""

from pathlib import Path

from hitl.ui._compat import shown, without_shorthand
from hitl.ui.question import send_answer
from hitl.ui.run import draw_run, draw_trouble, draw_unknown_run
from hitl.ui.session import attached_run, cached_engine, draw_visitor, leave_run, start_run, visitor
from hitl.ui.words import local_time

ICON = Path(__file__).parent / "icon.png"
"""The page's icon, served from here: an icon named `:material/…:` is fetched from the network by every browser."""

__all__ = [
    "ICON",
    "attached_run",
    "cached_engine",
    "draw_run",
    "draw_trouble",
    "draw_unknown_run",
    "draw_visitor",
    "leave_run",
    "local_time",
    "send_answer",
    "shown",
    "start_run",
    "visitor",
    "without_shorthand",
]
