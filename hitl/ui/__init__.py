"""Renderer any run: its log, its questions, its states, and the list of all; nothing here knows the report."""

from pathlib import Path

from hitl.ui._compat import shown, without_shorthand
from hitl.ui.clock import local_time
from hitl.ui.heartbeat import begin_page, draw_heartbeat
from hitl.ui.history import draw_history, shows_history
from hitl.ui.question import send_answer, tell
from hitl.ui.renderers import renders
from hitl.ui.run import draw_run, draw_unknown_run
from hitl.ui.runs import draw_runs
from hitl.ui.server_log import log_runs
from hitl.ui.session import attached_run, cached_engine, leave_run, page_settings, start_run
from hitl.ui.start import draw_start
from hitl.ui.trouble import draw_failure, draw_trouble
from hitl.ui.visitor import draw_visitor, visitor

ICON = Path(__file__).parent / "icon.png"
"""The page's icon, served from here: an icon named `:material/…:` is fetched from the network by every browser."""

__all__ = [
    "ICON",
    "attached_run",
    "begin_page",
    "cached_engine",
    "draw_failure",
    "draw_heartbeat",
    "draw_history",
    "draw_run",
    "draw_runs",
    "draw_start",
    "draw_trouble",
    "draw_unknown_run",
    "draw_visitor",
    "leave_run",
    "local_time",
    "log_runs",
    "page_settings",
    "renders",
    "send_answer",
    "shown",
    "shows_history",
    "start_run",
    "tell",
    "visitor",
    "without_shorthand",
]
