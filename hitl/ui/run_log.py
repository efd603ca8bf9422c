"""The events of the shown run, as the session keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from hitl.engine import EventRecord
from hitl.engine.descriptions import BLOCKS, RESTARTED, RESUMED, YIELDED


class RunLog(list[EventRecord]):
    """The events so far, oldest first. It notes while it grows what the live view would have to look for each time.

    Args:
        events: The first ones.
    """

    def __init__(self, events: Iterable[EventRecord] = ()) -> None:
        super().__init__()
        self.work_began: datetime | None = None
        """When the present stretch of work began: with the start, with the last answer, or when it was resumed."""
        self.about_blocking: list[EventRecord] = []
        """Those that say that a step blocks, or does so no more."""
        for event in events:
            self.append(event)

    def append(self, event: EventRecord) -> None:
        super().append(event)
        if event.kind in ("start", "answer") or event.type == RESUMED:
            self.work_began = event.at
        elif event.type in (BLOCKS, YIELDED, RESTARTED):
            self.about_blocking.append(event)
