"""Detects duplicate findings and sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from hitl.research.evidence import Finding
from hitl.research.sentences import whole_sentences

SAME = 90.0
"""Similarity in percent from which two quotes (partial ratio) or two sentences (full ratio) are the same."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W\d_]+")
TELLING = frozenset(
    "no not nor never none neither without cannot hardly less fewer more most least up down above below before after "
    "increase increases increased decrease decreases decreased rise rises rose fall falls fell higher lower one two "
    "three four five six seven eight nine ten eleven twelve first second third half twice".split()
)
"""Words that change the meaning of a sentence, however similar the rest is."""


def is_same(one: Finding, other: Finding) -> bool:
    """True if two quotes overlap, or are at least 90 % similar, or the shorter is to a part of the longer."""
    likeness = (fuzz.ratio, fuzz.partial_ratio)  # of two of about the same length the first can be higher; it is quick
    return one.overlaps(other) or any(of(one.quote, other.quote, score_cutoff=SAME) >= SAME for of in likeness)


def repeats(one: Finding, other: Finding) -> bool:
    """True if one finding repeats the other.

    Their quotes overlap, or one contains the other, or they `agree` and are similar (`is_same`, which takes the time).
    """
    shorter, longer = sorted((one.quote, other.quote), key=len)
    return one.overlaps(other) or shorter in longer or (agree(shorter, longer) and is_same(one, other))


def same_sentence(one: str, other: str) -> bool:
    """True if two sentences differ only in a few letters, and not in a number or a word like “not”."""
    return fuzz.ratio(one, other, score_cutoff=SAME) >= SAME and agree(one, other)


def without_dropped(findings: Sequence[Finding], dropped: Sequence[Finding]) -> list[Finding]:
    """Findings without the sentences that dropped findings have too; those that consist of nothing else are left out.

    Their quotes may have gaps then, so they are no spans of their documents: they are for a reader, not for checking.
    """
    unwanted = [sentence for finding in dropped for sentence in _sentences(finding.quote)]
    left = []
    for finding in findings:
        sentences = _sentences(finding.quote)
        wanted = [one for one in sentences if not any(same_sentence(one, other) for other in unwanted)]
        if len(wanted) == len(sentences):
            left.append(finding)
        elif wanted:
            left.append(finding.model_copy(update={"quote": " ".join(wanted)}))
    return left


def _sentences(quote: str) -> list[str]:
    return [quote[span.start : span.end] for span in whole_sentences(quote)]


def agree(one: str, other: str) -> bool:
    """True if two texts contain the same numbers and the same words like “not” or “more”."""
    return telling_words(one) == telling_words(other)


@lru_cache(maxsize=1000)  # each quote is compared with all others
def telling_words(text: str) -> frozenset[str]:
    """The numbers in a text, and its words that change the meaning (`TELLING`)."""
    words = (word.lower() for word in WORD.findall(text.replace("n't", " not")))
    return frozenset(NUMBER.findall(text)) | {word for word in words if word in TELLING}
