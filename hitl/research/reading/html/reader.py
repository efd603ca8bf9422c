"""HTML, read into blocks: all that shows, in order, without the menus and footers around an article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from hitl.research.reading.blocks import Block, ReadFile, heading, tidy
from hitl.research.reading.html.mathml import Formula
from hitl.research.reading.html.styles import (
    BLOCK,
    HIDING,
    LOWERED,
    PRE,
    RAISED,
    STRUCK,
    TRANSPARENT,
    UNSEEN_CLASSES,
    StyleSheets,
    tight,
)
from hitl.research.reading.html.tables import WIDEST_SPAN, Cell, Row, table_blocks
from hitl.research.reading.speakers import with_speakers
from hitl.research.reading.superscripts import lowered, note_mark, raised
from hitl.text import count

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup p "
    "plaintext pre search section summary table tbody td tfoot th thead tr ul xmp".split()
)
"""Elements that begin on a line of their own."""
DROPPED = frozenset(
    "script style template noscript noframes noembed iframe object applet audio video canvas datalist select textarea "
    "progress meter rp rt rtc math svg".split()
)
"""Elements whose content does not show as text, or only in place of what they are; formulas are read apart."""
PLAIN = frozenset("p div td th tr tbody br b i em strong span code".split())
"""Frequent elements that change nothing for what is in them, if they have no attributes."""
STRUCK_OUT = frozenset({"del", "s", "strike"})
PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})
LISTS = frozenset({"ul", "ol", "menu", "dir"})
CAPTIONS = frozenset({"caption", "figcaption"})
SECTIONS = frozenset("section blockquote figure details fieldset table dialog li dd".split())
"""Elements whose header and footer are their own, and not those of the page."""
FURNITURE_ROLES = frozenset({"navigation", "menu", "menubar", "banner", "contentinfo", "search"})
FURNITURE_NAMES = frozenset(
    "nav navbar menu navigation main-menu main-nav sidebar breadcrumb breadcrumbs footer site-footer page-footer "
    "site-header page-header skip-link cookie-banner cookie-notice cookie-bar cookie-consent cookies-banner "
    "cookiebanner cookie-popup cookie-law-info-bar consent-banner gdpr-banner onetrust-banner-sdk "
    "onetrust-consent-sdk cybotcookiebotdialog didomi-host usercentrics-root share-buttons social-share".split()
)
"""Classes and ids of what is around the text of a page, where its elements do not say so."""
MACHINE_MADE = frozenset(
    "mw-editsection mw-cite-backlink footnote-backref footnote-back headerlink data-footnote-backref".split()
)
"""Classes of links that only serve the page: `[edit]`, `↩`, `¶`."""
SIGN_LINKS = frozenset("↩ ↑ ^ ⏎ ↵ ↩︎ ⤴ ¶ # § 🔗 ↥".split())
"""Texts of links within the page that are no words of it."""
NOTE_ROLES = frozenset({"doc-footnote", "doc-endnote"})
NOTE_LISTS = frozenset({"footnotes", "footnotes-list", "references", "endnotes"})
MADE_OF_MATH = re.compile(r"mwe-math|\b(?:latex|tex|math|katex|emoji|emoticon|smiley|wp-smiley)\b", re.IGNORECASE)
"""Classes of images that stand for a formula or a sign."""
WORD_LIST = re.compile(r"mso-list:l\d+level(\d)")
BULLET = re.compile(r"[^\w(]*|o|§|ü|Ø|v|w|q|n")
"""What Word writes before an item without a number: a letter of a font of signs, or a sign."""
SPACE = re.compile(r"[ \t\n\r\f\v]+")
UNSPACED_BREAK = re.compile(
    r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])[ \t]*\n[ \t\n]*(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])"
)
"""A line break between Chinese or Japanese letters, which is no space."""
STRIKE_TAG = re.compile(r"<(/?)(?:s|strike)(?=[\s>/])", re.IGNORECASE)
LIST_STYLE = re.compile(r"(?:^|;)list-style(?:-type)?:[^;]{0,40}?(none|decimal|(?:lower|upper)-(?:alpha|latin|roman))")
NUMBERINGS = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i",
              "upper-roman": "I", "decimal": "1", "none": ""}  # fmt: skip
INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
ROMAN = (("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10),
         ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))  # fmt: skip
DATE_NAMES = (
    "article:published_time datepublished citation_publication_date dc.date dc.date.issued dcterms.date dcterms.issued "
    "dcterms.created date pubdate publishdate publish_date publication_date article:modified_time dcterms.modified "
    "last-modified".split()
)
"""Names of what states a page's date, the most telling first."""
DATE = re.compile(r"\s*(\d{4})[-/.]?(\d{2})?(?:[-/.]?(\d{2}))?(?!\d)")
PUBLISHED = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{4,40})"')
ENOUGH = 0.2
"""Share of the text of a page, without its menus, from which an element is taken for the article it is marked as."""
ENOUGH_LETTERS = 500
"""Letters from which it is in any case."""
FEWEST_LINKS = 3
"""Items of a list from which it is a list of links, if there is nothing else in them."""
LONGEST_LINK = 60
"""Letters of such an item on average, at most."""
LONGEST_SIGN = 2
"""Letters up to which the description of an image is the sign or the letter that it shows."""
DEEPEST_FORMULA = 500
DEEPEST_TABLE = 20
"""Tables inside each other, at most; the cells of deeper ones are read as paragraphs."""
MOST_SHIFTS = 3
"""Raised and lowered texts inside each other, at most; deeper ones stay on the line."""
NO_ATTRIBUTES: Mapping[str, str] = {}
FRAMES = "The page shows other pages in frames, which are not read: save those pages, and add them too."


class Zone(IntEnum):
    """Where in a page a block stands; the higher, the surer it is part of its text."""

    FURNITURE = 0
    PAGE = 1
    ARTICLE = 2
    MAIN = 3


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an element passes on to those in it."""

    zone: Zone = Zone.PAGE
    group: int = 0
    """Number of the element around it that is called a menu or the like; 0 outside of one."""
    is_hidden: bool = False
    is_pre: bool = False
    is_link: bool = False
    is_anchor: bool = False
    """Whether it is in a link to another place of the page."""
    is_section: bool = False
    is_item: bool = False
    is_note: bool = False
    is_note_list: bool = False
    is_caption: bool = False
    level: int = 0
    """Of the heading it is in; 0 outside."""
    lists: int = 0
    """Lists around it."""
    quotes: int = 0
    """Quotations inside a line around it."""
    shifts: int = 0
    """Raised and lowered texts around it."""


@dataclass(slots=True)
class _List:
    """A list that is being read."""

    number: int
    """Counted through the page, from 1."""
    numbering: str = ""
    """`1`, `a`, `A`, `i` or `I`; empty for bullets."""
    next: int = 1
    step: int = 1
    items: int = 0
    is_reversed: bool = False
    """Whether it counts down to 1, from as many items as it has."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What stands before an item of an ordered list."""

    list: _List
    ordinal: int

    @property
    def text(self) -> str:
        ordinal = self.ordinal + (self.list.items + 1 if self.list.is_reversed else 0)
        return numeral(ordinal, self.list.numbering)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block with what decides whether it belongs to the text of the page."""

    block: Block
    zone: Zone
    group: int = 0
    letters: int = 0
    link_letters: int = 0
    """Those that stand in links."""
    list: int = 0
    """Number of the list it stands in; 0 for none."""
    marks: tuple[_Mark, ...] = ()

    @property
    def finished(self) -> Block:
        """The block with the number of its item; lists that count down are numbered when all of them is read."""
        if not self.marks:
            return self.block
        numbers = [mark.text for mark in self.marks]
        if self.block.kind == "footnote":
            start = "".join(note_mark(number, "") for number in numbers)
        else:
            start = " ".join(f"{number}." for number in numbers)
        return replace(self.block, text=f"{start} {self.block.text}")


@dataclass(slots=True)
class _Element:
    """An element that has begun."""

    tag: str
    around: _Scope
    is_block: bool = False
    start: int = 0
    """Number of parts of the current block before it."""
    flushes: int = 0
    """Blocks before it."""
    form: str = ""
    """What becomes of its text at its end: `raised`, `lowered`, `link`, `quote`, `button` or `bullet`."""
    is_note: bool = False
    """Of raised text: whether it links to a note."""


@dataclass
class _Table:
    """A table that is being read."""

    scope: _Scope
    is_layout: bool
    rows: list[Row] = field(default_factory=list)
    is_head: bool = False
    before: list[_Piece] = field(default_factory=list)
    """Its caption, and what stands in it outside of a cell."""
    cell: list[_Piece] | None = None
    lists: list[_List] = field(default_factory=list)
    """Around it."""
    pieces: dict[int, _Piece] = field(default_factory=dict)
    """Those of its cells by the identity of their blocks."""
    begun: Cell = field(default_factory=lambda: Cell(()))

    def begin_cell(self, is_head: bool, attributes: Mapping[str, str]) -> None:
        """Begin a cell; what it spans is as bounded as in the HTML standard."""
        if not self.rows:
            self.rows.append(Row(is_head=self.is_head))
        columns = min(max(_integer(attributes.get("colspan"), 1), 1), WIDEST_SPAN)
        rows = min(max(_integer(attributes.get("rowspan"), 1), 1), WIDEST_SPAN)
        self.begun = Cell([], is_head, columns, rows)
        self.cell = []

    def end_cell(self) -> None:
        blocks: list[Block] = []
        for piece in self.cell or ():
            block = piece.finished
            blocks.append(block)
            self.pieces[id(block)] = replace(piece, block=block, marks=()) if piece.marks else piece
        self.rows[-1].cells.append(Cell(blocks, self.begun.is_head, self.begun.columns, self.begun.rows))
        self.cell = None


def read_html(text: str) -> ReadFile:
    """A page: its article without the menus around it, or all of the page if it has none.

    Not read is what does not show (hidden, struck out, scripts) and what is around the text: menus, headers and
    footers of the page, lists that hold nothing but links, notes about cookies.
    """
    walk = _parsed(text)
    chosen = _of_the_text(walk.pieces)
    title = next((tidy(piece.block.text) for piece in chosen if piece.block.level == 1 and piece.block.is_heading), "")
    blocks = with_speakers([piece.finished for piece in chosen])
    return ReadFile(blocks, title=title or walk.title, date=walk.date, remarks=walk.remarks)


def read_fragment(html: str) -> ReadFile:
    """A part of a page, all of which is its text: nothing is taken for a menu or a footer."""
    walk = _parsed(html, is_fragment=True)
    return ReadFile([piece.finished for piece in walk.pieces], remarks=walk.remarks)


def numeral(number: int, numbering: str) -> str:
    """A number as a list writes it.

    Args:
        number: The number.
        numbering: `1`, `a`, `A`, `i` or `I`.
    """
    if numbering in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord(numbering) + letter) + letters
        return letters
    if numbering in ("i", "I") and 0 < number < 4000:
        roman = ""
        for letters, value in ROMAN:
            times, number = divmod(number, value)
            roman += letters * times
        return roman if numbering == "i" else roman.upper()
    return str(number)


def _parsed(text: str, is_fragment: bool = False) -> _Walk:
    """Read with a target, since a tree as deep as a page may be nested takes what is deepest out."""
    from lxml.etree import HTMLParser  # 20 ms that the first page does not need

    text = STRIKE_TAG.sub(r"<\1del", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))
    walk = _Walk(is_fragment)
    parser = HTMLParser(target=walk, encoding="utf-8", huge_tree=True)
    parser.feed(text.encode("utf-8", "replace"))
    parser.close()
    return walk


class _Walk:
    """Takes the elements of a page as the parser finds them, and makes blocks of them."""

    def __init__(self, is_fragment: bool) -> None:
        self.pieces: list[_Piece] = []
        self._styles = StyleSheets()
        self._is_fragment = is_fragment
        self._scope = _Scope(zone=Zone.MAIN) if is_fragment else _Scope()
        self._open: list[_Element] = []
        self._parts: list[str] = []
        self._letters = self._link_letters = 0
        self._lists: list[_List] = []
        self._list_count = 0
        self._marks: list[_Mark] = []
        self._flushes = 0
        self._groups = 0
        self._target = ""
        """Of the link to another place of the page that has begun last."""
        self._is_term = False
        self._tables: list[_Table] = []
        self._deeper_tables = 0
        """Those that are too deep in others to be read as tables."""
        self._formula: Formula | None = None
        self._formula_depth = 0
        self._formulas = self._unread_formulas = 0
        self._drawings = 0
        """Those with words in them."""
        self._drawing = ""
        """Whether one is being read: `empty` or `with words`."""
        self._is_katex_read = False
        self._kept: list[str] | None = None
        """Text of a title, a style sheet or data about the page."""
        self._titles: list[str] = []
        self._dates: dict[str, str] = {}
        self._note_ids: set[str] = set()
        self._has_frames = False

    @property
    def title(self) -> str:
        return tidy(next((title for title in self._titles if title.strip()), ""))

    @property
    def date(self) -> str | None:
        """As the page states it in the order of `DATE_NAMES`."""
        return next((self._dates[name] for name in (*DATE_NAMES, "time") if name in self._dates), None)

    @property
    def remarks(self) -> tuple[str, ...]:
        said = []
        if self._unread_formulas:
            are, them = ("is", "it") if self._unread_formulas == 1 else ("are", "them")
            said.append(f"{count(self._unread_formulas, 'formula')} {are} not read: look for {them} on the page.")
        if self._drawings:
            said.append(f"The words in {count(self._drawings, 'drawing')} are not read: look for them on the page.")
        if self._has_frames:
            said.append(FRAMES)
        return tuple(said)

    # what the parser calls

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._formula is not None:
            self._formula_depth += 1
            if self._formula_depth < DEEPEST_FORMULA:
                self._formula.start(tag)
            else:
                self._formula.is_read = False
            return
        tag = tag.lower()
        attributes = dict(attributes) if attributes else NO_ATTRIBUTES  # those of the parser are slow
        scope = self._scope
        style = tight(attributes["style"]) if "style" in attributes else ""
        classes = attributes.get("class", "")
        is_plain = not attributes and tag in PLAIN and not self._styles.has_rules
        if not is_plain:
            self._note_data(tag, attributes)
        if scope.is_hidden or (not is_plain and self._is_unseen(tag, attributes, style, classes)):
            self._open.append(_Element(tag, scope))
            if not scope.is_hidden:
                self._scope = replace(scope, is_hidden=True)
            self._start_hidden(self._open[-1])
            return
        is_block = (tag in BLOCKS and not _stays_in_line(style)) or (bool(style) and BLOCK.search(style) is not None)
        if is_block:
            self._break_for(tag)
        element = _Element(tag, scope, is_block, len(self._parts), self._flushes)
        self._open.append(element)
        if not is_plain:
            scope = self._within(scope, tag, attributes, classes, style)
        match tag:
            case "br":
                self._parts.append("\n")
            case "img":
                self._image(attributes, classes)
            case "a" if "href" in attributes:
                href = attributes["href"].strip()
                is_anchor = href.startswith("#")
                scope = replace(scope, is_link=True, is_anchor=is_anchor)
                element.form = "link" if is_anchor and not element.around.is_anchor else ""
                self._link_to_note(href)
            case "q":
                self._parts.append("‘" if scope.quotes % 2 else "“")
                scope = replace(scope, quotes=scope.quotes + 1)
                element.form = "quote"
            case "li":
                self._start_item(attributes)
            case "table" if self._deeper_tables or len(self._tables) == DEEPEST_TABLE:
                self._deeper_tables += 1
            case "table":
                self._tables.append(_Table(scope, attributes.get("role", "").lower() in ("presentation", "none"),
                                           lists=self._lists))  # fmt: skip
                self._lists = []
                scope = replace(scope, is_item=False, lists=0, level=0)
            case "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" if self._tables and not self._deeper_tables:
                self._start_table_part(tag, attributes)
            case _ if tag in LISTS:
                self._start_list(tag, attributes, style)
        if tag == "sup" or _is_raised(classes, attributes, style):
            element.form, element.is_note = "raised", scope.is_anchor or "footnote-ref" in classes
            if scope.is_anchor and self._target:
                self._note_ids.add(self._target)
        elif tag == "sub" or LOWERED.search(style):
            element.form = "lowered"
        elif "mso-list:ignore" in style:
            element.form = "bullet"
        if tag == "button":
            element.form = "button"
        if element.form in ("raised", "lowered", "bullet"):
            if scope.shifts >= MOST_SHIFTS:
                element.form = ""
            scope = replace(scope, shifts=scope.shifts + 1)
        self._scope = scope

    def data(self, text: str) -> None:
        if self._formula is not None:
            if self._formula_depth < DEEPEST_FORMULA:
                self._formula.data(text)
            return
        if self._kept is not None:
            self._kept.append(text)
        scope = self._scope
        if scope.is_hidden:
            return
        if not scope.is_pre:
            text = SPACE.sub(" ", UNSPACED_BREAK.sub("", text))
        letters = len(text) - text.count(" ")
        self._letters += letters
        self._is_term = self._is_term and not letters
        if scope.is_link:
            self._link_letters += letters
        self._parts.append(text)

    def end(self, tag: str) -> None:
        if self._formula is not None:
            self._end_in_formula(tag)
            return
        if not self._open:
            return
        element = self._open.pop()
        if self._scope.is_hidden:
            self._end_hidden(element)
        else:
            self._end_shown(element)
        self._scope = element.around

    def comment(self, text: str) -> None:
        """No comment shows."""

    def pi(self, target: str, data: str | None = None) -> None:
        """No processing instruction does."""

    def close(self) -> None:
        self._flush()

    # elements that do not show

    def _is_unseen(self, tag: str, attributes: Mapping[str, str], style: str, classes: str) -> bool:
        if tag in DROPPED or tag in STRUCK_OUT or "hidden" in attributes or tag == "title":
            return True
        if "mwe-math-mathml" in classes:  # hidden for the picture of the formula that stands beside it
            return False
        if tag == "button" and not self._scope.level:
            return True
        if tag == "dialog" and "open" not in attributes:
            return True
        if style and (HIDING.search(style) or STRUCK.search(style) or TRANSPARENT.search(style)):
            return True
        names = classes.split()
        if not UNSEEN_CLASSES.isdisjoint(names) or not MACHINE_MADE.isdisjoint(names):
            return True
        if "katex-html" in names and self._is_katex_read:
            self._is_katex_read = False
            return True
        if attributes.get("role") == "doc-backlink" or "data-footnote-backref" in attributes:
            return True
        return self._styles.hides(tag, attributes) or self._styles.strikes(tag, attributes)

    def _start_hidden(self, element: _Element) -> None:
        """Keep what an element says that is no text of the page: its title, its styles, data about it, a formula."""
        tag = element.tag
        if tag == "text" and self._drawing == "empty":
            self._drawing = "with words"
        if element.around.is_hidden:
            return
        if tag == "svg":
            self._drawing = "empty"
        elif tag in ("title", "style", "script"):
            self._kept = []
        elif tag == "math":
            self._formula, self._formula_depth = Formula(), 1

    def _end_hidden(self, element: _Element) -> None:
        if element.around.is_hidden:
            return
        if element.tag == "svg":
            self._drawings += self._drawing == "with words"
            self._drawing = ""
        kept, self._kept = self._kept, None
        if kept is None:
            return
        text = "".join(kept)
        match element.tag:
            case "title":
                self._titles.append(text)
            case "style":
                self._styles.add(text)
            case "script" if published := PUBLISHED.search(text):
                self._note_date("datepublished", published[1])

    def _end_in_formula(self, tag: str) -> None:
        formula = self._formula
        self._formula_depth -= 1
        if formula is None or self._formula_depth:
            if formula is not None and self._formula_depth + 1 < DEEPEST_FORMULA:
                formula.end(tag)
            return
        self._formula = None
        self._scope = self._open.pop().around
        self._formulas += 1
        if formula.is_read:
            self.data(formula.text)
        else:
            self._unread_formulas += 1
        self._is_katex_read = True

    # elements that do

    def _end_shown(self, element: _Element) -> None:
        tag = element.tag
        is_whole = element.flushes == self._flushes
        inner = "".join(self._parts[element.start :]) if element.form not in ("", "quote") and is_whole else ""
        match element.form:
            case "raised" if inner.strip():
                before = "".join(self._parts[max(element.start - 8, 0) : element.start])
                shown = note_mark(inner, before) if element.is_note else raised(inner, before)
                self._replace_parts(element, inner, shown)
            case "lowered" if inner.strip():
                self._replace_parts(element, inner, lowered(inner))
            case "link" if inner.strip() in SIGN_LINKS:
                del self._parts[element.start :]
            case "button" if is_whole and "".join(self._parts[: element.start]).strip():
                del self._parts[element.start :]  # beside the words of a heading, and not around them
            case "bullet" if is_whole:
                mark = inner.strip()
                self._parts[element.start :] = [] if BULLET.fullmatch(mark) else [f"{mark} "]
            case "quote":
                self._parts.append("’" if element.around.quotes % 2 else "”")
        if tag == "dt":
            self._is_term = True
        elif element.is_block:
            self._is_term = self._is_term and tag != "dl"
            self._break_for(tag)
        match tag:
            case "li":
                if self._marks and self._lists and self._marks[-1].list is self._lists[-1]:
                    self._marks.pop()  # nothing stands in it
            case "table" if self._deeper_tables:
                self._deeper_tables -= 1
            case "td" | "th" | "thead" if self._deeper_tables:
                pass
            case "td" | "th" if self._tables and self._tables[-1].cell is not None:
                self._tables[-1].end_cell()
            case "thead" if self._tables:
                self._tables[-1].is_head = False
            case "table" if self._tables:
                self._end_table()
            case _ if tag in LISTS and self._lists:
                self._lists.pop()

    def _replace_parts(self, element: _Element, inner: str, shown: str) -> None:
        """Put what is shown in place of the text of an element, with the spaces around it."""
        left = inner[: len(inner) - len(inner.lstrip())]
        right = inner[len(inner.rstrip()) :]
        self._parts[element.start :] = [left, shown, right]

    def _break_for(self, tag: str) -> None:
        """End a block, unless it is a term whose definition follows on the next line."""
        if self._is_term:
            self._parts.append("\n")
        else:
            self._flush()

    def _flush(self) -> None:
        if not self._parts:
            return
        text = "".join(self._parts)
        letters, link_letters = self._letters, self._link_letters
        self._parts.clear()
        self._letters = self._link_letters = 0
        self._flushes += 1
        self._is_term = False
        if not text.strip():
            return
        scope = self._scope
        marks = tuple(self._marks)
        self._marks.clear()
        if scope.level:
            block = heading(text, scope.level)
        elif scope.is_note:
            block = Block(text, "footnote")
        elif scope.is_caption:
            block = Block(text, "caption")
        elif scope.is_item:
            block = Block(text, "item", level=max(scope.lists - 1, 0))
        else:
            block = Block(text)
        number = self._lists[-1].number if self._lists else 0
        self._sink.append(_Piece(block, scope.zone, scope.group, letters, link_letters, number, marks))

    @property
    def _sink(self) -> list[_Piece]:
        """Where the next block goes: into the page, or into the cell that is being read."""
        if not self._tables:
            return self.pieces
        table = self._tables[-1]
        return table.before if table.cell is None else table.cell

    def _within(self, scope: _Scope, tag: str, attributes: Mapping[str, str], classes: str, style: str) -> _Scope:
        """The scope of what is in an element, as far as it is not that of what is around it."""
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            scope = replace(scope, level=int(tag[1]))
        elif attributes.get("role") == "heading":
            scope = replace(scope, level=_integer(attributes.get("aria-level"), 2))
        if tag in PREFORMATTED or (style and PRE.search(style)):
            scope = replace(scope, is_pre=True)
        if tag in CAPTIONS:
            scope = replace(scope, is_caption=True)
        if tag in ("li", "dd", "dt"):
            scope = replace(scope, is_item=True, is_note=scope.is_note or (scope.is_note_list and tag == "li"))
        elif tag in LISTS or tag == "dl":
            scope = replace(scope, lists=scope.lists + 1)
        if style and (word_list := WORD_LIST.search(style)):
            scope = replace(scope, is_item=True, lists=int(word_list[1]))
        if self._is_note(tag, attributes, style):
            scope = replace(scope, is_note=True)
        elif tag in BLOCKS and not NOTE_LISTS.isdisjoint(classes.lower().split()):
            scope = replace(scope, is_note_list=True)
        if tag in SECTIONS and not scope.is_section and not self._is_fragment:
            scope = replace(scope, is_section=True)
        return scope if self._is_fragment else self._in_zone(scope, tag, attributes, classes)

    def _is_note(self, tag: str, attributes: Mapping[str, str], style: str) -> bool:
        if attributes.get("role") in NOTE_ROLES or "mso-element:footnote" in style or "mso-element:endnote" in style:
            return "mso-element:footnote-" not in style and "mso-element:endnote-" not in style
        return tag in ("li", "p", "div", "dd", "aside") and attributes.get("id") in self._note_ids

    def _in_zone(self, scope: _Scope, tag: str, attributes: Mapping[str, str], classes: str) -> _Scope:
        if scope.zone is Zone.FURNITURE or tag in ("html", "body"):
            return scope
        role = attributes.get("role", "").lower()
        if tag == "nav" or role in FURNITURE_ROLES:
            return replace(scope, zone=Zone.FURNITURE)
        if tag in ("header", "footer", "aside") and scope.zone is Zone.PAGE and not scope.is_section:
            return replace(scope, zone=Zone.FURNITURE)
        if tag == "main" or role == "main":
            return replace(scope, zone=Zone.MAIN)
        if tag == "article" or role == "article":
            return replace(scope, zone=max(scope.zone, Zone.ARTICLE))
        if scope.group == 0 and tag in BLOCKS:
            names = f"{classes} {attributes.get('id', '')}".lower().split()
            if not FURNITURE_NAMES.isdisjoint(names):
                self._groups += 1
                return replace(scope, group=self._groups)
        return scope

    def _image(self, attributes: Mapping[str, str], classes: str) -> None:
        """Read the description of an image that stands for a sign, a letter or a formula; that of others shows not."""
        alt = attributes.get("alt", "").strip()
        if not alt or ("mwe-math" in classes and self._formulas):
            return
        stands_for_text = MADE_OF_MATH.search(classes) or attributes.get("role") == "math"
        if len(alt) <= LONGEST_SIGN:
            self.data(alt)
        elif stands_for_text and any(sign in alt for sign in "\\{}^_"):
            self._unread_formulas += 1
        elif stands_for_text:
            self.data(alt)

    def _link_to_note(self, href: str) -> None:
        """Note the target of a link that is raised: it is a note."""
        self._target = href[1:] if href.startswith("#") else ""
        for element in self._open[-4:]:
            if element.form == "raised" and self._target:
                element.is_note = True
                self._note_ids.add(self._target)

    def _start_list(self, tag: str, attributes: Mapping[str, str], style: str) -> None:
        self._list_count += 1
        numbering = ""
        if tag == "ol":
            numbering = attributes.get("type", "1")
            numbering = numbering if numbering in ("1", "a", "A", "i", "I") else "1"
        if style and (named := LIST_STYLE.search(style)):
            numbering = NUMBERINGS[named[1]]
        begun = _List(self._list_count, numbering)
        is_reversed = tag == "ol" and "reversed" in attributes
        begun.step = -1 if is_reversed else 1
        begun.is_reversed = is_reversed and "start" not in attributes
        begun.next = -1 if begun.is_reversed else _integer(attributes.get("start"), 1)
        self._lists.append(begun)

    def _start_item(self, attributes: Mapping[str, str]) -> None:
        if not self._lists:
            return
        around = self._lists[-1]
        around.items += 1
        if not around.numbering:
            return
        if not around.is_reversed:
            around.next = _integer(attributes.get("value"), around.next)
        self._marks.append(_Mark(around, around.next))
        around.next += around.step

    def _start_table_part(self, tag: str, attributes: Mapping[str, str]) -> None:
        table = self._tables[-1]
        match tag:
            case "thead" | "tbody" | "tfoot":
                table.is_head = tag == "thead"
            case "tr":
                table.rows.append(Row(is_head=table.is_head))
            case _:
                table.begin_cell(tag == "th", attributes)
                self._lists = []

    def _end_table(self) -> None:
        table = self._tables.pop()
        self._lists = table.lists
        sink = self._sink
        sink += table.before
        for block in table_blocks(table.rows, table.is_layout):
            known = table.pieces.get(id(block))
            sink.append(known or _Piece(block, table.scope.zone, table.scope.group, len(block.text)))

    # what a page says of itself

    def _note_data(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "meta":
                for name in ("property", "name", "itemprop"):
                    self._note_date(attributes.get(name, "").lower(), attributes.get("content", ""))
            case "time" if "datetime" in attributes:
                name = attributes.get("itemprop", "time").lower()
                if self._scope.zone > Zone.FURNITURE and not self._scope.is_hidden:
                    self._note_date(name if name == "datepublished" else "time", attributes["datetime"])
            case "frameset":
                self._has_frames = True

    def _note_date(self, name: str, value: str) -> None:
        if name not in self._dates and (name in DATE_NAMES or name == "time") and (date := DATE.match(value)):
            self._dates[name] = "-".join(part for part in date.groups() if part)


def _integer(text: str | None, otherwise: int) -> int:
    found = INTEGER.match(text or "")
    return int(found[1]) if found else otherwise


def _of_the_text(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Those pieces of a page that are its text, and not around it."""
    menus = _menus(pieces)
    outside = [piece for piece in pieces if piece.zone > Zone.FURNITURE and piece.group not in menus]
    letters = _letters(outside)
    if letters < min(ENOUGH * _letters(pieces), ENOUGH_LETTERS):
        return list(pieces)  # no page is all menu: its elements are not what they are called
    for zone in (Zone.MAIN, Zone.ARTICLE):
        chosen = [piece for piece in outside if piece.zone >= zone]
        if chosen and _letters(chosen) >= min(ENOUGH * letters, ENOUGH_LETTERS):
            break
    else:
        link_lists = _link_lists(outside)
        chosen = [piece for piece in outside if piece.zone > Zone.PAGE or piece.list not in link_lists]
    if not any(_is_title(piece) for piece in chosen):
        title = next((piece for piece in pieces if _is_title(piece) and piece.link_letters < piece.letters), None)
        chosen = [title, *chosen] if title else chosen
    return chosen


def _is_title(piece: _Piece) -> bool:
    return piece.block.kind == "heading" and piece.block.level == 1


def _letters(pieces: Iterable[_Piece]) -> int:
    return sum(piece.letters for piece in pieces)


def _menus(pieces: Iterable[_Piece]) -> set[int]:
    """The groups that are called a menu or the like and are one: short, or links to a large part."""
    letters: Counter[int] = Counter()
    links: Counter[int] = Counter()
    for piece in pieces:
        letters[piece.group] += piece.letters
        links[piece.group] += piece.link_letters
    return {
        group for group, number in letters.items() if group and (number < ENOUGH_LETTERS or links[group] * 3 > number)
    }


def _link_lists(pieces: Iterable[_Piece]) -> set[int]:
    """The lists in which hardly anything but short links stands."""
    lists: dict[int, list[_Piece]] = {}
    for piece in pieces:
        if piece.list:
            lists.setdefault(piece.list, []).append(piece)
    return {
        number
        for number, items in lists.items()
        if len(items) >= FEWEST_LINKS
        and _letters(items) <= LONGEST_LINK * len(items)
        and sum(item.link_letters for item in items) >= 0.9 * _letters(items)
    }


def _stays_in_line(style: str) -> bool:
    return "display:inline" in style or "display:contents" in style


def _is_raised(classes: str, attributes: Mapping[str, str], style: str) -> bool:
    return (
        "MsoFootnoteReference" in classes
        or "MsoEndnoteReference" in classes
        or attributes.get("role") == "doc-noteref"
        or (bool(style) and RAISED.search(style) is not None)
    )
