"""Every state of the page in every look: `python -m tests.browser.all_pictures FOLDER`. Open them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import model_pictures
from tests.browser.conftest import CHROMIUM_FLAGS, chromium_path, serving
from tests.browser.model_pictures import with_model
from tests.browser.pictures import LOOKS, MOODY, take_all
from tests.fake_openai import FakeOpenAI


def main(folder: Path) -> None:
    """Write a picture of each state, light, dark and on a phone, with a model and without one.

    Args:
        folder: Where to; it is made if it is not there.
    """
    path = chromium_path()
    assert path, "no Chromium found"
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, FakeOpenAI() as model:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        for look in LOOKS:
            with tempfile.TemporaryDirectory() as home, serving(_made(home), HITL_WORKFLOWS=MOODY) as server:
                pictures = take_all(browser, server, look, folder)
            settings = with_model(model.base)
            with tempfile.TemporaryDirectory() as home, serving(_made(home), **settings) as server:
                pictures += model_pictures.take_all(browser, server, model, look, folder)
            print(*pictures, sep="\n", flush=True)
        browser.close()


def _made(folder: str) -> Path:
    home = Path(folder) / "home"
    home.mkdir()
    return home


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
