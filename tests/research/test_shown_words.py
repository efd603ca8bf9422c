"""Of a Word file from which words drop out it is said how many: what is quoted of it may lack some."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml.ns import nsdecls

from hitl.research.reading import read_document
from tests.research.word_files import box, file_with, paragraph, run, table

MISSING = {
    "a tracked insertion": (
        2,
        paragraph(run("The rent is "), f"<w:ins>{run('1200 euros')}</w:ins>", run(" per month.")),
    ),
    "a tracked move, where it went": (2, paragraph(run("It is "), f"<w:moveTo>{run('due soon')}</w:moveTo>", run("."))),
    "a content control in a line": (
        3,
        paragraph(run("By "), f"<w:sdt><w:sdtContent>{run('Example Bakery Limited')}</w:sdtContent></w:sdt>", run(".")),
    ),
    "a content control around a paragraph": (
        4,
        f"<w:sdt><w:sdtContent>{paragraph(run('The penalty is two.'))}</w:sdtContent></w:sdt>",
    ),
    "a smart tag": (1, paragraph(run("In "), f'<w:smartTag w:element="place">{run("Leeds")}</w:smartTag>', run("."))),
    "a simple field": (1, paragraph(run("On page "), f'<w:fldSimple w:instr="PAGE">{run("17")}</w:fldSimple>')),
    "a text box": (3, paragraph(run("Beside it."), box(paragraph(run("Key message: cool."))))),
    "a table within a table": (2, table(paragraph(run("Outer fees")), table(paragraph(run("Late fee"))))),
    "a formula": (1, paragraph(run("With "), "<m:oMath><m:r><m:t>alpha</m:t></m:r></m:oMath>")),
    "a box in the middle of a word": (1, paragraph(run("con"), box(paragraph(run("Beside"))), run("tract"))),
    "half of a word": (1, paragraph(run("un"), f"<w:ins>{run('true')}</w:ins>")),
}
WHOLE = {
    "plain text": paragraph(run("The rent is 900 euros.")),
    "a tracked deletion": paragraph(
        run("The rent is "), "<w:del><w:r><w:delText>900</w:delText></w:r></w:del>", run("due.")
    ),
    "where a moved text was": paragraph(run("It is "), f"<w:moveFrom>{run('due soon')}</w:moveFrom>", run("over.")),
    "a table": table(paragraph(run("Adults")), paragraph(run("4 euros"))),
    "a link": paragraph(run("See "), f"<w:hyperlink>{run('the annex')}</w:hyperlink>", run(".")),
    "a field in runs": paragraph(
        run("On page "),
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>',
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        run("17"),
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    ),
    "tabs, breaks and hyphens": paragraph(
        "<w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t><w:noBreakHyphen/><w:t>four</w:t></w:r>"
    ),
    "words in pieces": paragraph(run("con"), run("tr"), run("act")),
}


@pytest.mark.parametrize("what", MISSING)
def test_words_that_show_and_are_not_read_are_counted(what: str):
    number, body = MISSING[what]
    document = read_document("letter.docx", file_with(body))
    assert document.unread_words == number
    words = "1 word that shows is" if number == 1 else f"{number} words that show are"
    assert f"In “letter.docx” {words} not read" in document.warning


@pytest.mark.parametrize("what", WHOLE)
def test_a_file_that_is_read_whole_is_not_warned_of(what: str):
    document = read_document("letter.docx", file_with(WHOLE[what]))
    assert (document.unread_words, document.warning) == (0, "")


INSERTED = paragraph(run("Smoking is "), f"<w:ins>{run('not ')}</w:ins>", run("allowed."))
MERGED = "".join(
    f"<w:tr><w:tc><w:tcPr><w:vMerge{start}/></w:tcPr>{paragraph(run(words))}</w:tc></w:tr>"
    for start, words in ((' w:val="restart"', "Not in this room"), ("", ""), ("", ""))
)


@pytest.mark.parametrize(
    "elsewhere",
    [
        paragraph(run("It is not loud, and not late.")),
        f"<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid>{MERGED}</w:tbl>",
        paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>not not</w:t></w:r>"),
    ],
)
def test_a_word_that_is_missing_here_is_not_made_up_for_by_one_elsewhere(elsewhere: str):
    document = read_document("a.docx", file_with(INSERTED, elsewhere))
    assert "Smoking is allowed." in document.text
    assert document.unread_words == 1


def test_nor_by_one_that_is_hidden_in_the_same_paragraph():
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>not</w:t></w:r>"
    body = paragraph(run("Smoking is "), f"<w:ins>{run('not ')}</w:ins>", run("allowed. "), hidden)
    assert read_document("a.docx", file_with(body)).unread_words == 1


def test_words_that_are_hidden_do_not_count():
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret words</w:t></w:r>"
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>open words</w:t></w:r>'
    document = read_document("a.docx", file_with(paragraph(f"<w:ins>{hidden}</w:ins>", f"<w:ins>{shown}</w:ins>")))
    assert document.unread_words == 2


def test_what_stands_there_again_for_an_older_word_counts_once():
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx><w:txbxContent>{paragraph(run("Key message"))}'
        f"</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback>{box(paragraph(run('Key message')))}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert read_document("a.docx", file_with(paragraph(run("Beside."), both))).unread_words == 2


def test_footnotes_count():
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    file = docx.Document(io.BytesIO(file_with()))
    note = f'<w:footnote w:id="1">{paragraph(run("See annex two."))}</w:footnote>'
    notes = f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), file.part.package)
    file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    data = io.BytesIO()
    file.save(data)
    assert read_document("a.docx", data.getvalue()).unread_words == 3
