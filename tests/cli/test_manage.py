"""Names, deletion, and room for new runs."""

from __future__ import annotations

import pytest

from hitl.engine import Engine, Run
from tests.cli.calling import asked, done, hitl, read, refused
from tests.conftest import until


@pytest.fixture
def ended(owner: Engine) -> Run:
    run = owner.start("counts", steps=1)
    until(lambda: run.status == "completed")
    return run


def test_a_run_is_given_a_name_and_loses_it_again(ended: Run):
    assert "is called “Two by two”" in done("rename", ended.id, "Two  by\ntwo")
    assert ended.title == "Two by two"
    assert "is called “Counts”" in done("rename", ended.id, "")
    assert ended.title is None


def test_a_run_is_deleted_only_when_the_user_agrees(owner: Engine):
    run = owner.start("order", item="tea")
    asked(run)

    result = hitl("delete", run.id, typed="n\n")
    assert (result.exit_code, run.status) == (1, "waiting")
    assert f"Run {run.id[:8]}, “tea”, is waiting, and is cancelled. Delete it for good?" in result.stderr

    assert done("delete", run.id, typed="y\n") == f"Run {run.id[:8]} is deleted.\n"
    assert owner.runs() == []
    until(lambda: not owner.in_memory())


def test_nobody_there_to_agree_deletes_nothing(ended: Run):
    assert hitl("delete", ended.id).exit_code == 1
    assert hitl("prune", "--days", "0").exit_code == 1
    assert ended.status == "completed"


def test_what_has_ended_is_pruned_and_what_waits_is_kept(ended: Run, owner: Engine):
    waiting = owner.start("order", item="tea")
    asked(waiting)

    assert done("prune", "--days", "1", "--yes") == "0 runs are deleted.\n"
    assert done("prune", "--days", "0", "--megabytes", "0", "--yes") == "1 run is deleted.\n"

    assert [run.id for run in owner.runs()] == [waiting.id]
    assert read("prune", "--megabytes", "0", "--yes") == {"deleted": 0}


@pytest.mark.parametrize("options", [[], ["--days", "-1"], ["--days", "99999999"], ["--megabytes", "much"]])
def test_pruning_needs_to_be_told_what(options: list[str]):
    refused("prune", *options, "--yes", code=2)


def test_a_cancelled_run_is_resumed_at_its_question(owner: Engine):
    run = owner.start("order", item="tea")
    question = asked(run)
    name = run.id[:8]

    assert (
        done("cancel", run.id) == f"Run {name} is cancelled. `hitl resume {name}` takes it up again where it waits.\n"
    )
    assert done("resume", run.id, "--by", "Ana") == f"Run {name} waits again. `hitl show {name}` has its question.\n"

    assert run.questions == [question]
    assert run.events()[-1].body["by"] == "Ana"
    assert "it is waiting" in refused("resume", run.id)
