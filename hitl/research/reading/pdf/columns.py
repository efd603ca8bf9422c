"""The order in which a page is read: columns one after the other, tables row by row, all else from top to bottom.

A gutter is a strip between two neighbouring pieces of text that stays empty over several rows. What stands beside it is
columns of running text if the lines on both sides run on from one to the next, and a table if they do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hitl.research.reading.pdf.drawings import Rule
from hitl.research.reading.pdf.letters import Style
from hitl.research.reading.pdf.lines import CJK_LETTER, MARKER, Row, Segment, is_rtl
from hitl.research.reading.pdf.tables import Grid, grid_of

NARROWEST_GUTTER = 0.5
"""In sizes of the letters."""
FEWEST_LINES = 3
"""On each side of a gutter between columns."""
FEWEST_ROWS = 2
"""Of a table."""
FEWEST_RULES = 2
"""That run through a gutter in a table."""
MOST_ROWS = 1000
"""Rows of a page up to which it can have columns and tables."""
MOST_TRIED = 8
"""Gutters that are tried for columns and tables."""
MOST_RUNS = 40
"""Gutters that are followed at a time."""
DEEPEST = 5
"""Columns within columns."""
RUNS_ON = 0.25
"""Share of the lines of running text that go on in the next line, at least."""
FULL_LINE, FULL_LINES = 0.8, 0.5
"""Width of a full line, and the share of lines that are full, in running text."""
LETTERS_OF_A_LINE = 20
"""Of running text, on average."""
SENTENCE_ENDS = tuple(".!?:;…。！？؟")
LINE_GAP = 1.6
"""Distance of two baselines from which a line stands apart, in sizes."""
ALIGNED = 1.0
"""Points within which two words are at the same place of their lines."""


@dataclass(slots=True)
class Line:
    """A line of a column."""

    text: str
    page: int
    column: int
    """Number of the column on its page."""
    left: float
    right: float
    baseline: float
    style: Style
    is_bold: bool
    mark: str
    first_width: float
    """Width of its first word."""
    column_left: float = 0.0
    column_right: float = 0.0
    parts: int = 1
    """How many pieces of text with wide gaps between them it consists of."""

    @property
    def size(self) -> float:
        return self.style.size


@dataclass(slots=True)
class Table:
    """A table, row by row."""

    rows: list[list[str]]
    has_head: bool | None
    page: int
    column: int


@dataclass(slots=True)
class _Gutter:
    """A strip that has been empty since a row."""

    left: float
    right: float
    start: int
    """Index of the first row beside it."""
    end: int = 0
    """Index after the last row."""
    on_left: int = 0
    on_right: int = 0
    on_both: int = 0

    @property
    def rows(self) -> int:
        return self.end - self.start

    @property
    def holds(self) -> bool:
        is_of_columns = min(self.on_left, self.on_right) >= FEWEST_LINES
        return is_of_columns or self.on_both >= FEWEST_ROWS


@dataclass
class _Layout:
    page: int
    rules: Sequence[Rule]
    columns: int = 0
    read: list[Line | Table] = field(default_factory=list)


def in_reading_order(rows: Sequence[Row], rules: Sequence[Rule], page: int) -> list[Line | Table]:
    """The lines and tables of a page in the order in which they are read."""
    layout = _Layout(page, rules)
    _read(list(rows), layout, 0)
    return layout.read


def _read(rows: list[Row], layout: _Layout, depth: int) -> None:
    while rows:
        part = _part(rows, layout) if depth < DEEPEST and len(rows) <= MOST_ROWS else None
        if part is None:
            _lines(rows, layout)
            return
        _read(rows[: part.start], layout, depth + 1)
        if part.grid is not None:
            _table(part.grid, layout)
        for column in part.columns:
            _read(column, layout, depth + 1)
        rows = rows[part.end :]


@dataclass(slots=True)
class _Part:
    """Rows that are columns or a table."""

    start: int
    end: int
    columns: list[list[Row]]
    grid: Grid | None = None


def _part(rows: list[Row], layout: _Layout) -> _Part | None:
    """The longest part of the rows that is columns or a table; None if there is none."""
    for gutter in _gutters(rows)[:MOST_TRIED]:
        start, end = gutter.start, gutter.end
        band = rows[start:end]
        if _columns(band, gutter) and not _is_ruled(band, gutter, layout.rules):
            end -= _left_over(band, gutter) if end < len(rows) else 0
            return _Part(start, end, _columns(rows[start:end], gutter))
        first, last = _both_sides(band, gutter)
        last = _last_line(band, last, layout.rules)
        grid = grid_of(band[first : last + 1], layout.rules)
        if grid is not None:
            return _Part(start + first, start + last + 1, [], grid)
    return None


def _gutters(rows: Sequence[Row]) -> list[_Gutter]:
    """The gutters between the rows, those with most rows beside them first."""
    found: list[_Gutter] = []
    running: list[_Gutter] = []
    for index, row in enumerate(rows):
        going_on: dict[tuple[int, int], _Gutter] = {}
        for gutter in running:
            narrowed = _narrowed(gutter, row)
            if narrowed is None:
                gutter.end = index
                found.append(gutter)
            else:
                key = (round(narrowed.left), round(narrowed.right))
                if key not in going_on or going_on[key].start > narrowed.start:
                    going_on[key] = narrowed
        for gutter in _new_gutters(rows, index):
            going_on.setdefault((round(gutter.left), round(gutter.right)), gutter)
        running = sorted(going_on.values(), key=lambda gutter: gutter.start)[:MOST_RUNS]
    for gutter in running:
        gutter.end = len(rows)
        found.append(gutter)
    return sorted((gutter for gutter in found if gutter.holds), key=lambda gutter: -gutter.rows)


def _new_gutters(rows: Sequence[Row], index: int) -> Iterator[_Gutter]:
    row = rows[index]
    for one, other in pairwise(row.segments):
        if other.left - one.right >= NARROWEST_GUTTER * row.size:
            yield _Gutter(one.right, other.left, index, on_left=1, on_right=1, on_both=1)
    if index and row.baseline - rows[index - 1].baseline < min(row.size, rows[index - 1].size) * 0.95:
        before = rows[index - 1]  # lines of two columns that do not stand at one height
        for left, right in ((before, row), (row, before)):
            if right.left - left.right >= NARROWEST_GUTTER * row.size:
                yield _Gutter(left.right, right.left, index - 1, on_left=1, on_right=1)


def _narrowed(gutter: _Gutter, row: Row) -> _Gutter | None:
    """The gutter as far as a row leaves it empty; None if it does not."""
    left, right = gutter.left, gutter.right
    on_left = on_right = False
    for segment in row.segments:
        if segment.right <= left:
            on_left = True
        elif segment.left >= right:
            on_right = True
        elif segment.left <= left and segment.right >= right:
            edge = _cut_before(segment, right)
            if edge is None:
                return None
            left, on_left, on_right = max(left, edge), True, True
        elif segment.left + segment.right < left + right:
            left, on_left = max(left, segment.right), True
        else:
            right, on_right = min(right, segment.left), True
    is_cut = right - left < NARROWEST_GUTTER * row.size and not any(
        segment.left <= left and segment.right >= right for segment in row.segments
    )
    if is_cut or right <= left:
        return None
    return replace(
        gutter,
        left=left,
        right=right,
        on_left=gutter.on_left + on_left,
        on_right=gutter.on_right + on_right,
        on_both=gutter.on_both + (on_left and on_right),
    )


def _cut_before(segment: Segment, x: float) -> float | None:
    """Where the word ends before the one that begins at x; None if none does."""
    for index in range(1, len(segment.lefts)):
        if abs(segment.lefts[index] - x) <= ALIGNED:
            return segment.rights[index - 1]
    return None


def _columns(band: Sequence[Row], gutter: _Gutter) -> list[list[Row]]:
    """The rows on both sides of a gutter; none if they are no columns of running text."""
    left, right = _side(band, gutter, is_left=True), _side(band, gutter, is_left=False)
    sides = (left, right)
    if any(len(side) < FEWEST_LINES for side in sides) or not all(map(_runs_on, sides)):
        return []
    if is_rtl("".join(row.text for row in band)):
        return [right, left]
    return [left, right]


def _is_ruled(band: Sequence[Row], gutter: _Gutter, rules: Sequence[Rule]) -> bool:
    """Whether rules run through a gutter, as they do between the rows of a table."""
    top, bottom = band[0].baseline, band[-1].baseline
    heights = {
        round(rule.y)
        for rule in rules
        if top < rule.y < bottom and rule.left <= gutter.left and rule.right >= gutter.right
    }
    return len(heights) >= FEWEST_RULES


def _side(band: Sequence[Row], gutter: _Gutter, is_left: bool) -> list[Row]:
    rows = []
    middle = (gutter.left + gutter.right) / 2
    for row in band:
        segments = [each for each in row.segments if ((each.left + each.right) / 2 < middle) == is_left]
        if segments:
            rows.append(Row(segments, segments[0].baseline, max(each.size for each in segments)))
    return rows


def _runs_on(rows: Sequence[Row]) -> bool:
    """Whether rows are running text, or several columns of it."""
    lines = [max(row.segments, key=lambda segment: len(segment.text)) for row in rows]
    texts = [line.text for line in lines]
    going_on = sum(
        one.endswith("-") or (not one.endswith(SENTENCE_ENDS) and other[:1].islower()) for one, other in pairwise(texts)
    )
    if going_on >= RUNS_ON * (len(texts) - 1):
        return True
    if sum(bool(MARKER.match(text)) and " " in text[:6] for text in texts) * 2 >= len(texts):
        return True  # a list
    width = max(line.right for line in lines) - min(line.left for line in lines)
    full = sum(line.right - line.left >= FULL_LINE * width for line in lines)
    letters = sum(len(text) * (2 if CJK_LETTER.match(text) else 1) for text in texts)
    return full >= FULL_LINES * len(lines) and letters >= LETTERS_OF_A_LINE * len(texts)


def _last_line(band: Sequence[Row], last: int, rules: Sequence[Rule]) -> int:
    """Index of the last line of a table whose last row may be wrapped in one of its cells."""
    for index in range(last + 1, len(band)):
        row, before = band[index], band[index - 1]
        has_rule = any(
            row.baseline < rule.y < row.baseline + LINE_GAP * row.size
            and rule.left <= row.left
            and rule.right >= row.right
            for rule in rules
        )
        if row.baseline - before.baseline > LINE_GAP * row.size or not (has_rule or row.text[:1].islower()):
            return index - 1
    return len(band) - 1


def _left_over(band: Sequence[Row], gutter: _Gutter) -> int:
    """How many rows at the end stand below both columns and go with what follows: they are read after the columns."""
    _, last = _both_sides(band, gutter)
    right_ends = max(
        index for index, row in enumerate(band) if any(segment.left >= gutter.right for segment in row.segments)
    )
    end = max(last, right_ends)
    for index in range(end + 1, len(band)):
        row, before = band[index], band[index - 1]
        if row.baseline - before.baseline > LINE_GAP * max(row.size, before.size) and row.style != before.style:
            return len(band) - index
    return 0


def _both_sides(band: Sequence[Row], gutter: _Gutter) -> tuple[int, int]:
    """Index of the first and the last row that have something on both sides of a gutter."""
    both = [
        index
        for index, row in enumerate(band)
        if len(row.segments) > 1 and row.left <= gutter.left + ALIGNED and row.right >= gutter.right - ALIGNED
    ] or [0]
    return both[0], both[-1]


def _lines(rows: Sequence[Row], layout: _Layout) -> None:
    if not rows:
        return
    layout.columns += 1
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    for row in rows:
        first, main = row.segments[0], max(row.segments, key=lambda segment: len(segment.text))
        layout.read.append(
            Line(
                text=row.text,
                page=layout.page,
                column=layout.columns,
                left=row.left,
                right=row.right,
                baseline=row.baseline,
                style=main.style,
                is_bold=all(segment.is_bold for segment in row.segments),
                mark=first.mark,
                first_width=first.first_width,
                column_left=left,
                column_right=right,
                parts=len(row.segments),
            )
        )


def _table(grid: Grid, layout: _Layout) -> None:
    layout.columns += 1
    layout.read.append(Table(grid.rows, grid.has_head, layout.page, layout.columns))
