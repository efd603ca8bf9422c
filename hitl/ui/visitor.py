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
from urllib.parse import quote, unquote, urlsplit

import streamlit as st

from hitl.characters import visible
from hitl.settings import Settings
from hitl.text import replace_surrogates
from hitl.ui._compat import set_cookies
from hitl.ui.keys import BROWSER, CURRENT_PAGE, state, widget_key

FORWARDED = (
    "forwarded x-forwarded x-original x-real-ip x-client-ip x-cluster-client-ip x-envoy x-azure true-client-ip "
    "cf-connecting-ip cf-ray fastly-client-ip fly-client-ip via"
).split()
"""Prefixes of headers that proxies set; with one of them, the connection does not show where the visitor is."""

COOKIE, NAME_COOKIE = "hitl_browser", "hitl_name"
NO_NAME = "%20"
"""What the cookie has for a visitor who wants no name; some browsers and servers drop an empty cookie."""
NAME_LENGTH = 80
REMEMBERED = 1000
"""Maximum number of browsers whose names are known while the server runs; the others have theirs in a cookie."""
BROWSER_ID = re.compile(r"[0-9a-f]{32}")


_names: dict[tuple[str, str], str] = {}  # by browser and page: what was given last in any tab, the latest at the end


def remember_visitor() -> None:
    """Have the browser keep the visitor's name and its own id.

    The last thing in its container: until the browser has loaded what runs a script, it leaves a gap in its place.
    """
    cookies = {COOKIE: browser_id()}
    if (latest := _latest_name()) is not None:
        cookies[NAME_COOKIE] = quote(latest, safe="") or NO_NAME
    set_cookies(cookies)


def begin_visitor() -> None:
    """Take over the name that was given in another tab; call it before anything is drawn that depends on the name."""
    given = name_of_browser()
    state.takes_name = given is not None and given != state.name
    if state.takes_name:
        st.session_state[widget_key("by")] = given
    state.name = given


def draw_visitor() -> None:
    """Draw the field for the visitor's name; `remember_visitor` after it."""
    with st.container(gap=None):
        about = "Stands beside every decision you make, and is kept in this browser. Nobody verifies it."
        st.markdown(":small[Your name]", help=about)  # not the field's own label, which comes later and moves the rest
        st.text_input(
            "Your name",
            label_visibility="collapsed",
            # not through the session: after a server restart the page sends its own value
            value="" if state.takes_name else _first_name(),
            key=widget_key("by"),
            on_change=_keep_name,
            persist_state="session",
            max_chars=NAME_LENGTH,
        )


def _keep_name() -> None:
    """Remember the name for all tabs of this browser; callback of the field."""
    place = _place()
    _names.pop(place, None)
    _names[place] = state.name = clean_name(state.by)
    if len(_names) > REMEMBERED:
        del _names[next(iter(_names))]


def browser_id() -> str:
    """The random id of the visitor's browser, which it keeps in a cookie; one that does not has one for each session.

    It says whose unsent entries are shown, and nothing about who the visitor is.
    """
    if BROWSER not in st.session_state:
        known = st.context.cookies.to_dict().get(COOKIE, "")
        st.session_state[BROWSER] = known if BROWSER_ID.fullmatch(known) else secrets.token_hex(16)
    return str(st.session_state[BROWSER])


def name_of_browser() -> str | None:
    """The name that was last given on this page in any tab of this browser, since the server has started."""
    return _names.get(_place())


def _place() -> tuple[str, str]:
    return browser_id(), st.session_state.get(CURRENT_PAGE, "")


def _latest_name() -> str | None:
    """The same on any page of the app."""
    return next((name for (browser, _), name in reversed(list(_names.items())) if browser == browser_id()), None)


def typed_name() -> str:
    """The visitor's name; empty without one. A tab has it from its first drawing after it was given in another."""
    is_drawn = widget_key("by") in st.session_state
    return clean_name(state.by) if is_drawn else _first_name()


def own_name() -> str:
    """The name that the visitor has given; empty without one, and for that of the machine's user.

    That one stands in the field of everybody at the machine, so it says nothing about who somebody is.
    """
    name = typed_name()
    return "" if name.casefold() == _machine_user().casefold() else name


def visitor() -> str:
    """The visitor's name, or “a visitor” without one."""
    return typed_name() or "a visitor"


def clean_name(name: str) -> str:
    """A name on one line, without what does not show."""
    return visible(" ".join(visible(replace_surrogates(name)).split())[:NAME_LENGTH]).strip()


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


def _first_name() -> str:
    """The name that the browser has kept; else that of the machine's user for somebody at the machine itself."""
    if (given := _latest_name()) is not None:
        return given
    kept = st.context.cookies.to_dict().get(NAME_COOKIE)
    if kept is not None:
        return clean_name(unquote(kept))
    return _machine_user() if is_visitor_local() else ""


def _machine_user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # no name for this user on the machine
        return ""
