from __future__ import annotations

from datetime import UTC, datetime

from hitl.ui.clock import local_time


def test_without_a_visitor_times_are_utc():
    assert local_time(datetime(2026, 11, 23, 9, 5, tzinfo=UTC)) == "09:05:00"
