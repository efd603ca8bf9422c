"""What the server remembers of a browser in its memory, for a day at most, so that a reload brings it back.

It belongs to no run, or is not worth storing: what is entered into a start form, and where somebody is in a review.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from hitl.ui.keys import CURRENT_PAGE
from hitl.ui.visitor import browser_id

KEPT_FOR = 24 * 60 * 60.0
"""Seconds."""
MOST = 2000
"""Maximum number of entries; the one that was changed first gives way to a new one."""
LONGEST = 20_000
"""Maximum length of an entry, in characters of its `repr`."""


@dataclass(frozen=True)
class _Entry:
    values: Mapping[str, Any]
    at: float
    """By the monotonic clock, in seconds."""


_entries: dict[tuple[str, str, str], _Entry] = {}  # by browser, page and name, the latest at the end


def start_form(workflow: str) -> str:
    """The name under which what is entered into the start form of a workflow is remembered."""
    return f"start {workflow}"


def remembered(name: str) -> Mapping[str, Any]:
    """What is remembered of this browser under a name; empty if nothing is."""
    entry = _entries.get(_place(name))
    return entry.values if entry and time.monotonic() - entry.at < KEPT_FOR else MappingProxyType({})


def remember(name: str, values: Mapping[str, Any]) -> None:
    """Remember something of this browser, in place of what was remembered under this name before.

    Args:
        name: What it is about.
        values: By name. If there are none, or they are too long, nothing is remembered.
    """
    place = _place(name)
    _entries.pop(place, None)
    if values and len(repr(values)) <= LONGEST:
        _entries[place] = _Entry(values, time.monotonic())
    if len(_entries) > MOST:
        _entries.pop(next(iter(list(_entries))), None)


def _place(name: str) -> tuple[str, str, str]:
    return browser_id(), st.session_state.get(CURRENT_PAGE, ""), name
