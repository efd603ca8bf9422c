"""Letters of a Word file that are set higher or lower than their line: exponents, marks, or words that only stand so.

Word has a property for superscripts, but many are made by hand: `10` and a `6` that is raised by four points. What is
raised so can also be a whole line beside a picture, or a word of a heading. So what stands high is taken for a
superscript only where it is joined to what stands on the line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from hitl.research.reading.word.run_properties import Script

SHIFTED_FROM = 3
"""Half points from which text that is raised or lowered is seen to be."""
CLOSING = frozenset(")]}’”'\"%.,;:!?⁄/")
"""What can stand before an exponent, a mark or a denominator beside letters and figures."""
FRACTION = frozenset("/⁄")
"""What can stand after a numerator."""


class TextPart(NamedTuple):
    """A piece of the text of a paragraph."""

    script: Script | None
    """Where it stands; None for the mark of a note."""
    text: str
    height: int = 0
    """How far it is raised by hand in half points, or lowered if it is negative."""


def on_line(parts: Sequence[TextPart]) -> Sequence[TextPart]:
    """The parts of a paragraph, of which those set high or low by hand are superscripts, subscripts, or on the line."""
    if not any(part.height for part in parts):
        return parts
    joined = list(_joined(parts, _usual_height(parts)))
    texts = ["", *(part.text for part in joined), ""]
    return [each for index, part in enumerate(joined) for each in _placed(part, texts[index], texts[index + 2])]


def _joined(parts: Iterable[TextPart], usual: int) -> Iterator[TextPart]:
    """The parts with their heights above the line, of which adjacent ones above it, or below, become one."""
    above = (part._replace(height=_above(part, usual)) for part in parts)
    for side, group in groupby(above, key=lambda part: (part.height > 0) - (part.height < 0)):
        if side:
            yield TextPart("", "".join(part.text for part in group), side)
        else:
            yield from group


def _above(part: TextPart, usual: int) -> int:
    height = part.height - usual if part.script == "" and part.text.strip() else 0
    return height if abs(height) >= SHIFTED_FROM else 0


def _usual_height(parts: Iterable[TextPart]) -> int:
    """The height of the line: that of text that is not moved, or else of most of what is."""
    letters: Counter[int] = Counter()
    for part in parts:
        if part.script == "" and part.text.strip():
            letters[part.height] += len(part.text)
    return 0 if 0 in letters else max(letters, key=lambda height: (letters[height], -abs(height)), default=0)


def _placed(part: TextPart, before: str, after: str) -> Iterator[TextPart]:
    """A part as it stands between two texts: its first word as what it is, and the rest, which is beside nothing."""
    word, space, rest = part.text.partition(" ")
    script = _script(word, before, space or after, part.height) if part.height else part.script
    if part.height and script and space:
        yield TextPart(script, word)
        yield TextPart("", space + rest)
    else:
        yield TextPart(script, part.text)


def _script(word: str, before: str, after: str, height: int) -> Script:
    """Whether what is set high or low is a superscript or a subscript, as it stands between two texts."""
    follows = before[-1:].isalnum() or before[-1:] in CLOSING
    is_letters = any(map(str.isalpha, word))
    is_joined = follows or (not is_letters and (after[:1].isalnum() or after[:1] in FRACTION))
    is_in_word = is_letters and after[:1].isalpha()  # such a letter is one of a word that dances
    if not word or not is_joined or is_in_word:
        return ""
    return "super" if height > 0 else "sub"
