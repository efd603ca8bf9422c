"""Excel and CSV files: each row with its heads, at the row and the sheet where a reader finds it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from hitl.research.evidence import Document
from hitl.research.reading.delimited import read_csv
from hitl.research.reading.files import UnreadableFile, read_document
from hitl.research.reading.limits import USUAL_LIMITS, ReadLimits
from hitl.research.reading.office.spreadsheet import read_xlsx
from tests.research.reading.office_files import STRICT_SHEETS, changed, excel, raw_excel, sheet

FEES = (["Who", "Fee"], ["Adults", 4], ["Children", 2])
SHEET = "xl/worksheets/sheet1.xml"
CALM = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def lines(document: Document) -> list[str]:
    """The text of each block with its row."""
    return [f"{block.row or ''} {document.text[block.start : block.end]}".strip() for block in document.blocks]


def places(document: Document) -> list[str]:
    return [document.place_at(block.start) for block in document.blocks]


def read_sheet(data: bytes) -> Document:
    return read_document("prices of the pool.xlsx", data)


def read_table(text: str, name: str = "fees.csv") -> Document:
    return read_document(name, text.encode())


# Excel


def test_row_is_read_with_its_heads_at_its_sheet_and_row():
    document = read_sheet(sheet(*FEES))

    assert lines(document) == ["Prices", "1 Who | Fee", "2 Who: Adults | Fee: 4", "3 Who: Children | Fee: 2"]
    assert places(document) == ["Prices", "Prices, row 1", "Prices, row 2", "Prices, row 3"]
    assert document.title == "prices of the pool"
    assert document.warning == ""


def test_title_above_a_table_and_a_note_below_it_are_paragraphs_without_heads():
    document = read_sheet(
        sheet(["Fees of the pool in 2024"], [], *FEES, [], ["All fees are in euros and include the locker."])
    )

    assert lines(document)[1] == "1 Fees of the pool in 2024"
    assert lines(document)[-1] == "7 All fees are in euros and include the locker."
    assert [block.kind for block in document.blocks] == ["heading", "paragraph", "row", "row", "row", "paragraph"]


def test_table_goes_on_after_an_empty_row_and_another_one_begins_with_its_own_heads():
    document = read_sheet(sheet(*FEES, [], ["Seniors", 3], [], ["Day", "Opens"], ["Monday", 9], ["Tuesday", 10]))

    assert lines(document)[4:] == [
        "5 Who: Seniors | Fee: 3",
        "7 Day | Opens",
        "8 Day: Monday | Opens: 9",
        "9 Day: Tuesday | Opens: 10",
    ]


def test_rows_far_apart_and_far_to_the_right_keep_their_numbers():
    def fill(book: Any) -> None:
        book.active["A1"], book.active["XFD1"] = "Name of the pool", "Depth of the pool"
        book.active["A1048576"], book.active["XFD1048576"] = "Northern pool", 12

    document = read_sheet(excel(fill))

    assert lines(document)[1:] == [
        "1 Name of the pool | Depth of the pool",
        "1048576 Name of the pool: Northern pool | Depth of the pool: 12",
    ]


def test_dimensions_that_lie_are_not_believed():
    data = changed(sheet(*FEES), {SHEET: ('<dimension ref="A1:B3"', '<dimension ref="A1:XFD1048576"')})

    assert lines(read_sheet(data)) == lines(read_sheet(sheet(*FEES)))


def test_numbers_and_dates_are_read_as_they_show():
    def fill(book: Any) -> None:
        for row in (
            ["Item", "Price", "Share", "From", "Open"],
            ["Bread", 1234.5, 0.125, datetime.date(2024, 3, 5), True],
        ):
            book.active.append(row)
        book.active["B2"].number_format, book.active["C2"].number_format = '#,##0.00 "€"', "0.0%"
        book.active["D2"].number_format = "d mmm yyyy"

    assert lines(read_sheet(excel(fill)))[2] == (
        "2 Item: Bread | Price: 1,234.50 € | Share: 12.5% | From: 5 Mar 2024 | Open: TRUE"
    )


def test_formula_is_read_by_its_stored_result_and_one_without_is_told():
    data = sheet(["Who", "Fee"], ["Adults", 4], ["Children", "=B2/2"], ["All together", "=SUM(B2:B3)"])
    stored = changed(data, {SHEET: ("<f>B2/2</f><v></v>", "<f>B2/2</f><v>2</v>")})

    document = read_sheet(stored)

    assert lines(document)[3:] == ["3 Who: Children | Fee: 2", "4 All together"]
    assert document.warning.startswith("In “prices of the pool.xlsx” 1 formula has no stored result: open the file")


def test_what_is_hidden_is_not_read_and_is_told():
    def fill(book: Any) -> None:
        for row in (*(list(row) for row in FEES), ["Staff discount", 0], ["Seniors", 3]):
            book.active.append(row)
        book.active["C2"] = "secret margin"
        book.active.row_dimensions[4].hidden = True
        book.active.column_dimensions["C"].hidden = True
        for name, state in (("Notes", "hidden"), ("Macros", "veryHidden")):
            other = book.create_sheet(name)
            other["A1"] = "the secret of the sheet"
            other.sheet_state = state

    document = read_sheet(excel(fill))

    assert "secret" not in document.text
    assert "discount" not in document.text
    assert lines(document)[-1] == "5 Who: Seniors | Fee: 3"
    assert document.remarks == (
        "2 hidden sheets are not read: unhide them, and add the file again, to have them read.",
        "1 hidden row is not read: unhide it, and add the file again, to have it read.",
        "1 hidden column is not read: unhide it, and add the file again, to have it read.",
    )


def test_hidden_rows_between_rows_are_no_end_of_a_table():
    def fill(book: Any) -> None:
        for row in (["Who", "Fee"], ["Adults", 4], ["Staff", 0], [None], ["Note of the house"]):
            book.active.append(list(row))
        book.active.row_dimensions[3].hidden = book.active.row_dimensions[4].hidden = True
        book.active["A6"], book.active["B6"] = "Seniors", 3

    assert lines(read_sheet(excel(fill)))[-1] == "6 Who: Seniors | Fee: 3"


def test_merged_heads_stand_over_each_of_their_columns():
    def fill(book: Any) -> None:
        for row in (
            ["Country", "2019", None, "2020", None],
            [None, "men", "women", "men", "women"],
            ["Norway", 1, 2, 3, 4],
            ["Chad", 5, 6, 7, 8],
        ):
            book.active.append(row)
        for merged in ("A1:A2", "B1:C1", "D1:E1"):
            book.active.merge_cells(merged)

    assert lines(read_sheet(excel(fill)))[1:] == [
        "1 Country | 2019 | 2020",
        "2 Country | men | women | men | women",
        "3 Country: Norway | 2019 men: 1 | 2019 women: 2 | 2020 men: 3 | 2020 women: 4",
        "4 Country: Chad | 2019 men: 5 | 2019 women: 6 | 2020 men: 7 | 2020 women: 8",
    ]


def test_cell_merged_over_rows_belongs_to_each_of_them():
    def fill(book: Any) -> None:
        for row in (["Region", "Town", "Pools"], ["North", "Leeds", 4], [None, "York", 2], ["South", "Hove", 1]):
            book.active.append(row)
        book.active.merge_cells("A2:A3")

    assert lines(read_sheet(excel(fill)))[3] == "3 Region: North | Town: York | Pools: 2"


@pytest.mark.parametrize("mark", ["bold", "filter", "table", "frozen"])
def test_heads_that_the_file_marks_are_heads_whatever_they_look_like(mark):
    def fill(book: Any) -> None:
        for row in (["Fee of 2019", "Fee of 2020"], ["free", "three euros"], ["free", "four euros"]):
            book.active.append(row)
        if mark == "bold":
            book.active["A1"].font = book.active["B1"].font = Font(bold=True)
        elif mark == "filter":
            book.active.auto_filter.ref = "A1:B3"
        elif mark == "table":
            book.active.add_table(Table(displayName="Fees", ref="A1:B3"))
        else:
            book.active.freeze_panes = "A2"

    assert lines(read_sheet(excel(fill)))[2] == "2 Fee of 2019: free | Fee of 2020: three euros"


def test_letters_above_and_below_the_line_and_struck_out_ones_are_read_as_such():
    def fill(book: Any) -> None:
        raised, lowered = InlineFont(vertAlign="superscript"), InlineFont(vertAlign="subscript")
        book.active["A1"] = CellRichText(
            "The pool has 10", TextBlock(raised, "6"), " litres of H", TextBlock(lowered, "2"), "O"
        )
        book.active["A2"] = CellRichText("The fee is ", TextBlock(InlineFont(strike=True), "four "), "five euros")
        book.active["A3"] = "struck out as a whole"
        book.active["A3"].font = Font(strike=True)

    assert lines(read_sheet(excel(fill)))[1:] == ["1 The pool has 10⁶ litres of H₂O", "2 The fee is five euros"]


def test_lines_and_escapes_inside_a_cell_are_kept():
    document = read_sheet(sheet(["Monday to Friday\nat nine in the morning_x000D_"]))

    assert lines(document)[1] == "1 Monday to Friday\nat nine in the morning"


def test_text_boxes_are_read_and_comments_and_charts_are_not():
    def fill(book: Any) -> None:
        for row in FEES:
            book.active.append(list(row))
        book.active["A2"].comment = Comment("check this with the treasurer", "ann")
        chart = BarChart()
        chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=3))
        book.active.add_chart(chart, "D1")

    box = (
        '<xdr:twoCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:sp><xdr:nvSpPr>'
        '<xdr:cNvPr id="9" name="b"/>'
        "</xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>The pool closes in August.</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
        "</xdr:twoCellAnchor></wsDr>"
    )
    document = read_sheet(changed(excel(fill), {"xl/drawings/drawing1.xml": ("</wsDr>", box)}))

    assert lines(document)[-1] == "The pool closes in August."
    assert places(document)[-1] == "Prices"
    assert "treasurer" not in document.text
    assert document.remarks == (
        "1 chart is not read: look at it in the file.",
        "1 comment is not read: look at it in the file.",
    )


def test_sheets_follow_each_other_under_their_names_and_empty_ones_are_left_out():
    def fill(book: Any) -> None:
        book.active.append(["The pool opens in May."])
        book.create_sheet("Empty")
        book.create_sheet("Rules of the house").append(["No ball games are allowed in the pool."])

    assert places(read_sheet(excel(fill))) == [
        "Prices",
        "Prices, row 1",
        "Rules of the house",
        "Rules of the house, row 1",
    ]


def test_strings_results_and_errors_are_read_however_the_file_stores_them():
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>Southern </t></r><r><t>pool</t></r></is></c>'
        '<c r="B2"><v>3.5</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>A2&amp;"s"</f><v>Southern pools</v></c><c r="B3" t="e"><v>#N/A</v></c></row>'
        '<row r="4"><c r="A4" t="s"><v>2</v></c><c r="B4" t="d"><v>2024-03-05</v></c></row>'
    )
    reading = '<rPh sb="0" eb="1"><t>how it is pronounced</t></rPh>'
    phonetic = f"<r><rPr><b/></rPr><t>Northern </t></r><r><t>pool</t></r>{reading}"

    assert lines(read_sheet(raw_excel(rows, ["Name", "Depth", phonetic])))[1:] == [
        "1 Name | Depth",
        "2 Southern pool | 3.5",
        "3 Southern pools | #N/A",
        "4 Northern pool | 2024-03-05",
    ]


def test_cells_without_references_follow_each_other():
    rows = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c><v>4</v></c></row>'

    assert lines(read_sheet(raw_excel(rows, ["Who", "Fee", "Adults"])))[1:] == ["1 Who | Fee", "2 Who: Adults | Fee: 4"]


def test_strict_form_of_the_format_is_read():
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    data = raw_excel(rows, ["The pool opens in May."], namespace=STRICT_SHEETS)

    assert lines(read_sheet(data))[1] == "1 The pool opens in May."


def test_workbook_that_counts_its_days_from_1904_is_read():
    def fill(book: Any) -> None:
        book.epoch = datetime.datetime(1904, 1, 1)
        book.active.append(["Opening of the pool", datetime.date(2024, 3, 5)])

    assert lines(read_sheet(excel(fill)))[1] == "1 Opening of the pool | 2024-03-05"


def test_sheet_that_is_longer_than_a_document_may_be_is_refused():
    with pytest.raises(UnreadableFile, match=r"“a.xlsx” holds more than 0.0001 million characters of text"):
        read_document("a.xlsx", sheet(*([["word " * 4]] * 10)), ReadLimits(characters=100))


def test_a_string_that_many_cells_share_is_refused_before_it_fills_the_memory():
    row = "<row>" + '<c t="s"><v>0</v></c>' * 1000 + "</row>"

    with pytest.raises(UnreadableFile, match="20 million characters"):
        read_sheet(raw_excel(row * 200, ["x" * 30_000]))


@pytest.mark.parametrize(
    "piece",
    [
        "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 20_000 + "</mergeCells>",
        "<mergeCells>" + "".join(f'<mergeCell ref="A{row}:XFD{row}"/>' for row in range(1, 20_000)) + "</mergeCells>",
    ],
    ids=["all of the sheet again and again", "all of each row"],
)
@pytest.mark.timeout(60)
def test_merged_cells_without_end_cost_no_more_than_the_sheet_has(piece):
    data = changed(
        sheet(*([["Who"], ["Adults of the town"]] * 5_000)), {SHEET: ("</sheetData>", "</sheetData>" + piece)}
    )

    assert "Adults of the town" in read_sheet(data).text


@pytest.mark.timeout(60)
def test_hidden_columns_without_end_are_read():
    columns = "<cols>" + '<col min="2" max="16384" hidden="1"/>' * 50_000 + "</cols>"
    data = changed(sheet(["The pool opens in May.", "unseen"]), {SHEET: ("<sheetData>", columns + "<sheetData>")})

    document = read_sheet(data)

    assert document.text == "Prices\n\nThe pool opens in May."
    assert document.remarks == ("1 hidden column is not read: unhide it, and add the file again, to have it read.",)


@pytest.mark.timeout(60)
def test_references_without_end_are_read_or_told():
    def row(reference: str, number: str = "1") -> bytes:
        cell = f'<c r="{reference}" t="inlineStr"><is><t>The pool opens in May.</t></is></c>'
        return raw_excel(f'<row r="{number}">{cell}</row>')

    assert lines(read_sheet(row("A" * 1_000_000 + "1")))[1] == "1 The pool opens in May."
    assert lines(read_sheet(row("A1", "9" * 20)))[1].endswith("9 The pool opens in May.")
    with pytest.raises(UnreadableFile, match="is damaged"):
        read_sheet(row("A1", "9" * 1_000_000))


def test_part_that_unpacks_to_more_than_it_states_is_told():
    spaces = changed(raw_excel("<row><c><v>1</v></c></row>"), {"xl/sharedStrings.xml": ("", "<sst>" + " " * 3_000_000)})
    lying = spaces.replace((3_000_005).to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    assert lying != spaces
    with pytest.raises(UnreadableFile, match="is damaged"):
        read_sheet(lying)


def test_entities_are_not_expanded():
    attack = '<!DOCTYPE sst [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    data = raw_excel('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', ["The pool opens in May. &b;&f;"])

    document = read_sheet(changed(data, {"xl/sharedStrings.xml": ("<sst", f"{attack}<sst")}))

    assert lines(document)[1] == "1 The pool opens in May."


SOUND = sheet(*FEES, ["All fees are in euros."])


@CALM
@given(st.data())
def test_any_change_to_the_xml_is_read_or_told(data):
    part = data.draw(
        st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"])
    )
    piece = data.draw(st.sampled_from(['"', "1", "ref", "<", "r=", "s", "Id", "/", "sheet"]))
    other = data.draw(st.sampled_from(["", "-1", "&", "999999999999", "é", 'x="', "</row>", "NaN"]))
    try:
        document = read_sheet(changed(SOUND, {part: (piece, other)}))
    except UnreadableFile as error:
        assert "“prices of the pool.xlsx”" in str(error)
    except AssertionError:
        pass  # the piece is not in that part
    else:
        assert document.text


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(delimiter):
    text = "\n".join(delimiter.join(cells) for cells in (["Who", "Fee in euros"], ["Adults", "4"], ["Children", "2"]))

    document = read_table(text)

    assert lines(document) == [
        "1 Who | Fee in euros",
        "2 Who: Adults | Fee in euros: 4",
        "3 Who: Children | Fee in euros: 2",
    ]
    assert places(document) == ["row 1", "row 2", "row 3"]
    assert document.title == "fees"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param(
            "Who;Fee\nAdults;4,50\nChildren;2,25\n",
            ["1 Who | Fee", "2 Who: Adults | Fee: 4,50", "3 Who: Children | Fee: 2,25"],
            id="commas in numbers",
        ),
        pytest.param(
            'Who,Rule\nAdults,"pay, and swim"\nChildren,"swim; play"\nDogs,none 1\n',
            ["1 Who | Rule", "2 Adults | pay, and swim", "3 Children | swim; play", "4 Dogs | none 1"],
            id="delimiters in quotation marks",
        ),
        pytest.param(
            'Who,Fee\nAdults,4\n"Groups\nof five",3\nChildren,2\n',
            ["1 Who | Fee", "2 Who: Adults | Fee: 4", "3 Who: Groups\nof five | Fee: 3", "4 Who: Children | Fee: 2"],
            id="line breaks in quotation marks",
        ),
        pytest.param(
            'Who,Fee\n"the ""big"" pool",4\nChildren,2\n',
            ["1 Who | Fee", '2 Who: the "big" pool | Fee: 4', "3 Who: Children | Fee: 2"],
            id="doubled marks",
        ),
        pytest.param(
            "sep=;\nWho;Fee\nAdults;4\nChildren;2\n",
            ["1 Who | Fee", "2 Who: Adults | Fee: 4", "3 Who: Children | Fee: 2"],
            id="the delimiter is named",
        ),
        pytest.param(
            "\ufeffWho,Fee\nAdults,4\nChildren,2\n",
            ["1 Who | Fee", "2 Who: Adults | Fee: 4", "3 Who: Children | Fee: 2"],
            id="a mark of the encoding",
        ),
        pytest.param(
            "Fees of the pool\n\nWho,Fee\n\nAdults,4\nChildren,2\n",
            ["1 Fees of the pool", "3 Who | Fee", "5 Who: Adults | Fee: 4", "6 Who: Children | Fee: 2"],
            id="a title and empty rows",
        ),
        pytest.param(
            "Who,Fee,Since\nAdults,4\nChildren,2,2019,and more\nSeniors,3,2020\n",
            [
                "1 Who | Fee | Since",
                "2 Who: Adults | Fee: 4",
                "3 Who: Children | Fee: 2 | Since: 2019 | and more",
                "4 Who: Seniors | Fee: 3 | Since: 2020",
            ],
            id="rows that are too short and too long",
        ),
        pytest.param(
            'Who, Fee\r\nAdults, "4"\r\nChildren, "2"\r\n',
            ["1 Who | Fee", "2 Who: Adults | Fee: 4", "3 Who: Children | Fee: 2"],
            id="spaces before cells",
        ),
        pytest.param(
            "Adults,4\nChildren,2\nSeniors of the town,3\n",
            ["1 Adults | 4", "2 Children | 2", "3 Seniors of the town | 3"],
            id="no heads",
        ),
        pytest.param(
            "The pool opens in May.\nIt closes in September.\n",
            ["1 The pool opens in May.", "2 It closes in September."],
            id="one column",
        ),
        pytest.param(
            "Country,2019,2020\nNorway,11,12\nChad,5,6\n",
            [
                "1 Country | 2019 | 2020",
                "2 Country: Norway | 2019: 11 | 2020: 12",
                "3 Country: Chad | 2019: 5 | 2020: 6",
            ],
            id="years as heads",
        ),
        pytest.param(
            'Who,Fee\nAdults,4\n"pool, 1\nb,2\nc,3\nd,4\ne,5\n',
            [
                "1 Who | Fee",
                "2 Who: Adults | Fee: 4",
                '3 Who: "pool | Fee: 1',
                "4 Who: b | Fee: 2",
                "5 Who: c | Fee: 3",
                "6 Who: d | Fee: 4",
                "7 Who: e | Fee: 5",
            ],
            id="a quotation mark that does not end",
        ),
        pytest.param(
            "Who,Fee\rAdults,4\rChildren,2\r",
            ["1 Who | Fee", "2 Who: Adults | Fee: 4", "3 Who: Children | Fee: 2"],
            id="line ends of old Macs",
        ),
    ],
)
def test_table_in_text_is_read_row_by_row(text, read):
    assert lines(read_table(text)) == read


def test_table_with_tabs_and_commas_is_cut_at_the_tabs():
    assert (
        lines(read_table("Who\tRule\nAdults, all\tpay, swim\nDogs, all\t2, never\n", "a.tsv"))[1]
        == "2 Adults, all | pay, swim"
    )


@pytest.mark.parametrize(
    "text", [character * 1_000_000 for character in '",;|\t\na'] + ['",' * 500_000, '"\n' * 500_000, ";," * 500_000]
)
@pytest.mark.timeout(60)
def test_a_million_of_one_character_is_read(text):
    read = read_csv(text, USUAL_LIMITS)

    assert sum(len(block.text) for block in read.blocks) <= 2 * len(text)


@CALM
@given(st.lists(st.sampled_from(['"', ",", ";", "\t", "|", "\n", "\r", "word", "1", " ", "\0", "sep="])).map("".join))
def test_any_table_is_read_and_no_word_is_lost(text):
    read = read_csv(text, USUAL_LIMITS)

    assert "".join(block.text for block in read.blocks).count("word") >= text.count("word")


def test_reader_of_excel_files_raises_for_what_is_none():
    with pytest.raises(Exception, match="zip"):
        read_xlsx(b"none", USUAL_LIMITS)
