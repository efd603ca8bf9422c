"""Streamlit pages for any run: its log, questions and states, and the list of runs; independent of the report."""

from pathlib import Path

from hitl.ui._compat import shown, shown_lines, without_shorthand
from hitl.ui.clock import local_time
from hitl.ui.column import page_column, reading_column
from hitl.ui.heartbeat import begin_page, draw_heartbeat, note_stored
from hitl.ui.history import draw_history, shows_history
from hitl.ui.inbox import count_waiting, draw_inbox, draw_way_on, shows_inbox
from hitl.ui.live_log import draw_live_log
from hitl.ui.renderers import renders
from hitl.ui.run_view import draw_run, draw_unknown_run
from hitl.ui.runs import draw_runs
from hitl.ui.send_answer import notify, send_answer
from hitl.ui.server_log import log_runs
from hitl.ui.session import attached_run, leave_run, start_run
from hitl.ui.shared_engine import cached_engine, page_settings
from hitl.ui.sidebar import begin_sidebar
from hitl.ui.start_form import draw_start
from hitl.ui.trouble import draw_failure, draw_settings_without_effect, draw_trouble, prepare_for_lost_server
from hitl.ui.unsent_answer import AnswerEntries, ClosedAnswer, Entry, UnsentAnswer, open_unsent_answer
from hitl.ui.visitor import begin_visitor, draw_visitor, remember_visitor, visitor
from hitl.ui.window import watch_window

ICON = Path(__file__).parent / "icon.png"
"""The page's icon, served locally: browsers fetch an icon named `:material/…:` from the network."""

__all__ = [
    "ICON",
    "AnswerEntries",
    "ClosedAnswer",
    "Entry",
    "UnsentAnswer",
    "attached_run",
    "begin_page",
    "begin_sidebar",
    "begin_visitor",
    "cached_engine",
    "count_waiting",
    "draw_failure",
    "draw_heartbeat",
    "draw_history",
    "draw_inbox",
    "draw_live_log",
    "draw_run",
    "draw_runs",
    "draw_settings_without_effect",
    "draw_start",
    "draw_trouble",
    "draw_unknown_run",
    "draw_visitor",
    "draw_way_on",
    "leave_run",
    "local_time",
    "log_runs",
    "note_stored",
    "notify",
    "open_unsent_answer",
    "page_column",
    "page_settings",
    "prepare_for_lost_server",
    "reading_column",
    "remember_visitor",
    "renders",
    "send_answer",
    "shown",
    "shown_lines",
    "shows_history",
    "shows_inbox",
    "start_run",
    "visitor",
    "watch_window",
    "without_shorthand",
]
