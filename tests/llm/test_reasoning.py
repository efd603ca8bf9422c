from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.llm.reasoning import ReplyText, without_reasoning

TEXTS = [
    ("Solar grew.", "Solar grew."),
    ("<think>Hm.</think>Solar grew.", "Solar grew."),
    ("<thinking>\nHm.\n</thinking>\n\nSolar grew.", "Solar grew."),
    ("Hm, solar?</think>\nSolar grew.", "Solar grew."),
    ("<think>never ends", ""),
    ("<think>one</think>Solar <think>two</think>grew.", "Solar grew."),
    ("a < b and b <c", "a < b and b <c"),
    ("Write <b>bold</b> words", "Write <b>bold</b> words"),
]


@pytest.mark.parametrize(("raw", "text"), TEXTS)
def test_thinking_is_left_out(raw: str, text: str):
    assert without_reasoning(raw) == text


@pytest.mark.parametrize(("raw", "text"), TEXTS)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_it_is_left_out_however_the_text_is_cut(raw: str, text: str, size: int):
    answer = ReplyText()
    given_out = [answer.add(raw[at : at + size]) for at in range(0, len(raw), size)]
    given_out.append(answer.rest())

    assert answer.text == text
    if not raw.startswith("Hm"):  # what had no beginning is known as thinking only at its end
        assert "".join(given_out) == text


@given(st.lists(st.sampled_from(["<", "think", ">", "</", "a", " ", "<think>", "</think>", "x y"]), max_size=30))
def test_what_is_given_out_is_the_text_unless_thinking_had_no_beginning(pieces: list[str]):
    answer = ReplyText()
    given_out = "".join([*map(answer.add, pieces), answer.rest()])

    raw = "".join(pieces)
    assert answer.text == without_reasoning(raw)
    if "</think" not in raw:
        assert given_out == answer.text


@given(
    st.lists(
        st.sampled_from(["k3y-k3y-0001", "k3y-", "k3y-k3y-", "k", "0001", "<think>", "</think>", " "]), max_size=20
    )
)
def test_a_key_that_is_echoed_is_never_given_out_however_the_text_is_cut(pieces: list[str]):
    key = "k3y-k3y-0001"
    answer = ReplyText(key)
    given_out = "".join([*map(answer.add, pieces), answer.rest()])

    assert answer.text == without_reasoning("".join(pieces)).replace(key, "…")
    if "</think" not in "".join(pieces):  # what had no beginning is known as thinking only at its end
        assert given_out == answer.text


@pytest.mark.parametrize("key", ["", "none", "ollama"])
def test_a_word_that_is_no_key_is_no_secret(key: str):
    assert ReplyText(key).add("none of it runs on ollama.") == "none of it runs on ollama."
