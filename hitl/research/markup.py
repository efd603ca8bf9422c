"""Markdown, HTML, Word and plain text, read into blocks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hitl.research.blocks import Block, ReadFile
from hitl.research.passages import SPEAKER

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:(?:[\w-]+[ \t]*:.*|[ \t]+.*|- .*|#.*)?\n)*?)---[ \t]*\n")
"""Lines of YAML between two rules; a text that stands between rules is no such thing."""
FRONT_MATTER_LINE = re.compile(r"^(title|date)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.IGNORECASE | re.MULTILINE)
TURN = re.compile(rf"\n(?={SPEAKER.pattern})")
BLANK_LINES = re.compile(r"\n\s*\n")

TITLE_LENGTH = 120
"""A first line of plain text that is at most this long, in characters, is taken for its title."""


def read_markdown(text: str) -> ReadFile:
    front: dict[str, str] = {}
    if matter := FRONT_MATTER.match(text):
        front = {key.lower(): value for key, value in FRONT_MATTER_LINE.findall(matter[1])}
        text = text[matter.end() :]
    from markdown_it import MarkdownIt  # 50 ms that the first page does not need

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return ReadFile(list(_markdown_blocks(tokens)), title=front.get("title", ""), date=front.get("date"))


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
    read = read_markdown(FRONT_MATTER.sub("", article or "")) if article else read_text(trafilatura.html2txt(text))
    title = (metadata.title or "") if metadata else ""
    return ReadFile(read.blocks, title=title, date=metadata.date if metadata else None)


def read_docx(data: bytes) -> ReadFile:
    import docx  # 0.1 s, and the first page does not need it
    from docx.table import Table

    document = docx.Document(io.BytesIO(data))
    blocks: list[Block] = []
    for part in document.iter_inner_content():
        if isinstance(part, Table):
            blocks += [Block(" | ".join(cell.text for cell in dict.fromkeys(row.cells))) for row in part.rows]
        else:
            style = (part.style.name or "") if part.style else ""
            blocks.append(Block(part.text, is_heading=style.startswith(("Heading", "Title"))))
    return ReadFile(blocks, title=document.core_properties.title or "")


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
