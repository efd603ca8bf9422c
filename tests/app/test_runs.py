"""The list of runs, the history, renaming and deleting, and which runs a visitor sees."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from hitl.engine import Engine, Run, RunNotFound, open_engine
from hitl.settings import Settings
from hitl.ui import shown
from hitl.ui.clock import day_or_time
from tests.app.visitor import (
    PLUTO,
    button_labels,
    decide,
    has_button,
    ids_behind,
    open_page,
    run_id_of,
    shows,
    start,
    start_and_wait,
    text_of,
    wait_for,
)
from tests.conftest import until

CORAL = "How does coral bleaching work"
HEAT = "Do heat pumps work in cold weather"


@pytest.fixture
def shared(monkeypatch):
    """A server on which everybody sees all runs."""
    monkeypatch.setenv("HITL_SHARED", "1")


@pytest.fixture
def engine(shared) -> Engine:
    return open_engine(Settings())


def waiting(engine: Engine, topic: str) -> Run:
    run = engine.start("report", topic=topic)
    until(lambda: run.status == "waiting" and not run.active)
    return run


def finished(engine: Engine, topic: str) -> Run:
    run = waiting(engine, topic)
    run.answer(run.questions[0].id, {"approved": True}, by="Ana")
    until(lambda: run.status == "completed")
    return run


def open_history(at: AppTest | None = None) -> AppTest:
    at = at or open_page()
    at.button(key="hitl.history").click().run()
    assert not at.exception
    return at


def listed(at: AppTest) -> list[str]:
    """Ids of the runs in the history, in its order."""
    return ids_behind(at.button, "hitl.history_run-")


def in_sidebar(at: AppTest) -> list[str]:
    return ids_behind(at.sidebar.button, "hitl.sidebar_run-")


def test_a_page_without_runs_lists_none(shared):
    at = open_page()
    assert not has_button("hitl.history")(at)
    assert in_sidebar(at) == []


def test_what_waits_for_a_human_comes_first(engine: Engine):
    waits, ended, newest = waiting(engine, PLUTO), finished(engine, CORAL), waiting(engine, HEAT)
    at = open_page()
    assert in_sidebar(at) == [newest.id, waits.id, ended.id]
    assert [caption.value for caption in at.sidebar.caption][-2:] == ["Waiting for you", "Recent"]


def test_runs_with_the_same_title_are_told_apart_by_when_they_were_started(engine: Engine):
    same, other = [waiting(engine, PLUTO), finished(engine, PLUTO)], waiting(engine, CORAL)
    at = open_page()
    labels = {run.id: at.sidebar.button(key=f"hitl.sidebar_run-{run.id}").label for run in [*same, other]}
    assert labels[other.id] == CORAL, "which needs no time"
    times = [run.record.created_at for run in same]
    is_exact = day_or_time(times[0]) == day_or_time(times[1])  # started in the same minute, as a rule
    for run, at_ in zip(same, times, strict=True):
        assert labels[run.id].startswith(PLUTO[:15])
        assert labels[run.id].endswith(shown(f" · {day_or_time(at_, is_exact)}"))


def test_a_click_in_the_list_opens_the_run(engine: Engine):
    run, other = waiting(engine, PLUTO), waiting(engine, CORAL)
    at = open_page(other.id)
    at.button(key=f"hitl.sidebar_run-{run.id}").click().run()
    assert run_id_of(at) == run.id
    assert PLUTO in [title.value for title in at.title]
    decide(at, "approve")
    wait_for(at, shows("References"))
    assert other.status == "waiting"


def test_the_list_follows_what_others_do(engine: Engine):
    run = waiting(engine, PLUTO)
    at = open_page()
    run.cancel()
    at.run()
    assert "Waiting for you" not in text_of(at)


def test_a_stranger_sees_the_runs_of_this_session_only(home):
    theirs = waiting(open_engine(Settings()), HEAT)
    at = start_and_wait(PLUTO)
    mine = run_id_of(at)
    assert in_sidebar(at) == [mine]

    at.button(key="new_run").click().run()
    assert in_sidebar(at) == [mine]
    assert listed(open_history(at)) == [mine]

    at.query_params.clear()
    at.query_params["run"] = theirs.id
    at.run()
    assert set(in_sidebar(at)) == {mine, theirs.id}, "a link opens a run, and then it is listed"
    assert in_sidebar(open_page()) == []


def test_the_history_finds_by_words_of_the_topic_the_name_and_the_report(engine: Engine):
    pluto, coral = waiting(engine, PLUTO), finished(engine, CORAL)
    pluto.rename("Für die Präsentation")
    at = open_history()
    assert listed(at) == [coral.id, pluto.id]

    for words, found in (("PLUTO", pluto), ("präsent", pluto), ("Coral", coral), ("  bleaching ", coral)):
        at.text_input(key="hitl.search").set_value(words).run()
        assert listed(at) == [found.id], words

    at.text_input(key="hitl.search").set_value("nothing like this").run()
    assert listed(at) == []
    assert "No run fits" in text_of(at)


def test_the_history_finds_by_status(engine: Engine):
    pluto, coral = waiting(engine, PLUTO), finished(engine, CORAL)
    at = open_history()
    at.selectbox(key="hitl.status").set_value("completed").run()
    assert listed(at) == [coral.id]
    at.selectbox(key="hitl.status").set_value("waiting").run()
    assert listed(at) == [pluto.id]
    at.selectbox(key="hitl.status").set_value("failed").run()
    assert "No run fits" in text_of(at)


def test_the_history_finds_by_date(engine: Engine):
    run = waiting(engine, PLUTO)
    today = datetime.now(UTC).date()
    at = open_history()

    def on(*days: date) -> list[str]:
        at.date_input(key="hitl.started").set_value(days).run()
        return listed(at)

    assert on(today - timedelta(days=3), today + timedelta(days=1)) == [run.id]
    assert on(today - timedelta(days=9), today - timedelta(days=2)) == []
    assert on(today - timedelta(days=1), today + timedelta(days=1)) == [run.id]
    assert on(today + timedelta(days=1), today + timedelta(days=2)) == []


def test_a_run_of_the_history_opens_and_the_way_back_is_the_sidebar(engine: Engine):
    run = waiting(engine, PLUTO)
    at = open_history()
    at.button(key=f"hitl.history_run-{run.id}").click().run()
    assert run_id_of(at) == run.id
    assert has_button("approve")(at)
    open_history(at)
    assert "run" not in at.query_params
    at.button(key="new_run").click().run()
    assert has_button("start")(at)


def test_a_run_is_renamed_and_called_so_everywhere(engine: Engine):
    run = waiting(engine, PLUTO)
    at = open_page(run.id)
    at.text_input(key=f"hitl.run_name-{run.id}").set_value("  Planets: *the* <b>case</b>  ").run()
    name = "Planets: *the* <b>case</b>"

    assert run.record.title == name
    assert r"Planets: \*the\* \<b\>case\</b\>" in [title.value for title in at.title]
    assert any("Planets" in label for label in button_labels(at))
    assert any("Planets" in label for label in button_labels(open_history(at)))

    at = open_page(run.id)
    at.text_input(key=f"hitl.run_name-{run.id}").set_value("").run()
    assert not run.record.title
    assert PLUTO in [title.value for title in at.title]


def test_a_run_is_deleted_after_a_second_thought(engine: Engine):
    run = waiting(engine, PLUTO)
    at = open_page(run.id)
    at.button(key="hitl.delete").click().run()
    assert "will be cancelled" in text_of(at)
    at.button(key="hitl.keep_run").click().run()
    assert not has_button("hitl.confirm_delete")(at)
    assert run.status == "waiting"

    at.button(key="hitl.delete").click().run()
    at.button(key="hitl.confirm_delete").click().run()
    assert has_button("start")(at)
    assert "run" not in at.query_params
    with pytest.raises(RunNotFound):
        engine.attach(run.id)
    assert in_sidebar(at) == []


def test_the_question_whether_to_delete_belongs_to_one_run(engine: Engine):
    run, other = waiting(engine, PLUTO), waiting(engine, CORAL)
    at = open_page(run.id)
    at.button(key="hitl.delete").click().run()
    at.button(key=f"hitl.sidebar_run-{other.id}").click().run()
    assert not has_button("hitl.confirm_delete")(at)


def test_a_history_without_runs_says_so(shared):
    at = open_page()
    at.query_params["view"] = "history"
    at.run()
    assert "There are no runs. Start one" in text_of(at)
    at.button(key="new_run").click().run()
    assert has_button("start")(at)


def test_starting_from_the_list_of_another_run_starts_afresh(engine: Engine):
    run = waiting(engine, PLUTO)
    at = open_page(run.id)
    at.button(key="new_run").click().run()
    start(at, CORAL)
    wait_for(at, has_button("approve"))
    assert run_id_of(at) != run.id
    assert len(engine.runs()) == 2


def test_a_search_is_still_there_after_a_look_at_a_run(engine: Engine):
    pluto, _ = waiting(engine, PLUTO), waiting(engine, CORAL)
    at = open_history()
    at.text_input(key="hitl.search").set_value("pluto").run()
    at.button(key=f"hitl.history_run-{pluto.id}").click().run()
    open_history(at)
    assert listed(at) == [pluto.id]


def test_the_question_whether_to_delete_does_not_wait_for_the_next_visit(engine: Engine):
    run = waiting(engine, PLUTO)
    at = open_page(run.id)
    at.button(key="hitl.delete").click().run()
    open_history(at)
    at.button(key=f"hitl.history_run-{run.id}").click().run()
    assert has_button("hitl.delete")(at)
    assert not has_button("hitl.confirm_delete")(at)


def test_a_name_that_is_given_elsewhere_stands_in_the_field(engine: Engine):
    run = waiting(engine, PLUTO)
    at = open_page(run.id)
    run.rename("For Monday")
    at.run()
    assert at.text_input(key=f"hitl.run_name-{run.id}").value == "For Monday"
