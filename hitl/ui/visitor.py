"""The visitor: the name that stands beside decisions, and which runs are shown to whom.

Until there is a login, a visitor at the machine itself sees all runs, and so does everybody when the settings
say that the server is a team's own. Any other visitor sees the runs that were opened in this browser session.
That is a convenience, not a lock: whoever has the address of a run can open it.
"""

from __future__ import annotations

import getpass
import ipaddress
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

import streamlit as st

from hitl.settings import Settings

FORWARDED = (
    "forwarded x-forwarded x-original x-real-ip x-client-ip x-cluster-client-ip x-envoy x-azure true-client-ip "
    "cf-connecting-ip cf-ray fastly-client-ip fly-client-ip via"
).split()
"""Beginnings of headers that something between sets: then the connection says nothing of where the visitor is."""


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
    return is_local(st.context.headers.to_dict(), st.context.ip_address)


def is_local(headers: Mapping[str, str], address: str | None) -> bool:
    """Whether a visitor sits at the machine itself, by the connection and by the host that it asked for.

    What the page says of its own address counts for nothing: whoever connects may write it.

    Args:
        headers: With which the connection began.
        address: Where it comes from; None for this machine, as Streamlit has it.
    """
    known = {name.lower(): value for name, value in headers.items()}
    if any(name.startswith(tuple(FORWARDED)) for name in known):
        return False
    hosts = [known.get("host", ""), *([urlsplit(known["origin"]).netloc] if "origin" in known else [])]
    return (address is None or _is_loopback(address)) and all(_is_loopback(_name_of(host)) for host in hosts)


def _name_of(host: str) -> str:
    """A host without its port, and without the brackets of an IPv6 address; empty when it is none."""
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
        return getpass.getuser() if _is_local() else ""
    except (ImportError, KeyError, OSError):  # no name for this user on the machine
        return ""
