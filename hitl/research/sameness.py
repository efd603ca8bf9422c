"""When two findings, or two sentences, are the same."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from hitl.research.evidence import Finding

SAME = 90.0
"""Similarity in percent from which two quotes are the same, the shorter one compared with any part of the longer."""

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W\d_]+")
TELLING = frozenset(
    "no not nor never none neither without cannot hardly less fewer more most least up down above below before after "
    "increase increases increased decrease decreases decreased rise rises rose fall falls fell higher lower one two "
    "three four five six seven eight nine ten eleven twelve first second third half twice".split()
)
"""Words that turn a sentence into another one, however alike the rest is."""


def is_same(one: Finding, other: Finding) -> bool:
    """Whether two findings quote the same: they overlap, or one is at least 90 % similar to a part of the other."""
    return one.overlaps(other) or fuzz.partial_ratio(one.quote, other.quote, score_cutoff=SAME) >= SAME


def repeats(one: Finding, other: Finding) -> bool:
    """Whether two findings say the same: as `is_same`, but two that differ in a number or a “not” do not."""
    shorter, longer = sorted((one.quote, other.quote), key=len)
    return one.overlaps(other) or shorter in longer or (is_same(one, other) and agree(shorter, longer))


def same_sentence(one: str, other: str) -> bool:
    """Whether two sentences are the same but for a few letters, and not for a number or a “not”."""
    return fuzz.ratio(one, other, score_cutoff=SAME) >= SAME and agree(one, other)


def agree(one: str, other: str) -> bool:
    """Whether two texts tell the same numbers, and the same words like “not” or “more”."""
    return telling_words(one) == telling_words(other)


def telling_words(text: str) -> frozenset[str]:
    """The numbers in a text, and the words that can turn its meaning round."""
    words = (word.lower() for word in WORD.findall(text.replace("n't", " not")))
    return frozenset(NUMBER.findall(text)) | {word for word in words if word in TELLING}
