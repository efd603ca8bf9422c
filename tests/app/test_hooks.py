"""Hooks that a page's script registers."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hitl.engine.hooks import EVERYWHERE
from tests.conftest import until

SCRIPT = """
from pathlib import Path
import hitl

@hitl.on_question
def tell(run, question):
    with Path("{told}").open("a", encoding="utf-8") as told:
        told.write(question.id + "\\n")

hitl.page({{"order": "tests.engine.flows:AskOnce"}})
"""


def test_a_hook_of_a_script_is_called_once_for_a_question_however_often_the_script_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(EVERYWHERE, "_known", {})
    script, told = tmp_path / "portal.py", tmp_path / "told.txt"
    script.write_text(SCRIPT.format(told=told), "utf-8")
    at = AppTest.from_file(str(script), default_timeout=20).run()
    at.text_input(key="hitl.field.item").input("tea")
    at.button(key="start").click().run()
    run = at.session_state["run"]
    until(lambda: run.question)
    at.run()
    at.run()
    until(lambda: run.engine.store.database.read("SELECT count(*) FROM outbox") == [(0,)])

    assert told.read_text("utf-8").split() == [run.question.id]
    assert [hook.name for hook in EVERYWHERE] == ["portal:tell"]
