"""Checking: whether a sentence stands in the quotes that it cites.

No model is asked, so a verdict is only as good as words can tell. It is meant to err to one side: *near* is
withheld from a faithful sentence rather than given to one that says something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from hitl.report.citations import Check, Reference, Verdict
from hitl.report.drafts import without_addresses
from hitl.report.meaning import Gist, holds
from hitl.report.numbers import Number, numbers_in, strange_numbers
from hitl.research.sentences import split_sentences, whole_sentences
from hitl.research.words import UNSPACED

NEAR = 90.0
"""Similarity of the letters, in percent, from which a sentence that is not verbatim counts as near."""
COVERED = 0.8
"""Share of a sentence's terms in the best one or two sentences of a quote from which it counts as near."""
TELLING_TERMS = 3
"""Terms that a sentence must have for that: fewer stand together anywhere."""
TAKES_PART = 0.25
"""Share of a sentence's terms from which one quote of several supports it together with the others."""
ALMOST_SAME = 0.99
"""The highest similarity of what is not verbatim."""

# What may differ in a verbatim sentence: quotation marks, spaces beside scripts that set none, and marks at its ends.
QUOTATION_MARKS = re.compile(r"[\"'“”„‟«»‹›‘’‚「」『』]")
AROUND_UNSPACED = re.compile(rf"(?<=[{UNSPACED}，。；：、！？（）]) | (?=[{UNSPACED}，。；：、！？（）])")
EDGES = re.compile(r"\A[\s,;:.–—)]+|[\s,;:.…。，；：、(–—]+\Z")


class Source:
    """A quote, ready to be compared with what cites it.

    Args:
        reference: The finding and its number in the report.
    """

    def __init__(self, reference: Reference) -> None:
        self.number = reference.number
        self.finding = reference.finding
        self.text = folded(reference.finding.quote)

    @cached_property
    def sentences(self) -> list[str]:
        quote = self.finding.quote
        return [quote[span.start : span.end] for span in split_sentences(quote)]

    @cached_property
    def windows(self) -> list[Gist]:
        """What each sentence says, and each two neighbouring ones."""
        return [Gist(text) for text in (*self.sentences, *map(" ".join, pairwise(self.sentences)))]

    @cached_property
    def numbers(self) -> list[Number]:
        """Of the quote, and of what stands beside it in the list of references."""
        return numbers_in(self.finding.quote) + self.numbers_beside

    @cached_property
    def numbers_beside(self) -> list[Number]:
        return numbers_in(f"{self.finding.title} {self.finding.date or ''}")

    @cached_property
    def terms(self) -> frozenset[str]:
        return Gist(f"{self.finding.quote} {self.finding.title}").terms

    @cached_property
    def edges(self) -> Edges:
        """Where the sentences of the folded quote begin and end, without the marks at their ends."""
        begins, ends, at = set(), set(), 0
        quote = self.finding.quote
        for span in whole_sentences(quote):
            piece = EDGES.sub("", folded(quote[span.start : span.end]))
            begin = self.text.find(piece, at)
            if piece and begin >= 0:
                at = begin + len(piece)
                begins.add(begin)
                ends.add(at)
        return Edges(frozenset(begins), frozenset(ends))

    def holds_whole(self, piece: str) -> bool:
        """Whether a folded piece is one or more whole sentences of the quote, but for a capital at its beginning.

        Half a sentence can say the opposite: “The claim that *vaccines cause autism* has been debunked.”
        """
        at = self.text.find(piece[1:], 1) if piece else -1
        while at > 0:
            is_whole = at - 1 in self.edges.begins and at - 1 + len(piece) in self.edges.ends
            if is_whole and self.text[at - 1].lower() == piece[0].lower():
                return True
            at = self.text.find(piece[1:], at + 1)
        return False


class Edges(NamedTuple):
    """Offsets in a text: of the first characters of its sentences, and after their last ones."""

    begins: frozenset[int]
    ends: frozenset[int]


@dataclass(frozen=True)
class Comparison:
    """How a claim compares with what it cites."""

    verdict: Verdict
    similarity: float
    best: Gist
    """The sentences of the quote that are most like it."""


def check_claim(claim: str, cited: Sequence[Source], beside: Sequence[Source] = ()) -> list[Check]:
    """Compare a claim with the quotes that it cites: with each alone, and with all of them when it needs them all.

    Args:
        claim: A sentence without its citations, or the part of one.
        cited: What it cites, at least one.
        beside: What the other parts of the sentence cite: a number from there is not strange.

    Returns:
        A check for each of the cited, in their order.
    """
    gist = Gist(claim)
    alone = [_compare(gist, source) for source in cited]
    best = Gist(" ".join(comparison.best.text for comparison in alone))
    if len(cited) > 1 and all(comparison.verdict == "not verified" for comparison in alone):
        together = gist.share_in(best.terms)
        if _is_covered(gist, together) and not _is_contradicted(gist, best, cited):
            alone = [
                Comparison("near", min(together, ALMOST_SAME), best) if _takes_part(gist, comparison) else comparison
                for comparison in alone
            ]
    strange = strange_numbers(claim, [number for source in (*cited, *beside) for number in source.numbers])
    if strange and not any(comparison.similarity == 1 for comparison in alone):
        alone = [Comparison("not verified", comparison.similarity, comparison.best) for comparison in alone]
    return [
        Check(
            sentence=claim,
            number=source.number,
            verdict=comparison.verdict,
            similarity=round(comparison.similarity, 3),
            strange_numbers=[] if comparison.similarity == 1 else strange,
        )
        for source, comparison in zip(cited, alone, strict=True)
    ]


def folded(text: str) -> str:
    """A text without what is only typography: white space on one line, no quotation marks, no addresses' beginnings."""
    line = " ".join(without_addresses(QUOTATION_MARKS.sub("", text)).split())
    return AROUND_UNSPACED.sub("", line)


def _compare(claim: Gist, source: Source) -> Comparison:
    piece = EDGES.sub("", folded(claim.text))
    if source.holds_whole(piece) or (not piece and claim.text in source.sentences):
        return Comparison("verbatim", 1.0, claim)
    best, share = _best(claim, source)
    alike = _likeness(piece, source.text)
    is_near = (alike >= NEAR / 100 or _is_covered(claim, share)) and not _is_contradicted(claim, best, [source])
    return Comparison("near" if is_near else "not verified", min(max(alike, share), ALMOST_SAME), best)


def _best(claim: Gist, source: Source) -> tuple[Gist, float]:
    """The sentence that holds most of a claim, or two neighbouring ones where one is not enough."""
    best, share = Gist(""), 0.0
    for window in source.windows:  # single sentences come first
        if share >= COVERED and window.text not in source.sentences:
            break
        if (more := claim.share_in(window.terms)) > share:
            best, share = window, more
    return best, share


def _likeness(piece: str, quote: str) -> float:
    """Likeness of the letters, from 0 to 1.

    A claim is compared with any part of a longer quote, but never a part of the claim with the quote: the rest of
    the claim would count for nothing.
    """
    return (fuzz.partial_ratio(piece, quote) if len(piece) <= len(quote) else fuzz.ratio(piece, quote)) / 100


def _is_contradicted(claim: Gist, said: Gist, sources: Sequence[Source]) -> bool:
    """Whether something in a claim forbids to call it near: another sense, a number or a name of its own."""
    terms = frozenset[str]().union(*(source.terms for source in sources))
    numbers = [*said.numbers, *(number for source in sources for number in source.numbers_beside)]
    return (
        claim.disagrees(said)
        or not _all_stand_in(claim.numbers, numbers)
        or not all(holds(terms, name) for name in claim.names)
    )


def _all_stand_in(numbers: Sequence[Number], known: Sequence[Number]) -> bool:
    """Whether each number is one of the known, and none is taken twice: “from 2017 to 2017” is not in 2014 to 2017."""
    left = list(known)
    for number in numbers:
        match = next((other for other in left if number.matches(other)), None)
        if match is not None:
            left.remove(match)
        elif not number.is_pronoun:
            return False
    return True


def _is_covered(claim: Gist, share: float) -> bool:
    return share >= COVERED and len(claim.terms) >= TELLING_TERMS


def _takes_part(claim: Gist, comparison: Comparison) -> bool:
    return claim.share_in(comparison.best.terms) >= TAKES_PART
