"""Tables of HTML: which cell stands under which head, and which tables only lay out a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from hitl.research.reading.blocks import Block
from hitl.research.reading.table_rows import rows_as_blocks

WIDEST_SPAN = 1000
"""Columns that a cell can span, and rows, in the HTML standard and here."""
MOST_REPEATED = 200
"""Characters up to which the text of a cell that spans several rows is read in each of them."""
LONGEST_CELL = 600
"""Characters from which a cell belongs to a page's layout, in a table without heads."""
MOST_PARAGRAPHS = 4
"""Paragraphs from which it does."""

MOST_HEAD_ROWS = 5


@dataclass(frozen=True)
class Cell:
    """A cell of a table, with what it spans."""

    blocks: Sequence[Block]
    """In order; those of a table inside it are rows."""
    is_head: bool = False
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """Its own text, without that of a table inside it."""
        return "\n".join(block.text for block in self.blocks if block.kind != "row")

    @property
    def inner_rows(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "row"]


@dataclass
class Row:
    """A row of a table."""

    cells: list[Cell] = field(default_factory=list)
    is_head: bool = False
    """Whether it stands in the head of the table."""

    @property
    def is_of_heads(self) -> bool:
        return self.is_head or (bool(self.cells) and all(cell.is_head or not cell.text for cell in self.cells))


def table_blocks(rows: Sequence[Row], is_layout: bool) -> list[Block]:
    """The blocks of a table: its rows with their heads, or, of a table that lays out a page, those of its cells.

    Args:
        rows: Its rows, in order.
        is_layout: Whether the page says that it lays it out with the table.
    """
    rows = [row for row in rows if row.cells]
    if is_layout or _lays_out(rows):
        return [block for row in rows for cell in row.cells for block in cell.blocks]
    return list(_data_blocks(rows))


def _lays_out(rows: Sequence[Row]) -> bool:
    """Whether a table without heads holds what no table of data does: headings, long texts, one column."""
    cells = [cell for row in rows for cell in row.cells]
    if any(block.kind == "heading" for cell in cells for block in cell.blocks):
        return True
    if any(cell.is_head for cell in cells) or any(row.is_head for row in rows):
        return False
    if max((len(row.cells) for row in rows), default=0) < 2:
        return True
    filled = [cell for cell in cells if cell.blocks]
    return sum(bool(cell.inner_rows) for cell in filled) * 2 >= max(len(filled), 1) or any(
        len(cell.text) > LONGEST_CELL or sum(block.kind == "paragraph" for block in cell.blocks) >= MOST_PARAGRAPHS
        for cell in cells
    )


def _data_blocks(rows: Sequence[Row]) -> Iterator[Block]:
    grid = _grid(rows)
    width = max(len(line) for line in grid)
    head_rows = sum(1 for _ in takewhile(lambda row: row.is_of_heads, rows))
    if head_rows == len(rows) or head_rows > MOST_HEAD_ROWS:  # they cannot all be heads
        head_rows = 1
    heads: list[str] = []
    for row, line, spread in zip(rows, grid, _grid(rows[:head_rows], is_spread=True), strict=False):
        yield from rows_as_blocks([line], has_head=False)
        if not (len(row.cells) == 1 and head_rows > 1):  # a title over all columns is no head of one
            heads = _merged(heads, spread)
    body = list(zip(rows, grid, strict=True))[head_rows:]
    has_head = True if heads else (False if any(cell.is_head for row in rows for cell in row.cells) else None)
    waiting: list[list[str]] = []
    for row, line in body:
        is_section = len(row.cells) == 1 and width > 1 and row.cells[0].columns >= width
        waiting.append(line)
        inner = [block for cell in row.cells for block in cell.inner_rows]
        if not is_section and not inner:
            continue
        if is_section:
            waiting.pop()
        yield from _with_heads(heads, waiting, has_head)
        waiting = []
        if is_section:
            yield from rows_as_blocks([line], has_head=False)
        yield from inner
    yield from _with_heads(heads, waiting, has_head)


def _with_heads(heads: Sequence[str], lines: Sequence[Sequence[str]], has_head: bool | None) -> Iterator[Block]:
    if not lines:
        return
    if not has_head:
        yield from rows_as_blocks(lines, has_head=has_head)
        return
    width = max(map(len, lines))
    blocks = rows_as_blocks([heads[:width], *lines], has_head=True)
    if any(head.strip() for head in heads[:width]):
        next(blocks)  # the row of heads has been read
    yield from blocks


def _merged(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """The heads of two rows: `2024` over `Fee` is `2024 Fee`."""
    width = max(len(above), len(below))
    pairs = zip([*above, *[""] * (width - len(above))], [*below, *[""] * (width - len(below))], strict=True)
    return [lower if upper == lower else f"{upper} {lower}".strip() for upper, lower in pairs]


def _grid(rows: Sequence[Row], is_spread: bool = False) -> list[list[str]]:
    """The texts of the cells by row and column; a short one stands in each of its rows.

    A table whose spans would make it many times larger than its cells are is laid out without them.

    Args:
        rows: The rows.
        is_spread: Whether a cell stands in each of its columns, and not only in the first.
    """
    cells = sum(len(row.cells) for row in rows)
    laid_out = _laid_out(rows, is_spread, most=20 * cells + 10_000)
    return laid_out or [[cell.text for cell in row.cells] for row in rows]


def _laid_out(rows: Sequence[Row], is_spread: bool, most: int) -> list[list[str]] | None:
    """None if that takes more than `most` places."""
    grid: list[list[str]] = []
    from_above: dict[int, _Hanging] = {}
    taken = 0
    for row in rows:
        line: list[str] = []
        hanging = from_above
        for cell in row.cells:
            _fill(line, hanging)
            column = len(line)
            text = cell.text
            line += [text, *[text if is_spread else ""] * (cell.columns - 1)]
            if cell.rows > 1:
                hanging[column] = _Hanging(text if len(text) <= MOST_REPEATED else "", cell.columns, cell.rows)
            taken += cell.columns
            if taken + len(line) > most:
                return None
        _fill(line, hanging)
        from_above = {column: cell.below() for column, cell in hanging.items() if cell.rows > 1}
        taken += len(line) + len(hanging)
        if taken > most:
            return None
        grid.append(line)
    return grid


@dataclass(frozen=True)
class _Hanging:
    """A cell that reaches into the rows below."""

    text: str
    columns: int
    rows: int
    """That it still stands in, with the present one."""

    def below(self) -> _Hanging:
        return _Hanging(self.text, self.columns, self.rows - 1)


def _fill(line: list[str], hanging: dict[int, _Hanging]) -> None:
    """Add the cells from above that stand where a row has come to."""
    while (cell := hanging.get(len(line))) is not None:
        line += [cell.text, *[""] * (cell.columns - 1)]
