"""What reaches the terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hitl.cli.terminal import columns, one_line, plain, wrapped


@given(st.text())
def test_no_text_acts_on_the_terminal(text: str):
    shown = plain(text)

    assert all(unicodedata.category(character) not in ("Cc", "Cs") for character in shown if character not in "\t\n")
    assert shown.encode("utf-8").decode("utf-8") == shown


def test_control_characters_are_spelled_out():
    assert plain("a\x1b[31mb\x9bc\rd\u202ee\ud800\r\nf\tg") == "a\\x1b[31mb\\x9bc\\rd\\u202ee\\ud800\nf\tg"


@given(st.text(), st.integers(2, 50))
def test_one_line_is_one_line_and_not_longer(text: str, most: int):
    line = one_line(text, most)

    assert "\n" not in line
    assert len(line) <= most


def test_columns_are_aligned_and_the_last_one_is_free():
    assert columns([("a", "long", "x"), ("", "b", "a last one")]) == "a  long  x\n   b     a last one"


def test_the_lines_of_a_text_stay_lines():
    assert wrapped("Dear Ben,\n\nyes.\n  Ana", 2) == "  Dear Ben,\n\n  yes.\n    Ana"


def test_running_text_keeps_every_word():
    text = "Of a quote, however long it is, nothing is lost. " * 9

    assert wrapped(text, 4).split() == text.split()
    assert all(line.startswith("    ") for line in wrapped(text, 4).splitlines())
