from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import streamlit as st

from hitl.engine import Engine, open_engine
from hitl.settings import Settings
from tests.app.flows import FailingReport, PatientReport
from tests.app.visitor import (
    PLUTO,
    cancel,
    decide,
    has_button,
    open_page,
    run_id_of,
    shows,
    start,
    start_and_wait,
    text_of,
    wait_for,
)
from tests.conftest import until

ROOT = Path(__file__).parents[2]


def test_the_start_page_says_that_nothing_is_sent_anywhere():
    assert "No text is sent to any other service" in text_of(open_page())


def test_an_example_fills_the_topic():
    at = open_page()
    at.pills(key="hitl.example").set_value(PLUTO).run()
    assert at.text_input(key="topic").value == PLUTO


def test_the_library_lists_its_documents():
    at = open_page()
    assert "Coral reefs and bleaching" not in text_of(at)
    at.session_state["hitl.library"] = True
    wait_for(at, shows("Coral reefs and bleaching"))


def test_a_working_run_shows_its_log_and_can_be_cancelled(monkeypatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "report=tests.app.flows:PatientReport")
    PatientReport.let.clear()
    at = open_page()
    start(at, PLUTO)

    assert [status.label for status in at.status] == ["Working"]
    assert not has_button("approve")(at)

    cancel(at)
    assert "This run was cancelled" in text_of(at)
    assert at.session_state["run"].status == "cancelled"
    PatientReport.let.set()


def test_cancelling_is_asked_about_and_can_be_thought_better_of(monkeypatch):
    at = start_and_wait()
    at.button(key="cancel").click().run()
    assert "Cancel this run?" in text_of(at)
    assert at.session_state["run"].status == "waiting"

    at.button(key="hitl.keep_running").click().run()
    assert "Cancel this run?" not in text_of(at)
    assert not has_button("hitl.confirm_cancel")(at)
    assert at.session_state["run"].status == "waiting"

    at.button(key="cancel").click().run()
    at.button(key="new_run").click().run()
    start(at, PLUTO)
    wait_for(at, has_button("approve"))
    assert "Cancel this run?" not in text_of(at), "the question is about the run that it was asked of"


def test_a_run_that_ends_by_itself_is_not_asked_about_any_more():
    at = start_and_wait()
    at.button(key="cancel").click().run()
    decide(at, "approve")
    wait_for(at, shows("References"))
    assert "Cancel this run?" not in text_of(at)


def test_a_failed_run_says_what_failed_and_starts_again_with_the_same_inputs(monkeypatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "report=tests.app.flows:FailingReport")
    FailingReport.mended.clear()
    at = open_page()
    start(at, PLUTO)
    wait_for(at, shows("The step “Do research” failed"))
    assert "the shelf is \\<b\\>broken\\</b\\>" in text_of(at)

    FailingReport.mended.set()
    at.button(key="hitl.start_again").click().run()
    wait_for(at, has_button("approve"))
    assert at.session_state["run"].inputs["topic"] == PLUTO
    decide(at, "approve")
    wait_for(at, shows("References"))


def test_starting_again_twice_makes_two_runs():
    at = start_and_wait()
    first = run_id_of(at)
    cancel(at)
    at.button(key="hitl.start_again").click().run()
    wait_for(at, has_button("approve"))
    second = run_id_of(at)
    cancel(at)

    at.query_params["run"] = first
    at.run()
    at.button(key="hitl.start_again").click().run()
    wait_for(at, has_button("approve"))
    assert run_id_of(at) not in (first, second)


def test_a_run_that_cannot_be_taken_up_is_told_and_can_be_left(monkeypatch):
    run_id = run_id_of(start_and_wait())
    st.cache_resource.clear()
    monkeypatch.setenv("HITL_WORKFLOWS", "report=no.such.module:Flow")

    at = open_page(run_id)
    assert "This run cannot go on here" in text_of(at)
    assert "cannot be loaded" in text_of(at)
    assert PLUTO in [title.value for title in at.title]
    assert not has_button("approve")(at)
    assert not at.status, "nothing works, and nothing says so"
    at.button(key="new_run").click().run()
    assert "cannot be loaded" in text_of(at)
    assert not at.exception


def test_a_run_whose_workflow_has_changed_is_shown_as_it_was_and_starts_again(monkeypatch):
    run_id = run_id_of(start_and_wait())
    st.cache_resource.clear()
    monkeypatch.setenv("HITL_WORKFLOWS", "report=tests.app.flows:LongerReport")

    at = open_page(run_id)
    assert "This run cannot go on here" in text_of(at)
    assert "the step print\\_report is new" in text_of(at)
    assert "What was asked: review findings" in [expander.label for expander in at.expander]
    assert at.session_state["run"].status == "waiting"

    at.button(key="hitl.start_again").click().run()
    wait_for(at, has_button("approve"))
    assert at.session_state["run"].inputs["topic"] == PLUTO
    assert run_id_of(at) != run_id


def test_a_folder_that_another_process_uses_is_told_and_the_page_goes_on_when_it_is_free(home):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(home)], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()

    at = open_page()
    assert f"Another hitl (process {holder.pid}) is at work" in text_of(at)
    assert not has_button("start")(at)

    holder.kill()
    holder.wait()
    wait_for(at, has_button("start"))


HOLDER = """
import sys, time
from pathlib import Path
from hitl.engine import open_engine
from hitl.settings import Settings
engine = open_engine(Settings(home=Path(sys.argv[1])))
print("open", flush=True)
time.sleep(60)
"""


def test_a_full_disk_is_told_at_the_top_and_nothing_is_lost():
    at = start_and_wait()
    run = at.session_state["run"]
    with full_disk(run.engine):
        decide(at, "approve")
        assert "is full. What was stored is safe." in at.error[0].value
        assert has_button("approve")(at)
        assert run.answers == []
    until(lambda: run.engine.trouble is None)
    at.run()
    assert "is full" not in " ".join(error.value for error in at.error)
    decide(at, "approve")
    wait_for(at, shows("References"))


@contextmanager
def full_disk(engine: Engine) -> Iterator[None]:
    """No page can be added to the file of runs."""
    with engine.store.database.transaction() as db:
        (most,), (pages,) = db.execute("PRAGMA max_page_count").fetchone(), db.execute("PRAGMA page_count").fetchone()
        free = db.execute("PRAGMA freelist_count").fetchone()[0]
        db.execute("CREATE TABLE filler(content)")
        db.execute("INSERT INTO filler VALUES(zeroblob(?))", (free * 4096,))
        db.execute(f"PRAGMA max_page_count={pages}")
    yield
    engine.store.database._writer.execute(f"PRAGMA max_page_count={most}")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"this is no database, only a text of some length" * 100, "is damaged, or is not a file of hitl's"),
        (b"SQLite format 3\x00" + b"\x07" * 5000, "is damaged"),
    ],
)
def test_a_damaged_file_is_told_and_left_as_it_is(home, content: bytes, said: str):
    home.mkdir()
    (home / "runs.db").write_bytes(content)
    at = open_page()
    assert said in text_of(at)
    assert not at.exception
    assert not has_button("start")(at)
    assert (home / "runs.db").read_bytes() == content


def test_a_file_of_a_newer_hitl_is_told(home):
    open_engine(Settings()).close()
    with closing(sqlite3.connect(home / "runs.db")) as db:
        db.execute("PRAGMA user_version=99")
    assert "was written by a newer hitl" in text_of(open_page())


def test_a_folder_that_cannot_be_made_is_told(home, monkeypatch):
    home.write_text("a file where the folder should be")
    at = open_page()
    assert "hitl cannot use its file of runs" in text_of(at)
    assert not at.exception


def test_a_question_and_a_result_of_any_workflow_are_drawn(monkeypatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "report=tests.engine.flows:AskOnce")
    engine = open_engine(Settings())
    run = engine.start("report", item="tea")
    until(lambda: run.questions)
    at = open_page(run.id)
    assert "**Item:** tea" in text_of(at)

    decide(at, "approve")
    wait_for(at, shows("**Ordered:** tea"))


def test_a_report_of_another_version_is_told(monkeypatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "report=tests.app.flows:OlderReport")
    at = open_page()
    start(at, PLUTO)
    wait_for(at, shows("was asked by another version of the report"))

    run = at.session_state["run"]
    run.answer(run.questions[0].id, {"approved": True}, by="Ana")
    wait_for(at, shows("This result is of another version of the report"))


def test_an_unknown_run_has_a_calm_page_of_its_own():
    at = open_page("0123456789")
    assert "No such run" in text_of(at)
    assert not at.exception
    at.button(key="new_run").click().run()
    assert has_button("start")(at)


def test_a_run_that_is_deleted_while_it_is_shown_is_not_found_any_more():
    at = start_and_wait()
    run = at.session_state["run"]
    run.engine.delete(run.id)
    at.run()
    assert "No such run" in text_of(at)


def test_a_run_survives_clear_cache():
    at = start_and_wait()
    old = at.session_state["run"].engine
    st.cache_resource.clear()
    wait_for(at, has_button("approve"))
    assert at.session_state["run"].engine is not old
    decide(at, "approve")
    wait_for(at, shows("References"))


def test_a_setting_that_cannot_be_used_is_told_instead_of_the_page(monkeypatch):
    monkeypatch.setenv("HITL_FINDINGS", "many")
    at = open_page()
    assert r"HITL\_FINDINGS cannot be used" in text_of(at)
    assert not at.exception
    assert not has_button("start")(at)


def test_a_workflow_that_cannot_be_loaded_is_told_on_start(monkeypatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "report=no.such.module:Flow")
    at = open_page()
    assert "cannot be loaded" in text_of(at)
    assert not has_button("start")(at)


def test_a_broken_file_of_secrets_is_told_instead_of_being_passed_over(tmp_path, monkeypatch):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text("HITL_FINDINGS = ")
    monkeypatch.setattr(st.secrets, "_secrets", None)
    broken = str(tmp_path / ".streamlit" / "secrets.toml")
    before = st.get_option("secrets.files")
    st.config.set_option("secrets.files", [broken])
    try:
        at = open_page()
    finally:
        st.config.set_option("secrets.files", before)
    assert "it is not valid TOML" in text_of(at)
    assert not has_button("start")(at)


def test_secrets_are_settings(monkeypatch, tmp_path):
    from streamlit.testing.v1 import AppTest

    from tests.app.visitor import APP

    monkeypatch.delenv("HITL_HOME")
    at = AppTest.from_file(str(APP), default_timeout=20)
    at.secrets["HITL_HOME"] = str(tmp_path / "elsewhere")
    at.run()
    start(at, PLUTO)
    assert (tmp_path / "elsewhere" / "runs.db").exists()


@pytest.mark.parametrize(
    ("topic", "said"),
    [("", "Type a topic first"), ("   \n ", "Type a topic first"), ("word " * 2000, "at most 500 characters")],
)
def test_a_topic_that_cannot_be_used_is_told_beside_the_button(topic: str, said: str):
    at = open_page()
    start(at, topic)
    assert said in text_of(at)
    assert has_button("start")(at)
    assert "run" not in at.query_params


@pytest.mark.parametrize(
    "topic", ["🎉🎉", "ما هي الكواكب", "<script>alert(1)</script>", "![x](http://127.0.0.1/x.png)"]
)
def test_odd_topics_are_shown_as_they_are_and_asked_about(topic: str):
    at = start_and_wait(topic)
    assert "Nothing to review" in text_of(at) or has_button("approve")(at)
    assert "<script" not in text_of(at).replace("\\<script", "")
    assert "](http" not in text_of(at).replace("\\](http", "").replace("\\]\\(http", "")


def test_a_run_of_an_earlier_process_is_shown_and_goes_on(home):
    engine = open_engine(Settings())
    run = engine.start("report", topic=PLUTO)
    run_id = run.id
    engine.close()

    at = open_page(run_id)
    wait_for(at, has_button("approve"))
    assert run_id_of(at) == run_id
    decide(at, "approve")
    wait_for(at, shows("References"))


def test_a_report_is_drawn_whose_last_event_is_still_on_its_way_to_the_page():
    at = start_and_wait()
    decide(at, "approve")
    wait_for(at, shows("References"))
    log, events = at.session_state["hitl.log"], at.session_state["hitl.events"]
    last = log.pop()
    assert last.kind == "stop"

    timer = threading.Timer(0.3, events.put, [last])
    timer.start()
    at.run()
    timer.join()

    assert not at.exception
    assert "References" in text_of(at)
    assert at.session_state["hitl.log"][-1] == last
