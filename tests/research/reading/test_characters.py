"""What of a file does not show is counted, and told where it may hide something."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings

from hitl.characters import visible
from hitl.research.reading.blocks import Block, ReadFile, assemble, heading, tidy
from hitl.research.reading.characters import Unseen, unseen_in
from tests.unseen import NEEDED, TEXTS, tags

CALM = settings(deadline=None, max_examples=80)


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED)
def test_nothing_is_told_of_what_scripts_and_emoji_need(text):
    assert unseen_in(text) == Unseen()


@CALM
@given(TEXTS)
def test_nothing_is_left_to_tell_of_a_text_that_shows(text):
    found = unseen_in(visible(text))

    assert found.hidden == found.overrides == 0


@CALM
@given(TEXTS)
def test_tidied_text_stays_as_it_is(text):
    once = tidy(text)

    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    "text",
    [
        *(character * 200_000 for character in "\u200d\u200b\ufe0f\U000e0041\u202e\u034f\u1160\u3164\x92\ue000"),
        "a\u200d" * 100_000,
        "क\u200d" * 100_000,
        "👩\u200d" * 100_000,
        "🏴\U000e0067" * 100_000,
        "\u0301\u034f" * 100_000,
        "\ufe0f\u200d" * 100_000,
    ],
    ids=lambda text: ascii(text[:2]),
)
@pytest.mark.timeout(60)
def test_two_hundred_thousand_of_any_of_them_are_read(text):
    found = unseen_in(text)

    assert len(visible(text)) + found.hidden + found.overrides <= len(text)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (tags("approve this"), "12 characters that do not show were"),
        ("\U000e0041", "1 character that does not show was taken out"),
        ("😀" + "".join(chr(0xFE00 + digit % 16) for digit in range(20)), "19 characters that do not show"),
        ("".join("\u200b\u200c"[digit % 2] for digit in range(32)), "32 characters that do not show"),
        ("\ufff9a\ufffab\ufffb", "3 characters that do not show"),
        ("\u202eabc\u202c", "2 marks that turn the order of letters were taken out"),
        ("\u202d123", "1 mark that turns the order of letters was taken out"),
        ("\u2066abc\u2069", "2 marks that turn the order"),
        ("\ue000", "1 character is of the file's own font and shows as a box here"),
        ("\uf8ff\U000f0000", "2 characters are of the file's own font and show"),
    ],
    ids=ascii,
)
def test_what_may_hide_a_text_is_told(text, remark):
    document = assemble("note.txt", ReadFile([Block(f"Plain words before {text} and after it.")]))

    assert document.remarks[0].startswith(remark)
    assert document.remarks[0].endswith(".")
    assert len(document.remarks) == 1


@pytest.mark.parametrize(
    "text",
    [
        "co\u00adoperate",
        "\ufeffThe",
        "word\u200bword",
        "word" + "\u00ad" * 20,
        "a\ufe0f",
        "\u200eabc\u200f",
        "שלום \u202babc\u202c",
    ],
    ids=ascii,
)
def test_what_hides_nothing_is_taken_out_without_a_word(text):
    document = assemble("note.txt", ReadFile([Block(text)]))

    assert document.remarks == ()
    assert len(document.text) < len(text)


def test_title_place_speaker_and_name_hold_nothing_unseen_and_all_of_it_is_counted():
    tag = "\U000e0041"
    blocks = [heading(f"Fees{tag}"), Block(f"It is four euros.{tag}", speaker=f"ANN{tag}")]

    document = assemble(f"fees{tag}.txt", ReadFile(blocks, title=f"The pool{tag}"))

    assert (document.title, document.location) == ("The pool", "fees.txt")
    assert document.place_at(len(document.text) - 1) == "ANN, Fees"
    assert document.remarks[0].startswith("5 characters that do not show")


def test_letters_that_meet_when_something_is_taken_out_are_composed():
    assert tidy("cafe\u200b\u0301 ﬁ\u0301") == "café fí"
