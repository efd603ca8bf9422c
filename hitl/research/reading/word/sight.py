"""Whether letters of a Word file can be seen: they can be too small, or of the colour of what is behind them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from hitl.research.reading.colors import BLACK, NO_COLOR, WHITE, are_alike
from hitl.research.reading.word.run_properties import AUTOMATIC, NOTHING_SAID, WHOLE_WIDTH, RunProperties

TINY = 2
"""Half points up to which letters are too small for any eye."""
USUAL_SIZE = 20
"""Half points that letters have if nothing else is said."""

Sight = Literal["seen", "faint", "alike", "doubtful"]
"""Whether letters show: `faint` are white or tiny ones, `alike` others of the colour of what is behind them."""


class Surroundings(NamedTuple):
    """What is around the runs of a paragraph and decides how they show."""

    grounds: tuple[str, ...] = (WHITE,)
    """The colours that may be behind them; `UNKNOWN` among them if something else may be."""
    table: RunProperties = NOTHING_SAID
    """What the style of their table says of them."""


ON_PAPER = Surroundings()


def sight(letters: RunProperties, grounds: tuple[str, ...]) -> Sight:
    """Whether letters can be seen; doubtful where the file does not say enough to tell.

    Args:
        letters: How they look, by all styles together.
        grounds: The colours that may be behind their paragraph.
    """
    size = letters.size if letters.size is not None else USUAL_SIZE
    width = letters.width if letters.width is not None else WHOLE_WIDTH
    if size * width <= TINY * WHOLE_WIDTH:
        return "faint"
    ink = letters.fill or letters.color or AUTOMATIC
    if letters.has_edge:
        return "seen"
    if ink == NO_COLOR:
        return "alike"
    if ink == AUTOMATIC:  # becomes white on a dark shade, but it depends on the version of Word on a highlight
        return "doubtful" if letters.highlight == BLACK else "seen"
    own = [each for each in (letters.highlight, letters.shade) if each not in (None, NO_COLOR)]
    alike = [are_alike(ink, ground) for ground in own[:1] or grounds]
    if not any(alike):
        return "seen"
    if not all(alike):
        return "doubtful"
    return "faint" if are_alike(ink, WHITE) else "alike"
