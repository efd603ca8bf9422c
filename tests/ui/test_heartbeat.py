from __future__ import annotations

from collections.abc import Iterator

import pytest

from hitl.engine import Engine, open_engine
from hitl.settings import Settings
from hitl.ui import note_stored
from hitl.ui.heartbeat import begin_page, is_outdated, rerun_when_changed
from tests.conftest import until


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = open_engine(Settings(workflows={"once": "tests.engine.flows:AskOnce"}))
    yield engine
    engine.close()


def draw(engine: Engine) -> list[str]:
    """Draw the names of all runs; returns how often they were read since."""
    reads: list[str] = []

    def look() -> list[str | None]:
        reads.append("read")
        return [run.title for run in engine.runs()]

    begin_page()
    note_stored(engine)
    rerun_when_changed(look, look())
    reads.clear()
    return reads


def test_nothing_is_read_again_before_something_is_stored(engine: Engine):
    reads = draw(engine)
    assert not is_outdated()
    assert reads == []

    engine.start("once", item="tea")
    assert is_outdated()
    assert reads


def test_what_is_stored_and_not_shown_is_read_once(engine: Engine):
    run = engine.start("once", item="tea")
    until(lambda: run.question and not run.active)  # it commits once more
    reads = draw(engine)

    assert run.question
    assert run.keep_draft(run.question.id, "a browser", {"note": "later"})
    assert not is_outdated()
    assert not is_outdated()
    assert reads == ["read"]

    run.rename("Tea")
    assert is_outdated()
    assert is_outdated(), "it stays so until the page is drawn again"


def test_what_is_not_stored_is_read_at_every_check(engine: Engine):
    draw(engine)
    trouble = ""
    rerun_when_changed(lambda: trouble, trouble, is_stored=False)
    assert not is_outdated()
    trouble = "the disk is full"
    assert is_outdated()


def test_a_page_whose_engine_was_closed_is_outdated(engine: Engine):
    draw(engine)
    engine.close()
    assert is_outdated()
