"""A result is drawn by its type."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from hitl.ui.result import downloads
from tests.engine.stored_flows import PNG

PICTURE = {"$picture": {"type": "image/png", "base64": base64.b64encode(PNG).decode()}}


def page() -> None:
    import streamlit as st

    from hitl.ui.result import draw_value

    draw_value(st.session_state["value"])


def drawn(value: Any) -> AppTest:
    at = AppTest.from_function(page, default_timeout=20)
    at.session_state["value"] = value
    at.run()
    assert not at.exception
    return at


def test_a_data_frame_is_a_table_of_its_columns_and_rows():
    value = {"$table": {"columns": ["name", "name", "n"], "rows": [["a", None, 1.5], ["<b>", "x", None]]}}
    (frame,) = drawn(value).dataframe
    assert list(frame.value.columns) == ["name", "name (2)", "n"]
    assert frame.value["name"].tolist() == ["a", "<b>"]


@pytest.mark.parametrize("value", [PICTURE, [PICTURE, PICTURE], {"chart": PICTURE, "note": "Two."}])
def test_a_picture_is_drawn_also_in_a_list_and_in_a_field(value: Any):
    at = drawn(value)
    assert len(at.get("image")) == json.dumps(value).count("$picture")
    assert base64.b64encode(PNG).decode() not in str(at.main)


def test_a_damaged_picture_is_told():
    at = drawn({"$picture": {"type": "image/png", "base64": base64.b64encode(PNG[:20]).decode()}})
    assert at.info[0].value == "The picture cannot be read."


def test_what_only_looks_like_a_table_or_a_picture_is_drawn_as_what_it_is():
    picture = {"$picture": {"type": "image/png", "base64": "not base64"}}
    at = drawn({"a": picture, "b": {"$table": {"columns": ["x"], "rows": [[1, 2]]}}})
    assert len(at.json) == 2
    assert not at.dataframe


def test_bytes_are_told_by_their_size():
    assert drawn({"$bytes": "//4="}).text[0].value == "(2 bytes)"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1234.5, "1,234.5"), (True, "yes"), (float("nan"), "NaN"), (float("-inf"), "-Infinity"), (10**30, f"{10**30:,}")],
)
def test_a_number_is_written_out(value: object, words: str):
    assert drawn(value).markdown[0].value.replace("\\", "").startswith("**Result:** ")
    assert words in drawn(value).markdown[0].value.replace("\\", "")


def test_a_list_of_models_is_a_table_and_other_values_are_a_tree_of_valid_json():
    assert drawn([{"seen": [1]}, {"seen": []}]).markdown[0].value.startswith("| Seen |")
    (tree,) = drawn([1.0, float("nan"), [float("inf")]]).json
    assert json.loads(tree.value, parse_constant=lambda name: pytest.fail(name)) == [1.0, "NaN", ["Infinity"]]


@pytest.mark.parametrize(
    ("value", "offered", "content"),
    [
        ("Paid.", ["md", "json"], "Paid."),
        ({"$bytes": "//4="}, ["bin", "json"], b"\xff\xfe"),
        (PICTURE, ["png", "json"], PNG),
        ({"total": 12}, ["json"], '{\n  "total": 12\n}'),
        (0, ["json"], '{\n  "result": 0\n}'),
        (None, [], ""),
    ],
)
def test_a_result_is_offered_as_what_it_is_first(value: Any, offered: list[str], content: str | bytes):
    files = downloads(value, value if isinstance(value, dict) and "total" in value else {"result": value})
    assert [file.suffix for file in files] == offered
    assert [file.data() for file in files[:1]] == [content] * bool(offered)
