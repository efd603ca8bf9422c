"""Word files, read into blocks: all that shows, in order, and nothing that does not.

The text of the file stays as it is stored: letters that only show as capitals (`w:caps`) are not changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from hitl.research.reading.alternatives import chosen_form
from hitl.research.reading.blocks import Block, ReadFile, check_characters, tidy
from hitl.research.reading.html.reader import read_html
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.plain_text.reader import read_text
from hitl.research.reading.speakers import with_speakers
from hitl.research.reading.superscripts import NEAR, lowered, note_mark, raised
from hitl.research.reading.word.equations import in_line
from hitl.research.reading.word.fields import (
    EQUATION_FIELDS,
    NUMBER_FIELDS,
    OpenFields,
    form_field_text,
)
from hitl.research.reading.word.heights import TextPart, on_line
from hitl.research.reading.word.notes import NoteKind, NoteMarks, notes_by_identity, section_properties
from hitl.research.reading.word.numbering import ListNumber, ListNumbers
from hitl.research.reading.word.package import NAMES, WordPackage, attribute, children, full_names, is_on
from hitl.research.reading.word.run_properties import Script, scheme_of_file
from hitl.research.reading.word.shown_words import ON_THE_LINE, ReadParagraph, unread_words
from hitl.research.reading.word.styles import PLAIN, RunLook, Styles, numbering_properties, outline_level
from hitl.research.reading.word.surroundings import ParagraphLooks, TextSurroundings
from hitl.research.reading.word.symbols import symbol, symbols
from hitl.research.reading.word.tables import Piece, Row, Table, marks_first_row, table_properties

BOLD_LEVEL = 10
"""Level of a heading that is only a bold paragraph: below the nine of the styles."""
LONGEST_BOLD = 120
"""Characters up to which a bold paragraph is a heading."""
LONGEST_HEADING = 250
"""Characters up to which a paragraph in the style of a heading is one, and no clause that is set so."""
WORDS_OF_A_SENTENCE = 10
"""Words from which one that ends with a stop is a clause, too."""
RUN_PROPERTIES = full_names("w:rPr")
MOST_TITLES = 3
"""Paragraphs that are the title together."""
FIRST_BLOCKS = 10
"""Among them stands the title of a document."""
MOST_PASSES = 4
"""How often a file is read that has fields without an end, which would hide all that follows them."""
TYPED_BULLET = re.compile(r"[•‣▪◦●○■□➢✓✔]\s")

GAPS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "a:br": "\n"}
FILLED_IN = frozenset("w:pgNum w:dayShort w:dayLong w:monthShort w:monthLong w:yearShort w:yearLong".split())
"""What Word fills in when it shows the file."""
NO_TEXT = frozenset(
    "w:del w:moveFrom w:sdtPr w:sdtEndPr w:customXmlPr w:smartTagPr w:rubyPr w:tblPr w:tblPrEx w:tblGrid w:trPr w:tcPr "
    "w:sectPr w:rPr".split()
)
"""Elements in which nothing shows: deletions, and properties."""
LEFT_OUT = {
    "equation": ("equation is", "equations are"),
    "object": ("embedded object is", "embedded objects are"),
    "document": ("embedded document is", "embedded documents are"),
    "chart": ("chart is", "charts are"),
    "symbol": ("symbol of an unknown font is", "symbols of unknown fonts are"),
    "number": ("automatic number is", "automatic numbers are"),
    "date": ("date or number that Word fills in is", "dates or numbers that Word fills in are"),
    "comment": ("comment in the margin is", "comments in the margin are"),
    "faint": ("passage in white or tiny letters is", "passages in white or tiny letters are"),
    "alike": (
        "passage in letters of the colour of what is behind them is",
        "passages in letters of the colour of what is behind them are",
    ),
}
"""What is counted and not read."""


def read_docx(data: bytes, limits: ReadLimits) -> ReadFile:
    """Read a Word file.

    Raises:
        OverLimit: If it has more text, or more in it, than the limits allow.
        Exception: Of many kinds, if it is damaged.
    """
    package = WordPackage(data, limits)
    damaged: set[Any] = set()
    reader = _Reader(package, limits, damaged)
    for _ in range(MOST_PASSES):
        read = reader.read()
        if not reader.endless:
            break
        damaged |= reader.endless
        reader = _Reader(package, limits, damaged)
    return read


@dataclass
class _Paragraph:
    """A paragraph that is being read."""

    element: Any
    elements: list[Any] = field(default_factory=list)
    """It, and those before it that run on into it."""
    parts: list[TextPart] = field(default_factory=list)
    beside: list[Piece] = field(default_factory=list)
    """What is anchored in it: text boxes."""
    style: str = ""
    properties: dict[str, Any] = field(default_factory=dict)
    mark: RunLook = PLAIN
    """How the mark at its end, and so its number, shows."""
    looks: ParagraphLooks | None = None
    """How its runs show; None until that is asked for."""
    runs_on: bool = False
    """Whether the next paragraph belongs to it: its end is deleted, or it is a large first letter."""
    is_initial: bool = False
    """Whether it is a large first letter, which reaches below its line."""
    bold_letters: int = 0
    letters: int = 0


@dataclass
class _Flow:
    """Paragraphs and tables one below the other: the body of the file, a cell, a text box or a note."""

    element: Any
    is_body: bool = False
    row: Row | None = None
    """The row of which it is a cell."""
    pieces: list[Piece] = field(default_factory=list)
    open: list[_Paragraph] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    carried: _Paragraph | None = None
    """The paragraph that runs on into the next."""
    loose: _Paragraph | None = None
    """Text that stands in no paragraph."""

    @property
    def target(self) -> list[Piece]:
        """Where the next piece belongs."""
        return self.open[-1].beside if self.open else self.pieces


@dataclass(frozen=True)
class _Note:
    """A note that is referred to."""

    kind: NoteKind
    identity: str
    mark: str
    after: int
    """Number of pieces of the body before the one that refers to it."""


@dataclass
class _Ruby:
    """A word with its reading above it."""

    element: Any
    paragraph: _Paragraph | None
    start: int = 0
    """Number of parts of the paragraph before the reading."""
    reading: str = ""


class _Reader:
    """Walks through a file once; the elements of interest are handled where they begin and end."""

    def __init__(self, package: WordPackage, limits: ReadLimits, damaged: set[Any]):
        """Prepare to read a file.

        Args:
            package: The file.
            limits: What it may have.
            damaged: The elements at which fields begin that have no end, and so are none.
        """
        self.endless: set[Any] = set()
        """Further such elements, when the file is read."""
        self._damaged = damaged
        self._package = package
        self._limits = limits
        self._root = package.root(package.main_part)
        self._part = package.main_part
        styles = package.related_root("styles")
        settings = package.related_root("settings")
        self._styles = Styles(styles, scheme_of_file(package.related_root("theme"), settings))
        self._surroundings = TextSurroundings(self._styles, settings)
        self._numbers = ListNumbers(
            package.related_root("numbering"), lambda style: self._styles.numbering(style).number, _is_english(styles)
        )
        sections = section_properties(self._root)
        self._marks: dict[NoteKind, NoteMarks] = {
            "footnote": NoteMarks("footnote", settings, sections),
            "endnote": NoteMarks("endnote", settings, sections),
        }
        self._note_parts = {
            kind: part for kind in self._marks for part in self._package.parts_of(self._part, f"{kind}s")[:1]
        }
        self._section = 0
        self._notes: list[_Note] = []
        self._flows: list[_Flow] = []
        self._fields = [OpenFields()]
        self._looks: list[RunLook] = []
        self._rubies: list[_Ruby] = []
        self._parts_read = {self._part}
        self._left_out: Counter[str] = Counter()
        self._embedded_remarks: list[str] = []
        """What could not be read of documents of other formats within it."""
        self._characters = 0
        self._titles: list[str] = []
        self._title_end = 0
        """Number of pieces of the body up to the end of the title, which can be several paragraphs; 0 before it."""
        self._read: list[ReadParagraph] = []
        self._starts: dict[str, Callable[[Any], bool | None]] = {
            "w:p": self._start_paragraph,
            "a:p": self._start_paragraph,
            "w:pPr": self._paragraph_properties,
            "w:r": self._start_run,
            "w:t": self._text,
            "a:t": self._text,
            "c:v": self._text,
            "w:sym": self._symbol,
            "m:oMath": self._equation,
            "w:fldChar": self._field_character,
            "w:fldSimple": self._simple_field,
            "w:instrText": self._instruction,
            "w:ruby": self._start_ruby,
            "w:rt": self._start_reading,
            "w:tbl": self._start_table,
            "w:tr": self._start_row,
            "w:tc": self._start_cell,
            "w:txbxContent": self._start_box,
            "w:footnoteReference": self._note_reference,
            "w:endnoteReference": self._note_reference,
            "w:commentReference": lambda element: self._leave_out("comment"),
            "w:control": lambda element: self._leave_out("object"),
            "w:subDoc": lambda element: self._leave_out("document"),
            "o:OLEObject": self._embedded_object,
            "c:chart": self._chart,
            "dgm:relIds": self._diagram,
            "dgm:pt": lambda element: is_placeholder(element),
            "v:textpath": self._word_art,
            "w:altChunk": self._other_format,
            "mc:Choice": lambda element: chosen_form(element.getparent()) is not element,
            "mc:Fallback": lambda element: chosen_form(element.getparent()) is not element,
            **dict.fromkeys(GAPS, self._gap),
            **{name: lambda element: self._leave_out("date") for name in FILLED_IN},
            **{name: lambda element: True for name in NO_TEXT},
        }
        self._ends: dict[str, Callable[[Any], object]] = {
            "w:p": self._end_paragraph,
            "a:p": self._end_paragraph,
            "w:r": self._end_run,
            "w:rt": self._end_reading,
            "w:ruby": self._end_ruby,
            "w:tbl": self._end_table,
            "w:tr": self._end_row,
            "w:tc": self._end_cell,
            "w:txbxContent": self._end_box,
        }
        self._tags = [tag for name in {**self._starts, **self._ends} for tag in full_names(name)]

    def read(self) -> ReadFile:
        pieces = self._walk(self._root, is_body=True)
        blocks = with_speakers(list(self._with_notes(_with_bold_headings(pieces))))
        shown = unread_words(self._package, self._styles, self._read, [block.text for block in blocks])
        return ReadFile(blocks, title=self._title(blocks), unread_words=shown, remarks=tuple(self._remarks()))

    def _walk(self, root: Any, is_body: bool = False) -> list[Piece]:
        """Read what stands in an element."""
        from lxml import etree

        flow = _Flow(root, is_body)
        self._flows.append(flow)
        self._fields.append(OpenFields())
        self._looks.append(PLAIN)
        walk = etree.iterwalk(root, events=("start", "end"), tag=self._tags)
        for event, element in walk:
            name = NAMES[element.tag]
            if event == "end":
                if name in self._ends:
                    self._ends[name](element)
            elif name in self._starts and self._starts[name](element):
                walk.skip_subtree()
        self._flush(flow)
        self._looks.pop()
        self.endless |= self._fields.pop().beginnings
        self._flows.pop()
        return flow.pieces

    # Paragraphs

    def _start_paragraph(self, element: Any) -> None:
        flow = self._flows[-1]
        self._flush_loose(flow)
        paragraph = flow.carried or _Paragraph(element)
        flow.carried = None
        paragraph.element, paragraph.runs_on, paragraph.is_initial = element, False, False
        paragraph.elements.append(element)
        paragraph.style = self._styles.default_paragraph
        paragraph.properties = {}
        paragraph.looks = None
        flow.open.append(paragraph)

    def _paragraph_properties(self, element: Any) -> bool:
        paragraph = self._flows[-1].open[-1] if self._flows[-1].open else None
        if paragraph is None or element.getparent() is not paragraph.element:
            return True
        properties = children(element)
        paragraph.properties = properties
        if "w:pStyle" in properties:
            paragraph.style = attribute(properties["w:pStyle"], "w:val") or paragraph.style
        mark = properties.get("w:rPr")
        paragraph.mark = self._look(mark)
        changes = children(mark) if mark is not None else {}
        frame = properties.get("w:framePr")
        paragraph.is_initial = frame is not None and attribute(frame, "w:dropCap") in ("drop", "margin")
        paragraph.runs_on = "w:del" in changes or "w:moveFrom" in changes or paragraph.is_initial
        return True

    def _end_paragraph(self, element: Any) -> None:
        flow = self._flows[-1]
        if not flow.open or flow.open[-1].element is not element:
            return
        paragraph = flow.open.pop()
        if paragraph.runs_on and not flow.open:
            flow.carried = paragraph
        else:
            self._close(paragraph, flow)
        if flow.is_body and "w:sectPr" in paragraph.properties:
            self._section += 1

    def _close(self, paragraph: _Paragraph, flow: _Flow) -> None:
        """Make a piece of a paragraph that is read."""
        text, unmarked = _joined(on_line(paragraph.parts))
        if unmarked.strip():
            self._read.append(ReadParagraph(tuple(paragraph.elements), unmarked))
        number = self._number(paragraph, has_text=bool(text.strip()))
        if text.strip():
            flow.target.append(self._piece(paragraph, text, number, flow))
        flow.target.extend(paragraph.beside)

    def _piece(self, paragraph: _Paragraph, text: str, number: ListNumber | None, flow: _Flow) -> Piece:
        level = self._heading_level(paragraph, text)
        contents = self._styles.contents_level(paragraph.style)
        is_title = bool(level) and flow.is_body and self._styles.is_title(paragraph.style)
        if is_title and len(self._titles) < MOST_TITLES and self._title_end in (0, len(flow.pieces)):
            self._titles.append(tidy(text))
            self._title_end = len(flow.pieces) + 1
        if number is not None and number.text:
            text = f"{number.text}{_gap_after(number, text)}{text.lstrip()}"
            self._count(number.text)
        is_bold = 0 < paragraph.letters == paragraph.bold_letters and not self._styles.may_be_bold(paragraph.style)
        is_bullet = number is not None and number.is_bullet
        if level:
            block = Block(text, "heading", level)
        elif contents is not None:
            block = Block(text, "item", contents)
        elif number is not None and (number.text or is_bullet):
            block = Block(text, "item", number.level)
        elif self._styles.is_caption(paragraph.style):
            block = Block(text, "caption")
        elif TYPED_BULLET.match(text.lstrip()):
            block, is_bullet = Block(text, "item"), True
        else:
            block = Block(text)
        return Piece(block, is_bold=is_bold, is_bullet=is_bullet)

    def _heading_level(self, paragraph: _Paragraph, text: str) -> int:
        """The level of the heading that a paragraph is; 0 if it is none."""
        stated = outline_level(paragraph.properties)
        level = stated + 1 if stated is not None and stated < 9 else self._styles.heading_level(paragraph.style)
        text = text.strip()
        is_clause = len(text) > LONGEST_HEADING or (
            text[-1:] in (".", ";", "。") and len(text.split()) >= WORDS_OF_A_SENTENCE
        )
        return 0 if is_clause else level

    def _number(self, paragraph: _Paragraph, has_text: bool) -> ListNumber | None:
        """Count a paragraph that belongs to a list; None if it does not, or its number does not show."""
        own = numbering_properties(paragraph.properties.get("w:numPr"))
        of_style = self._styles.numbering(paragraph.style)
        identity = own.number if own.number is not None else of_style.number
        if not identity or (paragraph.mark.hides_all and not has_text):
            return None
        level = own.level
        if level is None and own.number is None:
            level = self._numbers.level_of_style(identity, paragraph.style)
            level = level if level is not None else self._numbers.level_of_style(identity, of_style.style)
        number = self._numbers.next_number(identity, level if level is not None else of_style.level or 0)
        if number is None:
            return None
        has_own_ink = number.look.color is not None or number.look.fill is not None
        is_hidden = paragraph.mark.hides_all if has_own_ink else paragraph.mark.is_hidden
        is_hidden = is_hidden if number.look.vanish is None else number.look.vanish
        return replace(number, text="", is_bullet=False) if is_hidden else number

    def _flush(self, flow: _Flow) -> None:
        """Close what waits for something to follow, when nothing does."""
        carried, flow.carried = flow.carried, None
        if carried is not None:
            self._close(carried, flow)
        self._flush_loose(flow)

    def _flush_loose(self, flow: _Flow) -> None:
        loose, flow.loose = flow.loose, None
        if loose is not None:
            self._close(loose, flow)

    # Text

    @property
    def _shows(self) -> bool:
        """Whether text shows that stands here."""
        return self._fields[-1].is_shown and not self._looks[-1].is_hidden

    @property
    def _shows_anchored(self) -> bool:
        """Whether what is anchored here shows, which has looks of its own."""
        return self._fields[-1].is_shown and not self._looks[-1].hides_all

    def _look(self, properties: Any | None) -> RunLook:
        """How a run with these properties shows here."""
        flow = self._flows[-1]
        if not flow.open:
            return self._surroundings.looks(None, "", {}).of(properties)
        paragraph = flow.open[-1]
        if paragraph.looks is None:
            paragraph.looks = self._surroundings.looks(paragraph.element, paragraph.style, paragraph.properties)
        return paragraph.looks.of(properties)

    def _add_run(self, text: str) -> None:
        """Add a text that shows as its run looks."""
        look = self._looks[-1]
        if look.sight != "seen":
            self._count_unseen(text)
        self._add(text, look.script, look.is_bold, look.height)

    def _count_unseen(self, text: str) -> None:
        """Count the run in which a text stands if it cannot be seen, or perhaps not."""
        look = self._looks[-1]
        if look.sight != "seen" and self._fields[-1].is_shown and text.strip():
            self._left_out[look.sight] += 1
            self._looks[-1] = look._replace(sight="seen")  # each run counts once

    def _add(self, text: str, script: Script | None = "", is_bold: bool = False, height: int = 0) -> None:
        """Add a text that shows to the paragraph that is open."""
        self._count(text)
        flow = self._flows[-1]
        if flow.open:
            paragraph = flow.open[-1]
        else:
            paragraph = flow.loose = flow.loose or _Paragraph(None)
        paragraph.parts.append(TextPart(script, text, 0 if paragraph.is_initial else height))
        letters = 0 if text.isspace() or script is None else len(text)
        paragraph.letters += letters
        paragraph.bold_letters += letters if is_bold else 0

    def _count(self, text: str) -> None:
        self._characters += len(text)
        check_characters(self._characters, self._limits)

    def _start_run(self, element: Any) -> None:
        around = self._looks[-1]
        properties = next(element.iterchildren(*RUN_PROPERTIES), None)
        self._looks.append(around if around.is_hidden else self._look(properties))

    def _end_run(self, element: Any) -> None:
        self._looks.pop()

    def _text(self, element: Any) -> None:
        text = element.text
        font = self._looks[-1].font
        if text and self._shows:
            text = text.replace("\n", " ")
            if font:
                shown = symbols(text, font)
                self._left_out["symbol"] += shown.unknown
                text = shown.text
            self._add_run(text)
        elif text:
            self._count_unseen(text)

    def _gap(self, element: Any) -> None:
        if self._shows:
            self._add(GAPS[NAMES[element.tag]])

    def _symbol(self, element: Any) -> None:
        if self._shows:
            shown = symbol(attribute(element, "w:char"), attribute(element, "w:font") or "")
            self._left_out["symbol"] += shown.unknown
            self._add_run(shown.text)
        else:
            self._count_unseen(attribute(element, "w:char") or "")

    def _equation(self, element: Any) -> bool:
        if self._shows:
            text = in_line(element, self._look)
            is_one_of_many = NAMES[element.getparent().tag] == "m:oMathPara"
            self._add(f" {text} " if is_one_of_many else text)
        return True

    def _word_art(self, element: Any) -> None:
        text = element.get("string")
        if text and self._shows_anchored:
            self._add(f" {text} ")

    def _start_ruby(self, element: Any) -> None:
        self._rubies.append(_Ruby(element, self._flows[-1].open[-1] if self._flows[-1].open else None))

    def _start_reading(self, element: Any) -> None:
        """Begin to keep a reading apart, which stands before its word in the file, and above it on the page."""
        ruby = self._rubies[-1] if self._rubies else None
        if ruby is not None and ruby.paragraph is not None and element.getparent() is ruby.element:
            ruby.start = len(ruby.paragraph.parts)
            ruby.paragraph.parts.append(TextPart(None, ""))  # so that the reading is not joined to what is before it

    def _end_reading(self, element: Any) -> None:
        ruby = self._rubies[-1] if self._rubies else None
        if ruby is not None and ruby.paragraph is not None and element.getparent() is ruby.element:
            ruby.reading += "".join(part.text for part in ruby.paragraph.parts[ruby.start :])
            del ruby.paragraph.parts[ruby.start :]

    def _end_ruby(self, element: Any) -> None:
        reading = self._rubies.pop().reading
        if reading.strip():
            self._add(f"({reading})")

    # Fields

    def _field_character(self, element: Any) -> bool:
        fields = self._fields[-1]
        match attribute(element, "w:fldCharType"):
            case "begin" if element not in self._damaged:
                text = form_field_text(element)
                if text and self._shows:
                    self._add(text)
                fields.begin(element)
            case "separate":
                fields.separate()
            case "end":
                ended = fields.end()
                if ended is not None and not ended.is_in_result:
                    self._without_result(ended.words)
        return True

    def _instruction(self, element: Any) -> None:
        self._fields[-1].add_instruction(element.text or "")

    def _simple_field(self, element: Any) -> None:
        if not len(element):
            self._without_result((attribute(element, "w:instr") or "").split())

    def _without_result(self, words: Sequence[str]) -> None:
        """Read a field that shows something although the file does not say what."""
        kind = words[0].upper() if words else ""
        if not self._shows:
            return
        if kind in EQUATION_FIELDS:
            self._leave_out("equation")
        elif kind in NUMBER_FIELDS:
            self._leave_out("number")
        elif kind == "MACROBUTTON" and len(words) > 2:
            self._add(f" {' '.join(words[2:])} ")

    # Tables

    def _start_table(self, element: Any) -> None:
        flow = self._flows[-1]
        self._flush(flow)
        properties = table_properties(element)
        style = attribute(properties["w:tblStyle"], "w:val") if "w:tblStyle" in properties else None
        has_bold_heads = marks_first_row(properties) and self._styles.has_bold_first_row(style or "")
        flow.tables.append(Table(element, has_bold_heads))

    def _start_row(self, element: Any) -> bool:
        tables = self._flows[-1].tables
        properties = table_properties(element)
        if "w:del" in properties or ("w:hidden" in properties and is_on(properties["w:hidden"])):
            return True
        if tables and tables[-1].row is None:
            tables[-1].start_row(element, properties)
        return False

    def _start_cell(self, element: Any) -> bool:
        tables = self._flows[-1].tables
        row = tables[-1].row if tables else None
        if row is not None and not tables[-1].add(row, table_properties(element)):
            return True
        self._flush_loose(self._flows[-1])
        self._flows.append(_Flow(element, row=row))
        return False

    def _end_cell(self, element: Any) -> None:
        flow = self._flows[-1]
        if flow.element is not element:
            return
        self._flush(flow)
        self._flows.pop()
        if flow.row is not None:
            self._flows[-1].tables[-1].fill(flow.row, flow.pieces)
        else:  # outside of any table
            self._flows[-1].target.extend(flow.pieces)

    def _end_row(self, element: Any) -> None:
        tables = self._flows[-1].tables
        if tables and tables[-1].row is not None and tables[-1].row.element is element:
            tables[-1].end_row()

    def _end_table(self, element: Any) -> None:
        flow = self._flows[-1]
        if flow.tables and flow.tables[-1].element is element:
            self._flush_loose(flow)
            flow.target.extend(flow.tables.pop().pieces(self._count))

    # What is anchored in the text

    def _start_box(self, element: Any) -> bool:
        if not self._shows_anchored:
            return True
        self._flows.append(_Flow(element))
        self._fields.append(OpenFields())
        self._looks.append(PLAIN)
        return False

    def _end_box(self, element: Any) -> None:
        flow = self._flows[-1]
        if flow.element is not element:
            return
        self._flush(flow)
        self._flows.pop()
        self.endless |= self._fields.pop().beginnings
        self._looks.pop()
        self._put_beside(flow.pieces)

    def _put_beside(self, pieces: Sequence[Piece]) -> None:
        """Add what stands beside the text; its headings are none for the text that goes on after it."""
        self._flows[-1].target.extend(
            replace(piece, block=_plain(piece.block), is_apart=True, is_bold=False) for piece in pieces
        )

    def _note_reference(self, element: Any) -> None:
        if not self._shows_anchored:
            return
        kind: NoteKind = "footnote" if NAMES[element.tag] == "w:footnoteReference" else "endnote"
        custom = attribute(element, "w:customMarkFollows")
        mark = "" if custom in ("1", "true", "on") else self._marks[kind].next_mark(self._section)
        if mark:
            self._add(mark, script=None)
        self._notes.append(_Note(kind, attribute(element, "w:id") or "", mark, len(self._flows[0].pieces)))

    def _embedded_object(self, element: Any) -> None:
        program = (element.get("ProgID") or "").casefold()
        self._leave_out("equation" if program.startswith(("equation", "mathtype")) else "object")

    def _leave_out(self, what: str) -> None:
        if self._shows_anchored:
            self._left_out[what] += 1

    def _chart(self, element: Any) -> None:
        """Read the title of a chart; what it shows is counted."""
        part = self._package.target(self._part, attribute(element, "r:id"))
        self._leave_out("chart")
        if part is None or part in self._parts_read or not self._shows_anchored:
            return
        self._parts_read.add(part)
        for title in chart_titles(self._package.root(part)):
            self._put_beside(self._walk(title))

    def _diagram(self, element: Any) -> None:
        """Read the texts of a diagram (SmartArt)."""
        part = self._package.target(self._part, attribute(element, "r:dm"))
        if part is None or part in self._parts_read or not self._shows_anchored:
            return
        self._parts_read.add(part)
        self._put_beside(self._walk(self._package.root(part)))

    def _other_format(self, element: Any) -> None:
        """Read a document of another format that Word shows in the place of this element."""
        part = self._package.target(self._part, attribute(element, "r:id")) or ""
        suffix = part.rpartition(".")[2].casefold()
        try:
            if suffix not in ("html", "htm", "xhtml", "txt"):
                raise ValueError(suffix)
            text = self._package.data(part).decode("utf-8-sig")
        except ValueError:  # of another kind, or in an unknown encoding
            self._leave_out("document")
            return
        self._count(text)
        read = read_text(text) if suffix == "txt" else read_html(text)
        self._embedded_remarks.extend(read.remarks)
        self._flush(self._flows[-1])
        self._flows[-1].target.extend(Piece(block) for block in read.blocks)

    # The document

    def _with_notes(self, pieces: Sequence[Piece]) -> Iterator[Block]:
        """The blocks of the body, with its notes before the next heading: under their own, and in no one's way."""
        notes = self._notes
        given = 0
        read: set[tuple[str, str]] = set()
        known = {kind: notes_by_identity(self._package.related_root(f"{kind}s")) for kind in self._marks}

        def blocks_of(waiting: Sequence[_Note]) -> Iterator[Block]:
            for note in waiting:
                element = known[note.kind].get(note.identity)
                if element is not None and (note.kind, note.identity) not in read:
                    read.add((note.kind, note.identity))
                    yield from self._note_blocks(note, element)

        for place, piece in enumerate(pieces):
            if piece.block.is_heading and given < len(notes) and notes[given].after < place:
                first = given
                while given < len(notes) and notes[given].after < place:
                    given += 1
                yield from blocks_of(notes[first:given])
            yield piece.block
        while given < len(notes):  # reading a note can add those that it refers to
            given += 1
            yield from blocks_of(notes[given - 1 : given])

    def _note_blocks(self, note: _Note, element: Any) -> Iterator[Block]:
        self._part = self._note_parts[note.kind]
        mark = note_mark(note.mark, "") if note.mark else ""
        for piece in self._walk(element):
            text = f"{mark} {piece.block.text.lstrip()}" if mark else piece.block.text
            yield Block(text, "footnote")
            mark = ""

    def _title(self, blocks: Sequence[Block]) -> str:
        """The title that stands in the document; what its properties say only if that stands there, too."""
        if self._titles:
            return " ".join(self._titles)
        roots = self._package.parts_of("", "core-properties")
        stated = ""
        for each in self._package.root(roots[0]) if roots else ():
            if str(each.tag).endswith("}title"):
                stated = tidy(each.text or "")
        first = (tidy(block.text).casefold() for block in blocks[:FIRST_BLOCKS])
        return stated if stated and any(stated.casefold() in text for text in first) else ""

    def _remarks(self) -> Iterator[str]:
        for what, (one, several) in LEFT_OUT.items():
            number = self._left_out[what]
            if number:
                said, them = (one, "it") if number == 1 else (several, "them")
                yield f"{number:,} {said} not read: look for {them} in the file."
        if doubtful := self._left_out["doubtful"]:
            passages, them = ("passage is", "it") if doubtful == 1 else ("passages are", "them")
            yield f"{doubtful:,} {passages} read that may not show, by their colour: look at {them} in the file."
        yield from self._embedded_remarks
        if self._numbers.inexact:
            numbers, them = (
                ("number of a list is", "it") if self._numbers.inexact == 1 else ("numbers of lists are", "them")
            )
            yield (
                f"{self._numbers.inexact:,} {numbers} in plain figures here, and in another form in the file: cite "
                f"{them} as the file does."
            )
        if any(marks.starts_anew_on_pages for marks in self._marks.values()):
            yield "The notes are numbered through here; in the file they begin with 1 on each page: cite them by page."


def is_placeholder(point: Any) -> bool:
    """Whether a point of a diagram only asks for a text."""
    settings = children(point).get("dgm:prSet")
    return settings is not None and settings.get("phldr") in ("1", "true")


def chart_titles(root: Any) -> list[Any]:
    """The titles of a chart and of its axes."""
    return list(root.iter(*full_names("c:title")))


def _joined(parts: Sequence[TextPart]) -> tuple[str, str]:
    """The text of a paragraph with the marks of its notes, and without them."""
    text: list[str] = []
    unmarked: list[str] = []
    before = ""
    for (script, _), pieces in groupby(enumerate(parts), key=_together):
        part = "".join(each.text for _, each in pieces)
        if script is None:
            shown = note_mark(part, before) if part else ""
            unmarked.append(" " if shown.translate(ON_THE_LINE) else "")  # words do not run on over it
        else:
            shown = _shifted(part, script, before) if script else part
            unmarked.append(shown)
        text.append(shown)
        before = (before + shown)[-NEAR:]
    return "".join(text), "".join(unmarked)


def _together(numbered: tuple[int, TextPart]) -> tuple[Script | None, int]:
    """What adjacent parts have in common that are one text; marks of notes stand each by itself."""
    number, part = numbered
    return part.script, number if part.script is None else -1


def _shifted(text: str, script: Script, before: str) -> str:
    """A raised or lowered text as it follows the text before it; white space around it stays."""
    core = text.strip()
    if not core:
        return text
    start = text.index(core)
    shown = raised(core, "" if start else before) if script == "super" else lowered(core)
    return f"{text[:start]}{shown}{text[start + len(core) :]}"


def _gap_after(number: ListNumber, text: str) -> str:
    """What stands between the number of an item and its text: letters and figures do not run together."""
    return number.gap or (" " if number.text[-1:].isalnum() and text[:1].isalnum() else "")


def _with_bold_headings(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of the body with short bold paragraphs as headings, unless most of the file is bold."""
    paragraphs = [piece for piece in pieces if not piece.is_apart and not piece.block.is_heading]
    bold = sum(len(piece.block.text) for piece in paragraphs if piece.is_bold)
    if 2 * bold > sum(len(piece.block.text) for piece in paragraphs):
        return list(pieces)
    return [
        replace(piece, block=replace(piece.block, kind="heading", level=BOLD_LEVEL))
        if after is not None and _is_bold_heading(piece, before, after)
        else piece
        for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False)
    ]


def _is_bold_heading(piece: Piece, before: Piece | None, after: Piece) -> bool:
    text = piece.block.text.strip()
    if not piece.is_bold or piece.is_apart or piece.is_bullet or piece.block.is_heading or len(text) > LONGEST_BOLD:
        return False
    if text[-1] in ".!?;,。" or not any(character.isalpha() for character in text):
        return False
    is_among_items = piece.block.kind == "item" and any(
        other is not None and other.is_bold and other.block.kind == "item" for other in (before, after)
    )
    return not is_among_items and not (text[-1] == ":" and after.block.kind == "item")


def _plain(block: Block) -> Block:
    return Block(block.text) if block.is_heading else block


def _is_english(styles: Any | None) -> bool:
    """Whether the language that the styles state is English, or none."""
    languages = styles.iter(*full_names("w:lang")) if styles is not None else iter(())
    stated = next((attribute(each, "w:val") for each in languages), None)
    return (stated or "en").casefold().startswith("en")
