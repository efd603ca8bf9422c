"""Words of a PDF that are struck out, and words with a line near them that are not."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from fpdf import FPDF
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject

from hitl.research.reading.blocks import ReadFile
from hitl.research.reading.limits import USUAL_LIMITS
from hitl.research.reading.pdf import read_pdf
from tests.research.reading.pdf_files import at, by_fpdf
from tests.research.samples import HEAT

BEFORE, WORD = "The tenant must ", "not"
SENTENCE = f"{BEFORE}{WORD} pay the rent."
WITHOUT_WORD = "The tenant must pay the rent."
MIDDLE = 96.5
"""Height of a line through the middle of the letters of a sentence at 72, 100."""
ONE_STRUCK = ("1 word on page 1 is struck out and is left out: look at the file if words seem to be missing.",)

Draw = Callable[[FPDF], object]


def read(draw: Draw) -> ReadFile:
    return read_pdf(by_fpdf(draw), USUAL_LIMITS)


def texts(file: ReadFile) -> list[str]:
    return [block.text for block in file.blocks]


def sentence(file: FPDF) -> tuple[float, float]:
    """Write the sentence, and say where its word begins and ends."""
    at(file, 72, 100, SENTENCE)
    left = 72 + file.get_string_width(BEFORE)
    return left, left + file.get_string_width(WORD)


def line(file: FPDF) -> None:
    left, right = sentence(file)
    file.line(left, MIDDLE, right, MIDDLE)


def red_line(file: FPDF) -> None:
    file.set_draw_color(255, 0, 0)
    line(file)


def two_lines(file: FPDF) -> None:
    left, right = sentence(file)
    file.line(left, MIDDLE - 1, right, MIDDLE - 1)
    file.line(left, MIDDLE + 1, right, MIDDLE + 1)


def rectangle(file: FPDF) -> None:
    left, right = sentence(file)
    file.rect(left, MIDDLE, right - left, 0.6, "F")


def dashes(file: FPDF) -> None:
    left, right = sentence(file)
    file.set_dash_pattern(2, 2)
    file.line(left, MIDDLE, right, MIDDLE)


def short_pieces(file: FPDF) -> None:
    left, right = sentence(file)
    for index in range(int((right - left) / 2.5) + 1):
        file.line(left + 2.5 * index, MIDDLE, left + 2.5 * index + 1.5, MIDDLE)


@pytest.mark.parametrize("draw", [line, red_line, two_lines, rectangle, dashes, short_pieces])
def test_word_that_is_struck_out_is_left_out(draw: Draw):
    file = read(draw)

    assert texts(file) == [WITHOUT_WORD]
    assert file.remarks == ONE_STRUCK


def test_one_figure_that_is_struck_out_is_left_out():
    def draw(file: FPDF) -> None:
        at(file, 72, 100, "The fee is 9, and was 5 euros.")
        left = 72 + file.get_string_width("The fee is ")
        file.line(left, MIDDLE, left + file.get_string_width("9"), MIDDLE)

    assert texts(read(draw)) == ["The fee is and was 5 euros."]


def test_lines_that_are_struck_out_in_one_drawing_are_left_out():
    def draw(file: FPDF) -> None:
        at(file, 72, 100, "The fee is nine euros.")
        at(file, 72, 114, "It is paid in May.")
        at(file, 72, 128, "The pool opens at ten.")
        with file.new_path(72, MIDDLE) as path:
            path.style.fill_color = None
            path.style.stroke_color = "#000000"
            path.style.paint_rule = "stroke"
            path.line_to(72 + file.get_string_width("The fee is nine euros."), MIDDLE)
            path.move_to(72, MIDDLE + 14)
            path.line_to(72 + file.get_string_width("It is paid in May."), MIDDLE + 14)

    assert texts(read(draw)) == ["The pool opens at ten."]


def with_note(note: DictionaryObject) -> ReadFile:
    writer = PdfWriter(clone_from=io.BytesIO(by_fpdf(sentence)))
    writer.add_annotation(0, note)
    file = io.BytesIO()
    writer.write(file)
    return read_pdf(file.getvalue(), USUAL_LIMITS)


@pytest.mark.parametrize(
    ("kind", "text"), [("/StrikeOut", WITHOUT_WORD), ("/Underline", SENTENCE), ("/Highlight", SENTENCE)]
)
def test_word_that_a_note_strikes_out_is_left_out(kind: str, text: str):
    file = FPDF(unit="pt", format="A4")
    file.add_page()
    left, right = sentence(file)
    corners = (left, 842 - 90, right, 842 - 90, left, 842 - 103, right, 842 - 103)
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(kind),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (left, 842 - 103, right, 842 - 90))),
            NameObject("/QuadPoints"): ArrayObject(map(FloatObject, corners)),
            NameObject("/C"): ArrayObject(map(FloatObject, (1, 0.8, 0))),
        }
    )

    assert texts(with_note(note)) == [text]


def test_line_through_a_part_of_a_word_is_said():
    def draw(file: FPDF) -> None:
        at(file, 72, 100, "The drug is unsafe for children.")
        left = 72 + file.get_string_width("The drug is ")
        file.line(left, MIDDLE, left + file.get_string_width("un"), MIDDLE)

    file = read(draw)

    assert texts(file) == ["The drug is unsafe for children."]
    assert file.remarks == (
        "1 word on page 1 may be struck out, in part or as a whole, and is read: look at it in the file.",
    )


def test_line_that_runs_beyond_the_words_is_said():
    def draw(file: FPDF) -> None:
        sentence(file)
        file.line(40, MIDDLE, 560, MIDDLE)

    file = read(draw)

    assert texts(file) == [SENTENCE]
    assert "7 words on page 1 may be struck out" in file.remarks[0]


def underline(file: FPDF) -> None:
    left, right = sentence(file)
    file.line(left, 101.5, right, 101.5)


def baseline(file: FPDF) -> None:
    left, right = sentence(file)
    file.line(left, 100, right, 100)


def overline(file: FPDF) -> None:
    left, right = sentence(file)
    file.line(left, 93, right, 93)


def line_behind_a_box(file: FPDF) -> None:
    file.line(72, MIDDLE, 300, MIDDLE)
    file.set_fill_color(255)
    file.rect(70, 88, 250, 16, "F")
    sentence(file)


def white_line(file: FPDF) -> None:
    file.set_draw_color(255)
    line(file)


def ground_of_slices(file: FPDF) -> None:
    for index in range(30):
        file.set_fill_color(128 + 4 * index, 128 + 4 * index, 255)
        file.rect(60, 86 + 0.7 * index, 300, 0.7, "F")
    sentence(file)


def lines_beside(file: FPDF) -> None:
    _, right = sentence(file)
    file.line(20, MIDDLE, 70, MIDDLE)
    file.line(right + 80, MIDDLE, right + 200, MIDDLE)


def underlined_field(file: FPDF) -> None:
    sentence(file)
    file.line(72, 101, 400, 101)


@pytest.mark.parametrize(
    "draw",
    [underline, baseline, overline, line_behind_a_box, white_line, ground_of_slices, lines_beside, underlined_field],
)
def test_words_near_a_line_are_read_without_a_remark(draw: Draw):
    file = read(draw)

    assert texts(file) == [SENTENCE]
    assert file.remarks == ()


def test_rules_between_the_rows_of_a_table_strike_nothing_out():
    def draw(file: FPDF) -> None:
        for index in range(4):
            at(file, 72, 100 + 11 * index, f"Row {index}")
            at(file, 200, 100 + 11 * index, f"{7 * index} euros")
            file.line(70, 102.5 + 11 * index, 300, 102.5 + 11 * index)

    file = read(draw)

    assert [text for text in texts(file) if "euros" in text] == [f"Row {row} | {7 * row} euros" for row in range(4)]
    assert file.remarks == ()


def test_parts_of_a_fraction_are_read():
    def draw(file: FPDF) -> None:
        at(file, 72, 60, HEAT[:80])
        at(file, 100, 94, "income")
        file.line(98, MIDDLE, 140, MIDDLE)
        at(file, 100, 107, "people")

    file = read(draw)

    assert " ".join(texts(file)).split()[-2:] == ["income", "people"]
    assert file.remarks == ()


def slanting_line(file: FPDF) -> None:
    left, right = sentence(file)
    file.line(left, MIDDLE + 0.7, right, MIDDLE - 0.7)


def picture_of_a_line(file: FPDF) -> None:
    left, right = sentence(file)
    file.image(Image.new("RGB", (30, 1), "black"), left, MIDDLE, right - left, 0.7)


@pytest.mark.parametrize("draw", [slanting_line, picture_of_a_line])
def test_word_with_a_line_through_it_that_is_not_ruled_is_left_out(draw: Draw):
    assert texts(read(draw)) == [WITHOUT_WORD]


def test_line_that_is_drawn_by_hand_strikes_out():
    def draw(file: FPDF) -> None:
        at(file, 72, 100, "The fee is nine euros a day.")
        at(file, 72, 114, "The pool opens at ten.")
        file.line(72, 99, 72 + file.get_string_width("The fee is nine euros a day."), 94)

    assert texts(read(draw)) == ["The pool opens at ten."]


def test_curve_of_a_chart_strikes_nothing_out():
    def draw(file: FPDF) -> None:
        sentence(file)
        file.line(72, 130, 240, 60)

    file = read(draw)

    assert texts(file) == [SENTENCE]
    assert file.remarks == ()
