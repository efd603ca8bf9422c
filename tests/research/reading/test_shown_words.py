"""Of a Word file from which words drop out it is said how many: what is quoted of it may lack some."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.reading.limits import USUAL_LIMITS
from hitl.research.reading.word.package import WordPackage
from hitl.research.reading.word.reader import read_docx
from hitl.research.reading.word.shown_words import ReadParagraph, unread_words
from hitl.research.reading.word.styles import Styles
from tests.research.reading.word_files import (
    NAMESPACES,
    Part,
    box,
    cell,
    control,
    deleted,
    equation,
    field,
    inserted,
    math,
    modern_box,
    notes,
    paragraph,
    raised,
    reference,
    row,
    rows,
    run,
    style,
    styles,
    word_file,
)

HIDDEN = "<w:vanish/>"


def unread(body: str, *said: str, blocks: Sequence[str] | None = None, parts: Sequence[Part] = ()) -> int:
    """The words that are missing if a reader says that it read this.

    Args:
        body: Body of the file.
        said: What it read of each paragraph, in their order; of those that are not here, nothing.
        blocks: The texts that it made of them, if not the same.
        parts: Further parts of the file.
    """
    package = WordPackage(word_file(body, *parts), USUAL_LIMITS)
    paragraphs = package.root(package.main_part).iter("{*}p")
    read = [ReadParagraph((element,), text) for element, text in zip(paragraphs, said, strict=False) if text]
    return unread_words(package, Styles(package.related_root("styles")), read, said if blocks is None else blocks)


@pytest.mark.parametrize(
    ("body", "said", "number"),
    [
        (paragraph(run("The rent is "), inserted(run("1200 euros")), run(" a month.")), "The rent is a month.", 2),
        (paragraph(run("It is "), f"<w:moveTo>{run('due soon')}</w:moveTo>"), "It is", 2),
        (paragraph(run("By "), control(run("Example Bakery Limited"))), "By", 3),
        (control(paragraph(run("The penalty is two."))), "", 4),
        (paragraph(run("In "), f"<w:smartTag>{run('Leeds')}</w:smartTag>"), "In", 1),
        (paragraph(run("On page "), f'<w:fldSimple w:instr="PAGE">{run("17")}</w:fldSimple>'), "On page", 1),
        (paragraph(run("On page "), field("PAGE", run("17"))), "On page", 1),
        (paragraph(run("Beside it."), box(paragraph(run("Key message: cool.")))), "Beside it.", 3),
        (paragraph(run("Beside it."), modern_box(paragraph(run("Key message")))), "Beside it.", 2),
        (paragraph(run("With "), equation(math("alpha"))), "With", 1),
        (paragraph(run("un"), inserted(run("true"))), "un", 1),
        (paragraph(run("It is not "), run("not", HIDDEN), run("loud")), "It is loud", 1),
        (paragraph(run("10"), raised("6")), "10", 1),
        (paragraph('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', run(" is small")), "is small", 1),
        (paragraph(run("one"), "<w:r><w:tab/></w:r>", run("two")), "onetwo", 0),  # its letters are all there
    ],
)
def test_words_that_show_and_are_not_read_are_counted(body: str, said: str, number: int):
    assert unread(body, said) == number


def test_words_of_tables_within_tables_are_counted():
    inner = rows(row(cell(paragraph(run("Late fee")))))
    body = rows(row(cell(paragraph(run("Outer fees")) + inner + "<w:p/>")))
    assert unread(body, "Outer fees") == 2


def test_words_that_are_read_are_not_counted():
    body = paragraph(run("The rent is "), deleted("900"), run("due", "<w:b/>"), raised("1"), run("."))
    assert unread(body, "The rent is due¹.") == 0


@pytest.mark.parametrize("elsewhere", ["It is not loud, and not late.", "Not in this room", "not"])
def test_a_word_that_is_missing_here_is_not_made_up_for_by_one_elsewhere(elsewhere: str):
    body = paragraph(run("Smoking is not allowed.")) + paragraph(run(elsewhere))
    assert unread(body, "Smoking is allowed.", f"{elsewhere} not not") == 1


def test_words_that_get_lost_between_paragraphs_and_blocks_are_counted():
    assert unread(paragraph(run("Adults pay four euros.")), "Adults pay four euros.", blocks=["Adults pay"]) == 2


def test_words_of_notes_count_if_something_refers_to_them():
    parts = [notes("footnote", paragraph(run("See annex two.")), paragraph(run("Nobody asks.")))]
    assert unread(paragraph(run("Fees"), reference(1)), "Fees", parts=parts) == 3
    assert unread(paragraph(run("Fees")), "Fees", parts=parts) == 0
    assert unread(paragraph(run("Fees"), f"<w:del>{reference(1)}</w:del>"), "Fees", parts=parts) == 0


@pytest.mark.parametrize(
    "body",
    [
        paragraph(run("secret", HIDDEN)),
        paragraph(run("secret", "<w:strike/>")),
        paragraph(run("secret"), style="Hidden"),
        paragraph(deleted("secret")),
        paragraph(f"<w:moveFrom>{run('secret')}</w:moveFrom>"),
        paragraph(field("secret")),
        rows(row("secret", properties='<w:del w:id="1" w:author="a"/>')),
        rows(row("secret", properties="<w:hidden/>")),
        rows(row(cell("secret", '<w:cellDel w:id="1" w:author="a"/>'))),
        rows(row(cell("<w:p/>", '<w:vMerge w:val="restart"/>')), row(cell("secret", "<w:vMerge/>"))),
        paragraph(box(paragraph(run("secret"))).replace("<w:r>", f"<w:r><w:rPr>{HIDDEN}</w:rPr>", 1)),
        control("", "<w:alias/><w:t>secret</w:t>"),
    ],
)
def test_words_that_do_not_show_do_not_count(body: str):
    assert unread(body, parts=[styles(style("Hidden", runs=HIDDEN))]) == 0


def test_text_outside_of_any_paragraph_counts():
    assert unread(equation(math("alpha"))) == 1
    assert read_docx(word_file(equation(math("alpha"))), USUAL_LIMITS).unread_words == 0


# Any file: nothing that shows gets lost without being said

WORDS = st.sampled_from(["Adults", "pay 4 euros", "not", "2019", " or ", "1", "ﬁne", "漢字", "שלום", "—", " "])
LOOKS = st.sampled_from(
    ["", "", "", HIDDEN, "<w:strike/>", "<w:b/>", '<w:rStyle w:val="C"/>', '<w:vertAlign w:val="superscript"/>',
     '<w:rFonts w:ascii="Symbol"/>', "<w:caps/>", '<w:vanish w:val="0"/>']
)  # fmt: skip
SMALL = st.sampled_from(
    ["<w:r><w:tab/></w:r>", "<w:r><w:br/></w:r>", "<w:r><w:noBreakHyphen/></w:r>", reference(1),
     reference(2, "endnote"),
     '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
     '<w:r><w:fldChar w:fldCharType="end"/></w:r>', "<w:r><w:instrText>EQ x</w:instrText></w:r>",
     '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', '<w:r><w:sym w:font="?" w:char="zz"/></w:r>',
     '<w:r><w:object><o:OLEObject ProgID="Equation.3"/></w:object></w:r>', "<w:r><w:dayLong/></w:r>", "<m:oMath/>",
     '<w:r><w:drawing><c:chart r:id="rId1"/><dgm:relIds r:dm="rId1"/></w:drawing></w:r>', '<w:altChunk r:id="rId1"/>']
)  # fmt: skip
OWN = st.sampled_from(
    ["", '<w:pPr><w:pStyle w:val="P"/></w:pPr>', '<w:pPr><w:pStyle w:val="H"/></w:pPr>',
     '<w:pPr><w:rPr><w:del w:id="1" w:author="a"/></w:rPr></w:pPr>', f"<w:pPr><w:rPr>{HIDDEN}</w:rPr></w:pPr>",
     '<w:pPr><w:numPr><w:ilvl w:val="2"/><w:numId w:val="1"/></w:numPr></w:pPr>', "<w:pPr><w:sectPr/></w:pPr>",
     '<w:pPr><w:framePr w:dropCap="drop"/></w:pPr>']
)  # fmt: skip
CELLS = st.sampled_from(
    ["", '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>', "<w:tcPr><w:vMerge/></w:tcPr>",
     '<w:tcPr><w:gridSpan w:val="3"/></w:tcPr>', '<w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>',
     "<w:tcPr><w:hMerge/></w:tcPr>", '<w:tcPr><w:cellDel w:id="1" w:author="a"/></w:tcPr>']
)  # fmt: skip
ROWS = st.sampled_from(
    ["", "<w:trPr><w:tblHeader/></w:trPr>", "<w:trPr><w:hidden/></w:trPr>",
     '<w:trPr><w:del w:id="1" w:author="a"/></w:trPr>', '<w:trPr><w:gridBefore w:val="2"/></w:trPr>']
)  # fmt: skip
PARTS = (
    styles(
        style("P", runs=HIDDEN),
        style("H", "heading 2", based_on="P", runs='<w:vanish w:val="0"/>'),
        style("C", kind="character", runs=HIDDEN),
    ),
    notes("footnote", paragraph(run("A note of the foot."))),
    notes("endnote", paragraph(run("First.")), paragraph(run("A note of the end."), reference(1))),
)
WRAPPERS = (
    "w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:hyperlink", "w:smartTag", "w:sdt", "w:sdtContent", "w:sdtPr",
    "w:bdo",
    "w:fldSimple", "w:ruby", "w:rt", "w:rubyBase", "mc:AlternateContent", "mc:Choice", "mc:Fallback", "w:customXml",
    "w:pict", "v:textbox", "w:txbxContent", "a:p", "c:title", "dgm:pt",
)  # fmt: skip


def element(name: str, properties: st.SearchStrategy[str], inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda own, parts: f"<{name}>{own}{''.join(parts)}</{name}>", properties, st.lists(inner, max_size=4)
    )


NO_OWN = st.just("")
RUNS = st.builds(run, WORDS, LOOKS)
EQUATIONS = st.recursive(
    RUNS | st.builds(lambda words, look: f"<m:r><w:rPr>{look}</w:rPr><m:t>{words}</m:t></m:r>", WORDS, LOOKS),
    lambda inner: st.sampled_from(
        (
            "m:f",
            "m:num",
            "m:den",
            "m:sSup",
            "m:sup",
            "m:sub",
            "m:e",
            "m:rad",
            "m:d",
            "m:acc",
            "m:m",
            "m:mr",
            "w:ins",
            "w:del",
        )
    ).flatmap(lambda name: element(name, NO_OWN, inner)),
    max_leaves=8,
)


def trees(*others: Callable[[st.SearchStrategy[str]], st.SearchStrategy[str]]) -> st.SearchStrategy[list[str]]:
    """What can stand in a body, with tables as they have to be, and these elements anywhere."""
    return st.lists(
        st.recursive(
            RUNS | SMALL | element("m:oMath", NO_OWN, EQUATIONS),
            lambda inner: st.one_of(
                element("w:p", OWN, inner),
                element("w:p", OWN, inner),
                element("w:tbl", NO_OWN, element("w:tr", ROWS, element("w:tc", CELLS, inner))),
                element("w:r", NO_OWN, inner),
                st.sampled_from(WRAPPERS).flatmap(lambda name: element(name, NO_OWN, inner)),
                *(other(inner) for other in others),
            ),
            max_leaves=30,
        ),
        max_size=5,
    )


BODIES = trees()
DAMAGED = trees(
    lambda inner: element("w:tbl", NO_OWN, inner),
    lambda inner: element("w:tr", ROWS, inner),
    lambda inner: element("w:tc", CELLS, inner),
    lambda inner: element("m:oMath", NO_OWN, inner),
    lambda inner: element("w:pPr", NO_OWN, inner),
    lambda inner: element("w:rPr", NO_OWN, inner),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(BODIES)
def test_any_body_is_read_and_nothing_that_shows_is_lost(body: list[str]):
    assert read_docx(word_file("".join(body), *PARTS), USUAL_LIMITS).unread_words == 0


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(DAMAGED)
def test_any_tree_is_read(body: list[str]):
    data = word_file("".join(body) + paragraph(run(f"{LAST}.")), *PARTS)
    assert any(LAST in block.text for block in read_docx(data, USUAL_LIMITS).blocks)


LAST = "Enough letters to be quoted"


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(BODIES, st.sampled_from(["styles", "numbering", "footnotes", "settings"]), st.text(max_size=60))
def test_any_damaged_part_is_told(body: list[str], kind: str, content: str):
    part = Part(kind, f"<w:{kind} {NAMESPACES}>{content}".encode("utf-8", "ignore"))
    try:
        document = read_document("a.docx", word_file("".join(body) + paragraph(run(f"{LAST}.")), part))
    except UnreadableFile as error:
        assert "“a.docx” is damaged" in str(error)
    else:
        assert LAST in document.text
