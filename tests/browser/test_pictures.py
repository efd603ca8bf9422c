"""Pictures of every state, under the test's temporary folder: open them, and mend what you would not ship."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import model_pictures
from tests.browser.conftest import serving
from tests.browser.pictures import LOOKS, MOODY, Look, take_all
from tests.fake_openai import FakeOpenAI
from tests.llm.asking import KEY


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_state_has_its_picture(browser: Browser, home: Path, tmp_path: Path, look: Look):
    home.mkdir(parents=True)
    with serving(home, HITL_WORKFLOWS=MOODY) as server:
        pictures = take_all(browser, server, look, tmp_path)
    assert len(pictures) == 14
    assert all(path.stat().st_size > 10_000 for path in pictures), "a picture is empty"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_state_with_a_model_has_its_picture(browser: Browser, home: Path, tmp_path: Path, look: Look):
    home.mkdir(parents=True)
    with (
        FakeOpenAI() as model,
        serving(home, OPENAI_API_KEY=KEY, OPENAI_API_BASE=model.base, HITL_MODEL="gpt-5-mini") as server,
    ):
        pictures = model_pictures.take_all(browser, server, model, look, tmp_path)
    assert len(pictures) == 7
    assert all(path.stat().st_size > 10_000 for path in pictures), "a picture is empty"
