"""What of the pages of a PDF is not read, or is read in doubt, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hitl.research.reading.pdf.quality import pages_in_words
from hitl.text import cut

MOST_NAMED = 3
"""Texts that stand aslant and are named."""
LONGEST_NAMED = 80
"""Characters of each."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What of one page is not read, or is read in doubt."""

    sideways: int = 0
    """Words that stand across the direction of the others, between them, and are left out."""
    aslant: Sequence[str] = ()
    """Texts that stand aslant, and are left out."""
    unseen: int = 0
    """Words that cannot be seen, and are left out."""
    covered: int = 0
    """Words of which a part cannot be seen; they are read."""
    struck: int = 0
    """Words that are struck out, and are left out."""
    crossed: int = 0
    """Words with a line through them that may strike them out, or a part of them; they are read."""
    fields: int = 0
    """Fields of forms and notes that show a text which is not read."""
    comments: int = 0
    """Notes that say something when they are opened."""


COUNTED = {
    "sideways": (
        ("word", "stands sideways and is not read: look for it in the file."),
        ("words", "stand sideways and are not read: look for them in the file."),
    ),
    "unseen": (
        ("word", "cannot be seen and is left out: look at the file if words seem to be missing."),
        ("words", "cannot be seen and are left out: look at the file if words seem to be missing."),
    ),
    "covered": (
        ("word", "is hidden in part and is read as a whole: look at it in the file."),
        ("words", "are hidden in part and are read as a whole: look at them in the file."),
    ),
    "struck": (
        ("word", "is struck out and is left out: look at the file if words seem to be missing."),
        ("words", "are struck out and are left out: look at the file if words seem to be missing."),
    ),
    "crossed": (
        ("word", "may be struck out, in part or as a whole, and is read: look at it in the file."),
        ("words", "may be struck out, in part or as a whole, and are read: look at them in the file."),
    ),
    "fields": (
        ("note or field", "is not read: print the file as a PDF, and add that, to have it read."),
        ("notes or fields", "are not read: print the file as a PDF, and add that, to have them read."),
    ),
    "comments": (
        ("comment", "is not read: open it in the file."),
        ("comments", "are not read: open them in the file."),
    ),
}
"""What is counted on each page, with what is said of one and of several, before and after the pages."""


def remarks_of(pages: Mapping[int, Unread]) -> list[str]:
    """What is said of what is not read.

    Args:
        pages: What of each page is not read, by its number.
    """
    remarks = [_aslant(pages)] if any(page.aslant for page in pages.values()) else []
    for kind, (of_one, of_several) in COUNTED.items():
        found = {number: getattr(page, kind) for number, page in pages.items() if getattr(page, kind)}
        if found:
            total = sum(found.values())
            noun, said = of_one if total == 1 else of_several
            remarks.append(f"{total:,} {noun} on {pages_in_words(found)} {said}")
    return remarks


def _aslant(pages: Mapping[int, Unread]) -> str:
    """What is said of texts that stand aslant: each is named once, with its pages."""
    numbers: dict[str, list[int]] = {}
    for number, page in pages.items():
        for text in page.aslant:
            numbers.setdefault(text, []).append(number)
    named = [f"“{cut(text, LONGEST_NAMED)}” on {pages_in_words(numbers[text])}" for text in list(numbers)[:MOST_NAMED]]
    others = len(numbers) - len(named)
    listed = [*named, f"{others:,} more"] if others else named
    said = " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
    return f"Words that stand aslant are not read: {said}. Look for them in the file."
