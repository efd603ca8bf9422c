"""Rows of a table, each as a block that can be read alone: with the heads of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from hitl.research.reading.blocks import Block

BETWEEN_CELLS = " | "
LONGEST_HEAD = 60
"""Characters up to which a cell can be the head of a column."""
MOST_TITLE_ROWS = 2
"""Rows with one cell that can stand above the heads, such as the title of the table."""
YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?")
"""A figure that can be the head of a column."""

AMOUNT = re.compile(r"[^\w\s]?\s?\d\S*(?: \S+){0,3}")
"""A number with up to three words: `4 euros`, `30 days after delivery`."""


def rows_as_blocks(
    rows: Sequence[Sequence[str]],
    has_head: bool | None,
    page: int | None = None,
    first_number: int | None = None,
    head_rows: int = 1,
) -> Iterator[Block]:
    """The rows of a table as blocks: `Who: Adults | Fee: 4 euros`.

    Empty cells and rows are left out. The row of heads itself is a block too, `Who | Fee`, since it shows.

    Args:
        rows: The cells of each row; a cell that spans several columns stands once, followed by empty ones.
        has_head: Whether the first row holds the heads of the columns; None if the file does not say.
        page: Number of the page on which the table stands, from 1.
        first_number: Number of the first row if its rows have numbers, as those of a sheet have.
        head_rows: How many rows hold them if there are heads: two for `Fee` over `Adults | Children`.
    """
    for index, text in enumerate(row_texts(rows, has_head, head_rows)):
        if text:
            yield Block(text, "row", page=page, row=None if first_number is None else first_number + index)


def row_texts(
    rows: Sequence[Sequence[str]],
    has_head: bool | None,
    head_rows: int = 1,
    heads: Sequence[str] | None = None,
) -> Iterator[str]:
    """The text of each row, empty for one without any; see `rows_as_blocks`.

    Args:
        rows: The cells of each row.
        has_head: Whether the first rows hold the heads of the columns; None if the file does not say.
        head_rows: How many of them do.
        heads: The head of each column, if they are not to be put together from those rows.
    """
    if has_head is None:
        titles, head_rows = _guess(rows)
        has_head = head_rows > 0
    else:
        titles = 0
    start = titles + head_rows if has_head else 0
    if heads is None:
        heads = merged_heads(_spread(rows[titles:start])) if has_head else []
    for index, cells in enumerate(rows):
        filled = [column for column, cell in enumerate(cells) if cell.strip()]
        if index < start or filled == [0]:  # a heading within the table has no head itself
            yield BETWEEN_CELLS.join(cells[column] for column in filled)
        else:
            yield BETWEEN_CELLS.join(
                _with_head(heads[column] if column < len(heads) else "", cells[column]) for column in filled
            )


def merged_heads(rows: Sequence[Sequence[str]]) -> list[str]:
    """The heads of the columns from rows of heads above each other: `Fee` over `Adults` is `Fee Adults`.

    Args:
        rows: Those rows; a cell that spans several columns stands in each of them.
    """
    merged: list[list[str]] = [[] for _ in range(max(map(len, rows), default=0))]
    for row in rows:
        for column, cell in enumerate(row):
            head = " ".join(cell.split())
            if head and head not in merged[column]:
                merged[column].append(head)
    return [" ".join(parts) for parts in merged]


def looks_like_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table seems to hold the heads of its columns.

    They are short, all different and without figures, and stand above something else: a column of figures or of long
    texts. Words above words in two columns are no heads, as a name and its value look the same; in more columns they
    are, if every row is complete.
    """
    if len(rows) < 2:
        return False
    heads = [cell.strip() for cell in rows[0]]
    filled = [head for head in heads if head]
    if len(filled) < 2 or len(filled) < len(heads) - 1 or len(set(filled)) < len(filled):
        return False
    figures = [head for head in filled if _is_figure(head)]
    if not _are_short(filled) or (figures and not _are_years(figures)):
        return False
    body = rows[1:]
    columns = ([row[column].strip() for row in body if column < len(row)] for column in range(len(heads)))
    if any(head and _differs(head, cells) for head, cells in zip(heads, columns, strict=True)):
        return True
    is_complete = all(len(row) >= len(heads) and all(map(str.strip, row)) for row in body)
    return len(filled) > 2 and len(body) > 1 and is_complete


def _guess(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many rows of titles, and then of heads, a table seems to begin with."""
    titles = 0
    while titles < min(MOST_TITLE_ROWS, len(rows)) and sum(bool(cell.strip()) for cell in rows[titles]) <= 1:
        titles += 1
    below = rows[titles:]
    if _begins_with_two_rows_of_heads(below):
        return titles, 2
    return titles, int(looks_like_heads(below))


def _begins_with_two_rows_of_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether some heads of the first row span several heads of the second."""
    if len(rows) < 3 or len(rows[0]) < 3:
        return False
    upper, lower = rows[0], rows[1]
    spanned = [
        column
        for column in range(1, min(len(upper), len(lower)))
        if not upper[column].strip() and upper[column - 1].strip() and lower[column].strip()
    ]
    heads = [cell.strip() for cell in (*upper, *lower) if cell.strip()]
    if not spanned or not _are_short(heads) or any(_is_figure(head) and not YEAR.fullmatch(head) for head in heads):
        return False
    merged = merged_heads(_spread(rows[:2]))
    return len(set(merged)) == len(merged) and looks_like_heads([merged, *rows[2:]])


def _spread(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows of heads with those of the upper ones in each column that they seem to span."""
    spread = [list(row) for row in rows]
    for upper, lower in pairwise(spread):
        for column in range(1, min(len(upper), len(lower))):
            if not upper[column].strip() and lower[column].strip():
                upper[column] = upper[column - 1]
    return spread


def _with_head(head: str, cell: str) -> str:
    head = " ".join(head.split()).rstrip(":")
    return f"{head}: {cell}" if head else cell


def _are_short(heads: Sequence[str]) -> bool:
    return not any(len(head) > LONGEST_HEAD or head[-1] in ".!?:;" for head in heads)


def _are_years(heads: Sequence[str]) -> bool:
    """Whether these are the heads of a table by year; a single year is rather the value of something."""
    return len(heads) > 1 and all(YEAR.fullmatch(head) for head in heads)


def _differs(head: str, cells: Sequence[str]) -> bool:
    """Whether what stands below a head is of another kind: figures, or long texts."""
    filled = [cell for cell in cells if cell]
    if YEAR.fullmatch(head):
        return bool(filled) and all(_is_figure(cell) and not YEAR.fullmatch(cell) for cell in filled)
    figures = sum(map(_is_figure, filled))
    is_long = len(filled) > 1 and all(len(cell) > LONGEST_HEAD for cell in filled)
    return bool(filled) and (figures * 5 >= len(filled) * 4 or is_long)


def _is_figure(cell: str) -> bool:
    """Whether a cell holds a number, a date or an amount rather than words."""
    letters = sum(character.isalpha() for character in cell)
    digits = sum(character.isdigit() for character in cell)
    return digits > 0 and (digits >= letters or bool(AMOUNT.fullmatch(cell.strip())))
