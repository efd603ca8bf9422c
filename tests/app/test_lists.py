"""The inbox and the history of any workflow: pages, the next question, several runs at once, and the browser's tab."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from hitl.engine import Engine, Run, RunNotFound, open_engine
from hitl.settings import load_settings
from hitl.ui.export_runs import export_runs
from hitl.ui.pages import PAGE
from tests.app.visitor import APP, button_labels, decide, has_button, ids_behind, open_page, text_of, wait_for
from tests.conftest import until

APPS = APP.parent / "tests" / "app" / "apps"


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with a small workflow, on which everybody sees all runs."""
    monkeypatch.setenv("HITL_SHARED", "1")
    monkeypatch.setenv("HITL_WORKFLOWS", "order=tests.engine.flows:AskOnce")


@pytest.fixture
def engine() -> Iterator[Engine]:
    yield open_engine(load_settings())


def waiting(engine: Engine, *items: str) -> list[Run]:
    runs = [engine.start("order", "Ana", item=item) for item in items]
    until(lambda: all(run.question and not run.active for run in runs))
    return runs


def open_view(view: str, **address: str) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=20)
    at.query_params["view"] = view
    for name, value in address.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def click(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def in_history(at: AppTest) -> list[str]:
    return ids_behind(at.button, "hitl.history_run-")


def in_inbox(at: AppTest) -> list[str]:
    return ids_behind(at.button, "hitl.inbox_run-")


def test_the_inbox_lists_what_waits_oldest_first_with_who_asks_and_for_how_long(engine: Engine):
    tea, coffee = waiting(engine, "tea", "coffee")
    engine.start("order", item="done").cancel()
    at = open_page()
    assert "Inbox (2)" in button_labels(at)
    click(at, "hitl.inbox")
    assert at.query_params["view"] == "inbox"
    assert in_inbox(at) == [tea.questions[0].id, coffee.questions[0].id]
    assert "waits for 1 minute · started by Ana · Order" in text_of(at)
    click(at, f"hitl.inbox_run-{coffee.questions[0].id}")
    assert has_button("approve")(at)
    assert at.session_state["run"].id == coffee.id


def test_an_empty_inbox_says_so(engine: Engine):
    assert "Nothing waits for you" in text_of(open_view("inbox"))


def test_after_a_decision_the_next_question_is_offered_and_never_opened_by_itself(engine: Engine):
    tea, coffee, milk = waiting(engine, "tea", "coffee", "milk")
    at = open_view("inbox")
    click(at, f"hitl.inbox_run-{coffee.questions[0].id}")
    assert at.button(key="hitl.next_question").label == "Next: milk"
    decide(at, "approve")
    wait_for(at, lambda at: coffee.status == "completed")
    assert at.session_state["run"].id == coffee.id, "what the decision has led to is shown"
    assert at.button(key="hitl.next_question").label == "Next: tea"
    click(at, "hitl.next_question")
    at.button(key="approve").click().run()  # at once: meant for what stood here before
    assert tea.answers == []
    assert "too soon" in text_of(at)
    decide(at, "approve")
    wait_for(at, lambda at: tea.status == "completed")
    assert (milk.status, len(coffee.answers)) == ("waiting", 1)
    click(at, "hitl.inbox-back")
    assert in_inbox(at) == [milk.questions[0].id]


def test_a_run_that_was_opened_by_its_address_offers_the_next_one_only_after_a_decision(engine: Engine):
    tea, _coffee = waiting(engine, "tea", "coffee")
    at = open_page(tea.id)
    assert not has_button("hitl.next_question")(at)
    decide(at, "approve")
    wait_for(at, has_button("hitl.next_question"))


def test_the_inbox_has_pages_that_the_address_keeps(engine: Engine):
    runs = waiting(engine, *map(str, range(PAGE + 2)))
    at = open_view("inbox")
    assert len(in_inbox(at)) == PAGE
    click(at, "hitl.older")
    assert at.query_params["page"] == "2"
    assert in_inbox(at) == [run.questions[0].id for run in runs[PAGE:]]


def test_the_history_has_pages_that_the_address_keeps(engine: Engine):
    runs = waiting(engine, *(f"tea {number}" for number in range(PAGE + 2)))
    ids = [run.id for run in runs][::-1]
    at = open_view("history")
    assert in_history(at) == ids[:PAGE]
    assert at.button(key="hitl.newer").disabled
    click(at, "hitl.older")
    assert in_history(at) == ids[PAGE:]
    assert at.button(key="hitl.older").disabled
    assert in_history(open_view("history", page="2")) == ids[PAGE:]
    at.text_input(key="hitl.search").set_value("tea 51").run()
    assert in_history(at) == ids[:1], "a search begins on its first page"
    assert "page" not in at.query_params
    assert not has_button("hitl.older")(at)
    for view, said in (("history", "no runs so far back"), ("inbox", "Nothing is on this page any more")):
        beyond = open_view(view, page="9")
        assert said in text_of(beyond)
        beyond.button(key="hitl.newer").click().run()
        assert "page" not in beyond.query_params
    assert len(in_history(open_view("history", page="-1x"))) == PAGE


def test_the_history_says_who_has_begun_what_was_asked_and_who_decided(engine: Engine):
    (run,) = waiting(engine, "tea")
    run.answer(run.questions[0].id, {"approved": False, "reason": "far too dear"}, by="Ben")
    until(lambda: len(run.events()) > 4 and run.question)
    run.rename("For Monday")
    at = open_view("history")
    assert "by Ana · Order · tea · 1 answer, last by Ben" in text_of(at)
    at.text_input(key="hitl.search").set_value("DEAR monday").run()
    assert in_history(at) == [run.id]


def test_several_runs_are_deleted_after_a_second_thought(engine: Engine):
    tea, coffee, milk = waiting(engine, "tea", "coffee", "milk")
    at = open_view("history")
    assert ids_behind(at.checkbox, "hitl.selected-") == []  # type: ignore[arg-type]
    click(at, "hitl.select")
    assert at.button(key="hitl.delete_runs").disabled
    for run in (tea, milk):
        at.checkbox(key=f"hitl.selected-{run.id}").check().run()
    assert "2 selected" in text_of(at)
    click(at, "hitl.delete_runs")
    assert "2 of them have not ended and will be cancelled" in text_of(at)
    click(at, "hitl.keep_runs")
    assert len(engine.runs()) == 3
    click(at, "hitl.delete_runs")
    click(at, "hitl.confirm_delete_runs")
    assert in_history(at) == [coffee.id]
    assert "2 runs deleted" in text_of(at)
    with pytest.raises(RunNotFound):
        engine.attach(tea.id)


def test_a_whole_page_is_selected_and_what_was_selected_stays_on_the_next(engine: Engine):
    waiting(engine, *map(str, range(PAGE + 1)))
    at = open_view("history")
    click(at, "hitl.select")
    click(at, "hitl.select_page")
    click(at, "hitl.older")
    assert [box.value for box in at.checkbox] == [False]
    assert f"{PAGE} selected" in text_of(at)
    click(at, "hitl.newer")
    assert all(box.value for box in at.checkbox)
    click(at, "hitl.select_page")
    assert "0 selected" in text_of(at)


def test_runs_are_exported_as_a_zip(engine: Engine):
    tea, coffee = waiting(engine, "tea / *Kyoto*", "coffee")
    archive = zipfile.ZipFile(io.BytesIO(export_runs(engine, [tea.id, "gone", coffee.id])))
    assert archive.namelist() == [f"tea-Kyoto-{tea.id[:8]}.json", f"coffee-{coffee.id[:8]}.json"]
    told: dict[str, Any] = json.loads(archive.read(archive.namelist()[0]))
    assert told["record"]["inputs"]["item"] == "tea / *Kyoto*"


def test_a_stranger_finds_counts_selects_and_deletes_only_the_runs_of_this_session(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.delenv("HITL_SHARED")
    engine = open_engine(load_settings())
    tea, coffee = waiting(engine, "tea", "coffee")
    at = open_page(tea.id)  # by its link
    assert "Inbox (1)" in button_labels(at)
    click(at, "hitl.inbox")
    assert in_inbox(at) == [tea.questions[0].id]
    click(at, "hitl.history")
    assert in_history(at) == [tea.id]
    at.text_input(key="hitl.search").set_value("coffee").run()
    assert in_history(at) == []
    at.text_input(key="hitl.search").set_value("").run()
    click(at, "hitl.select")
    at.session_state["hitl.selected"] = {tea.id: None, coffee.id: None}
    at.run()
    assert "1 selected" in text_of(at)
    click(at, "hitl.delete_runs")
    click(at, "hitl.confirm_delete_runs")
    assert [record.id for record in engine.runs()] == [coffee.id]
    assert in_inbox(open_view("inbox")) == []


# ---- the browser's tab


@pytest.fixture
def titles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every title that the browser's tab is given."""
    given: list[str] = []
    monkeypatch.setattr(st, "set_page_config", lambda page_title=None, **_: given.append(page_title))
    return given


def test_the_tab_says_how_many_wait_until_none_does(engine: Engine, titles: list[str]):
    tea, coffee = waiting(engine, "tea", "coffee")
    at = open_page()
    assert titles[-1] == "(2) Waiting · hitl"
    tea.cancel()
    at.run()
    assert titles[-1] == "(1) Waiting · hitl"
    coffee.cancel()
    at.run()
    assert titles[-1] == "hitl"


@pytest.mark.parametrize("app", ["three_lines", "navigation", "host"])
def test_the_tab_of_another_app_is_left_to_it(engine: Engine, titles: list[str], app: str):
    waiting(engine, "tea")
    at = AppTest.from_file(str(APPS / f"{app}.py"), default_timeout=20).run()
    assert not at.exception
    assert titles == []
