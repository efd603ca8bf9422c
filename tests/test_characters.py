"""What does not show is taken out of a text, and what scripts and emoji need stays."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from hitl.characters import Visible, VisiblePieces, unseen_runs, visible
from tests.unseen import NEEDED, TAKEN_OUT, TEXTS, UNSEEN, all_shown, shows, tags

CALM = settings(deadline=None, max_examples=80)


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED)
def test_what_scripts_and_emoji_need_stays(text):
    assert visible(text) == text
    assert all(run == stays for run, stays in unseen_runs(text))


@pytest.mark.parametrize(("text", "shown"), TAKEN_OUT.values(), ids=TAKEN_OUT)
def test_what_does_not_show_is_taken_out(text, shown):
    assert visible(text) == shown


def test_every_character_that_shows_stays():
    text = " ".join(all_shown())

    assert visible(text) == text


def test_every_character_that_does_not_show_is_taken_out_between_latin_letters():
    assert {visible(f"a{character}b") for character in UNSEEN} == {"ab", "a b"}


@CALM
@given(TEXTS)
def test_nothing_that_shows_is_lost_or_moved(text):
    assert list(filter(shows, visible(text))) == list(filter(shows, _as_shown(text)))


def _as_shown(text: str) -> str:
    """The text with what becomes something that shows: blanks, and the quotation marks of Windows."""
    windows = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}
    return _blank(text.translate(windows))


def _blank(text: str) -> str:
    """The text with its blanks as spaces; fillers of Hangul stay where they fill a syllable."""
    pairs = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join(
        " " if each in "\u2800\u3164\uffa0" or _fills_nothing(before, each, after) else each
        for before, each, after in pairs
    )


def _fills_nothing(before: str, character: str, after: str) -> bool:
    if character == "\u115f":
        return not ("\u1161" <= after <= "\u11a7" or "\ud7b0" <= after <= "\ud7c6")
    return character == "\u1160" and not ("\u1100" <= before <= "\u115e" or "\ua960" <= before <= "\ua97c")


@CALM
@given(TEXTS)
def test_taking_out_twice_takes_out_no_more(text):
    once = visible(text)

    assert visible(once) == once
    assert all(run == stays for run, stays in unseen_runs(once))


@CALM
@given(TEXTS, st.lists(st.integers(0, 30)))
def test_a_text_in_pieces_shows_what_it_shows_as_a_whole(text, cuts):
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = VisiblePieces()

    passed_on = [pieces.add(text[start:end]) for start, end in pairwise(places)]

    assert "".join(passed_on) + pieces.rest() == visible(text)
    assert all(run == stays for shown in passed_on[:1] for run, stays in unseen_runs(shown))


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED)
def test_what_scripts_and_emoji_need_stays_in_pieces_of_one_character(text):
    pieces = VisiblePieces()

    assert "".join(map(pieces.add, text)) + pieces.rest() == text


def test_runs_are_given_with_what_stays_of_them():
    assert list(unseen_runs(f"a{tags('go')}b \u0645\u06cc\u200c\u200b\u062e")) == [
        (tags("go"), ""),
        ("\u200c\u200b", "\u200c"),
    ]
    assert list(unseen_runs("plain words")) == []


class Named(BaseModel):
    name: Visible


def test_a_field_holds_what_shows_and_its_schema_is_that_of_a_text():
    assert Named(name=f"Ana{tags('admin')}\u200b").name == "Ana"
    assert Named.model_validate_json('{"name": "A\\u202ena"}').name == "Ana"
    assert Named.model_json_schema()["properties"]["name"] == {"title": "Name", "type": "string"}
