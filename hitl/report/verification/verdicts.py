"""Verdicts: whether a claim repeats the quotes that it cites, rewords them, or has no source in them.

Only words are compared, since what they mean can't be told from them: see `differences` for what a human is shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from hitl.report.text import ReportText
from hitl.report.verification.claims import Claim, Reference, Verdict
from hitl.report.verification.dates import without_date
from hitl.report.verification.numbers import names_in, strange_numbers, values_in
from hitl.report.verification.wording import keys_in, same_but_for_capital, without_last_stop
from hitl.research import Finding
from hitl.research.languages import language_of
from hitl.research.search.tokens import stop_words, terms_of, words_of
from hitl.research.sentences import whole_sentences
from hitl.text import UNSPACED

HELD = 0.5
"""Share of a claim's content words in its quotes from which it has a source."""
LONGEST_VERBATIM = 20_000
"""Characters up to which a claim that is not a whole quote can be verbatim; longer ones would take long to compare."""
YEAR_LENGTH = 4
"""Characters of the year in a date: its month and its day would lend themselves to any amount."""
UNSPACED_RUN = re.compile(rf"[{UNSPACED}]+")
BETWEEN = "\0"
"""Between the words of a text that is searched for the words of another."""


class Comparison(NamedTuple):
    """How a claim compares with the quotes that it cites."""

    verdict: Verdict
    strange_numbers: tuple[str, ...]
    """Numbers that are in none of them."""
    unrelated: tuple[Finding, ...]
    """Those of them that share no content word and no number with it; empty if it has no source."""
    likeness: float
    """Share of its pairs of neighbouring words that stand in one of them, from 0 to 1."""


class CitedQuote:
    """A quote, ready to be compared with what cites it."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        self.language = language_of(finding.quote)
        self._content_words: dict[str, frozenset[str]] = {}

    @cached_property
    def keys(self) -> list[str]:
        return keys_in(self.finding.quote)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self.keys))

    @cached_property
    def values(self) -> frozenset[Decimal]:
        """Of the numbers in the quote, and in the title that stands beside it, with the year of the date there."""
        beside = f"{self.finding.title}\n{(self.finding.date or '')[:YEAR_LENGTH]}"
        return values_in(self.finding.quote, self.language) | values_in(beside, self.language)

    @cached_property
    def names(self) -> frozenset[str]:
        """Those of letters and digits: `CO2`."""
        return names_in(f"{self.finding.quote}\n{self.finding.title}")

    @cached_property
    def sentences(self) -> Sentences:
        """Its whole sentences as one text, and where they begin and end in it."""
        begins, ends, parts, at = [], set(), [], 0
        quote = self.finding.quote
        for span in whole_sentences(quote, self.language):
            if keys := keys_in(quote[span.start : span.end]):
                begins.append(at)
                ends.add(at + len(_joined(without_last_stop(keys))))
                parts.append(_joined(keys))
                at += len(parts[-1])
        return Sentences("".join(parts), begins, ends)

    def content_words(self, language: str) -> frozenset[str]:
        """Its content words, by the stop words and the stems of a language."""
        if language not in self._content_words:
            self._content_words[language] = content_words(self.finding.quote, language)
        return self._content_words[language]

    def repeats(self, claim: str) -> bool:
        """True if a claim is one or more whole sentences of the quote, next to each other, word for word.

        The case of its first letter and a full stop at its end don't count. Half a sentence is none: “The claim that
        *vaccines cause autism* has been debunked.”
        """
        keys = keys_in(claim)
        if not keys:
            return False
        piece = _joined(without_last_stop(keys))
        if same_but_for_capital(piece, _joined(without_last_stop(self.keys))):
            return True
        text, begins, ends = self.sentences
        return len(piece) <= LONGEST_VERBATIM and any(
            begin + len(piece) in ends
            and text.startswith(piece[1:], begin + 1)
            and same_but_for_capital(piece[0], text[begin])
            for begin in begins
        )


class Sentences(NamedTuple):
    """The whole sentences of a quote, as the keys of their words."""

    text: str
    begins: Sequence[int]
    """Offsets in the text at which a sentence begins."""
    ends: Collection[int]
    """Offsets after the last word of a sentence, before its full stop."""


def check_text(text: ReportText, references: Sequence[Reference]) -> list[Claim]:
    """Compare each heading and each sentence of a report with what it cites.

    Args:
        text: The report's text.
        references: What the report cites; what is not among them counts as not cited.

    Returns:
        A claim for each statement of the text, in order.
    """
    numbers = {reference.finding.id: reference.number for reference in references}
    quotes = {reference.finding.id: CitedQuote(reference.finding) for reference in references}
    claims = []
    for statement in text.statements:
        cited = [id for id in dict.fromkeys(statement.findings) if id in quotes]
        comparison = _compare(statement.text, [quotes[id] for id in cited])
        unrelated = () if statement.is_heading else comparison.unrelated
        claims.append(
            Claim(
                number=statement.number,
                text=statement.text,
                is_heading=statement.is_heading,
                references=tuple(numbers[id] for id in cited),
                verdict=comparison.verdict,
                strange_numbers=comparison.strange_numbers,
                unrelated=tuple(numbers[finding.id] for finding in unrelated),
                likeness=comparison.likeness,
            )
        )
    return claims


def verdict_of(claim: str, quotes: Sequence[Finding]) -> Comparison:
    """Compare a claim with the quotes that it cites.

    Args:
        claim: A sentence or a heading.
        quotes: What it cites; may be empty.
    """
    return _compare(claim, [CitedQuote(quote) for quote in quotes])


def content_words(text: str, language: str) -> frozenset[str]:
    """The content words of a text, without numbers; of Chinese, Japanese and Korean, pairs of neighbouring characters.

    One such character alone stands in most texts of a page.
    """
    particles = stop_words(language)
    runs = ["".join(sign for sign in run if sign not in particles) for run in UNSPACED_RUN.findall(text)]
    pairs = {one + other for run in runs for one, other in pairwise(run)} | {run for run in runs if len(run) == 1}
    terms = terms_of(UNSPACED_RUN.sub(" ", text), language)
    return frozenset(pairs | {term for term in terms if not term.isdecimal()})


def _compare(claim: str, quotes: Sequence[CitedQuote]) -> Comparison:
    if not quotes or not any(map(str.isalnum, claim)):
        return Comparison("no source", (), (), 0.0)
    (language, _), *_ = Counter(quote.language for quote in quotes).most_common(1)
    words, values = content_words(claim, language), values_in(claim, language)
    unrelated = tuple(
        quote.finding
        for quote in quotes
        if (words or values) and words.isdisjoint(quote.content_words(language)) and values.isdisjoint(quote.values)
    )
    if any(quote.repeats(claim) for quote in quotes):
        return Comparison("verbatim", (), unrelated, 1.0)
    likeness = round(_likeness(claim, quotes), 3)
    known = frozenset[Decimal]().union(*(quote.values for quote in quotes))
    names = frozenset[str]().union(*(quote.names for quote in quotes))
    counted = claim
    for quote in quotes:
        counted = without_date(counted, quote.finding.date or "")
    strange = strange_numbers(counted, known, language, names)
    if strange or _share_held(claim, words, quotes, language) < HELD:
        return Comparison("no source", strange, (), likeness)
    return Comparison("reworded", (), unrelated, likeness)


def _share_held(claim: str, words: frozenset[str], quotes: Sequence[CitedQuote], language: str) -> float:
    """Share of a claim's content words that stand in the quotes, from 0 to 1.

    Of a claim without a content word all its words count; one of numbers alone is held, since they are judged apart.
    """
    held = frozenset[str]().union(*(quote.content_words(language) for quote in quotes))
    if not words:
        words = frozenset(word for word in words_of(claim) if not word.isdecimal())
        held = held.union(*(words_of(quote.finding.quote) for quote in quotes))
    return len(words & held) / len(words) if words else 1.0


def _likeness(claim: str, quotes: Sequence[CitedQuote]) -> float:
    pairs = list(pairwise(keys_in(claim)))
    return max(sum(pair in quote.pairs for pair in pairs) for quote in quotes) / len(pairs) if pairs else 0.0


def _joined(keys: Sequence[str]) -> str:
    return "".join(f"{key}{BETWEEN}" for key in keys)
