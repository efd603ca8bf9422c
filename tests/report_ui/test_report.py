from __future__ import annotations

import pytest

from hitl.report_ui.report import file_name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is Pluto…?", "why-is-pluto"),
        ("ما هي الكواكب", "ما-هي-الكواكب"),
        ("../..", "report"),
        ("x" * 200, "x" * 60),
    ],
)
def test_a_title_becomes_a_file_name(title: str, name: str):
    assert file_name(title) == name
