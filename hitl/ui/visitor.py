"""The visitor: the name that stands beside decisions, and which runs are shown to whom.

Until there is a login, a visitor at the machine itself sees all runs, and so does everybody when the settings
say that the server is a team's own. Any other visitor sees the runs that were opened in this browser session.
That is a convenience, not a lock: whoever has the address of a run can open it.
"""

from __future__ import annotations

import getpass
from collections.abc import Collection
from urllib.parse import urlsplit

import streamlit as st

from hitl.settings import Settings

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def draw_visitor() -> None:
    """The field for the visitor's name."""
    st.text_input(
        "Your name",
        value=_default_name(),  # and not by way of the session: a page that comes back after a restart brings its own
        key="by",
        max_chars=80,
        help="Stands beside every decision you make. Nobody verifies it.",
    )


def visitor() -> str:
    """The name that the visitor goes by."""
    return str(st.session_state.get("by", "")).strip() or "a visitor"


def visible_runs(settings: Settings) -> Collection[str] | None:
    """Ids of the runs that this visitor is shown in lists; None for all."""
    opened: dict[str, None] = st.session_state.setdefault("opened", {})  # in this session, by starting or by link
    if run_id := st.query_params.get("run"):
        opened[run_id] = None
    return None if settings.shared or _is_local() else list(opened)


def _is_local() -> bool:
    """Whether the page's own address is this machine's, and so is the visitor's."""
    host = urlsplit(st.context.url or "").hostname
    return host in LOCAL_HOSTS and st.context.ip_address in (None, *LOCAL_HOSTS)


def _default_name() -> str:
    try:
        return getpass.getuser() if _is_local() else ""
    except (ImportError, KeyError, OSError):  # no name for this user on the machine
        return ""
