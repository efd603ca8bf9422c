"""Blocks of a document, put together from its lines: headings, paragraphs, items, footnotes and rows of tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from hitl.research.evidence import BlockKind
from hitl.research.reading.blocks import Block
from hitl.research.reading.pdf.columns import Line, Table
from hitl.research.reading.pdf.headings import (
    CAPTION,
    ENDS_OPEN,
    ENDS_SENTENCE,
    LONGEST_PLAIN,
    MOST_LINES,
    SMALLER,
    Body,
    HeadingStyle,
    depth_of,
    is_capital,
    levels,
    stands_out,
    style_of,
)
from hitl.research.reading.pdf.hyphens import HYPHENS, Words, joined
from hitl.research.reading.pdf.lines import is_rtl
from hitl.research.reading.pdf.raised import mark_of
from hitl.research.reading.table_rows import rows_as_blocks

ITEM = re.compile(
    r"(?:[•◦▪▸►‣⁃∙●○■□➢➤✓✔·*\uf020-\uf0ff–—-]|[(\[]?(?:\d{1,3}|[a-z]|[A-Z]|[ivx]{1,5}|[IVX]{1,5})[.)\]])\s+(?=\S)"
)
PLAIN_BULLET = re.compile(r"^[•◦▪▸►‣⁃∙●○■➢➤·\uf020-\uf0ff]\s+")
"""A sign that only says what the kind of the block says."""
BULLET = re.compile(r"[•◦▪▸►‣⁃∙●○■□➢➤✓✔·*\uf020-\uf0ff–—-]\s")
LABEL = re.compile(r"[^\W\d_]\w+:\s")
"""`Sources: …`, `Note: …`: the beginning of a paragraph of its own."""
LEADERS = re.compile(r"(?:\s?[.·…_]){4,}\s*")
"""The dots between an entry of a table of contents and its page."""
ENTRY = re.compile(r"(?:\s?[.·…]){4,}\s*[\divxlc]{1,5}\s*\Z")
LONGEST_ENTRY = 400
"""Letters at the end of a line that are looked at for them."""
FAR = 1.25
"""Distance of two lines from which a paragraph begins, in usual distances of the text."""
UNUSUAL = 2.2
"""Distance of two lines from which a paragraph begins if the usual one is not known, in sizes."""
INDENT = 0.8
"""How far the first line of a paragraph is indented, at least, in sizes."""
INDENT_OF_LIST = 0.5
"""How far the items of an inner list are indented, at least, in sizes."""
ROOM = 0.6
"""Room that a line leaves beside the first word of the next one if it ends its paragraph, in sizes."""
LOOK_AHEAD = 12
"""Blocks that may stand between the parts of a paragraph that a page break has cut: tables, captions, notes."""


@dataclass(slots=True)
class _Part:
    """A block in the making."""

    kind: BlockKind
    lines: list[Line]
    style: HeadingStyle | None = None
    level: int = 0
    rows: list[Block] = field(default_factory=list)
    """Of a table."""
    is_weak: bool = False
    """Of a heading: whether it is set as the text is."""
    forced: set[int] = field(default_factory=set)
    """Indices of lines that end where the file wants them to."""

    @property
    def page(self) -> int:
        return self.lines[0].page if self.lines else self.rows[0].page or 1

    @property
    def last(self) -> Line:
        return self.lines[-1]


def blocks_of(pages: Sequence[Sequence[Line | Table]], body: Body) -> list[Block]:
    """The blocks of a document in order.

    A block that a page break cuts counts as standing where it begins; footnotes stand after the other blocks that begin
    on their page.

    Args:
        pages: The lines and tables of each page, in reading order and without running heads.
        body: How the running text is set.
    """
    words = Words(line.text for page in pages for line in page if isinstance(line, Line))
    pitch = _usual_pitch(pages, body)
    parts: list[_Part] = []
    for page in pages:
        notes = _notes(page, body, parts)
        others = [line for line in page if not (isinstance(line, Line) and id(line) in notes.lines)]
        parts += _parts(others, body, pitch)
        parts += notes.parts
    _settle_weak_headings(parts)
    ordered = _in_order(_across_pages(parts, body))
    ranks = levels(part.style for part in ordered if part.kind == "heading" and part.style)
    blocks: list[Block] = []
    for part in ordered:
        if part.rows:
            blocks += part.rows
            continue
        if text := _text(part, words):
            level = ranks.get(part.style, 1) if part.style and part.kind == "heading" else part.level
            blocks.append(Block(text, part.kind, level=level, page=part.page))
    return blocks


def _text(part: _Part, words: Words) -> str:
    """The text of a block; lines that the file breaks itself stay lines."""
    runs: list[list[str]] = [[]]
    for index, line in enumerate(part.lines):
        runs[-1].append(LEADERS.sub(" … ", line.text) if "...." in line.text or ". . ." in line.text else line.text)
        if index in part.forced:
            runs.append([])
    text = "\n".join(joined(run, words) for run in runs if run)
    return PLAIN_BULLET.sub("", text) if part.kind == "item" else text


def _usual_pitch(pages: Sequence[Sequence[Line | Table]], body: Body) -> float:
    """The usual distance of two lines of the text, in sizes."""
    distances: Counter[float] = Counter()
    for page in pages:
        for one, other in pairwise(page):
            if not (isinstance(one, Line) and isinstance(other, Line) and one.column == other.column):
                continue
            if one.size == other.size == body.size and other.baseline > one.baseline:
                distances[round((other.baseline - one.baseline) / body.size, 2)] += 1
    if not distances:
        return 0.0
    most = max(distances.values())
    usual = min(distance for distance, times in distances.items() if times >= most / 2)
    return usual if usual < UNUSUAL else 0.0


# Footnotes


@dataclass
class _Notes:
    lines: set[int] = field(default_factory=set)
    """Identities of their lines."""
    parts: list[_Part] = field(default_factory=list)


def _notes(page: Sequence[Line | Table], body: Body, before: Sequence[_Part]) -> _Notes:
    """The footnotes of a page: small lines at the end of a column, from the first that begins with a mark."""
    notes = _Notes()
    said = "".join(line.text for line in page if isinstance(line, Line) and line.size > SMALLER * body.size)
    columns: dict[int, list[Line | Table]] = {}
    for line in page:
        columns.setdefault(line.column, []).append(line)
    open_note = next((part for part in reversed(before) if part.kind == "footnote"), None)
    for lines in columns.values():
        small: list[Line] = []
        for line in reversed(lines):
            if not isinstance(line, Line) or line.size > SMALLER * body.size:
                break
            small.insert(0, line)
        begins = [_begins_note(line, said) for line in small]
        start = begins.index(True) if True in begins else None
        goes_on = (
            open_note is not None
            and bool(small)
            and small[0].size == open_note.last.size
            and small[0].page == open_note.last.page + 1
            and not ENDS_SENTENCE.search(open_note.last.text)
        )
        if goes_on and len(small) < len(lines):
            start = 0
        if start is None or (len(small) == len(lines) and len(columns) == 1):
            continue
        for line, is_first in zip(small[start:], begins[start:], strict=True):
            notes.lines.add(id(line))
            if is_first or not (notes.parts or goes_on):
                notes.parts.append(_Part("footnote", [line]))
            elif notes.parts:
                notes.parts[-1].lines.append(line)
            elif open_note is not None:
                open_note.lines.append(line)
    return notes


def _begins_note(line: Line, said: str) -> bool:
    """Whether a line begins with a raised mark, or with one that stands raised in the text of the page."""
    if not line.mark:
        return False
    mark = mark_of(line.mark)
    return line.text.startswith(mark) or mark in said


# Headings, paragraphs and items of one page


def _parts(page: Sequence[Line | Table], body: Body, pitch: float) -> Iterator[_Part]:
    part: _Part | None = None
    lists: list[float] = []
    for index, line in enumerate(page):
        if isinstance(line, Table):
            if part:
                yield part
            part, lists = None, []
            rows = list(rows_as_blocks(line.rows, line.has_head, page=line.page))
            if rows:
                yield _Part("row", [], rows=rows)
            continue
        before = page[index - 1] if index else None
        following = page[index + 1] if index + 1 < len(page) else None
        last = before if isinstance(before, Line) else None
        after = following if isinstance(following, Line) else None
        if part and last and _goes_on(part, last, line, after, body, pitch):
            if _is_forced(last, line) and part.kind != "heading" and _keeps_break(last, line):
                part.forced.add(len(part.lines) - 1)
            part.lines.append(line)
            continue
        if part:
            yield part
        part = _begun(line, last, after, body, pitch)
        if part.kind == "item":
            lists = [left for left in lists if left < line.left - INDENT_OF_LIST * line.size]
            part.level = len(lists)
            lists.append(line.left)
        elif part.kind == "heading" or line.left <= (lists[0] if lists else 0) + line.size:
            lists = []
    if part:
        yield part


def _begun(line: Line, last: Line | None, after: Line | None, body: Body, pitch: float) -> _Part:
    """The block that a line begins."""
    if _is_entry(line):
        return _Part("row", [line])
    if stands_out(line, body) and not BULLET.match(line.text) and not _leads_in(line, after, body):
        return _Part("heading", [line], style=style_of(line, line.text))
    if _is_plain_heading(line, last, after, body, pitch):
        return _Part("heading", [line], style=style_of(line, line.text))
    if ITEM.match(line.text):
        return _Part("item", [line])
    if _may_be_heading(line, last, after):
        return _Part("heading", [line], style=style_of(line, line.text), is_weak=True)
    return _Part("paragraph", [line])


def _is_entry(line: Line) -> bool:
    """Whether a line is one of a table of contents, with the dots before its page."""
    return bool(ENTRY.search(line.text[-LONGEST_ENTRY:]))


def _leads_in(line: Line, after: Line | None, body: Body) -> bool:
    """Whether a bold line is the beginning of a paragraph, or a sentence in bold."""
    if line.size >= body.size * 1.06:
        return len(line.text) > 120 and bool(ENDS_SENTENCE.search(line.text)) and not depth_of(line.text)
    if ENDS_SENTENCE.search(line.text) and len(line.text) > 60 and not depth_of(line.text):
        return True
    if after is None or after.is_bold or ENDS_SENTENCE.search(line.text):
        return False
    is_close = after.baseline - line.baseline < UNUSUAL * line.size and after.column == line.column
    return is_close and after.text[:1].islower() and after.size == line.size


def _is_plain_heading(line: Line, last: Line | None, after: Line | None, body: Body, pitch: float) -> bool:
    """Whether a line set in the size of the text is a heading: in capitals, in italics, or numbered, and alone."""
    text = line.text
    if (
        len(text) > LONGEST_PLAIN
        or ENDS_SENTENCE.search(text)
        or ENDS_OPEN.search(text)
        or line.size < SMALLER * body.size
    ):
        return False
    if CAPTION.match(text) or BULLET.match(text) or after is None or after.column != line.column:
        return False
    is_alone = (last is None or last.column != line.column or _is_far(last, line, pitch)) and _is_forced(line, after)
    if is_capital(text) and not is_capital(after.text) and (last is None or not is_capital(last.text)):
        return is_alone or _is_forced(line, after)
    if not is_alone or after.text[:1].islower():
        return False
    if depth_of(text) >= 2:
        return True
    return line.style.is_italic and not body.is_italic and not after.style.is_italic and text[:1].isupper()


def _may_be_heading(line: Line, last: Line | None, after: Line | None) -> bool:
    """Whether a line set as the text is can be a heading, in a document whose headings do not stand out."""
    text = line.text
    if after is None or len(text) > LONGEST_PLAIN or not (text[:1].isupper() or text[:1].isdigit()):
        return False
    if ENDS_SENTENCE.search(text) or ENDS_OPEN.search(text) or text.endswith(":") or CAPTION.match(text):
        return False
    is_after_end = last is None or bool(ENDS_SENTENCE.search(last.text)) or last.page != line.page
    is_short = line.right - line.left <= 0.8 * (line.column_right - line.column_left)
    goes_on = not after.text[:1].isalpha() or after.text[:1].islower()
    return is_after_end and is_short and _is_forced(line, after) and not goes_on and line.parts == 1


def _settle_weak_headings(parts: Sequence[_Part]) -> None:
    """Where headings stand out, a line that does not is none."""
    if any(part.kind == "heading" and not part.is_weak for part in parts):
        for part in parts:
            if part.is_weak:
                part.kind, part.is_weak = "paragraph", False


def _goes_on(part: _Part, last: Line, line: Line, after: Line | None, body: Body, pitch: float) -> bool:
    """Whether a line belongs to the block of the line before it."""
    if line.column != last.column or line.baseline <= last.baseline:
        return False
    if part.kind == "heading":
        is_alike = (
            line.size == last.size and line.is_bold == last.is_bold and is_capital(line.text) == is_capital(last.text)
        )
        is_close = line.baseline - last.baseline < UNUSUAL * 0.8 * line.size
        is_new = bool(depth_of(line.text)) or BULLET.match(line.text)
        return (
            not part.is_weak
            and is_alike
            and is_close
            and not is_new
            and stands_out(line, body)
            and len(part.lines) < MOST_LINES
        )
    if _is_entry(last) or _is_entry(line):
        return not _is_entry(last)
    if _is_far(last, line, pitch) or (line.size != last.size and abs(line.size - last.size) > 0.6):
        return False
    first = part.lines[0]
    if part.kind == "item":
        hangs = line.left > first.left + INDENT_OF_LIST * line.size
        if ITEM.match(line.text) and not (hangs and not BULLET.match(line.text) and not _is_forced(last, line)):
            return False
        if hangs:
            return True
        return not _is_forced(last, line) and (line.left >= first.left - 1)
    if ITEM.match(line.text) and (_is_forced(last, line) or ENDS_SENTENCE.search(last.text) or last.text.endswith(":")):
        return False
    if BULLET.match(line.text) and line.text[0] not in "–—-*":
        return False
    if stands_out(line, body) and not stands_out(last, body) and (_is_forced(last, line) or _looks_begun(line)):
        return False
    if last.text.endswith(HYPHENS):
        return True
    is_indented = line.left - INDENT * line.size > max(
        last.left if len(part.lines) > 1 else line.column_left, line.column_left
    )
    if is_rtl(line.text):
        is_indented = line.right + INDENT * line.size < min(last.right, line.column_right)
    if is_indented and len(part.lines) > 1 and ENDS_SENTENCE.search(last.text):
        return False
    if not _is_forced(last, line):
        return not (ENDS_SENTENCE.search(last.text) and _may_be_heading(line, last, after))
    return not ENDS_SENTENCE.search(last.text) and not last.text.endswith(":") and not LABEL.match(line.text)


def _looks_begun(line: Line) -> bool:
    """Whether a line that stands out is more than the bold words of a paragraph that fill a line by chance."""
    is_short = line.right - line.left < 0.8 * (line.column_right - line.column_left)
    return bool(depth_of(line.text)) or (is_short and line.text[:1].isupper())


def _is_far(last: Line, line: Line, pitch: float) -> bool:
    size = max(last.size, line.size)
    return line.baseline - last.baseline > (FAR * max(pitch, 1.0) if pitch else UNUSUAL) * size


def _is_forced(line: Line, following: Line) -> bool:
    """Whether a line ends before the next word would have had to: its end is meant."""
    if line.column != following.column:
        return False
    room = ROOM * line.size
    if is_rtl(line.text):
        return line.left - following.first_width - room > line.column_left
    return line.right + following.first_width + room < line.column_right


def _keeps_break(last: Line, line: Line) -> bool:
    """Whether the end of a line inside a block is the file's own: as in an address, not as in ragged text."""
    is_new = line.text[:1].isupper() or line.text[:1].isdigit()
    return (
        is_new
        and not last.text.endswith(HYPHENS)
        and last.right < last.column_left + 0.75 * (last.column_right - last.column_left)
    )


# Across columns and pages


def _across_pages(parts: Sequence[_Part], body: Body) -> list[_Part]:
    """Put paragraphs together that the end of a column or a page has cut."""
    left = list(parts)
    taken: set[int] = set()
    for index, part in enumerate(left):
        if index in taken or part.kind not in ("paragraph", "item"):
            continue
        at = index
        while (following := _rest_of(left, at, part, taken, body)) is not None:
            part.lines += left[following].lines
            taken.add(following)
            at = following
    return [part for index, part in enumerate(left) if index not in taken]


def _rest_of(parts: Sequence[_Part], index: int, part: _Part, taken: set[int], body: Body) -> int | None:
    """Index of the block that goes on with a sentence that the end of a column or a page has cut."""
    last = part.last
    if ENDS_SENTENCE.search(last.text) or last.text.endswith(":") or CAPTION.match(part.lines[0].text):
        return None
    if _is_small(part, body):
        return None
    for at in range(index + 1, min(index + 1 + LOOK_AHEAD, len(parts))):
        following = parts[at]
        if at in taken or following.kind in ("footnote", "row"):
            continue
        first = following.lines[0]
        if following.kind != "paragraph" or (first.page, first.column) == (last.page, last.column):
            return None
        if first.size != last.size:
            continue
        is_cut = last.text.endswith(HYPHENS) or first.text[:1].islower()
        is_full = last.right > last.column_right - 2 * last.size and len(part.lines) > 1
        if is_cut or (is_full and at == index + 1 and not CAPTION.match(first.text) and first.page <= last.page + 1):
            return at
        if not CAPTION.match(first.text):
            return None
    return None


def _is_small(part: _Part, body: Body) -> bool:
    return part.last.size < SMALLER * body.size


def _in_order(parts: Sequence[_Part]) -> list[_Part]:
    """The blocks by pages, and on each page the footnotes last."""
    return sorted(parts, key=lambda part: (part.page, part.kind == "footnote"))
