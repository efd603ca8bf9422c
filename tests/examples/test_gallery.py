"""What holds for all examples: they are short, know nothing of hitl, and stand on one page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.app.visitor import shows, wait_for
from tests.examples.gallery import GALLERY, open_gallery

EXAMPLES = sorted({"cleaner", "expense", "interview", "reviews"})


def source_of(example: str) -> str:
    return (GALLERY.parent / f"{example}.py").read_text("utf-8")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_knows_nothing_of_hitl(example: str):
    assert re.findall(r"^\s*(?:from|import) (?:hitl|streamlit)\b", source_of(example), re.MULTILINE) == []


def test_the_gallery_shows_every_example():
    files = {path.stem for path in Path(GALLERY).parent.glob("*.py")}
    assert files == {*EXAMPLES, "gallery", "smallest_app", "__init__"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_can_be_chosen(example: str):
    at = open_gallery(example)

    wait_for(at, shows(example.capitalize()))
    assert [button.key for button in at.button if button.key == "start"] == ["start"]
