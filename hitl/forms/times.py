"""Durations and time zones as people write them, in the forms that pydantic reads."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)[\s,]*")
"""A number with its unit, such as `30 min`."""
UNITS = {
    "days": "d day days",
    "hours": "h hr hrs hour hours",
    "minutes": "m min mins minute minutes",
    "seconds": "s sec secs second seconds",
}
UNIT_OF = {word: unit for unit, words in UNITS.items() for word in words.split()} | dict.fromkeys(
    ("w", "week", "weeks"), "weeks"
)
SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
"""A duration of days and less in ISO 8601, as pydantic writes it."""
LONGEST = 100
"""Maximum characters of what is read as a duration or a time; anything longer is neither."""


def duration_in_iso(typed: str) -> str:
    """A duration as `1h 30m` or `2 days, 3 hours` in ISO 8601, `PT1H30M`; other texts unchanged.

    What is unchanged is for the event's class to accept or reject: pydantic itself takes ISO 8601, `1:30:00` and
    `2 days, 1:30:00`.
    """
    text = typed.strip().lower()
    if len(text) > LONGEST:
        return typed
    found = [(number, UNIT_OF.get(unit)) for number, unit in PART.findall(text)]
    is_whole = "".join(match[0] for match in PART.finditer(text)) == text
    units = [unit for _, unit in found]
    if not found or not is_whole or None in units or len(set(units)) < len(units):
        return typed
    amounts = {unit: number for number, unit in found}
    seconds = sum(float(amounts.get(unit, 0)) * length for unit, length in SECONDS.items())
    days, rest = divmod(seconds, SECONDS["days"])
    return f"P{days:.0f}DT{rest:.6f}".rstrip("0").rstrip(".") + "S"


def duration_in_words(iso: str) -> str:
    """A duration in ISO 8601, as pydantic writes it, in short words: `1h 30m`; other texts unchanged."""
    match = ISO.fullmatch(iso) if len(iso) <= LONGEST else None
    if not match or not any(match.groups()):
        return iso
    return " ".join(f"{number}{unit}" for number, unit in zip(match.groups(), "dhms", strict=True) if number)


def time_with_offset(typed: str) -> str:
    """A date and time that ends with the name of a time zone, `2026-11-25 09:30 Europe/Rome`, with its offset from UTC.

    Other texts are unchanged: pydantic itself takes `2026-11-25T09:30:00+01:00`.
    """
    text, _, name = typed.strip().rpartition(" ")
    if not text or len(typed) > LONGEST or not name[:1].isalpha():
        return typed
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(name)).isoformat()
    except (ValueError, OSError, LookupError):  # no time, or no time zone: ZoneInfo raises each of them
        return typed
