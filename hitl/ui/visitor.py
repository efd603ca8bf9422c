"""The visitor: the name shown beside decisions, the browser, and the runs that each visitor's lists show.

There is no login. A visitor on the machine itself sees all runs, and so does everybody if `Settings.shared` is
set. Any other visitor sees the runs that were opened in this browser session. That is a convenience, not access
control: anyone with the address of a run can open it.
"""

from __future__ import annotations

import getpass
import ipaddress
import re
import secrets
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import streamlit as st

from hitl.characters import visible
from hitl.settings import Settings
from hitl.ui._compat import set_cookie
from hitl.ui.keys import BROWSER, state, widget_key

FORWARDED = (
    "forwarded x-forwarded x-original x-real-ip x-client-ip x-cluster-client-ip x-envoy x-azure true-client-ip "
    "cf-connecting-ip cf-ray fastly-client-ip fly-client-ip via"
).split()
"""Prefixes of headers that proxies set; with one of them, the connection does not show where the visitor is."""

COOKIE = "hitl_browser"
BROWSER_ID = re.compile(r"[0-9a-f]{32}")


def draw_visitor() -> None:
    """Draw the field for the visitor's name, and have the browser remember its id."""
    with st.container(gap=None):
        st.text_input(
            "Your name",
            value=_default_name(),  # not through the session: after a server restart the page sends its own value
            key=widget_key("by"),
            persist_state="session",
            max_chars=80,
            help="Stands beside every decision you make. Nobody verifies it.",
        )
        set_cookie(COOKIE, browser_id())


def browser_id() -> str:
    """The random id of the visitor's browser, which it keeps in a cookie; one that does not has one for each session.

    It says whose unsent entries are shown, and nothing about who the visitor is.
    """
    if BROWSER not in st.session_state:
        known = st.context.cookies.to_dict().get(COOKIE, "")
        st.session_state[BROWSER] = known if BROWSER_ID.fullmatch(known) else secrets.token_hex(16)
    return str(st.session_state[BROWSER])


def visitor() -> str:
    """The visitor's name, or “a visitor” without one."""
    return visible(state.by).strip() or "a visitor"


def visible_runs(settings: Settings) -> Collection[str] | None:
    """Ids of the runs that this visitor's lists show; None for all."""
    if run_id := st.query_params.get("run"):
        state.opened[run_id] = None
    return None if settings.shared or is_visitor_local() else list(state.opened)


def is_visitor_local() -> bool:
    """True if this visitor is on the machine itself; see `is_local`."""
    return is_local(st.context.headers.to_dict(), st.context.ip_address)


def is_local(headers: Mapping[str, str], address: str | None) -> bool:
    """True if a visitor is on the machine itself, judged by the connection and the host that it asked for.

    The address that the page reports is ignored: a client can send any.

    Args:
        headers: The headers with which the connection began.
        address: IP address of the visitor; None for this machine, as in Streamlit.
    """
    known = {name.lower(): value for name, value in headers.items()}
    if any(name.startswith(tuple(FORWARDED)) for name in known):
        return False
    hosts = [known.get("host", ""), *([urlsplit(known["origin"]).netloc] if "origin" in known else [])]
    return (address is None or _is_loopback(address)) and all(_is_loopback(_name_of(host)) for host in hosts)


def _name_of(host: str) -> str:
    """A host without its port and without the brackets of an IPv6 address; empty if it is not valid."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _default_name() -> str:
    try:
        return getpass.getuser() if is_visitor_local() else ""
    except (ImportError, KeyError, OSError):  # no name for this user on the machine
        return ""
