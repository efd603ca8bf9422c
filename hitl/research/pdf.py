"""PDF, read into blocks: the lines of each page are put back together into paragraphs.

A PDF holds lines, not paragraphs. Three signs are used: a line much shorter than the page's usual one ends
its paragraph; a short line without a full stop, after such an end, is a heading; a line that stands at the
edge of most pages, or is only a page number, is furniture and left out.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hitl.research.blocks import Block, ReadFile, not_too_long, tidy

PAGE_NUMBER = re.compile(r"^(?:page\s*)?[-–—]?\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\s*[-–—]?$", re.IGNORECASE)
DIGITS = re.compile(r"\d+")
ENDS_SENTENCE = re.compile(r"[.!?:;…。！？؟][\"'”’)\]]*$")
LIST_ITEM = re.compile(r"^(?:[•◦▪‣·–-]|\d{1,2}[.)])\s+")
LABEL = re.compile(r"^[A-Z]\w+:\s")
"""`Sources: …`, `Note: …`: the beginning of a paragraph of its own."""

SHORT_LINE = 0.8
"""A line below this share of the page's usual line length ends its paragraph."""
HEADING_LENGTH = 90
"""Longest heading, in characters."""


class Encrypted(Exception):
    """The PDF asks for a password."""


def read_pdf(data: bytes) -> ReadFile:
    """Read a PDF page by page.

    Raises:
        Encrypted: If it cannot be opened without a password.
        TooLong: If it holds more text than a document may have.
    """
    from pypdf import PdfReader  # 0.3 s, and the first page does not need it

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Encrypted
    read = not_too_long(
        Block(tidy(line), page=number)
        for number, page in enumerate(reader.pages)
        for line in (page.extract_text() or "").splitlines()
    )
    pages: list[list[str]] = [[] for _ in reader.pages]
    for line in read:
        if line.page is not None and not PAGE_NUMBER.match(line.text):
            pages[line.page].append(line.text)
    furniture = _furniture(pages)
    title = tidy(str(reader.metadata.title or "")) if reader.metadata else ""
    blocks: list[Block] = []
    for number, lines in enumerate(pages, start=1):
        body = [line for line in lines if line and DIGITS.sub("#", line) not in furniture]
        blocks += _page_blocks(body, number)
    return ReadFile(_joined_across_pages(blocks), title=title)


def _furniture(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the edge of more than half of at least three pages, whatever number stands in them."""
    if len(pages) < 3:
        return set()
    edges = Counter(DIGITS.sub("#", line) for lines in pages for line in {*lines[:1], *lines[-1:]} if line)
    return {line for line, count in edges.items() if count > len(pages) / 2}


def _page_blocks(lines: Sequence[str], page: int) -> Iterator[Block]:
    usual = _usual_length(lines)
    paragraph: list[str] = []
    at_start = True  # of a paragraph, where a heading may stand
    for line, following, after in zip(lines, [*lines[1:], ""], [*lines[2:], "", ""], strict=False):
        if at_start and _looks_like_heading(line, following, usual):
            yield Block(line, is_heading=True, page=page)
            continue
        paragraph.append(line)
        ends_here = len(line) < usual * SHORT_LINE or _begins_anew(following, after, usual)
        at_start = bool((ends_here and ENDS_SENTENCE.search(line)) or LIST_ITEM.match(following))
        if at_start:
            yield Block(_joined(paragraph), page=page)
            paragraph = []
    if paragraph:
        yield Block(_joined(paragraph), page=page)


def _usual_length(lines: Sequence[str]) -> int:
    """The length that a tenth of the page's lines reach: that of a full line."""
    lengths = sorted((len(line) for line in lines if line), reverse=True)
    return lengths[len(lengths) // 10] if lengths else 0


def _looks_like_heading(line: str, following: str, usual: int) -> bool:
    is_short = 0 < len(line) <= min(HEADING_LENGTH, usual * SHORT_LINE)
    begins = line[:1].isupper() or line[:1].isdigit()
    goes_on = not following[:1].isalpha() or following[0].islower()  # in the next line, as no heading does
    return is_short and begins and not goes_on and not ENDS_SENTENCE.search(line) and not LIST_ITEM.match(line)


def _begins_anew(line: str, following: str, usual: int) -> bool:
    return bool(LABEL.match(line)) or _looks_like_heading(line, following, usual)


def _joined(lines: Sequence[str]) -> str:
    """One paragraph, with the words that a line break has cut put together again."""
    parts: list[str] = []
    for line in lines:
        is_cut = bool(parts) and parts[-1].endswith("-") and parts[-1][-2:-1].isalpha()
        if is_cut and line[:1].islower():
            parts[-1] = parts[-1][:-1]
        elif parts and not is_cut:
            parts.append(" ")
        parts.append(line)
    return "".join(parts)


def _joined_across_pages(blocks: Sequence[Block]) -> list[Block]:
    """Put a paragraph together that a page break has cut; it counts as standing where it begins."""
    joined: list[list[Block]] = []
    for block in blocks:
        last = joined[-1][-1] if joined else None
        if (
            last
            and not last.is_heading
            and not block.is_heading
            and last.page != block.page
            and not ENDS_SENTENCE.search(last.text)
            and block.text[:1].islower()
        ):
            joined[-1].append(block)
        else:
            joined.append([block])
    return [replace(parts[0], text=_joined([part.text for part in parts])) for parts in joined]
