"""Markdown, HTML, Word and plain text, read into blocks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hitl.research.blocks import Block, ReadFile, not_too_long
from hitl.research.passages import SPEAKER
from hitl.research.shown_words import unread_words

if TYPE_CHECKING:
    from markdown_it.token import Token

RULE = re.compile(r"---[ \t\r]*")
FRONT_MATTER_LINE = re.compile(r"[\w-]+[ \t]*:.*|[ \t]+.*|- .*|#.*|\r?")
"""A line of YAML, as it stands between two rules at the beginning of a file."""
TURN = re.compile(rf"\n(?={SPEAKER.pattern})")
BLANK_LINES = re.compile(r"\n\s*\n")

TITLE_LENGTH = 120
"""A first line of plain text that is at most this long, in characters, is taken for its title."""


def read_markdown(text: str) -> ReadFile:
    front, text = split_front_matter(text)
    from markdown_it import MarkdownIt  # 50 ms that the first page does not need

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return ReadFile(list(_markdown_blocks(tokens)), title=front.get("title", ""), date=front.get("date"))


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """What the lines of YAML at the beginning of a file say, by lower-case name, and the text after them.

    A text that stands between two rules is no such thing: then nothing is split off.
    """
    front: dict[str, str] = {}
    first, start = _line_at(text, 0)
    if not RULE.fullmatch(first):
        return {}, text
    while start < len(text):
        line, start = _line_at(text, start)
        if RULE.fullmatch(line):
            return front, text[start:]
        if not FRONT_MATTER_LINE.fullmatch(line):
            break
        name, _, value = line.partition(":")
        front[name.rstrip().lower()] = _unquoted(value.strip())
    return {}, text


def _unquoted(value: str) -> str:
    """A value of YAML without the pair of quotation marks around it."""
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _line_at(text: str, start: int) -> tuple[str, int]:
    """The line that begins at an offset, and where the next one begins."""
    end = text.find("\n", start)
    return (text[start:], len(text)) if end < 0 else (text[start:end], end + 1)


def _markdown_blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    row: list[str] | None = None
    for previous, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield Block(" | ".join(row))
            row = None
        elif token.type in ("fence", "code_block"):
            yield Block(token.content)
        elif token.type == "inline":
            text = _inline_text(token.children or [])
            if row is not None:
                row.append(text)
            else:
                yield Block(text, is_heading=previous is not None and previous.type == "heading_open")


def _inline_text(tokens: Sequence[Token]) -> str:
    kept = {"text", "code_inline"}
    breaks = {"softbreak", "hardbreak"}
    return "".join(t.content if t.type in kept else " " if t.type in breaks else "" for t in tokens)


def read_html(text: str) -> ReadFile:
    """The article of a page, without its menus and footers; the whole text of a page that has no article."""
    import trafilatura  # 0.3 s, and the first page does not need it

    if "<body" not in text.lower():
        text = f"<html><body>{text}</body></html>"  # a fragment has no article otherwise
    metadata = trafilatura.extract_metadata(text)
    article = trafilatura.extract(text, output_format="markdown", include_tables=True, include_comments=False)
    read = read_markdown(article) if article else read_text(trafilatura.html2txt(text))
    title = (metadata.title or "") if metadata else ""
    return ReadFile(read.blocks, title=title, date=metadata.date if metadata else None)


def read_docx(data: bytes) -> ReadFile:
    import docx  # 0.1 s, and the first page does not need it
    from docx.table import Table

    document = docx.Document(io.BytesIO(data))

    def read() -> Iterator[Block]:
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                yield from (Block(" | ".join(cell.text for cell in dict.fromkeys(row.cells))) for row in part.rows)
            else:
                style = (part.style.name or "") if part.style else ""
                yield Block(part.text, is_heading=style.startswith(("Heading", "Title")))

    blocks = list(not_too_long(read()))
    title = document.core_properties.title or ""
    return ReadFile(blocks, title=title, unread_words=unread_words(document))


def read_text(text: str) -> ReadFile:
    """Paragraphs are set apart by blank lines, the turns of a conversation by lines; other line breaks are wrapping."""
    blocks_of_lines = [part.strip() for part in BLANK_LINES.split("\n".join(text.splitlines()).strip())]
    paragraphs = [turn for block in blocks_of_lines for turn in _turns(block)]
    first = paragraphs[0] if paragraphs else ""
    is_title = len(paragraphs) > 1 and "\n" not in first and len(first) <= TITLE_LENGTH and not first.endswith(".")
    blocks = [Block(part, is_heading=is_title and number == 0) for number, part in enumerate(paragraphs)]
    return ReadFile(blocks)


def _turns(block: str) -> list[str]:
    """The turns of a conversation; a single line that looks like one is an ordinary sentence with a colon."""
    turns = TURN.split(block)
    is_conversation = len(turns) > 1 and all(map(SPEAKER.match, turns))
    return turns if is_conversation else [block]
