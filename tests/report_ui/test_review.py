from __future__ import annotations

import pytest

from hitl.report_ui.report import file_name
from hitl.report_ui.review import AROUND, passage_around
from hitl.research import Document, Finding

QUOTE = "The tide follows the Moon."


def around(before: str, after: str) -> str:
    document = Document(fingerprint="f", title="Tides", location="tides.txt", text=before + QUOTE + after)
    start = len(before)
    finding = Finding(
        id="1", quote=QUOTE, document="f", title="Tides", location="tides.txt", place="", start=start,
        end=start + len(QUOTE), score=1.0, round=1,
    )  # fmt: skip
    return passage_around(document, finding)


def test_a_short_document_is_shown_whole():
    assert around("Before it.\n\n", "\n\nAfter it.") == f"Before it.\n\n **{QUOTE}** \n\nAfter it."


def test_blocks_are_shown_whole_where_they_fit():
    long = "word " * AROUND
    assert around(f"{long}\n\nJust before. ", f" Just after.\n\n{long}") == f"Just before. **{QUOTE}** Just after."


def test_a_text_without_blocks_is_cut_with_an_ellipsis():
    shown = around("word " * 10_000, " word" * 10_000)
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 2 * AROUND + len(QUOTE) + 20


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is Pluto…?", "why-is-pluto"),
        ("ما هي الكواكب", "ما-هي-الكواكب"),
        ("../..", "report"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_title_becomes_a_file_name(title: str, name: str):
    assert file_name(title) == name
