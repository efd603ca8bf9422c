"""Reading an answer, however it is cut into pieces; no server is needed for that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.llm import configured_model
from hitl.llm.json_stream import JsonStream
from hitl.report.text import ReportText, Sentence
from hitl.report.writing.answer import StatementsReader, TextReader
from hitl.report.writing.prompt import prompt_for
from hitl.settings import load_settings
from tests.report.writing.writing import QUOTES, request_for, sections, statements, text_of

MODEL = configured_model(load_settings({"OPENAI_API_KEY": "sk-1"}))
assert MODEL
REQUEST = request_for()
PROMPT = prompt_for(MODEL, REQUEST)
EARLIER = text_of(("", [([1], QUOTES[0]), ([2], QUOTES[1])]), ("Water", [([3], QUOTES[2])]))
REWRITE = request_for(earlier=EARLIER, struck=[1, 3], notes={2: "Why?"})
REWRITE_PROMPT = prompt_for(MODEL, REWRITE)

WORDS = st.text('ab .!?[1]é"\\\n中。#*', max_size=20)
NUMBERS = st.lists(st.integers(-1, 5), max_size=3)
ANSWERS = st.lists(st.tuples(WORDS, st.lists(st.tuples(NUMBERS, WORDS), max_size=4)), max_size=4).map(
    lambda given: sections(*given)
)
REWRITTEN = st.lists(st.tuples(st.integers(0, 5), NUMBERS, WORDS), max_size=6).map(lambda given: statements(*given))
CUTS = st.lists(st.integers(0, 400), max_size=8)


def read(answer: str, cuts: list[int]) -> tuple[list[Any], ReportText]:
    pieces: list[Any] = []
    reader = TextReader(PROMPT, REQUEST, pieces.append)
    _feed(reader, answer, cuts)
    return pieces, reader.text


def read_again(answer: str, cuts: list[int]) -> tuple[list[Any], ReportText]:
    pieces: list[Any] = []
    reader = StatementsReader(REWRITE_PROMPT, REWRITE, pieces.append)
    _feed(reader, answer, cuts)
    return pieces, reader.text


def _feed(reader: TextReader | StatementsReader, answer: str, cuts: list[int]) -> None:
    stream = JsonStream()
    ends = sorted(cuts)
    for start, end in zip([0, *ends], [*ends, len(answer)], strict=True):
        for value in stream.feed(answer[start:end]):
            reader.take(value)


@given(ANSWERS, CUTS)
def test_a_text_reads_the_same_however_it_is_cut(answer: str, cuts: list[int]):
    assert read(answer, cuts) == read(answer, [])


@given(ANSWERS, CUTS)
def test_what_was_handed_on_is_the_text_and_never_changes(answer: str, cuts: list[int]):
    handed_on, text = read(answer, cuts)

    sentences = [sentence for section in text.sections for sentence in section.sentences]
    assert [piece for piece in handed_on if isinstance(piece, Sentence)] == sentences
    headings = iter([piece for piece in handed_on if isinstance(piece, str)])
    assert all(section.heading in headings for section in text.sections if section.heading)


@given(ANSWERS, st.integers(0, 400))
def test_half_an_answer_gives_the_beginning_of_its_text(answer: str, end: int):
    whole, _ = read(answer, [])
    half, _ = read(answer[:end], [])

    assert half == whole[: len(half)]


@given(REWRITTEN, CUTS)
def test_statements_read_the_same_however_they_are_cut(answer: str, cuts: list[int]):
    assert read_again(answer, cuts) == read_again(answer, [])


@given(REWRITTEN)
def test_nothing_but_what_was_asked_for_is_changed_and_nothing_struck_is_left(answer: str):
    _, text = read_again(answer, [])

    texts = [statement.text for statement in text.statements]
    assert QUOTES[0] not in texts
    assert "Water" not in [section.heading for section in text.sections]
    assert QUOTES[2] in texts


@given(st.one_of(ANSWERS, WORDS))
def test_every_sentence_is_one_line_that_says_something(answer: str):
    for section in read(answer, [])[1].sections:
        for text in (section.heading, *(sentence.text for sentence in section.sentences)):
            assert text == " ".join(text.split())
        assert all(any(map(str.isalnum, sentence.text)) for sentence in section.sentences)


@pytest.mark.parametrize("reader", [read, read_again])
def test_no_answer_is_no_text(reader: Any):
    pieces, text = reader("nothing of the sort", [])

    assert pieces == []
    assert text == (ReportText() if reader is read else EARLIER.without([1, 3]))


def test_the_first_section_answers_the_topic_and_has_no_heading():
    pieces, text = read(sections(("Introduction", [([1], QUOTES[0])]), ("Wind", [([2], QUOTES[1])])), [])

    assert [section.heading for section in text.sections] == ["", "Wind"]
    assert [piece if isinstance(piece, str) else piece.text for piece in pieces] == [QUOTES[0], "Wind", QUOTES[1]]


@pytest.mark.parametrize(
    ("text", "numbers", "cited"),
    [
        (QUOTES[0], [3, 1, 2], [1]),
        ("solar power, grew by 24 percent", [3, 1, 2], [1]),
        (QUOTES[0], [2], [1]),
        (QUOTES[0], [], []),
        ("Solar and wind power grew in 2025.", [3, 2, 1], [2, 1]),
        ("Solar power grew.", [1, 2, 3], [1]),
        ("La luna es de queso.", [2, 1], [2, 1]),
        ("Solar power grew by 24 percent in 2024.", [2], [2]),
        ("Hydrogen is water.", [1, 3], [3]),
        ("In 2025.", [3], [3]),
        ("Olar power grew by 24 percent in 2025.", [3], [3]),
    ],
)
def test_a_sentence_that_stands_in_a_finding_cites_that_one(text: str, numbers: list[int], cited: list[int]):
    ids = {finding.id: number for number, finding in enumerate(REQUEST.findings, start=1)}

    _, written = read(sections(("", [(numbers, text)])), [])

    assert [ids[id] for id in written.sections[0].sentences[0].findings] == cited
