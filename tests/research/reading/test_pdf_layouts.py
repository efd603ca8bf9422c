"""What a PDF says, whatever its layout: each file is set by typst from a text that is known."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pytest

from hitl.research.evidence import Document
from hitl.research.reading.files import read_document
from tests.research.reading.pdf_files import (
    ARABIC,
    CHINESE,
    ENGLISH,
    GERMAN,
    HEBREW,
    JAPANESE,
    Vocabulary,
    by_typst,
    fonts,
    paragraphs,
    set_text,
)
from tests.research.samples import headings_of

TITLES = (
    "Scope of the investigation",
    "Measurements of groundwater",
    "Costs and benefits",
    "Recommendations",
    "Legal framework",
    "Public consultation",
)
JUSTIFIED = '#set par(justify: true)\n#set text(lang: "en", hyphenate: true)\n'
JUSTIFIED_GERMAN = JUSTIFIED.replace('"en"', '"de"')
RAISED = re.compile("[⁰¹²³⁴-⁹]")
TABLE = (
    ("Part", "Loss", "Cost"),
    ("North", "33.1", "450"),
    ("South and harbour", "28.4", "1,200"),
    ("West", "9.5", "12"),
)
READ_TABLE = [
    "Part | Loss | Cost",
    "Part: North | Loss: 33.1 | Cost: 450",
    "Part: South and harbour | Loss: 28.4 | Cost: 1,200",
    "Part: West | Loss: 9.5 | Cost: 12",
]


def texts(document: Document, *kinds: str) -> list[str]:
    """The blocks of a document, those of some kinds if they are given."""
    return [document.text[block.start : block.end] for block in document.blocks if not kinds or block.kind in kinds]


def sections(vocabulary: Vocabulary = ENGLISH, of_each: int = 5) -> list[list[str]]:
    """The paragraphs of each section."""
    return [paragraphs(of_each, seed, vocabulary) for seed in range(len(TITLES))]


def set_sections(parts: Sequence[Sequence[str]], deeper: bool = False) -> str:
    return "".join(
        f"{'==' if deeper and index % 2 else '='} {title}\n" + set_text(*section)
        for index, (title, section) in enumerate(zip(TITLES, parts, strict=True))
    )


def share_of_whole(document: Document, wanted: Sequence[str]) -> float:
    """The share of paragraphs that are read whole, as a block of their own."""
    read = Counter(RAISED.sub("", text) for text in texts(document))
    return sum(read[paragraph] > 0 for paragraph in wanted) / len(wanted)


@pytest.mark.parametrize(
    ("layout", "vocabulary"),
    [
        (JUSTIFIED + '#set page(numbering: "1")\n', ENGLISH),
        (JUSTIFIED + '#set page(columns: 2, numbering: "1 / 1")\n#set text(size: 10pt)\n', ENGLISH),
        (JUSTIFIED + "#set page(columns: 3, margin: 1.5cm)\n#set text(size: 8.5pt)\n", ENGLISH),
        (
            "#set page(columns: 2)\n#set par(first-line-indent: 1em, spacing: 0.65em)\n#set text(size: 9pt)\n",
            ENGLISH,
        ),
        (JUSTIFIED_GERMAN + '#set page(columns: 2, numbering: "– 1 –")\n#set text(size: 10pt)\n', GERMAN),
        (
            JUSTIFIED_GERMAN + '#set page("a5")\n#set par(first-line-indent: 1.2em, spacing: 0.65em)\n',
            GERMAN,
        ),
    ],
    ids=["one column", "two columns", "three columns", "two columns with indents", "German columns", "German indents"],
)
def test_paragraphs_are_read_whole_and_in_order(layout, vocabulary):
    parts = sections(vocabulary)

    document = read_document("set.pdf", by_typst(layout + set_sections(parts)))

    wanted = [paragraph for section in parts for paragraph in section]
    read = [text for text in texts(document) if text in wanted]
    assert share_of_whole(document, wanted) >= 0.95
    assert read == [paragraph for paragraph in wanted if paragraph in read]
    assert headings_of(document) == list(TITLES)


def test_headings_have_their_whole_path():
    parts = sections(of_each=2)
    source = "#text(size: 24pt)[*The water works*]\n\n" + set_sections(parts, deeper=True)

    document = read_document("set.pdf", by_typst(source))

    assert document.title == "The water works"
    place = document.place_at(document.text.index(parts[3][0]))
    assert place.startswith("Costs and benefits › Recommendations, page ")


def test_numbered_headings_of_one_style_have_levels():
    source = (
        '#set heading(numbering: "1.1")\n#show heading: set text(size: 11pt)\n'
        "= Costs\n" + set_text(*paragraphs(2, 1)) + "== Pumps\n" + set_text(*paragraphs(2, 2)) + "= Outlook\n"
    ) + set_text(*paragraphs(2, 3))

    document = read_document("set.pdf", by_typst(source))

    assert [(text, block.level) for text, block in zip(headings_of(document), document.headings, strict=True)] == [
        ("1 Costs", 1),
        ("1.1 Pumps", 2),
        ("2 Outlook", 1),
    ]


ODD_AND_EVEN = """#set page("a5", header: context {
  let number = counter(page).get().first()
  let before = query(selector(heading).before(here()))
  let title = if before.len() > 0 { before.last().body } else { [Opening] }
  set text(size: 9pt)
  if calc.odd(number) [ _#title _ #h(1fr) #number ] else [ #number #h(1fr) _Yearbook of the water works_ ]
})
"""
CHAPTERS_AND_FEET = """#set page("a5", header: context {
  let before = query(selector(heading).before(here()))
  set text(size: 9pt, style: "italic")
  if before.len() > 0 { [In this chapter: ] + before.last().body } else { [Opening] }
}, footer: [#set text(size: 8pt)
City of Westhaven #linebreak() Department of water #linebreak()
Draft of 3 May #h(1fr) #context counter(page).display()])
"""


@pytest.mark.parametrize("heads", [ODD_AND_EVEN, CHAPTERS_AND_FEET], ids=["odd and even", "chapters and three lines"])
def test_running_heads_and_feet_are_left_out(heads):
    parts = sections(of_each=4)

    document = read_document("set.pdf", by_typst(heads + JUSTIFIED + set_sections(parts)))

    for furniture in ("Yearbook", "Opening", "In this chapter", "City of", "Department of water", "Draft of"):
        assert furniture not in document.text
    assert headings_of(document) == list(TITLES)
    assert share_of_whole(document, [paragraph for section in parts for paragraph in section]) >= 0.95


@pytest.mark.parametrize("columns", [1, 2])
def test_footnotes_stand_apart_and_the_sentences_with_their_marks_are_whole(columns):
    text = paragraphs(20, 9)
    notes = [f"See the report number {number} of the court of audit." for number in range(20)]
    source = f'#set page("a5", columns: {columns}, numbering: "1")\n#set text(size: 9pt)\n{JUSTIFIED}'
    for paragraph, note in zip(text, notes, strict=True):
        words = paragraph.split()
        half = len(words) // 2
        source += f"{' '.join(words[:half])}#footnote[{note}] {' '.join(words[half:])}\n\n"

    document = read_document("set.pdf", by_typst(source))

    assert share_of_whole(document, text) >= 0.95
    assert [RAISED.sub("", note).strip() for note in texts(document, "footnote")] == notes


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("stroke", ["1pt", "none"])
def test_table_is_read_row_by_row_with_its_heads(columns, stroke):
    text = paragraphs(16, 12)
    cells = ", ".join(f"[{cell}]" for row in TABLE for cell in row)
    table = f"#table(columns: 3, stroke: {stroke}, {cells})\n\n"
    layout = f"#set page(columns: {columns})\n#set text(size: 9pt)\n{JUSTIFIED}"
    source = layout + set_text(*text[:2]) + table + set_text(*text[2:])

    document = read_document("set.pdf", by_typst(source))

    assert texts(document, "row") == READ_TABLE
    assert texts(document, "paragraph") == text


def test_wrapped_cells_of_a_ruled_table_are_put_together():
    cells = (
        ("Who", "What is paid", "When"),
        ("Adults who live in the town", "The whole fee, unless they have a card of the library", "Every year"),
        ("Children up to the age of twelve", "Nothing", "Never"),
        ("Visitors", "Half of the fee for each day on which they use the baths", "Each visit"),
    )
    flat = ", ".join(f"[{cell}]" for row in cells for cell in row)

    document = read_document("set.pdf", by_typst(f"#set page(width: 300pt)\n#table(columns: (1fr, 2fr, 1fr), {flat})"))

    assert texts(document, "row")[1:] == [
        f"Who: {who} | What is paid: {what} | When: {when}" for who, what, when in cells[1:]
    ]


def test_items_of_lists_are_apart_with_their_levels():
    before, after = paragraphs(1, 3)[0], paragraphs(1, 4)[0]
    long_item = paragraphs(1, 5, most=2)[0]
    source = (
        f"#set page(width: 320pt)\n{before}\nThe subsidy covers:\n"
        f"- {long_item}\n- Valves\n  - Brass valves\n- Roofs\n\n"
        f"{after}\n\n+ First, the plan.\n+ Second, the work.\n"
    )

    document = read_document("set.pdf", by_typst(source))

    items = [(document.text[block.start : block.end], block.level) for block in document.blocks if block.kind == "item"]
    assert items == [
        (long_item, 0),
        ("Valves", 0),
        ("Brass valves", 1),
        ("Roofs", 0),
        ("1. First, the plan.", 0),
        ("2. Second, the work.", 0),
    ]
    assert after in texts(document, "paragraph")
    assert f"{before} The subsidy covers:" in texts(document, "paragraph")


def test_table_of_contents_is_no_running_text():
    source = "#outline()\n#pagebreak()\n" + set_sections(sections(of_each=1))

    document = read_document("set.pdf", by_typst(source))

    assert "Costs and benefits … 2" in texts(document, "row")
    assert headings_of(document)[1:] == list(TITLES)


@pytest.mark.parametrize("text", [HEBREW, ARABIC, CHINESE, JAPANESE], ids=["Hebrew", "Arabic", "Chinese", "Japanese"])
def test_other_scripts_are_read_in_their_order(text):
    if not (family := fonts(text)):
        pytest.skip("no font has these letters")
    code = {HEBREW: "he", ARABIC: "ar", CHINESE: "zh", JAPANESE: "ja"}[text]
    layout = (
        f'#set text(font: {family}, lang: "{code}")\n#set page(width: 300pt, numbering: "1")\n#set par(justify: true)\n'
    )

    document = read_document("set.pdf", by_typst(layout + set_text(text, text)))

    assert texts(document) == [text, text]


def test_latin_words_numbers_and_brackets_in_hebrew_stay_in_order():
    text = "החברה Example Ltd שילמה 4.5 מיליון דולר בשנת 2019 (לפי הדוח), וקנתה 12 משאבות."
    if not (family := fonts(text)):
        pytest.skip("no font has these letters")
    table = "#table(columns: 2, [מי], [מחיר], [מבוגרים], [4], [ילדים], [2])"

    document = read_document("set.pdf", by_typst(f'#set text(font: {family}, lang: "he")\n{text}\n\n{table}'))

    assert texts(document) == [text, "מי | מחיר", "מי: מבוגרים | מחיר: 4", "מי: ילדים | מחיר: 2"]


def test_exponents_indices_and_marks_are_raised_and_lowered():
    source = (
        "The dose is $5 times 10^6$ units of CO#sub[2] at 3 m#super[2]"
        " on the 1#super[st] of May in 2019#footnote[A note.] by the committee#footnote[Another note.] of the town."
    )

    document = read_document("set.pdf", by_typst(source))

    assert texts(document) == [
        "The dose is 5 × 10⁶ units of CO₂ at 3 m² on the 1st of May in 2019 ¹ by the committee² of the town.",
        "¹ A note.",
        "² Another note.",
    ]
