"""Stretches of a text in quotation marks or brackets, which are never cut: alone, a liar's words would be a statement.

Marks mean different things in different languages: `“` opens in English and closes in German, `»` the other way round,
and `’` is an apostrophe too. What a mark does is told from those that are open, and from what stands beside it. A text
is read once, whatever marks it is full of.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """Offsets of a piece of text: of its first character, and after its last one."""

    start: int
    end: int


class _Open(NamedTuple):
    """A mark that has not been closed yet."""

    sign: str
    at: int


MARK = re.compile(r"[“”„«»‹›‚‘’「」『』（）()\[\]\"']")
OPENED_BY: Mapping[str, str] = {
    ")": "(",
    "]": "[",
    "）": "（",
    "」": "「",
    "』": "『",
    "”": "“„”",
    "“": "„",
    "’": "‘‚",
    "‘": "‚",
    "»": "«»",
    "«": "»",
    "›": "‹›",
    "‹": "›",
    '"': '"',
    "'": "'",
}
"""What each mark closes, if it is open."""
ALWAYS_OPEN = frozenset("„‚「『（([")
AT_A_WORD = frozenset("”»›‘\"'")
"""Marks that open only before a word: elsewhere they close, or are apostrophes and inches."""
APOSTROPHES = frozenset("’'")
SURE = frozenset("“„«‘‚「『（([")
"""Marks that open even if nothing closes them: what closes them comes after the end of the text."""
SURELY_CLOSING = frozenset("”»」』])）")
BEFORE_OPENING = re.compile(r"[\s(\[（{–—―/|„“«»‹›‚‘\"'-]")
ENDS = frozenset(".!?…,;:。！？、，")


def enclosures(text: str, start: int, end: int, longest: int) -> list[Span]:
    """The stretches of `text[start:end]` in quotation marks or brackets, with their marks, the outer ones only.

    Args:
        text: A text.
        start: Offset of the first character to look at.
        end: Offset after the last one.
        longest: Maximum characters of a stretch; marks further apart do not belong together.
    """
    return list(_outer(_Marks(text, start, end, longest).pairs()))


def unfinished_enclosures(text: str) -> list[Span]:
    """The same of a whole text, whatever their length, and what is opened or closed in it without its other mark.

    That reaches to the end of the text, or from its beginning: the other mark stands in what was not quoted.
    """
    marks = _Marks(text, 0, len(text), len(text))
    pairs = list(marks.pairs())
    pairs += [Span(opened.at, len(text) + 1) for opened in marks.opened if opened.sign in SURE]
    pairs += [Span(-1, at) for at in marks.closed]
    return list(_outer(pairs))


def is_inside(enclosed: Sequence[Span], offset: int) -> bool:
    """Whether an offset lies between the first mark and the last one of a stretch.

    Args:
        enclosed: Stretches in order, none in another.
        offset: Of the text that they are in.
    """
    at = bisect_left(enclosed, offset, key=lambda span: span.start)
    return at > 0 and offset < enclosed[at - 1].end


class _Marks:
    """Reads the marks of a text in order.

    Args:
        text: The text.
        start: Offset of the first character to look at.
        end: Offset after the last one.
        longest: Maximum characters from a mark to the one that closes it.
    """

    def __init__(self, text: str, start: int, end: int, longest: int) -> None:
        self.opened: deque[_Open] = deque()
        """What is open, the innermost last."""
        self.closed: list[int] = []
        """Offsets after the marks that surely close something, and did not."""
        self._counts: Counter[str] = Counter()
        """How many of each mark are open, so that none is looked for in vain."""
        self._text, self._start, self._end, self._longest = text, start, end, longest

    def pairs(self) -> Iterator[Span]:
        """The stretches, inner ones before those around them."""
        for match in MARK.finditer(self._text, self._start, self._end):
            sign, at = match[0], match.start()
            while self.opened and at - self.opened[0].at > self._longest:
                self._counts[self.opened.popleft().sign] -= 1
            begin = self._closes(sign, at)
            if begin is not None:
                yield Span(begin, at + 1)
            elif self._opens(sign, at):
                self.opened.append(_Open(sign, at))
                self._counts[sign] += 1
            elif sign in SURELY_CLOSING and self._is_sure(sign, at):
                self.closed.append(at + 1)

    def _closes(self, sign: str, at: int) -> int | None:
        """The offset of the mark that one closes; None if it closes none. What is open within it is none."""
        wanted = OPENED_BY.get(sign, "")
        if not any(self._counts[each] > 0 for each in wanted) or not self._may_close(sign, at):
            return None
        while True:
            opened = self.opened.pop()
            self._counts[opened.sign] -= 1
            if opened.sign in wanted:
                return opened.at

    def _may_close(self, sign: str, at: int) -> bool:
        before, after = self._beside(at)
        if sign in APOSTROPHES and self._is_possessive(at):
            return False
        if sign in "\"'’":
            return not before.isspace() and not _is_word(after)
        is_same_sign = sign in "”»›" and self._counts[sign] > 0
        return not (is_same_sign and (before.isspace() or _is_word(after)))

    def _is_possessive(self, at: int) -> bool:
        """Whether an apostrophe follows the `s` of an owner: `the engineers’ work`."""
        return self._text[at - 1] in "sS" and re.match(r" [^\W\d_A-Z]", self._text[at + 1 : at + 3]) is not None

    def _opens(self, sign: str, at: int) -> bool:
        if sign in ALWAYS_OPEN:
            return True
        before, after = self._beside(at)
        begins = not before or BEFORE_OPENING.match(before) is not None
        if sign in AT_A_WORD:
            return begins and bool(after) and not after.isspace() and not (sign == "'" and after.isdigit())
        return sign == "“" or (sign in "«‹" and (begins or not _is_word(before)))

    def _is_sure(self, sign: str, at: int) -> bool:
        """Whether a mark closes what stands before the text: not the bracket of `a)`, nor the sign of inches."""
        before = self._text[at - 1] if at > self._start else ""
        return before in ENDS if sign in ")）" else not before.isdigit()

    def _beside(self, at: int) -> tuple[str, str]:
        """The characters before and after a mark; empty at the ends of the text."""
        before = self._text[at - 1] if at > self._start else ""
        return before, self._text[at + 1] if at + 1 < self._end else ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _outer(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans without those inside others, in order."""
    last: Span | None = None
    for span in sorted(spans):
        if last and span.start < last.end:
            last = Span(last.start, max(last.end, span.end))
            continue
        if last:
            yield last
        last = span
    if last:
        yield last
