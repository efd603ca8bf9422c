"""What is behind the text of a Word file: the page, the cells of tables by their styles, boxes, shaded paragraphs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from hitl.research.reading.colors import BLACK, NO_COLOR, UNKNOWN, WHITE, color, drawn_color, ground_of
from hitl.research.reading.word.package import NAMES, attribute, children, full_names, is_on
from hitl.research.reading.word.run_properties import NOTHING_SAID, shade
from hitl.research.reading.word.sight import Surroundings
from hitl.research.reading.word.styles import WHOLE_TABLE, RunLook, Styles
from hitl.research.reading.word.tables import MOST_COLUMNS, table_properties

NOWHERE = Surroundings(grounds=(WHITE, UNKNOWN))
"""What is around text that stands in no paragraph."""
MOST_KEPT = 1000
"""Cells and boxes of which it is kept what is behind their text."""
TABLES, ROWS, CELLS = full_names("w:tbl"), full_names("w:tr"), full_names("w:tc")
CELL_PROPERTIES, EXCEPTIONS, SHADES = full_names("w:tcPr"), full_names("w:tblPrEx"), full_names("w:shd")
FLAGS = {
    "w:firstRow": 0x20,
    "w:lastRow": 0x40,
    "w:firstColumn": 0x80,
    "w:lastColumn": 0x100,
    "w:noHBand": 0x200,
    "w:noVBand": 0x400,
}
"""What a table takes from its style, with the bit that says so in the older form."""
BEHIND = re.compile(r"z-index:\s*-")
"""Stands in the look of an older drawing that is behind the text."""
VML_COLOR = re.compile(r"#([0-9A-Fa-f]{6})\b")
NAMED = {"white": WHITE, "black": BLACK}


class ParagraphLooks:
    """How the runs of a paragraph show."""

    def __init__(self, styles: Styles, style: str, around: Surroundings) -> None:
        self._styles = styles
        self._style = style
        self._around = around
        self._plain: RunLook | None = None

    def of(self, properties: Any | None) -> RunLook:
        """How a run shows that has properties of its own, or none."""
        if properties is not None:
            return self._styles.look(self._style, properties, self._around)
        if self._plain is None:
            self._plain = self._styles.look(self._style, None, self._around)
        return self._plain


class TextSurroundings:
    """Finds what is around each paragraph of a file."""

    def __init__(self, styles: Styles, settings: Any | None = None):
        """Prepare to look.

        Args:
            styles: The styles of the file.
            settings: The root of its settings, if it has any.
        """
        self._styles = styles
        said = children(settings) if settings is not None else {}
        shown = said.get("w:displayBackgroundShape")
        self._shows_background = shown is not None and is_on(shown)
        self._known: dict[Any, Surroundings] = {}
        self._pages: dict[Any, Surroundings] = {}
        self._row_numbers: dict[Any, int] = {}
        self._table: _Table | None = None

    def looks(self, paragraph: Any | None, style: str, properties: Mapping[str, Any]) -> ParagraphLooks:
        """How the runs of a paragraph show.

        Args:
            paragraph: Its element; None for text that stands in no paragraph.
            style: Identity of its style.
            properties: Its own, by their names.
        """
        around = NOWHERE if paragraph is None else self._of_container(paragraph)
        own = properties.get("w:shd")
        fill = self._styles.paragraph_shade(style) if own is None else shade(own, self._styles.scheme)
        if fill not in (None, NO_COLOR):
            around = around._replace(grounds=(fill,))
        return ParagraphLooks(self._styles, style, around)

    def _of_container(self, element: Any) -> Surroundings:
        """What is around the text in the innermost cell or box, or on the page, that an element stands in."""
        container = element
        for container in element.iterancestors():
            if NAMES[container.tag] in ("w:tc", "w:txbxContent"):
                break
        else:
            if container not in self._pages:
                self._pages[container] = self._of_page(container)
            return self._pages[container]
        if container not in self._known:
            if len(self._known) >= MOST_KEPT:
                self._known.clear()
            is_cell = NAMES[container.tag] == "w:tc"
            self._known[container] = self._of_cell(container) if is_cell else self._of_box(container)
        return self._known[container]

    def _of_page(self, root: Any) -> Surroundings:
        grounds = [WHITE]
        for background in root.iter(*full_names("w:background")):
            fill = color(attribute(background, "w:color"))
            has_picture = len(background) > 0
            grounds = [*([] if self._shows_background and fill else [WHITE]), *([fill] if fill else [])]
            grounds += [UNKNOWN] if has_picture else []
        behind = (anchor.get("behindDoc") in ("1", "true") for anchor in root.iter("{*}anchor"))
        older = (BEHIND.search(each.get("style") or "") is not None for each in root.iter(*full_names("v:*")))
        if any(behind) or any(older):
            grounds.append(UNKNOWN)
        return Surroundings(tuple(dict.fromkeys(grounds)))

    def _of_cell(self, cell: Any) -> Surroundings:
        row = next(cell.iterancestors(*ROWS), None)
        table = None if row is None else next(row.iterancestors(*TABLES), None)
        if table is None:
            return self._of_container(cell)
        if self._table is None or self._table.element is not table:
            self._table = _Table(table, self._styles, self._of_container(table).grounds)
        of_table = self._table
        kinds = of_table.kinds(cell, row, self._row_number(row)) if of_table.has_parts else ()
        around = of_table.around(kinds)
        own = _shade_of(cell, CELL_PROPERTIES) if len(cell) else None
        own = own if own is not None else _shade_of(row, EXCEPTIONS)
        if own is None:
            return around
        fill = shade(own, self._styles.scheme)
        return around._replace(grounds=of_table.outer if fill == NO_COLOR else (fill,))

    def _row_number(self, row: Any) -> int:
        """The number of a row in its table, from 0; counted from the row before it, whose number is known."""
        if row not in self._row_numbers:
            before = next(row.itersiblings(*ROWS, preceding=True), None)
            known = self._row_numbers.get(before) if before is not None else -1
            if known is None:
                known = sum(1 for _ in row.itersiblings(*ROWS, preceding=True)) - 1
            self._row_numbers[row] = known + 1
        return self._row_numbers[row]

    def _of_box(self, box: Any) -> Surroundings:
        """What is behind the text of a box, which may itself stand over anything."""
        around = next((each for each in box.iterancestors() if _local(each) in ("wsp", "textbox")), None)
        shape = around.getparent() if around is not None and _local(around) == "textbox" else around
        fill = None if shape is None else self._drawn(shape) if _local(shape) == "wsp" else _painted(shape)
        return Surroundings((fill,) if fill not in (None, NO_COLOR) else (WHITE, UNKNOWN))

    def _drawn(self, shape: Any) -> str | None:
        fill = ground_of(shape.find("{*}spPr"), self._styles.scheme)
        style = shape.find("{*}style/{*}fillRef")
        if fill is not None or style is None or style.get("idx") in (None, "0", "1000"):
            return fill
        plain = drawn_color(next(iter(style), None), self._styles.scheme)
        return plain if style.get("idx") == "1" else UNKNOWN


class _Table:
    """What a table and its style say of its cells."""

    def __init__(self, element: Any, styles: Styles, outer: tuple[str, ...]) -> None:
        """Take what the table says.

        Args:
            element: The table.
            styles: The styles of the file.
            outer: The colours that may be behind it.
        """
        self.element = element
        self.outer = outer
        properties = table_properties(element)
        named = attribute(properties["w:tblStyle"], "w:val") if "w:tblStyle" in properties else None
        self._flags = _flags(properties)
        self._chain = list(styles.table_styles(named))
        self._own = shade(properties["w:shd"], styles.scheme) if "w:shd" in properties else None
        self._rows = next((style.row_band for style in self._chain if style.row_band), 1)
        self._columns = next((style.column_band for style in self._chain if style.column_band), 1)
        self._around: dict[tuple[str, ...], Surroundings] = {}
        self.has_parts = any(kind != WHOLE_TABLE for style in self._chain for kind in style.table_looks)

    def around(self, kinds: tuple[str, ...]) -> Surroundings:
        """What is around the text of cells in these parts of the table (ECMA-376, part 1, 17.7.6)."""
        if kinds not in self._around:
            looks = [
                style.table_looks[kind]
                for kind in (*kinds, WHOLE_TABLE)
                for style in self._chain
                if kind in style.table_looks
            ]
            run = NOTHING_SAID
            for look in looks:
                run = run.over(look.run)
            fill = next((each for each in (self._own, *(look.shade for look in looks)) if each is not None), NO_COLOR)
            self._around[kinds] = Surroundings(self.outer if fill == NO_COLOR else (fill,), run)
        return self._around[kinds]

    def kinds(self, cell: Any, row: Any, number: int) -> tuple[str, ...]:
        """The parts of the table in which a cell stands, as styles name them; what goes before first.

        Args:
            cell: The cell.
            row: Its row.
            number: Number of the row, from 0.
        """
        flags = self._flags
        before = sum(1 for _ in islice(cell.itersiblings(*CELLS, preceding=True), MOST_COLUMNS))
        is_first_row = "w:firstRow" in flags and number == 0
        is_last_row = "w:lastRow" in flags and next(row.itersiblings(*ROWS), None) is None
        is_first = "w:firstColumn" in flags and before == 0
        is_last = "w:lastColumn" in flags and next(cell.itersiblings(*CELLS), None) is None
        kinds = []
        if (is_first_row or is_last_row) and (is_first or is_last):
            kinds.append(f"{'n' if is_first_row else 's'}{'w' if is_first else 'e'}Cell")
        if is_first or is_last:
            kinds.append("firstCol" if is_first else "lastCol")
        if is_first_row or is_last_row:
            kinds.append("firstRow" if is_first_row else "lastRow")
        elif "w:noHBand" not in flags:
            kinds.append(f"band{(number - ('w:firstRow' in flags)) // self._rows % 2 + 1}Horz")
        if "w:noVBand" not in flags and not is_first and not is_last:
            kinds.append(f"band{(before - ('w:firstColumn' in flags)) // self._columns % 2 + 1}Vert")
        return tuple(kinds)


def _shade_of(element: Any, properties: tuple[str, ...]) -> Any | None:
    """The shade that an element states in its properties."""
    own = next(element.iterchildren(*properties), None)
    return next(own.iterchildren(*SHADES), None) if own is not None and len(own) else None


def _painted(shape: Any) -> str | None:
    """The colour of an older drawing; None if it does not say, or is not filled."""
    if shape.get("filled") in ("f", "false", "0"):
        return None
    if any(_local(each) == "fill" and each.get("type") not in (None, "solid") for each in shape):
        return UNKNOWN
    stated = shape.get("fillcolor") or ""
    match = VML_COLOR.match(stated)
    return match[1].upper() if match else NAMED.get(stated.split(" ")[0], UNKNOWN if stated else None)


def _flags(table: Mapping[str, Any]) -> frozenset[str]:
    """Which of `FLAGS` a table sets."""
    look = table.get("w:tblLook")
    if look is None:
        return frozenset()
    try:
        bits = int(attribute(look, "w:val") or "0", 16)
    except ValueError:
        bits = 0
    stated = {flag: attribute(look, flag) for flag in FLAGS}
    return frozenset(
        flag for flag, bit in FLAGS.items() if (stated[flag] in ("1", "true", "on") if stated[flag] else bits & bit)
    )


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
