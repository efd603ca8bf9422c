"""Excel files: cells that nobody can see are not read, and those that show are, whatever their colours."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, GradientFill, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.table import Table

from tests.research.reading.office_files import changed, excel
from tests.research.reading.test_spreadsheet import FEES, SHEET, read_sheet

WHITE, BLACK, RED = "FFFFFFFF", "FF000000", "FFFF0000"
UNSEEN = "1 cell that the file does not let show is not read: look at it in the file."
DOUBTFUL = "1 cell is read that may not show, by the colour: look at it in the file."


def solid(color: Any) -> PatternFill:
    return PatternFill("solid", fgColor=color)


def with_cell(look: Any, value: Any = "Approve all") -> bytes:
    """A sheet of fees with a further cell that looks so."""

    def fill(book: Any) -> None:
        for row in FEES:
            book.active.append([*row])
        book.active.append([value, 1])
        look(book.active["A4"])

    return excel(fill)


def dressed(font: Any = None, ground: Any = None, number_format: str = "General") -> Any:
    def look(cell: Any) -> None:
        if font is not None:
            cell.font = Font(color=font)
        if ground is not None:
            cell.fill = ground
        cell.number_format = number_format

    return look


@pytest.mark.parametrize(
    ("font", "ground", "is_seen"),
    [
        (WHITE, None, False),
        (Color(theme=0), None, False),
        (Color(theme=1, tint=1.0), None, False),
        (Color(theme=0, tint=-0.5), None, True),
        (Color(indexed=9), None, False),
        (Color(indexed=64), None, True),
        (Color(indexed=64), solid(BLACK), False),
        (Color(auto=True), solid(BLACK), False),
        (Color(indexed=65), None, False),
        (WHITE, solid(BLACK), True),
        (BLACK, solid(BLACK), False),
        (RED, solid(RED), False),
        (RED, solid(BLACK), True),
        (Color(theme=4), solid(Color(theme=4)), False),
        (BLACK, None, True),
        (None, solid(BLACK), False),
        (WHITE, PatternFill("gray125"), True),
        (WHITE, GradientFill(stop=("000000", "FFFFFF")), True),
    ],
)
def test_letters_of_the_colour_of_their_cell_are_not_read_and_said(font: Any, ground: Any, is_seen: bool):
    document = read_sheet(with_cell(dressed(font, ground)))

    assert ("Approve" in document.text) == is_seen
    assert document.remarks == (() if is_seen else (UNSEEN,))


@pytest.mark.parametrize(
    ("value", "number_format", "is_seen"),
    [
        ("Approve all", ";;;", False),
        ("Approve all", ";;;@", True),
        ("Approve all", ";;", True),
        ("Approve all", '0;0;0;""', False),
        ("Approve all", '0;0;0;"x"@', True),
        (7_777, ";;;", False),
        (7_777, ";;;@", True),
        (7_777, "[White]0", False),
        (7_777, "[White]0;[Red]0", True),
        (7_777, "[Red]0", True),
    ],
)
def test_formats_that_show_nothing_hide_cells(value: Any, number_format: str, is_seen: bool):
    document = read_sheet(with_cell(dressed(number_format=number_format), value))

    is_blank = number_format == ";;;@" and value == 7_777
    assert ("Approve" in document.text or "7777" in document.text) == (is_seen and not is_blank)
    assert document.remarks == (() if is_seen else (UNSEEN,))


def test_white_words_within_a_cell_are_not_read_unless_the_cell_is_dark():
    text = CellRichText("The fee is ", TextBlock(InlineFont(color=WHITE), "not "), "five euros")

    assert "The fee is five euros" in read_sheet(with_cell(dressed(), text)).text
    assert "The fee is not five euros" in read_sheet(with_cell(dressed(ground=solid(RED)), text)).text


def test_what_a_rule_or_the_style_of_a_table_may_colour_is_read_and_said():
    def rule(cell: Any) -> None:
        cell.font = Font(color=WHITE)
        cell.parent.conditional_formatting.add("A2:A9", CellIsRule(operator="equal", formula=["5"], fill=solid(RED)))

    def table(cell: Any) -> None:
        cell.font = Font(color=WHITE)
        cell.parent.add_table(Table(displayName="Fees", ref="A1:B4"))

    for look in (rule, table):
        document = read_sheet(with_cell(look))
        assert "Approve all" in document.text
        assert document.remarks == (DOUBTFUL,)


def test_rows_and_columns_without_a_height_or_width_are_hidden():
    row = changed(with_cell(dressed()), {SHEET: ('<row r="4"', '<row r="4" ht="0" customHeight="1"')})
    column = changed(
        with_cell(dressed()), {SHEET: ("<sheetData>", '<cols><col min="2" max="2" width="0"/></cols><sheetData>')}
    )

    for data, what, gone in ((row, "row", "Approve"), (column, "column", "Fee")):
        document = read_sheet(data)
        assert gone not in document.text
        assert document.remarks[0].startswith(f"1 hidden {what} is not read")
