"""Markdown as a flat row of blocks, for what reads it or writes it in another format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

DEEPEST = 100
"""Blocks inside blocks, at most. Below that markdown-it drops text without a word; its own limit for CommonMark is 20,
which ten lists inside each other reach."""
MOST_LINES = 100_000
"""Lines of a text, at most: several thousand pages. Each takes markdown-it some 20 µs, and a list more."""
MOST_LOOKS = 5
SHORT = 20_000
"""Characters that the shortest text is taken to have in `limit_link_search`."""
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML does not allow, and half characters, which nothing can write."""


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text of one style."""

    text: str
    """`\\n` is a line break."""
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    target: str = ""
    """Anchor of the heading that a click leads to; empty when it leads nowhere."""
    link: int = 0
    """Which link of its paragraph, heading or cell it belongs to, from 1; 0 for none."""
    kind: Literal["text", "image", "address"] = "text"
    """An image's run is its description. An address is that of the link or the image before it, which a page hides."""


Cell = tuple[TextRun, ...]
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """A paragraph, or what stands in its place."""

    kind: Literal["heading", "paragraph", "code", "table", "rule"]
    runs: tuple[TextRun, ...] = ()
    level: int = 0
    """Of a heading, from 1 to 6."""
    anchor: str = ""
    """Of a heading: what links name it by."""
    rows: tuple[Row, ...] = ()
    """Of a table; the first is its head."""
    quotes: int = 0
    """In how many block quotes it stands."""
    depth: int = 0
    """In how many lists it stands."""
    list: int = 0
    """Which list it stands in, counted through the text from 1; 0 for none."""
    number: int | None = None
    """Of an item of an ordered list, in its first block; counted on from that of the list's first item."""
    numeral: str = ""
    """The number of such an item as it is written: in `1. 1. 1.` always `1`."""
    bullet: bool = False
    """Whether it is the first block of an item of a list without numbers."""

    @property
    def text(self) -> str:
        return text_of(self.runs)

    @property
    def all_runs(self) -> tuple[TextRun, ...]:
        """Its own, and those of its cells."""
        return self.runs + tuple(run for row in self.rows for cell in row for run in cell)

    def mapped(self, change: Callable[[TextRun], TextRun]) -> MarkdownBlock:
        """The same block of other runs, and of other cells."""
        rows = tuple(tuple(tuple(map(change, cell)) for cell in row) for row in self.rows)
        return replace(self, runs=tuple(map(change, self.runs)), rows=rows)


def text_of(runs: Iterable[TextRun]) -> str:
    return "".join(run.text for run in runs)


def runs_right_to_left(text: str) -> bool:
    """Whether a paragraph does: its first letter says so (rules P2 and P3 of Unicode's annex 9)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in directions if direction in ("L", "R", "AL")), "L") != "L"


def blocks_of(markdown: str) -> list[MarkdownBlock]:
    """Read Markdown to write it in another format: CommonMark, tables and strikethrough.

    Raw HTML stays text, an image becomes its description and its address, a link its text and its address; a link to a
    heading of the text keeps its target. Markdown of nothing but link definitions becomes one block of code, and so
    does Markdown that is too deeply nested or has too many lines to be read: all of the text is in the blocks.

    Args:
        markdown: Any text; what XML does not allow is replaced by U+FFFD.

    Returns:
        The blocks, in order.
    """
    markdown = FORBIDDEN.sub("\ufffd", markdown)
    tokens = _parsed(markdown)
    if not tokens:
        return _as_written(markdown) if markdown.strip() else []
    blocks = _Reader().read(tokens)
    anchors = {block.anchor for block in blocks}
    # a link that leads to no heading is only text
    return [
        block.mapped(lambda run: replace(run, target="") if run.target and run.target not in anchors else run)
        for block in blocks
    ]


def limit_link_search(parser: MarkdownIt, characters: int) -> None:
    """Have a parser take brackets for text when it has looked for the ends of links for too long.

    It looks over the rest of a paragraph for each bracket that nothing closes: over the square of a text of brackets.

    Args:
        parser: Reads one text.
        characters: Those of the text, in each of which it may look `MOST_LOOKS` times.
    """
    skip, left = parser.inline.skipToken, MOST_LOOKS * max(characters, SHORT)

    def skip_within_limit(state: StateInline) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            state.pos = state.posMax  # what markdown-it does with brackets that are nested too deeply
        else:
            skip(state)

    parser.inline.skipToken = skip_within_limit  # type: ignore[method-assign]


def _parsed(markdown: str) -> list[Token] | None:
    """The tokens of a text; None if it has too many lines or is too deeply nested."""
    if markdown.count("\n") > MOST_LINES:
        return None
    from markdown_it import MarkdownIt  # 50 ms that the first page does not need

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    limit_link_search(parser, len(markdown))
    try:
        tokens = parser.parse(markdown)
    except RecursionError:  # the caller itself is deep in calls
        return None
    return None if any(token.level >= DEEPEST - 1 for token in tokens) else tokens


def _as_written(markdown: str) -> list[MarkdownBlock]:
    return [MarkdownBlock("code", (TextRun(markdown),))]


@dataclass
class _List:
    id: int
    number: int | None
    """Of its next item; None in a list without numbers."""


@dataclass
class _Reader:
    """Walks through the tokens of a text and knows what it is inside of."""

    quotes: int = 0
    lists: list[_List] = field(default_factory=list)
    counted: int = 0
    """Lists so far."""
    opened: bool = False
    """Whether a list item has begun whose first block is still to come."""
    numeral: str = ""
    """Of the innermost item that has begun."""
    rows: list[list[Cell]] = field(default_factory=list)

    def read(self, tokens: Sequence[Token]) -> list[MarkdownBlock]:
        blocks: list[MarkdownBlock] = []
        for index, token in enumerate(tokens):
            match token.type:
                case "blockquote_open" | "blockquote_close":
                    self.quotes += token.nesting
                case "bullet_list_open" | "ordered_list_open":
                    self.counted += 1
                    start = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
                    self.lists.append(_List(self.counted, start))
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    if self.opened:  # the item around it begins with this list, and has no block of its own
                        blocks.append(self._placed(MarkdownBlock("paragraph"), outer=1))
                    self.opened, self.numeral = True, token.info
                case "list_item_close" if self.opened:
                    blocks.append(self._placed(MarkdownBlock("paragraph")))
                case "inline":
                    blocks += self._inline(token, tokens[index - 1])
                case "fence" | "code_block":
                    blocks.append(
                        self._placed(MarkdownBlock("code", (TextRun(token.content.removesuffix("\n"), code=True),)))
                    )
                case "hr":
                    blocks.append(self._placed(MarkdownBlock("rule")))
                case "table_open":
                    self.rows = []
                case "tr_open":
                    self.rows.append([])
                case "table_close":
                    blocks.append(self._placed(MarkdownBlock("table", rows=tuple(map(tuple, self.rows)))))
        return blocks

    def _inline(self, token: Token, opening: Token) -> Iterator[MarkdownBlock]:
        """What holds running text: a cell of a table, a heading, or a paragraph."""
        runs = tuple(_runs(token.children or []))
        match opening.type:
            case "th_open" | "td_open":
                self.rows[-1].append(runs)
            case "heading_open":
                anchor = anchor_of(text_of(runs))
                yield self._placed(MarkdownBlock("heading", runs, level=int(opening.tag[1:]), anchor=anchor))
            case _:
                yield self._placed(MarkdownBlock("paragraph", runs))

    def _placed(self, block: MarkdownBlock, outer: int = 0) -> MarkdownBlock:
        """A block with its place among lists and quotes.

        Args:
            block: What has been read.
            outer: How many of the innermost lists it is not in.
        """
        lists = self.lists[: len(self.lists) - outer]
        opened, self.opened = self.opened, False
        if not lists:
            return replace(block, quotes=self.quotes)
        number = lists[-1].number
        if opened and number is not None:
            lists[-1].number = number + 1
        return replace(
            block,
            quotes=self.quotes,
            depth=len(lists),
            list=lists[-1].id,
            number=number if opened else None,
            numeral=self.numeral if opened else "",
            bullet=opened and number is None,
        )


def anchor_of(heading: str) -> str:
    """What links name a heading by: `reference-3` for “Reference 3”."""
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-")


def _runs(tokens: Sequence[Token]) -> Iterator[TextRun]:
    """The runs of a paragraph."""
    style = TextRun("")
    address, begun, links = "", 0, 0
    written: list[TextRun] = []
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                style = replace(style, bold=token.nesting == 1)
            case "em_open" | "em_close":
                style = replace(style, italic=token.nesting == 1)
            case "s_open" | "s_close":
                style = replace(style, strike=token.nesting == 1)
            case "link_open":
                address, begun, links = str(token.attrs.get("href", "")), len(written), links + 1
                style = replace(style, target=address[1:] if address.startswith("#") else "", link=links)
            case "link_close":
                style = replace(style, target="", link=0)
                if address and not address.startswith("#") and text_of(written[begun:]) != address:
                    written.append(replace(style, text=f" ({address})", kind="address"))
            case "softbreak" | "hardbreak":
                written.append(replace(style, text="\n" if token.type == "hardbreak" else " "))
            case "code_inline":
                written.append(replace(style, text=token.content, code=True))
            case "image":  # nothing is fetched: its description, and where it would have come from
                written.append(replace(style, text=token.content, kind="image"))
                if source := token.attrs.get("src", ""):
                    written.append(replace(style, text=f" ({source})", kind="address"))
            case _:
                written.append(replace(style, text=token.content))
    return iter([run for run in written if run.text])
