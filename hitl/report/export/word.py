"""A report as a Word document."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hitl.markdown_blocks import FORBIDDEN, Cell, MarkdownBlock, TextRun, blocks_of, runs_right_to_left
from hitl.report.export.bundle import ReportBundle
from hitl.report.export.provenance import whole_markdown

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
"""The namespace of WordprocessingML."""
TITLE_LENGTH = 255
"""Maximum characters of the title in a document's properties; python-docx refuses more."""
CODE_FONT = "Courier New"
INDENT_TWIPS = 360
"""Indent of a list or a quote, in twentieths of a point: a quarter of an inch."""
FIRST_NUMBERING = 1000
"""Id of the first numbering added, above those of the template."""
INSIDE = {"\n": "br", "\t": "tab"}
"""Characters that are separate elements in a run of text."""
DEEPEST_STYLE = 3
"""Deepest level of Word's list styles."""


def write_docx(bundle: ReportBundle) -> bytes:
    """The report and how it came about as a Word document with real headings, lists, tables and internal links."""
    from docx import Document

    document = Document()
    properties = document.core_properties
    properties.title = FORBIDDEN.sub("\ufffd", bundle.report.title)[:TITLE_LENGTH]
    properties.author, properties.comments = "hitl", ""
    properties.language = bundle.report.language
    for language in document.styles.element.iter(f"{{{W}}}lang"):
        language.set(f"{{{W}}}val", bundle.report.language)
    if bundle.decisions:
        properties.created = properties.modified = bundle.decisions[-1].at
    _Writer(document).write(blocks_of(whole_markdown(bundle)))
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _element(tag: str, **attributes: object) -> BaseOxmlElement:
    """A WordprocessingML element with attributes of the same namespace."""
    from docx.oxml.parser import oxml_parser

    element: BaseOxmlElement = oxml_parser.makeelement(
        f"{{{W}}}{tag}", {f"{{{W}}}{name}": str(value) for name, value in attributes.items()}, {"w": W}
    )
    return element


@dataclass
class _Writer:
    """Appends blocks to a document.

    It creates the XML elements itself: python-docx looks up each style by name and each child by its successors every
    time, and takes several times as long.
    """

    document: Document
    numberings: Any = None
    """The document's numbering element."""
    styles: dict[str, str] = field(default_factory=dict)
    """Ids of the styles, by name."""
    numbered: dict[int, int] = field(default_factory=dict)
    """Numbering id of each ordered list, by list id."""
    kinds: dict[str, int] = field(default_factory=dict)
    """Abstract numbering id of each style, by style name."""
    targets: dict[str, MarkdownBlock] = field(default_factory=dict)
    """The headings to which links lead, by anchor; of two alike the last, since what is cited comes last."""
    bookmarks: int = 0

    def write(self, blocks: list[MarkdownBlock]) -> None:
        self.styles = {style.name: style.style_id for style in self.document.styles if style.name}
        self.numberings = self.document.part.numbering_part.element
        end = self.document.element.body.sectPr
        cited = {run.target for block in blocks for run in block.all_runs}
        headings = [block for block in blocks if block.kind == "heading" and block.anchor in cited]
        self.targets = {block.anchor: block for block in headings}
        for block in blocks:
            if block.kind == "table":
                end.addprevious(self._table(block))
                end.addprevious(self._new((), "No Spacing"))  # otherwise Word merges adjacent tables
            else:
                end.addprevious(self._paragraph(block))

    def _paragraph(self, block: MarkdownBlock) -> BaseOxmlElement:
        paragraph = self._new(block.runs, self._style(block))
        properties = paragraph[0]
        # Word's schema requires this order: numbering, borders, direction, indent
        if block.number is not None:
            number = _element("numPr")
            number.append(_element("ilvl", val=0))
            number.append(_element("numId", val=self._numbering(block, block.number)))
            properties.append(number)
        if block.kind == "rule":
            borders = _element("pBdr")
            borders.append(_element("bottom", val="single", sz=6, space=1, color="999999"))
            properties.append(borders)
        if runs_right_to_left(block.text):
            properties.append(_element("bidi"))
        if indent := INDENT_TWIPS * self._further_in(block):
            properties.append(_element("ind", left=indent))
        if self.targets.get(block.anchor) is block:
            self.bookmarks += 1
            properties.addnext(_element("bookmarkStart", id=self.bookmarks, name=_bookmark(block.anchor)))
            paragraph.append(_element("bookmarkEnd", id=self.bookmarks))
        return paragraph

    def _new(self, runs: Cell, style: str) -> BaseOxmlElement:
        paragraph, properties = _element("p"), _element("pPr")
        properties.append(_element("pStyle", val=self.styles[style]))
        paragraph.append(properties)
        for run in runs:
            parent = paragraph
            if run.target:
                parent = _element("hyperlink", anchor=_bookmark(run.target))
                paragraph.append(parent)
            parent.append(_run(run))
        return paragraph

    def _style(self, block: MarkdownBlock) -> str:
        match block:
            case MarkdownBlock(kind="heading"):
                return f"Heading {block.level}"
            case MarkdownBlock(depth=depth) if depth > 0:
                name = "List Number" if block.number is not None else "List Bullet" if block.bullet else "List Continue"
                level = min(depth, DEEPEST_STYLE)
                return name if level == 1 else f"{name} {level}"
            case MarkdownBlock(kind="code"):
                return "No Spacing"
            case MarkdownBlock(quotes=quotes) if quotes > 0:
                return "Quote"
            case _:
                return "Normal"

    def _further_in(self, block: MarkdownBlock) -> int:
        """Number of indents in addition to that of the block's style."""
        if block.depth > DEEPEST_STYLE:
            return block.depth + block.quotes
        return 0 if block.depth else block.quotes

    def _numbering(self, block: MarkdownBlock, start: int) -> int:
        """The numbering id of a list; each has its own, since a style alone numbers through the whole document."""
        if block.list not in self.numbered:
            id_ = FIRST_NUMBERING + len(self.numbered)
            number = _element("num", numId=id_)
            number.append(_element("abstractNumId", val=self._kind(self._style(block))))
            override = _element("lvlOverride", ilvl=0)
            override.append(_element("startOverride", val=start))
            number.append(override)
            self.numberings.append(number)
            self.numbered[block.list] = id_
        return self.numbered[block.list]

    def _kind(self, style: str) -> int:
        """The abstract numbering id of a style."""
        if style not in self.kinds:
            own = self.document.styles[style].element.pPr.numPr.numId.val
            self.kinds[style] = self.numberings.num_having_numId(own).abstractNumId.val
        return self.kinds[style]

    def _table(self, block: MarkdownBlock) -> BaseOxmlElement:
        columns = len(block.rows[0])
        table = _element("tbl")
        properties = _element("tblPr")
        properties.append(_element("tblStyle", val=self.styles["Table Grid"]))
        properties.append(_element("tblW", type="auto", w=0))
        grid = _element("tblGrid")
        for _ in range(columns):
            grid.append(_element("gridCol", w=9000 // columns))
        table.append(properties)
        table.append(grid)
        for number, row in enumerate(block.rows):
            line = _element("tr")
            for cell in row:
                box = _element("tc")
                runs = tuple(replace(run, bold=True) for run in cell) if number == 0 else cell
                box.append(self._new(runs, "No Spacing"))
                line.append(box)
            table.append(line)
        return table


def _run(run: TextRun) -> BaseOxmlElement:
    """A run element with its style; its properties are in the order that Word's schema requires."""
    element, properties = _element("r"), _element("rPr")
    if run.code:
        properties.append(_element("rFonts", ascii=CODE_FONT, hAnsi=CODE_FONT, cs=CODE_FONT))
    for wanted, tags in ((run.bold, ("b", "bCs")), (run.italic, ("i", "iCs")), (run.strike, ("strike",))):
        for tag in tags if wanted else ():
            properties.append(_element(tag))
    if run.target:
        properties.append(_element("color", val="1F5FBF"))
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in run.text):
        properties.append(_element("rtl"))
    if len(properties):
        element.append(properties)
    for part in filter(None, re.split("([\n\t])", run.text)):
        if part in INSIDE:
            element.append(_element(INSIDE[part]))
        else:
            text = _element("t")
            text.text = part
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            element.append(text)
    return element


def _bookmark(anchor: str) -> str:
    """A bookmark name: letters, digits and underscores, at most 40 characters, as Word requires."""
    return "_" + re.sub(r"\W", "_", anchor)[:39]
