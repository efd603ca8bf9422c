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
    report_figures(name, [each * 1000 for each in seconds], "ms", None if limit is None else limit * 1000)


def report_figures(
    name: str, figures: Sequence[float], unit: str, limit: float | None = None, at_least: bool = False
) -> None:
    """Print one line: the median, the range, and whether the limit is kept.

    Args:
        name: What was measured.
        figures: What came out, one a run.
        unit: Of the figures and of the limit.
        limit: What the median may come to, at most.
        at_least: Whether it is to come to as much at least, instead.
    """
    median, verdict = statistics.median(figures), ""
    if limit is not None:
        is_kept = median >= limit if at_least else median <= limit
        verdict = f"  limit {limit:,.1f}  {'kept' if is_kept else 'MISSED'}"
    spread = f"{min(figures):,.2f} to {max(figures):,.2f}"
    print(f"{name}: {median:,.2f} {unit}  ({spread}, {len(figures)} runs){verdict}", flush=True)
