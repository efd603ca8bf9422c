"""Rows of a PDF with a number that grows with the pages: which of them are running heads, and which are the text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fpdf import FPDF
from PIL import Image

from hitl.research.reading.blocks import ReadFile
from hitl.research.reading.limits import USUAL_LIMITS
from hitl.research.reading.pdf import read_pdf
from tests.research.reading.pdf_files import at, by_fpdf, sentences

PAGES = 5


def read(rows: Sequence[str], first: float = 100, gap: float = 14, body: int = 0, style: str = "") -> ReadFile:
    """Pages of the same rows, each with its number {page}, and another one, {other}.

    Args:
        rows: The rows.
        first: Where the first one stands, in points from the upper edge.
        gap: Points between it and the others.
        body: Rows of a text below them, different on each page.
        style: The style of the first row: `B` for bold.
    """
    text = sentences(PAGES * body, seed=3)

    def draw(file: FPDF) -> None:
        for page in range(PAGES):
            if page:
                file.add_page()
            for index, row in enumerate(rows):
                height = first + (gap + 14 * (index - 1) if index else 0)
                said = row.format(page=page + 1, other=7 * page + 3)
                at(file, 72, height, said, style="" if index else style)
            for index in range(body):
                at(file, 72, first + gap + 14 * (len(rows) + index), text[page * body + index][:90], 10)

    return read_pdf(by_fpdf(draw), USUAL_LIMITS)


def text_of(file: ReadFile) -> str:
    return " ".join(block.text for block in file.blocks)


@pytest.mark.parametrize(
    "row",
    [
        "Voucher number {page} is worth {other} euros at the pool.",
        "Voucher number {page} of the town",
        "Case {page} was closed in May",
        "The pool is open in every month of the year.",
        "Voucher {page}",
    ],
)
@pytest.mark.parametrize("height", [40, 400, 810])
def test_one_row_on_each_page_is_its_text(row: str, height: float):
    file = read([row], height)

    for page in range(PAGES):
        assert row.format(page=page + 1, other=7 * page + 3) in text_of(file)
    assert file.remarks == ()


@pytest.mark.parametrize(
    "rows",
    [
        ("Voucher number {page} of the town", "It is worth {other} euros at the pool.", "It is valid for a year."),
        ("Invoice {page}", "Customer: bakery {other}", "Thank you for your order."),
        ("Question {page}", "What is the fee?", "It is five euros."),
        ("{page} vouchers were sold", "They cost {other} euros each."),
    ],
)
def test_first_row_of_a_page_that_runs_on_in_the_next_one_is_text(rows: Sequence[str]):
    file = read(rows)

    for page in range(PAGES):
        assert rows[0].format(page=page + 1) in text_of(file)


def test_row_with_another_number_that_changes_is_text_even_if_it_is_apart():
    file = read(["Room {page}: the fee is {other} euros a day"], gap=40, body=10)

    for page in range(PAGES):
        assert f"Room {page + 1}: the fee is {7 * page + 3} euros a day" in text_of(file)


def test_bold_row_that_counts_is_a_heading():
    file = read(["Invoice {page}"], gap=40, body=10, style="B")

    for page in range(PAGES):
        assert f"Invoice {page + 1}" in text_of(file)


@pytest.mark.parametrize(
    "row", ["{page}", "Page {page}", "The report of the pool, page {page}", "Bericht - Seite {page}", "{page} / 5"]
)
def test_row_that_counts_the_pages_is_left_out(row: str):
    file = read([row], first=40, gap=20, body=10)

    assert row.format(page=2) not in text_of(file)
    assert file.remarks == ()


def test_row_that_counts_and_is_apart_is_left_out_and_said():
    file = read(["Report of the pool, {page}"], first=40, gap=40, body=10)

    assert "Report of the pool" not in text_of(file)
    assert file.remarks == (
        "5 lines such as “Report of the pool, 1” on pages 1 to 5 are taken for running heads and are left out: look "
        "for them in the file.",
    )


def test_stamps_on_pictures_of_pages_are_no_text():
    def draw(file: FPDF) -> None:
        for page in range(3):
            if page:
                file.add_page()
            file.image(Image.new("RGB", (60, 80), "gray"), x=20, y=20, w=500, h=700)
            at(file, 400, 820, f"WH-00{page + 1}", 9)

    file = read_pdf(by_fpdf(draw), USUAL_LIMITS)

    assert file.blocks == []
    assert file.remarks == ("Pages 1 to 3 are pictures and were not read: run text recognition (OCR) on them.",)
