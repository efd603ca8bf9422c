from __future__ import annotations

import pytest

from hitl.research.evidence import Query
from hitl.research.findings import find_evidence
from hitl.research.search.joined_words import joined_words, without_groups
from tests.research.samples import HEAT, TIDES, written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("an e-mail", ["email"]),
        ("Covid-19-related", ["Covid19", "19related", "Covid19related"]),
        ("the U.S. and a Ph.D.", ["US", "PhD"]),
        ("1,000,000 or 10 000 or 1’000", ["1000000", "1000", "10000"]),
        ("12.11.2019, 3.5 and 2019 300 of 1,2,3", []),
        ("it ends - and goes on. So it is", []),
        ("a-" * 40 + "b", []),
    ],
)
def test_words_with_signs_inside_are_joined(text: str, words: list[str]):
    found = list(joined_words(text))

    assert [word.letters for word in found] == words


def test_a_joined_word_knows_its_place():
    (word,) = joined_words("Write an e-mail today.")

    assert (word.start, word.end) == (9, 15)


@pytest.mark.parametrize("number", ["1,000,000", "1.000.000", "1’000’000", "10,00,000"])
def test_numbers_lose_the_signs_between_their_groups(number: str):
    assert (
        without_groups(f"{number} euros, 1.5 m") == f"{number.translate(dict.fromkeys(map(ord, ',.’')))} euros, 1.5 m"
    )


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("email", "e-mail"),
        ("wifi", "Wi-Fi"),
        ("wifi", "Ｗｉ－Ｆｉ"),
        ("online", "on-line"),
        ("tshirt", "T-shirt"),
        ("cooperation", "co‑operation"),
        ("Covid19", "Covid-19"),
        ("Covid19", "Covid 19"),
        ("20km", "20 km"),
        ("US", "U.S."),
        ("PhD", "Ph.D."),
        ("1000000", "1,000,000"),
        ("1,000,000", "1.000.000"),
        ("1000000", "1 000 000"),
        ("5 kg", "5㎏"),
        ("パソコン", "ﾊﾟｿｺﾝ"),
    ],
)
def test_a_word_is_found_in_its_other_spelling_both_ways(asked: str, says: str):
    for topic, word in ((asked, says), (says, asked)):
        text = f"For the office of the old town {word} is the best by far."
        evidence = find_evidence([written(HEAT, text, TIDES)], Query(topic))

        assert [found.quote for found in evidence.findings if not found.is_weak] == [text]
        assert evidence.unknown == ()


def test_the_word_is_marked_as_it_stands_there():
    text = "Contact by e-mail is best, and there is free Wi-Fi for 1,000,000 guests."
    (found,) = find_evidence([written(text)], Query("email and wifi for guests")).findings

    assert found.matched == ("e-mail", "Wi-Fi", "guests")


def test_the_parts_are_found_as_before_and_weigh_no_more_for_the_hyphen():
    text = "The heat-pump is built into the cellar of the house."
    pair = find_evidence([written(text), written(text.replace("-", " "))], Query("heat pump cellar")).findings

    assert pair[0].score == pytest.approx(pair[-1].score, rel=0.1)


def test_a_number_that_no_document_holds_is_named_as_it_is_typed():
    evidence = find_evidence(
        [written(HEAT, "The prize is 5,000 euros for the best team.")], Query("prize of 1,000 euros")
    )

    assert evidence.unknown == ("1,000",)
