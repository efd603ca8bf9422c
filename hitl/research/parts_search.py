"""Searches for each part of what was asked: which passages fit it, and which match it only a little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hitl.research.asked_parts import asked_parts
from hitl.research.evidence import Passage, Query
from hitl.research.search.asked_words import AskedWords, asked_words
from hitl.research.search.ranking import Hit, Ranking
from hitl.research.search.tokens import terms_of

CANDIDATES = 300
"""Maximum ranked passages considered for each part."""
COVERAGE = 0.5
"""Minimum share of the content words of a part in a passage that fits; weighted by idf."""
PARTIAL_COVERAGE = 0.3
"""The same for a passage with at least two of the words, since a long topic asks for several things at once."""
CLOSE_TO_BEST = 0.4
"""Minimum score of a passage, as a share of the best score for the part."""
DEEPER = 0.5
"""Factor on the three shares above for each feedback that asks for nothing, such as an empty one."""
ABOUT = 0.3
"""Weight of the topic in the search for one of several parts."""
NARROW = 2
"""Words up to which a part, such as “cost”, means that of the topic and of nothing else."""
SAME_SUBJECT = 0.5
"""Minimum share of the topic's content words in a document that is about the topic; weighted by idf."""
FEEDBACK_WEIGHT = 1.5
"""Weight of a feedback term relative to a topic term."""

Words = dict[str, AskedWords]
"""The words of a text, by the code of each language of the documents."""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the topic or of a feedback."""

    text: str
    words: Words
    feedback: int | None
    """Number of the feedback that it is of, from 0; None for the topic."""

    @property
    def weight(self) -> float:
        return 1.0 if self.feedback is None else FEEDBACK_WEIGHT


@dataclass(eq=False)
class Candidate:
    """A passage that matches a part of what was asked."""

    number: int
    """Its index in the ranking."""
    passage: Passage
    score: float
    """How well it matches all that was asked."""
    fits: list[Part] = field(default_factory=list)
    """The parts that it holds enough of."""
    weak: list[Part] = field(default_factory=list)
    """The parts that it holds only a little of."""


class PartsSearch:
    """The search of one round.

    Args:
        ranking: The index of the documents.
        query: What to search for.
    """

    def __init__(self, ranking: Ranking, query: Query) -> None:
        self.ranking = ranking
        self.topic = self._words(query.topic)
        self._subjects: dict[tuple[Part, str], set[str]] = {}
        self.times_deeper = 0
        """Number of feedbacks that ask for nothing."""
        self.went_deeper = False
        """True if the last one does."""
        parts = [Part(text, self._words(text), None) for text in self._divided(query.topic) or (query.topic.strip(),)]
        for number, text in enumerate(query.feedback):
            said = self._divided(text)
            self.went_deeper = not said
            self.times_deeper += self.went_deeper
            parts += [Part(part, self._words(part, is_remark=True), number) for part in said]
        self.parts = list({part.text.casefold(): part for part in parts if part.text}.values())
        """What was asked for, each part once."""

    def candidates(self) -> list[Candidate]:
        """The passages that match any part, in no order."""
        scores = self.ranking.scores_of(self._all_weights())
        found: dict[int, Candidate] = {}
        for part in self.parts:
            for hit, fits in self._matches(part):
                new = Candidate(hit.number, hit.passage, float(scores[hit.number]))
                candidate = found.setdefault(hit.number, new)
                (candidate.fits if fits else candidate.weak).append(part)
        return list(found.values())

    def value(self, text: str, parts: Sequence[Part], language: str) -> float:
        """How well a text matches these parts, and a little how well it matches the topic."""
        terms = self.ranking.terms_of(text, language)
        topic = self.topic[language].value(terms)
        return sum(part.weight * part.words[language].value(terms) for part in parts) + ABOUT * topic

    def _divided(self, text: str) -> tuple[str, ...]:
        return asked_parts(text, self.ranking.languages, self._is_phrase)

    def _is_phrase(self, words: str) -> bool:
        """True if the documents have all these words side by side in this order."""
        for code in self.ranking.languages:
            terms = terms_of(words, code)
            if len(terms) > 1 and all(map(self.ranking.together, terms, terms[1:])):
                return True
        return False

    def _words(self, text: str, *, is_remark: bool = False) -> Words:
        return {code: asked_words(self.ranking, text, code, is_remark=is_remark) for code in self.ranking.languages}

    def _all_weights(self) -> dict[str, Counter[str]]:
        """The weights of all that was asked, by language."""
        weights = {code: Counter(words.weights) for code, words in self.topic.items()}
        for part in self.parts:
            if part.feedback is not None:
                for code, words in part.words.items():
                    weights[code].update({term: part.weight * weight for term, weight in words.weights.items()})
        return weights

    def _weights(self, part: Part) -> dict[str, Counter[str]]:
        weights = {code: Counter(words.weights) for code, words in part.words.items()}
        for code, words in self.topic.items() if len(self.parts) > 1 else ():
            weights[code].update({term: ABOUT * weight for term, weight in words.weights.items()})
        return weights

    def _matches(self, part: Part) -> Iterator[tuple[Hit, bool]]:
        """The passages that hold a content word of a part and score nearly as high as the best; whether they fit."""
        tolerance = DEEPER**self.times_deeper
        hits = self.ranking.best(self.ranking.scores_of(self._weights(part)), CANDIDATES)
        best = 0.0
        for hit in hits:
            document = hit.passage.document
            words = part.words[document.language_code]
            terms = self.ranking.terms_in(hit.number)
            if words.forms.isdisjoint(terms):
                continue
            best = best or hit.score
            if hit.score < best * CLOSE_TO_BEST * tolerance:
                return
            enough = PARTIAL_COVERAGE if words.shared(terms) > 1 else COVERAGE
            says_it = not words.forms.isdisjoint(self.ranking.own_terms(hit.number))  # and not its headings alone
            fits = words.coverage(terms) >= enough * tolerance and not words.is_mostly_unknown
            yield hit, says_it and fits and self._is_meant(part, hit)

    def _is_meant(self, part: Part, hit: Hit) -> bool:
        """False for a narrow part that a passage about something else has by chance: the cost of another thing.

        A feedback that names what the topic is about, as “Who discovered Pluto”, is meant where that is named too.
        """
        document = hit.passage.document
        code = document.language_code
        if len(self.parts) == 1 or len(part.words[code].telling) > NARROW:
            return True
        named = part.words[code].forms & self.topic[code].forms
        if part.feedback is not None and not named.isdisjoint(self.ranking.terms_in(hit.number)):
            return True
        is_named = not part.words[code].forms.isdisjoint(self.ranking.labels_of(hit.number))
        return is_named or document.fingerprint in self._about_the_topic(part, code)

    def _about_the_topic(self, part: Part, language: str) -> set[str]:
        """The fingerprints of the documents that hold most of the topic's content words, those of a part aside."""
        if (part, language) not in self._subjects:
            asked = [word for word in self.topic[language].telling if word.forms]
            others = [word for word in asked if part.words[language].forms.isdisjoint(word.forms)] or asked
            held: Counter[str] = Counter()
            for word in others:
                held.update(dict.fromkeys(self.ranking.documents_with(word.forms), word.value))
            least = SAME_SUBJECT * sum(word.value for word in others)
            self._subjects[part, language] = {document for document, value in held.items() if value >= least}
        return self._subjects[part, language]
