"""What is stored is JSON that SQLite can read, whatever numbers are in it."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl.engine.store.row_mappers import dump, load
from tests.engine.workflows.values import is_same

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
)


@given(JSON)
def test_any_json_and_any_number_comes_back(value: Any):
    text = dump(value)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert is_same(load(text), value)


def test_sqlite_reads_it():
    stored = dump({"title": "a", "score": float("nan")})
    with sqlite3.connect(":memory:") as database:
        assert database.execute("SELECT json_extract(?, '$.title')", (stored,)).fetchone() == ("a",)


def test_two_readings_of_one_record_are_equal():
    text = dump({"score": float("nan")})
    assert load(text) == load(text)
