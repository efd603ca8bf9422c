"""Which lines are headings, of which level, and which of them is the title.

A heading is set larger than the text, or in bold where the text is not, or in capitals, or stands alone under a number.
Its level is the rank of its style among those of all headings; numbered headings of one style differ by the depth of
their numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hitl.research.reading.pdf.columns import Line
from hitl.research.reading.pdf.letters import Style

LARGER = 1.06
"""Share of the text's size from which a line is larger."""
SMALLER = 0.93
LONGEST = 200
"""Letters of a heading."""
LONGEST_PLAIN = 90
"""Letters of a heading that is set as the text is."""
MOST_LINES = 4
"""Lines of a heading; what is longer in bold is a paragraph."""
NUMBER = re.compile(
    r"(?:(?:chapter|section|part|article|annex|appendix|kapitel|abschnitt|teil|artikel|anhang|chapitre|capítulo)\s+)?"
    r"(\d{1,2}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,2})+|[A-Z]\.|[IVX]{1,5}\.|§\s?\d{1,3})[.)]?\s+(?=[^\W\d_]|[“\"‘'(«])",
    re.IGNORECASE,
)
CAPTION = re.compile(
    r"(?:figure|fig\.|table|tab\.|box|chart|tabelle|abbildung|abb\.|tableau|tabla|tabela|source|note|quelle)s?\s*[\d:.A-Z]",
    re.IGNORECASE,
)
ENDS_SENTENCE = re.compile(r"[.!?…。！？؟][\"'”’)\]»]*[⁰¹²³⁴-⁹]*\Z")
ENDS_OPEN = re.compile(r"[,;(–—-]\Z")
TOP = 0.6
"""Share of the first page, from its top, in which its title stands."""
TITLE_SIZE = 1.15
"""Share of the text's size from which a line can be the title."""
MOST_TITLE_LINES = 4
LONGEST_TITLE = 250
HIGHEST_LEVEL, LOWEST_LEVEL = 1, 9
TITLE_LINES = 20
"""Lines of the first page among which the title stands."""


@dataclass(frozen=True, slots=True)
class Body:
    """How the running text of a document is set."""

    size: float
    is_bold: bool
    is_italic: bool


@dataclass(frozen=True, slots=True)
class HeadingStyle:
    """How a heading is set, as far as its level depends on it."""

    size: float
    is_bold: bool
    is_capital: bool
    is_italic: bool
    depth: int
    """Of its number: 2 for `4.1`, 0 without one."""


def body_of(lines: Iterable[Line]) -> Body:
    """The style that most letters of running text have."""
    sizes: Counter[float] = Counter()
    styles: Counter[Style] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
        styles[line.style] += len(line.text)
    if not sizes:
        return Body(0.0, is_bold=False, is_italic=False)
    size = sizes.most_common(1)[0][0]
    style = max((style for style in styles if style.size == size), key=lambda style: styles[style])
    return Body(size, style.is_bold, style.is_italic)


def stands_out(line: Line, body: Body) -> bool:
    """Whether a line is set as headings are: larger than the text, or in bold, or in capitals."""
    text = line.text
    if len(text) > LONGEST or not any(map(str.isalpha, text)) or CAPTION.match(text) or line.size < SMALLER * body.size:
        return False
    if line.size >= LARGER * body.size:
        return True
    return line.is_bold and not body.is_bold


def is_capital(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) >= 4


def style_of(line: Line, text: str) -> HeadingStyle:
    """The style of a heading that begins with a line."""
    return HeadingStyle(line.size, line.is_bold, is_capital(text), line.style.is_italic, depth_of(text))


def depth_of(text: str) -> int:
    """How deep the number of a heading is: 2 for `4.1 Costs`, 0 without one."""
    match = NUMBER.match(text)
    return match[1].rstrip(".").count(".") + 1 if match else 0


def levels(styles: Iterable[HeadingStyle]) -> dict[HeadingStyle, int]:
    """The level of each style, from 1 for the highest."""
    used = set(styles)
    numbered = {_without_depth(style) for style in used if style.depth}
    ranks = {style: _rank(style, _without_depth(style) in numbered) for style in used}
    ordered = sorted(set(ranks.values()))
    return {style: min(HIGHEST_LEVEL + ordered.index(rank), LOWEST_LEVEL) for style, rank in ranks.items()}


def _without_depth(style: HeadingStyle) -> HeadingStyle:
    return HeadingStyle(style.size, style.is_bold, style.is_capital, style.is_italic, 0)


def _rank(style: HeadingStyle, has_numbers: bool) -> tuple[float, bool, bool, bool, int]:
    depth = max(style.depth, 1) if has_numbers else 0
    return (-style.size, not style.is_bold, not style.is_capital, style.is_italic, depth)


def title_of(lines: Sequence[Line], body: Body, height: float, stated: str) -> str:
    """The title that stands on the first page; empty if none stands out.

    Args:
        lines: The lines of the page, without running heads.
        body: How the text is set.
        height: Height of the page, in points.
        stated: The title that the file states, which is taken if the page says the same.
    """
    if stated and _stands_there(stated, lines):
        return stated
    top = [line for line in lines if line.baseline <= TOP * height and any(map(str.isalpha, line.text))]
    large = [line for line in top if line.size >= TITLE_SIZE * body.size]
    if not large:
        return ""
    largest = max(line.size for line in large)
    first = next(index for index, line in enumerate(top) if line.size == largest)
    parts = [top[first].text]
    for line, before in zip(top[first + 1 :], top[first:], strict=False):
        distance = line.baseline - before.baseline
        if line.size < largest or not 0 < distance < 2 * largest or len(parts) == MOST_TITLE_LINES:
            break
        parts.append(line.text)
    title = " ".join(parts)
    return title if len(title) <= LONGEST_TITLE else ""


def _stands_there(stated: str, lines: Sequence[Line]) -> bool:
    """Whether the first lines of the page say a title: one to four lines, one after the other, and nothing else."""
    wanted = _letters(stated)
    if not wanted:
        return False
    read = [_letters(line.text) for line in lines[:TITLE_LINES]]
    return any(
        "".join(read[start:end]) == wanted
        for start in range(len(read))
        for end in range(start + 1, min(start + MOST_TITLE_LINES, len(read)) + 1)
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
