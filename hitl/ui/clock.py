"""Times in the visitor's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from hitl.text import count

MINUTE = 60
UNITS = ((24 * 60 * MINUTE, "day"), (60 * MINUTE, "hour"), (MINUTE, "minute"))
"""In seconds."""


def local_time(at: datetime, pattern: str = "%H:%M:%S") -> str:
    """A time in the visitor's time zone, formatted with `strftime`."""
    return at.astimezone(local_zone()).strftime(pattern)


def moment(at: datetime) -> str:
    """A time in the visitor's time zone to the minute, with its date unless that is today."""
    return local_time(at, "%H:%M" if _is_today(at) else "%Y-%m-%d %H:%M")


def day_or_time(at: datetime, is_exact: bool = False) -> str:
    """A time of today in the visitor's time zone, or the date of another day.

    Args:
        at: The time.
        is_exact: Whether it has the seconds, or the minute of the other day.
    """
    if _is_today(at):
        return local_time(at, "%H:%M:%S" if is_exact else "%H:%M")
    return local_time(at, "%m-%d %H:%M" if is_exact else "%Y-%m-%d")


def _is_today(at: datetime) -> bool:
    return local_time(at, "%Y-%m-%d") == local_time(datetime.now(UTC), "%Y-%m-%d")


def age(since: datetime, now: datetime) -> str:
    """How long ago something was, in words: `5 minutes`, `3 hours`, `2 days`; at least a minute.

    Args:
        since: When it was.
        now: The present time.
    """
    seconds = max((now - since).total_seconds(), MINUTE)
    unit, noun = next((unit, noun) for unit, noun in UNITS if seconds >= unit)
    return count(int(seconds // unit), noun)


def local_zone() -> tzinfo:
    """The visitor's time zone, as reported by the browser; UTC if it reports none or an unknown one."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
