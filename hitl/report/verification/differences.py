"""Differences: a claim and a quote side by side, with the words in which they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from hitl.report.verification.wording import Token, same_but_for_capital, tokens_in
from hitl.research.sentences import whole_sentences

MOST_SENTENCES = 3
"""Maximum number of a quote's sentences that are chosen to be put beside a claim."""
ADDED = 0.2
"""Share of a claim's letters that a second or third of them must hold."""
MOST_PAIRS = 250_000
"""Product of the numbers of words up to which their order is compared, since `difflib` takes more than linear time."""


class Piece(NamedTuple):
    """A piece of a text."""

    text: str
    differs: bool


class Differences(NamedTuple):
    """The pieces of a claim and of a quote; those of each join to its text."""

    claim: tuple[Piece, ...]
    quote: tuple[Piece, ...]
    """Nothing differs in sentences that are not put beside the claim."""


def differences(claim: str, quote: str) -> Differences:
    """Compare a claim with the sentences of a quote that hold most of it, and with all between these.

    White space, quotation marks and the case of the first letter don't count. In texts of more than `MOST_PAIRS` the
    order isn't compared: only words differ that the other text lacks.

    Args:
        claim: A sentence of a report.
        quote: A quote that it cites.
    """
    said, told = tokens_in(claim), tokens_in(quote)
    beside = _beside(said, told, quote)
    keys, others = [token.key for token in said], [token.key for token in told[beside.start : beside.stop]]
    keys[:1] = _as_typed_in(others, keys[:1])
    others[:1] = _as_typed_in(keys, others[:1])
    left, right = _differing(keys, others)
    return Differences(_pieces(claim, said, left), _pieces(quote, told, {beside.start + index for index in right}))


def _beside(said: Sequence[Token], told: Sequence[Token], quote: str) -> range:
    """The tokens of a quote to put beside a claim, from the first to the last of the sentences that hold most of it."""
    sentences = list(_sentences(told, quote))
    words = [Counter(told[index].key for index in sentence) for sentence in sentences]
    missing = Counter(token.key for token in said)
    fewest = ADDED * _letters(missing)
    chosen: list[range] = []
    while words and len(chosen) < MOST_SENTENCES:
        held = [_letters(missing & of_sentence) for of_sentence in words]
        best = max(range(len(words)), key=held.__getitem__)
        if held[best] == 0 or (chosen and held[best] < fewest):
            break
        missing -= words[best]
        chosen.append(sentences[best])
    return range(min(s.start for s in chosen), max(s.stop for s in chosen)) if chosen else range(len(told))


def _sentences(told: Sequence[Token], quote: str) -> Iterator[range]:
    """The tokens of each whole sentence of a quote."""
    start = 0
    for sentence in whole_sentences(quote):
        stop = start
        while stop < len(told) and told[stop].start < sentence.end:
            stop += 1
        yield range(start, stop)
        start = stop


def _letters(words: Counter[str]) -> int:
    return sum(len(word) * count for word, count in words.items())


def _as_typed_in(keys: Sequence[str], first: Sequence[str]) -> list[str]:
    """The first word of a text; where another text has it only with the other case of its first letter, as it is there.

    Args:
        keys: The words of the other text.
        first: The first word; empty if there is none.
    """
    return [key if key in keys else next((k for k in keys if same_but_for_capital(k, key)), key) for key in first]


def _differing(keys: Sequence[str], others: Sequence[str]) -> tuple[set[int], set[int]]:
    """The places in both sequences at which they differ."""
    if len(keys) * len(others) > MOST_PAIRS:
        same = set(keys) & set(others)
        left = {index for index, key in enumerate(keys) if key not in same}
        return left, {index for index, key in enumerate(others) if key not in same}
    left, right = set(range(len(keys))), set(range(len(others)))
    for block in SequenceMatcher(None, keys, others, autojunk=False).get_matching_blocks():
        left.difference_update(range(block.a, block.a + block.size))
        right.difference_update(range(block.b, block.b + block.size))
    return left, right


def _pieces(text: str, tokens: Sequence[Token], differing: set[int]) -> tuple[Piece, ...]:
    """A text in pieces; what stands between two words that differ differs too."""
    pieces: list[Piece] = []
    at, differed = 0, False
    for index, token in enumerate(tokens):
        differs = index in differing
        pieces += [Piece(text[at : token.start], differs and differed), Piece(text[token.start : token.end], differs)]
        at, differed = token.end, differs
    pieces.append(Piece(text[at:], False))
    groups = groupby((piece for piece in pieces if piece.text), key=attrgetter("differs"))
    return tuple(Piece("".join(piece.text for piece in group), differs) for differs, group in groups)
