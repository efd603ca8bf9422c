"""How the status of a run is shown."""

from __future__ import annotations

from typing import Literal, NamedTuple

from hitl.engine import Status
from hitl.engine.records import LIVE


class Badge(NamedTuple):
    """The label, icon and colour of a status."""

    label: str
    icon: str
    color: Literal["blue", "orange", "green", "red", "gray"]


BADGES: dict[Status, Badge] = {
    "waiting": Badge("Waiting for you", ":material/front_hand:", "orange"),
    "running": Badge("Working", ":material/progress_activity:", "blue"),
    "completed": Badge("Finished", ":material/check_circle:", "green"),
    "failed": Badge("Failed", ":material/error:", "red"),
    "cancelled": Badge("Cancelled", ":material/cancel:", "gray"),
}
BLOCKED = Badge("Blocked", ":material/block:", "red")
"""Of a run that has not ended and cannot go on here: nobody can answer it."""


def badge_of(status: Status, is_blocked: bool) -> Badge:
    """The badge of a run.

    Args:
        status: Its status.
        is_blocked: Whether it cannot go on here.
    """
    return BLOCKED if is_blocked and status in LIVE else BADGES[status]


def badge_in_text(badge: Badge) -> str:
    """A badge as a part of Markdown: a list is drawn faster with fewer elements."""
    return f":{badge.color}-badge[{badge.icon} {badge.label}]"
