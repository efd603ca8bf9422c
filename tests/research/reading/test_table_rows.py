"""Rows of a table are read with the heads of their columns, but never with heads that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.research.reading.table_rows import looks_like_heads, merged_heads, row_texts, rows_as_blocks


def table(*lines: str) -> list[list[str]]:
    """Rows of cells that are parted by strokes."""
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def read(*lines: str, has_head: bool | None = None, head_rows: int = 1) -> list[str]:
    return [block.text for block in rows_as_blocks(table(*lines), has_head, head_rows=head_rows)]


def test_rows_are_read_with_their_heads():
    assert read("Who|Fee", "Adults|4 euros", "Children|2 euros") == [
        "Who | Fee",
        "Who: Adults | Fee: 4 euros",
        "Who: Children | Fee: 2 euros",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("Depth|2,000 m",),
        ("Name|Ann Berg", "Town|Leeds", "Role|Baker"),
        ("Founded|1998", "Members|1,200", "Staff|40"),
        ("Rent|4 euros", "Deposit|12 euros", "Late fee|5 euros"),
        ("Name|Ann Berg", "Age|34", "Town|Leeds"),
        ("Name|Ann", "About|She bakes bread."),
        ("Opening hours.|Sunday", "Monday|closed", "Tuesday|8 to 12"),
        ("Fee|Fee", "Adults|4", "Children|2"),
    ],
)
def test_names_and_values_are_read_without_heads(lines: tuple[str, ...]):
    assert read(*lines) == [" | ".join(row) for row in table(*lines)]


def test_words_below_words_have_heads_in_a_complete_table_of_three_columns():
    assert read("Who|Town|Role", "Ann|Leeds|Baker", "Ben|York|Nurse")[1] == "Who: Ann | Town: Leeds | Role: Baker"


def test_long_texts_have_heads():
    text = "A basin of water in which people swim, or learn to do so, all year round."
    assert read("Term|Meaning", f"Pool|{text}", f"Sauna|{text}")[1] == f"Term: Pool | Meaning: {text}"


def test_years_are_heads_of_figures():
    assert read("|2023|2024", "Adults|4|5") == ["2023 | 2024", "Adults | 2023: 4 | 2024: 5"]


def test_titles_above_the_heads_are_rows_of_their_own():
    assert read("Fees of the pool|", "Who|Fee", "Adults|4 euros") == [
        "Fees of the pool", "Who | Fee", "Who: Adults | Fee: 4 euros",
    ]  # fmt: skip


def test_two_rows_of_heads_are_put_together():
    assert read("Pool|Fee|", "|Adults|Children", "North|4|2", "South|5|3") == [
        "Pool | Fee", "Adults | Children", "Pool: North | Fee Adults: 4 | Fee Children: 2",
        "Pool: South | Fee Adults: 5 | Fee Children: 3",
    ]  # fmt: skip


def test_two_rows_of_heads_that_the_file_names_are_put_together():
    assert read("Pool|Fee|", "|young|old", "North|free|dear", has_head=True, head_rows=2)[2] == (
        "Pool: North | Fee young: free | Fee old: dear"
    )


def test_a_heading_within_the_table_has_no_head():
    assert read("Who|Fee|Note", "Group A||", "Ann|4|new", has_head=True) == [
        "Who | Fee | Note", "Group A", "Who: Ann | Fee: 4 | Note: new",
    ]  # fmt: skip


def test_empty_cells_columns_and_rows_are_left_out():
    assert read("Who||Fee", "Ann||4 euros", "||", "||5 euros", has_head=True) == [
        "Who | Fee", "Who: Ann | Fee: 4 euros", "Fee: 5 euros",
    ]  # fmt: skip
    assert read() == read("|", "|") == []


def test_rows_keep_their_numbers_and_pages():
    blocks = list(rows_as_blocks(table("Who|Fee", "|", "Ann|4"), True, page=3, first_number=7))
    assert [(block.row, block.page, block.kind) for block in blocks] == [(7, 3, "row"), (9, 3, "row")]


def test_a_row_longer_than_that_of_heads_is_read_whole():
    assert read("Who|Fee", "Ann|4|new", has_head=True)[1] == "Who: Ann | Fee: 4 | new"


def test_heads_are_merged_without_repeating_them():
    assert merged_heads(table("Pool|Fee|Fee", "Pool|Adults|")) == ["Pool", "Fee Adults", "Fee"]


CELLS = st.sampled_from(
    ["", "Fee", "Who", "4 euros", "2023", "1,200", "Adults", "A long sentence. " * 5, "x" * 70, " "]
)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.sampled_from([True, False, None]), st.integers(1, 3))
def test_any_table_is_read_whole(rows: list[list[str]], has_head: bool | None, head_rows: int):
    texts = list(row_texts(rows, has_head, head_rows))
    assert len(texts) == len(rows)
    assert all(cell in text for row, text in zip(rows, texts, strict=True) for cell in row if cell.strip())
    assert looks_like_heads(rows) in (True, False)
