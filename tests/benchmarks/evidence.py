"""The evidence that is found: how well, how fast, and how true the report is to it.

`python -m tests.benchmarks.evidence FOLDER` takes the documents and questions of a folder:

- `documents.jsonl`, a line each: `{"id": …, "title": …, "text": …}`
- `questions.jsonl`, a line each: `{"question": …, "relevant": [{"document": id, "start": …, "end": …}],
  "within": [ids]}`; the offsets count the characters of the raw text, and without `within` all documents are searched.

Without a folder it takes the bundled library and the questions in `library_questions.jsonl`. What is printed after
`bm25` is what plain BM25 does with the same passages in the same run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.evidence_files import BrokenFile, Collection, read_folder, read_library
from tests.benchmarks.found import look_for_all
from tests.benchmarks.ranking_quality import Quality, compare
from tests.benchmarks.report_quality import mean, measure_reports

HALVES = {"dev": 0, "held-out": 1}
"""Every second question, from the first or from the second one on: settings are chosen on the one half only."""


def figures(collection: Collection) -> Iterator[str]:
    """All figures of a collection, one a line."""
    comparison = compare(collection)
    yield from _ranking_figures("", comparison.ours)
    yield from _ranking_figures("bm25 ", comparison.plain)
    yield f"time per query: {comparison.ours.milliseconds():.3f} ms"
    yield f"bm25 time per query: {comparison.plain.milliseconds():.3f} ms"
    reports = measure_reports(collection)
    yield from (f"{name}: {figure:.3f}" for name, figure in asdict(mean(reports)).items())
    found = look_for_all(collection)
    sharing = [question for question in found if question.shares_a_word]
    yield f"questions: {len(found)}"
    yield f"questions that find something: {sum(question.finds for question in found)}"
    yield f"questions that share a content word: {len(sharing)}"
    yield f"of these, questions that find something: {sum(question.finds for question in sharing)}"
    yield f"questions that find something that fits: {sum(question.fits for question in found)}"
    yield f"questions that find something relevant: {sum(question.is_relevant for question in found)}"
    yield f"questions that find something relevant that fits: {sum(question.relevant_fits for question in found)}"


def _ranking_figures(whose: str, quality: Quality) -> Iterator[str]:
    yield f"{whose}hit@10: {quality.hit_at(10):.3f}"
    yield f"{whose}hit@20: {quality.hit_at(20):.3f}"
    yield f"{whose}precision@20: {quality.precision_at(20):.3f}"
    yield f"{whose}mrr: {quality.mean_reciprocal_rank():.3f}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.evidence", description="Measure the evidence.")
    parser.add_argument("folder", type=Path, nargs="?", help="has documents.jsonl and questions.jsonl")
    parser.add_argument("--half", choices=HALVES, help="only every second question")
    options = parser.parse_args(arguments)
    try:
        collection = read_folder(options.folder) if options.folder else read_library()
    except BrokenFile as error:
        sys.exit(str(error))
    if options.half:
        collection = Collection(collection.documents, collection.questions[HALVES[options.half] :: 2])
    for line in figures(collection):
        print(line, flush=True)


if __name__ == "__main__":
    main()
