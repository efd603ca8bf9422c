"""Taking a report away: every format says what the report says, and who decided."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PageObject, PdfReader
from pypdfium2 import PdfDocument
from typst import Fonts

from hitl.llm import Call, Usage
from hitl.report import Report, ReviewDecision, ReviewFindings
from hitl.report.events import ReviewReport
from hitl.report.export import Decided, ReportBundle, export, fonts
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.verification.claims import Opinion
from hitl.report.verification.marks import cite
from hitl.report.verification.references import references_of
from hitl.report.verification.verdicts import check_text
from hitl.report.writing.compose import composed
from hitl.report.writing.extractive import extractive_text
from hitl.text import escape_markdown
from tests.report.findings import finding

AT = datetime(2026, 11, 25, 12, 0, 3, tzinfo=UTC)
FIRST = finding("The tide rises twice a day – “on most coasts”.", title="On tides", place="page 2", start=10)
SECOND = finding("The moon pulls at the sea.", title="On the moon", place="page 7", start=90)
SAYS = Opinion(says="contradicted", model="gpt-5-mini")
TEXT = ReportText(
    sections=(
        Section(
            sentences=(
                Sentence(text="The tide rises twice.", findings=(FIRST.id,)),
                Sentence(text="The tide rises 17 times a day.", findings=(FIRST.id,)),
            )
        ),
        Section(
            heading="Nobody says this", sentences=(Sentence(text="The tide rises twice a day.", findings=(FIRST.id,)),)
        ),
    )
)


def report(model: str = "gpt-5-mini", topic: str = "tides") -> Report:
    """A model's report of a reworded sentence, two without a source, and an opinion; or one of quotes."""
    text = TEXT if model else extractive_text(topic, [FIRST], [])
    (claim, *others) = check_text(text, references_of([FIRST]))
    return composed(
        topic,
        text,
        [FIRST],
        model=model,
        written_on="2026-11-25",
        claims=[claim.model_copy(update={"opinion": SAYS if model else None}), *others],
        struck=3 if model else 0,
        unfinished="The model stopped." if model else "",
        calls=[Call(step="writing", model=model, usage=Usage(input=3000, output=120), dollars=0.0042)] if model else [],
    )


def with_markdown(made: Report, title: str, text: str) -> Report:
    """A report with another title, and with more Markdown after its text."""
    body, references = made.markdown.split("\n\n## References")
    body = body.replace(f"# {made.title}", f"# {title}", 1)
    fields = made.model_dump() | {"title": title, "markdown": f"{body}\n\n{text}\n\n## References{references}"}
    return Report(**fields)


def bundle(text: str = "", title: str = "Tides", model: str = "") -> ReportBundle:
    """A report with more Markdown in it, after two rounds, and two reviews of its text if a model wrote it."""
    made = report(model)
    asked: dict[str, dict[str, Any]] = {
        "q1": ReviewFindings(topic="tides", round=1, findings=[FIRST, SECOND]).model_dump(),
        "q2": ReviewFindings(topic="tides", round=2, findings=[FIRST]).model_dump(),
        "q3": ReviewReport(
            topic="tides", text=TEXT, claims=made.claims, references=made.references, findings=1, model=model, attempt=2
        ).model_dump(),
    }
    rejected = {"approved": False, "feedback": "More on *neaps*.", "dropped": [SECOND.id], "topic": "spring tides"}
    given = [Given("q1", rejected, "ana", AT), Given("q2", {"approved": True, "check": bool(model)}, "ben", AT)]
    if model:
        rewrite = {
            "action": "rewrite",
            "struck": [3],
            "notes": {"2": "*Wrong*."},
            "feedback": "Shorter.",
            "check": True,
        }
        given += [
            Given("q3", rewrite, "cem", AT),
            Given("q3", {"action": "findings"}, "dan", AT),
            Given("q3", {"action": "publish", "struck": [2, 9]}, "eve", AT),
        ]
    return ReportBundle.of("run-1", with_markdown(made, title, text), asked, given)


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
    text = text_of(export(bundle(model="gpt-5-mini"), suffix), suffix)

    for said in (
        "The tide rises twice.",
        "On tides, tides.md",
        "page 2",
        FIRST.quote,
        "(reworded)",
        "(no source: 17 is not in what it cites)",
        "Not in what it cites: 17.",
        "The language model gpt-5-mini says of it: contradicted.",
        "3 sentences: 0 verbatim, 2 reworded, 1 no source; 1 of 1 heading no source",
        "Opinion of the language model gpt-5-mini on 1 statement, which a human has not checked: 0 supported, "
        "1 contradicted, 0 not there: ",
        "contradicted: “The tide rises twice.”",
        "3 statements of the model's text struck out by a human",
        "The text is not whole: The model stopped.",
        "Written by the language model gpt-5-mini on 2026-11-25: 3,120 tokens, about $0.0042",
        "Rejected by ana at 2026-11-25 12:00:03: round 1 (2 findings); feedback: “More on *neaps*.”",
        "“spring tides”; dropped 1 finding:",
        "On the moon, tides.md, page 7",
        "Approved by ben at 2026-11-25 12:00:03: round 2 (1 finding); asked the model to check its sentences",
        "Sent back to be rewritten by cem at 2026-11-25 12:00:03: text 2 (3 sentences: 0 verbatim, 2 reworded, 1 no "
        "source; 1 of 1 heading no source); feedback: “Shorter.”; asked the model to check its sentences; struck out 1 "
        "statement; noted 1 statement:",
        "struck out: “Nobody says this”",
        "noted: “The tide rises 17 times a day.”: “*Wrong*.”",
        "Left for its findings by dan at 2026-11-25 12:00:03: text 2",
        "Published by eve at 2026-11-25 12:00:03: text 2",
        "struck out: “The tide rises 17 times a day.”",
        "struck out: statement 9",
    ):
        assert said in text
    assert text.count("name not verified") == 1


def test_json_holds_the_whole_evidence():
    data = json.loads(export(bundle(model="gpt-5-mini"), "json"))

    kept, dropped = data["findings"]
    assert kept == FIRST.model_dump(mode="json") | {"dropped": False, "cited_as": 1}
    assert dropped == SECOND.model_dump(mode="json") | {"dropped": True, "cited_as": None}
    assert data["references"] == [{"number": 1, "finding": FIRST.id}]
    assert data["calls"][0]["usage"]["output"] == 120
    assert data["spending"] == "3,120 tokens, about $0.0042"
    assert data["text"] == TEXT.model_dump(mode="json")
    assert data["verdicts"] == "3 sentences: 0 verbatim, 2 reworded, 1 no source; 1 of 1 heading no source"
    assert [claim["verdict"] for claim in data["claims"]] == ["reworded", "no source", "no source", "reworded"]
    assert data["claims"][0]["opinion"] == {"says": "contradicted", "model": "gpt-5-mini"}
    assert data["claims"][1]["strange_numbers"] == ["17"]
    assert "likeness" not in data["claims"][0], "it would read like truth"
    assert (data["struck"], data["language"], data["unfinished"]) == (3, "en", "The model stopped.")


def test_json_says_who_decided_what():
    data = json.loads(export(bundle(model="gpt-5-mini"), "json"))

    first, second, rewrite, back, publish = data["decisions"]
    assert [decision["about"] for decision in data["decisions"]] == ["findings", "findings", "text", "text", "text"]
    assert [decision["by"] for decision in data["decisions"]] == ["ana", "ben", "cem", "dan", "eve"]
    assert (first["approved"], first["feedback"], first["at"]) == (False, "More on *neaps*.", "2026-11-25T12:00:03Z")
    assert first["review"]["findings"] == [FIRST.id, SECOND.id]
    assert (second["approved"], second["check"]) == (True, True)
    assert (rewrite["action"], rewrite["feedback"], rewrite["check"]) == ("rewrite", "Shorter.", True)
    assert rewrite["struck"] == [{"number": 3, "text": "Nobody says this"}]
    assert rewrite["notes"] == [{"number": 2, "text": "The tide rises 17 times a day.", "note": "*Wrong*."}]
    assert rewrite["review"]["text"] == TEXT.model_dump(mode="json")
    assert (back["action"], back["struck"]) == ("findings", [])
    assert publish["struck"] == [
        {"number": 2, "text": "The tide rises 17 times a day."}, {"number": 9, "text": None}
    ]  # fmt: skip


def test_a_report_without_a_model_says_so():
    text = export(bundle(), "md").decode()

    assert "Written on 2026-11-25 with no language model" in text
    assert "1 sentence: 1 verbatim, 0 reworded, 0 no source" in text


@pytest.mark.parametrize("suffix", ["md", "docx", "pdf"])
def test_a_report_of_an_earlier_version_is_exported_as_it_was_written(suffix: Any):
    stored: dict[str, Any] = {
        "title": "Tides",
        "markdown": f"# Tides\n\nThey rise. {cite(1)} *(near, 93 %)*\n\n## References\n\n###### Reference 1\n\n> Up.\n",
        "references": [{"number": 1, "finding": FIRST.model_dump(exclude={"answers", "matched", "is_weak"})}],
        "checks": [{"sentence": "They rise.", "number": 1, "verdict": "near", "similarity": 0.93}],
        "uncited": [],
        "removed": 3,
        "model": "gpt-5-mini",
    }
    asked = {"q1": {"topic": "tides", "round": 1, "findings": [FIRST.model_dump()], "draft": "half a text"}}
    given = [Given("q1", {"approved": True, "go_on": "with the draft"}, "ana", AT)]

    text = text_of(export(ReportBundle.of("run-1", Report(**stored), asked, given), suffix), suffix)

    assert "They rise. [" in text and "(near, 93 %)" in text and "Reference 1" in text
    assert "Written by an earlier version of hitl; its verdicts are the marks in the text" in text
    assert "Approved by ana at 2026-11-25 12:00:03: round 1 (1 finding); went on with the draft" in text


def test_json_of_an_earlier_version_has_no_verdicts_of_this_one():
    earlier = Report(title="Tides", markdown="# Tides\n", references=[])

    data = json.loads(export(ReportBundle("run-1", earlier, []), "json"))

    assert (data["text"], data["verdicts"], data["claims"]) == (None, None, [])


GERMAN = finding("Die Flut kommt zweimal am Tag und folgt dem Mond.", title="Gezeiten", start=10)


def german() -> ReportBundle:
    said = [Sentence(text="Die Flut kommt 17 mal am Tag.", findings=(GERMAN.id,)), Sentence(text=GERMAN.quote)]
    sections = [Section(heading=f"Teil {number}", sentences=tuple(said)) for number in range(1, 5)]
    topic = "Warum kommt die Flut zweimal am Tag?"
    made = composed(topic, ReportText(sections=tuple(sections)), [GERMAN], model="m", written_on="2026-11-25")
    return ReportBundle("run-1", made, [])


@pytest.mark.parametrize("suffix", ["md", "docx", "pdf"])
def test_a_german_report_has_german_words_in_every_format(suffix: Any):
    text = text_of(export(german(), suffix), suffix)

    for said in ("Quellen", "Quelle 1", "Umformuliert", "(ohne Quelle: nicht in dem, was er zitiert: 17)"):
        assert said in text
    for said in {"docx": [], "md": ["(#quelle-1)"], "pdf": ["Inhalt", "1 von 2", "Zurück zum Text: 1"]}[suffix]:
        assert said in text
    assert not re.search("Reference|Contents|reworded|Back to", text.partition("Run: ")[0].rpartition("How this")[0])


def test_a_german_report_is_tagged_as_german():
    root: Any = PdfReader(BytesIO(export(german(), "pdf"))).trailer["/Root"]
    assert root["/Lang"] == "de"
    document = Document(BytesIO(export(german(), "docx")))
    assert document.core_properties.language == "de"
    assert 'w:lang w:val="de"' in document.styles.element.xml
    assert 'w:anchor="_quelle_1"' in document.element.xml and 'w:name="_quelle_1"' in document.element.xml


def test_a_citation_leads_to_its_reference_whatever_the_title_is():
    (page, *_) = PdfReader(BytesIO(export(ReportBundle("run-1", report(topic="Reference 1"), []), "pdf"))).pages
    document = Document(BytesIO(export(ReportBundle("run-1", report(topic="Reference 1"), []), "docx")))

    assert len({tuple(link["/Rect"]) for link in _links(page)}) == len(_links(page))
    (bookmark,) = re.findall(r'<w:pStyle w:val="(\w+)"/>\s*</w:pPr>\s*<w:bookmarkStart', document.element.xml)
    assert bookmark == "Heading6"


ADDRESS = "https://www.example.org/reports/my_report_2024.html#part_3"


@pytest.mark.parametrize("suffix", ["md", "docx", "pdf"])
def test_a_web_address_stays_whole(suffix: Any):
    quoted = finding(f"The tide tables of all of the harbours are there: see {ADDRESS} and nowhere else.")
    made = composed("tides", extractive_text("tides", [quoted], []), [quoted], written_on="2026-11-25")

    text = text_of(export(ReportBundle("run-1", made, []), suffix), suffix)

    if suffix == "pdf":  # which may break it at a sign
        text = re.sub(r"(?<=[/_.-]) ", "", text)
    assert text.count(f" {ADDRESS} ") == 2


def test_what_is_of_another_version_is_counted_and_the_rest_is_there():
    given = [Given("gone", {"approved": True}, "ana", AT), Given("gone", {"verdict": "yes"}, "ben", AT)]
    given += [Given("gone", {"action": "publish"}, "cem", AT), Given("gone", {"action": "burn"}, "dan", AT)]

    whole = ReportBundle.of("run-1", report(), {"gone": {"topics": []}}, given)

    assert [decided.review for decided in whole.decisions] == [None, None]
    text = export(whole, "md").decode()
    assert "Of another version, and so not shown: 2 answers." in text
    assert "Published by cem at 2026-11-25 12:00:03: a text on file no more" in text
    assert json.loads(export(whole, "json"))["unreadable"] == 2


def test_what_humans_write_comes_to_life_nowhere():
    decided = Decided("*ana*", AT, ReviewDecision(approved=False, feedback="![x](http://evil.example/)<b>"), None)

    text = export(ReportBundle("run-1", report(), [decided]), "md").decode()

    assert "\\!\\[x\\](http://evil.example/)\\<b\\>" in text.replace("!", "\\!")
    assert "by \\*ana\\* at" in text


def test_word_gets_real_headings_lists_tables_and_links():
    document = Document(
        BytesIO(export(bundle("1. one\n2. two\n\ntext\n\n1. again\n\n|a|b|\n|-|-|\n|c|d|\n\nשלום"), "docx"))
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
    assert export(bundle(title="x" * 300), "docx")


def test_pdf_has_a_title_a_language_page_numbers_and_tags():
    reader = PdfReader(
        BytesIO(export(bundle("The tide rises and falls with the moon. " * 500, model="gpt-5-mini"), "pdf"))
    )

    assert reader.metadata
    assert (reader.metadata.title, reader.metadata.author) == ("Tides", "gpt-5-mini, with hitl")
    assert reader.metadata.creation_date == AT
    pages = len(reader.pages)
    assert pages > 2
    last_lines = [page.extract_text().strip().split("\n")[-1] for page in reader.pages]
    assert last_lines == [f"{number} of {pages}" for number in range(1, pages + 1)]
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]


def test_a_citation_leads_to_its_reference_and_the_reference_back():
    reader = PdfReader(BytesIO(export(bundle(f"First. {cite(1)}\n\n" + "word " * 3000 + cite(1)), "pdf")))

    assert "Back to the text: 1, 2, 3" in text_of(export(bundle(f"{cite(1)} {cite(1)}"), "pdf"), "pdf")
    where = next(page for page in reader.pages if "Back to the text" in page.extract_text())
    number = reader.pages.index(where) + 1
    last_cited = next(at for at in range(number, 0, -1) if "[1]" in reader.pages[at - 1].extract_text())
    assert {_page_of(link, reader) for link in _links(reader.pages[0])} == {number}
    assert [_page_of(link, reader) for link in _links(where)][-3:] == [1, 1, last_cited]


def _links(page: PageObject) -> list[Any]:
    """The links of a page, from top to bottom."""
    annotations: Any = page["/Annots"]
    return sorted((link.get_object() for link in annotations), key=lambda link: (-link["/Rect"][1], link["/Rect"][0]))


def _page_of(link: Any, reader: PdfReader) -> int:
    """The number of the page that a link leads to."""
    target = link["/Dest"] if "/Dest" in link else link["/A"]["/D"]
    if isinstance(target, str):
        target = reader.named_destinations[target].dest_array
    return 1 + next(number for number, page in enumerate(reader.pages) if page.indirect_reference == target[0])


def test_a_long_report_has_contents_and_a_short_one_has_none():
    sections = "\n\n".join(f"## Part {number}\n\nSome words." for number in range(1, 6))

    assert "Contents Part 1" in text_of(export(bundle(sections), "pdf"), "pdf")
    assert "Contents" not in text_of(export(bundle(), "pdf"), "pdf")


def pages_of(content: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(BytesIO(content)).pages]


def test_the_references_of_a_long_report_begin_on_a_new_page_and_those_of_a_short_one_below_its_text():
    sections = [f"## Part {number}\n\nSome words. {cite(1)}" for number in range(1, 80)]

    long, short = (pages_of(export(bundle("\n\n".join(some)), "pdf")) for some in (sections, sections[:3]))

    assert sum(page.startswith("References ") for page in long) == 1
    assert sum(page.startswith("How this report came about ") for page in long) == 1
    assert "Part 3 Some words. [1] References " in short[0]


def test_the_contents_name_the_page_of_each_heading():
    """Also where the room kept for the contents turns out too small: a heading takes two lines in them."""
    titles = [f"Part {number} {'and more ' * (number % 3 * 12)}ends" for number in range(1, 60)]
    pages = pages_of(export(bundle("\n\n".join(f"## {title}\n\n{'words ' * 90}" for title in titles)), "pdf"))

    numbers = [re.search(rf"{title}[. ]+(\d+)", " ".join(pages)) for title in titles]
    assert all(number and title in pages[int(number[1]) - 1] for title, number in zip(titles, numbers, strict=True))


MEMORY = Path("/proc/self/statm")
GROWTH = f"""
from pathlib import Path
from tests.report.export.test_export import bundle, export
sizes = []
for word in ("tide", "moon", "wave", "neap", "ebbs"):
    export(bundle("\\n\\n".join(word + " word" * 50 + str(number) for number in range(300))), "pdf")
    sizes.append(int(Path("{MEMORY}").read_text().split()[1]))
print((sizes[4] - sizes[1]) / sizes[1])
"""


@pytest.mark.skipif(not MEMORY.exists(), reason="this system does not say how much memory a process has")
def test_memory_does_not_grow_with_the_number_of_reports_exported():
    """The last three of five reports need what the first two have left."""
    assert float(subprocess.check_output([sys.executable, "-c", GROWTH], text=True)) < 0.1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Gezeiten entstehen durch die Anziehung des Mondes und der Sonne. " * 20, "de"),
        ("Les marées sont causées par l’attraction de la Lune et du Soleil. " * 20, "fr"),
    ],
)
def test_pdf_names_the_language_of_its_text(text: str, language: str):
    root: Any = PdfReader(BytesIO(export(bundle(text), "pdf"))).trailer["/Root"]
    assert root["/Lang"] == language


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that has no font but those that typst brings."""
    monkeypatch.setattr(fonts, "typst_fonts", lambda: Fonts(include_system_fonts=False))
    fonts.characters_of.cache_clear()
    yield
    fonts.characters_of.cache_clear()


def test_pdf_without_the_fonts_for_a_script_says_what_to_install(no_fonts: None):
    text = text_of(export(bundle("עו Łódź – “€”"), "pdf"), "pdf")

    assert "2 characters of this report are in no font of this machine" in text
    assert "More fonts help" in text
    assert "?? Łódź – “€”" in text


def test_what_typst_brings_has_every_character_that_is_relied_on(no_fonts: None):
    """A character that a font does not have is drawn as its glyph 0, with which no text goes."""
    text = "".join(sorted(fonts.BUILT_IN - {" ", "\u00a0", "\u00ad"}))

    assert fonts.fonts_for(set(text)).text == ["Libertinus Serif"]
    assert not set(text) - set(text_of_pdf(export(bundle(escape_markdown(text)), "pdf")))


def test_a_broken_font_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "typst_fonts", lambda: Fonts(font_paths=[str(tmp_path)]))

    assert "The tide rises twice a day" in text_of(export(bundle(), "pdf"), "pdf")


def test_a_table_with_more_columns_than_a_page_has_room_for_is_written_row_by_row():
    cells = [f"c{number}" for number in range(14)]
    table = f"|{'|'.join(cells)}|\n|{'-|' * len(cells)}\n|{'|'.join(cells).upper()}|"

    assert " | ".join(cells) in text_of(export(bundle(table), "pdf"), "pdf")


@pytest.mark.parametrize("letter", ["W", "\U000f0000", "海", "あ", "Ａ", "。", "「", "ー", "！", "〜"])
def test_a_word_wider_than_the_page_stays_on_it(letter: str):
    assert_stays_on_the_page(letter)


@pytest.mark.parametrize("letter", ["W", "海", "ก", "あ", "。"])
def test_a_word_wider_than_the_page_stays_on_it_without_a_font_too(letter: str, no_fonts: None):
    assert_stays_on_the_page(letter)


def assert_stays_on_the_page(letter: str) -> None:
    page = PdfDocument(export(bundle(f"{letter * 400}."), "pdf"))[0]
    letters, text = page.get_textpage(), page.get_textpage().get_text_range()
    rights = [letters.get_charbox(at)[2] for at, shown in enumerate(text) if shown in (letter, "□", "?")]
    assert len(rights) >= 400
    assert max(rights) < page.get_width() - 60


needs_hebrew = pytest.mark.skipif(
    not fonts.fonts_for({"ש"}).characters >= {"ש"}, reason="this machine has no font with Hebrew"
)


@needs_hebrew
def test_hebrew_stands_on_the_right_with_its_links_on_its_left():
    reader = PdfReader(BytesIO(export(bundle(f"שלום עולם {cite(1)}"), "pdf")))

    left, _, right, _ = _links(reader.pages[0])[1]["/Rect"]
    middle = reader.pages[0].mediabox.width / 2
    assert middle < left < right < 2 * middle - 24 * 72 / 25.4 - 20, "between the middle and the words at the margin"


@needs_hebrew
def test_hebrew_in_lists_and_quotes_is_moved_in_from_the_right():
    page = PdfDocument(export(bundle("- אא\n  - בב\n\n> גג\n\nדד"), "pdf"))[0].get_textpage()

    begins = dict.fromkeys("אבגד", 0.0)
    for at, letter in enumerate(page.get_text_range()):
        if letter in begins:
            begins[letter] = max(begins[letter], page.get_charbox(at)[2])
    assert begins["ב"] < begins["א"] - 10 < begins["ד"] - 20
    assert begins["ג"] < begins["ד"] - 5


@needs_hebrew
def test_a_number_within_hebrew_within_english_keeps_its_place_and_its_order():
    content = export(bundle("Zeal שלום (12) עולם and more."), "pdf")

    page = PdfDocument(content)[0].get_textpage()
    text = page.get_text_range()
    ends = sorted((text.index("Zeal"), text.index("more")))  # PDFium may give the line from right to left
    line = range(ends[0], ends[1] + 4)
    places = {text[at]: page.get_charbox(at)[0] for at in line}  # where each letter begins, from the left
    assert places["Z"] < places["ע"] < places["1"] < places["2"] < places["ש"] < places["d"]


@pytest.mark.parametrize(
    "text",
    [
        "text\n\n## ???\n\nmore text",
        "## ???\n\n```\ncode\n```",
        "[up](#tides)",
        f"| {cite(1)} | b |\n|--|--|\n" + "| x | y |\n" * 200,
        f"## A heading with a citation {cite(1)}\n\n## Two\n\n## Three\n\n## Four",
        "1. # Head\n2. text\n3. ---",
    ],
    ids=lambda text: text[:20],
)
def test_whatever_a_link_leads_to_a_pdf_is_made(text: str):
    assert "The tide rises twice a day" in text_of(export(bundle(text), "pdf"), "pdf")


@pytest.mark.parametrize("title", ["???", "🎉", "", "# *", "a\nb"])
def test_a_title_without_a_letter_is_a_title_of_a_pdf(title: str):
    assert export(bundle(title=title), "pdf")


def test_a_heading_without_a_letter_is_led_to_by_nothing():
    links = _links(PdfReader(BytesIO(export(bundle("text\n\n## ???\n\nmore"), "pdf"))).pages[0])
    assert len(links) == 2, "to the reference, and back"


def test_an_item_that_is_a_heading_or_a_rule_keeps_its_number():
    text = text_of(export(bundle("1. # Head\n2. text\n3. ---\n4. end"), "pdf"), "pdf")
    assert all(number in text for number in ("1.", "2.", "3.", "4."))


@needs_hebrew
def test_page_numbers_of_a_hebrew_report_run_from_left_to_right():
    content = export(bundle("הגאות עולה פעמיים. " * 200, title="גאות"), "pdf")

    page = PdfDocument(content)[0]
    letters = page.get_textpage()
    foot = [
        (letters.get_charbox(at)[0], letter)
        for at, letter in enumerate(letters.get_text_range())
        if letter.strip() and letters.get_charbox(at)[3] < 60
    ]
    assert "".join(letter for _, letter in sorted(foot)).startswith("1of")


def test_a_pile_of_marks_is_drawn_in_the_time_of_any_other_text():
    content = export(bundle("a" + "\u0301" * 4_000), "pdf")  # one letter: it would take minutes
    assert "The tide rises twice a day" in text_of(content, "pdf")
