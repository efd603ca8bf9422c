"""Tables of a Word file: which cell stands in which column, and which tables only lay out a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hitl.research.reading.blocks import Block
from hitl.research.reading.table_rows import merged_heads, row_texts
from hitl.research.reading.word.package import attribute, children, is_on, whole_number

MOST_COLUMNS = 63
"""Columns that Word allows."""
MOST_REPEATED = 120
"""Characters up to which the text of a cell that spans several rows is read in each of them."""
LONGEST_CELL = 600
"""Characters from which a cell rather belongs to the layout of a page, in a table without heads."""
MOST_PARAGRAPHS = 4
"""Paragraphs of a cell from which it does."""


@dataclass(frozen=True)
class Piece:
    """A block, with what decides what becomes of it."""

    block: Block
    is_apart: bool = False
    """Whether it stands beside the text around it: in a text box, or in a table within a table."""
    is_bold: bool = False
    is_bullet: bool = False
    """Whether it is an item of a list without numbers."""


@dataclass
class Cell:
    """A cell that shows."""

    column: int
    span: int
    pieces: Sequence[Piece] = ()
    text: str = ""
    is_repeated: bool = False
    """Whether its text stands in the row above, and spans this one."""

    @property
    def is_bold(self) -> bool:
        return bool(self.pieces) and all(piece.is_bold for piece in self.pieces if not piece.is_apart)


@dataclass
class Row:
    """A row that shows."""

    element: Any
    is_head: bool = False
    cells: list[Cell] = field(default_factory=list)
    column: int = 0
    """The column after its last cell."""
    spanning: dict[int, str] = field(default_factory=dict)
    """By column, the text of the cells that can span the next row."""

    @property
    def filled(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.text]


@dataclass
class Table:
    """A table whose rows are read one after the other."""

    element: Any
    has_bold_heads: bool = False
    """Whether its style sets the first row in bold."""
    rows: list[Row] = field(default_factory=list)
    row: Row | None = None
    """The one that is being read."""

    @property
    def spanning(self) -> dict[int, str]:
        return self.rows[-1].spanning if self.rows else {}

    def start_row(self, element: Any, properties: dict[str, Any]) -> None:
        head = properties.get("w:tblHeader")
        before = properties.get("w:gridBefore")
        column = whole_number(attribute(before, "w:val"), 0) if before is not None else 0
        self.row = Row(element, head is not None and is_on(head), column=max(0, min(column, MOST_COLUMNS)))

    def end_row(self) -> None:
        if self.row is not None:
            self.rows.append(self.row)
        self.row = None

    def add(self, row: Row, properties: dict[str, Any]) -> bool:
        """Add a cell to a row, and tell whether what it holds shows; where another cell spans it, only that one's does.

        Args:
            row: The row.
            properties: Those of the cell.
        """
        span = properties.get("w:gridSpan")
        columns = max(1, whole_number(attribute(span, "w:val"), 1)) if span is not None else 1
        cell = Cell(row.column, min(columns, max(1, MOST_COLUMNS - row.column)))
        is_first = not row.cells
        row.cells.append(cell)
        row.column += cell.span
        upper, left = properties.get("w:vMerge"), properties.get("w:hMerge")
        if upper is not None:
            is_spanned = attribute(upper, "w:val") != "restart" and cell.column in self.spanning
            row.spanning[cell.column] = self.spanning[cell.column] if is_spanned else ""
            if is_spanned:
                cell.text, cell.is_repeated = row.spanning[cell.column], True
                return False
        is_beside = left is not None and attribute(left, "w:val") != "restart" and not is_first
        return not is_beside and "w:cellDel" not in properties

    def fill(self, row: Row, pieces: Sequence[Piece]) -> None:
        """Fill the last cell of a row with what it holds."""
        cell = row.cells[-1]
        cell.pieces, cell.text = pieces, cell_text(pieces)
        if cell.column in row.spanning:
            row.spanning[cell.column] = cell.text if len(cell.text) <= MOST_REPEATED else ""

    def pieces(self, count: Callable[[str], None]) -> Iterator[Piece]:
        """What is read of the table: a block for each of its rows, or what its cells hold if it lays out a page.

        Args:
            count: Is called with the text of each row, and raises if that is too much.
        """
        head_rows = self._declared_heads()
        if not head_rows and self._lays_out():
            for row in self.rows:
                for cell in row.cells:
                    yield from (replace(piece, is_bold=False) for piece in cell.pieces)
            return
        has_head: bool | None = True if head_rows else self._has_head()
        titles = self._titles() if has_head and not head_rows else 0
        head_rows = head_rows or titles + self._bold_heads(titles)
        heads = merged_heads([_spread(row) for row in self.rows[titles:head_rows]]) if has_head else None
        texts = row_texts([_line(row) for row in self.rows], has_head, head_rows, heads)
        for row, text in zip(self.rows, texts, strict=True):
            count(text)
            if text and not all(cell.is_repeated for cell in row.filled):
                yield Piece(Block(text, "row"), is_apart=True)
            for cell in row.cells:
                yield from (piece for piece in cell.pieces if piece.is_apart)

    def _declared_heads(self) -> int:
        """How many rows the file itself repeats as heads on each page."""
        heads = next((index for index, row in enumerate(self.rows) if not row.is_head), 0)
        return heads if heads <= MOST_PARAGRAPHS else 1

    def _titles(self) -> int:
        """How many rows of a single cell stand above the heads."""
        return next((index for index, row in enumerate(self.rows) if len(row.filled) > 1), 0)

    def _bold_heads(self, titles: int) -> int:
        """How many rows of heads follow the titles: two if the first has a cell over several and the second is bold."""
        upper, lower = self.rows[titles : titles + 1], self.rows[titles + 1 : titles + 2]
        spans = any(cell.span > 1 for row in upper for cell in row.filled)
        return 2 if spans and all(cell.is_bold for row in lower for cell in row.filled) else 1

    def _has_head(self) -> bool | None:
        """Whether the first row is set apart as one of heads, and not the first column; None if nothing is."""
        rows = [row.filled for row in self.rows if len(row.filled) > 1]
        if len(rows) < 2:
            return None if rows else False
        first, others = rows[0], rows[1:]
        is_bold = all(cell.is_bold for cell in first) or self.has_bold_heads
        if is_bold and not all(cell.is_bold for row in others for cell in row):
            return all(len(cell.text) <= MOST_REPEATED for cell in first) or None
        if all(row[0].is_bold for row in rows):
            return False
        return None

    def _lays_out(self) -> bool:
        cells = [cell for row in self.rows for cell in row.cells]
        if max((len(row.cells) for row in self.rows), default=0) < 2:
            return True
        return any(piece.block.is_heading for cell in cells for piece in cell.pieces) or any(
            sum(piece.block.kind == "paragraph" for piece in cell.pieces) >= MOST_PARAGRAPHS
            or len(cell.text) > LONGEST_CELL
            for cell in cells
        )


def cell_text(pieces: Sequence[Piece]) -> str:
    """The text of a cell on one line; where a line ends without a stop, a stroke stands."""
    text: list[str] = []
    for piece in pieces:
        if not piece.is_apart:
            text.extend(line for each in piece.block.text.splitlines() if (line := each.strip()))
    return "".join(
        line if index == len(text) - 1 else f"{line} " if line[-1] in ".!?:;,。" else f"{line} / "
        for index, line in enumerate(text)
    )


def table_properties(element: Any) -> dict[str, Any]:
    """The properties of a table, a row or a cell, wherever they stand in it."""
    for each in element:
        found = children(each) if each.tag.endswith(("}tblPr", "}trPr", "}tcPr")) else None
        if found is not None:
            return found
    return {}


def marks_first_row(properties: dict[str, Any]) -> bool:
    """Whether a table uses what its style has for the first row."""
    look = properties.get("w:tblLook")
    if look is None:
        return False
    stated = attribute(look, "w:firstRow")
    if stated is not None:
        return stated in ("1", "true", "on")
    try:
        return bool(int(attribute(look, "w:val") or "0", 16) & 0x20)
    except ValueError:
        return False


def _line(row: Row) -> list[str]:
    """The texts of a row by columns; that of a cell that spans several stands in the first of them."""
    line = [""] * row.column
    for cell in row.cells:
        if cell.column < len(line):
            line[cell.column] = cell.text
    return line


def _spread(row: Row) -> list[str]:
    """The same with the text of each cell in all of its columns."""
    line = [""] * row.column
    for cell in row.cells:
        for column in range(cell.column, min(cell.column + cell.span, len(line))):
            line[column] = cell.text
    return line
