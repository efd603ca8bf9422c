from __future__ import annotations

from typing import Any

import pytest

from hitl.engine import Engine
from hitl.examples.cleaner import cleaner
from hitl.testing import answer, run_until_question
from tests.app.visitor import decide, has_button, log_of, text_of, wait_for
from tests.examples.gallery import answer_by_command, open_gallery, result_of, run_of, start, start_by_command


def test_the_agent_asks_before_it_deletes_and_says_what():
    run = run_until_question(cleaner, user_msg="Tidy up")

    assert (run.question.folder, run.question.megabytes) == ("old backups", 4096)
    assert said_in(answer(run, approved=True).result) == "I deleted old backups."
    assert said_in(answer(run, approved=False, reason="We need them.").result) == "I kept old backups. We need them."


@pytest.mark.parametrize(("button", "outcome"), [("approve", "I deleted old backups."), ("reject", "I kept")])
def test_on_the_page(button: str, outcome: str):
    at = open_gallery("cleaner")
    at.text_area(key="hitl.field.user_msg").input("Tidy up")

    start(at)
    wait_for(at, has_button(button))
    assert "May I delete this folder?" in text_of(at)
    assert "**Folder:** old backups" in text_of(at)
    decide(at, button)

    wait_for(at, has_button("new_run"))
    assert said_in(result_of(run_of(at))).startswith(outcome)
    assert "Finished" in log_of(at.run())


def test_on_the_command_line(owner: Engine):
    run = start_by_command(owner, "cleaner", "user_msg=Tidy up")

    answer_by_command(run, "--approve")

    assert said_in(result_of(run)) == "I deleted old backups."


def said_in(output: Any) -> str:
    """The last words of an agent."""
    return str(output["response"]["blocks"][0]["text"])
