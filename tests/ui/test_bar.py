from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

MAIN, BOTTOM = 0, 3
"""Where an AppTest keeps the page and the bar below it."""


def page(alone: bool) -> None:
    from datetime import UTC, datetime

    import streamlit as st

    from hitl.engine import Question
    from hitl.ui.bar import decision_bar

    for number in (1,) if alone else (1, 2):
        question = Question(f"q{number}", "run", "flow", "Asks", {}, None, {}, {}, datetime.now(UTC))
        st.subheader(f"Question {number}")
        with decision_bar(question, alone):
            st.fragment(st.button, key=f"draw-{number}")("Approve", key=f"approve-{number}")


def buttons_in(at: AppTest, root: int) -> list[str]:
    tree: Any = at._tree
    return [button.key for button in tree[root].get("button")] if root in tree.children else []


@pytest.mark.parametrize(
    ("alone", "in_place", "in_bar"), [(True, [], ["approve-1"]), (False, ["approve-1", "approve-2"], [])]
)
def test_the_bar_has_the_decision_of_the_only_question_and_of_no_other(
    alone: bool, in_place: list[str], in_bar: list[str]
):
    at = AppTest.from_function(page, args=(alone,)).run()
    assert not at.exception
    assert (buttons_in(at, MAIN), buttons_in(at, BOTTOM)) == (in_place, in_bar)
    at.button(key="approve-1").click().run()
    assert not at.exception
