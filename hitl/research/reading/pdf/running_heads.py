"""Running heads and feet: the rows at the top and the bottom of a page that belong to all pages and not to the text.

A row at the edge of a page is one of them if it says the same on several pages, if it counts the pages, or if it stands
at the same height on most pages, apart from the text and set otherwise (the title of the chapter). Rows that differ in
their numbers only are body text, unless the numbers are those of the pages: beside the word page, or in a row that is
apart from the text or set otherwise. What stands alone on a page is its text, unless it is a page number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from hitl.research.reading.pdf.lines import Row

DEEPEST = 30
"""Rows at each edge of a page that are looked at."""
PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|s\.|página|pagina|strana|стр\.?)?\s*[-–—|]?\s*(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|von|de|sur|z|из)\s*\d{1,4})?\s*[-–—|]?",
    re.IGNORECASE,
)
PAGE_WORD = re.compile(
    r"(?:\b(?:page|pages|seite|p\.|s\.|página|pagina|pág\.|pag\.|strana|str\.|side|sida|sivu|oldal|blz\.|sheet|blatt)|\bстр(?:аница|\.)|第)"
    r"\s*#|#\s*(?:页|頁|ページ|쪽)",
    re.IGNORECASE,
)
"""The word page beside a number, which `#` stands for."""
ROMAN = re.compile(r"[ivxlc]+\Z", re.IGNORECASE)
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
DIGITS = re.compile(r"\d+")
SAME_HEIGHT = 3.0
"""Points within which two rows are at one height."""
APART = 1.6
"""Distance of two baselines from which a row stands apart from the next one, in sizes."""
MOST_UNPARTED = 2
"""Rows at an edge that can be furniture though nothing parts them from the text."""
FULL = 0.7
"""Share of the letters of the longest row near it that a full line has, at least."""
LARGE = 1.1
"""Share of the text's size above which a row is a heading rather than a running head."""
SHARE = 0.3
"""Share of the pages on which what is large or bold has to stand to be furniture."""
MOST = 0.5
"""Share of the pages on which a changing running head stands."""
FEW = 2
"""Pages of a document on which two equal rows may be chance."""
SENTENCE_ENDS = tuple(".!?:;…。！？")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row near an edge of a page."""

    page: int
    """Index of the page."""
    depth: int
    """Rows between it and the edge."""
    row: Row
    apart: bool
    """Whether a gap parts it from the row that is farther from the edge."""
    otherwise: bool
    """Whether it is set otherwise than that row."""
    is_top: bool
    """Whether the edge is the upper one."""
    is_alone: bool
    """Whether there is no such row, nor a picture that may hold the text of the page."""

    @property
    def is_set_off(self) -> bool:
        return (self.apart or self.otherwise) and not self.is_alone


class Doubtful(NamedTuple):
    """A row that was left out, though it may belong to the text."""

    text: str
    page: int
    """Number of the page, from 1."""


class Parted(NamedTuple):
    """The rows of the pages, without running heads and feet."""

    rows: list[list[Row]]
    """Those of each page that belong to the text."""
    doubtful: Sequence[Doubtful]


def without_running_heads(pages: Sequence[list[Row]], size: float, pictured: Sequence[bool]) -> Parted:
    """Part the rows of each page that belong to the text from the others.

    Args:
        pages: The rows of each page, from top to bottom.
        size: The size of the text, in points.
        pictured: Whether each page has a picture that may hold its text.
    """
    top = _cut(pages, size, pictured, is_top=True)
    bottom = _cut(pages, size, pictured, is_top=False)
    left = []
    for rows, first, last in zip(pages, top, bottom, strict=True):
        left.append(rows[first : len(rows) - last] if first + last < len(rows) else [])
    emptied = sum(
        not (rest or has_picture) and any(_is_said(row) for row in rows)
        for rows, rest, has_picture in zip(pages, left, pictured, strict=True)
    )
    if emptied * 2 > sum(map(bool, pages)):  # whole pages repeat each other: that is no furniture
        return Parted([list(rows) for rows in pages], ())
    out = [
        [*rows[:first], *rows[max(len(rows) - last, first) :]]
        for rows, first, last in zip(pages, top, bottom, strict=True)
    ]
    return Parted(left, _doubtful(out, size, pictured))


def _doubtful(out: Sequence[Sequence[Row]], size: float, pictured: Sequence[bool]) -> Sequence[Doubtful]:
    """What was left out because it counts the pages, though it does not say so and is set as the text is."""
    found: dict[str, list[Doubtful]] = defaultdict(list)
    for number, (rows, has_picture) in enumerate(zip(out, pictured, strict=True), start=1):
        for row in () if has_picture else rows:
            said = _pattern(row.text)
            is_counted = len(row.segments) == 1 and DIGITS.search(row.text) and _is_said(row)
            if is_counted and row.size >= size and not PAGE_WORD.search(said):
                found[said].append(Doubtful(row.text, number))
    return [one for group in found.values() if len({one.text for one in group}) > 1 for one in group]


def _is_said(row: Row) -> bool:
    """Whether a row says more than the number of its page."""
    return not PAGE_NUMBER.fullmatch(row.text.strip()) and any(map(str.isalpha, row.text))


def _cut(pages: Sequence[list[Row]], size: float, pictured: Sequence[bool], is_top: bool) -> list[int]:
    """How many rows at one edge of each page are furniture."""
    edges = [
        list(_edge(rows, index, has_picture, is_top))
        for index, (rows, has_picture) in enumerate(zip(pages, pictured, strict=True))
    ]
    count = sum(map(bool, pages))
    free = _free(edges)
    furniture = (
        _said_again(edges, count, size) | _counting(edges, count, size, free) | _changing(edges, count, size, free)
    )
    return [_depth(rows, furniture, size, is_top) for rows in edges]


def _depth(rows: Sequence[_Edge], furniture: set[tuple[int, int]], size: float, is_top: bool) -> int:
    """How many rows of one page are cut off: up to the last gap or change of style before the text.

    Without such an end, at most two rows are, and only if no sentence runs on from them to the next one.
    """
    end = begin = 0
    is_parted = False
    while end < len(rows) and (rows[end].page, end) in furniture:
        end += 1
        if rows[end - 1].apart or rows[end - 1].otherwise:
            if any(_is_text(rows, at, size, is_top, counts_ends=is_parted) for at in range(begin, end)):
                return begin
            begin, is_parted = end, True
    if is_parted or end == 0:
        return begin
    end = min(end, MOST_UNPARTED)
    return 0 if any(_is_text(rows, at, size, is_top) for at in range(end)) else end


def _is_text(rows: Sequence[_Edge], at: int, size: float, is_top: bool, counts_ends: bool = True) -> bool:
    """Whether a row is set as the text is and is a sentence, or runs on in the row below it."""
    row = rows[at].row
    below = at + 1 if is_top else at - 1
    is_full = len(row.text) >= FULL * max(len(edge.row.text) for edge in rows)
    runs_on = is_full and 0 <= below < len(rows) and rows[below].row.text[:1].islower()
    return row.size >= size and ((counts_ends and row.text.endswith(SENTENCE_ENDS)) or runs_on)


def _edge(rows: Sequence[Row], page: int, has_picture: bool, is_top: bool) -> Iterator[_Edge]:
    ordered = rows if is_top else rows[::-1]
    for depth, row in enumerate(ordered[:DEEPEST]):
        following = ordered[depth + 1] if depth + 1 < len(ordered) else None
        distance = abs(following.baseline - row.baseline) if following else float("inf")
        larger = max(row.size, following.size) if following else row.size
        is_otherwise = following is None or row.style != following.style
        is_alone = following is None and not has_picture
        yield _Edge(page, depth, row, distance > APART * larger, is_otherwise, is_top, is_alone)


def _said_again(edges: Sequence[list[_Edge]], count: int, size: float) -> set[tuple[int, int]]:
    """Rows that say the same on several pages."""
    groups: dict[str, list[_Edge]] = defaultdict(list)
    for rows in edges:
        for edge in {edge.row.text: edge for edge in reversed(rows)}.values():
            groups[edge.row.text].append(edge)
    found: set[tuple[int, int]] = set()
    for group in groups.values():
        if len(group) < 2 or not any(map(str.isalnum, group[0].row.text)):
            continue
        is_loud = group[0].row.style.is_bold or group[0].row.size > LARGE * size
        if is_loud and len(group) < SHARE * count:
            continue
        if len(group) <= FEW and not _is_set_apart(group):
            continue
        found |= {(edge.page, edge.depth) for edge in group}
    return found


def _is_set_apart(group: Sequence[_Edge]) -> bool:
    """Whether two equal rows are more than chance."""
    heights = [edge.row.baseline for edge in group]
    is_level = max(heights) - min(heights) <= SAME_HEIGHT
    is_sentence = group[0].row.text.endswith(SENTENCE_ENDS)
    return is_level and (all(edge.apart or edge.otherwise for edge in group) or not is_sentence)


def _counting(edges: Sequence[list[_Edge]], count: int, size: float, free: Set[str]) -> set[tuple[int, int]]:
    """Rows with a number that grows with the pages, alone or at the beginning or end of a part of the row."""
    offsets: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    numbered: list[tuple[_Edge, str, int]] = []
    found: set[tuple[int, int]] = set()
    for rows in edges:
        for edge in rows:
            if edge.row.size > LARGE * size:
                continue
            text = edge.row.text
            is_number = bool(PAGE_NUMBER.fullmatch(text)) and not text.isalpha()
            if is_number and edge.depth == 0 and (edge.apart or count > 1):
                found.add((edge.page, edge.depth))
            for kind, number in _numbers(edge.row):
                offset = number - edge.page
                numbered.append((edge, kind, offset))
                offsets[kind][offset].add(edge.page)
    for edge, kind, offset in numbered:
        times = len(offsets[kind][offset])
        least = 2 if kind.startswith("alone") or count <= 3 else max(3, MOST / 2 * count)
        if times >= min(least, count) and times >= 2 and _is_page_count(edge, kind, free):
            found.add((edge.page, edge.depth))
    return found


def _is_page_count(edge: _Edge, kind: str, free: Set[str]) -> bool:
    """Whether a number that grows with the pages is the page's own, by what stands beside it and how it is set."""
    if kind == "alone":
        return True
    if _is_free(edge, free):
        return False
    if kind.startswith("said") and PAGE_WORD.search(kind):
        return True
    if kind.startswith("alone"):
        return edge.is_set_off or (edge.depth == 0 and not edge.is_top)
    return edge.is_set_off and not edge.row.style.is_bold


def _free(edges: Sequence[list[_Edge]]) -> set[str]:
    """What rows say that have a number which changes from page to page, and not as the pages do."""
    groups: dict[str, list[tuple[int, list[int]]]] = defaultdict(list)
    for rows in edges:
        for edge in rows:
            for segment in edge.row.segments:
                groups[_pattern(segment.text)].append((edge.page, _values(segment.text)))
    return {said for said, group in groups.items() if len(group) > 1 and _has_free_number(group)}


def _is_free(edge: _Edge, free: Set[str]) -> bool:
    return any(_pattern(segment.text) in free for segment in edge.row.segments)


def _has_free_number(group: Sequence[tuple[int, list[int]]]) -> bool:
    """Whether the numbers at any place of equal rows are neither equal nor those of their pages, as a rule."""
    most = len(group) / 2
    return any(
        len(set(values)) > most and len({value - page for value, (page, _) in zip(values, group, strict=True)}) > most
        for values in zip(*(values for _, values in group), strict=True)
    )


def _pattern(text: str) -> str:
    """A text with a sign for each of its numbers."""
    return DIGITS.sub("#", text.strip())


def _values(text: str) -> list[int]:
    return [int(number[:9]) for number in DIGITS.findall(text)]


def _numbers(row: Row) -> Iterator[tuple[str, int]]:
    """The numbers of a row that may be those of pages, each with the kind of its place."""
    for index, segment in enumerate(row.segments):
        text = segment.text.strip()
        if PAGE_NUMBER.fullmatch(text):
            numbers = DIGITS.findall(text)
            if numbers:
                yield (
                    "alone" if len(row.segments) == 1 else f"alone {'first' if index == 0 else 'last'}",
                    int(numbers[0]),
                )
            continue
        if text.endswith(SENTENCE_ENDS) or len(text) > 150:
            continue
        said = _pattern(text)
        for number in DIGITS.findall(text)[:6]:
            if len(number) <= 5:
                yield f"said {said}", int(number)
        first, last = text.split()[0], text.split()[-1]
        for kind, word in (("begins", first), ("ends", last)):
            if word.isdecimal() and len(word) <= 4:
                yield f"{kind} {round(row.baseline / SAME_HEIGHT)}", int(word)


def _value(roman: str) -> int:
    values = [ROMAN_VALUES[letter] for letter in roman.lower()]
    return sum(-value if value < following else value for value, following in pairwise([*values, 0]))


def _changing(edges: Sequence[list[_Edge]], count: int, size: float, free: Set[str]) -> set[tuple[int, int]]:
    """Rows that stand at one height on most pages, apart from the text and set otherwise, whatever they say."""
    if count < 3:
        return set()
    groups: dict[tuple[int, object], list[_Edge]] = defaultdict(list)
    for rows in edges:
        for edge in rows[:2]:
            is_quiet = edge.row.size <= LARGE * size and not edge.row.style.is_bold
            if edge.apart and edge.otherwise and is_quiet and not _is_free(edge, free):
                groups[round(edge.row.baseline / SAME_HEIGHT), edge.row.style].append(edge)
    return {
        (edge.page, edge.depth)
        for group in _joined(groups).values()
        if len({edge.page for edge in group}) >= max(3, MOST * count)
        for edge in group
    }


def _joined(groups: Mapping[tuple[int, object], list[_Edge]]) -> dict[tuple[int, object], list[_Edge]]:
    """Groups whose heights the rounding has parted, together."""
    return {(height, style): group + groups.get((height + 1, style), []) for (height, style), group in groups.items()}
