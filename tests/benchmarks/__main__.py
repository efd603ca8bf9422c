"""All benchmarks, one after the other: `python -m tests.benchmarks`."""

from __future__ import annotations

from tests.benchmarks import blocking, crashes, exports, imports, latency, paused, ranking, streaming, ticks

if __name__ == "__main__":  # which the processes of the crash test load, too
    for benchmark in (imports, ranking, ticks, latency, blocking, streaming, exports, paused, crashes):
        benchmark.main()
