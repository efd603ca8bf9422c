"""Blocks on the pages of a PDF, from top to bottom: fpdf2 breaks lines and pages, HarfBuzz draws joined scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.enums import Align, MethodReturnValue, TextDirection, WrapMode
from fpdf.errors import FPDFException
from fpdf.fonts import FontFace
from fpdf.util import Padding

from hitl.report.export_blocks import Block, Cell, Run, runs_right_to_left, text_of
from hitl.report.export_fonts import Fonts

POINT = 25.4 / 72
"""In millimetres."""
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
"""What a list and a quote move their text inwards, in millimetres."""
DEEPEST = 8
"""Lists and quotes beyond this depth move no further: there must be room for text."""
PADDING = 1.6
"""Beside the text of a cell and of code, in millimetres."""
MOST_COLUMNS = 10
"""Columns that a page has room for; a wider table is written row by row."""
NARROWEST = 12.0
"""Column of a table, in millimetres."""
PIECE = 1000
"""Characters that fpdf2 is given at once, at most: it copies all that is left of them for each."""
BLACK, GREY, PALE, BLUE = (30, 30, 30), (110, 110, 110), (243, 243, 243), (31, 95, 191)
UNSPACED = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
"""Chinese and Japanese, whose lines end after any character."""


class Pages(FPDF):
    """Pages of the usual size and margins, with their numbers."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.c_margin = 0
        self.set_margins(SIDE, TOP)
        self.set_auto_page_break(True, BOTTOM)

    family = ""
    """What the numbers are set in."""
    # fpdf2's own Markdown, which is how a cell of a table gets its styles, is written with control characters, so that
    # no text is taken for it.
    MARKDOWN_BOLD_MARKER = "\x0e\x0e"
    MARKDOWN_ITALICS_MARKER = "\x0f\x0f"
    MARKDOWN_STRIKETHROUGH_MARKER = "\x10\x10"
    MARKDOWN_UNDERLINE_MARKER = "\x11\x11"
    MARKDOWN_MARKERS = (
        MARKDOWN_BOLD_MARKER,
        MARKDOWN_ITALICS_MARKER,
        MARKDOWN_STRIKETHROUGH_MARKER,
        MARKDOWN_UNDERLINE_MARKER,
    )
    MARKDOWN_ESCAPE_CHARACTER = "\x12"
    MARKDOWN_LINK_REGEX = re.compile("^\x13([^\x14]+)\x14([^\x15]+)\x15(.*)$", re.DOTALL)
    MARKDOWN_LINK_COLOR: Any = BLUE
    MARKDOWN_LINK_UNDERLINE = False

    def footer(self) -> None:
        self.set_y(-BOTTOM / 2)
        self.set_font(self.family, size=SMALL)
        self.set_text_color(*GREY)
        self.cell(0, text=str(self.page_no()), align="C")


@dataclass
class Writer:
    """Puts blocks on pages, from top to bottom."""

    pdf: FPDF
    fonts: Fonts
    links: dict[str, str] = field(default_factory=dict)
    """The addresses of the places that links lead to, by the anchor of the heading."""

    def write(self, blocks: Sequence[Block]) -> None:
        anchors = [block.anchor for block in blocks if block.kind == "heading"]
        self.links = {anchor: f"#target-{number}" for number, anchor in enumerate(anchors)}  # of two alike, the last
        previous: Block | None = None
        for block in blocks:
            if self.pdf.y > TOP:
                self.pdf.y += _gap(previous, block)
            match block.kind:
                case "code":
                    self._code(block)
                case "table":
                    self._table(block)
                case "rule":
                    self._rule()
                case _:
                    self._paragraph(block)
            previous = block

    def _paragraph(self, block: Block) -> None:
        """A heading, a paragraph, a list item, or a quote."""
        size = HEADINGS.get(block.level, SIZE)
        self._need(2 * _height(size) + 2 * _height(SIZE) if block.level else _height(size))
        if block.level:  # no heading is alone at the foot of a page
            self.pdf.set_link(name=self.links[block.anchor].removeprefix("#"), y=self.pdf.y)
        right_to_left = runs_right_to_left(block.text)
        inset = _inset(block)
        left, right = (SIDE, SIDE + inset) if right_to_left else (SIDE + inset, SIDE)
        page, top = self.pdf.page, self.pdf.y
        self._marker(block, right_to_left)
        self.pdf.set_xy(left, top)
        with (
            self.pdf.text_columns(l_margin=left, r_margin=right, line_height=LEADING) as column,
            column.paragraph(
                text_align=Align.R if right_to_left else Align.L,
                wrapmode=_wrapping(block.text),
                skip_leading_spaces=True,
            ) as paragraph,
        ):
            for run in self._directed(block.runs, right_to_left):
                style = "" if run.code else "B" * (run.bold or block.level > 0) + "I" * run.italic
                self.pdf.set_font(self.fonts.code if run.code else self.fonts.text, style + "S" * run.strike, size)
                self.pdf.set_text_color(*(BLUE if run.target else GREY if block.quotes else BLACK))
                for start in range(0, len(run.text), PIECE):
                    paragraph.write(run.text[start : start + PIECE], link=self.links.get(run.target))
        if not block.text.strip():
            self.pdf.ln(_height(size))
        self._bars(block, page, top, right_to_left)

    def _directed(self, runs: Cell, right_to_left: bool) -> Iterator[Run]:
        """Runs whose text runs in one direction, which fpdf2 is told before it gets each of them.

        Its `multi_cell` finds them by itself, but knows one font for all; its columns know many, but do not look.
        """
        text = text_of(runs)
        if not self._shape(text):
            yield from runs
            return
        base = TextDirection.RTL if right_to_left else TextDirection.LTR
        styles = iter([run for run in runs for _ in run.text])
        characters = BidiParagraph(text, base, preserve_bn_chars=True).get_characters()
        for level, part in groupby(characters, key=lambda character: character.embedding_level):
            # fpdf2 orders two levels only: a number in Hebrew in English goes with the Hebrew, turned round twice
            turned = level == 2 and not right_to_left
            direction = TextDirection.RTL if level % 2 or turned else TextDirection.LTR
            (self.pdf.text_shaping or {}).update(paragraph_direction=base, fragment_direction=direction)
            for run, same in groupby(part, key=lambda _: next(styles)):
                letters = "".join(character.character for character in same)
                yield replace(run, text=letters[::-1] if turned else letters)

    def _shape(self, text: str, direction: str | None = None) -> bool:
        """Have letters joined and ordered if any must be, since that takes three times as long."""
        needed = not text.isascii() and any(
            unicodedata.category(letter)[0] == "M" or unicodedata.bidirectional(letter) in ("R", "AL")
            for letter in text
        )
        self.pdf.set_text_shaping(needed and self.fonts.unicode, direction=direction)
        return needed and self.fonts.unicode

    def _marker(self, block: Block, right_to_left: bool) -> None:
        """The bullet or the number of a list item, beside its first line."""
        if not block.bullet and block.number is None:
            return
        self.pdf.set_text_shaping(False)
        self.pdf.set_font(self.fonts.text, size=SIZE)
        self.pdf.set_text_color(*(GREY if block.quotes else BLACK))
        text = "•" if block.number is None else f"{block.number}."
        inner = self.pdf.w - SIDE - _inset(block) if right_to_left else SIDE + _inset(block)
        self.pdf.set_x(inner + 2 if right_to_left else inner - 2 - self.pdf.get_string_width(text))
        self.pdf.cell(h=_height(SIZE), text=text)

    def _bars(self, block: Block, page: int, top: float, right_to_left: bool) -> None:
        """A bar for each quote beside what has been written since a place, on each of its pages."""
        last, end = self.pdf.page, self.pdf.y
        for number in range(page, last + 1) if block.quotes else ():
            self.pdf.page = number
            self.pdf.set_fill_color(200)
            above = top if number == page else TOP
            below = end if number == last else self.pdf.h - BOTTOM
            for quote in range(min(block.quotes, DEEPEST)):
                x = SIDE + quote * QUOTE_INDENT
                self.pdf.rect(self.pdf.w - x - 0.8 if right_to_left else x, above, 0.8, below - above, style="F")

    def _code(self, block: Block) -> None:
        left = SIDE + _inset(block)
        page, top = self.pdf.page, self.pdf.y
        self.pdf.set_font(self.fonts.code, size=SMALL)
        self.pdf.set_text_color(*BLACK)
        for line in block.text.split("\n"):
            self._shape(line, "ltr")
            for start in range(0, len(line) or 1, PIECE):
                self._need(_height(SMALL))
                self.pdf.set_xy(left, self.pdf.y)
                self.pdf.set_fill_color(*PALE)
                self.pdf.multi_cell(
                    0,
                    _height(SMALL),
                    line[start : start + PIECE],
                    align="L",
                    fill=True,
                    padding=Padding(0, PADDING, 0, PADDING),
                    new_x="LMARGIN",
                    new_y="NEXT",
                )
        self._bars(block, page, top, right_to_left=False)

    def _rule(self) -> None:
        self._need(4)
        self.pdf.set_draw_color(190)
        self.pdf.line(SIDE, self.pdf.y + 2, self.pdf.w - SIDE, self.pdf.y + 2)
        self.pdf.y += 4

    def _table(self, block: Block) -> None:
        """A table, or its rows as paragraphs where they are too high or too wide for a page."""
        self.pdf.set_font(self.fonts.text, size=SMALL)
        self.pdf.set_text_color(*BLACK)
        text = text_of(block.all_runs)
        styled = not self._shape(text)  # in text of both directions, fpdf2 does not find the ends of its own Markdown
        rows = [
            [self._cell_text(cell, is_head=number == 0) if styled else text_of(cell) for cell in row]
            for number, row in enumerate(block.rows)
        ]
        widths = self._column_widths(rows, styled)
        if not self._fits(rows, widths, styled, _wrapping(text)):
            for row in block.rows:
                runs = [part for cell in row for part in (Run(" | "), *cell)]
                self._paragraph(replace(block, kind="paragraph", rows=(), runs=tuple(runs[1:])))
            return
        self.pdf.set_draw_color(190)
        self.pdf.set_fill_color(255)  # it fills its cells with what was last filled with, code for example
        with self.pdf.table(
            align="LEFT",
            borders_layout="HORIZONTAL_LINES",
            col_widths=widths,
            headings_style=FontFace(emphasis="B"),
            line_height=_height(SMALL),
            markdown=styled,
            padding=(PADDING / 2, PADDING),
            v_align="TOP",
            width=min(sum(widths), self.pdf.epw),
            wrapmode=_wrapping(text),
        ) as table:
            for cells, texts in zip(block.rows, rows, strict=True):
                line = table.row()
                for cell, content in zip(cells, texts, strict=True):
                    link = None if styled else next((self.links[run.target] for run in cell if run.target), None)
                    line.cell(content, align="R" if runs_right_to_left(text_of(cell)) else "L", link=link)

    def _cell_text(self, cell: Cell, is_head: bool) -> str:
        """The text of a cell in fpdf2's own Markdown."""
        parts = []
        for run in cell:
            text = f"\x13{run.text}\x14{self.links[run.target]}\x15" if run.target else run.text
            for wanted, marker in (
                (run.bold and not is_head, self.pdf.MARKDOWN_BOLD_MARKER),
                (run.italic, self.pdf.MARKDOWN_ITALICS_MARKER),
                (run.strike, self.pdf.MARKDOWN_STRIKETHROUGH_MARKER),
            ):
                text = f"{marker}{text}{marker}" if wanted else text
            parts.append(text)
        return "".join(parts)

    def _column_widths(self, rows: Sequence[Sequence[str]], styled: bool) -> list[float]:
        """What each column wants, as long as there is room for it, in millimetres; wide ones share what is left."""
        wanted = [NARROWEST] * len(rows[0])
        for row in rows:
            for column, text in enumerate(row):
                width = self.pdf.get_string_width(text[:PIECE], markdown=styled) * 1.1 + 2 * PADDING  # bold is wider
                wanted[column] = max(wanted[column], width)
        widths, page = list(wanted), self.pdf.epw
        for done, column in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
            widths[column] = min(wanted[column], page / (len(wanted) - done))
            page -= widths[column]
        return widths

    def _fits(self, rows: Sequence[Sequence[str]], widths: Sequence[float], styled: bool, wrapping: WrapMode) -> bool:
        """Whether each row, with the head above it, has room on a page, and each character in its column."""
        if len(widths) > MOST_COLUMNS:
            return False
        height_of: Any = partial(
            self.pdf.multi_cell,
            h=_height(SMALL),
            markdown=styled,
            wrapmode=wrapping,
            dry_run=True,
            output=MethodReturnValue.HEIGHT,
        )
        heights: list[float] = []
        try:
            for row in rows:
                self.pdf.set_font(style="" if heights else "B")
                cells = zip(row, widths, strict=True)
                heights.append(max(height_of(text=text, w=width - 2 * PADDING) for text, width in cells))
        except FPDFException:  # not even one character has room
            return False
        return heights[0] + max(heights) + 4 * PADDING < self.pdf.eph

    def _need(self, height: float) -> None:
        """Begin a new page when this one has not so much room left, in millimetres."""
        if self.pdf.will_page_break(height):
            self.pdf.add_page()


def _wrapping(text: str) -> WrapMode:
    """Where fpdf2 may end a line: between words, or anywhere in what is mostly written without spaces."""
    return WrapMode.CHAR if 2 * len(UNSPACED.findall(text)) > len(text) else WrapMode.WORD


def _inset(block: Block) -> float:
    """What the lists and quotes around a block move it inwards, in millimetres."""
    return min(block.quotes, DEEPEST) * QUOTE_INDENT + min(block.depth, DEEPEST) * INDENT


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
