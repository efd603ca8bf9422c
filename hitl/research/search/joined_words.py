"""Words that some write with a sign inside and others without: `e-mail`, `Wi-Fi`, `U.S.`, `1,000,000`.

Their parts are searched for as words of their own. Beside them, the whole is a term without its signs, so that `email`
finds `e-mail`. It begins with a mark, as a passage that has the parts shall not count more for that when these are
looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from hitl.text import MARKS, UNSPACED, WORD

JOINED = "-"
"""What the term of a joined word begins with, which no other term does."""
GROUPED = re.compile(
    r"(?<![\w.,'’])\d{1,3}(?=(?P<sign>[.,'’٬，\u00a0\u2009\u202f]))(?:(?P=sign)\d{2,3}){0,5}(?P=sign)\d{3}(?!\d)(?!(?P=sign)\d)"
)
"""A number in groups: `1,000,000`, `1.000`, `10,00,000`, `1’000`."""
SPACED_GROUPS = re.compile(r"(?<![\w.,'’])\d{1,3}(?: \d{3}){1,6}(?![\w])(?![.,]?\d)")
"""The same with spaces between the groups, if it is no row of numbers."""
LETTERS = rf"[^\W_{UNSPACED}]++(?:[{MARKS}]++[^\W_{UNSPACED}]*+)*+"
HYPHEN = "[-‐‑－]"
HYPHENATED = re.compile(rf"(?<![^\W_]){LETTERS}(?:{HYPHEN}{LETTERS})+")
ABBREVIATION = re.compile(r"(?<![^\W_])(?:[^\W\d_a-z][a-z]?\.){1,5}[^\W\d_a-z][a-z]?(?![^\W_])")
"""Capitals with stops between them: `U.S`, `Ph.D`."""
AFTER_HYPHEN = re.compile(rf"(?<=\S){HYPHEN}[^\W_]")
CAPITAL_AFTER_STOP = re.compile(r"\.[^\W\d_a-z]")
LAST_GROUP = re.compile(r"[.,'’٬，\u00a0\u2009\u202f ]\d{3}(?!\d)")
"""What a text has that has such a word; looked for first, since that is faster."""
MOST_PARTS = 8
"""Parts of a hyphenated word of which the pairs and the whole are looked at; longer ones are rows of something."""
SIGNS = re.compile(r"[\W_]+")


class JoinedWord(NamedTuple):
    """A word that is written with signs or spaces inside."""

    start: int
    """Offset in the text."""
    end: int
    letters: str
    """The word without its signs."""


def joined_words(text: str) -> Iterator[JoinedWord]:
    """The words of a text that are written with signs or spaces inside.

    Of one with several hyphens also each two neighbouring parts: `Covid-19-related` has `Covid-19`.
    """
    yield from _hyphenated(text)
    if CAPITAL_AFTER_STOP.search(text):
        yield from map(_joined, ABBREVIATION.finditer(text))
    if LAST_GROUP.search(text):
        yield from map(_joined, chain(GROUPED.finditer(text), SPACED_GROUPS.finditer(text)))


def without_groups(text: str) -> str:
    """A text in which numbers are written without signs between their groups: `1,000,000` as `1000000`."""
    return GROUPED.sub(lambda match: SIGNS.sub("", match[0]), text)


def _joined(match: re.Match[str]) -> JoinedWord:
    return JoinedWord(match.start(), match.end(), SIGNS.sub("", match[0]))


def _hyphenated(text: str) -> Iterator[JoinedWord]:
    end = 0
    for hyphen in AFTER_HYPHEN.finditer(text):
        if hyphen.start() < end:
            continue
        start = text.rfind(" ", end, hyphen.start()) + 1 or end
        end = text.find(" ", hyphen.end())
        end = len(text) if end < 0 else end
        for match in HYPHENATED.finditer(text, start, end):
            yield from _of_parts(match)


def _of_parts(match: re.Match[str]) -> Iterator[JoinedWord]:
    parts = list(WORD.finditer(match.string, *match.span()))
    if len(parts) > MOST_PARTS:
        return
    for one, other in pairwise(parts):
        yield JoinedWord(one.start(), other.end(), one[0] + other[0])
    if len(parts) > 2:
        yield _joined(match)
