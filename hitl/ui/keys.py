"""Keys of the widgets and of everything else that the pages keep in Streamlit's session, with typed access.

Every key begins with `hitl.`, so that the state and the widgets of an app that shows a page of ours stay untouched. A
page that is an app of its own has some keys without it, which are public: `PUBLIC`. A page inside another app has a
name, which is part of all its keys: `hitl.approvals.topic`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import streamlit as st

from hitl.engine import Run
from hitl.engine.records import Traversal
from hitl.engine.runtime.feed import Subscription
from hitl.ui.run_log import RunLog

if TYPE_CHECKING:
    from hitl.ui.heartbeat import Shown, Stored
    from hitl.ui.start_again import EarlierInputs
    from hitl.ui.unsent_answer import Entered

T = TypeVar("T")

PUBLIC = frozenset(
    {
        "run", "topic", "start", "approve", "reject", "feedback", "cancel", "new_run",
        "publish", "rewrite", "back_to_findings",
    }
)  # fmt: skip
"""Keys without `hitl.` in a page that is an app of its own; `run` is the shown run, the others are widgets."""

Widget = Literal[
    # documented
    "topic", "start", "approve", "reject", "feedback", "cancel", "new_run", "publish", "rewrite", "back_to_findings",
    # the sidebar and the history
    "by", "sidebar_run", "history", "history_run", "search", "status", "started", "newer", "older",
    "inbox", "inbox_run", "next_question", "select", "selected", "select_page", "selection", "export_runs",
    "delete_runs", "confirm_delete_runs", "keep_runs",
    # starting and showing a run
    "workflow", "start_form", "start_again", "run_name", "delete", "confirm_delete", "keep_run", "confirm_cancel",
    "keep_running", "download",
    # the log and the diagram
    "open_log", "log_earlier", "log_later", "log_detail", "log_download", "how_it_works",
    # questions of any workflow
    "answer_form", "answer_type", "field", "decide", "send", "overtaken", "take_over", "leave", "resume", "bar",
    # the report
    "research_form", "example", "documents", "library", "files", "own_documents", "model", "test_connection",
    "better_topic", "did_you_mean", "without_model", "stop_writing", "own", "revise",
    "check", "report_text", "sources", "copy", "trail", "window",
    # both reviews, and that of findings
    "desk", "reasons", "weaker", "show_dropped", "round",
]  # fmt: skip
"""Names of widgets and forms."""

CURRENT_PAGE = "hitl.page"
"""Key of the name of the page that this session has drawn last; empty for an app of its own."""
SIDEBAR = "hitl.sidebar"
"""Key of the container of the sidebar, the same for all pages: only one is drawn at a time."""
BROWSER = "hitl.browser"
"""Key of the id of the visitor's browser, the same for all pages."""
RESERVED = ("decide", "field")
"""Names that a page cannot have: they come after `hitl.` in other keys, before a name that others have chosen."""
NO_WORD = re.compile(r"[\s.]+")
"""What a page's name cannot have."""


def enter_page(name: str | None) -> None:
    """Use the keys of a page from now on, until another page is drawn in this session.

    Callbacks run before the script, and fragments without it: both belong to the page that was drawn last.

    Args:
        name: The page's name; None if it is an app of its own.

    Raises:
        ValueError: If the name is not a word, or is reserved: keys of two pages could be equal then.
    """
    if name is not None:
        _check_name(name)
    st.session_state[CURRENT_PAGE] = name or ""


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not name or NO_WORD.search(name):
        example = NO_WORD.sub("_", str(name)).strip("_") or "trips"
        raise ValueError(
            f"A page cannot have the key {name!r}: it is one word, without spaces and dots, such as key={example!r}."
        )
    if name in RESERVED:
        raise ValueError(f"A page cannot have the key {name!r}, which hitl uses itself. Take another word.")


def widget_key(widget: Widget, suffix: str = "") -> str:
    """The key of a widget or a form.

    Args:
        widget: Its name.
        suffix: What tells it from others of this name, such as `-` and an id.
    """
    return f"{_key(widget)}{suffix}"


def field_key(name: str, suffix: str = "") -> str:
    """The key of the widget of a form's field, whatever the field is called.

    Args:
        name: Name of the field.
        suffix: The suffix of its form; see `hitl.ui.form.draw_fields`.
    """
    return widget_key("field", f".{name}{suffix}")


def _key(name: str) -> str:
    page = st.session_state.get(CURRENT_PAGE, "")
    if page:
        return f"hitl.{page}.{name}"
    return name if name in PUBLIC else f"hitl.{name}"


class SessionValue(Generic[T]):
    """An attribute whose value is kept in the session, under the attribute's name; `del` forgets it.

    Args:
        default: Its value as long as there is none in the session.
    """

    def __init__(self, default: T) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, state: object, owner: type) -> T:
        value: T = st.session_state.get(_key(self._name), self._default)
        return value

    def __set__(self, state: object, value: T) -> None:
        st.session_state[_key(self._name)] = value

    def __delete__(self, state: object) -> None:
        st.session_state.pop(_key(self._name), None)


class SessionCollection(SessionValue[T]):
    """Like `SessionValue`, for a list, dict or set: reading it puts an empty one into the session.

    Args:
        make: Makes the empty one.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make

    def __get__(self, state: object, owner: type) -> T:
        value: T = st.session_state.setdefault(_key(self._name), self._make())
        return value


class PageState:
    """What a page keeps in the session of one visitor."""

    run = SessionValue[Run | None](None)
    """The run that is shown; through it, its handler and context."""
    events = SessionValue[Subscription | None](None)
    """The queue that the background thread feeds."""
    log = SessionCollection[RunLog](RunLog)
    """The events of the run so far."""
    screen = SessionValue("")
    """What the page of a run showed when it was drawn last: its questions, or its status."""
    turn = SessionValue(0)
    """In which of two places that is drawn."""
    is_reading = SessionValue(False)
    """Whether all of it is in a column for reading."""
    moved = SessionValue("")
    """Id of the run that this session has just started or answered, until the page waits for what comes next."""
    has_waited = SessionValue(False)
    """Whether this run of the script has waited so."""
    how_it_works = SessionValue(False)
    """Whether the diagram of the workflow is open; the value of a widget."""
    shown_way = SessionValue[tuple[str, Traversal] | None](None)
    """Id of the run whose diagram was drawn last, and the way that it had gone then."""
    log_ends = SessionValue[Mapping[str, tuple[int, ...]]](MappingProxyType({}))
    """Where the shown page of the log ends, after those of the pages before it: numbers of events, by id of the run."""
    has_log_detail = SessionValue(False)
    """Whether the log shows all that its events hold."""
    in_full_run = SessionValue(False)
    """Whether the live log is drawn as part of a full rerun."""
    shown: SessionCollection[list[Shown]] = SessionCollection(list)
    """What the page shows, for the heartbeat."""
    stored: SessionValue[Stored | None] = SessionValue(None)
    """How far the store was when the page was drawn or last looked at, for the heartbeat."""

    by = SessionValue("")
    """The visitor's name, as typed."""
    name = SessionValue[str | None](None)
    """The name that was last given in any tab of this browser, as this tab knows it; None if none was."""
    takes_name = SessionValue(False)
    """Whether it was given in another tab since this tab was drawn."""
    opened = SessionCollection[dict[str, None]](dict)
    """Ids of the runs that were opened in this session, by starting them or by link, in order."""

    workflow = SessionValue("")
    """The workflow that is chosen on the start page."""
    forms = SessionCollection[dict[str, str]](dict)
    """Ids of the forms that were drawn last, by suffix."""
    sent_rows = SessionCollection[dict[str, list[int]]](dict)
    """Numbers of the items of a list as they were sent last, by its key: places of problems count them."""
    problem = SessionValue("")
    """Why the last attempted start has failed; empty if it has not."""
    problems = SessionValue[Mapping[str, str]]({})
    """The same by field, for inputs that do not fit."""
    earlier_inputs: SessionValue[EarlierInputs | None] = SessionValue(None)
    """The inputs of an earlier run, with which the start form is to be filled."""
    just_started = SessionValue[tuple[str, float] | None](None)
    """Id of the run that this page has started last, and when, by the monotonic clock in seconds."""

    drawn = SessionCollection[dict[str, float]](dict)
    """When each question was drawn first, by id, by the monotonic clock in seconds."""
    answered = SessionCollection[set[str]](set)
    """Ids of the questions that were answered in this session."""
    too_soon = SessionCollection[set[str]](set)
    """Ids of the questions whose last click came too soon after they were drawn."""
    entered: SessionCollection[dict[str, Entered]] = SessionCollection(dict)
    """What was entered for each question and not sent, by id."""
    entered_for = SessionCollection[dict[str, str]](dict)
    """Id of the question whose entry is in a widget, by the widget's key."""
    too_late = SessionCollection[dict[tuple[str, str], dict[str, Any]]](dict)
    """What was entered when somebody else had answered: by id of the run and type of the question, then by name."""
    answer_problems = SessionCollection[dict[str, Mapping[str, str]]](dict)
    """What did not fit in the last attempted answer: by id of the question, then by field."""
    notices = SessionCollection[dict[str, str]](dict)
    """A notice for the visitor, by id of the run."""

    room = SessionValue[Literal["narrow", "tight", "wide"] | None](None)
    """How much room the window has; None as long as it has not told."""

    cancelling = SessionValue("")
    """Id of the run whose cancelling the page asks about."""
    deleting = SessionValue("")
    """Id of the run whose deletion the page asks about."""
    named = SessionValue[tuple[str, str | None] | None](None)
    """Id of the run whose name field was set last, and the name that it was set to."""
    from_inbox = SessionValue(False)
    """Whether the run that is shown was opened from the inbox."""
    selected: SessionCollection[dict[str, None]] = SessionCollection(dict)
    """Ids of the runs that are selected in the history, on whatever page."""
    selecting = SessionValue(False)
    """Whether runs of the history can be selected."""
    deleting_runs = SessionValue(False)
    """Whether the page asks if the selected runs are to be deleted."""
    bulk_notice = SessionValue("")
    """What has come of the last action on several runs."""


state = PageState()
