"""What a visitor has entered into a start form and not started, per browser: it comes back after a reload.

It belongs to no run, so nothing is stored of it: the server keeps it in its memory until the run is started, for a day
at most.
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
MOST = 1000
"""Maximum number of forms; the one that was changed first gives way to a new one."""
LONGEST = 20_000
"""Maximum length of what is kept of a form, in characters of its `repr`."""


@dataclass(frozen=True)
class _Unsent:
    values: Mapping[str, Any]
    at: float
    """By the monotonic clock, in seconds."""


_unsent: dict[tuple[str, str, str], _Unsent] = {}  # by browser, page and workflow, the latest at the end


def unsent_start(workflow: str) -> Mapping[str, Any]:
    """What this browser has entered for a workflow and not started, by name; empty if nothing is kept."""
    kept = _unsent.get(_place(workflow))
    return kept.values if kept and time.monotonic() - kept.at < KEPT_FOR else MappingProxyType({})


def keep_unsent_start(workflow: str, values: Mapping[str, Any]) -> None:
    """Keep what is entered, in place of what was kept before.

    Args:
        workflow: Name of the workflow.
        values: What differs from an untouched form, by name. With nothing, or with too much, nothing is kept.
    """
    place = _place(workflow)
    _unsent.pop(place, None)
    if values and len(repr(values)) <= LONGEST:
        _unsent[place] = _Unsent(values, time.monotonic())
    for oldest in list(_unsent)[:-MOST]:
        _unsent.pop(oldest, None)


def _place(workflow: str) -> tuple[str, str, str]:
    return browser_id(), st.session_state.get(CURRENT_PAGE, ""), workflow
