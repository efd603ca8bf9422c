"""How the status of a run is shown."""

from __future__ import annotations

from typing import Literal, NamedTuple

from hitl.engine import Status


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


def badge_in_text(status: Status) -> str:
    """The badge of a status as a part of Markdown: a list is drawn faster with fewer elements."""
    badge = BADGES[status]
    return f":{badge.color}-badge[{badge.icon} {badge.label}]"
