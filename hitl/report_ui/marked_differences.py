"""The differences between a sentence and its quote in Markdown for the page: both sides, with what differs marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from hitl.report.verification.differences import Piece, differences
from hitl.ui import shown

JOINER = "\u2060"
"""An invisible sign between a text and a mark: a colon before it would make another mark of it."""
PAIRS_KEPT = 2000
"""Number of compared pairs that are kept; a page that is drawn again compares nothing anew."""


class BothSides(NamedTuple):
    """A sentence and a quote in Markdown, each on one line; what the other lacks is bold on a coloured ground."""

    sentence: str
    quote: str


@lru_cache(maxsize=PAIRS_KEPT)
def both_sides(sentence: str, quote: str) -> BothSides:
    """Mark what differs in a sentence and in a quote that it cites."""
    compared = differences(" ".join(sentence.split()), " ".join(quote.split()))
    return BothSides(_marked(compared.claim, "red"), _marked(compared.quote, "green"))


def _marked(pieces: Sequence[Piece], colour: Literal["red", "green"]) -> str:
    same = "".join(piece.text for piece in pieces if not piece.differs)
    if not any(map(str.isalnum, same)):
        return shown("".join(piece.text for piece in pieces))  # where nothing is the same, marks would say nothing
    return "".join(_in_markdown(pieces, colour))


def _in_markdown(pieces: Sequence[Piece], colour: str) -> Iterator[str]:
    for text, differs in pieces:
        words = shown(text)
        if differs and words:
            words = f"{JOINER}:{colour}-background[**{words}**]{JOINER}"
        yield f"{' ' * text[:1].isspace()}{words}{' ' * (text[-1:].isspace() and bool(words))}"
