"""Compares claims that are not verbatim with what they cite, for a reader who decides what they are worth."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from hitl.report.verification.claims import Claim, Reference
from hitl.report.verification.differences import Piece, differences
from hitl.report.verification.marks import cite
from hitl.report.writing.escaping import visible_words, with_whole_addresses
from hitl.report.writing.fixed_words import FixedWords
from hitl.text import escape_markdown

MOST_QUOTES = 3
"""Quotes shown below one claim, at most: those that it has most of. A heading cites all that its section cites, and
only one is shown."""


def side_by_side(claims: Sequence[Claim], references: Sequence[Reference], words: FixedWords) -> Iterator[str]:
    """The section with the claims that are not verbatim, in Markdown; nothing if there are none.

    Reworded claims stand above their quotes, the most alike first, with what differs in bold. Claims without a source
    follow, with what is strange, and last those that a model doubts though they are verbatim.

    Args:
        claims: Of a report that a model wrote.
        references: What they cite.
        words: The fixed words of the report.
    """
    reworded = sorted((claim for claim in claims if claim.verdict == "reworded"), key=lambda claim: -claim.likeness)
    listed = [claim for claim in claims if claim.verdict == "no source"]
    listed += [claim for claim in claims if claim.verdict == "verbatim" and _is_doubted(claim)]
    if not reworded and not listed:
        return
    quotes = {reference.number: " ".join(reference.finding.quote.split()) for reference in references}
    yield f"## {words.reworded}"
    yield f"*{words.side_by_side}*"
    for claim in reworded:
        yield from _compared(claim, quotes, words)
    if listed:
        yield "\n".join(f"- {_listed(claim, words)}" for claim in listed)


def _compared(claim: Claim, quotes: Mapping[int, str], words: FixedWords) -> Iterator[str]:
    """A claim, and below it what it cites."""
    text = visible_words(claim.text)
    compared = {number: differences(text, quotes[number]) for number in claim.references}
    alike = sorted(compared, key=lambda number: -_same(compared[number].claim))
    shown = sorted(alike[: 1 if claim.is_heading else MOST_QUOTES])
    masks = [_mask(compared[number].claim) for number in shown]
    said = _with_bold(text, [all(differ) for differ in zip(*masks, strict=True)])
    yield " ".join([said, *_opinion(claim, words)])
    for number in shown:
        quote = in_bold(compared[number].quote)
        yield f"> {cite(number)} {with_whole_addresses(quote)}"


def _listed(claim: Claim, words: FixedWords) -> str:
    """A claim without a source and what is strange about it, on one line."""
    reason = ""
    if claim.strange_numbers:
        reason = words.strange_numbers.format(numbers=escape_markdown(", ".join(claim.strange_numbers)))
    elif claim.verdict == "no source":
        reason = words.strange_words if claim.references else words.cites_nothing
    cited = map(cite, sorted(claim.references)[:MOST_QUOTES])
    reasons = [f"*{reason}*"] if reason else []
    return " ".join([escape_markdown(visible_words(claim.text)), *cited, *reasons, *_opinion(claim, words)])


def _is_doubted(claim: Claim) -> bool:
    return claim.opinion is not None and claim.opinion.says != "supported"


def _opinion(claim: Claim, words: FixedWords) -> list[str]:
    """What a model says of a claim, as a sentence in italics; nothing if it was not asked."""
    if not claim.opinion:
        return []
    model, says = escape_markdown(claim.opinion.model), words.says(claim.opinion.says)
    return [f"*{words.opinion.format(model=model, says=says)}*"]


def _same(pieces: Sequence[Piece]) -> int:
    """Number of characters that do not differ."""
    return sum(len(piece.text) for piece in pieces if not piece.differs)


def _mask(pieces: Sequence[Piece]) -> list[bool]:
    """Of each character whether it differs; none does where nothing is the same, and nothing can be compared."""
    is_compared = any(not piece.differs and piece.text.strip() for piece in pieces)
    return [is_compared and piece.differs for piece in pieces for _ in piece.text]


def in_bold(pieces: Sequence[Piece]) -> str:
    """The pieces of a text on one line in Markdown, those that differ in bold."""
    return _with_bold("".join(piece.text for piece in pieces), _mask(pieces))


def _with_bold(text: str, mask: Sequence[bool]) -> str:
    """A text on one line in Markdown, with the characters of the mask in bold.

    Markdown takes no asterisks for bold that stand between a letter and a sign: then the word before or after the sign
    is bold as well.
    """
    wide = list(mask)
    for bold, at in [(bold, [place for place, _ in run]) for bold, run in groupby(enumerate(mask), lambda one: one[1])]:
        start, end = at[0], at[-1] + 1
        while bold and start > 0 and _is_sign(text[at[0]]) and _is_letter(text[start - 1]):
            start -= 1
        while bold and end < len(text) and _is_sign(text[at[-1]]) and _is_letter(text[end]):
            end += 1
        if bold:
            wide[start:end] = [True] * (end - start)
    parts = []
    place = 0
    for bold, run in groupby(wide):
        length = sum(1 for _ in run)
        part = text[place : place + length]
        place += length
        words = escape_markdown(part)
        before, after = part[:1].isspace(), part[-1:].isspace()
        said = f"**{words}**" if bold and words else words
        parts.append(f"{' ' * before}{said}{' ' * (after and bool(words))}")
    return "".join(parts)


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _is_letter(character: str) -> bool:
    return not character.isspace() and not _is_sign(character)
