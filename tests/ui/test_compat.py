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


def test_a_file_that_was_taken_is_not_kept_by_streamlit():
    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from hitl.ui._compat import release_upload

        context = get_script_run_ctx()
        file = st.file_uploader("File")
        if file and context:
            before = context.uploaded_file_mgr.get_files(context.session_id, [file.file_id])
            release_upload(file)
            release_upload(file)
            after = context.uploaded_file_mgr.get_files(context.session_id, [file.file_id])
            st.text(f"{len(before)} before, {len(after)} after: {file.getvalue().decode()}")

    at = AppTest.from_function(page).run()
    at.file_uploader[0].set_value(("a.txt", b"its bytes", "text/plain")).run()

    assert at.text[0].value == "1 before, 0 after: its bytes"


def test_a_fragment_is_drawn_where_it_is_declared_and_redrawn_alone_however_deep_it_is():
    def page() -> None:
        import streamlit as st
        from streamlit.delta_generator_singletons import context_dg_stack

        from hitl.ui._compat import fragment

        def part(name: str) -> None:
            with st.container():
                st.button(name)
                st.text(f"{name}: {len(context_dg_stack.get())} open")

        def outer() -> None:
            st.text(f"{len(context_dg_stack.get())} open in the outer one")
            with st.container(), st.container():
                fragment(part, key="inner")("inner")
            st.text("after the inner one")

        st.text("script")
        with st.container(), st.columns(2)[1], st.expander("More"):
            fragment(outer)()
            st.text(f"{len(context_dg_stack.get())} open after it")

    at = AppTest.from_function(page).run()
    texts = ["3 open in the outer one", "inner: 4 open", "after the inner one", "4 open after it"]
    assert [text.value for text in at.expander[0].text] == texts
    assert [text.value for text in at.text] == ["script", *texts]

    at.button[0].click().run()
    assert [text.value for text in at.expander[0].text] == texts
