"""What shows in a Word file is read, in order, and what does not show is not."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from hitl.research.evidence import Document
from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.reading.limits import USUAL_LIMITS, OverLimit, ReadLimits
from hitl.research.reading.word.reader import read_docx
from tests.research.reading.word_files import (
    FIRST,
    NAMESPACES,
    Part,
    abstract,
    box,
    cell,
    control,
    deleted,
    equation,
    field,
    file_with,
    in_list,
    inserted,
    item,
    level,
    lowered,
    math,
    modern_box,
    notes,
    number,
    numbering,
    paragraph,
    raised,
    reference,
    restart,
    row,
    rows,
    run,
    style,
    styles,
    text,
    word_file,
)
from tests.research.samples import CORAL, HEAT, TIDES, headings_of, word


def read(body: str, *parts: Part) -> Document:
    """A document of a first paragraph and this body; all of its words must be read."""
    document = read_document("letter.docx", word_file(paragraph(run(FIRST)) + body, *parts))
    assert document.unread_words == 0
    return document


def blocks_of(document: Document) -> list[str]:
    """Its blocks after the first paragraph."""
    assert document.text.startswith(FIRST)
    return [document.text[block.start : block.end] for block in document.blocks[1:]]


def read_blocks(body: str, *parts: Part) -> list[str]:
    return blocks_of(read(body, *parts))


def kinds_of(document: Document) -> list[tuple[str, int]]:
    return [(block.kind, block.level) for block in document.blocks[1:]]


MESSAGE = "Key message: do not store the vaccine above eight degrees."
BOXED = paragraph(run(MESSAGE))
NESTED = rows(row(cell(paragraph(run("Outer cell")) + rows(row("Late fee", "45 dollars")) + "<w:p/>"), "Second cell"))
HIDDEN = "<w:vanish/>"

SHOWN = {
    "a tracked change": (
        paragraph(run("The rent is "), deleted("900 euros"), inserted(run("1200 euros")), run(" per month.")),
        ["The rent is 1200 euros per month."],
    ),
    "a tracked move": (
        paragraph(
            run("It is "),
            '<w:moveFromRangeStart w:id="3" w:name="a"/>',
            f"<w:moveFrom>{run('long ago ')}</w:moveFrom>",
            '<w:moveFromRangeEnd w:id="3"/>',
            f"<w:moveTo>{run('due soon')}</w:moveTo>",
            run("."),
        ),
        ["It is due soon."],
    ),
    "an insertion that was deleted again": (
        paragraph(run("One"), inserted(deleted(" two")), run(" three")),
        ["One three"],
    ),
    "a control in a line": (
        paragraph(run("The customer is "), control(run("Example Bakery Limited")), run(" of Leeds.")),
        ["The customer is Example Bakery Limited of Leeds."],
    ),
    "a control around a paragraph": (
        control(paragraph(run("The penalty is two per cent."))),
        ["The penalty is two per cent."],
    ),
    "a control in a control": (control(control(paragraph(control(run("Deep."))))), ["Deep."]),
    "a control around a row": (rows(row("Who", "Ann"), control(row("Where", "Leeds"))), ["Who | Ann", "Where | Leeds"]),
    "a control around a cell": (rows(f"<w:tr>{cell('Who')}{control(cell('Ann'))}</w:tr>"), ["Who | Ann"]),
    "a control that asks for a text": (
        paragraph(control(run("Click here to enter a date."), '<w:showingPlcHdr/><w:date w:fullDate="x"/>')),
        ["Click here to enter a date."],
    ),
    "a smart tag": (
        paragraph(run("In "), f'<w:smartTag w:element="place">{run("Leeds")}</w:smartTag>', run(".")),
        ["In Leeds."],
    ),
    "custom XML": (
        '<w:customXml w:element="a"><w:customXmlPr><w:attr w:name="x"/></w:customXmlPr>'
        f"{paragraph(run('Inside.'))}</w:customXml>",
        ["Inside."],
    ),
    "a link": (paragraph(run("See "), f"<w:hyperlink>{run('the annex')}</w:hyperlink>", run(".")), ["See the annex."]),
    "a field in runs": (paragraph(run("On page "), field(" PAGE ", run("17")), run(".")), ["On page 17."]),
    "a simple field": (
        paragraph(run("On page "), f'<w:fldSimple w:instr="PAGE">{run("17")}</w:fldSimple>', run(".")),
        ["On page 17."],
    ),
    "a field in the instruction of a field": (
        paragraph(field(f"IF {field('PAGE', run('17'))} = 1 yes", run("Dear reader")), run(",")),
        ["Dear reader,"],
    ),
    "a field in the result of a field": (
        paragraph(field("HYPERLINK x", run("Chapter "), field("PAGEREF y", run("4")), run(" below"))),
        ["Chapter 4 below"],
    ),
    "a field over several paragraphs": (
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>TOC</w:instrText></w:r>')
        + paragraph('<w:r><w:fldChar w:fldCharType="separate"/></w:r>', run("Fees"))
        + paragraph(run("Rooms"), '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
        ["Fees", "Rooms"],
    ),
    "a field without an end": (
        paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', run("All of this")) + paragraph(run("still shows.")),
        ["All of this", "still shows."],
    ),
    "an entry of an index": (paragraph(run("Fees", ""), field(' XE "fees" '), run(" are due.")), ["Fees are due."]),
    "a box that is ticked in a form": (
        paragraph(
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>'
            '</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
            run(" I agree."),
        ),
        ["☒ I agree."],
    ),
    "a choice in a form": (
        paragraph(
            run("Size: "),
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
            '<w:listEntry w:val="small"/><w:listEntry w:val="large"/></w:ddList></w:ffData></w:fldChar></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        ),
        ["Size: large"],
    ),
    "a text box of an older Word": (paragraph(run("Beside it."), box(BOXED)), ["Beside it.", MESSAGE]),
    "a text box, which is written twice": (paragraph(run("Beside it."), modern_box(BOXED)), ["Beside it.", MESSAGE]),
    "a text box in the middle of a word": (paragraph(run("con"), box(BOXED), run("tract")), ["contract", MESSAGE]),
    "a text box in a text box": (
        paragraph(box(paragraph(run("Outer."), box(paragraph(run("Inner.")))))),
        ["Outer.", "Inner."],
    ),
    "a text box in a cell": (rows(row(cell(paragraph(run("Who"), box(BOXED))), "Ann")), ["Who | Ann", MESSAGE]),
    "what stands there only for an older Word": (
        paragraph(f"<mc:AlternateContent><mc:Fallback>{run('An old picture')}</mc:Fallback></mc:AlternateContent>"),
        ["An old picture"],
    ),
    "word art": (
        paragraph('<w:r><w:pict><v:shape><v:textpath string="Grand opening"/></v:shape></w:pict></w:r>'),
        ["Grand opening"],
    ),
    "a table in a table": (NESTED, ["Outer cell | Second cell", "Late fee | 45 dollars"]),
    "a line break": (
        paragraph(run("The first item is water."), "<w:r><w:br/></w:r>", run("The second item is salt.")),
        ["The first item is water.\nThe second item is salt."],
    ),
    "tabs and hyphens": (
        paragraph(
            "<w:r><w:t>one</w:t><w:tab/><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t><w:cr/><w:t>co</w:t>"
            "<w:softHyphen/><w:t>operate</w:t></w:r>"
        ),
        ["one well-known\ncooperate"],
    ),
    "words in pieces": (
        paragraph(run("con"), run("tr", "<w:i/>"), '<w:proofErr w:type="spellStart"/>', run("act")),
        ["contract"],
    ),
    "lines of XML inside a text": (paragraph("<w:r><w:t>one\n  two</w:t></w:r>"), ["one two"]),
    "letters shown as capitals": (paragraph(run("The lessor", "<w:caps/>"), run(" pays.")), ["The lessor pays."]),
    "an ordinal": (paragraph(run("on the 1"), raised("st"), run(" of May")), ["on the 1st of May"]),
    "an exponent": (
        paragraph(run("5 x 10"), raised("6"), run(" m"), raised("2"), run(" s"), raised("-1")),
        ["5 x 10⁶ m² s⁻¹"],
    ),
    "an exponent in two runs": (paragraph(run("10"), raised("1"), raised("2"), run(" cells")), ["10¹² cells"]),
    "a chemical formula": (paragraph(run("CO"), lowered("2"), run(" and H"), lowered("2"), run("O")), ["CO₂ and H₂O"]),
    "a note that was typed after a year": (
        paragraph(run("since 2019"), raised("12"), run(", not")),
        ["since 2019 ¹², not"],
    ),
    "a note that was typed after a word": (
        paragraph(run("the committee"), raised("1,2"), run(" met")),
        ["the committee¹,² met"],
    ),
    "a sign of a trade mark": (paragraph(run("Exampol"), raised("TM"), run(" is new")), ["Exampol™ is new"]),
    "raised letters that Unicode lacks": (paragraph(run("x"), raised("Q*")), ["x^(Q*)"]),
    "a sentence that is set small": (paragraph(raised("All prices are in euros.")), ["All prices are in euros."]),
    "a symbol": (
        paragraph(run("TNF-"), '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', run(" falls")),
        ["TNF-α falls"],
    ),
    "a tick": (paragraph('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', run(" done")), ["✓ done"]),
    "letters of a symbol font": (
        paragraph(run("m", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'), run("g of iron")),
        ["μg of iron"],
    ),
    "a reading above a word": (
        paragraph(
            run("The word "),
            f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('かんじ')}</w:rt><w:rubyBase>{run('漢字')}</w:rubyBase></w:ruby></w:r>",
            run(" is old."),
        ),
        ["The word 漢字(かんじ) is old."],
    ),
    "a text from right to left": (
        paragraph(f"<w:bdo>{run('שלום עולם', '<w:rtl/>')}</w:bdo>", run(" (hello)")),
        ["שלום עולם (hello)"],
    ),
    "a large first letter": (
        paragraph(run("T"), properties='<w:framePr w:dropCap="drop" w:lines="3"/>')
        + paragraph(run("he pool is closed.")),
        ["The pool is closed."],
    ),
    "paragraphs whose break was deleted": (
        paragraph(run("The pool is"), properties='<w:rPr><w:del w:id="4" w:author="a"/></w:rPr>')
        + paragraph(run(" closed.")),
        ["The pool is closed."],
    ),
    "a fraction": (
        paragraph(run("So "), equation(f"<m:f><m:num>{math('a+b')}</m:num><m:den>{math('c')}</m:den></m:f>"), run(".")),
        ["So (a+b)/c."],
    ),
    "powers and roots": (
        paragraph(
            equation(
                f"<m:sSup><m:e>{math('x')}</m:e><m:sup>{math('2')}</m:sup></m:sSup>{math('=')}"
                f"<m:rad><m:deg/><m:e>{math('y')}</m:e></m:rad>"
            )
        ),
        ["x²=√y"],
    ),
    "a sum": (
        paragraph(
            equation(
                '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>'
                f"<m:sub>{math('i=1')}</m:sub><m:sup>{math('n')}</m:sup><m:e>{math('i')}</m:e></m:nary>"
            )
        ),
        ["∑ᵢ₌₁ⁿ i"],
    ),
    "an equation on a line of its own": (
        paragraph(f"<m:oMathPara>{equation('<m:d><m:e>' + math('alpha') + '</m:e></m:d>')}</m:oMathPara>"),
        ["(alpha)"],
    ),
}


@pytest.mark.parametrize("what", SHOWN)
def test_what_shows_is_read(what: str):
    body, expected = SHOWN[what]
    assert read_blocks(body) == expected


UNSEEN = {
    "hidden": run("secret", HIDDEN),
    "struck out": run("secret", "<w:strike/>"),
    "struck out twice": run("secret", "<w:dstrike/>"),
    "deleted": deleted("secret"),
    "where it was moved from": f"<w:moveFrom>{run('secret')}</w:moveFrom>",
    "an instruction": field(" MERGEFIELD secret "),
    "a hidden entry of an index": run("", HIDDEN).replace("</w:r>", '<w:fldChar w:fldCharType="begin"/></w:r>')
    + run("secret", HIDDEN)
    + run("", HIDDEN).replace("</w:r>", '<w:fldChar w:fldCharType="end"/></w:r>'),
    "a text box in a hidden run": box(paragraph(run("secret"))).replace("<w:r>", f"<w:r><w:rPr>{HIDDEN}</w:rPr>", 1),
    "a hidden note": reference(1).replace("<w:rPr>", f"<w:rPr>{HIDDEN}"),
    "a deleted note": f"<w:del>{reference(1)}</w:del>",
    "what it was before its format changed": run(
        "", "<w:b/><w:rPrChange><w:rPr><w:t>secret</w:t></w:rPr></w:rPrChange>"
    ),
    "the settings of a control": control(
        run("open"), '<w:dropDownList><w:listItem w:value="secret"/></w:dropDownList>'
    ),
    "a note in the margin": '<w:commentRangeStart w:id="0"/>',
    "a picture's description": '<w:r><w:drawing><a:t/><w:docPr descr="secret" name="secret"/></w:drawing></w:r>',
    "a part of an equation": equation(f"{math('x')}<w:del>{math('secret')}</w:del>"),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_does_not_show_is_not_read(what: str):
    document = read(
        paragraph(run("Before "), UNSEEN[what], run(" after.")), notes("footnote", paragraph(run("secret note")))
    )
    assert "secret" not in document.text
    assert document.text.endswith("after.")


def test_footnotes_stand_apart_and_their_marks_in_the_text():
    body = (
        paragraph(run("The committee"), reference(1), run(" met in 2019"), reference(2), run(" and left."))
        + paragraph(run("It met again."))
        + paragraph(run("Fees"), style="Heading1")
        + paragraph(run("They rose."))
    )
    document = read(
        body,
        styles(style("Heading1", "heading 1")),
        notes("footnote", paragraph("<w:r><w:footnoteRef/></w:r>", run(" See annex two.")), paragraph(run("Page 4."))),
    )

    assert blocks_of(document) == [
        "The committee¹ met in 2019 ² and left.",
        "It met again.",
        "¹ See annex two.",
        "² Page 4.",
        "Fees",
        "They rose.",
    ]
    assert [kind for kind, _ in kinds_of(document)] == [
        "paragraph", "paragraph", "footnote", "footnote", "heading", "paragraph",
    ]  # fmt: skip


def test_endnotes_are_counted_with_small_roman_numbers():
    body = paragraph(run("One"), reference(1, "endnote"), run(" and two"), reference(2, "endnote"), run("."))
    parts = notes("endnote", paragraph(run("First note.")), paragraph(run("Second note.")))

    assert read_blocks(body, parts) == ["Oneⁱ and twoⁱⁱ.", "ⁱ First note.", "ⁱⁱ Second note."]


def test_a_note_with_a_mark_of_its_own_is_not_counted():
    own = reference(1, more=' w:customMarkFollows="1"').replace("</w:r>", f"{text('*')}</w:r>")
    body = paragraph(run("One"), own, run(" and two"), reference(2), run("."))
    parts = notes("footnote", paragraph(run("* A star.")), paragraph(run("A number.")))

    assert read_blocks(body, parts) == ["One* and two¹.", "* A star.", "¹ A number."]


def test_notes_begin_where_the_file_says():
    settings = Part(
        "settings",
        f'<w:settings {NAMESPACES}><w:footnotePr><w:numFmt w:val="lowerLetter"/><w:numStart w:val="3"/></w:footnotePr>'
        "</w:settings>",
    )
    body = paragraph(run("One"), reference(1), run(" two"), reference(2))
    parts = notes("footnote", paragraph(run("First.")), paragraph(run("Second.")))

    assert read_blocks(body, settings, parts) == ["Oneᶜ twoᵈ", "ᶜ First.", "ᵈ Second."]


def test_notes_that_begin_anew_in_each_section_do():
    section = '<w:sectPr><w:footnotePr><w:numRestart w:val="eachSect"/></w:footnotePr></w:sectPr>'
    body = paragraph(run("One"), reference(1), properties=section) + paragraph(run("Two"), reference(2)) + section
    parts = notes("footnote", paragraph(run("First.")), paragraph(run("Second.")))

    assert read_blocks(body, parts) == ["One¹", "Two¹", "¹ First.", "¹ Second."]


def test_a_note_that_nothing_refers_to_does_not_show():
    assert read_blocks(paragraph(run("One.")), notes("footnote", paragraph(run("Lost.")))) == ["One."]


def test_a_note_of_a_cell_follows_the_table():
    body = rows(row(cell(paragraph(run("Fee"), reference(1))), "4 euros")) + paragraph(run("More."))
    assert read_blocks(body, notes("footnote", paragraph(run("From May.")))) == [
        "Fee¹ | 4 euros",
        "More.",
        "¹ From May.",
    ]


# Lists

CLAUSES = abstract(
    0,
    level(0, "decimal", "%1."),
    level(1, "decimal", "%1.%2"),
    level(2, "lowerLetter", "%1.%2(%3)"),
    level(3, "lowerRoman", "(%4)"),
)


def test_clauses_are_numbered_by_their_level():
    body = "".join(
        item(words, 1, place)
        for words, place in [
            ("Rent", 0),
            ("Amount", 1),
            ("due", 2),
            ("late", 2),
            ("once", 3),
            ("Term", 0),
            ("Start", 1),
        ]
    )
    document = read(body, numbering(CLAUSES, number(1, 0)))

    assert blocks_of(document) == [
        "1. Rent", "1.1 Amount", "1.1(a) due", "1.1(b) late", "(i) once", "2. Term", "2.1 Start",
    ]  # fmt: skip
    assert kinds_of(document) == [("item", place) for place in (0, 1, 2, 2, 3, 0, 1)]


def test_a_list_goes_on_after_a_paragraph():
    body = item("One", 1) + paragraph(run("Between.")) + item("Two", 1)
    assert read_blocks(body, numbering(CLAUSES, number(1, 0))) == ["1. One", "Between.", "2. Two"]


def test_another_list_of_the_same_definition_goes_on_unless_it_restarts():
    body = item("One", 1) + item("Two", 2) + item("One", 3) + item("Two", 3) + item("Three", 1)
    parts = numbering(CLAUSES, number(1, 0), number(2, 0), number(3, 0, restart(0)))

    assert read_blocks(body, parts) == ["1. One", "2. Two", "1. One", "2. Two", "3. Three"]


def test_a_list_can_restart_from_any_number():
    parts = numbering(CLAUSES, number(1, 0, restart(0, 7)))
    assert read_blocks(item("Seven", 1) + item("Eight", 1), parts) == ["7. Seven", "8. Eight"]


def test_a_higher_level_that_was_left_out_counts_as_used():
    parts = numbering(CLAUSES, number(1, 0))
    assert read_blocks(item("Early", 1, 1) + item("Later", 1, 0), parts) == ["1.1 Early", "2. Later"]


@pytest.mark.parametrize(("after", "expected"), [(0, "c."), (1, "a.")])
def test_a_level_restarts_only_after_those_that_the_file_names(after: int, expected: str):
    lists = abstract(0, level(0, "decimal", "%1."), level(1, "lowerLetter", "%2.", f'<w:lvlRestart w:val="{after}"/>'))
    body = item("x", 1) + item("x", 1, 1) + item("x", 1, 1) + item("x", 1) + item("last", 1, 1)

    assert read_blocks(body, numbering(lists, number(1, 0)))[-1] == f"{expected} last"


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("decimal", "1 2 3"),
        ("decimalZero", "01 02 03"),
        ("upperLetter", "A B C"),
        ("lowerRoman", "i ii iii"),
        ("upperRoman", "I II III"),
        ("ordinal", "1st 2nd 3rd"),
        ("cardinalText", "One Two Three"),
        ("ordinalText", "First Second Third"),
        ("decimalEnclosedCircle", "① ② ③"),
        ("chineseCounting", "一 二 三"),
        ("hebrew1", "א ב ג"),
        ("russianLower", "а б в"),
        ("hindiNumbers", "१ २ ३"),
    ],
)
def test_numbers_are_written_in_their_form(form: str, numbers: str):
    body = item("x", 1) * 3
    parts = numbering(abstract(0, level(0, form, "%1)")), number(1, 0))

    assert read_blocks(body, parts) == [f"{each}) x" for each in numbers.split()]


@pytest.mark.parametrize(
    ("form", "start", "written"),
    [
        ("lowerLetter", 27, "aa"),
        ("lowerLetter", 53, "aaa"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("ordinal", 111, "111th"),
        ("ordinalText", 120, "One hundred twentieth"),
        ("chineseCounting", 20, "二十"),
        ("hebrew1", 15, "טו"),
    ],
)
def test_large_numbers_are_written_in_their_form(form: str, start: int, written: str):
    parts = numbering(abstract(0, level(0, form, "%1.", start=start)), number(1, 0))
    assert read_blocks(item("x", 1), parts) == [f"{written}. x"]


@pytest.mark.parametrize("form", ["lowerLetter", "upperRoman", "chicago", "someday"])
def test_a_number_that_its_form_does_not_have_is_written_in_figures_and_said(form: str):
    parts = numbering(abstract(0, level(0, form, "%1.", start=1_000_000)), number(1, 0))
    document = read(item("x", 1), parts)

    assert blocks_of(document) == ["1000000. x"]
    assert document.remarks == (
        "1 number of a list is in plain figures here, and in another form in the file: cite it as the file does.",
    )


def test_a_form_of_a_later_word_is_preferred():
    both = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" w:format="001, 002, 003, ..."/>'
        "</mc:Choice>"
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    )
    own = f'<w:lvl w:ilvl="0"><w:start w:val="9"/>{both}<w:lvlText w:val="%1"/></w:lvl>'

    assert read_blocks(item("x", 1) * 2, numbering(abstract(0, own), number(1, 0))) == ["009 x", "010 x"]


def test_legal_numbers_are_all_in_figures():
    lists = abstract(0, level(0, "upperRoman", "Article %1."), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    body = item("Rent", 1) * 4 + item("Amount", 1, 1)

    assert read_blocks(body, numbering(lists, number(1, 0)))[-2:] == ["Article IV. Rent", "4.1 Amount"]


def test_nothing_stands_between_a_number_and_its_text_if_the_file_says_so():
    lists = abstract(0, level(0, "decimal", "§%1:", '<w:suff w:val="nothing"/>'))
    assert read_blocks(item("Rent", 1), numbering(lists, number(1, 0))) == ["§1:Rent"]


def test_bullets_are_left_out_but_for_those_that_say_something():
    symbols = '<w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr>'
    lists = abstract(0, level(0, "bullet", "•"), level(1, "bullet", "\uf0fc").replace("</w:lvl>", f"{symbols}</w:lvl>"))
    document = read(item("Bread", 1) + item("Done", 1, 1), numbering(lists, number(1, 0)))

    assert blocks_of(document) == ["Bread", "✓ Done"]
    assert kinds_of(document) == [("item", 0), ("item", 1)]


def test_typed_bullets_are_items_too():
    assert kinds_of(read(paragraph(run("•\tBread")) + paragraph(run("• Salt")))) == [("item", 0), ("item", 0)]


def test_a_style_numbers_its_paragraphs_by_the_level_that_belongs_to_it():
    lists = abstract(
        0,
        level(0, "decimal", "%1", '<w:pStyle w:val="Heading1"/>'),
        level(1, "decimal", "%1.%2", '<w:pStyle w:val="Heading2"/>'),
    )
    looks = styles(
        style("Heading1", "heading 1", own=in_list(1, None)),
        style("Heading2", "heading 2", own=in_list(1, None)),
        style("Appendix", based_on="Heading2"),
    )
    body = (
        paragraph(run("Rent"), style="Heading1")
        + paragraph(run("Amount"), style="Heading2")
        + paragraph(run("Term"), style="Appendix")
        + paragraph(run("Loose"), style="Heading2", properties=in_list(0))
        + paragraph(run("The end."))
    )
    document = read(body, looks, numbering(lists, number(1, 0)))

    assert blocks_of(document) == ["1 Rent", "1.1 Amount", "1.2 Term", "Loose", "The end."]
    assert document.place_at(document.text.index("The end")) == "Loose"  # the first heading is the title


def test_a_list_can_take_its_levels_from_a_style_of_lists():
    linked = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Clauses"/></w:abstractNum>'
    looks = styles(style("Clauses", kind="numbering", own=in_list(1, None)))
    body = item("One", 1) + item("Two", 2)

    assert read_blocks(body, looks, numbering(CLAUSES, linked, number(1, 0), number(2, 1))) == ["1. One", "2. Two"]


def test_hidden_and_deleted_items_are_not_counted():
    gone = paragraph(deleted("Two"), properties=f'{in_list(1)}<w:rPr><w:del w:id="5" w:author="a"/></w:rPr>')
    hidden = paragraph(run("Two", HIDDEN), properties=f"{in_list(1)}<w:rPr>{HIDDEN}</w:rPr>")
    body = item("One", 1) + gone + hidden + item("Two", 1)

    assert read_blocks(body, numbering(CLAUSES, number(1, 0))) == ["1. One", "2. Two"]


def test_an_empty_item_is_counted():
    body = item("One", 1) + paragraph(properties=in_list(1)) + item("Three", 1)
    assert read_blocks(body, numbering(CLAUSES, number(1, 0))) == ["1. One", "3. Three"]


def test_a_list_that_the_file_lacks_numbers_nothing():
    assert read_blocks(item("One", 7)) == ["One"]


# Styles


@pytest.mark.parametrize(
    ("paragraph_style", "run_style", "own", "shows"),
    [
        ("", "", "", True),
        (HIDDEN, "", "", False),
        ("", HIDDEN, "", False),
        (HIDDEN, HIDDEN, "", True),  # what toggles, toggles back
        (HIDDEN, "", '<w:vanish w:val="0"/>', True),
        ("", "", HIDDEN, False),
        (HIDDEN, HIDDEN, HIDDEN, False),
        ("<w:strike/>", "", "", False),
        ("<w:dstrike/>", "<w:dstrike/>", "", False),  # does not toggle
        ('<w:vanish w:val="false"/>', "", "", True),
        ("<w:webHidden/>", "", "", True),
    ],
)
def test_styles_hide_text(paragraph_style: str, run_style: str, own: str, shows: bool):
    looks = styles(
        style("Base", runs=paragraph_style), style("P", based_on="Base"), style("C", kind="character", runs=run_style)
    )
    body = paragraph(run("Seen or not.", f'<w:rStyle w:val="C"/>{own}'), style="P") + paragraph(run("The end."))

    assert read_blocks(body, looks) == (["Seen or not."] if shows else []) + ["The end."]


def test_a_style_takes_back_what_the_one_says_that_it_is_based_on():
    looks = styles(style("Base", runs=HIDDEN), style("P", based_on="Base", runs='<w:vanish w:val="0"/>'))
    assert read_blocks(paragraph(run("Seen."), style="P"), looks) == ["Seen."]


def test_the_default_style_holds_for_paragraphs_without_one():
    usual = style("Normal", runs=HIDDEN).replace("<w:style ", '<w:style w:default="1" ')
    document = read_document("a.docx", word_file(paragraph(run("Not seen.")) + BOLD_AND_SEEN, styles(usual)))
    assert document.text == "Seen here and nowhere else."


BOLD_AND_SEEN = paragraph(run("Seen here and nowhere else.", '<w:vanish w:val="0"/>'))


def test_styles_that_are_based_on_each_other_are_read():
    looks = styles(style("A", based_on="B"), style("B", based_on="A", runs=HIDDEN))
    assert read_blocks(paragraph(run("Hidden."), style="A") + paragraph(run("Seen.")), looks) == ["Seen."]


def test_a_style_raises_text():
    looks = styles(style("Up", kind="character", runs='<w:vertAlign w:val="superscript"/>'))
    body = paragraph(
        run("10"), run("6", '<w:rStyle w:val="Up"/>'), run("7", '<w:rStyle w:val="Up"/><w:vertAlign w:val="baseline"/>')
    )
    assert read_blocks(body, looks) == ["10⁶7"]


# Headings

HEADINGS = styles(
    style("berschrift1", "heading 1"),
    style("berschrift2", "heading 2"),
    style("Titel", "Title"),
    style("Untertitel", "Subtitle"),
    style("Mine", "my heading", own='<w:outlineLvl w:val="1"/>'),
    style("Verzeichnis1", "toc 1"),
)


def test_headings_are_told_by_the_names_of_styles_and_by_outline_levels():
    body = (
        paragraph(run("Fees of the pool"), style="Titel")
        + paragraph(run("From May"), style="Untertitel")
        + paragraph(run("Adults"), style="berschrift1")
        + paragraph(run("Seniors"), style="Mine")
        + paragraph(run("On Sundays"), properties='<w:outlineLvl w:val="2"/>')
        + paragraph(run("They pay less."))
        + paragraph(run("Children"), style="berschrift2")
        + paragraph(run("They pay nothing."))
    )
    document = read_document("a.docx", word_file(body, HEADINGS))

    assert document.title == "Fees of the pool"
    assert [block.level for block in document.headings] == [1, 2, 1, 2, 3, 2]
    assert document.place_at(document.text.index("They pay less")) == "Adults › Seniors › On Sundays"
    assert document.place_at(document.text.index("They pay nothing")) == "Adults › Children"


def test_a_short_bold_paragraph_is_a_heading_below_the_others():
    body = (
        paragraph(run("Prices"), style="Titel")
        + paragraph(run("Adults"), style="berschrift1")
        + paragraph(run("On ", "<w:b/>"), run("Sundays", "<w:b/>"))
        + paragraph(run(HEAT))
        + paragraph(run("On weekdays", "<w:b/>"))
        + paragraph(run(TIDES))
        + paragraph(run("Children"), style="berschrift1")
        + paragraph(run(CORAL))
    )
    document = read(body, HEADINGS)

    assert document.place_at(document.text.index(HEAT)) == "Adults › On Sundays"
    assert document.place_at(document.text.index(TIDES)) == "Adults › On weekdays"
    assert document.place_at(document.text.index(CORAL)) == "Children"


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("This sentence is bold.", "<w:b/>")) + paragraph(run(HEAT)),
        paragraph(run("Half", "<w:b/>"), run(" of it")) + paragraph(run(HEAT)),
        paragraph(run(HEAT)) + paragraph(run("Nothing follows", "<w:b/>")),
        paragraph(run("very " * 30, "<w:b/>")) + paragraph(run(HEAT * 3)),
        paragraph(run("12.4", "<w:b/>")) + paragraph(run(HEAT)),
        paragraph(run("Bring with you:", "<w:b/>")) + paragraph(run("• Bread")) + paragraph(run(HEAT)),
        paragraph(run("Not", '<w:b w:val="0"/>')) + paragraph(run(HEAT)),
        rows(row(cell(paragraph(run("In a table", "<w:b/>"))), HEAT)),
        paragraph(box(paragraph(run("In a box", "<w:b/>")))) + paragraph(run(HEAT)),
    ],
)
def test_other_bold_text_is_no_heading(body: str):
    assert headings_of(read(body)) == []


def test_numbered_bold_paragraphs_are_headings_unless_they_are_a_list():
    def bold_item(words: str) -> str:
        return paragraph(run(words, "<w:b/>"), properties=in_list(1))

    body = bold_item("Rent") + paragraph(run(HEAT)) + bold_item("Bread") + bold_item("Salt") + paragraph(run(TIDES))
    assert headings_of(read(body, numbering(CLAUSES, number(1, 0)))) == ["1. Rent"]


def test_a_caption_is_no_heading():
    looks = styles(style("Beschriftung", "caption", runs="<w:b/>"))
    body = paragraph(run("Table 1: Fees"), style="Beschriftung") + paragraph(run(HEAT))
    assert headings_of(read(body, looks)) == []


@pytest.mark.parametrize("name", ["caption", "Illustration"])
def test_a_paragraph_in_the_style_of_captions_is_one(name: str):
    looks = styles(style("Beschriftung", "caption"), style("Own", "Illustration", based_on="Beschriftung"))
    at = "Beschriftung" if name == "caption" else "Own"
    document = read(paragraph(run("The pool in May"), style=at) + paragraph(run(HEAT)), looks)
    assert [block.kind for block in document.blocks] == ["paragraph", "caption", "paragraph"]


def test_turns_of_minutes_name_their_speaker():
    turns = ["ANN: The pool is closed.", "BEN: Since when?", "ANN: Since May.", "BEN: That is long."]
    document = read("".join(paragraph(run(words)) for words in turns))
    assert document.place_at(document.text.index("Since May")) == "ANN"


def test_bold_says_nothing_where_most_is_bold():
    assert headings_of(read("".join(paragraph(run(f"Line {n} of this list", "<w:b/>")) for n in range(20)))) == []


def test_a_clause_in_the_style_of_a_heading_is_a_clause():
    clause = "The buyer pays within sixty days of delivery, and the seller sends an invoice before."
    document = read(
        paragraph(run("Payment"), style="berschrift1") + paragraph(run(clause), style="berschrift2"), HEADINGS
    )

    assert headings_of(document) == ["Payment"]
    assert kinds_of(document) == [("heading", 1), ("paragraph", 0)]


def test_a_heading_in_a_text_box_does_not_stand_above_what_follows():
    body = (
        paragraph(run("Prices"), style="Titel")
        + paragraph(run("Adults"), style="berschrift1")
        + paragraph(
            run("Beside."), box(paragraph(run("In short"), style="berschrift1") + paragraph(run("All is dear.")))
        )
        + paragraph(run("They pay four euros."))
    )
    document = read(body, HEADINGS)

    assert document.place_at(document.text.index("They pay")) == "Adults"
    assert "In short\n\nAll is dear." in document.text


def test_entries_of_the_contents_are_items():
    entry = paragraph(field("TOC", run("Fees"), "<w:r><w:tab/></w:r>", run("12")), style="Verzeichnis1")
    document = read(entry, HEADINGS)

    assert (blocks_of(document), kinds_of(document)) == (["Fees 12"], [("item", 0)])


# Title


def core(title: str) -> dict[str, str]:
    schema = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    dublin = "http://purl.org/dc/elements/1.1/"
    return {
        "core-properties": f'<p:coreProperties xmlns:p="{schema}" xmlns:dc="{dublin}"><dc:title>{title}</dc:title>'
        "</p:coreProperties>"
    }


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Fees of the pool", "Fees of the pool"),
        ("FEES of the  pool", "FEES of the pool"),
        ("Microsoft Word - Document1", "Adults"),
        ("", "Adults"),
    ],
)
def test_properties_state_the_title_only_if_it_stands_in_the_text(stated: str, expected: str):
    body = (
        paragraph(run("Fees of the pool, from May"))
        + paragraph(run("Adults"), style="berschrift1")
        + paragraph(run("They pay four euros."))
    )
    data = word_file(body, HEADINGS, package_parts=core(stated))

    assert read_document("a.docx", data).title == expected


def test_a_title_of_two_paragraphs_is_one():
    body = paragraph(run("Annual report"), style="Titel") + paragraph(run("2024"), style="Titel") + paragraph(run(HEAT))
    assert read_document("a.docx", word_file(body, HEADINGS)).title == "Annual report 2024"


def test_without_any_the_name_of_the_file_is_the_title():
    assert read_document("minutes.docx", word_file(paragraph(run(HEAT)))).title == "minutes"


# Tables

HEAD = "<w:tblHeader/>"


def test_rows_are_read_with_the_heads_that_the_file_names():
    body = rows(row("Who", "Note", properties=HEAD), row("Ann", "likes tea"), row("Ben", "likes milk"))
    assert read_blocks(body) == ["Who | Note", "Who: Ann | Note: likes tea", "Who: Ben | Note: likes milk"]


def test_two_rows_of_heads_are_put_together():
    wide, tall, below = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = rows(
        row(cell("Pool", tall), cell("Fee", wide), properties=HEAD),
        row(cell("<w:p/>", below), "Adults", "Children", properties=HEAD),
        row("North", "4 euros", "2 euros"),
        row("South", "5 euros", "3 euros"),
    )
    assert read_blocks(body) == [
        "Pool | Fee",
        "Pool | Adults | Children",
        "Pool: North | Fee Adults: 4 euros | Fee Children: 2 euros",
        "Pool: South | Fee Adults: 5 euros | Fee Children: 3 euros",
    ]


def test_a_bold_first_row_holds_the_heads():
    bold = [cell(paragraph(run(words, "<w:b/>"))) for words in ("Term", "Meaning")]
    body = rows(row(*bold), row("Pool", "a basin"), row("Sauna", "a hot room"))
    assert read_blocks(body)[1:] == ["Term: Pool | Meaning: a basin", "Term: Sauna | Meaning: a hot room"]


def test_a_first_row_that_its_style_sets_in_bold_holds_the_heads():
    conditional = '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>'
    looks = styles(style("Grid", kind="table").replace("</w:style>", f"{conditional}</w:style>"))
    body = rows(
        row("Term", "Meaning"), row("Pool", "a basin"), row("Sauna", "a hot room"),
        properties='<w:tblStyle w:val="Grid"/><w:tblLook w:val="04A0"/>',
    )  # fmt: skip
    assert read_blocks(body, looks)[1:] == ["Term: Pool | Meaning: a basin", "Term: Sauna | Meaning: a hot room"]


def test_names_and_values_have_no_heads():
    bold = [cell(paragraph(run(words, "<w:b/>"))) for words in ("Name", "Town", "Role")]
    body = rows(row(bold[0], "Ann"), row(bold[1], "Leeds"), row(bold[2], "Baker"))
    assert read_blocks(body) == ["Name | Ann", "Town | Leeds", "Role | Baker"]


def test_a_cell_over_several_rows_belongs_to_each_of_them():
    tall, below = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = rows(
        row("Region", "Fee", properties=HEAD),
        row(cell("North", tall), "4 euros"),
        row(cell("<w:p/>", below), "5 euros"),
        row("South", "6 euros"),
    )
    assert read_blocks(body)[1:] == [
        "Region: North | Fee: 4 euros",
        "Region: North | Fee: 5 euros",
        "Region: South | Fee: 6 euros",
    ]


def test_a_long_cell_over_several_rows_is_read_once():
    tall, below = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = rows(row(cell(f"{HEAT} {TIDES}", tall), "4"), row(cell("<w:p/>", below), "5"))
    assert read_blocks(body) == [f"{HEAT} {TIDES} | 4", "5"]


def test_what_stands_in_a_spanned_cell_does_not_show():
    tall, wide = cell("North", '<w:vMerge w:val="restart"/>'), cell("wide", '<w:hMerge w:val="restart"/>')
    body = rows(
        row(tall, wide, cell("secret", "<w:hMerge/>")), row(cell("secret", "<w:vMerge/>"), "4 euros", "5 euros")
    )
    document = read(body)
    assert "secret" not in document.text
    assert blocks_of(document)[0] == "North | wide"


def test_a_cell_that_continues_none_shows():
    assert read_blocks(rows(row(cell("Alone", "<w:vMerge/>"), "4 euros"))) == ["Alone | 4 euros"]


def test_deleted_and_hidden_rows_and_cells_do_not_show():
    body = rows(
        row("Who", "Ann"),
        row("gone", "gone", properties='<w:del w:id="9" w:author="a"/>'),
        row("gone", "gone", properties="<w:hidden/>"),
        row("Where", cell("gone", '<w:cellDel w:id="8" w:author="a"/>'), "Leeds"),
        row("When", "May", properties='<w:ins w:id="7" w:author="a"/>'),
    )
    assert read_blocks(body) == ["Who | Ann", "Where | Leeds", "When | May"]


def test_paragraphs_of_a_cell_are_on_one_line():
    body = rows(row(cell(paragraph(run("Tea.")) + paragraph(run("Milk")) + paragraph(run("Salt"))), "4 euros"))
    assert read_blocks(body) == ["Tea. Milk / Salt | 4 euros"]


def test_a_frame_of_one_cell_holds_paragraphs_and_headings():
    framed = cell(paragraph(run("Adults"), style="berschrift1") + paragraph(run(HEAT)) + item("One", 1))
    document = read(rows(row(framed)), HEADINGS, numbering(CLAUSES, number(1, 0)))

    assert blocks_of(document) == ["Adults", HEAT, "1. One"]
    assert kinds_of(document) == [("heading", 1), ("paragraph", 0), ("item", 0)]


def test_a_table_that_lays_out_a_page_is_read_cell_by_cell():
    left = cell("".join(paragraph(run(words)) for words in (HEAT, TIDES, CORAL, HEAT)))
    assert read_blocks(rows(row(left, "Beside."))) == [HEAT, TIDES, CORAL, HEAT, "Beside."]


def test_cells_stand_under_their_heads_after_empty_columns():
    body = rows(
        row("Who", "", "Fee", properties=HEAD),
        row("Ann", "", "4 euros"),
        row(cell("3 euros"), properties='<w:gridBefore w:val="2"/>'),
    )
    assert read_blocks(body)[1:] == ["Who: Ann | Fee: 4 euros", "Fee: 3 euros"]


# Parts of a package


def test_the_main_part_can_have_any_name():
    data = word_file(paragraph(run(HEAT)), HEADINGS, main="word/document2.xml")
    assert [block.text for block in read_docx(data, USUAL_LIMITS).blocks] == [HEAT]


def test_the_strict_form_of_the_format_is_read():
    body = paragraph(run("Fees"), style="berschrift1") + paragraph(run(HEAT), deleted("gone"), run("secret", HIDDEN))
    document = read_document("a.docx", word_file(body, HEADINGS, is_strict=True))

    assert document.text == f"Fees\n\n{HEAT}"
    assert headings_of(document) == ["Fees"]


def test_comments_are_counted():
    document = read(paragraph(run("Fine."), '<w:r><w:commentReference w:id="1"/></w:r>'))
    assert document.remarks == ("1 comment in the margin is not read: look for it in the file.",)


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        (
            '<w:r><w:object><o:OLEObject ProgID="Equation.3"/></w:object></w:r>',
            "1 equation is not read: look for it in the file.",
        ),
        (field(r" EQ \f(1,2) ") * 2, "2 equations are not read: look for them in the file."),
        (
            '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>',
            "1 embedded object is not read: look for it in the file.",
        ),
        (
            '<w:r><w:sym w:font="Wingdings" w:char="F001"/></w:r>',
            "1 symbol of an unknown font is not read: look for it in the file.",
        ),
        (
            '<w:r><w:sym w:font="Acme Signs" w:char="F061"/></w:r>',
            "1 symbol of an unknown font is not read: look for it in the file.",
        ),
        (field(" AUTONUM "), "1 automatic number is not read: look for it in the file."),
        ("<w:r><w:dayLong/></w:r>", "1 date or number that Word fills in is not read: look for it in the file."),
        ('<w:r><w:drawing><c:chart r:id="rId9"/></w:drawing></w:r>', "1 chart is not read: look for it in the file."),
    ],
)
def test_what_cannot_be_read_is_said(body: str, remark: str):
    assert read(paragraph(run("Before."), body)).remarks == (remark,)


def test_texts_of_a_diagram_are_read():
    def point(words: str, settings: str = "") -> str:
        return f"<dgm:pt>{settings}<dgm:t><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p></dgm:t></dgm:pt>"

    asked = point("[Text]", '<dgm:prSet phldr="1"/>')
    model = f"<dgm:dataModel {NAMESPACES}><dgm:ptLst>{point('Plan')}{asked}{point('Build')}</dgm:ptLst></dgm:dataModel>"
    part = Part("diagramData", model, "word/diagrams/data1.xml", identity="rId5")
    body = paragraph(run("See it."), '<w:r><w:drawing><dgm:relIds r:dm="rId5"/></w:drawing></w:r>')

    assert read_blocks(body, part) == ["See it.", "Plan", "Build"]


def test_the_title_of_a_chart_is_read_and_the_rest_is_said():
    title = "<c:title><c:tx><c:rich><a:p><a:r><a:t>Fees by year</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    values = "<c:ser><c:val><c:numCache><c:pt><c:v>4</c:v></c:pt></c:numCache></c:val></c:ser>"
    part = Part(
        "chart", f"<c:chartSpace {NAMESPACES}><c:chart>{title}{values}</c:chart></c:chartSpace>", "word/c.xml", "rId5"
    )
    document = read(paragraph(run("See it."), '<w:r><w:drawing><c:chart r:id="rId5"/></w:drawing></w:r>'), part)

    assert blocks_of(document) == ["See it.", "Fees by year"]
    assert document.remarks == ("1 chart is not read: look for it in the file.",)


def test_embedded_text_and_html_are_read_and_other_documents_counted():
    body = '<w:altChunk r:id="a"/><w:altChunk r:id="b"/><w:altChunk r:id="c"/><w:altChunk r:id="d"/>'
    document = read(
        body,
        Part("aFChunk", HEAT.encode(), "word/a.txt", "a"),
        Part("aFChunk", f"<html><body><p>{TIDES}</p></body></html>".encode(), "word/b.html", "b"),
        Part("aFChunk", b"{\\rtf1 no}", "word/c.rtf", "c"),
        Part("aFChunk", b"\xff\xfe\x00", "word/d.txt", "d"),
    )
    assert blocks_of(document) == [HEAT, TIDES]
    assert document.remarks == ("2 embedded documents are not read: look for them in the file.",)


def test_parts_outside_of_the_file_are_not_looked_for():
    part = Part("aFChunk", b"", "http://127.0.0.1:9/a.html", "rId5", is_outside=True)
    assert read('<w:altChunk r:id="rId5"/>', part).remarks == (
        "1 embedded document is not read: look for it in the file.",
    )


def test_headers_and_footers_are_no_text():
    header = Part("header", f"<w:hdr {NAMESPACES}>{paragraph(run('Confidential'))}</w:hdr>", identity="h")
    assert read_blocks(paragraph(run("Body.")) + '<w:sectPr><w:headerReference r:id="h"/></w:sectPr>', header) == [
        "Body."
    ]


# Bombs and damage


def refusal(data: bytes, limits: ReadLimits = USUAL_LIMITS) -> str:
    with pytest.raises(UnreadableFile) as told:
        read_document("bomb.docx", data, limits)
    return str(told.value)


ENTITIES = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "head", [ENTITIES, '<!DOCTYPE d [<!ENTITY b SYSTEM "file:///etc/hostname">]>', "<!DOCTYPE document>"]
)
def test_a_file_with_a_document_type_is_refused(head: str):
    words = f"{HEAT}&b;" if "ENTITY" in head else HEAT
    main = f"{head}<w:document {NAMESPACES}><w:body>{paragraph(run(words))}</w:body></w:document>"
    assert "is damaged" in refusal(with_part(word_file(paragraph(run(HEAT))), "word/document.xml", main.encode()))


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same file with another content of one part."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return changed.getvalue()


def test_a_cell_over_a_hundred_million_columns_is_a_cell():
    body = rows(row(cell("Who", '<w:gridSpan w:val="300000000"/>'), "Ann"), row("Where", "Leeds"))
    assert read_blocks(body) == ["Who | Ann", "Where | Leeds"]


def test_numbers_without_end_are_no_numbers():
    nines = "9" * 6000
    body = rows(row(cell("Who", f'<w:gridSpan w:val="{nines}"/>'), "Ann")) + item("One", 1)
    lists = abstract(0, level(0, "lowerLetter", "%1.", f'<w:lvlRestart w:val="{nines}"/>'))
    assert read_blocks(body, numbering(lists, number(1, 0))) == ["Who | Ann", "a. One"]


@pytest.mark.parametrize(
    "body",
    [
        "<w:tbl><w:tr><w:tc>" * 80 + paragraph(run(HEAT)) + "<w:p/></w:tc></w:tr></w:tbl>" * 80,
        "<w:sdt><w:sdtContent>" * 120 + paragraph(run(HEAT)) + "</w:sdtContent></w:sdt>" * 120,
        "<w:p><w:r><w:pict><w:txbxContent>" * 60 + paragraph(run(HEAT)) + "</w:txbxContent></w:pict></w:r></w:p>" * 60,
        paragraph("<m:oMath>" + "<m:d><m:e>" * 120 + math(HEAT) + "</m:e></m:d>" * 120 + "</m:oMath>"),
    ],
)  # fmt: skip
def test_deep_nesting_is_read(body: str):
    assert HEAT in read(body).text


def test_what_is_nested_still_deeper_is_refused():
    assert "is damaged" in refusal(file_with("<w:tbl><w:tr><w:tc>" * 300 + "</w:tc></w:tr></w:tbl>" * 300))


def test_a_file_of_nothing_but_markup_is_refused():
    assert "pieces of markup, which is the limit" in refusal(file_with("<w:p/>" * 3_000_000))


def test_a_file_that_unpacks_to_more_than_the_limit_is_refused():
    with pytest.raises(OverLimit, match="unpacks to more than 1 MB"):
        read_docx(file_with(paragraph(run("a" * 2_000_000))), ReadLimits(unpacked_megabytes=1))


def test_pictures_of_any_size_are_not_unpacked():
    data = word_file(paragraph(run(HEAT)), Part("image", b"\0" * 3_000_000, "word/media/a.png"))
    assert read_docx(data, ReadLimits(unpacked_megabytes=1)).blocks[0].text == HEAT


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run(HEAT)) * 200,
        rows(row("Who", HEAT[:50], properties=HEAD), *[row("a", "b")] * 2000),
        rows(row(cell(HEAT, '<w:vMerge w:val="restart"/>'), "1"), *[row(cell("<w:p/>", "<w:vMerge/>"), "1")] * 500),
        item("x", 1) * 500,
    ],
)
def test_a_file_with_more_text_than_the_limit_is_refused(body: str):
    lists = numbering(abstract(0, level(0, "decimal", "Clause number %1 of this agreement:")), number(1, 0))
    with pytest.raises(OverLimit, match="characters of text"):
        read_docx(word_file(body, lists), ReadLimits(characters=15_000))


def test_parts_that_point_to_each_other_are_read_once():
    title = '<c:title><a:p><a:r><a:t>Fees</a:t></a:r></a:p><c:chart r:id="rId5"/></c:title>'
    chart = f"<c:chartSpace {NAMESPACES}>{title}</c:chartSpace>"
    body = paragraph(run("See it."), '<w:r><w:drawing><c:chart r:id="rId5"/></w:drawing></w:r>' * 2)

    assert read_blocks(body, Part("chart", chart, "word/c.xml", "rId5")) == ["See it.", "Fees"]


# Files as python-docx writes them


def test_headings_paragraphs_and_tables_are_read_in_order():
    def fill(file) -> None:
        file.add_heading("Ocean heat", 0)
        file.add_heading("Storage", 1)
        file.add_paragraph(HEAT)
        table = file.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Depth", "2,000 m"
        file.add_paragraph(TIDES, style="List Bullet")
        file.add_paragraph(CORAL, style="List Number")
        file.add_paragraph(HEAT, style="List Number")

    document = read_document("heat.docx", word(fill))

    assert document.text == "\n\n".join(
        ["Ocean heat", "Storage", HEAT, "Depth | 2,000 m", TIDES, f"1. {CORAL}", f"2. {HEAT}"]
    )
    assert headings_of(document) == ["Ocean heat", "Storage"]
    assert document.title == "Ocean heat"


def test_merged_cells_are_read_once():
    def fill(file) -> None:
        table = file.add_table(1, 3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = HEAT
        table.cell(0, 2).text = "Depth"

    assert read_document("heat.docx", word(fill)).text == f"{HEAT} | Depth"
