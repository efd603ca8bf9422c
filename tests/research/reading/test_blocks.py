"""Blocks become a document: its text, its title, its language and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hitl.research.evidence import Document
from hitl.research.reading.blocks import Block, ReadFile, assemble, heading, tidy, tidy_lines, within_limit
from hitl.research.reading.limits import OverLimit, ReadLimits
from tests.research.samples import HEAT


@pytest.mark.parametrize(
    ("read", "title"),
    [
        (ReadFile([heading("Costs"), Block(HEAT)], title="The pool"), "The pool"),
        (ReadFile([heading("Costs"), Block(HEAT)]), "Costs"),
        (ReadFile([heading("\u200b"), heading("Costs"), Block(HEAT)], title="\u00ad"), "Costs"),
        (ReadFile([Block(HEAT)]), "budget of 2024"),
        (ReadFile([heading("Sheet1"), Block(HEAT)], is_titled_by_heading=False), "budget of 2024"),
    ],
)
def test_document_is_titled_by_its_file_its_heading_or_its_name(read, title):
    assert assemble("budget of 2024.docx", read).title == title


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The pool of the town opens in May, and it closes in September.", "en"),
        ("Das Schwimmbad der Stadt öffnet im Mai und schließt im September.", "de"),
        ("Бассейн города открывается в мае и закрывается в сентябре.", "ru"),
    ],
)
def test_language_of_a_document_is_told(text, language):
    assert assemble("a.txt", ReadFile([Block(text)])).language == language


def test_lines_of_a_block_stay_and_empty_ones_do_not():
    assert tidy_lines(" one \r\n\n \u200b \n two\u2028three\x0bfour\x85") == "one\ntwo\nthree\nfour"
    assert tidy(" one\ntwo\t three ") == "one two three"


def test_blocks_without_text_leave_no_gap_and_pages_begin_where_they_do():
    blocks = [Block("one", page=1), Block("\u200b", page=2), Block("two", page=4)]

    document = assemble("a.pdf", ReadFile(blocks))

    assert document.text == "one\n\ntwo"
    assert document.pages == (0, 5, 5, 5)
    assert [document.page_at(offset) for offset in (0, 5)] == [1, 4]


def test_remarks_of_the_reader_stand_before_those_on_characters():
    read = ReadFile([Block("a\U000e0041")], remarks=("3 equations are not read.",))

    assert [remark[:11] for remark in assemble("a.docx", read).remarks] == ["3 equations", "1 character"]


def test_text_over_the_limit_is_refused_before_the_rest_is_read():
    taken: list[int] = []

    def blocks() -> Iterator[Block]:
        for number in range(100):
            taken.append(number)
            yield Block("x" * 10)

    with pytest.raises(OverLimit, match="holds more than 5e-05 million characters of text"):
        list(within_limit(blocks(), ReadLimits(characters=50)))
    assert len(taken) == 6


def test_document_is_the_same_after_it_was_stored():
    blocks = [heading("Fees", level=2), Block("Who: Adults | Fee: 4", "row", row=3), Block("Yes.", speaker="ANN")]
    document = assemble("a.xlsx", ReadFile(blocks, page_word="slide", remarks=("1 hidden row is not read.",)))

    assert Document.model_validate_json(document.model_dump_json()) == document
