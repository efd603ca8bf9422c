"""Times on the visitor's clock."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def local_time(at: datetime, pattern: str = "%H:%M:%S") -> str:
    """A time on the visitor's clock."""
    return at.astimezone(local_zone()).strftime(pattern)


def local_zone() -> tzinfo:
    """The visitor's time zone, as the browser tells it."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
