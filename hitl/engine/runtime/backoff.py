"""Runs whose last tick could not be stored, and when each may be tried again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds after which a run that could not be stored is tried again: twice as long each time, up to the second
number. Each time its step runs again, which may cost money."""


@dataclass(frozen=True)
class Retry:
    """A run whose last tick could not be stored."""

    times: int
    again_at: float
    """When it may be tried again, on the monotonic clock."""


class RetryBackoff:
    """When the runs whose last tick could not be stored are tried again, by run id."""

    def __init__(self) -> None:
        self._known: dict[str, Retry] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._known))

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._known

    def get(self, run_id: str) -> Retry | None:
        return self._known.get(run_id)

    def note(self, run_id: str) -> float:
        """Note one more; returns the seconds until the run may be tried again."""
        times = self._known[run_id].times + 1 if run_id in self._known else 1
        pause: float = min(FIRST_PAUSE * 2 ** (times - 1), LONGEST_PAUSE)
        self._known[run_id] = Retry(times, time.monotonic() + pause)
        return pause

    def is_too_soon(self, run_id: str) -> bool:
        """Whether a run may not be tried again yet."""
        return run_id in self._known and time.monotonic() < self._known[run_id].again_at

    def forget(self, run_id: str) -> bool:
        """Forget a run that goes on; False when nothing had kept it."""
        return self._known.pop(run_id, None) is not None
