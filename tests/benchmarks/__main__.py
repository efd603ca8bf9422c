"""All benchmarks, one after the other: `python -m tests.benchmarks`."""

from __future__ import annotations

from tests.benchmarks import crashes, exports, imports, latency, paused, ranking, streaming, ticks

if __name__ == "__main__":  # which the processes of the crash test load, too
    for benchmark in (imports, ranking, ticks, latency, streaming, exports, paused, crashes):
        benchmark.main()
