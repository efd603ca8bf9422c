"""Whether raised letters of a PDF are a power or the mark of a note: 10⁶, m², 2019 ¹².

The file does not say it. After a number they are the mark of a note if the page has a note of that mark, unless the
number is 10 or 2, or if the number is too long for a power.
"""

from __future__ import annotations

import re

from hitl.research.reading.superscripts import SUPERSCRIPTS, note_mark
from hitl.research.reading.superscripts import raised as as_superscript

NUMBER = re.compile(r"(?:[\d.,]*\d)\Z")
NOTE = re.compile(r"\d{1,3}|[a-z]|[*†‡§¶]{1,3}")
BASES = ("10", "2")
"""Numbers that are raised to a power in running text."""
LONGEST_BASE = 2
"""Digits up to which a number may carry a power; a longer one, such as a year, carries the mark of a note."""
BEFORE = 24
"""Letters before the raised ones that are looked at."""
FORMS = str.maketrans(SUPERSCRIPTS)


def raised(text: str, before: str, marks: frozenset[str] = frozenset()) -> str:
    """Raised letters as they follow what stands before them on the line.

    Args:
        text: The letters.
        before: What stands before them.
        marks: Marks of the notes that stand on the page.
    """
    if text.isupper() and text.isalpha() and before[-1:].isupper():
        return text  # a letter of a word that is set at several heights, as the name of LaTeX is
    return note_mark(text, before) if is_note(text, before, marks) else as_superscript(text, before)


def is_note(text: str, before: str, marks: frozenset[str]) -> bool:
    """Whether raised letters are the mark of a note rather than a power."""
    first = text.split(",")[0].strip()
    number = NUMBER.search(before[-BEFORE:])
    if number is None or not NOTE.fullmatch(first) or number[0] in BASES:
        return False
    return first in marks or (first.isdecimal() and len(number[0]) > LONGEST_BASE)


def mark_of(text: str) -> str:
    """The mark of a note as it stands raised in the text."""
    return text.translate(FORMS)
