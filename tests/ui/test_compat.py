from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

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


def test_an_id_cannot_end_the_script_that_holds_it():
    def page() -> None:
        from hitl.ui._compat import show_top

        show_top('a</script><img src=x onerror=alert(1)> "b"\n \u2028')

    at = AppTest.from_function(page).run()

    (script,) = [element.proto.body for element in at.get("html")]
    assert script.count("</script>") == 1
    assert script.endswith("</script>")
    assert "<img" not in script
    assert script.count("\n") == 1
    assert "\u2028" not in script
