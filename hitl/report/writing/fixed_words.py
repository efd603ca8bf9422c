"""The fixed words of a report, such as “References”, in the languages that have them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hitl.report.verification.claims import Says
from hitl.research.languages import language_of

DATA = Path(__file__).with_suffix(".toml")
OTHERWISE = "en"
"""The language of the fixed words of a report in a language that has none."""
FEWEST_WORDS = 5
FEWEST_LETTERS = 30
"""Words and letters from which a topic tells its language; of a shorter one that is mostly a guess."""

NOT_CITED = re.compile(r"no source: (.+) (?:is|are) not in what it cites")
UNRELATED = re.compile(r"nothing of it is in references? ([\d, ]+)")


@dataclass(frozen=True)
class FixedWords:
    """The words of a report that neither a document nor a model says. All are plain text."""

    references: str
    """Heading of what the report cites."""
    reference: str
    """What one quote there is called; one word of the letters a to z, since links are made of it."""
    reworded: str
    """Heading of the comparison of claims and quotes."""
    further: str
    """Heading of evidence that answers no single part of what was asked."""
    document: str
    """Tells documents of the same name apart: {fingerprint}, the beginning of it."""
    also_named: str
    """Further {names} of a document."""
    quoted: str
    """Who wrote a report without a model: {date}, {evidence}."""
    written: str
    """Who wrote a model's report, and what the marks mean: {model}, {date}, {evidence}."""
    one_finding: str
    findings: str
    """The {evidence}: {count} findings."""
    one_struck: str
    struck: str
    """That a human struck out {count} statements."""
    not_approved: str
    """The {parts} of what was asked that no approved finding answers."""
    side_by_side: str
    """How to read the comparison of claims and quotes."""
    cites_nothing: str
    strange_numbers: str
    strange_words: str
    """Why a claim has no source; {numbers} as above."""
    opinion: str
    """What the {model} {says} of a claim, by the words for it below."""
    supported: str
    contradicted: str
    not_there: str
    contents: str
    """Heading of a table of contents."""
    page_of: str
    """The number of a {page} of so many {pages}."""
    back: str
    """The {places} that cite a quote."""
    mark_reworded: str = ""
    mark_no_source: str = ""
    mark_numbers: str = ""
    mark_unrelated: str = ""
    """What marks behind a sentence say, of {numbers} that are not in what it cites, and of references by {numbers}
    that have nothing of it; empty in English, in which they are written."""

    def evidence(self, count: int) -> str:
        return self.one_finding if count == 1 else self.findings.format(count=f"{count:,}")

    def struck_out(self, count: int) -> str:
        """How many statements were struck out, in a sentence; empty for none."""
        return "" if not count else self.one_struck if count == 1 else self.struck.format(count=f"{count:,}")

    def mark(self, said: str) -> str:
        """What a mark says, given in the words of `verification.marks`."""
        if not self.mark_reworded:
            return said
        if match := NOT_CITED.fullmatch(said):
            return self.mark_numbers.format(numbers=match[1])
        if match := UNRELATED.fullmatch(said):
            return self.mark_unrelated.format(numbers=match[1])
        return {"reworded": self.mark_reworded, "no source": self.mark_no_source}.get(said, said)

    def says(self, says: Says) -> str:
        """What a model says of a claim."""
        return {"supported": self.supported, "contradicted": self.contradicted, "not there": self.not_there}[says]


def fixed_words(language: str) -> FixedWords:
    """The fixed words of a language, given its code (ISO 639-1); in English if it has none."""
    return _tables().get(language) or _tables()[OTHERWISE]


def report_language(topic: str, quotes: Iterable[str]) -> str:
    """Code of the language of a report's fixed words.

    It is that of the topic, or, since a short topic does not tell, that of most of what is quoted.

    Args:
        topic: What the report is about.
        quotes: The quotes of the approved findings.
    """
    letters = sum(map(str.isalpha, topic))
    tells = letters >= FEWEST_LETTERS and len(topic.split()) >= FEWEST_WORDS
    language = language_of(topic if tells else "\n".join(quotes) or topic)
    return language if language in _tables() else OTHERWISE


@cache
def _tables() -> dict[str, FixedWords]:
    return {code: FixedWords(**words) for code, words in tomllib.loads(DATA.read_text("utf-8")).items()}
