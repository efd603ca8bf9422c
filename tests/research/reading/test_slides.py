"""PowerPoint files: the text of each slide under its title, in the order of reading, and its notes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from hitl.research.evidence import Document
from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.reading.limits import ReadLimits
from tests.research.reading.office_files import changed, powerpoint

SLIDE = "ppt/slides/slide1.xml"
PLAIN, TWO_COLUMNS, TITLE_ONLY, BLANK = 1, 3, 5, 6
"""Layouts of the template: a title and a list, a title and two columns, a title, nothing."""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92"
    "ef0000000049454e44ae426082"
)
CALM = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])


def listed(document: Document) -> list[str]:
    """The text of each block, with what it is and where it stands if it is no paragraph."""
    signs = {"heading": "#", "paragraph": "", "item": "-", "row": "|", "footnote": "^"}
    return [
        f"{signs[block.kind] * (block.level + 1 if block.kind == 'item' else max(block.level, 1))} "
        f"{document.text[block.start : block.end]}".strip()
        for block in document.blocks
    ]


def places(document: Document) -> list[str]:
    return [document.place_at(block.start) for block in document.blocks]


def read_show(data: bytes) -> Document:
    return read_document("pool.pptx", data)


def slide(show: Any, layout: int, title: str = "", *paragraphs: str) -> Any:
    """A new slide with this title and these paragraphs in its list."""
    new = show.slides.add_slide(show.slide_layouts[layout])
    if title:
        new.shapes.title.text = title
    if paragraphs:
        new.placeholders[1].text_frame.text = "\n".join(paragraphs)
    return new


def box(on: Any, text: str, left: float, top: float) -> Any:
    """A text box, some inches from the left and the top."""
    new = on.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5))
    new.text_frame.text = text
    return new


def one(layout: int, title: str = "", *paragraphs: str) -> bytes:
    return powerpoint(lambda show: slide(show, layout, title, *paragraphs))


def test_each_slide_is_read_under_its_title_at_its_number():
    def fill(show: Any) -> None:
        slide(show, PLAIN, "The pool", "The pool opens in May.")
        slide(show, PLAIN, "Costs", "Heating is half of the costs.", "The rest is for the staff.")

    document = read_show(powerpoint(fill))

    assert listed(document) == [
        "# The pool",
        "- The pool opens in May.",
        "# Costs",
        "- Heating is half of the costs.",
        "- The rest is for the staff.",
    ]
    assert places(document) == ["slide 1", "slide 1", *["Costs, slide 2"] * 3]
    assert document.title == "The pool"
    assert document.warning == ""


def test_notes_are_read_as_notes_of_their_slide():
    def fill(show: Any) -> None:
        slide(show, PLAIN, "The pool", "The pool opens in May.")
        costs = slide(show, PLAIN, "Costs", "Heating is half.")
        costs.notes_slide.notes_text_frame.text = "Say that the boiler is old.\nWait for questions."

    document = read_show(powerpoint(fill))

    assert listed(document)[-3:] == ["## Notes", "Say that the boiler is old.", "Wait for questions."]
    assert places(document)[-1] == "Costs › Notes, slide 2"


def test_levels_of_a_list_are_kept():
    def fill(show: Any) -> None:
        frame = slide(show, PLAIN, "Costs", "Heating", "gas", "the pipes", "Staff").placeholders[1].text_frame
        frame.paragraphs[1].level, frame.paragraphs[2].level = 1, 2

    assert listed(read_show(powerpoint(fill)))[1:] == ["- Heating", "-- gas", "--- the pipes", "- Staff"]


def test_columns_of_a_layout_are_read_one_after_the_other():
    def fill(show: Any) -> None:
        new = slide(show, TWO_COLUMNS, "Old and new", "The old pool is cold.", "It leaks.")
        new.placeholders[2].text_frame.text = "The new pool is warm."

    assert listed(read_show(powerpoint(fill)))[1:] == [
        "- The old pool is cold.",
        "- It leaks.",
        "- The new pool is warm.",
    ]


def test_text_boxes_are_read_from_top_to_bottom_and_from_left_to_right():
    def fill(show: Any) -> None:
        new = slide(show, TITLE_ONLY, "The pool")
        for text, left, top in (("bottom", 1, 5), ("right", 6, 2.1), ("left", 1, 2.2), ("middle", 3.5, 2)):
            box(new, f"Text at the {text}", left, top)

    assert listed(read_show(powerpoint(fill)))[1:] == [
        "Text at the left",
        "Text at the middle",
        "Text at the right",
        "Text at the bottom",
    ]


def test_shapes_of_a_group_stay_together():
    def fill(show: Any) -> None:
        new = slide(show, TITLE_ONLY, "The pool")
        group = new.shapes.add_group_shape()
        for text, top in (("first of the group", 3), ("second of the group", 5)):
            group.shapes.add_textbox(Inches(1), Inches(top), Inches(1), Inches(1)).text_frame.text = text
        box(new, "between them, beside the group", 5, 4)

    assert listed(read_show(powerpoint(fill)))[1:] == [
        "first of the group",
        "second of the group",
        "between them, beside the group",
    ]


def test_table_is_read_row_by_row_with_its_heads():
    def fill(show: Any) -> None:
        new = slide(show, TITLE_ONLY, "Fees of the pool")
        table = new.shapes.add_table(4, 2, Inches(1), Inches(2), Inches(4), Inches(2)).table
        for index, row in enumerate((("Who", "Fee"), ("Adults", "4 euros"), ("Children", "free"), ("", ""))):
            for column, text in enumerate(row):
                table.cell(index, column).text = text
        table.cell(2, 0).merge(table.cell(3, 0))
        table.cell(3, 1).text = "with their parents"

    assert listed(read_show(powerpoint(fill)))[1:] == [
        "| Who | Fee",
        "| Who: Adults | Fee: 4 euros",
        "| Who: Children | Fee: free",
        "| Who: Children | Fee: with their parents",
    ]


def test_letters_above_and_below_the_line_and_struck_out_ones_are_read_as_such():
    runs = (
        '<a:t>The pool has 10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>6</a:t></a:r><a:r><a:t> litres of H</a:t>'
        '</a:r><a:r><a:rPr baseline="-25000"/><a:t>2</a:t></a:r><a:r><a:t>O</a:t></a:r>'
        '<a:r><a:rPr strike="sngStrike"/><a:t> or less</a:t></a:r><a:r><a:t>.</a:t>'
    )
    data = changed(
        one(PLAIN, "The pool", "The pool opens in May."), {SLIDE: ("<a:t>The pool opens in May.</a:t>", runs)}
    )

    assert listed(read_show(data))[1] == "- The pool has 10⁶ litres of H₂O."


def test_line_breaks_are_kept_in_text_and_are_spaces_in_a_title():
    def fill(show: Any) -> None:
        slide(show, PLAIN, "The pool\vand its garden", "The pool opens\vin May.")

    assert listed(read_show(powerpoint(fill))) == ["# The pool and its garden", "- The pool opens\nin May."]


def test_number_date_and_foot_of_a_slide_are_not_read():
    foot = (
        '<p:sp><p:nvSpPr><p:cNvPr id="90" name="f"/><p:cNvSpPr/><p:nvPr><p:ph type="{}" idx="{}"/></p:nvPr></p:nvSpPr>'
        "<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>Town of Leeds, 7 May</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    feet = "".join(foot.format(kind, index) for index, kind in enumerate(("sldNum", "dt", "ftr"), start=10))
    field = '<a:fld id="{0}" type="slidenum"><a:t>‹5›</a:t></a:fld>'
    data = changed(one(PLAIN, "The pool", "The pool opens in May."), {SLIDE: ("</p:spTree>", feet + "</p:spTree>")})
    data = changed(data, {SLIDE: ("May.</a:t></a:r>", f"May.</a:t></a:r>{field}")})

    assert read_show(data).text == "The pool\n\nThe pool opens in May."


def test_hidden_slides_and_shapes_are_not_read_and_slides_are_told():
    def fill(show: Any) -> None:
        for number in range(1, 7):
            slide(show, PLAIN, f"Slide of number {number}", "The pool opens in May.")
            if number in (2, 3, 5):
                show.slides[-1]._element.set("show", "0")
        box(show.slides[0], "nobody sees this", 1, 5)._element.nvSpPr.cNvPr.set("hidden", "1")

    document = read_show(powerpoint(fill))

    assert places(document)[-1] == "Slide of number 6, slide 6"
    assert "number 5" not in document.text
    assert "nobody" not in document.text
    assert document.remarks == (
        "Slides 2 to 3 and 5 are hidden and not read: unhide them, and add the file again, to have them read.",
    )


def test_shape_beside_the_slide_is_not_read_and_is_told():
    def fill(show: Any) -> None:
        box(slide(show, PLAIN, "The pool", "The pool opens in May."), "a joke of the author's", 20, 1)

    document = read_show(powerpoint(fill))

    assert "joke" not in document.text
    assert document.remarks == ("1 shape beside its slide is not read: look for it in the file.",)


def test_slides_of_pictures_are_told(tmp_path):
    picture = tmp_path / "pixel.png"
    picture.write_bytes(PIXEL)

    def fill(show: Any) -> None:
        slide(show, PLAIN, "The pool", "The pool opens in May.")
        slide(show, BLANK).shapes.add_picture(str(picture), 0, 0)
        slide(show, BLANK)

    assert read_show(powerpoint(fill)).remarks == (
        "Slide 2 is made of pictures and not read: save the file as a PDF, run text recognition (OCR) on that, and add "
        "it.",
    )


def test_chart_is_read_by_its_title():
    def fill(show: Any) -> None:
        numbers = CategoryChartData()  # type: ignore[no-untyped-call]
        numbers.categories = ["2019", "2020"]
        numbers.add_series("Visitors", (1, 2))  # type: ignore[no-untyped-call]
        new = slide(show, TITLE_ONLY, "The pool")
        place = (Inches(1), Inches(2), Inches(4), Inches(3))
        chart = new.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, numbers).chart
        chart.has_title = True
        chart.chart_title.text_frame.text = "Visitors in thousands"

    document = read_show(powerpoint(fill))

    assert listed(document)[1:] == ["Visitors in thousands"]
    assert document.remarks == ("1 chart is read by its title only: look at it in the file.",)


def test_text_of_smart_art_is_read_point_by_point():
    frame = (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="90" name="d"/></p:nvGraphicFramePr><a:graphic><a:graphicData>'
        '<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" r:dm="rId90"/>'
        "</a:graphicData></a:graphic></p:graphicFrame></p:spTree>"
    )
    point = '<dgm:pt modelId="{}"><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt>'
    texts = ("Build the pool", "Ask the town", "Open the pool")
    points = "".join(point.format(number, text) for number, text in enumerate(texts, start=1))
    links = "".join(
        f'<dgm:cxn modelId="9{child}" srcId="{parent}" destId="{child}" srcOrd="{order}"/>'
        for parent, child, order in ((0, 3, 1), (0, 1, 0), (1, 2, 0))
    )
    model = (
        '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<dgm:ptLst><dgm:pt modelId="0" type="doc"/>{points}</dgm:ptLst>'
        f"<dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>"
    )
    reference = '<Relationship Id="rId90" Type="http://x/diagramData" Target="../diagrams/data1.xml"/></Relationships>'
    data = changed(
        one(PLAIN, "The pool"),
        {
            SLIDE: ("</p:spTree>", frame),
            "ppt/slides/_rels/slide1.xml.rels": ("</Relationships>", reference),
            "ppt/diagrams/data1.xml": ("", model),
        },
    )

    assert listed(read_show(data))[1:] == ["- Build the pool", "-- Ask the town", "- Open the pool"]


def test_shape_with_a_newer_and_an_older_form_is_read_once_with_its_equation():
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    mc += ' xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"'
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="{}" name="s"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:p><a:r>'
        "<a:t>The area is </a:t></a:r>{}</a:p></p:txBody></p:sp>"
    )
    equation = (
        '<a14:m xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"'
        ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:oMathPara><m:oMath><m:sSup>'
        '<m:e><m:r><a:rPr i="1"/><m:t>r</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>'
        "<m:r><m:t>π</m:t></m:r>"
        "</m:oMath></m:oMathPara></a14:m>"
    )
    both = (
        f'<mc:AlternateContent {mc}><mc:Choice Requires="a14">{shape.format(91, equation)}</mc:Choice>'
        f"<mc:Fallback>{shape.format(92, '')}</mc:Fallback></mc:AlternateContent></p:spTree>"
    )

    document = read_show(changed(one(PLAIN, "The pool", "The pool opens in May."), {SLIDE: ("</p:spTree>", both)}))

    assert listed(document)[-1] == "The area is r²π"
    assert document.text.count("The area is") == 1
    assert document.remarks == ()


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("arabicPeriod", ("1.", "2.", "3.")),
        ("alphaLcParenR", ("a)", "b)", "c)")),
        ("romanUcPeriod", ("I.", "II.", "III.")),
        ("arabicParenBoth", ("(1)", "(2)", "(3)")),
    ],
)
def test_numbers_of_a_list_are_counted_past_deeper_levels(kind, numbers):
    def fill(show: Any) -> None:
        frame = slide(show, PLAIN, "Rules", "shower", "swim", "slowly", "leave").placeholders[1].text_frame
        for paragraph in frame.paragraphs:
            looks = paragraph._p.get_or_add_pPr()
            looks.append(looks.makeelement(f"{{{looks.nsmap['a']}}}buAutoNum", {"type": kind}))
        frame.paragraphs[2].level = 1

    first, second, third = numbers
    assert listed(read_show(powerpoint(fill)))[1:] == [
        f"- {first} shower",
        f"- {second} swim",
        f"-- {first} slowly",
        f"- {third} leave",
    ]


def test_numbers_begin_where_the_list_says_and_again_after_another_paragraph():
    def fill(show: Any) -> None:
        frame = slide(show, PLAIN, "Rules", "shower", "Or else:", "leave").placeholders[1].text_frame
        for index, bullet in ((0, {"type": "arabicPeriod", "startAt": "4"}), (2, {"type": "arabicPeriod"})):
            looks = frame.paragraphs[index]._p.get_or_add_pPr()
            looks.append(looks.makeelement(f"{{{looks.nsmap['a']}}}buAutoNum", bullet))
        looks = frame.paragraphs[1]._p.get_or_add_pPr()
        looks.append(looks.makeelement(f"{{{looks.nsmap['a']}}}buNone"))

    assert listed(read_show(powerpoint(fill)))[1:] == ["- 4. shower", "Or else:", "- 1. leave"]


def test_more_slides_than_the_limit_are_refused():
    def fill(show: Any) -> None:
        for _ in range(4):
            slide(show, PLAIN, "The pool", "The pool opens in May.")

    with pytest.raises(UnreadableFile, match=r"“pool.pptx” holds more than 3 slides, which is the limit"):
        read_document("pool.pptx", powerpoint(fill), ReadLimits(pages=3))


def test_empty_presentation_is_told():
    with pytest.raises(UnreadableFile, match="holds no text that could be quoted"):
        read_show(powerpoint(lambda show: slide(show, PLAIN)))


@pytest.mark.timeout(60)
def test_many_shapes_and_deep_groups_are_read_or_told():
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="9" name="s"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:p><a:r>'
        "<a:t>word</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    many = changed(one(PLAIN, "The pool of the town"), {SLIDE: ("</p:spTree>", shape * 20_000 + "</p:spTree>")})
    deep = "<p:grpSp>" * 100_000 + shape + "</p:grpSp>" * 100_000 + "</p:spTree>"

    assert read_show(many).text.count("word") == 20_000
    with pytest.raises(UnreadableFile, match="is damaged"):
        read_show(changed(one(PLAIN, "The pool"), {SLIDE: ("</p:spTree>", deep)}))


SOUND = one(PLAIN, "The pool of the town", "The pool opens in May.", "It closes in September.")


@CALM
@given(st.data())
def test_any_change_to_the_xml_is_read_or_told(data):
    part = data.draw(st.sampled_from([SLIDE, "ppt/presentation.xml", "ppt/_rels/presentation.xml.rels", "_rels/.rels"]))
    piece = data.draw(st.sampled_from(['"', "1", "id", "<", "r:", "ph", "a:", "/", "idx", "Target"]))
    other = data.draw(st.sampled_from(["", "-1", "&", "999999999999", "é", 'x="', "</p:sp>"]))
    try:
        document = read_show(changed(SOUND, {part: (piece, other)}))
    except UnreadableFile as error:
        assert "“pool.pptx”" in str(error)
    except AssertionError:
        pass  # the piece is not in that part
    else:
        assert document.text
