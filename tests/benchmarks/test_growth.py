"""The benchmark of growth itself, and a small one of all readers and text functions."""

from __future__ import annotations

import math
import sys

import pytest

from hitl.research.reading.files import read_document
from tests.benchmarks.growth import MOST_GROWTH, SENTENCE, Pattern, Result, Timing, measured, subjects
from tests.hostile import assert_ends

NAMES = [subject.name for subject in subjects()]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no timer that ends a process")


READERS = [number for number, subject in enumerate(subjects()) if subject.suffix]
FUNCTIONS = """
from tests.benchmarks.growth import subjects
for subject in subjects():
    if not subject.suffix:
        for pattern in subject.patterns[::18]:
            print(subject.name, pattern, flush=True)
            subject.do(subject.prepare(pattern.text(100_000)))
"""


@pytest.mark.parametrize("number", READERS, ids=lambda number: NAMES[number])
def test_no_reader_takes_the_square_of_a_text(number: int):
    result = measured(number, size=20_000, every=18)
    if result.grown or result.ended:  # the square of a text is there again
        result = measured(number, size=20_000, every=18)
    assert not result.ended, str(result)
    assert not result.grown, str(result)


def test_no_function_takes_the_square_of_a_text():
    assert_ends(FUNCTIONS)


@pytest.mark.parametrize("number", READERS, ids=lambda number: NAMES[number])
def test_what_the_readers_get_is_a_file_that_can_be_read(number: int):
    subject = subjects()[number]
    text = read_document(f"a{subject.suffix}", subject.prepare("")).text
    assert SENTENCE.strip() in text.replace("\n", " ")


def test_a_text_that_takes_too_long_is_ended_and_the_next_is_tried():
    result = measured(NAMES.index("terms_of"), size=400_000, seconds=0.005, every=40)
    assert len(result.timings) == len(range(0, len(subjects()[NAMES.index("terms_of")].patterns), 40))
    assert result.ended
    assert "MISSED" in str(result)
    assert "over" in str(result)


@pytest.mark.parametrize(
    ("tenth", "whole", "growth"), [(0.1, 1.0, 10), (0.1, 10.0, 100), (0.0001, 0.01, 0), (0.1, None, math.inf)]
)
def test_growth_is_how_many_times_longer_the_whole_takes(tenth: float, whole: float | None, growth: float):
    timing = Timing("a", tenth, whole)
    assert timing.growth == growth
    result = Result("a function", (Timing("b", 0.1, 1.0), timing))
    assert (growth > MOST_GROWTH) == ("MISSED" in str(result))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(Pattern("ab"), "abab"), (Pattern("(", ")"), "(())"), (Pattern("<div>", "</div>"), "<div></div>")],
)
def test_a_text_is_its_pattern_over_and_over(pattern: Pattern, text: str):
    assert pattern.text(len(text)) == text
