"""Tables of a page: the cells of rows whose gaps stand below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hitl.research.reading.pdf.drawings import Rule
from hitl.research.reading.pdf.lines import Row, Segment, is_rtl

PAGE = re.compile(r"\d{1,4}|[ivxlc]{1,7}")
YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d")
LEADERS = re.compile(r"(?:\s?[.·…]){4,}\s*\Z")
"""The dots between an entry of a table of contents and its page."""
LONGEST_LEADERS = 400
"""Letters at the end of a cell that are looked at for them."""
SHARE_OF_ROWS = 0.5
"""Share of the rows in which the gap between two columns shows, at least."""
SAME_PLACE = 0.6
"""How far the beginnings or ends of the cells of a column may be apart, in sizes of the letters."""
FEWEST_RULED = 3
"""Rows with rules between them from which on every row is taken to have one."""
RULE_SHARE = 0.6
"""Share of the table's width that a rule between two rows has, at least."""
FEWEST_ROWS = 3
"""Rows of a table that may look like a line that runs on in the next one."""
SHARE_PARTED = 0.6
"""Share of a table's rows that have several cells, at least."""
WIDEST_ROW = 6.0
"""Distance of two rows of a table up to which they are of one table, in sizes."""
SHORT_CELL = 6
"""Words of a cell up to which two rows of two cells are a table."""
CLOSE = 1.45
"""Distance of two lines up to which they can belong to one cell, in sizes."""


@dataclass(frozen=True)
class Grid:
    """The cells of a table."""

    rows: list[list[str]]
    """Each row with as many cells as there are columns; empty ones are empty texts."""
    has_head: bool | None
    """Whether the first row holds the heads of the columns; None if that cannot be seen."""


@dataclass(slots=True)
class _Column:
    left: float
    right: float


def grid_of(rows: Sequence[Row], rules: Sequence[Rule]) -> Grid | None:
    """The cells of a table's rows; None if they are no table."""
    columns = _columns(rows)
    if len(columns) < 2 or not _is_table(rows, columns):
        return None
    cells = [_cells(row, columns) for row in rows]
    grouped = _grouped(rows, cells, _ruled(rows, rules))
    if is_rtl("".join(cell for row in grouped for cell in row)):
        grouped = [row[::-1] for row in grouped]
    return Grid(grouped, _has_head(rows, grouped, rules)) if len(grouped) > 1 else None


def _has_head(rows: Sequence[Row], cells: Sequence[list[str]], rules: Sequence[Rule]) -> bool | None:
    """Whether the first row of a table is one of heads: it is bold and the others are not, or the only one with a rule
    below it, or has no figures but years above columns of figures.
    """
    if all(PAGE.fullmatch(row[-1]) for row in cells if row[-1]):
        return False  # a table of contents
    if sum(bool(cell) for cell in cells[0]) < 2:
        return None
    bold = [all(segment.is_bold for segment in row.segments) for row in rows]
    if bold[0] and not any(bold[len(rows) // 2 :]):
        return True
    below = [index for index in range(1, len(rows)) if _has_rule(rules, rows, index)]
    if below == [1] or (len(below) == 1 and cells[0] != [segment.text for segment in rows[0].segments]):
        return True
    heads = [cell for cell in cells[0] if cell]
    are_heads = all(not _is_figure(cell) or YEAR.fullmatch(cell) for cell in heads) and not all(map(_is_figure, heads))
    figures = [
        column
        for column in range(len(cells[0]))
        if all(_is_figure(row[column]) and not YEAR.fullmatch(row[column]) for row in cells[1:] if row[column])
    ]
    return True if are_heads and figures and len(cells) > 2 else None


def _has_rule(rules: Sequence[Rule], rows: Sequence[Row], index: int) -> bool:
    """Whether a rule runs between a row and the one before it, along most of the table."""
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    top, bottom = rows[index - 1].baseline - 1, rows[index].baseline
    covered = sum(
        min(rule.right, right) - max(rule.left, left)
        for rule in rules
        if top < rule.y < bottom and rule.right > left and rule.left < right
    )
    return covered >= RULE_SHARE * (right - left)


def _is_figure(cell: str) -> bool:
    digits = sum(map(str.isdigit, cell))
    return digits > 0 and digits >= sum(map(str.isalpha, cell))


def _is_table(rows: Sequence[Row], columns: Sequence[_Column]) -> bool:
    """Whether rows are a table rather than lines with wide gaps: most have several cells, and they stand close."""
    parted = [row for row in rows if len(row.segments) > 1]
    size = max(row.size for row in rows)
    if len(parted) < 2 or any(other.baseline - one.baseline > WIDEST_ROW * size for one, other in pairwise(parted)):
        return False
    if len(parted) < FEWEST_ROWS and parted[1].segments[0].text[:1].islower():
        return False
    words = max(len(segment.text.split()) for row in parted for segment in row.segments)
    if len(parted) == 2 and len(columns) == 2 and words > SHORT_CELL:
        return False
    wrapped = sum(len(row.segments) == 1 and row.left > columns[0].right for row in rows)
    return len(parted) >= SHARE_PARTED * (len(rows) - wrapped)


def _columns(rows: Sequence[Row]) -> list[_Column]:
    """The columns: what no gap parts in at least half of the rows that have several cells."""
    several = [row for row in rows if len(row.segments) > 1]
    edges: list[tuple[float, int]] = []
    for row in several:
        edges += [(segment.left, 1) for segment in row.segments]
        edges += [(segment.right, -1) for segment in row.segments]
    edges.sort()
    columns: list[_Column] = []
    covered = 0
    least = max(1.0, (1 - SHARE_OF_ROWS) * len(several))
    start: float | None = None
    for x, change in edges:
        covered += change
        if covered >= least and start is None:
            start = x
        elif covered < least and start is not None:
            columns.append(_Column(start, x))
            start = None
    return _parted(columns, several)


def _parted(columns: Sequence[_Column], rows: Sequence[Row]) -> list[_Column]:
    """Drop what is no column of its own: a strip that only gaps of uneven rows have made."""
    return [
        column
        for column in columns
        if sum(any(_overlap(segment, column) for segment in row.segments) for row in rows) >= 1
    ]


def _overlap(segment: Segment, column: _Column) -> bool:
    return segment.left < column.right and segment.right > column.left


def _cells(row: Row, columns: Sequence[_Column]) -> list[str]:
    cells = [""] * len(columns)
    for segment in row.segments:
        at = [index for index, column in enumerate(columns) if _overlap(segment, column)]
        if not at:
            at = [min(range(len(columns)), key=lambda index: _distance(segment, columns[index]))]
        for index, text in zip(at, _split(segment, [columns[index] for index in at]), strict=False):
            cells[index] = _without_leaders(f"{cells[index]} {text}".strip())
    return cells


def _without_leaders(cell: str) -> str:
    return cell[:-LONGEST_LEADERS] + LEADERS.sub("", cell[-LONGEST_LEADERS:])


def _distance(segment: Segment, column: _Column) -> float:
    return max(column.left - segment.right, segment.left - column.right)


def _split(segment: Segment, columns: Sequence[_Column]) -> list[str]:
    """The text of a segment by columns: cut where a word begins that stands at the place of the next column."""
    texts: list[str] = []
    begin = 0
    for column in columns[1:]:
        near = SAME_PLACE * segment.size
        cut = next(
            (
                index
                for index in range(1, len(segment.lefts))
                if segment.offsets[index] > begin
                and segment.lefts[index] >= column.left - near
                and segment.rights[index - 1] <= column.left + near
            ),
            None,
        )
        if cut is None:
            texts.append("")
            continue
        texts.append(segment.text[begin : segment.offsets[cut]].strip())
        begin = segment.offsets[cut]
    texts.append(segment.text[begin:].strip())
    if "" in texts:  # a cell that spans columns stands in the first of them
        texts = [segment.text] if not any(texts[:-1]) else [text for text in texts if text]
    return texts


def _ruled(rows: Sequence[Row], rules: Sequence[Rule]) -> list[int]:
    """Indices of the rows that have a rule above them; empty if only some rows of the table have one."""
    starts = [index for index in range(1, len(rows)) if _has_rule(rules, rows, index)]
    return starts if len(starts) >= FEWEST_RULED - 1 and len(starts) > 2 else []


def _grouped(rows: Sequence[Row], cells: Sequence[list[str]], ruled: Sequence[int]) -> list[list[str]]:
    """The cells with those put together that are lines of one cell."""
    grouped: list[list[str]] = []
    for index, row in enumerate(cells):
        if index and (index not in ruled if ruled else _goes_on(rows, cells, index)):
            grouped[-1] = [f"{one} {other}".strip() for one, other in zip(grouped[-1], row, strict=True)]
        else:
            grouped.append(list(row))
    return grouped


def _goes_on(rows: Sequence[Row], cells: Sequence[list[str]], index: int) -> bool:
    """Whether a row is the next line of cells in the row before it."""
    row, before = cells[index], cells[index - 1]
    filled = [column for column, cell in enumerate(row) if cell]
    if rows[index].baseline - rows[index - 1].baseline > CLOSE * rows[index].size:
        return False
    if any(not before[column] and not _above(cells, index, column) for column in filled):
        return False
    if any(any(map(str.isdigit, row[column])) and len(row[column].split()) < 3 for column in filled):
        return False
    starts_low = all(row[column][:1].islower() or before[column].endswith("-") for column in filled)
    return starts_low or (not row[0] and len(filled) < len(row) and len(rows[index].segments) < len(row))


def _above(cells: Sequence[list[str]], index: int, column: int) -> str:
    return next((cells[at][column] for at in range(index - 1, max(index - 4, -1), -1) if cells[at][column]), "")
