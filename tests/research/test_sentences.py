from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl.research.sentences import LONGEST_SENTENCE, leans_on_previous, split_sentences


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "cut",
    [
        "It rained.|The river rose.",
        "Did it rain?|It did!|The river rose.",
        "He met Dr. Smith and Prof. Jones.|They talked.",
        "See Fig. 3 and No. 7 for it.|They agree.",
        "It fell on 3 Sept. 2019 and on 4 Oct. 2020.|Nobody was hurt.",
        "Kepler et al. Found it.",
        "Some metals, e.g. Iron, rust.|Others do not.",
        "The U.S. Senate voted.|It passed.",
        "J. R. R. Tolkien wrote it.|It sold well.",
        "It measures 3.5 metres.|It weighs 4.25 tonnes.",
        "The version is 3.5.|The next one is 4.",
        "It happened in 1905.|Nobody noticed.",
        "“Is it true?”|She asked him that.",
        "“Is it true?” she asked.|He nodded.",
        "She said (as always.)|He nodded.",
        "He said “Stop.”|She went on.",
        "'Stop!'|«Why?»|Because.",
        "Wait…|What is that?",
        "Wait... what is that?",
        "It is in hitl.research.sentences of this package.|Look there.",
        "Really?!|Yes.",
        "No full stop at the end",
        "海は熱を蓄える。|それをゆっくり放出する！|なぜ？|水だから。",
        "彼は「行く。」|そう言った。",
        "هل هذا صحيح؟|نعم.",
        "Élan vital was his term.|Über alles is another.",
    ],
)
def test_text_is_cut_where_sentences_end(cut):
    expected = cut.split("|")
    joint = "" if "。" in cut else " "

    assert sentences(joint.join(expected)) == expected


def test_white_space_between_sentences_belongs_to_none():
    assert sentences("  It rained. \n\t The river rose.  ") == ["It rained.", "The river rose."]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u3000"])
def test_nothing_has_no_sentences(text):
    assert sentences(text) == []


def test_only_the_given_part_of_a_text_is_cut():
    text = "One is here. Two is there. Three is gone."

    spans = split_sentences(text, 13, 26)

    assert [text[start:end] for start, end in spans] == ["Two is there."]


PIECES = [
    "a",
    "B",
    "Dr",
    "e.g",
    "3",
    "5",
    ".",
    "!",
    "?",
    "…",
    "。",
    "؟",
    '"',
    "”",
    ")",
    " ",
    "  ",
    "\n",
    "\u00a0",
    "é",
    "海",
    "😀",
]
ANY_TEXT = st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(max_size=200)


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT, st.integers(0, 30), st.integers(0, 30))
def test_sentences_are_in_order_and_leave_out_only_white_space(text, skipped, dropped):
    start = min(skipped, len(text))
    end = max(start, len(text) - dropped)

    spans = split_sentences(text, start, end)

    edges = [start, *(edge for span in spans for edge in span), end]
    assert edges == sorted(edges)
    assert all(text[left:right].strip() == "" for left, right in zip(edges[::2], edges[1::2], strict=True))
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] != "" for span in spans)


@pytest.mark.timeout(2)
def test_endless_word_is_cut_quickly():
    spans = split_sentences("a" * 200_000 + " b. Next.")

    assert max(span.end - span.start for span in spans) <= LONGEST_SENTENCE


@pytest.mark.parametrize("text", ["It is so.", "These are.", "However, no.", "their own"])
def test_sentence_that_points_back_leans(text):
    assert leans_on_previous(text, split_sentences(text)[0])


@pytest.mark.parametrize("text", ["Italy is so.", "Theirs was.", "Heat rises.", "The sea."])
def test_sentence_that_stands_alone_does_not_lean(text):
    assert not leans_on_previous(text, split_sentences(text)[0])
