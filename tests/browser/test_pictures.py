"""Every state of the page comes about, and its picture is left in the test's temporary folder.

In the dark and on a phone the same states are taken by `python -m tests.browser.all_pictures FOLDER`.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import model_pictures
from tests.browser.conftest import serving
from tests.browser.model_pictures import with_model
from tests.browser.pictures import LOOKS, MOODY, take_all
from tests.fake_openai import FakeOpenAI


def test_every_state_has_its_picture(browser: Browser, home: Path, tmp_path: Path):
    home.mkdir(parents=True)
    with serving(home, HITL_WORKFLOWS=MOODY) as server:
        pictures = take_all(browser, server, LOOKS[0], tmp_path)
    assert len(pictures) == 14
    assert all(path.stat().st_size > 10_000 for path in pictures), "a picture is empty"


def test_every_state_with_a_model_has_its_picture(browser: Browser, home: Path, tmp_path: Path):
    home.mkdir(parents=True)
    with (
        FakeOpenAI() as model,
        serving(home, **with_model(model.base)) as server,
    ):
        pictures = model_pictures.take_all(browser, server, model, LOOKS[0], tmp_path)
    assert len(pictures) == 9
    assert all(path.stat().st_size > 10_000 for path in pictures), "a picture is empty"
