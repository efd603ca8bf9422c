"""The text of a finished report and its sources, without a run."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from hitl.report import Report
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.writing.compose import composed
from hitl.research import Document
from hitl.research.evidence import fingerprint_of
from tests.report.findings import finding

BEFORE, QUOTE, AFTER = "Seas breathe.", "The tide rises twice a day, after the Moon.", "Ports keep tables."
TEXT = f"{BEFORE} {QUOTE} {AFTER}"
DOCUMENT = Document(fingerprint=fingerprint_of(TEXT), title="On :red[tides]", location="tides.md", text=TEXT)
FOUND = finding(QUOTE).model_copy(
    update={
        "document": DOCUMENT.fingerprint,
        "title": DOCUMENT.title,
        "start": len(BEFORE) + 1,
        "end": len(BEFORE) + 1 + len(QUOTE),
        "place": 'The "Moon", page 2',
        "matched": ("tide",),
    }
)
REWORDED = "The tide rises three times a day, after the Moon."


def report(*texts: str, sections: int = 1, model: str = "gpt-5-mini") -> Report:
    said = tuple(Sentence(text=text, findings=(FOUND.id,)) for text in texts)
    parts = tuple(Section(heading=f"Part {number}", sentences=said) for number in range(1, sections + 1))
    return composed("tides", ReportText(sections=parts), [FOUND], model=model, written_on="2026-11-25")


SCRIPT = """
import streamlit as st
from hitl.report_ui.report_text import draw_report_text

draw_report_text(st.session_state.report, st.session_state.documents, st.session_state.is_narrow)
"""


def page(report: Report, is_narrow: bool, has_documents: bool = True) -> AppTest:
    known = {DOCUMENT.fingerprint: DOCUMENT} if has_documents else {}
    at = AppTest.from_string(SCRIPT, default_timeout=30)
    at.session_state["report"], at.session_state["documents"], at.session_state["is_narrow"] = report, known, is_narrow
    at.run()
    assert not at.exception
    return at


def texts(at: AppTest) -> list[str]:
    return [str(element.value).replace("\u2060", "") for element in at.markdown]


def test_on_a_wide_screen_a_citation_leads_to_its_source_beside_the_text():
    text, sources = texts(page(report(QUOTE), is_narrow=False))

    assert f"{QUOTE} [\\[1\\]](#reference-1 " in text
    assert "#### Reference 1" in sources
    assert f":gray[{BEFORE}]" in sources and f":gray[{AFTER}]" in sources
    assert QUOTE.split("tide")[1] in sources


def test_what_is_reworded_stands_beside_the_text_with_what_differs():
    text, sources = texts(page(report(REWORDED), is_narrow=False))

    assert "](#sentence-2)" in text
    assert "### Sentence 2" in sources
    assert ":red-background[**three times**]" in sources and ":green-background[**twice**]" in sources


def test_on_a_phone_the_sources_of_a_paragraph_stand_below_it():
    paragraph, label, source, *_ = texts(page(report(REWORDED), is_narrow=True))

    assert paragraph.startswith(f"{REWORDED} \\[1\\]") and "#reference" not in paragraph
    assert "Sources" in label
    assert f":gray[{BEFORE}]" in source and ":red-background[**three times**]" in source


def test_only_a_long_text_has_contents():
    long = page(report(*[QUOTE] * 12, sections=5), is_narrow=False)
    assert "[Part 1](#section-1) · [Part 2](#section-2)" in texts(long)[0]
    assert [str(header.value)[:6] for header in long.header][:2] == ["Part 1", "Part 2"]

    assert "#section-" not in "".join(texts(page(report(QUOTE, sections=2), is_narrow=False)))


def test_titles_and_places_are_shown_literally_also_in_the_tip_over_a_citation():
    text, sources = texts(page(report(QUOTE), is_narrow=False))

    assert 'The \\"Moon\\", page 2' in text
    assert "On :red\\[tides\\]" in sources


def test_a_quote_whose_document_is_gone_stands_alone():
    _, sources = texts(page(report(QUOTE), is_narrow=False, has_documents=False))

    assert f"> {QUOTE}" in sources
    assert BEFORE not in sources


def test_a_heading_that_is_called_like_a_source_does_not_catch_its_citations():
    made = composed(
        "tides",
        ReportText(sections=(Section(heading="Reference 1", sentences=(Sentence(text=QUOTE, findings=(FOUND.id,)),)),)),
        [FOUND],
        written_on="2026-11-25",
    )

    text, _ = texts(page(made, is_narrow=False))

    assert text.startswith("**Reference 1**")
