"""Taking a report away: every format says what the report says, and who decided."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from hitl.llm import Call, Usage
from hitl.report import Report, ReviewDecision, ReviewFindings
from hitl.report import export_fonts as fonts
from hitl.report.citations import Check, Reference, cite, reference_list
from hitl.report.export import FORMATS, Decided, Publication, export
from hitl.report.export_blocks import Block, blocks_of
from tests.report.findings import finding

AT = datetime(2026, 11, 25, 12, 0, 3, tzinfo=UTC)
FIRST = finding("The tide rises twice a day – “on most coasts”.", title="On tides", place="page 2", start=10)
SECOND = finding("The moon pulls at the sea.", title="On the moon", place="page 7", start=90)


def publication(text: str = "", title: str = "Tides", model: str = "gpt-5-mini") -> Publication:
    """A report with a text of its own, after two rounds."""
    references = [Reference(number=1, finding=FIRST)]
    checks = [
        Check(sentence="The tide rises twice.", number=1, verdict="near", similarity=0.934, strange_numbers=["17"]),
        Check(sentence="The tide sinks.", number=1, verdict="not verified", similarity=0.4),
    ]
    parts = [f"# {title}", f"The tide rises twice. {cite(1)}", text, *reference_list(references)]
    report = Report(
        title=title,
        markdown="\n\n".join(parts) + "\n",
        references=references,
        checks=checks,
        uncited=["Nobody says this."],
        removed=3,
        unfinished="The model stopped.",
        model=model,
        written_on="2026-11-25",
        calls=[Call(step="writing", model=model, usage=Usage(input=3000, output=120), dollars=0.0042)] if model else [],
    )
    asked = {
        "q1": ReviewFindings(topic="tides", round=1, findings=[FIRST, SECOND]).model_dump(),
        "q2": ReviewFindings(topic="tides", round=2, findings=[FIRST]).model_dump(),
    }
    rejected = {"approved": False, "feedback": "More on *neaps*.", "dropped": [SECOND.id], "topic": "spring tides"}
    given = [Given("q1", rejected, "ana", AT), Given("q2", {"approved": True}, "ben", AT)]
    return Publication.of("run-1", report, asked, given)


@dataclass(frozen=True)
class Given:
    question_id: str
    body: dict[str, Any]
    by: str
    at: datetime


def text_of_docx(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def text_of_pdf(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def text_of(content: bytes, suffix: str) -> str:
    """What a reader of the file reads, on one line."""
    match suffix:
        case "docx":
            text = text_of_docx(content)
        case "pdf":
            text = text_of_pdf(content)
        case _:
            text = content.decode().replace("\\", "")
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("suffix", ["md", "docx", "pdf"])
def test_every_format_says_the_same(suffix: Any):
    text = text_of(export(publication(), suffix), suffix)

    for said in (
        "The tide rises twice.",
        "On tides",
        "page 2",
        FIRST.quote,
        "2 citations: 0 verbatim, 1 near, 1 not verified",
        "Reference 1, near, 93 % similar; not in the source: 17: “The tide rises twice.”",
        "1 sentence without a citation",
        "3 citations removed",
        "The text is not whole: The model stopped.",
        "Written by the language model gpt-5-mini on 2026-11-25: 3,120 tokens, about $0.0042",
        "Rejected by ana at 2026-11-25 12:00:03: round 1 (2 findings); feedback: “More on *neaps*.”",
        "“spring tides”; dropped 1 finding:",
        "On the moon, tides.md, page 7",
        "Approved by ben at 2026-11-25 12:00:03: round 2 (1 finding)",
    ):
        assert said in text
    assert text.count("name not verified") == 1


def test_json_holds_the_whole_evidence():
    data = json.loads(export(publication(), "json"))

    kept, dropped = data["findings"]
    assert kept == FIRST.model_dump() | {"dropped": False, "cited_as": 1}
    assert dropped == SECOND.model_dump() | {"dropped": True, "cited_as": None}
    assert data["references"] == [{"number": 1, "finding": FIRST.id}]
    assert [decision["approved"] for decision in data["decisions"]] == [False, True]
    assert data["decisions"][0]["feedback"] == "More on *neaps*."
    assert data["decisions"][0]["review"]["findings"] == [FIRST.id, SECOND.id]
    assert data["decisions"][0]["at"] == "2026-11-25T12:00:03Z"
    assert data["calls"][0]["usage"]["output"] == 120
    assert data["spending"] == "3,120 tokens, about $0.0042"


def test_a_report_without_a_model_says_so():
    assert "Written on 2026-11-25 with no language model" in export(publication(model=""), "md").decode()


def test_what_is_of_another_version_is_counted_and_the_rest_is_there():
    report = publication().report
    given = [Given("gone", {"approved": True}, "ana", AT), Given("gone", {"verdict": "yes"}, "ben", AT)]

    whole = Publication.of("run-1", report, {"gone": {"topics": []}}, given)

    assert [decided.review for decided in whole.decisions] == [None]
    assert "Of another version, and so not shown: 1 answer." in export(whole, "md").decode()
    assert json.loads(export(whole, "json"))["unreadable"] == 1


def test_what_humans_write_comes_to_life_nowhere():
    decided = Decided("*ana*", AT, ReviewDecision(approved=False, feedback="![x](http://evil.example/)<b>"), None)
    report = publication().report

    text = export(Publication("run-1", report, [decided]), "md").decode()

    assert "\\!\\[x\\](http://evil.example/)\\<b\\>" in text.replace("!", "\\!")
    assert "by \\*ana\\* at" in text


def test_word_gets_real_headings_lists_tables_and_links():
    document = Document(
        BytesIO(export(publication("1. one\n2. two\n\ntext\n\n1. again\n\n|a|b|\n|-|-|\n|c|d|\n\nשלום"), "docx"))
    )

    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert {"Heading 1", "Heading 2", "Heading 6", "List Number", "List Bullet", "Quote"} <= set(styles)
    assert document.core_properties.title == "Tides"
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [["a", "b"], ["c", "d"]]
    xml = document.element.xml
    assert 'w:anchor="_reference_1"' in xml and 'w:name="_reference_1"' in xml
    numberings = re.findall(r'<w:numId w:val="(\d+)"/>', xml)
    assert numberings[0] == numberings[1] != numberings[2], "each list counts from its own beginning"
    assert xml.count("<w:bidi/>") == 1


def test_a_title_longer_than_word_allows_is_cut():
    assert export(publication(title="x" * 300), "docx")


def test_pdf_has_a_title_page_numbers_and_links_that_work():
    reader = PdfReader(BytesIO(export(publication("word " * 3000), "pdf")))

    assert reader.metadata and reader.metadata.title == "Tides"
    assert len(reader.pages) > 2
    assert [page.extract_text().strip().split("\n")[-1] for page in reader.pages] == [
        str(number) for number in range(1, len(reader.pages) + 1)
    ]
    annotations: Any = reader.pages[0]["/Annots"]
    assert annotations[0].get_object()["/Dest"] in reader.named_destinations


def test_pdf_without_a_unicode_font_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fonts, "FOLDERS", ())

    text = text_of(export(publication("≥ Łódź – “€”"), "pdf"), "pdf")

    assert "3 characters of this report are replaced, since this machine has no Unicode font" in text
    assert "More fonts help" in text
    assert "? ?ód? – “€”" in text


def test_a_broken_font_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))

    assert "The tide rises twice." in text_of(export(publication(), "pdf"), "pdf")


def test_lists_know_their_place():
    blocks = blocks_of("- a\n  - b\n\n    c\n5. d\n6. e\n\n> f")

    assert [(b.text, b.depth, b.bullet, b.number, b.quotes) for b in blocks] == [
        ("a", 1, True, None, 0),
        ("b", 2, True, None, 0),
        ("c", 2, False, None, 0),
        ("d", 1, False, 5, 0),
        ("e", 1, False, 6, 0),
        ("f", 0, False, None, 1),
    ]


def test_nothing_is_fetched_and_no_link_is_lost():
    [block] = blocks_of("![the moon](http://a.example/x.png) [here](http://b.example) <b>raw</b> [up](#nowhere)")

    assert block.text == "the moon (http://a.example/x.png) here (http://b.example) <b>raw</b> up"
    assert not any(run.target for run in block.runs)


@pytest.mark.parametrize(
    "text", [">" * 2000 + "deep", "- " * 300 + "deep", "\n".join("  " * i + "- deep" for i in range(99))]
)
def test_what_is_nested_too_deeply_is_shown_as_it_is_written(text: str):
    assert blocks_of(text)[0].kind == "code"
    assert "deep" in blocks_of(text)[0].text


def test_a_document_of_link_definitions_only_is_not_empty():
    assert blocks_of("[a]: /x") == [Block("code", blocks_of("[a]: /x")[0].runs)]


@pytest.mark.skipif(not fonts.font_files(), reason="this machine has no font with Hebrew")
def test_hebrew_stands_on_the_right_with_its_links_on_its_left():
    reader = PdfReader(BytesIO(export(publication(f"שלום עולם {cite(1)}"), "pdf")))

    annotations: Any = reader.pages[0]["/Annots"]
    left, _, right, _ = annotations[1].get_object()["/Rect"]
    middle = reader.pages[0].mediabox.width / 2
    assert middle < left < right < 2 * middle - 24 * 72 / 25.4 - 20, "between the middle and the words at the margin"


@pytest.mark.skipif(not fonts.font_files(), reason="this machine has no font with Hebrew")
def test_a_number_within_hebrew_within_english_keeps_its_place_and_its_order():
    content = export(publication("Zeal שלום (12) עולם and more."), "pdf")

    page = PdfDocument(content)[0].get_textpage()
    text = page.get_text_range()
    line = range(text.index("Zeal"), text.index("more."))
    places = {text[at]: page.get_charbox(at)[0] for at in line}  # where each letter begins, from the left
    assert places["Z"] < places["ע"] < places["1"] < places["2"] < places["ש"] < places["d"]


@pytest.mark.parametrize("suffix", [known.suffix for known in FORMATS])
def test_a_report_of_a_megabyte_is_exported_in_seconds(suffix: Any):
    paragraph = f"Some **words** of a long report, “quoted” with an accent or two: café. {cite(1)} " * 8
    big = publication("\n\n".join(f"## Part {number}\n\n{paragraph}" for number in range(1500)))
    assert len(big.report.markdown) > 1_000_000

    begun = time.monotonic()
    content = export(big, suffix)

    assert time.monotonic() - begun < 60  # measured: 1 s for Word, 3 s for PDF; ten times that is a machine at work
    assert len(content) > 20_000
