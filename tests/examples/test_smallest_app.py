from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import until

APP = Path(__file__).parents[2] / "hitl/examples/smallest_app.py"


@pytest.mark.parametrize(
    ("button", "decision", "outcome"),
    [("approve", "Approved", "Published"), ("reject", "Rejected", "Thrown away")],
)
def test_the_smallest_app_asks_and_does_what_it_is_told(button: str, decision: str, outcome: str):
    st.cache_resource.clear()
    at = AppTest.from_file(str(APP), default_timeout=20).run()
    at.text_input(key="topic").input("Tea")
    at.button(key="start").click().run()
    until(lambda: [b for b in at.run().button if b.key == button])

    at.button(key=button).click().run()
    until(lambda: outcome in [text.value for text in at.run().text])

    assert [text.value for text in at.text] == ["Publish “Tea”?", decision, outcome]
    assert {b.key for b in at.button} == {"start"}
    assert at.session_state["ctx"] is at.session_state["handler"].ctx
    assert not at.exception
