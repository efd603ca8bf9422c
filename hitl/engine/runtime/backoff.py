"""Runs whose last tick could not be stored, and when each may be tried again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

SETBACK, LONGEST_SETBACK = 2.0, 300.0
"""Seconds after which a run that could not be stored is tried again: twice as long each time, up to the second
number. Each time its step runs again, which may cost money."""


@dataclass(frozen=True)
class Setback:
    """A run whose last tick could not be stored."""

    times: int
    again_at: float
    """When it may be tried again, on the monotonic clock."""


class Setbacks:
    """The setbacks of all runs, by run id."""

    def __init__(self) -> None:
        self._known: dict[str, Setback] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._known))

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._known

    def get(self, run_id: str) -> Setback | None:
        return self._known.get(run_id)

    def note(self, run_id: str) -> float:
        """Note one more; returns the seconds until the run may be tried again."""
        times = self._known[run_id].times + 1 if run_id in self._known else 1
        pause: float = min(SETBACK * 2 ** (times - 1), LONGEST_SETBACK)
        self._known[run_id] = Setback(times, time.monotonic() + pause)
        return pause

    def is_too_soon(self, run_id: str) -> bool:
        """Whether a run may not be tried again yet."""
        return run_id in self._known and time.monotonic() < self._known[run_id].again_at

    def forget(self, run_id: str) -> bool:
        """Forget a run that goes on; False when it had no setback."""
        return self._known.pop(run_id, None) is not None
