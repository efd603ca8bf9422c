"""All benchmarks, one after the other: `python -m tests.benchmarks`."""

from __future__ import annotations

from tests.benchmarks import imports, ranking, ticks

for benchmark in (imports, ranking, ticks):
    benchmark.main()
