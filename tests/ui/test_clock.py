from __future__ import annotations

from datetime import UTC, datetime

from hitl.ui.clock import day_or_time, local_time, moment


def test_without_a_visitor_times_are_utc():
    assert local_time(datetime(2026, 11, 23, 9, 5, tzinfo=UTC)) == "09:05:00"


def test_a_moment_has_its_date_unless_that_is_today():
    now = datetime.now(UTC)
    assert moment(now).rpartition(" ")[2] == f"{now:%H:%M}"
    assert moment(datetime(2025, 11, 23, 9, 5, tzinfo=UTC)) == "2025-11-23 09:05"


def test_where_there_is_little_room_a_time_of_another_day_is_its_date():
    now = datetime.now(UTC)
    assert day_or_time(now) in (f"{now:%H:%M}", f"{now:%Y-%m-%d}")  # the second at midnight
    assert day_or_time(datetime(2025, 11, 23, 9, 5, tzinfo=UTC)) == "2025-11-23"
    assert day_or_time(now, is_exact=True) in (f"{now:%H:%M:%S}", f"{now:%m-%d %H:%M}")
    assert day_or_time(datetime(2025, 11, 23, 9, 5, tzinfo=UTC), is_exact=True) == "11-23 09:05"
