from __future__ import annotations

import json

import pytest
from workflows.events import Event

from hitl.engine.workflows import moved_names
from hitl.engine.workflows.agents import AgentSerializer
from hitl.engine.workflows.answers import found_by_name
from hitl.engine.workflows.moved_names import MOVED, current_name


class Renamed(Event):
    words: str


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(moved_names.MOVED, "a.module.that.is.gone.Before", f"{__name__}.Renamed")


def test_a_class_that_has_moved_is_read_under_its_former_name(moved: None):
    record = {"__is_pydantic": True, "value": {"words": "kept"}, "qualified_name": "a.module.that.is.gone.Before"}

    assert AgentSerializer().deserialize(json.dumps(record)) == Renamed(words="kept")


def test_what_is_written_down_has_the_name_of_today(moved: None):
    assert json.loads(AgentSerializer().serialize(Renamed(words="")))["of"] == f"{__name__}:Renamed"


def test_a_name_with_a_colon_is_read_through_the_same_table(moved: None):
    assert found_by_name("a.module.that.is.gone:Before") is Renamed


@pytest.mark.parametrize("name", ["hitl.report.events:Report", "hitl.report.events.Report", "Report", ""])
def test_a_name_that_has_not_moved_stays(name: str):
    assert current_name(name) == name


@pytest.mark.parametrize("name", MOVED)
def test_every_moved_name_leads_somewhere_and_the_former_one_nowhere(name: str):
    module, _, cls = name.rpartition(".")
    assert found_by_name(f"{module}:{cls}") is not None
    assert current_name(MOVED[name]) == MOVED[name]
