"""Reads what a model writes into plain sentences with the findings that they cite, while it arrives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count as numbers_from
from typing import Any

from hitl.characters import visible
from hitl.llm import Value
from hitl.llm.json_stream import Path
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.verification.verdicts import content_words
from hitl.report.writing.prompt import Prompt
from hitl.report.writing.request import WritingRequest
from hitl.research.sentences import split_sentences
from hitl.text import WORD, count, cut

MOST_SENTENCES = 200
"""Maximum sentences of a text: a human reads each before it is published."""
TEXT_CHARACTERS = 3_000
"""Maximum characters of one text in an answer; a sentence of a report has about 150, a paragraph 1,000."""
HEADING_CHARACTERS = 200
MOST_REPEATS = 5
"""Sentences in a row that only repeat earlier ones, after which an answer is ended: small models fall into circles."""
MARKS = re.compile(r"\s*(?P<marks>(?:\[[\d\s,;]{1,40}\]\s*)++)(?P<end>[.!?…。！？]?[\"'”’»]?)\Z")
"""Citations in brackets at the end of a sentence, which models add by habit."""
LONGEST_MARKS = 200
"""Characters at the end of a sentence in which they are looked for."""
FEWEST_WORDS = 4
"""Minimum words of a sentence that is looked for in the quotes; fewer may stand anywhere."""
DIGITS = re.compile(r"\d{1,6}")
AROUND = re.compile(r"\A\W+|\W+\Z")

OnPiece = Callable[[str | Sentence], None]


@dataclass
class Counts:
    """How often something was left out of an answer."""

    unknown: int = 0
    """Citations of findings that do not exist."""
    struck: int = 0
    repeated: int = 0
    long_headings: int = 0

    def __str__(self) -> str:
        unknown = f"{count(self.unknown, 'citation')} of findings that do not exist left out."
        struck = f"{count(self.struck, 'statement')} left out that came back word for word after being struck out."
        repeated = f"{count(self.repeated, 'statement')} left out that only repeated others."
        headings = f"{count(self.long_headings, 'heading')} cut to {HEADING_CHARACTERS} characters."
        said = [(self.unknown, unknown), (self.struck, struck), (self.repeated, repeated)]
        return " ".join(text for number, text in [*said, (self.long_headings, headings)] if number)


class _Quote:
    """The words of a finding's quote."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language
        self.words = _words(text)

    @cached_property
    def content(self) -> frozenset[str]:
        return content_words(self._text, self._language)


class SentenceReader:
    """What the readers of a text and of single statements share.

    Args:
        prompt: The findings that can be cited, and the language.
        request: What was asked for.
        on_piece: Called with each heading and each sentence as it arrives.
        standing: Texts that stand in the report already, and need not be said again.
    """

    def __init__(
        self, prompt: Prompt, request: WritingRequest, on_piece: OnPiece, standing: Iterable[str] = ()
    ) -> None:
        earlier = request.earlier.statements if request.earlier else []
        struck = [statement.text for statement in earlier if statement.number in request.struck]
        self._banned = {_compared(text) for text in (*request.banned, *struck)}
        self._standing = {_compared(text) for text in standing}
        self._findings = prompt.findings
        self._quotes = {finding.id: _Quote(finding.quote, prompt.language) for finding in prompt.findings}
        self._language = prompt.language
        self._on_piece = on_piece
        self.begin()

    def begin(self) -> None:
        self._counts = Counts()
        self._seen = set(self._standing)
        self._sentences = 0
        self._repeats = 0
        self._ended = ""

    @property
    def cut(self) -> str:
        """What was left out and why, in sentences; empty for nothing."""
        return " ".join(filter(None, [str(self._counts), self._ended]))

    def is_full(self, pending: int) -> bool:
        if pending > TEXT_CHARACTERS:
            self._ended = f"The model wrote a sentence of over {TEXT_CHARACTERS:,} characters, and was ended before it."
        return bool(self._ended)

    def _read(self, text: str, cited: Any) -> Iterator[Sentence]:
        """The sentences of one text of the answer.

        Args:
            text: The text.
            cited: Numbers of findings as the model has given them; None if it has given none.
        """
        if self.is_full(len(text)):
            return
        numbers = self._numbers(cited)
        line = _on_one_line(text)
        for span in split_sentences(line, language=self._language):
            if self._ended:
                return
            sentence = self._sentence(line[span.start : span.end], None if cited is None else numbers)
            if self._is_wanted(sentence):
                self._sentences += 1
                yield sentence

    def _sentence(self, text: str, numbers: Sequence[int] | None) -> Sentence:
        """A sentence without the citations in brackets that it has anyway, or that are all it has."""
        known = range(1, len(self._findings) + 1) if numbers is None else numbers
        marks = MARKS.search(text, max(0, len(text) - LONGEST_MARKS))
        named = [int(digits) for digits in DIGITS.findall(marks["marks"])] if marks else []
        if marks and named and all(number in known for number in named):
            text = text[: marks.start()] + marks["end"]
            numbers = named if numbers is None else numbers
        cited = dict.fromkeys(self._findings[number - 1].id for number in numbers or ())
        return Sentence(text=text, findings=tuple(self._sources(text, list(cited))))

    def _sources(self, text: str, cited: list[str]) -> list[str]:
        """Ids of the findings that a sentence rests on; models cite others with them, or in their place.

        Where it stands word for word, there it is from. Else only those count that have words of it that no other has.

        Args:
            text: The sentence.
            cited: Ids of the findings that the model cites.
        """
        words = _words(text)
        if cited and words.count(" ") > FEWEST_WORDS:
            quoting = [id for id, quote in self._quotes.items() if words in quote.words]
            if sources := [id for id in quoting if id in cited] or quoting:
                return sources
        left = content_words(text, self._language) if len(cited) > 1 else frozenset[str]()
        sources = []
        while left and (best := max(cited, key=lambda id: len(left & self._quotes[id].content))) not in sources:
            if left.isdisjoint(self._quotes[best].content):
                break
            sources.append(best)
            left -= self._quotes[best].content
        return [id for id in cited if id in sources] or cited

    def _numbers(self, cited: Any) -> list[int]:
        """The numbers that exist, of those that the model has given as numbers or in words."""
        given = list(_integers(cited))
        known = [number for number in given if 1 <= number <= len(self._findings)]
        self._counts.unknown += len(given) - len(known)
        return known

    def _is_wanted(self, sentence: Sentence) -> bool:
        if not WORD.search(sentence.text) or self._is_known(sentence.text):
            return False
        if self._sentences == MOST_SENTENCES:
            self._ended = f"The model wrote more than {MOST_SENTENCES} sentences, and was ended there."
            return False
        self._seen.add(_compared(sentence.text))
        self._repeats = 0
        return True

    def _is_known(self, text: str) -> bool:
        """Whether a text was struck out, or stands in the report already."""
        compared = _compared(text)
        if compared in self._banned:
            self._counts.struck += 1
            return True
        if compared in self._seen:
            self._counts.repeated += 1
            self._repeats += 1
            if self._repeats == MOST_REPEATS:
                self._ended = "The model only repeated itself in the end, and was ended there."
            return True
        return False

    def _heading(self, text: str) -> str:
        """A heading as it may stand in the text; empty if it may not."""
        line = self._sentence(_on_one_line(text[:TEXT_CHARACTERS]), None).text
        if not WORD.search(line) or self._is_known(line):
            return ""
        if len(line) > HEADING_CHARACTERS:
            self._counts.long_headings += 1
            line = cut(line, HEADING_CHARACTERS)
        return line


@dataclass
class _Section:
    heading: str = ""
    sentences: list[Sentence] = field(default_factory=list)


class TextReader(SentenceReader):
    """Reads a text: sections of sentences. The first answers the topic, and has no heading whatever a model writes."""

    def begin(self) -> None:
        super().begin()
        self._sections: dict[Path, _Section] = {}

    @property
    def is_empty(self) -> bool:
        return not self._sentences

    @property
    def text(self) -> ReportText:
        """The whole sentences that have arrived."""
        sections = [section for section in self._sections.values() if section.sentences]
        return ReportText(
            sections=tuple(Section(heading=one.heading, sentences=tuple(one.sentences)) for one in sections)
        )

    def take(self, value: Value) -> None:
        match value:
            case ((*around, "heading"), str(text)):
                section = self._section(tuple(around))
                if section is not next(iter(self._sections.values())):
                    section.heading = self._heading(text)
                if section.heading and not section.sentences:
                    self._on_piece(section.heading)
            case (path, {"text": str(text)} as given):
                self._add(path if "heading" in given else _around(path), text, given.get("findings"))
            case ((*around, "sentences", int()), str(text)):
                self._add(tuple(around), text, None)

    def _add(self, section: Path, text: str, cited: Any) -> None:
        for sentence in self._read(text, cited):
            self._section(section).sentences.append(sentence)
            self._on_piece(sentence)

    def _section(self, path: Path) -> _Section:
        return self._sections.setdefault(path, _Section())


class StatementsReader(SentenceReader):
    """Reads statements that were written again, by their numbers."""

    def __init__(self, prompt: Prompt, request: WritingRequest, on_piece: OnPiece) -> None:
        assert request.earlier is not None
        asked = request.to_rewrite
        self._earlier = request.earlier
        self._asked = {statement.number: statement for statement in request.earlier.statements}
        standing = [self._asked.pop(number).text for number in [*self._asked] if number not in asked]
        self._struck = self._asked.keys() & set(request.struck)
        super().__init__(prompt, request, on_piece, standing)

    def begin(self) -> None:
        super().begin()
        self._has_answered = False
        self._new: dict[int, tuple[Sentence, ...]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._has_answered

    @property
    def text(self) -> ReportText:
        """The earlier text with what has arrived; what is noted and not replaced stays, what is struck does not."""
        return _with_statements(self._earlier, {**dict.fromkeys(self._struck, ()), **self._new})

    def take(self, value: Value) -> None:
        match value:
            case ((*_, "statements"), list()):
                self._has_answered = True  # an empty list leaves all of them out
            case (_, {"number": number, "text": str(text)} as given):
                self._has_answered = True
                statement = next((self._asked[one] for one in _integers(number) if one in self._asked), None)
                if statement is None or statement.number in self._new:
                    return
                if statement.is_heading:
                    if heading := self._heading(text):
                        self._new[statement.number] = (Sentence(text=heading),)
                        self._on_piece(heading)
                elif sentences := tuple(self._read(text, given.get("findings"))):
                    self._new[statement.number] = sentences
                    for sentence in sentences:
                        self._on_piece(sentence)


def _with_statements(text: ReportText, new: Mapping[int, Sequence[Sentence]]) -> ReportText:
    """A text with some statements replaced, each by any number of sentences; of a heading's only the first counts."""
    numbers = numbers_from(1)
    sections = []
    for section in text.sections:
        heading = section.heading
        if heading and (replaced := new.get(next(numbers))) is not None:
            heading = replaced[0].text if replaced else ""
        sentences = [one for sentence in section.sentences for one in new.get(next(numbers), (sentence,))]
        if sentences:
            sections.append(Section(heading=heading, sentences=tuple(sentences)))
    return ReportText(sections=tuple(sections))


def _around(path: Path) -> Path:
    """The path of the section that a sentence is in."""
    return path[:-2] if path[-2:-1] == ("sentences",) else path[:-1]


def _integers(given: Any) -> Iterator[int]:
    match given:
        case bool():
            return
        case int():
            yield given
        case float() if given.is_integer():
            yield int(given)
        case str():
            yield from (int(digits) for digits in DIGITS.findall(given))
        case list():
            for one in given:
                yield from _integers(one)


def _on_one_line(text: str) -> str:
    return " ".join(visible(text).split())


def _words(text: str) -> str:
    """The words of a text, each with a space before and after it."""
    return f" {' '.join(WORD.findall(text.casefold()))} "


def _compared(text: str) -> str:
    """A text as it is compared with others: word for word, without what is around."""
    return AROUND.sub("", " ".join(text.split()).casefold())
