from __future__ import annotations

import pytest

from hitl.research.words import Vocabulary, terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The oceans warmed, and warming oceans warm!", ["ocean", "warm", "warm", "ocean", "warm"]),
        ("what is the", []),
        ("CO2 in 2019", ["co2", "2019"]),
        ("snake_case words", ["snake", "case", "word"]),
        ("海の水", ["海", "の", "水"]),
        ("2019年", ["2019", "年"]),
        ("🌊🔥 !?", []),
        ("", []),
    ],
)
def test_words_are_compared_by_their_stems(text, terms):
    assert terms_of(text) == terms


def test_composed_and_decomposed_letters_are_the_same_word():
    assert terms_of("cafe\u0301") == terms_of("café")


@pytest.mark.parametrize(
    ("one", "other"),
    [("El Nino", "El Niño"), ("the Earth's", "Earth"), ("the earth’s", "earth"), ("don't", "do"), ("they’ll", "")],
)
def test_accents_and_what_is_shortened_make_no_difference(one, other):
    assert terms_of(one) == terms_of(other)


def test_shortened_not_is_no_letter_t():
    assert terms_of("T cells don't wait, and it isn't theirs") == ["t", "cell", "wait", "their"]


def test_vocabulary_reads_a_text_like_a_query():
    text = "The Earth's oceans don't warm in a café on El Niño's coast. 海の水 2019年"
    vocabulary = Vocabulary()

    assert [vocabulary.stems[number] for number in vocabulary.numbers(text)] == terms_of(text)
