"""Drafts: what a model has written, read into blocks of plain sentences with the numbers that they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hitl.report.citations import WRITTEN, read_numbers
from hitl.research.sentences import Span, split_sentences

if TYPE_CHECKING:
    from markdown_it.token import Token

DEEPEST = 100
"""Blocks inside blocks, at most; below that markdown-it drops text."""
WRAPPED = re.compile(r"\A\s*(```+|~~~+)[ \t]*(?:markdown|md)?[ \t]*\n(.*?)(?:\n\1\s*)?\Z", re.DOTALL)
"""A text that stands in a code block as a whole."""
LISTED = re.compile(r"^ {0,3}\[\^?\d{1,6}\]:.*$", re.MULTILINE)
"""A line of a list of references, wherever it stands."""
REFERENCES = frozenset(
    "references|reference list|list of references|references cited|sources|source list|sources cited|bibliography|"
    "works cited|citations|footnotes|literature|literature cited|quellen|quellenverzeichnis|quellenangaben|literatur|"
    "literaturverzeichnis|referenzen|einzelnachweise|belege|références|bibliographie|fuentes|referencias|bibliografía|"
    "riferimenti|fonti|bibliografia|referências|fontes|bronnen|referenties|källor|referenser|kilder|referanser|lähteet|"
    "źródła|источники|литература|список литературы|джерела|kaynaklar|kaynakça|"
    "参考文献|参考资料|參考文獻|參考資料|来源|來源|引用文献|出典|참고문헌|출처|المراجع|المصادر|מקורות".split("|")
)
"""What a model calls the list of its sources; code builds that list."""
LIKE_A_REFERENCE = re.compile(r"\W*references?\W*\d*\W*", re.IGNORECASE)
"""A heading to which citations would lead."""
ADDRESS = re.compile(r"(?<![A-Za-z])(?:(?:https?|ftp)://|www\.|mailto:|xmpp:)+", re.IGNORECASE)
SCHEME = re.compile(r"(https?|ftp):(?=//)", re.IGNORECASE)
"""What `ADDRESS` leaves inside a word."""
TAG = re.compile(r"</?(?:sup|sub|b|i|em|strong|u|span)>|(<br ?/?>)", re.IGNORECASE)
MAIL = re.compile(r"(?<=[\w.+-])@(?=[\w-]+\.)")
AFTER_END = re.compile(rf"(?<=[.!?])(?P<brackets>{WRITTEN.pattern})(?=\w)", re.IGNORECASE)
EMPHASIS_AFTER_END = re.compile(r"(?<=[.!?…])[*_]{1,3}(?=\s)")
WORD = re.compile(r"\w")
NEXT = " Zz"
"""What could come after a text: tells whether its last sentence has ended."""


@dataclass(frozen=True)
class Stretch:
    """A part of a sentence, and the citations that stand after it."""

    text: str
    numbers: tuple[int, ...] = ()
    """As the model counts."""


@dataclass(frozen=True)
class Sentence:
    stretches: tuple[Stretch, ...]

    @property
    def text(self) -> str:
        return "".join(stretch.text for stretch in self.stretches).strip()

    @property
    def numbers(self) -> list[int]:
        return [number for stretch in self.stretches for number in stretch.numbers]


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item, a row of a table, or a heading."""

    text: str
    """On one line, with the citations as the model has written them."""
    level: int = 0
    """Of a heading, from 1; 0 for all else."""
    marker: str = ""
    """Of a list item: `- ` or `3. `."""

    @property
    def title(self) -> str:
        return WRITTEN.sub("", self.text).strip()

    @property
    def is_reference_title(self) -> bool:
        return not self.marker and re.sub(r"^[\W\d_]+|[\W_]+$", "", self.text).casefold() in REFERENCES

    def sentences(self, most: int) -> list[Sentence]:
        """The sentences of what is no heading, with what they cite.

        A citation after a full stop belongs to the sentence before.

        Args:
            most: The highest number that can be cited.
        """
        if self.level:
            return []
        text = AFTER_END.sub(lambda match: match[0] + " ", self.text)
        spans = split_sentences(_masked(text))
        sentences = [Sentence(tuple(_stretches(text[span.start : span.end], most))) for span in spans]
        return [sentence for sentence in sentences if sentence.stretches]


@dataclass(frozen=True)
class Draft:
    """A text of a model."""

    title: str
    """Empty when it has none."""
    blocks: Sequence[Block]

    def unknown(self, most: int) -> int:
        """How many citations are those of no finding."""
        brackets = (match[0] for block in self.blocks for match in WRITTEN.finditer(block.text))
        return sum(read_numbers(bracket, most).unknown for bracket in brackets)


def read_draft(text: str) -> Draft:
    """Read Markdown of a model: emphasis and links become their words, and its own list of references is left out."""
    from markdown_it import MarkdownIt  # 50 ms that the first page does not need

    if wrapped := WRAPPED.match(text):
        text = wrapped[2]
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable("table").disable("reference")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # whatever it leads to, only its words are kept
    blocks = _without_references([b for b in _blocks(parser.parse(LISTED.sub("", text))) if WORD.search(b.text)])
    first = next((block for block in blocks if block.level), None)
    has_title = first is not None and first.level == 1 and not LIKE_A_REFERENCE.fullmatch(first.text)
    return Draft(
        title=first.title if first and has_title else "",
        blocks=[block for block in blocks if not (has_title and block is first)],
    )


def whole_sentences(text: str) -> str:
    """A text that was cut in the middle, up to the end of its last whole sentence and the citations after that.

    A text without a whole sentence is returned as it is.
    """
    masked = _masked(text.rstrip())
    last = split_sentences(masked + NEXT)[-1]
    return text[: last.start].rstrip() or text


def without_addresses(text: str) -> str:
    """A text whose web and mail addresses no page turns into links by itself."""
    return MAIL.sub(" @ ", SCHEME.sub(r"\1: ", ADDRESS.sub("", text)))


def _masked(text: str) -> str:
    """The text with quotation marks in place of citations, at the same offsets: they may stand after a full stop."""
    text = WRITTEN.sub(lambda match: "”" * len(match[0]), text)
    return EMPHASIS_AFTER_END.sub(lambda match: "”" * len(match[0]), text)


def _stretches(sentence: str, most: int) -> Iterator[Stretch]:
    """A sentence cut after its citations; those before its first word go after the words that follow."""
    text = ""
    numbers: tuple[int, ...] = ()
    ends = [*(Span(*match.span()) for match in WRITTEN.finditer(sentence)), Span(len(sentence), len(sentence))]
    begin = 0
    for bracket in ends:
        between = sentence[begin : bracket.start]
        begin = bracket.end
        if numbers and WORD.search(text) and WORD.search(between):
            yield Stretch(text, numbers)
            text, numbers = "", ()
        text += between
        numbers = tuple(dict.fromkeys((*numbers, *read_numbers(sentence[bracket.start : bracket.end], most).known)))
    if WORD.search(text):
        yield Stretch(text, numbers)


def _without_references(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without a list of references at the end, and without headings to which citations would lead."""
    kept = list(blocks)
    for index, block in enumerate(blocks):
        rest = blocks[index + 1 :]
        if index and block.is_reference_title and all(b.is_reference_title for b in rest if b.level):
            kept = list(blocks[:index])
            break
    return [block for block in kept if not (block.level and LIKE_A_REFERENCE.fullmatch(block.text))]


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    marker, level = "", 0
    cells: list[str] | None = None
    for token in tokens:
        words = _words(token.children or [])
        match token.type:
            case "list_item_open":
                marker = f"{token.info}. " if token.info else "- "
            case "list_item_close":
                marker = ""
            case "heading_open":
                level = int(token.tag[1:])
            case "tr_open":
                cells = []
            case "tr_close":
                yield Block(" | ".join(cells or []))
                cells = None
            case "fence" | "code_block":
                yield Block(_plain(token.content), marker=marker)
                marker = ""
            case "inline" if cells is not None:
                cells.append(words)
            case "inline":
                yield Block(words, level, marker if not level else "")
                marker, level = "", 0


def _words(tokens: Sequence[Token]) -> str:
    """The text of a paragraph; of a link or an image its words, and of a link on a number that number, in brackets."""
    parts: list[str] = []
    begun = 0
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "link_open":
                begun = len(parts)
            case "link_close":
                words = "".join(parts[begun:])
                parts[begun:] = [f"[{words}]" if re.fullmatch(r"\d{1,6}", words) else words]
            case "text" | "code_inline" | "text_special" | "image":
                parts.append(token.content)
    return _plain("".join(parts))


def _plain(text: str) -> str:
    """Text on one line, without addresses and the tags that models mix into Markdown."""
    untagged = TAG.sub(lambda match: " " if match[1] else "", text)
    return without_addresses(" ".join(untagged.split()))
