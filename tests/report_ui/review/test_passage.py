from __future__ import annotations

from hitl.report_ui.review.passage import AROUND, passage_around
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
    assert around("Before it.\n\n", "\n\nAfter it.") == f":gray[Before it.]\n\n {QUOTE} \n\n:gray[After it.]"


def test_blocks_are_shown_whole_where_they_fit():
    long = "word " * AROUND
    assert (
        around(f"{long}\n\nJust before. ", f" Just after.\n\n{long}")
        == f":gray[Just before.] {QUOTE} :gray[Just after.]"
    )


def test_a_text_without_blocks_is_cut_with_an_ellipsis():
    shown = around("word " * 10_000, " word" * 10_000)
    assert shown.startswith(":gray[…")
    assert shown.endswith("…]")
    assert len(shown) < 2 * AROUND + len(QUOTE) + 40
