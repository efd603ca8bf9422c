"""Times in the visitor's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def local_time(at: datetime, pattern: str = "%H:%M:%S") -> str:
    """A time in the visitor's time zone, formatted with `strftime`."""
    return at.astimezone(local_zone()).strftime(pattern)


def moment(at: datetime) -> str:
    """A time in the visitor's time zone to the minute, with its date unless that is today."""
    is_today = local_time(at, "%Y-%m-%d") == local_time(datetime.now(UTC), "%Y-%m-%d")
    return local_time(at, "%H:%M" if is_today else "%Y-%m-%d %H:%M")


def local_zone() -> tzinfo:
    """The visitor's time zone, as reported by the browser; UTC if it reports none or an unknown one."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
