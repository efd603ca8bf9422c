"""The crash test for longer: `python -m tests.benchmarks.crashes --kills 1000`."""

from __future__ import annotations

import random
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from tests.engine.crashes import Toll, crash

SHOWN = 5
"""Sentences about each kind of what is wrong, at most."""


def main(kills: int = 100, seed: int | None = None) -> bool:
    """Print one figure a line; returns whether nothing is wrong."""
    seed = random.randrange(2**32) if seed is None else seed
    with tempfile.TemporaryDirectory() as folder:
        toll = crash(Path(folder), kills, seed)
    print_toll(toll)
    is_kept = not any(toll.wrong.values())
    print(f"crashes, seed {seed}: {'kept' if is_kept else 'MISSED'}", flush=True)
    return is_kept


def print_toll(toll: Toll) -> None:
    print(f"kills: {toll.kills:,}")
    print(f"runs: {toll.runs:,}")
    print(f"runs cancelled: {toll.cancelled:,}")
    print(f"times that a cancelled run was resumed: {toll.resumed:,}")
    print(f"runs deleted: {toll.deleted:,}")
    print(f"answers: {toll.answers:,}")
    print(f"events seen: {toll.events:,}")
    print(f"steps interrupted and started again: {toll.started_again:,}")
    for kind, sentences in toll.wrong.items():
        print(f"{kind}: {len(sentences):,}")
        for sentence in sentences[:SHOWN]:
            print(f"  {sentence}")


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, help="of an earlier run: its chances, not its moments")
    given = parser.parse_args()
    sys.exit(not main(given.kills, given.seed))
