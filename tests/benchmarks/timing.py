"""Timing, with the noise of the machine in mind: medians, and the best and the worst beside them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence


def seconds_of(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def report(name: str, seconds: Sequence[float], limit: float | None = None) -> None:
    """Print one line: the median, the range, and whether the limit is kept; all in milliseconds."""
    median = statistics.median(seconds)
    verdict = "" if limit is None else f"  limit {limit * 1000:,.1f}  {'kept' if median <= limit else 'MISSED'}"
    spread = f"{min(seconds) * 1000:,.2f} to {max(seconds) * 1000:,.2f}"
    print(f"{name}: {median * 1000:,.2f} ms  ({spread}, {len(seconds)} runs){verdict}", flush=True)
