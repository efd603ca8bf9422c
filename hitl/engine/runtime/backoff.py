"""Retry times of suspended runs: those whose last tick could not be stored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds before a suspended run is retried: the first number, doubled each time up to the second. Each retry runs the
step again, which may cost money."""


@dataclass(frozen=True)
class Retry:
    """The retry state of a suspended run."""

    times: int
    again_at: float
    """Earliest time of the next retry, on the monotonic clock."""


class RetryBackoff:
    """The retry state of all suspended runs, by run id."""

    def __init__(self) -> None:
        self._known: dict[str, Retry] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._known))

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._known

    def get(self, run_id: str) -> Retry | None:
        return self._known.get(run_id)

    def note(self, run_id: str) -> float:
        """Record a failure to store; returns the seconds until the run may be retried."""
        times = self._known[run_id].times + 1 if run_id in self._known else 1
        pause: float = min(FIRST_PAUSE * 2 ** (times - 1), LONGEST_PAUSE)
        self._known[run_id] = Retry(times, time.monotonic() + pause)
        return pause

    def is_too_soon(self, run_id: str) -> bool:
        """True if a run may not be retried yet."""
        return run_id in self._known and time.monotonic() < self._known[run_id].again_at

    def forget(self, run_id: str) -> bool:
        """Forget a run; False if it was not suspended."""
        return self._known.pop(run_id, None) is not None
