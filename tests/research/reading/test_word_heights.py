"""Word files: letters that are raised or lowered by hand are superscripts where they are joined to others."""

from __future__ import annotations

import pytest

from tests.research.reading.test_word import read_blocks
from tests.research.reading.word_files import (
    cell,
    deleted,
    inserted,
    paragraph,
    raised,
    row,
    rows,
    run,
    style,
    styles,
)


def high(words: str, half_points: int | str = 8, more: str = "") -> str:
    return run(words, f'<w:position w:val="{half_points}"/>{more}')


def low(words: str, half_points: int = 6) -> str:
    return high(words, -half_points)


SMALL = '<w:sz w:val="13"/>'
BESIDE = {
    "a power": ([run("10"), high("6"), run(" cells")], "10⁶ cells"),
    "a power that is smaller": ([run("10"), high("6", 4, SMALL), run(" cells")], "10⁶ cells"),
    "small figures that are raised a little": ([run("10"), high("6", 2, SMALL), run(" cells")], "10⁶ cells"),
    "in points": ([run("10"), high("6", "4pt"), run(" cells")], "10⁶ cells"),
    "a year and the mark of a note": ([run("since 2019"), high("12"), run(" or so")], "since 2019 ¹² or so"),
    "a formula": ([run("H"), low("2"), run("O and CO"), low("2")], "H₂O and CO₂"),
    "an index of letters": ([run("x"), low("n"), run(" = 5")], "xₙ = 5"),
    "in pieces": ([run("10"), high("1"), high("2"), run(" cells")], "10¹² cells"),
    "in pieces of two heights": ([run("10"), high("−", 6), high("6", 8), run(" m")], "10⁻⁶ m"),
    "an isotope": ([run("the "), high("14"), run("C method")], "the ¹⁴C method"),
    "a fraction": ([run("add "), high("1"), run("/"), low("2"), run(" cup")], "add ¹/₂ cup"),
    "a rank": ([run("the 19"), high("th"), run(" century")], "the 19th century"),
    "a mark after a stop": ([run("They left."), high("3"), run(" Then")], "They left.³ Then"),
    "words that go on high": ([run("10"), high("6 cells were"), run(" seen")], "10⁶ cells were seen"),
    "what was inserted": ([run("10"), inserted(high("6")), run(" cells")], "10⁶ cells"),
    "beside what was deleted": ([run("10"), deleted("7"), high("6"), run(" cells")], "10⁶ cells"),
    "beside a superscript": ([run("10"), raised("6"), run(" and 10"), high("7")], "10⁶ and 10⁷"),
    "a superscript that is moved": ([run("10"), high("6", 2, '<w:vertAlign w:val="superscript"/>')], "10⁶"),
}
APART = {
    "on the line": ([run("10"), high("6", 0), run(" cells")], "106 cells"),
    "hardly raised": ([run("10"), high("6", 2), run(" cells")], "106 cells"),
    "all of it": ([high("10"), high("6"), high(" cells")], "106 cells"),
    "a word": ([run("The "), high("pool"), run(" is closed")], "The pool is closed"),
    "a word at the end": ([run("The pool is "), high("closed")], "The pool is closed"),
    "a word at the beginning": ([high("The"), run(" pool is closed")], "The pool is closed"),
    "a number": ([run("It has "), high("106"), run(" cells")], "It has 106 cells"),
    "a large first letter": ([low("T"), run("he pool is closed")], "The pool is closed"),
    "a letter of a word": ([run("p"), high("o"), run("ol is closed")], "pool is closed"),
    "a space": ([run("The pool"), high(" "), run("is closed")], "The pool is closed"),
    "with space around it": ([run("The pool"), high(" is "), run("closed")], "The pool is closed"),
}


@pytest.mark.parametrize("what", BESIDE)
def test_raised_and_lowered_letters_beside_others_are_read_as_such(what: str):
    runs, expected = BESIDE[what]
    assert read_blocks(paragraph(*runs)) == [expected]


@pytest.mark.parametrize("what", APART)
def test_what_only_stands_higher_or_lower_is_read_as_text(what: str):
    runs, expected = APART[what]
    assert read_blocks(paragraph(*runs)) == [expected]


def test_an_exponent_in_a_line_that_is_raised_as_a_whole_is_one():
    assert read_blocks(paragraph(high("It has 10", 6), high("6", 14), high(" cells", 6))) == ["It has 10⁶ cells"]


def test_styles_raise_letters():
    looks = styles(
        style("Up", kind="character", runs='<w:position w:val="8"/>'),
        style("Higher", kind="character", based_on="Up"),
        style("Line", runs='<w:position w:val="6"/>'),
    )
    body = paragraph(run("10"), run("6", '<w:rStyle w:val="Up"/>'), run(" cells")) + paragraph(
        run("10"), run("6", '<w:rStyle w:val="Higher"/>'), run("7", '<w:rStyle w:val="Up"/><w:position w:val="0"/>')
    )

    assert read_blocks(body + paragraph(run("10"), run("6"), style="Line"), looks) == ["10⁶ cells", "10⁶7", "106"]


def test_a_large_first_figure_is_no_index():
    first = paragraph(low("2", 12), properties='<w:framePr w:dropCap="drop" w:lines="3"/>')
    assert read_blocks(first + paragraph(run("019 was warm"))) == ["2019 was warm"]


def test_raised_figures_in_a_table_are_read_as_such():
    table = rows(row("Unit", "Amount"), row("Cells", cell(paragraph(run("10"), high("6")))))
    assert read_blocks(table)[-1].endswith("10⁶")
