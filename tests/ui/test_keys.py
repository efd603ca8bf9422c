"""Keys and what is kept under them, in a session of its own for each test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

HITL = Path(__file__).parents[2] / "hitl"
KEY_MADE_THERE = re.compile(r"""session_state(?:\.\w+\(|\[)f?["'].*|\bkey=f?["'].*|st\.form\(f?["'].*""")


def session_after(script: str) -> AppTest:
    imports = "from hitl.ui.keys import enter_page, field_key, state, widget_key\nimport streamlit as st\n"
    at = AppTest.from_string(imports + script, default_timeout=20).run()
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("page", "key", "made"),
    [
        ("None", 'widget_key("start")', "start"),
        ("None", 'widget_key("approve", "-7")', "approve-7"),
        ("None", 'widget_key("search")', "hitl.search"),
        ("None", 'field_key("start", "-7")', "hitl.field.start-7"),
        ("None", 'field_key("hitl.run")', "hitl.field.hitl.run"),
        ("'desk'", 'widget_key("start")', "hitl.desk.start"),
        ("'desk'", 'widget_key("search")', "hitl.desk.search"),
        ("'desk'", 'field_key("start", "-7")', "hitl.desk.field.start-7"),
    ],
)
def test_a_key_tells_the_page_and_the_widget(page: str, key: str, made: str):
    assert session_after(f"enter_page({page})\nst.text({key})").text[0].value == made


def test_before_a_page_is_drawn_the_keys_are_those_of_an_app_of_its_own():
    assert session_after('st.text(widget_key("start"))').text[0].value == "start"


def test_a_value_is_kept_for_its_page_until_it_is_forgotten():
    at = session_after(
        "enter_page('desk')\nstate.problem = 'none'\nstate.notices['7'] = 'late'\n"
        "enter_page(None)\nst.text(state.problem or 'empty')\nst.text(state.notices or 'empty')\n"
        "enter_page('desk')\nst.text(state.problem)\nst.text(state.notices)\n"
        "del state.problem, state.problem\nst.text(state.problem or 'empty')\n"
    )
    assert [text.value for text in at.text] == ["empty", "empty", "none", "{'7': 'late'}", "empty"]
    assert "hitl.desk.problem" not in at.session_state
    assert at.session_state["hitl.desk.notices"] == {"7": "late"}


def test_to_look_at_a_value_that_is_not_there_puts_none_into_the_session():
    at = session_after("enter_page(None)\nst.text((state.run, state.by, state.log))")
    assert at.text[0].value == "(None, '', [])"
    assert "run" not in at.session_state
    assert "hitl.by" not in at.session_state, "a widget of this key would take it for its value"
    assert at.session_state["hitl.log"] == []


def test_keys_are_made_in_one_place():
    sources = [HITL / "screen.py", *HITL.glob("ui/*.py"), *HITL.glob("report_ui/*.py")]
    found = {source.name: KEY_MADE_THERE.findall(source.read_text("utf-8")) for source in sources}
    assert {name: keys for name, keys in found.items() if keys} == {}
    assert {"screen.py", "history.py", "inbox.py"} <= found.keys()
