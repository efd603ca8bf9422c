"""Plain text, read into blocks: what its lines, indents and signs say about headings, lists, tables and turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from hitl.research.reading.blocks import Block, ReadFile, heading
from hitl.research.reading.pdf.hyphens import Words, joined
from hitl.research.reading.plain_text.subtitles import are_subtitles, read_subtitles
from hitl.research.reading.plain_text.tables import TextTable, tables_in
from hitl.research.reading.plain_text.terminal import as_shown
from hitl.research.reading.speakers import names_in, speaker_of, with_speakers
from hitl.research.reading.table_rows import rows_as_blocks

PAGE_BREAK = "\f"
TITLE_LENGTH = 120
"""A first line of plain text that is at most this long, in characters, is taken for its title."""
HEADING_LENGTH = 80
"""Characters of another heading, at most."""
UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,}|~{3,}|\^{3,}|_{3,}|\*{3,}|\+{3,}|#{3,})[ \t]*")
RULE = re.compile(r"[ \t]*(?:[-=_*~#+.•–—][ \t]?){3,}")
ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?P<mark>(?P<bullet>[-*+•·‣▪◦●○■□–—])|(?P<number>\d{1,3})[.)]|\((?P<inner>\d{1,3}|[a-z]{1,4})\)"
    r"|(?P<letter>[a-zA-Z]|[ivx]{2,5}|[IVX]{2,5})[.)])[ \t]+(?=\S)"
)
"""The beginning of an item of a list."""
CLAUSE = re.compile(r"[ \t]*\d{1,3}(?:\.\d{1,3}){1,4}\.?[ \t]+(?=[^\W_a-z])")
NUMBERED = re.compile(r"[ \t]*(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?[ \t]+(?=[^\W\d_])")
PART = re.compile(
    r"[ \t]*(?:chapter|section|article|part|appendix|annex|kapitel|abschnitt|artikel|teil|anhang|chapitre|partie"
    r"|capítulo|sección|artículo|§)\s{0,3}[\dIVXLA-Z]{1,6}\b",
    re.IGNORECASE,
)
FIELD = re.compile(r"[^\W_][^:\n]{0,40}:\s+\S")
"""A line such as `Subject: The pool`."""
QUOTED = re.compile(r"[ \t]*(>(?:[ \t]?>)*)[ \t]?")
STAMPED = re.compile(r"[ \t]*([^\W\d_][^\n:]{0,60}?)[ \t]+\(?\d{1,2}:\d\d(?::\d\d)?\)?[ \t]*")
"""A line of a transcript that names who speaks and when, above what is said."""
STOP = re.compile(r"[.!?…。！？:;]['\"”’»)\]]*\Z")
LONG_LINE = 140
"""Characters from which a line is a paragraph of its own: no text is wrapped there."""
SHORT_LINE = 0.6
"""Share of the width of a text up to which a line has been ended on purpose."""
NARROWEST = 40
"""Characters of the widest line of a text from which that can be told."""
FULL_LINE = 0.7
"""Share of the width from which a line may have been wrapped."""
FIRST_UNSPACED = "\u3000"
"""Letters from here on, Chinese and Japanese, are wrapped anywhere."""
CENTRED = 8
"""Spaces before a line that may be centred."""
CAPITALS_SHARE = 0.3
"""Share of lines in capitals from which capitals make no heading."""
PARAGRAPH = 80
"""Characters of what follows a short line that stands alone, from which the line is its heading."""


@dataclass(frozen=True)
class _Chunk:
    """Lines between two blank ones."""

    lines: Sequence[str]
    page: int | None = None

    @property
    def length(self) -> int:
        return sum(map(len, self.lines))


@dataclass(frozen=True)
class _Mark:
    """What stands before an item: its kind, and the numbers that it can mean."""

    kind: str
    values: frozenset[int]
    indent: int
    end: int
    """Offset of the item's text in its line."""

    def follows(self, other: _Mark | None) -> bool:
        """Whether it is the next one after another."""
        return other is not None and self.kind == other.kind and any(value - 1 in other.values for value in self.values)


def read_text(text: str) -> ReadFile:
    """Paragraphs are set apart by blank lines, and wrapped lines are joined.

    Lines that are items of a list, rows of a table, headings or turns of a conversation are blocks of their own. A text
    with form feeds has pages, and one with the codes of a terminal is read as it shows there.
    """
    shown = as_shown(text)
    read = _read_lines(shown.text)
    return replace(read, remarks=(*read.remarks, *shown.remarks)) if shown.remarks else read


def _read_lines(text: str) -> ReadFile:
    pages = text.split(PAGE_BREAK)
    lines = [line for page in pages for line in page.splitlines()]
    if are_subtitles(lines):
        return read_subtitles(lines)
    reader = _Reader(lines)
    chunks = [
        chunk
        for number, page in enumerate(pages, start=1)
        for chunk in _chunks(page.splitlines(), number if len(pages) > 1 else None)
    ]
    for number, chunk in enumerate(chunks):
        reader.read(chunk, chunks[number + 1] if number + 1 < len(chunks) else None)
    return ReadFile(with_speakers(reader.blocks, reader.names))


def _chunks(lines: Sequence[str], page: int | None) -> Iterator[_Chunk]:
    """The lines between blank ones, without the signs before those that a mail quotes."""
    waiting: list[str] = []
    depth = 0
    for number, line in enumerate(lines):
        quoted = QUOTED.match(line)
        is_quote = quoted is not None and (
            depth > 0 or (number + 1 < len(lines) and QUOTED.match(lines[number + 1]) is not None)
        )
        depth_here = quoted[1].count(">") if quoted and is_quote else 0
        if quoted and is_quote:
            line = line[quoted.end() :]
        if waiting and (depth_here != depth or not line.strip()):
            yield _Chunk(waiting, page)
            waiting = []
        depth = depth_here
        if line.strip():
            waiting.append(line.rstrip().expandtabs(8) if line[0] == "\t" else line.rstrip())
    if waiting:
        yield _Chunk(waiting, page)


@dataclass
class _Reader:
    """Makes blocks of the chunks of a text, in order."""

    lines: Sequence[str]
    blocks: list[Block] = field(default_factory=list)
    names: frozenset[str] = frozenset()
    last: _Mark | None = None
    """Of the last item, while its list goes on."""
    latest: dict[str, _Mark] = field(default_factory=dict)
    """The last mark of each kind, while its list goes on."""
    indents: list[int] = field(default_factory=list)
    """Of the items around the last one, and of it."""

    def __post_init__(self) -> None:
        self.words = Words([line.strip() for line in self.lines])
        stamped = [match[1] for line in self.lines if ":" in line and (match := STAMPED.fullmatch(line))]
        self.stamped = frozenset(stamped) if len(stamped) > 1 else frozenset()
        self.names = names_in(self.lines) | self.stamped
        filled = [len(line.strip()) for line in self.lines if line.strip()]
        self.width = max((length for length in filled if length <= LONG_LINE), default=0)
        capitals = sum(_is_in_capitals(line) for line in self.lines)
        self.has_capital_headings = capitals <= CAPITALS_SHARE * len(filled) or len(filled) < 10

    def read(self, chunk: _Chunk, following: _Chunk | None) -> None:
        lines = list(chunk.lines)
        if level := self._heading_level(chunk, following):
            self._add_heading(lines, level, chunk.page)
            return
        start = 0
        for table in tables_in(lines) if not self._has_turns(lines) else ():
            if not _are_items(lines[table.start : table.end]):
                self._read_lines(lines[start : table.start], chunk.page)
                self._add_table(table, chunk.page)
                start = table.end
        self._read_lines(lines[start:], chunk.page)

    def _heading_level(self, chunk: _Chunk, following: _Chunk | None) -> int:
        """The level of a chunk that is a heading; 0 if it is none."""
        first = chunk.lines[0]
        text = first.strip()
        if len(chunk.lines) > 1 or self._speaker_of(first) or RULE.fullmatch(first) or "\t" in text or "|" in text:
            return 0
        mark = _mark_of(first)
        if not self.blocks and not mark and len(text) <= TITLE_LENGTH and not text.endswith("."):
            return 1 if following else 0
        if len(text) > HEADING_LENGTH or STOP.search(text) or text.endswith(","):
            return 0
        if self.has_capital_headings and _is_in_capitals(first):
            return 2
        if following is None:
            return 0
        next_mark = _mark_of(following.lines[0])
        if numbered := NUMBERED.match(first):
            is_item = mark and (mark.follows(self.latest.get(mark.kind)) or (next_mark and next_mark.follows(mark)))
            is_heading = not is_item and text[-1].isalnum() and following.length > len(text)
            return 2 + numbered["number"].count(".") if is_heading and _starts_high(first[numbered.end() :]) else 0
        if mark:
            return 0
        if PART.match(first):
            return 2
        if _indent_of(first) >= CENTRED and _indent_of(following.lines[0]) <= _indent_of(first) - CENTRED + 2:
            return 2
        is_above_a_paragraph = following.length >= PARAGRAPH and not next_mark and STOP.search(following.lines[-1])
        is_short = len(text) <= HEADING_LENGTH // 4 * 3 and len(text.split()) <= 8
        return 3 if is_above_a_paragraph and is_short and _starts_high(text) and not FIELD.match(text) else 0

    def _read_lines(self, lines: Sequence[str], page: int | None) -> None:
        """Read lines without a blank one among them."""
        marks = self._marks(lines)
        fields = sum(FIELD.match(line) is not None and not self._speaker_of(line) for line in lines)
        keeps_lines = fields > 1 and fields * 3 >= len(lines) * 2
        base = min(map(_indent_of, lines), default=0)
        waiting: list[str] = []
        mark: _Mark | None = None
        if lines and self.last and not marks[0] and base >= max(self.last.end, 2):
            mark = self.last  # a further paragraph of the item
        for number, line in enumerate(lines):
            if UNDERLINE.fullmatch(line) and len(waiting) == 1 and not mark:
                self._add_heading(waiting, 1 if "=" in line else 2, page)
                waiting = []
                continue
            previous = lines[number - 1] if number else ""
            if RULE.fullmatch(line):
                self._add(waiting, mark, page, keeps_lines)
                waiting, mark = [], None
            elif marks[number]:
                self._add(waiting, mark, page, keeps_lines)
                waiting, mark = [line], marks[number]
            elif waiting and self._begins_block(line, previous, mark, base):
                self._add(waiting, mark, page, keeps_lines)
                waiting, mark = [line], None
            else:
                waiting.append(line)
            if len(waiting) == 1 and not mark and number + 1 < len(lines) and self._is_heading_line(lines, number):
                self._add_heading(waiting, 2, page)
                waiting = []
        self._add(waiting, mark, page, keeps_lines)

    def _begins_block(self, line: str, previous: str, mark: _Mark | None, base: int) -> bool:
        """Whether a line without a mark begins a paragraph, although no blank line stands before it."""
        if self._speaker_of(line) or len(previous) > LONG_LINE:
            return True
        ends = STOP.search(previous) is not None
        if len(line) > LONG_LINE and ends:
            return True
        if mark:
            is_wrapped = len(previous.strip()) >= FULL_LINE * self.width
            return not (_indent_of(line) > mark.indent or line.strip()[0].islower() or (is_wrapped and not ends))
        return ends and (_indent_of(line) >= base + 2 > _indent_of(previous) + 1 or CLAUSE.match(line) is not None)

    def _is_heading_line(self, lines: Sequence[str], number: int) -> bool:
        """Whether the first of several lines is a heading in capitals."""
        line, following = lines[number], lines[number + 1]
        is_first = number == 0 or bool(RULE.fullmatch(lines[number - 1]))
        return (
            is_first
            and self.has_capital_headings
            and _is_in_capitals(line)
            and not _is_in_capitals(following)
            and not self._speaker_of(line)
            and not STOP.search(line)
            and not UNDERLINE.fullmatch(following)
        )

    def _marks(self, lines: Sequence[str]) -> list[_Mark | None]:
        """The marks of those lines that are items; others may begin like one: `12. March was cold`."""
        found = [_mark_of(line) for line in lines]
        kinds = [mark.kind for mark in found if mark]
        accepted: list[_Mark | None] = []
        latest = dict(self.latest)
        for number, mark in enumerate(found):
            is_item = False
            if mark:
                following = next((other for other in found[number + 1 : number + 6] if other), None)
                is_next = mark.follows(latest.get(mark.kind)) or (following is not None and following.follows(mark))
                is_after_colon = number > 0 and lines[number - 1].endswith(":")
                begins = number == 0 and (not mark.values or 1 in mark.values) and "letter." not in mark.kind
                is_bullet = not mark.values and kinds.count(mark.kind) > 1
                is_item = is_next or is_after_colon or begins or is_bullet
                if is_item:
                    latest[mark.kind] = mark
            accepted.append(mark if is_item else None)
        return accepted

    def _add(self, lines: Sequence[str], mark: _Mark | None, page: int | None, keeps_lines: bool) -> None:
        if not lines:
            return
        lines = [line.strip() for line in lines]
        if mark is None:
            self._end_list()
            stamped = STAMPED.fullmatch(lines[0]) if self.stamped else None
            speaker = stamped[1] if stamped else ""
            self.blocks.append(Block(self._unwrapped(lines, keeps_lines), page=page, speaker=speaker))
            return
        while self.indents and self.indents[-1] >= mark.indent:
            self.indents.pop()
        if mark is not self.last and not mark.values:
            lines[0] = lines[0][1:].lstrip()
        self.blocks.append(Block(self._unwrapped(lines, keeps_lines), "item", level=len(self.indents), page=page))
        self.indents.append(mark.indent)
        self.last = self.latest[mark.kind] = mark

    def _unwrapped(self, lines: Sequence[str], keeps_lines: bool) -> str:
        """The lines as one, with breaks where they were ended on purpose."""
        groups: list[list[str]] = []
        for line in lines:
            if not groups or keeps_lines or self._is_ended(groups[-1][-1], line):
                groups.append([])
            groups[-1].append(line)
        return "\n".join(joined(group, self.words) for group in groups)

    def _is_ended(self, line: str, following: str) -> bool:
        """Whether a line ends before the text reaches its width, and not in the middle of something."""
        if self.stamped and STAMPED.fullmatch(line):
            return True
        if line[-1] >= FIRST_UNSPACED and not STOP.search(line):
            return False
        if self.width < NARROWEST or len(line) + following.find(" ") + 1 > SHORT_LINE * self.width:
            return False
        return line[-1] not in ",;-–—/(" and not following[0].islower()

    def _add_heading(self, lines: Sequence[str], level: int, page: int | None) -> None:
        self._end_list()
        self.blocks.append(heading(" ".join(line.strip() for line in lines), level, page))

    def _add_table(self, table: TextTable, page: int | None) -> None:
        self._end_list()
        self.blocks += rows_as_blocks(table.rows, has_head=None, page=page)

    def _end_list(self) -> None:
        self.last = None
        self.latest.clear()
        self.indents.clear()

    def _speaker_of(self, line: str) -> str:
        stamped = STAMPED.fullmatch(line) if self.stamped else None
        return stamped[1] if stamped else speaker_of(line, self.names)

    def _has_turns(self, lines: Sequence[str]) -> bool:
        return any(self._speaker_of(line) for line in lines)


def _mark_of(line: str) -> _Mark | None:
    found = ITEM.match(line)
    if not found:
        return None
    indent = len(found["indent"].expandtabs(4))
    if found["bullet"]:
        return _Mark(found["bullet"], frozenset(), indent, found.end())
    closing = found["mark"][-1]
    if number := found["number"]:
        return _Mark(f"number{closing}", frozenset({int(number)}), indent, found.end())
    inner = found["inner"] or found["letter"]
    if inner.isdigit():
        return _Mark("(number)", frozenset({int(inner)}), indent, found.end())
    brackets = "()" if found["inner"] else closing
    case = "upper" if inner.isupper() else "lower"
    return _Mark(f"{case} letter{brackets}", frozenset(_values(inner.lower())), indent, found.end())


def _values(letters: str) -> Iterator[int]:
    """The numbers that a letter or a Roman numeral can mean."""
    if len(letters) == 1:
        yield ord(letters) - ord("a") + 1
    if set(letters) <= set("ivx"):
        digits = [{"i": 1, "v": 5, "x": 10}[letter] for letter in letters]
        yield sum(
            -digit if digit < following else digit for digit, following in zip(digits, [*digits[1:], 0], strict=True)
        )


def _are_items(lines: Sequence[str]) -> bool:
    return sum(_mark_of(line) is not None for line in lines) * 2 > len(lines)


def _is_in_capitals(line: str) -> bool:
    letters = [character for character in line if character.isalpha()]
    return len(letters) > 2 and line.isupper() and len(line.strip()) <= HEADING_LENGTH


def _starts_high(text: str) -> bool:
    first = text.lstrip("\"'“‘«([ \t")[:1]
    return bool(first) and not first.islower() and first.isalnum()


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())
