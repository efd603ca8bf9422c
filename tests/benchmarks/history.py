"""What the history costs with a hundred and with ten thousand runs: its queries, its search, and the whole page."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from hitl.engine import open_engine
from hitl.engine.client import Client
from hitl.engine.store.row_mappers import dump, stamp
from hitl.settings import Settings
from hitl.ui.pages import PAGE
from tests.benchmarks.timing import report, seconds_of

SIZES = (100, 10_000)
TIMES = 9
LETTERS = 4_000
"""Characters of a report."""
ROOT = Path(__file__).parents[2]
WORKFLOWS = {"order": "tests.engine.flows:AskOnce"}
SEARCHES = {
    "a rare word": "zymurgy",
    "a common word": "question",
    "a word of no run": "xylograph",
    "two letters of one run": "zy",
    "two letters of no run": "qx",
    "a common letter": "e",
}
LIMIT = 0.15
"""Seconds that a query may take."""


def fill(engine: Client, runs: int) -> None:
    """Store so many runs that have ended, each with a decision and a report of words of hitl's docs."""
    words = " ".join(path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))).split()
    draw = random.Random(1)
    begun = datetime.now(UTC) - timedelta(days=300)
    with engine.store.database.transaction() as db:
        for number in range(1, runs + 1):
            start = draw.randrange(len(words) - LETTERS)
            text = " ".join(words[start : start + LETTERS // 7])
            topic = "The zymurgy of tea" if number == runs // 2 else " ".join(words[start : start + 8])
            run_id, at = f"{draw.getrandbits(80):020x}", stamp(begun + timedelta(minutes=number))
            db.execute(
                "INSERT INTO runs(id, workflow, inputs, status, result, created_at, updated_at, number, started_by)"
                " VALUES(?, 'order', ?, ?, ?, ?, ?, ?, 'Ana')",
                (run_id, dump({"item": topic}), draw.choice(["completed", "failed"]),
                 dump({"title": topic, "markdown": text}), at, at, number),
            )  # fmt: skip
            db.execute(
                "INSERT INTO questions(id, run_id, seq, type, body, answer_schema, asked_at, state, answer,"
                " answered_by, answered_at, summary) VALUES(?, ?, 2, 'MayI', ?, '{}', ?, 'applied', ?, 'Ben', ?, ?)",
                (f"q{number}", run_id, dump({"item": text}), at, dump({"approved": True, "reason": topic}), at, topic),
            )


def median_of(name: str, runs: int, deed: Callable[[], object], limit: float = LIMIT) -> None:
    report(f"{name}, {runs:,} runs", [seconds_of(deed) for _ in range(TIMES)], limit=limit)


def measure(runs: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HITL_HOME": home, "HITL_WORKFLOWS": "order=tests.engine.flows:AskOnce", "HITL_SHARED": "1"}
        with closing(open_engine(Settings(home=Path(home), workflows=WORKFLOWS, shared=True))) as engine:
            assert isinstance(engine, Client)
            fill(engine, runs)
            took = seconds_of(lambda: [None for _ in iter(lambda: engine.store.index_texts(10), 0)])
            print(f"index of {runs:,} runs, which is made in the background: {took:.1f} s")
            last = (runs - 1) // PAGE * PAGE
            median_of("first page", runs, lambda: engine.runs(limit=PAGE + 1))
            median_of("last page", runs, lambda: engine.runs(limit=PAGE + 1, offset=last))
            median_of("failed ones", runs, lambda: engine.runs(status="failed", limit=PAGE + 1))
            for name, search in SEARCHES.items():
                median_of(f"search for {name}", runs, lambda search=search: engine.runs(search=search, limit=PAGE + 1))  # type: ignore[misc]
            ids = [run.id for run in engine.runs(limit=PAGE)]
            median_of("what was decided in a page", runs, lambda: engine.courses(ids))
            median_of("questions that wait", runs, engine.count_open_questions)
            at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
            at.query_params["view"] = "history"
            at.run()
            assert not at.exception
            median_of("the page, without a browser", runs, at.run, limit=1.0)
            at.text_input(key="hitl.search").set_value("zymurgy").run()
            median_of("the page of a search", runs, at.run, limit=1.0)


def main() -> None:
    for runs in SIZES:
        measure(runs)


if __name__ == "__main__":
    main()
