"""Words of a PDF that nobody can see, because of what is drawn over them, behind them or around them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from fpdf import FPDF
from fpdf.enums import TextMode
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import FreeText, Highlight, Rectangle
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

from hitl.research.reading.blocks import ReadFile
from hitl.research.reading.limits import USUAL_LIMITS
from hitl.research.reading.pdf import read_pdf
from tests.research.reading.pdf_files import at, by_fpdf
from tests.research.samples import HEAT

BEFORE, WORD = "The drug is ", "not"
SENTENCE = f"{BEFORE}{WORD} safe for children."
WITHOUT_WORD = "The drug is safe for children."
ONE_UNSEEN = ("1 word on page 1 cannot be seen and is left out: look at the file if words seem to be missing.",)
SPECKLED = Image.frombytes("L", (300, 400), random.Random(0).randbytes(120_000)).convert("RGB")

Draw = Callable[[FPDF], object]


def read(draw: Draw) -> ReadFile:
    return read_pdf(by_fpdf(draw), USUAL_LIMITS)


def texts(file: ReadFile) -> list[str]:
    return [block.text for block in file.blocks]


def word_box(file: FPDF) -> tuple[float, float, float, float]:
    """Left, top, width and height of the word that is hidden, in the sentence at 72, 100."""
    file.set_font("helvetica", size=11)
    return 72 + file.get_string_width(BEFORE) - 1, 90, file.get_string_width(WORD) + 2, 14


def white_box(file: FPDF) -> None:
    file.set_fill_color(255)
    file.rect(*word_box(file), "F")


def coloured_box(file: FPDF) -> None:
    file.set_fill_color(255, 255, 0)
    file.rect(*word_box(file), "F")


def black_bar(file: FPDF) -> None:
    file.set_fill_color(0)
    file.rect(*word_box(file), "F")


def broad_pen(file: FPDF) -> None:
    left, top, width, height = word_box(file)
    file.set_line_width(height)
    file.line(left + height / 2, top + height / 2, left + width - height / 2, top + height / 2)  # its ends are round


def white_disc(file: FPDF) -> None:
    left, top, width, height = word_box(file)
    file.set_fill_color(255)
    file.circle(left + width / 2, top + height / 2, 11, "F")


def picture(file: FPDF) -> None:
    left, top, width, height = word_box(file)
    file.image(Image.new("RGB", (30, 20), "white"), left, top, width, height)


@pytest.mark.parametrize("cover", [white_box, coloured_box, black_bar, broad_pen, white_disc, picture])
def test_word_below_something_that_is_drawn_later_is_left_out(cover: Draw):
    def draw(file: FPDF) -> None:
        at(file, 72, 100, SENTENCE)
        cover(file)

    file = read(draw)

    assert texts(file) == [WITHOUT_WORD]
    assert file.remarks == ONE_UNSEEN


def test_word_below_a_box_is_left_out_where_the_lines_stand_close():
    def draw(file: FPDF) -> None:
        for index in range(4):
            at(file, 72, 89 + 11 * index, SENTENCE)
        white_box(file)

    assert " ".join(texts(read(draw))).split().count(WORD) == 3


@pytest.mark.parametrize("colour", [(0, 0, 0), (200, 0, 0), (20, 20, 24)])
def test_words_in_the_colour_of_what_is_behind_them_are_left_out(colour: tuple[int, int, int]):
    def draw(file: FPDF) -> None:
        at(file, 72, 60, HEAT[:80])
        file.set_fill_color(*colour)
        file.rect(60, 85, 300, 20, "F")
        file.set_text_color(*colour)
        at(file, 72, 100, SENTENCE)

    file = read(draw)

    assert texts(file) == [HEAT[:80].strip()]
    assert "7 words on page 1 cannot be seen" in file.remarks[0]


def test_words_that_are_cut_off_are_left_out():
    def draw(file: FPDF) -> None:
        left, *_ = word_box(file)
        with file.rect_clip(72, 80, left - 74, 40):
            at(file, 72, 100, SENTENCE)

    file = read(draw)

    assert texts(file) == [BEFORE.strip()]
    assert "4 words on page 1 cannot be seen" in file.remarks[0]


def test_words_below_a_note_that_is_filled_are_left_out():
    def draw(file: FPDF) -> None:
        at(file, 72, 60, HEAT[:80])
        at(file, 72, 100, "9")

    writer = PdfWriter(clone_from=io.BytesIO(by_fpdf(draw)))
    writer.add_annotation(0, Rectangle(rect=(60, 730, 300, 760), interior_color="ffffff"))
    file = io.BytesIO()
    writer.write(file)

    result = read_pdf(file.getvalue(), USUAL_LIMITS)

    assert texts(result) == [HEAT[:80].strip()]
    assert result.remarks == ONE_UNSEEN


def test_words_that_are_highlighted_are_read_beside_a_stamp():
    corners = ArrayObject(map(FloatObject, (72, 752, 300, 752, 72, 738, 300, 738)))
    writer = PdfWriter(clone_from=io.BytesIO(by_fpdf(lambda file: at(file, 72, 100, SENTENCE))))
    writer.add_annotation(0, Highlight(rect=(72, 738, 300, 752), quad_points=corners, highlight_color="202020"))
    writer.add_annotation(0, FreeText(text="Paid", rect=(50, 300, 300, 330), font_size="12pt"))
    picture = DecodedStreamObject()
    picture.set_data(b"BT /F1 12 Tf 5 10 Td (Paid) Tj ET")
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(map(FloatObject, (0, 0, 250, 30))),
            NameObject("/Resources"): writer.pages[0]["/Resources"],
        }
    )
    notes = writer.pages[0]["/Annots"]
    assert isinstance(notes, ArrayObject)
    note = notes[-1].get_object()
    assert isinstance(note, DictionaryObject)
    note[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(picture)})
    file = io.BytesIO()
    writer.write(file)

    result = read_pdf(file.getvalue(), USUAL_LIMITS)

    assert texts(result) == [SENTENCE, "Paid"]
    assert result.remarks == ()


def test_word_below_a_box_is_left_out_on_a_page_of_very_many_drawings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hitl.research.reading.pdf.drawings.MOST_OBJECTS", 20)

    def draw(file: FPDF) -> None:
        at(file, 72, 60, HEAT[:80])
        at(file, 72, 100, SENTENCE)
        for index in range(30):
            file.rect(60 + 10 * index, 300, 5, 5, "F")
        white_box(file)

    file = read(draw)

    assert texts(file) == [HEAT[:80].strip(), WITHOUT_WORD]
    assert file.remarks == ONE_UNSEEN


def test_word_in_a_scan_below_a_bar_is_left_out():
    def draw(file: FPDF) -> None:
        file.image(SPECKLED, 0, 0, 595, 842)
        file.text_mode = TextMode.INVISIBLE
        at(file, 72, 100, SENTENCE)
        file.text_mode = TextMode.FILL
        black_bar(file)

    assert texts(read(draw)) == [WITHOUT_WORD]


def test_word_that_is_hidden_in_part_is_read_and_said():
    def draw(file: FPDF) -> None:
        at(file, 72, 100, "The drug is unsafe for children.")
        file.set_fill_color(255)
        file.rect(72 + file.get_string_width(BEFORE), 90, file.get_string_width("un"), 14, "F")

    file = read(draw)

    assert texts(file) == ["The drug is unsafe for children."]
    assert file.remarks == ("1 word on page 1 is hidden in part and is read as a whole: look at it in the file.",)


def transparent_mark(file: FPDF) -> None:
    at(file, 72, 100, SENTENCE)
    with file.local_context(fill_opacity=0.4):
        coloured_box(file)


def cell(file: FPDF) -> None:
    coloured_box(file)
    at(file, 72, 100, SENTENCE)


def frame(file: FPDF) -> None:
    at(file, 72, 100, SENTENCE)
    file.rect(60, 85, 300, 20, "D")


def dark_ground(file: FPDF) -> None:
    file.set_fill_color(0, 0, 80)
    file.rect(60, 80, 400, 40, "F")
    file.set_text_color(255)
    at(file, 72, 100, SENTENCE)


def photo(file: FPDF) -> None:
    file.image(SPECKLED, 60, 80, 300, 40)
    file.set_text_color(255, 0, 0)
    at(file, 72, 100, SENTENCE)


def scan_over_its_text(file: FPDF) -> None:
    at(file, 72, 100, SENTENCE)
    file.image(SPECKLED, 0, 0, 595, 842)


def wide_clip(file: FPDF) -> None:
    with file.rect_clip(60, 80, 400, 40):
        at(file, 72, 100, SENTENCE)


def round_clip(file: FPDF) -> None:
    with file.round_clip(-100, -300, 800):
        at(file, 72, 100, SENTENCE)


def outlines(file: FPDF) -> None:
    file.text_mode = TextMode.STROKE
    at(file, 72, 100, SENTENCE)


@pytest.mark.parametrize(
    "draw",
    [transparent_mark, cell, frame, dark_ground, photo, scan_over_its_text, wide_clip, round_clip, outlines],
)
def test_words_that_show_are_read_without_a_remark(draw: Draw):
    file = read(draw)

    assert texts(file) == [SENTENCE]
    assert file.remarks == ()
