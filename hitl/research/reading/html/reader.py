"""HTML, read into blocks: all that shows, in order, without the menus and footers around an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hitl.research.reading.blocks import Block, ReadFile, heading, tidy
from hitl.research.reading.html.article import Piece, Zone, is_title, pieces_of_the_text
from hitl.research.reading.html.cascade import StyleSheets, own_style
from hitl.research.reading.html.form_fields import CHECKED, Select, button_text, input_text, without_held_buttons
from hitl.research.reading.html.hidden_parts import HiddenParts, PartStart
from hitl.research.reading.html.lists import Mark, PageList
from hitl.research.reading.html.mathml import Formula
from hitl.research.reading.html.page_elements import PageElement
from hitl.research.reading.html.styles import UNSEEN_CLASSES, UNSTYLED, ElementStyle
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
"""Elements whose content does not show as text, or only in place of what they are; formulas and fields are read apart.
"""
FIELDS = frozenset({"select", "textarea", "iframe"})
"""Those of them that show something else than the elements in them."""
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
WORD_LIST = re.compile(r"l\d+level(\d)")
BULLET = re.compile(r"[^\w(]*|o|§|ü|Ø|v|w|q|n")
"""What Word writes before an item without a number: a letter of a font of signs, or a sign."""
SPACE = re.compile(r"[ \t\n\r\f\v]+")
UNSPACED_BREAK = re.compile(
    r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])[ \t]*\n[ \t\n]*(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])"
)
"""A line break between Chinese or Japanese letters, which is no space."""
STRIKE_TAG = re.compile(r"<(/?)(?:s|strike)(?=[\s>/])", re.IGNORECASE)
BREAK_TAG = re.compile(r"</br(?=[\s>/])", re.IGNORECASE)
"""A line break, as browsers read it."""
NO_CHARACTERS = re.compile("[\x00\ufdd0-\ufdef]")
LIST_STYLE = re.compile(r".{0,40}?(none|decimal|(?:lower|upper)-(?:alpha|latin|roman))")
NUMBERINGS = {"lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A", "lower-roman": "i",
              "upper-roman": "I", "decimal": "1", "none": ""}  # fmt: skip
INTEGER = re.compile(r"\s*([+-]?\d{1,9})")
DATE_NAMES = (
    "article:published_time datepublished citation_publication_date dc.date dc.date.issued dcterms.date dcterms.issued "
    "dcterms.created date pubdate publishdate publish_date publication_date article:modified_time dcterms.modified "
    "last-modified".split()
)
"""Names of what states a page's date, the most telling first."""
DATE = re.compile(r"\s*(\d{4})[-/.]?(\d{2})?(?:[-/.]?(\d{2}))?(?!\d)")
PUBLISHED = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{4,40})"')
LONGEST_SIGN = 2
"""Letters up to which the description of an image is the sign or the letter that it shows."""
DEEPEST_FORMULA = 500
DEEPEST_TABLE = 20
"""Tables inside each other, at most; the cells of deeper ones are read as paragraphs."""
MOST_SHIFTS = 3
"""Raised and lowered texts inside each other, at most; deeper ones stay on the line."""
DEEPEST_FRAME = 3
"""Pages that stand in the text of a frame inside each other, at most."""
HOLDS_FORMULA = re.compile(r"mwe-math-mathml|katex-mathml|mjx-assistive-mml|MJX_Assistive_MathML", re.IGNORECASE)
"""Elements with a formula that are hidden for the picture of it that stands beside them."""
NOT_READY = replace(UNSTYLED, is_unsure=True)
"""The style of a page that is hidden as a whole, until a script shows it."""
NO_ATTRIBUTES: Mapping[str, str] = {}
ADDED_WORDS = "The styles of the page add words to it, which are not read: look for them on the page."
LONG_STYLES = (
    "The styles of the page are too long to be applied as a whole, so that words which they hide or strike out may be "
    "read: compare the words with the page."
)
FRAMES = "The page shows other pages in frames, which are not read: save those pages, and add them too."


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an element passes on to those in it."""

    zone: Zone = Zone.PAGE
    group: int = 0
    """Number of the element around it that is called a menu or the like; 0 outside of one."""
    is_hidden: bool = False
    is_invisible: bool = False
    has_no_size: bool = False
    is_struck: bool = False
    is_button: bool = False
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

    @property
    def zone_of_parts(self) -> Zone:
        return Zone.FURNITURE if self.group else self.zone

    @property
    def is_unseen(self) -> bool:
        """Whether words in it do not show, while those of an element in it may."""
        return self.is_invisible or self.has_no_size or self.is_struck

    def with_style(self, style: ElementStyle) -> _Scope:
        """The scope of an element with what its style says of whether its words show."""
        if not style.values:
            return self
        invisible, no_size, struck = (
            style.is_invisible(self.is_invisible), style.has_no_size(self.has_no_size), style.is_struck(self.is_struck)
        )  # fmt: skip
        if (invisible, no_size, struck) == (self.is_invisible, self.has_no_size, self.is_struck):
            return self
        return replace(self, is_invisible=invisible, has_no_size=no_size, is_struck=struck)


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
    place: PageElement | None = None
    """As the selectors of style sheets look at it, if there are some."""
    part: PartStart | None = None
    """Where the words of it begin, if it is hidden or may be."""
    attributes: Mapping[str, str] | None = None
    """Of a button or a frame."""


@dataclass
class _Table:
    """A table that is being read."""

    scope: _Scope
    is_layout: bool
    rows: list[Row] = field(default_factory=list)
    is_head: bool = False
    before: list[Piece] = field(default_factory=list)
    """Its caption, and what stands in it outside of a cell."""
    cell: list[Piece] | None = None
    lists: list[PageList] = field(default_factory=list)
    """Around it."""
    pieces: dict[int, Piece] = field(default_factory=dict)
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
    chosen = pieces_of_the_text(walk.pieces)
    title = next((tidy(piece.block.text) for piece in chosen if piece.block.level == 1 and piece.block.is_heading), "")
    lowest = min((piece.zone for piece in chosen if not is_title(piece)), default=Zone.PAGE)
    blocks = with_speakers([piece.finished for piece in chosen])
    return ReadFile(blocks, title=title or walk.title, date=walk.date, remarks=walk.remarks(lowest))


def read_fragment(html: str) -> ReadFile:
    """A part of a page, all of which is its text: nothing is taken for a menu or a footer."""
    walk = _parsed(html, is_fragment=True)
    return ReadFile([piece.finished for piece in walk.pieces], remarks=walk.remarks(Zone.MAIN))


def _parsed(text: str, is_fragment: bool = False, depth: int = 0) -> _Walk:
    """Read with a target, since a tree as deep as a page may be nested takes what is deepest out."""
    from lxml.etree import HTMLParser  # 20 ms that the first page does not need

    text = NO_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = BREAK_TAG.sub("<br", STRIKE_TAG.sub(r"<\1del", text))
    walk = _Walk(is_fragment, StyleSheets.of(text), bool(CHECKED.search(text)), depth)
    parser = HTMLParser(target=walk, encoding="utf-8", huge_tree=True)
    parser.feed(text.encode("utf-8", "replace"))
    parser.close()
    return walk


class _Walk:
    """Takes the elements of a page as the parser finds them, and makes blocks of them."""

    def __init__(self, is_fragment: bool, styles: StyleSheets, tells_checked: bool, depth: int) -> None:
        self.pieces: list[Piece] = []
        self._styles = styles
        self._place: PageElement | None = None
        self._hidden = HiddenParts()
        self._tells_checked = tells_checked
        self._depth = depth
        """Number of frames around the page."""
        self._select: Select | None = None
        self._remarks_of_frames: tuple[str, ...] = ()
        self._is_fragment = is_fragment
        self._scope = _Scope(zone=Zone.MAIN) if is_fragment else _Scope()
        self._open: list[_Element] = []
        self._parts: list[str] = []
        self._letters = self._link_letters = 0
        self._lists: list[PageList] = []
        self._list_count = 0
        self._marks: list[Mark] = []
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
        """Text of a title, a field or data about the page."""
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

    def remarks(self, lowest: Zone) -> tuple[str, ...]:
        """What a reader has to know of a page that is read from some zone on."""
        said = []
        if self._unread_formulas:
            are, them = ("is", "it") if self._unread_formulas == 1 else ("are", "them")
            said.append(f"{count(self._unread_formulas, 'formula')} {are} not read: look for {them} on the page.")
        if self._drawings:
            said.append(f"The words in {count(self._drawings, 'drawing')} are not read: look for them on the page.")
        if self._has_frames:
            said.append(FRAMES)
        said += self._hidden.remarks(lowest)
        if self._styles.adds_words:
            said.append(ADDED_WORDS)
        if self._styles.is_cut:
            said.append(LONG_STYLES)
        return tuple(dict.fromkeys((*said, *self._remarks_of_frames)))

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
        classes = attributes.get("class", "")
        is_plain = not attributes and tag in PLAIN and not self._styles.has_rules
        element = _Element(tag, scope)
        style = self._style_of(element, attributes)
        if not is_plain:
            self._note_data(tag, attributes)
        is_concealed = not scope.is_hidden and not is_plain and self._is_concealed(tag, attributes, style, classes)
        is_dropped = tag in DROPPED and not (tag == "template" and "shadowrootmode" in attributes)
        if scope.is_hidden or is_concealed or is_dropped:
            self._open.append(element)
            if not scope.is_hidden:
                self._scope = replace(scope, is_hidden=True)
                if is_concealed and _is_closed(tag, attributes, style):
                    zone = self._in_zone(scope, tag, attributes, classes).zone_of_parts
                    element.part = self._hidden.start_hidden(zone, tag in BLOCKS)
            self._start_hidden(element, attributes, is_concealed)
            return
        is_block = (tag in BLOCKS and not style.stays_in_line) or style.is_block
        if scope.is_button or tag == "button":
            is_block = False
            self._parts.append(" ")
        if is_block:
            self._break_for(tag, scope)
        element.is_block, element.start, element.flushes = is_block, len(self._parts), self._flushes
        self._open.append(element)
        if not is_plain:
            scope = self._within(scope, tag, attributes, classes, style).with_style(style)
            if style.may_be_hidden and not scope.is_unseen:
                element.part = self._hidden.start_doubtful(scope.zone_of_parts)
            elif (scope.is_invisible or scope.has_no_size) and not element.around.is_unseen:
                element.part = self._hidden.start_hidden(scope.zone_of_parts, tag in BLOCKS)
        match tag:
            case "br":
                self._parts.append("\n")
            case "img":
                self._image(attributes, classes)
            case "input" if shown := input_text(attributes, self._tells_checked):
                self._show_field(shown)
            case "a" if "href" in attributes:
                href = attributes["href"].strip()
                is_anchor = href.startswith("#")
                scope = replace(scope, is_link=True, is_anchor=is_anchor)
                element.form = "link" if is_anchor and not element.around.is_anchor else ""
                self._link_to_note(href)
            case "q":
                self._parts.append("" if scope.is_unseen else "‘" if scope.quotes % 2 else "“")
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
        if tag == "sup" or style.is_raised or _is_raised(classes, attributes):
            element.form, element.is_note = "raised", scope.is_anchor or "footnote-ref" in classes
            if scope.is_anchor and self._target:
                self._note_ids.add(self._target)
        elif tag == "sub" or style.is_lowered:
            element.form = "lowered"
        elif style.get("mso-list") == "ignore":
            element.form = "bullet"
        if tag == "button":
            element.form, element.attributes = "button", attributes
            scope = replace(scope, is_button=True)
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
        if self._select is not None:
            self._select.data(text)
        scope = self._scope
        if scope.is_hidden or scope.is_unseen:
            if self._open[-1].tag not in DROPPED:
                self._hidden.add_unread(text)
            return
        if not scope.is_pre:
            text = SPACE.sub(" ", UNSPACED_BREAK.sub("", text))
        letters = len(text) - text.count(" ")
        self._letters += letters
        self._hidden.read += letters
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
            self._scope = element.around
            self._end_hidden(element)
        else:
            self._end_shown(element)
            self._scope = element.around
        if element.part:
            self._hidden.end(element.part)
        if element.place is not None:
            element.place.children.clear()  # nothing asks for what is in an element that stands before another
            self._place = element.place.around

    def comment(self, text: str) -> None:
        """No comment shows."""

    def pi(self, target: str, data: str | None = None) -> None:
        """No processing instruction does."""

    def close(self) -> None:
        self._flush()

    # elements that do not show

    def _style_of(self, element: _Element, attributes: Mapping[str, str]) -> ElementStyle:
        """The style of an element that begins, whose place on the page is noted if style sheets ask for it."""
        own = attributes.get("style", "")
        if not self._styles.has_rules or element.around.is_hidden:
            style = own_style(own)
            return NOT_READY if element.tag in ("html", "body") and not style.shows_words else style
        element.place = self._place = self._styles.element(element.tag, attributes, self._place)
        style = self._styles.style_of(element.place, own)
        if element.tag in ("html", "body") and not style.shows_words:
            return NOT_READY
        return UNSTYLED if HOLDS_FORMULA.search(f"{element.tag} {attributes.get('class', '')}") else style

    def _is_concealed(self, tag: str, attributes: Mapping[str, str], style: ElementStyle, classes: str) -> bool:
        if tag in STRUCK_OUT or tag == "title":
            return True
        if HOLDS_FORMULA.search(f"{tag} {classes}"):
            return False
        if _is_closed(tag, attributes, style):
            return True
        names = classes.split()
        if not UNSEEN_CLASSES.isdisjoint(names) or not MACHINE_MADE.isdisjoint(names):
            return True
        if "katex-html" in names and self._is_katex_read:
            self._is_katex_read = False
            return True
        return attributes.get("role") == "doc-backlink" or "data-footnote-backref" in attributes

    def _start_hidden(self, element: _Element, attributes: Mapping[str, str], is_concealed: bool) -> None:
        """Keep what an element says that is no text in it: its title, a field, data about the page, a formula."""
        tag = element.tag
        if tag == "text" and self._drawing == "empty":
            self._drawing = "with words"
        if tag == "option" and self._select is not None:
            self._select.start_option(attributes)
        if element.around.is_hidden or (tag in FIELDS and is_concealed):
            return
        if tag == "svg":
            self._drawing = "empty"
        elif tag in ("title", "script", "textarea"):
            self._kept = []
        elif tag == "math":
            self._formula, self._formula_depth = Formula(), 1
        elif tag == "select":
            self._select = Select(attributes)
        elif tag == "iframe" and not element.around.is_unseen:
            element.attributes = attributes

    def _end_hidden(self, element: _Element) -> None:
        if element.around.is_hidden:
            return
        select, self._select = self._select, None
        if select is not None:
            self._show_field(select.text)
        if element.attributes and (html := element.attributes.get("srcdoc")):
            self._read_frame(html)
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
            case "textarea":
                self._show_field(text)
            case "script" if published := PUBLISHED.search(text):
                self._note_date("datepublished", published[1])

    def _show_field(self, text: str) -> None:
        """Read what a field shows, whose frame sets it apart from the words beside it."""
        around, self._scope = self._scope, replace(self._scope, is_pre=True)
        self._parts.append(" ")
        self.data(text)
        self._parts.append(" ")
        self._scope = around

    def _read_frame(self, html: str) -> None:
        """Read the page that stands in the text of a frame, in its place."""
        if self._depth == DEEPEST_FRAME:
            self._has_frames = True
            return
        self._flush()
        walk = _parsed(html, is_fragment=True, depth=self._depth + 1)
        scope = self._scope
        self._sink.extend(replace(piece, zone=scope.zone, group=scope.group, list=0) for piece in walk.pieces)
        self._remarks_of_frames += walk.remarks(Zone.MAIN)

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
            case "button" if is_whole:
                self._parts[element.start :] = [button_text(inner, element.attributes or NO_ATTRIBUTES), " "]
            case "bullet" if is_whole:
                mark = inner.strip()
                self._parts[element.start :] = [] if BULLET.fullmatch(mark) else [f"{mark} "]
            case "quote":
                self._parts.append("" if self._scope.is_unseen else "’" if element.around.quotes % 2 else "”")
        if tag == "dt":
            self._is_term = True
        elif element.is_block:
            self._is_term = self._is_term and tag != "dl"
            self._break_for(tag, element.around)
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

    def _break_for(self, tag: str, around: _Scope) -> None:
        """End a block, unless it is a term whose definition follows on the next line, or a line of a heading."""
        if self._is_term or (around.level and tag not in BLOCKS):
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
        scope = self._scope
        text = without_held_buttons(text, is_heading=bool(scope.level))
        if not text.strip():
            return
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
        self._sink.append(Piece(block, scope.zone, scope.group, letters, link_letters, number, marks))

    @property
    def _sink(self) -> list[Piece]:
        """Where the next block goes: into the page, or into the cell that is being read."""
        if not self._tables:
            return self.pieces
        table = self._tables[-1]
        return table.before if table.cell is None else table.cell

    def _within(
        self, scope: _Scope, tag: str, attributes: Mapping[str, str], classes: str, style: ElementStyle
    ) -> _Scope:
        """The scope of what is in an element, as far as it is not that of what is around it."""
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            scope = replace(scope, level=int(tag[1]))
        elif attributes.get("role") == "heading":
            scope = replace(scope, level=_integer(attributes.get("aria-level"), 2))
        if tag in PREFORMATTED or style.keeps_spaces:
            scope = replace(scope, is_pre=True)
        if tag in CAPTIONS:
            scope = replace(scope, is_caption=True)
        if tag in ("li", "dd", "dt"):
            scope = replace(scope, is_item=True, is_note=scope.is_note or (scope.is_note_list and tag == "li"))
        elif tag in LISTS or tag == "dl":
            scope = replace(scope, lists=scope.lists + 1)
        if word_list := WORD_LIST.match(style.get("mso-list")):
            scope = replace(scope, is_item=True, lists=int(word_list[1]))
        if self._is_note(tag, attributes, style):
            scope = replace(scope, is_note=True)
        elif tag in BLOCKS and not NOTE_LISTS.isdisjoint(classes.lower().split()):
            scope = replace(scope, is_note_list=True)
        if tag in SECTIONS and not scope.is_section and not self._is_fragment:
            scope = replace(scope, is_section=True)
        return scope if self._is_fragment else self._in_zone(scope, tag, attributes, classes)

    def _is_note(self, tag: str, attributes: Mapping[str, str], style: ElementStyle) -> bool:
        if attributes.get("role") in NOTE_ROLES or style.get("mso-element") in ("footnote", "endnote"):
            return True
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

    def _start_list(self, tag: str, attributes: Mapping[str, str], style: ElementStyle) -> None:
        self._list_count += 1
        numbering = ""
        if tag == "ol":
            numbering = attributes.get("type", "1")
            numbering = numbering if numbering in ("1", "a", "A", "i", "I") else "1"
        if named := LIST_STYLE.match(style.get("list-style-type") or style.get("list-style")):
            numbering = NUMBERINGS[named[1]]
        begun = PageList(self._list_count, numbering)
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
        self._marks.append(Mark(around, around.next))
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
            sink.append(known or Piece(block, table.scope.zone, table.scope.group, len(block.text)))

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


def _is_closed(tag: str, attributes: Mapping[str, str], style: ElementStyle) -> bool:
    """Whether an element does not show, unless something opens it."""
    if style.is_hidden:
        return True
    is_opened_later = (
        "hidden" in attributes or "popover" in attributes or (tag == "dialog" and "open" not in attributes)
    )
    return is_opened_later and not style.shows_as


def _is_raised(classes: str, attributes: Mapping[str, str]) -> bool:
    return (
        "MsoFootnoteReference" in classes or "MsoEndnoteReference" in classes or attributes.get("role") == "doc-noteref"
    )
