"""Rows of a sheet, in which tables, their titles and notes stand among each other, as blocks with their heads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hitl.research.reading.blocks import Block
from hitl.research.reading.table_rows import LONGEST_HEAD, looks_like_heads, row_texts

SAMPLE = 20
"""Rows that are looked at to find out whether the first of them holds heads."""
SENTENCE_ENDS = (".", "!", "?", "。", "…")


@dataclass(frozen=True)
class SheetRow:
    """A row of a sheet, as far as it shows."""

    number: int
    """As the spreadsheet program shows it, from 1."""
    cells: Mapping[int, str]
    """What shows, by the number of its column, from 1; empty cells are left out."""
    after_gap: bool = False
    """Whether an empty row stands before it."""
    is_bold: bool = False
    """Whether all of its cells are in bold."""
    is_marked: bool = False
    """Whether the file itself says that it holds the heads of a table."""
    wide: Mapping[int, int] = field(default_factory=dict)
    """The last column of each cell that spans several columns, by its first."""


def blocks_of_rows(rows: Iterable[SheetRow]) -> Iterator[Block]:
    """The rows of a sheet as blocks, in order, each with the heads that stand over it.

    Rows with one cell before a table or apart from it are its title or a note, and become paragraphs. After an empty
    row the heads go on to hold where rows go on to fill their columns, also if nothing but an empty row is under them.
    """
    heads: dict[int, str] = {}
    alone: list[SheetRow] = []
    for part in _parts(rows):
        start = next((index for index, row in enumerate(part) if len(row.cells) > 1), len(part))
        yield from (_paragraph(row) for row in part[:start])
        table = part[start:]
        if not table:
            continue
        head_rows = _head_rows(table)
        if head_rows:
            heads = _joined_heads(table[:head_rows])
        elif alone and _are_heads([*alone, *table[:SAMPLE]]):
            heads = dict(alone[0].cells)
        elif not _goes_on(heads, table[0]):
            heads = {}
        for index, row in enumerate(table):
            yield _row_block({} if index < head_rows else heads, row)
        alone = table if len(table) == 1 and not head_rows else []


def _parts(rows: Iterable[SheetRow]) -> Iterator[list[SheetRow]]:
    """The rows between empty ones; heads that the file marks begin a part too, with the row of groups over them."""
    part: list[SheetRow] = []
    for row in rows:
        if part and (row.after_gap or (row.is_marked and not part[-1].wide)):
            yield part
            part = []
        part.append(row)
    if part:
        yield part


def _paragraph(row: SheetRow) -> Block:
    return Block(next(iter(row.cells.values())), row=row.number)


def _head_rows(table: Sequence[SheetRow]) -> int:
    """How many rows at the top of a table hold the heads of its columns: none, one, or two with groups of columns."""
    if len(table) < 2:
        return 0
    first, second = table[0], table[1]
    if first.wide and len(table) > 2 and len(second.cells) > 1:
        has_names = not any(_has_digit(cell) for cell in second.cells.values())
        if second.is_marked or (has_names and any(_has_digit(cell) for cell in table[2].cells.values())):
            return 2
    return int(_are_heads(table[:SAMPLE]))


def _are_heads(rows: Sequence[SheetRow]) -> bool:
    """Whether the first of these rows holds heads: the file says so, it alone is in bold, or it looks like it."""
    first = rows[0]
    if first.is_marked or (first.is_bold and not rows[1].is_bold):
        return True
    columns = sorted({column for row in rows for column in row.cells})
    return looks_like_heads([[row.cells.get(column, "") for column in columns] for row in rows])


def _has_digit(cell: str) -> bool:
    return any(character.isdigit() for character in cell)


def _joined_heads(rows: Sequence[SheetRow]) -> dict[int, str]:
    """The heads of the columns from one row, or from two of which the first names groups of columns."""
    heads = dict(rows[-1].cells)
    for row in rows[:-1]:
        for column, group in row.cells.items():
            for below in range(column, row.wide.get(column, column) + 1):
                if below not in heads:
                    if below == column:
                        heads[below] = group
                elif heads[below] != group:
                    heads[below] = f"{group} {heads[below]}"
    return heads


def _goes_on(heads: Mapping[int, str], row: SheetRow) -> bool:
    """Whether a row after an empty one still belongs to the table above: it fills most of its columns and no other."""
    return 2 * len(row.cells) > len(heads) and all(column in heads for column in row.cells)


def _row_block(heads: Mapping[int, str], row: SheetRow) -> Block:
    """A row with its heads; a sentence that has a row of the table to itself is a note."""
    columns = sorted(row.cells)
    cells = [row.cells[column] for column in columns]
    if len(cells) == 1 and (cells[0].endswith(SENTENCE_ENDS) or len(cells[0]) > LONGEST_HEAD):
        return _paragraph(row)
    named = [heads.get(column, "") for column in columns]
    if columns[0] > min(heads, default=0):  # a cell is the heading of other rows in the first column only
        cells, named = ["", *cells], ["", *named]
    return Block(next(row_texts((cells,), has_head=True, head_rows=0, heads=named)), "row", row=row.number)
