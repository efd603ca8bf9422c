"""Turns ranked passages into the findings of a round of research."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from hitl.research.dedupe import is_same, repeats
from hitl.research.evidence import AskedPart, Document, Evidence, Finding, Query, finding_id
from hitl.research.parts_search import Candidate, Part, PartsSearch
from hitl.research.quoted_span import quoted_span
from hitl.research.search.asked_words import asked_words
from hitl.research.search.joined_words import JOINED
from hitl.research.search.matched_words import matched_words
from hitl.research.search.query_terms import ContentWord, content_words
from hitl.research.search.ranking import Ranking, ranking_of
from hitl.research.search.spelling import did_you_mean

MOST_WEAK = 4
"""Maximum weak findings of a round; as many more for each feedback that asks for nothing."""
SEEN_BEFORE = 0.8
"""Factor on the score of a passage whose document was quoted in an earlier round."""
QUOTED_ALREADY = 0.85
"""Factor on the score for each quote that this round has already taken from the same document."""


def find_evidence(documents: Sequence[Document], query: Query) -> Evidence:
    """Search for new findings, without a model.

    A finding that is the same as a dropped one or repeats a kept one is left out. Of two passages that match equally
    well, the one from a document not yet quoted is preferred. Each part of what was asked gets a finding, if there is
    one and as long as there is room, those of the last feedback first. What matches only a little is weak, and comes
    after the rest.

    Args:
        documents: The documents to search.
        query: What to search for.
    """
    ranking = ranking_of(documents)
    warnings = warnings_of(documents)
    if not ranking.passages:
        return Evidence((), len(documents), 0, warnings=warnings)
    missing = unknown_words(ranking, query)
    unquoted = tuple(word.typed for word in missing if _is_unquoted(ranking, word))
    search = PartsSearch(ranking, query)
    selection = _Selection(search, query)
    selection.fill()
    return Evidence(
        findings=selection.findings,
        documents=len(documents),
        passages=len(ranking.passages),
        unknown=tuple(word.typed for word in missing if word.typed not in unquoted),
        unquoted=unquoted,
        parts=_with_spelling(ranking, query, map(selection.asked_part, search.parts)),
        left_aside=selection.left_aside,
        went_deeper=search.went_deeper,
        warnings=warnings,
    )


def _with_spelling(ranking: Ranking, query: Query, parts: Iterable[AskedPart]) -> tuple[AskedPart, ...]:
    """The parts, the first of the topic and the first of the last feedback with another spelling of these."""
    texts = {False: query.topic, True: query.feedback[-1] if query.feedback else ""}
    return tuple(
        part.model_copy(update={"did_you_mean": did_you_mean(ranking, texts.pop(part.is_said, ""))}) for part in parts
    )


def warnings_of(documents: Sequence[Document]) -> tuple[str, ...]:
    """The warnings of documents, a sentence each; see `Document.warning`."""
    return tuple(document.warning for document in documents if document.warning)


def unknown_words(ranking: Ranking, query: Query) -> tuple[ContentWord, ...]:
    """The words of the topic, and the names in the last feedback, that no passage contains in any form.

    Other words of the feedback are ignored: many are about the findings, as in “too long, drop the third one”.
    """
    topic = _unknown_words(ranking, query.topic)
    said = _unknown_words(ranking, query.feedback[-1]) if query.feedback else ()
    return tuple({word.typed: word for word in [*topic, *(word for word in said if word.is_name)]}.values())


def _is_unquoted(ranking: Ranking, word: ContentWord) -> bool:
    """True if a document contains a word in what is never quoted by itself."""
    forms = word.terms | {JOINED + term for term in word.terms}
    return not forms.isdisjoint(ranking.unquoted_terms)


def _unknown_words(ranking: Ranking, text: str) -> Iterator[ContentWord]:
    """The content words of a text that no passage contains in any form, alone or joined with a neighbour."""
    missing = [
        {word.term for word in asked_words(ranking, text, code).words if not word.forms} for code in ranking.languages
    ]
    for word in content_words(text, ranking.languages):
        is_missing = not any(word.terms.isdisjoint(terms) for terms in missing)
        if is_missing and not _is_known(ranking, word.typed):
            yield word


def _is_known(ranking: Ranking, word: str) -> bool:
    return any(each.forms for code in ranking.languages for each in asked_words(ranking, word, code).words)


class _Selection:
    """Chooses the findings of a round among the passages that match, each once and none that was seen before."""

    def __init__(self, search: PartsSearch, query: Query) -> None:
        self.search = search
        self.query = query
        self.left_aside = 0
        """Number of passages that say what the human has seen."""
        self._left = search.candidates()
        self._taken: list[tuple[float, Finding]] = []
        self._quotes: Counter[str] = Counter()
        self._seen = {part: {finding.id for finding in query.known if _answers(finding, part)} for part in search.parts}
        self._dropped = {finding.id for finding in query.dropped}
        self._repeated: set[Part] = set()
        self._quoted_before = {finding.document for finding in query.known}

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was chosen, best first, and then what is weak."""
        ranked = sorted(self._taken, key=lambda taken: (taken[1].is_weak, -taken[0]))
        return tuple(finding for _, finding in ranked)

    def fill(self) -> None:
        """Choose as many findings as the query allows."""
        for part in sorted(self.search.parts, key=self._turn):
            if not self._is_answered(part):
                fitting = [candidate for candidate in self._left if part in candidate.fits]
                weak = [candidate for candidate in self._left if part in candidate.weak]
                if not self._take(fitting, [part]) and not self._is_answered(part, weakly=True):
                    self._take(weak, [part])
        while self._take([candidate for candidate in self._left if candidate.fits]):
            pass
        most = MOST_WEAK * (1 + self.search.times_deeper)
        while sum(finding.is_weak for _, finding in self._taken) < most and self._take(self._left):
            pass

    def asked_part(self, part: Part) -> AskedPart:
        """What was found for a part."""
        found = sum(_answers(finding, part) for finding in self.findings)
        return AskedPart(
            text=part.text,
            found=found,
            weak=sum(part.text in finding.answers for finding in self.findings if finding.is_weak),
            before=len(self._seen[part]),
            has_more=part in self._repeated or any(part in candidate.fits for candidate in self._left),
            is_said=part.feedback is not None and part.feedback == len(self.query.feedback) - 1,
        )

    def _turn(self, part: Part) -> int:
        """Whose turn it is: first the last feedback, then the topic, then older feedback."""
        last = len(self.query.feedback) - 1
        return 0 if part.feedback == last else 1 if part.feedback is None else 1 + last - part.feedback

    def _is_answered(self, part: Part, *, weakly: bool = False) -> bool:
        return any(part.text in finding.answers and finding.is_weak == weakly for _, finding in self._taken)

    def _take(self, candidates: Iterable[Candidate], parts: Sequence[Part] = ()) -> bool:
        """Choose the best of these candidates that is new; each quote lowers the rank of others from its document.

        Args:
            candidates: What to choose from.
            parts: The parts that the quote is to answer; all that its passage matches if there are none.

        Returns:
            False if there is no room left, or none of them is new.
        """
        candidates = list(candidates)
        while candidates and len(self._taken) < self.query.most:
            best = max(candidates, key=self._value)
            candidates.remove(best)
            self._left.remove(best)
            finding = self._finding(best, parts)
            if seen := [known.id for known in self.query.known if self._is_same(finding, known)]:
                self.left_aside += 1
                for part in (*best.fits, *best.weak):
                    self._seen[part].update(seen)
            elif any(repeats(finding, other) for _, other in self._taken):
                self._repeated.update(best.fits)
            else:
                self._taken.append((self._value(best), finding))
                self._quotes[finding.document] += 1
                best.fits = [part for part in best.fits if not _answers(finding, part)]
                if best.fits:  # another sentence of the passage may answer them
                    self._left.append(best)
                return True
        return False

    def _value(self, candidate: Candidate) -> float:
        document = candidate.passage.document.fingerprint
        before = SEEN_BEFORE if document in self._quoted_before else 1.0
        return candidate.score * before * QUOTED_ALREADY ** self._quotes[document]

    def _is_same(self, finding: Finding, known: Finding) -> bool:
        return is_same(finding, known) if known.id in self._dropped else repeats(finding, known)

    def _finding(self, candidate: Candidate, parts: Sequence[Part]) -> Finding:
        """The finding that a candidate becomes."""
        document, language = candidate.passage.document, candidate.passage.document.language_code
        asked = parts or candidate.fits or candidate.weak
        start, end = quoted_span(candidate.passage, partial(self.search.value, parts=asked, language=language))
        quote = document.text[start:end]
        terms = self.search.ranking.labels_of(candidate.number).union(self.search.ranking.terms_of(quote, language))

        def shown(asked: Sequence[Part]) -> list[Part]:
            return [part for part in asked if not part.words[language].forms.isdisjoint(terms)]

        answered = shown(candidate.fits) or shown(candidate.weak)
        forms = [part.words[language].forms for part in (*shown(candidate.fits), *shown(candidate.weak))]
        term = partial(self.search.ranking.term_of, language=language)
        finding = new_finding(document, start, end, candidate.score, self.query.round)
        return finding.model_copy(
            update={
                "answers": tuple(dict.fromkeys(part.text for part in answered)),
                "matched": matched_words(quote, frozenset[str]().union(*forms), term),
                "is_weak": not shown(candidate.fits),
            }
        )


def _answers(finding: Finding, part: Part) -> bool:
    """True if a finding answers a part well."""
    return part.text in finding.answers and not finding.is_weak


def new_finding(document: Document, start: int, end: int, score: float, round_number: int) -> Finding:
    """A finding that quotes a document.

    Args:
        document: The quoted document.
        start: Offset of the quote's first character in the document's text.
        end: Offset after its last character.
        score: How well it matches the query.
        round_number: The round of research that found it, from 1.
    """
    return Finding(
        id=finding_id(document.fingerprint, start, end),
        quote=document.text[start:end],
        document=document.fingerprint,
        title=document.title,
        location=document.location,
        date=document.date,
        place=document.place_at(start),
        start=start,
        end=end,
        score=round(score, 3),
        round=round_number,
    )
