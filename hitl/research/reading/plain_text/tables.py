"""Tables in plain text: columns that are aligned by spaces, or set apart by tabs or bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

CELL = re.compile(r"\S+(?: \S+)*")
BORDER = re.compile(r"[ \t]*[+|]?(?:[-=+|:][ \t]*){3,}")
FEWEST_LINES = 3
"""Lines of a table, at least: two may look aligned by chance."""
MOST_BORDERS = 2
"""Lines in a row that draw borders, at most."""


@dataclass(frozen=True)
class TextTable:
    """Lines that are the rows of a table."""

    start: int
    """Number of its first line."""
    end: int
    """Number of the line after it."""
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class _Cell:
    start: int
    end: int
    text: str


def tables_in(lines: Sequence[str]) -> list[TextTable]:
    """The tables among some lines: three lines or more of as many cells each, which stand below each other."""
    found: list[TextTable] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        table = (
            (_barred(lines, number) if "|" in line or "+" in line else None)
            or (_tabbed(lines, number) if "\t" in line else None)
            or (_aligned(lines, number) if "  " in line else None)
        )
        if table:
            found.append(table)
        number = table.end if table else number + 1
    return found


def _barred(lines: Sequence[str], start: int) -> TextTable | None:
    """A table whose cells are set apart by bars; lines that only draw its borders belong to it."""
    rows: list[list[str]] = []
    bars = borders = 0
    number = start
    while number < len(lines) and borders <= MOST_BORDERS:
        line = lines[number].strip()
        if BORDER.fullmatch(line) and ("|" in line or "+" in line):
            borders += 1
        else:
            cells = [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
            if len(cells) < 2 or (rows and line.count("|") != bars):
                break
            bars, borders = line.count("|"), 0
            rows.append(cells)
        number += 1
    return TextTable(start, number, rows) if len(rows) >= FEWEST_LINES else None


def _tabbed(lines: Sequence[str], start: int) -> TextTable | None:
    """A table whose cells are set apart by tabs."""
    columns = _tabs(lines[start])
    if not columns:
        return None
    end = start
    while end < len(lines) and _tabs(lines[end]) == columns:
        end += 1
    rows = [[cell.strip() for cell in line.strip().split("\t")] for line in lines[start:end]]
    return TextTable(start, end, rows) if len(rows) >= FEWEST_LINES else None


def _tabs(line: str) -> int:
    return line.strip().count("\t")


def _aligned(lines: Sequence[str], start: int) -> TextTable | None:
    """A table whose cells stand below each other, with two spaces or more between them."""
    first = _cells(lines[start])
    if len(first) < 2:
        return None
    rows = [first]
    columns = [_Column(cell.start, cell.end, cell.start, cell.end) for cell in first]
    for number in range(start + 1, len(lines)):
        cells = _cells(lines[number])
        if len(cells) != len(first):
            break
        wider = [column.with_cell(cell, is_first=len(rows) == 1) for column, cell in zip(columns, cells, strict=True)]
        if not all(wider[1:]) or wider[0] is None:
            break
        columns = [column for column in wider if column]
        rows.append(cells)
    if len(rows) < FEWEST_LINES:
        return None
    return TextTable(start, start + len(rows), [[cell.text for cell in row] for row in rows])


@dataclass(frozen=True)
class _Column:
    """Where the cells of a column begin or end."""

    start: int | None
    """None if they do not begin at one place."""
    end: int | None
    left: int
    """Where the leftmost of them begins."""
    right: int

    def with_cell(self, cell: _Cell, is_first: bool) -> _Column | None:
        """The column with one more cell; None if the cell does not stand in it.

        The first row may be of heads that are aligned otherwise.
        """
        if cell.start >= self.right or cell.end <= self.left:
            return None
        start = cell.start if is_first or self.start == cell.start else None
        end = cell.end if is_first or self.end == cell.end else None
        if start is None and end is None:
            return None
        return _Column(start, end, min(self.left, cell.start), max(self.right, cell.end))


def _cells(line: str) -> list[_Cell]:
    return [_Cell(match.start(), match.end(), match[0]) for match in CELL.finditer(line)]
