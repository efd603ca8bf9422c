"""Excel files, read into blocks: each row of a sheet with the heads of its columns, under the name of the sheet.

The XML of the file is read row by row as it stands, and only what shows. openpyxl knows no hidden rows and merged cells
of a sheet that it reads row by row, drops raised, lowered and struck-out letters inside a cell, cannot tell a formula
without a stored result from an empty cell, and makes a row that has one cell in its last column 16,384 cells long.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from itertools import accumulate
from typing import Any

from hitl.research.reading.blocks import Block, ReadFile, heading, within_limit
from hitl.research.reading.colors import UNKNOWN, WHITE, scheme_of
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.office.cell_colors import ground_of, ink_of, is_unseen
from hitl.research.reading.office.drawing import Drawn, drawn_on_sheet
from hitl.research.reading.office.number_formats import (
    GENERAL,
    hides_text,
    is_white,
    plain_number,
    shown_day,
    shown_number,
)
from hitl.research.reading.office.parts import OfficeParts, Reference, attribute, local_name
from hitl.research.reading.office.sheet_remarks import Unread
from hitl.research.reading.office.sheet_rows import SheetRow, blocks_of_rows
from hitl.research.reading.superscripts import NEAR, lowered, raised
from hitl.research.reading.table_rows import LONGEST_HEAD

MOST_COLUMNS = 16_384
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""A character that XML does not allow, as strings have it: `_x000D_`."""
AREA = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
COMPUTERS_OWN = frozenset({14, 22, *range(27, 37), *range(50, 59)})
"""Built-in formats of dates that show otherwise on every computer; they are read as in ISO 8601."""
ELEMENTS = ("pane", "sheetFormatPr", "col", "row", "autoFilter", "mergeCell")
TEXTS = frozenset({"s", "str", "inlineStr"})
"""The types of cells that hold text."""
MOST_COPIES = 2_000_000
"""Cells to which merged cells are copied in one sheet, at most."""


def read_xlsx(data: bytes, limits: ReadLimits) -> ReadFile:
    """Read an Excel file.

    Raises:
        OverLimit: If its rows with their heads are longer than a document may be.
        Exception: If it is damaged; the archive, its XML and its numbers raise all kinds of exceptions.
    """
    parts = OfficeParts(data)
    main = next((each.part for each in parts.references("") if each.kind == "officeDocument"), "xl/workbook.xml")
    book = _Book.of(parts, main)
    unread = Unread()
    blocks = list(within_limit(_blocks(book, main, unread), limits))
    return ReadFile(blocks, is_titled_by_heading=False, remarks=unread.remarks())


@dataclass(frozen=True)
class _Look:
    """How the cells of one style show."""

    number_format: str = GENERAL
    is_computers_own: bool = False
    is_bold: bool = False
    is_struck: bool = False
    ink: str = UNKNOWN
    ground: str = WHITE

    @cached_property
    def is_unseen(self) -> bool:
        """Whether its letters cannot be told from what is behind them."""
        return is_unseen(self.ink, self.ground)


@dataclass(frozen=True)
class _Coloured:
    """A text whose letters have several colours."""

    pieces: Sequence[tuple[str, str]]
    """Each with its colour; `UNKNOWN` for those that have that of their cell."""

    def seen_in(self, look: _Look) -> str:
        """What can be seen of it in a cell that looks so."""
        return "".join(
            text for text, ink in self.pieces if not is_unseen(look.ink if ink == UNKNOWN else ink, look.ground)
        )


@dataclass(frozen=True)
class _Book:
    parts: OfficeParts
    strings: Sequence[str | _Coloured]
    """Those that cells refer to by number."""
    looks: Sequence[_Look]
    is_from_1904: bool
    scheme: Mapping[str, str]

    @classmethod
    def of(cls, parts: OfficeParts, main: str) -> _Book:
        named = {each.kind: each.part for each in parts.references(main)}
        scheme = scheme_of(parts.root(named.get("theme", "")))
        strings = [_rich_text(item, scheme) for item in parts.elements(named.get("sharedStrings", ""), "si")]
        root = parts.root(main)
        properties = None if root is None else root.find("{*}workbookPr")
        is_from_1904 = properties is not None and _is_on(properties.get("date1904"))
        looks = _looks(parts.root(named.get("styles", "")), scheme)
        return cls(parts, strings, looks, is_from_1904, scheme)


def _blocks(book: _Book, main: str, unread: Unread) -> Iterator[Block]:
    """The sheets that show, each under its name."""
    parts_by_id = {each.id: each for each in book.parts.references(main)}
    root = book.parts.root(main)
    for sheet in root.iterfind("{*}sheets/{*}sheet") if root is not None else ():
        part = parts_by_id.get(attribute(sheet, "id"))
        if sheet.get("state", "visible") != "visible":
            unread.sheets += 1
        elif part is not None and part.kind == "chartsheet":
            unread.charts += 1
        elif part is not None and part.kind == "worksheet":
            name = heading(sheet.get("name", ""))
            for block in _sheet_blocks(book, part.part, unread):
                if name.text:
                    yield name
                    name = heading("")
                yield block


def _sheet_blocks(book: _Book, part: str, unread: Unread) -> Iterator[Block]:
    references = book.parts.references(part)
    sheet = _Sheet(book, partial(_recoloured, book.parts, part, references))
    for element in book.parts.elements(part, *ELEMENTS):
        sheet.take(element)
    drawn = Drawn()
    for each in references:
        if each.kind == "drawing":
            drawn = drawn_on_sheet(book.parts, each.part)
        elif each.kind == "table":
            sheet.mark_table(book.parts.root(each.part))
    unread.rows += sheet.hidden_rows
    unread.columns += len(sheet.hidden_columns)
    unread.formulas += sheet.formulas
    unread.charts += drawn.charts
    unread.comments += _comments(book.parts, references)
    unread.unseen += sheet.unseen
    unread.doubtful += sheet.doubtful
    yield from blocks_of_rows(sheet.rows())
    yield from (Block(text) for text in drawn.texts)


def _comments(parts: OfficeParts, references: Sequence[Reference]) -> int:
    """How many comments the cells of a sheet have; one with answers is there twice, for older programs, too."""
    numbers = [
        sum(each.get("parentId") is None for each in parts.elements(reference.part, name))
        for reference in references
        for kind, name in (("comments", "comment"), ("threadedComment", "threadedComment"))
        if reference.kind == kind
    ]
    return max(numbers, default=0)


def _recoloured(parts: OfficeParts, part: str, references: Sequence[Reference]) -> list[_Area]:
    """Where a sheet can show cells in other colours than their own: by a rule, or by the style of a table."""
    rules = parts.elements(part, "conditionalFormatting")
    stated = [each.get("sqref") or each.findtext("{*}sqref") or "" for each in rules]
    tables = (parts.root(each.part) for each in references if each.kind == "table")
    stated += [table.get("ref", "") for table in tables if table is not None]
    return [area for text in stated for each in text.split() if (area := _Area.of(each)) is not None]


@dataclass
class _Row:
    number: int
    cells: dict[int, str]
    after_gap: bool
    is_bold: bool


@dataclass(frozen=True)
class _Area:
    """A rectangle of cells, by the numbers of its first and last column and row."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, reference: str) -> _Area | None:
        match = AREA.fullmatch(reference)
        if match is None:
            return None
        left, top = _column(match[1]), int(match[2])
        return cls(left, top, _column(match[3]) if match[3] else left, int(match[4]) if match[4] else top)

    def has(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass
class _Sheet:
    """A sheet, taken element by element as they stand in its part."""

    book: _Book
    find_recoloured: Callable[[], list[_Area]]
    """Finds where cells can show in other colours than their own."""
    kept: list[_Row] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    """Those that have something in them."""
    formulas: int = 0
    """How many have no stored result."""
    unseen: int = 0
    """How many cells do not show, by their colours or their format."""
    doubtful: int = 0
    """How many cells may show in colours that are not their own, and do not in their own."""
    _marked: set[int] = field(default_factory=set)
    _merged: list[_Area] = field(default_factory=list)
    _hides_rows: bool = False
    _column_changes: list[int] = field(default_factory=lambda: [0] * (MOST_COLUMNS + 2))
    _is_column_hidden: list[bool] = field(default_factory=list)
    _areas: list[_Area] | None = None
    """Where cells can show in other colours; None until that is asked for."""
    _last: int = 0
    """Number of the last row, shown or not, that is not empty or is hidden."""

    def take(self, element: Any) -> None:
        """Take an element of those in `ELEMENTS`."""
        match local_name(element):
            case "row":
                self._take_row(element)
            case "col":
                if _is_on(element.get("hidden")) or _is_nothing(element.get("width")):
                    first, last = int(element.get("min")), int(element.get("max"))
                    self._column_changes[min(first, MOST_COLUMNS + 1)] += 1
                    self._column_changes[min(last, MOST_COLUMNS) + 1] -= 1
            case "mergeCell":
                if area := _Area.of(element.get("ref", "")):
                    self._merged.append(area)
            case "autoFilter":
                if area := _Area.of(element.get("ref", "")):
                    self._marked.add(area.top)
            case "pane":
                if element.get("state", "").startswith("frozen"):
                    self._marked.add(round(float(element.get("ySplit", 0))))
            case _:
                self._hides_rows = _is_on(element.get("zeroHeight"))

    def mark_table(self, table: Any) -> None:
        """Take what the file says of a table in the sheet: where it has its heads."""
        if table is not None and table.get("headerRowCount", "1") != "0" and (area := _Area.of(table.get("ref", ""))):
            self._marked.add(area.top)

    def rows(self) -> Iterator[SheetRow]:
        """The rows that show, when the whole sheet was taken."""
        self._copy_merged()
        wide = self._wide_cells()
        for row in self.kept:
            is_marked = row.number in self._marked
            yield SheetRow(row.number, row.cells, row.after_gap, row.is_bold, is_marked, wide.get(row.number, {}))

    def _take_row(self, element: Any) -> None:
        if not self._is_column_hidden:
            self._is_column_hidden = [depth > 0 for depth in accumulate(self._column_changes)]
        number = int(element.get("r") or self._last + 1)
        is_hidden = _is_on(element.get("hidden", "1" if self._hides_rows else "0")) or _is_nothing(element.get("ht"))
        cells: dict[int, str] = {}
        is_bold, column = True, 0
        for cell in element.iterchildren("{*}c"):
            reference = cell.get("r")
            column = _column(reference.rstrip("0123456789")) if reference else column + 1
            look = self.book.looks[int(cell.get("s", 0))] if self.book.looks else _Look()
            is_gone = is_hidden or (column <= MOST_COLUMNS and self._is_column_hidden[column])
            shown = self._shown(cell, look)
            if look.is_unseen or isinstance(shown, _Coloured):
                shown = self._seen(shown, look, number, column, is_gone)
            if not shown or shown.isspace():
                continue
            if column <= MOST_COLUMNS and self._is_column_hidden[column]:
                self.hidden_columns.add(column)
            else:
                cells[column] = shown.strip()
                is_bold = is_bold and look.is_bold
        if cells and is_hidden:
            self.hidden_rows += 1
        elif cells:
            self.kept.append(_Row(number, cells, after_gap=number > self._last + 1, is_bold=is_bold))
        if cells or is_hidden:
            self._last = number

    def _seen(self, text: str | _Coloured, look: _Look, row: int, column: int, is_gone: bool) -> str:
        """What can be seen of what a cell shows.

        Args:
            text: What it shows.
            look: How it looks.
            row: Number of its row.
            column: Number of its column.
            is_gone: Whether the row or the column is hidden anyway.
        """
        coloured = text if isinstance(text, _Coloured) else _Coloured([(text, UNKNOWN)])
        whole, seen = "".join(piece for piece, _ in coloured.pieces), coloured.seen_in(look)
        if is_gone or seen == whole or not whole.strip():
            return whole
        if self._areas is None:
            self._areas = self.find_recoloured()
        if any(area.has(row, column) for area in self._areas):
            self.doubtful += 1
            return whole
        self.unseen += 1
        return seen

    def _shown(self, cell: Any, look: _Look) -> str | _Coloured:
        """What a cell shows, in whatever colours."""
        kind, stored = cell.get("t", "n"), cell.findtext("{*}v")
        text: str | _Coloured
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            text = "" if inline is None else _rich_text(inline, self.book.scheme)
        elif not stored:
            self.formulas += kind != "str" and cell.find("{*}f") is not None
            return ""
        elif kind == "s":
            text = self.book.strings[int(stored)]
        elif kind == "b":
            text = "TRUE" if _is_on(stored) else "FALSE"
        elif kind == "n":
            text = self._shown_number(stored, look)
            self.unseen += not text and not look.number_format.strip(';" ')
        else:  # what a formula makes of text, an error such as #N/A, a date in ISO 8601
            text = _unescaped(stored)
        if kind in TEXTS and hides_text(look.number_format):
            self.unseen += 1
            return ""
        return "" if look.is_struck else text

    def _shown_number(self, stored: str, look: _Look) -> str:
        value = float(stored)
        if look.number_format == GENERAL:
            return plain_number(value)
        if look.is_computers_own:
            return shown_day(value, self.book.is_from_1904)
        return shown_number(value, look.number_format, self.book.is_from_1904)

    def _copy_merged(self) -> None:
        """Copy short cells that span several rows to each of them, beside which they show."""
        numbers = [row.number for row in self.kept]
        copies = 0
        for area in self._merged:
            if area.bottom == area.top:
                continue
            first = bisect_left(numbers, area.top)
            below = range(first + 1, bisect_right(numbers, area.bottom))
            text = self.kept[first].cells.get(area.left, "") if numbers[first : first + 1] == [area.top] else ""
            copies += len(below)
            if text and len(text) <= LONGEST_HEAD and copies <= MOST_COPIES:
                for index in below:
                    self.kept[index].cells.setdefault(area.left, text)

    def _wide_cells(self) -> dict[int, dict[int, int]]:
        """The last column of each cell that spans several, by its row and its first column; none overlap."""
        wide: dict[int, dict[int, int]] = {}
        ends: dict[int, int] = {}
        for area in sorted(self._merged, key=lambda area: (area.top, area.left)):
            if area.right > area.left > ends.get(area.top, 0):
                wide.setdefault(area.top, {})[area.left] = min(area.right, MOST_COLUMNS)
                ends[area.top] = area.right
        return wide


@lru_cache(maxsize=MOST_COLUMNS)
def _column(letters: str) -> int:
    """The number of a column, from 1 for A; one that no sheet has is the first after the last."""
    if len(letters) > len("XFD"):
        return MOST_COLUMNS + 1
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _is_on(value: str | None) -> bool:
    return value in ("1", "true", "on")


def _is_nothing(size: str | None) -> bool:
    """Whether a height or a width is none at all."""
    return size is not None and size.strip("0.") == ""


def _looks(styles: Any, scheme: Mapping[str, str]) -> list[_Look]:
    """How each style of cells shows."""
    if styles is None:
        return []
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # 0.2 s, and the first page does not need it

    formats = dict(BUILTIN_FORMATS)
    for each in styles.iterfind("{*}numFmts/{*}numFmt"):
        formats[int(each.get("numFmtId"))] = each.get("formatCode", GENERAL)
    fonts = list(styles.iterfind("{*}fonts/{*}font"))
    bold = [_has(font, "b") for font in fonts]
    struck = [_has(font, "strike") for font in fonts]
    inks = [ink_of(font, scheme) for font in fonts]
    grounds = [ground_of(fill, scheme) for fill in styles.iterfind("{*}fills/{*}fill")]
    looks = []
    for style in styles.iterfind("{*}cellXfs/{*}xf"):
        format_id, font = int(style.get("numFmtId", 0)), int(style.get("fontId", 0))
        has_font, fill = font < len(fonts), int(style.get("fillId", 0))
        number_format = formats.get(format_id) or GENERAL
        ink = inks[font] if has_font else UNKNOWN
        looks.append(
            _Look(
                number_format=number_format,
                is_computers_own=format_id in COMPUTERS_OWN,
                is_bold=has_font and bold[font],
                is_struck=has_font and struck[font],
                ink=WHITE if is_white(number_format) else ink,
                ground=grounds[fill] if fill < len(grounds) else WHITE,
            )
        )
    return looks


def _has(looks: Any, name: str) -> bool:
    """Whether looks of letters have a property that is on or off."""
    element = looks.find(f"{{*}}{name}")
    return element is not None and element.get("val", "1") not in ("0", "false")


def _rich_text(item: Any, scheme: Mapping[str, str]) -> str | _Coloured:
    """The text of a cell, with raised and lowered letters as such; without what is struck out, and without readings."""
    pieces: list[str] = []
    inks: list[str] = []
    for part in item:
        name = local_name(part)
        if name == "t":
            pieces.append(part.text or "")
            inks.append(UNKNOWN)
        elif name == "r":
            text = part.findtext("{*}t") or ""
            looks = part.find("{*}rPr")
            if looks is None:
                pieces.append(text)
                inks.append(UNKNOWN)
            elif not _has(looks, "strike"):
                height = looks.find("{*}vertAlign")
                match "" if height is None else height.get("val"):
                    case "superscript":
                        text = raised(text, "".join(pieces[-NEAR:])[-NEAR:])
                    case "subscript":
                        text = lowered(text)
                pieces.append(text)
                inks.append(ink_of(looks, scheme, usual=UNKNOWN))
    if all(ink == UNKNOWN for ink in inks):
        return _unescaped("".join(pieces))
    return _Coloured([(_unescaped(piece), ink) for piece, ink in zip(pieces, inks, strict=True)])


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
