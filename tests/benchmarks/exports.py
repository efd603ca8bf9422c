"""How long it takes to export a report of a megabyte: `python -m tests.benchmarks.exports`.

It is built as reports are: sentences that each cite a finding, and after them every finding with its source and quote;
in Latin, Hebrew, Arabic and Chinese script.
"""

from __future__ import annotations

from hitl.report import Report
from hitl.report.export import FORMATS, ReportBundle, export
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.writing.compose import composed
from tests.benchmarks.timing import report, seconds_of
from tests.report.findings import finding

LIMIT = 5.0
"""Seconds, on two quiet cores."""
TIMES = 3
SENTENCES = (
    "The tide rises twice a day on most coasts, and café owners in number {} have learnt to live with it, every year.",
    "הגאות עולה פעמיים ביום ברוב החופים, והתושבים במספר {} למדו לחיות עם זה שנה אחר שנה, קיץ וחורף.",
    "يرتفع المد مرتين في اليوم على معظم السواحل، وقد تعلم السكان رقم {} العيش معه عاما بعد عام، صيفا وشتاء.",
    "大多数海岸每天涨潮两次，第{}个村庄的居民年复一年地学会了与潮水共处，无论冬夏，风雨无阻，从不间断。",
)
A_SECTION = 20
"""Sentences under one heading."""


def long_report(size: int) -> Report:
    """A report of so many bytes in UTF-8, at least."""
    one = sum(len(sentence.encode()) for sentence in SENTENCES) / len(SENTENCES)
    said = [SENTENCES[number % 4].format(number) for number in range(int(size / (2 * one + 100)) + 1)]
    findings = [finding(text, start=1000 * at, place=f"page {at}") for at, text in enumerate(said)]
    sentences = [Sentence(text=found.quote, findings=(found.id,)) for found in findings]
    sections = [
        Section(heading=f"Part {start // A_SECTION + 1}", sentences=tuple(sentences[start : start + A_SECTION]))
        for start in range(0, len(sentences), A_SECTION)
    ]
    text = ReportText(sections=tuple(sections))
    return composed("tides", text, findings, model="a model", written_on="2026-11-26", claims=[])


def main() -> None:
    """Print the time of each format."""
    bundle = ReportBundle("run-1", long_report(1_000_000), [])
    size = len(bundle.report.markdown.encode()) / 1e6
    for known in FORMATS:
        seconds = [seconds_of(lambda suffix=known.suffix: export(bundle, suffix)) for _ in range(TIMES)]  # type: ignore[misc]
        report(f"export of {size:.1f} MB, {len(bundle.report.references):,} citations, as {known.name}", seconds, LIMIT)


if __name__ == "__main__":
    main()
