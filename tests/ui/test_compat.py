from __future__ import annotations

import pytest

from hitl.ui._compat import WORD_JOINER, without_shorthand


@pytest.mark.parametrize("shorthand", [":red[x]", ":material/home:", ":tada:", "->", "<-", "--", ">=", "<=", "\\>="])
def test_shorthand_is_kept_apart_by_an_invisible_sign(shorthand: str):
    kept = without_shorthand(f"a {shorthand} b")
    assert WORD_JOINER in kept
    assert kept.replace(WORD_JOINER, "") == f"a {shorthand} b"


@pytest.mark.parametrize(
    "text", ["at 10:30", "see https://example.org", "well-known", "a > b", "[\\[1\\]](#reference-1)"]
)
def test_ordinary_text_is_left_alone(text: str):
    assert without_shorthand(text) == text
