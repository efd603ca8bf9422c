"""The event log of a run: newest first, a page at a time, with its technical detail and a download."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from hitl.engine import EngineError, EventRecord, Run
from hitl.engine.descriptions import entries
from hitl.shown_values import without_non_finite
from hitl.text import cut
from hitl.ui._compat import fragment
from hitl.ui.clock import local_time
from hitl.ui.keys import state, widget_key

NEWEST = 50
"""Maximum number of entries drawn at once, so that drawing costs the same however long the run is."""
TALL = 12
"""Maximum number of lines before the log scrolls in a box."""
BOX_HEIGHT = 320
"""Height of that box, in pixels."""
LIVE_HEIGHT = 200
"""The same while the run works: about eight lines."""
BODY_LENGTH = 2_000
"""Maximum characters of an event's fields; the download has them all."""


def draw_log(run: Run, label: str) -> None:
    """Draw the log of a run that does nothing at present, in a fragment of its own.

    Args:
        run: The run.
        label: What the place is called that a visitor opens.
    """
    fragment(_draw_log)(run, label)


def newest_lines(log: Sequence[EventRecord]) -> str:
    """The newest entries, newest first, one per line."""
    lines, first = log_lines(log)
    return "\n".join([*lines, f"… {first:,} earlier events"] if first else lines)


def draw_lines(place: DeltaGenerator, lines: str, is_growing: bool = False) -> DeltaGenerator:
    """Draw lines of a log as literal text, in a box that scrolls if they are many.

    Args:
        place: Where to.
        lines: The newest first.
        is_growing: Whether there will be more: then the box has its height from the start, and moves nothing below it.
    """
    height: int | Literal["content"] = BOX_HEIGHT if lines.count("\n") >= TALL else "content"
    if is_growing:
        height = LIVE_HEIGHT
    return place.code(lines, language=None, wrap_lines=True, height=height)


def log_lines(events: Sequence[EventRecord]) -> tuple[list[str], int]:
    """The newest entries as lines, newest first, and the index of the first event that they are made of."""
    shown = entries(events, NEWEST)
    lines = [f"{local_time(entry.at)}  {' '.join(entry.words.split())}" for entry in reversed(shown)]
    return lines, shown[0].first if shown else 0


def _draw_log(run: Run, label: str) -> None:
    place = st.expander(label, icon=":material/history:", key=widget_key("open_log"), on_change="rerun")
    log = state.log
    ends = state.log_ends.get(run.id, ())
    end = ends[-1] if ends else len(log)
    with place:
        if not place.open:  # drawn all the same: it is one element, and opening it is immediate
            draw_lines(place, newest_lines(log))
            return
        has_detail = state.has_log_detail
        first = _draw_detail(log, end) if has_detail else _draw_page(log, end)
        with st.container(horizontal=True, vertical_alignment="center"):
            if first or ends:
                st.button(
                    "Earlier",
                    key=widget_key("log_earlier"),
                    type="tertiary",
                    icon=":material/chevron_left:",
                    disabled=not first,
                    on_click=_turn,
                    args=(run.id, (*ends, first)),
                )
                st.caption(f"Events {first + 1:,} to {end:,} of {len(log):,}")
                st.button(
                    "Later",
                    key=widget_key("log_later"),
                    type="tertiary",
                    icon=":material/chevron_right:",
                    icon_position="right",
                    disabled=not ends,
                    on_click=_turn,
                    args=(run.id, ends[:-1]),
                )
            st.button(  # not a toggle, which would keep the focus and take the keys of a review
                "In words" if has_detail else "Technical detail",
                key=widget_key("log_detail"),
                type="tertiary",
                icon=":material/notes:" if has_detail else ":material/data_object:",
                on_click=_flip,
            )
            st.download_button(
                "Download the log",
                data=partial(_as_json_lines, run),
                file_name=f"{run.workflow}-{run.id[:8]}-log.jsonl",
                mime="application/jsonl",
                key=widget_key("log_download"),
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
            )


def _draw_page(log: Sequence[EventRecord], end: int) -> int:
    """Draw a page of the log in words; returns the index of its first event."""
    lines, first = log_lines(log[:end] if end < len(log) else log)
    st.code("\n".join(lines), language=None, wrap_lines=True)
    return first


def _draw_detail(log: Sequence[EventRecord], end: int) -> int:
    """Draw a page of the log with all that the events hold; returns the index of its first event."""
    first = max(0, end - NEWEST)
    blocks = [
        f"{event.seq}  {local_time(event.at)}  {event.type} ({event.kind}{f', {event.step}' if event.step else ''})\n"
        f"    {cut(_as_json(event.body), BODY_LENGTH)}"
        for event in reversed(log[first:end])
    ]
    st.code("\n".join(blocks), language=None, wrap_lines=True)
    return first


def _turn(run_id: str, ends: tuple[int, ...]) -> None:
    state.log_ends = {run_id: ends}


def _flip() -> None:
    state.has_log_detail = not state.has_log_detail


def _as_json_lines(run: Run) -> str:
    """The whole log, one JSON object a line; made when it is asked for.

    Raises:
        RuntimeError: If it cannot be read now.
    """
    try:
        events = run.events()
    except EngineError as error:
        raise RuntimeError(str(error)) from error
    return "".join(f"{_as_json(asdict(event) | {'at': event.at.isoformat()})}\n" for event in events)


def _as_json(value: object) -> str:
    return json.dumps(without_non_finite(value), ensure_ascii=False)
