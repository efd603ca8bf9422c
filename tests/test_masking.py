from __future__ import annotations

import pytest

from hitl.masking import begun, masked

KEY = "sk-proj-abcDEF1234567890"


@pytest.mark.parametrize(
    ("text", "secret", "shown"),
    [
        (f"Bearer {KEY}, {KEY}.", KEY, "Bearer …, …."),
        (KEY[:-1], KEY, KEY[:-1]),
        ("runs on ollama", "ollama", "runs on ollama"),
        ("anything", "", "anything"),
    ],
)
def test_a_key_is_masked_and_a_short_word_is_none(text: str, secret: str, shown: str):
    assert masked(text, secret) == shown


@pytest.mark.parametrize(
    ("text", "held_back"),
    [
        ("the sk-pro", 6),
        ("the s", 1),
        ("the ", 0),
        (KEY, 0),
        (f"{KEY}sk-", 3),
        ("it is", 1),
        ("disk-", 3),
        ("(s", 1),
        ("", 0),
    ],
)
def test_the_beginning_of_a_key_at_the_end_is_known(text: str, held_back: int):
    assert begun(text, KEY) == held_back
    assert begun(text, "") == 0
