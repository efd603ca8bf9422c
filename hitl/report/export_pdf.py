"""A report as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hitl.report.export_account import whole_markdown
from hitl.report.export_blocks import FORBIDDEN, Block, Cell, Row, Run, blocks_of
from hitl.report.export_fonts import how_to_get_fonts, load_faces
from hitl.report.export_lines import POINT, Line, Typesetter, shown
from hitl.report.export_publication import Publication

if TYPE_CHECKING:
    from fpdf import FPDF

SIDE, TOP, BOTTOM = 24.0, 22.0, 22.0
"""Margins, in millimetres."""
SIZE = 10.5
"""Of running text, in points."""
SMALL = 9.0
HEADINGS = {1: 21.0, 2: 15.0, 3: 12.5, 4: 11.5, 5: 11.0, 6: 10.5}
"""Sizes of headings by level, in points."""
LEADING = 1.42
"""Height of a line, in sizes of its font."""
INDENT, QUOTE_INDENT = 6.5, 5.0
"""What a list and a quote move their text to the right, in millimetres."""
DEEPEST = 8
"""Lists and quotes beyond this depth move no further: there must be room for text."""
PADDING = 1.6
"""Around the text of a cell, in millimetres."""
MOST_COLUMNS = 10
"""Columns that a page has room for; a wider table is written row by row."""
NARROWEST = 12.0
"""Column of a table, in millimetres."""
BLACK, GREY, PALE, BLUE = (30, 30, 30), (110, 110, 110), (243, 243, 243), (31, 95, 191)


def write_pdf(publication: Publication) -> bytes:
    """The report and how it came about, as a PDF with text that can be searched, page numbers and links inside it.

    Characters that no font of this machine has are replaced, and a sentence at the top says how many. Scripts whose
    letters change their order or join into new ones (those of India, for example) are drawn letter by letter;
    Arabic letters are joined.
    """
    from fpdf import FPDF
    from fpdf.fonts import SubsetMap

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_title(FORBIDDEN.sub("\ufffd", publication.report.title))
    pdf.set_creator("hitl")
    if publication.decisions:
        pdf.set_creation_date(publication.decisions[-1].at)
    blocks = blocks_of(whole_markdown(publication))
    text = "\n".join(run.text for block in blocks for run in block.all_runs)
    faces = load_faces(pdf, set(text) | set(shown(text)) | set("•□?0123456789."))
    typesetter, missing = Typesetter.of(faces, text)
    if missing:
        note = _missing_note(missing, faces.unicode)
        blocks.insert(0, Block("paragraph", (Run(note, italic=True),)))
    _Writer(pdf, typesetter).write(blocks)
    try:
        return bytes(pdf.output())
    finally:
        SubsetMap.get_glyph.cache_clear()  # fpdf2 caches on the class, and would keep every PDF's fonts for ever


def _missing_note(missing: int, has_unicode: bool) -> str:
    some = "1 character of this report is" if missing == 1 else f"{missing:,} characters of this report are"
    why = "in no font of this machine" if has_unicode else "replaced, since this machine has no Unicode font"
    return f"{some} {why}, and shown as a box or a question mark. {how_to_get_fonts()}"


@dataclass
class _Writer:
    """Puts blocks on pages, from top to bottom."""

    pdf: FPDF
    typesetter: Typesetter
    y: float = 0.0
    """Where the next line begins, in millimetres from the top of the page."""
    targets: dict[str, str] = field(default_factory=dict)
    """Names of the places that links lead to, by the anchor of the heading."""

    def write(self, blocks: Sequence[Block]) -> None:
        anchors = [block.anchor for block in blocks if block.kind == "heading"]
        self.targets = {anchor: f"target-{number}" for number, anchor in enumerate(anchors)}  # of two alike, the last
        self._next_page()
        previous: Block | None = None
        for block in blocks:
            self._space(_gap(previous, block))
            match block.kind:
                case "heading":
                    self._heading(block)
                case "table":
                    self._table(block)
                case "rule":
                    self._rule()
                case _:
                    self._paragraph(block)
            previous = block

    def _next_page(self) -> None:
        self.pdf.add_page()
        self.y = TOP
        number = self.typesetter.lines([Run(str(self.pdf.page_no()))], SMALL, self.pdf.w)[0]
        x = (self.pdf.w - number.width * SMALL * POINT / 1000) / 2
        self._draw(number, SMALL, x, self.pdf.h - BOTTOM / 2, GREY)

    def _space(self, millimetres: float) -> None:
        if self.y > TOP:
            self.y += millimetres

    def _need(self, height: float) -> None:
        """Begin a new page when this one has not so much room left, in millimetres."""
        if self.y + height > self.pdf.h - BOTTOM:
            self._next_page()

    def _heading(self, block: Block) -> None:
        size = HEADINGS[block.level]
        lines = self.typesetter.lines(_bold(block.runs), size, self.pdf.w - 2 * SIDE)
        height = _height(size)
        self._need(min(len(lines), 3) * height + 2 * _height(SIZE))  # no heading is alone at the foot of a page
        place = self.targets[block.anchor]
        self.pdf.set_link(name=place, page=self.pdf.page, y=self.y)
        for line in lines:
            self._need(height)
            self._line(line, size, SIDE, self.pdf.w - 2 * SIDE)

    def _paragraph(self, block: Block) -> None:
        """A paragraph, a list item, a quote or code."""
        is_code = block.kind == "code"
        size = SMALL if is_code else SIZE
        quotes, depth = min(block.quotes, DEEPEST), min(block.depth, DEEPEST)
        left = SIDE + quotes * QUOTE_INDENT + depth * INDENT + is_code * PADDING
        width = self.pdf.w - SIDE - left - is_code * PADDING
        colour = GREY if block.quotes else BLACK
        for number, line in enumerate(self.typesetter.lines(block.runs, size, width)):
            self._need(_height(size))
            if is_code:
                self._fill(left - PADDING, width + 2 * PADDING, _height(size))
            for quote in range(quotes):
                self._fill(SIDE + quote * QUOTE_INDENT, 0.8, _height(size), (200, 200, 200))
            if number == 0 and (block.bullet or block.number is not None):
                self._marker(block, line, left, colour)
            self._line(line, size, left, width, colour)

    def _marker(self, block: Block, line: Line, left: float, colour: tuple[int, int, int]) -> None:
        """The bullet or the number of a list item, beside its first line."""
        text = "•" if block.number is None else f"{block.number}."
        marker = self.typesetter.lines([Run(text)], SIZE, self.pdf.w)[0]
        width = marker.width * SIZE * POINT / 1000
        x = self.pdf.w - SIDE + 1.5 if line.right_to_left else left - width - 2.0
        self._draw(marker, SIZE, x, self.y + SIZE * POINT, colour)

    def _rule(self) -> None:
        self._need(4)
        self.pdf.set_draw_color(190)
        self.pdf.line(SIDE, self.y + 2, self.pdf.w - SIDE, self.y + 2)
        self.y += 4

    def _table(self, block: Block) -> None:
        if len(block.rows[0]) > MOST_COLUMNS:
            for row in block.rows:
                between = Run(" | ")
                runs = [part for cell in row for part in (between, *cell)]
                self._paragraph(replace(block, kind="paragraph", rows=(), runs=tuple(runs[1:])))
            return
        widths = self._column_widths(block.rows)
        for number, row in enumerate(block.rows):
            self._row(row, widths, is_head=number == 0)

    def _column_widths(self, rows: Sequence[Row]) -> list[float]:
        """What each column wants, as long as there is room for it, in millimetres; wide ones share what is left."""
        page = self.pdf.w - 2 * SIDE
        wanted = [NARROWEST] * len(rows[0])
        for number, row in enumerate(rows):
            for column, cell in enumerate(_bold(cell) if number == 0 else cell for cell in row):
                longest = max(line.width for line in self.typesetter.lines(cell, SMALL, 10 * page))
                wanted[column] = max(wanted[column], longest * SMALL * POINT / 1000 * 1.05 + 2 * PADDING)
        widths = list(wanted)
        for done, column in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
            widths[column] = min(wanted[column], page / (len(wanted) - done))
            page -= widths[column]
        return widths

    def _row(self, row: Row, widths: Sequence[float], is_head: bool) -> None:
        """A row, line by line, so that even one that is higher than a page finds room."""
        cells = [
            self.typesetter.lines(_bold(cell) if is_head else cell, SMALL, width - 2 * PADDING)
            for cell, width in zip(row, widths, strict=True)
        ]
        height, total = _height(SMALL), sum(widths)
        count = max(map(len, cells))
        self._need(min(count + 3 * is_head, 6) * height + 2 * PADDING)  # no head is alone at the foot of a page
        self.y += PADDING / 2
        for number in range(count):
            self._need(height)
            x, y = SIDE, self.y
            for lines, width in zip(cells, widths, strict=True):
                if number < len(lines):
                    self.y = y
                    self._line(lines[number], SMALL, x + PADDING, width - 2 * PADDING)
                x += width
            self.y = y + height
        self.y += PADDING / 2
        self.pdf.set_draw_color(90 if is_head else 210)
        self.pdf.line(SIDE, self.y, SIDE + total, self.y)

    def _fill(self, x: float, width: float, height: float, colour: tuple[int, int, int] = PALE) -> None:
        self.pdf.set_fill_color(*colour)
        self.pdf.rect(x, self.y, width, height, style="F")

    def _line(self, line: Line, size: float, left: float, width: float, colour: tuple[int, int, int] = BLACK) -> None:
        """Draw a line of text, and go on below it."""
        x = left + width - line.width * size * POINT / 1000 if line.right_to_left else left
        baseline = self.y + size * POINT * (LEADING + 0.55) / 2
        self._draw(line, size, x, baseline, colour)
        self.y += _height(size)

    def _draw(self, line: Line, size: float, x: float, baseline: float, colour: tuple[int, int, int]) -> None:
        for piece in line.pieces:
            width = piece.width * size * POINT / 1000
            target = self.targets.get(piece.run.target)
            self.pdf.set_font(piece.face.family, piece.face.style, size)
            self.pdf.set_text_color(*(BLUE if target else colour))
            self.pdf.text(x, baseline, piece.text)
            if target:
                self.pdf.link(x, baseline - size * POINT, width, size * POINT * 1.2, f"#{target}")
            if piece.run.strike:
                self.pdf.set_draw_color(*colour)
                middle = baseline - size * POINT * 0.3
                self.pdf.line(x, middle, x + width, middle)
            x += width


def _bold(runs: Cell) -> Cell:
    return tuple(replace(run, bold=True) for run in runs)


def _height(size: float) -> float:
    """Of a line, in millimetres."""
    return size * POINT * LEADING


def _gap(previous: Block | None, block: Block) -> float:
    """What stays free above a block, in millimetres."""
    if block.kind == "heading":
        return {1: 8.0, 2: 7.0}.get(block.level, 4.5)
    if previous and previous.depth and block.depth:
        return 0.8
    if previous and previous.kind == "heading":
        return 1.2
    return 2.6
