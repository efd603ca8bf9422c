"""The README's “Your own workflow”, followed to the letter; `test_docs.py` runs its test."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app.visitor import decide, has_button, shows, wait_for

README = Path(__file__).parents[1] / "README.md"
SECTION = re.compile(r"## Your own workflow\n(.*?)\n## ", re.DOTALL)
FILE = re.compile(r"```python\n# (\w+\.py)\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which a reader has written down what the section says."""
    section = SECTION.search(README.read_text("utf-8"))
    assert section
    for name, text in FILE.findall(section[1]):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()
    sys.modules.pop("flows", None)


def test_the_page_of_three_lines_runs_the_workflow(folder: Path):
    app = (folder / "my_app.py").read_text("utf-8").splitlines()
    assert len([line for line in app if line]) == 3
    at = AppTest.from_file(str(folder / "my_app.py"), default_timeout=20).run()
    at.text_input(key="hitl.field.place").input("Rome")
    at.number_input(key="hitl.field.days").set_value(2)
    at.button(key="start").click().run()
    wait_for(at, has_button("reject"))
    wait_for(at, shows("**Cost:** 280"))

    decide(at, "approve")
    wait_for(at, shows("Have a good trip."))
