"""Any workflow gets the page: registered in Python, drawn by type, or by whoever says so."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from hitl.ui import renderers, session
from hitl.ui.server_log import RunFilter, log_runs
from tests.app.visitor import button_labels, decide, has_button, log_of, shows, text_of, wait_for

APPS = Path(__file__).parent / "apps"


def open_app(name: str, **address: str) -> AppTest:
    at = AppTest.from_file(str(APPS / f"{name}.py"), default_timeout=20)
    for key, value in address.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def start_invoice(at: AppTest, amount: float = 100) -> None:
    at.text_input(key="hitl.field.customer").input("Acme")
    at.number_input(key="hitl.field.amount").set_value(amount)
    at.button(key="start").click().run()
    assert not at.exception


def test_an_app_of_three_lines_runs_a_workflow_from_start_to_end():
    at = open_app("three_lines")
    assert "Invoice" in [title.value for title in at.title]
    assert "An invoice that somebody has to look at." in text_of(at)

    start_invoice(at)
    wait_for(at, has_button("approve"))
    decide(at, "approve")
    wait_for(at, shows("**Customer:** acme"))

    assert "| Item | Price |" in text_of(at)
    assert "| work | 2 |" in text_of(at)
    assert "Checked Acme" in log_of(at)
    assert [button.key for button in at.download_button] == ["hitl.download"]


def test_what_a_question_carries_is_drawn_by_type_and_nothing_comes_to_life():
    at = open_app("three_lines")
    start_invoice(at)
    wait_for(at, has_button("approve"))

    page = text_of(at)
    assert "**Customer:** Acme" in page
    assert "| work | 100 |" in page
    assert "](http" not in page.replace("\\](http", "")
    assert "<b>" not in page.replace("\\<b\\>", "")
    assert ":red[" not in page


def test_bad_inputs_are_told_beside_their_fields_and_nothing_starts():
    at = open_app("three_lines")
    at.text_input(key="hitl.field.customer").input("A")
    at.button(key="start").click().run()

    assert "at least 2 characters" in text_of(at)
    assert "run" not in at.query_params


def test_what_is_typed_into_a_start_form_is_there_after_a_reload_until_it_is_started():
    at = open_app("three_lines")
    at.text_input(key="hitl.field.customer").input("Acme").run()
    at.number_input(key="hitl.field.amount").set_value(7).run()
    assert started_with(at) == ("", None), "that is another browser's"
    assert started_with(at, browser_of(at)) == ("Acme", 7.0)

    at.button(key="start").click().run()
    wait_for(at, has_button("approve"))

    assert started_with(at, browser_of(at)) == ("", None)


def browser_of(at: AppTest) -> str:
    return str(at.session_state["hitl.browser"])


def started_with(at: AppTest, browser: str = "") -> tuple[str | None, float | None]:
    """What a new session of a browser finds in the start form; of another one if none is named."""
    again = AppTest.from_file(at._script_path, default_timeout=20)
    if browser:
        again.session_state["hitl.browser"] = browser
    again.run()
    return again.text_input(key="hitl.field.customer").value, again.number_input(key="hitl.field.amount").value


@pytest.mark.parametrize(("name", "price"), [("invoice", "100"), ("discounted", "95")])
def test_a_class_an_instance_and_a_factory_are_workflows(name: str, price: str):
    at = open_app("several", workflow=name)
    start_invoice(at)
    wait_for(at, has_button("reject"))

    assert f"| work | {price} |" in text_of(at)


def test_the_workflow_is_chosen_by_its_name_in_the_address():
    at = open_app("several")
    assert "Invoice" in [title.value for title in at.title]

    at.segmented_control(key="hitl.workflow").set_value("bare").run()

    assert at.query_params["workflow"] in ("bare", ["bare"])
    assert "Bare" in [title.value for title in at.title]
    assert not at.text_input(key="hitl.by").value or at.button(key="start")


def test_an_unknown_name_in_the_address_is_told_and_the_others_are_there():
    at = open_app("several", workflow="nonsense")

    assert "There is no workflow “nonsense” here." in text_of(at)
    assert has_button("start")(at)


@pytest.mark.parametrize(
    ("name", "words"),
    [("missing", "cannot be loaded: there is no module “no” in the folder"), ("no_start", "cannot be loaded: ")],
)
def test_a_workflow_that_cannot_be_loaded_is_told_and_the_others_still_work(name: str, words: str):
    at = open_app("several", workflow=name)
    assert words in text_of(at).replace("\\", "")
    assert not has_button("start")(at)

    at.segmented_control(key="hitl.workflow").set_value("invoice").run()

    assert has_button("start")(at)


def test_two_workflows_of_one_name_are_told_and_the_apps_own_is_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("HITL_WORKFLOWS", "invoice=tests.app.any_flows:Bare, other=tests.app.any_flows:Bare")

    at = open_app("three_lines")

    assert "Two workflows are called “invoice”" in text_of(at)
    assert "Two workflows are called “invoice”" in caplog.text
    start_invoice(at)
    wait_for(at, has_button("approve"))
    assert "**Customer:** Acme" in text_of(at)


def test_a_workflow_that_ends_while_a_human_thinks_is_told_so(caplog: pytest.LogCaptureFixture):
    at = open_app("several", workflow="impatient")

    assert "ends a run 45 seconds after it has begun" in text_of(at)
    assert "ends a run 45 seconds after it has begun" in caplog.text


def test_the_bare_events_of_the_documentation_are_answered_in_words():
    at = open_app("several", workflow="bare")
    at.button(key="start").click().run()
    wait_for(at, has_button("hitl.send"))
    assert "Publish it?" in text_of(at)
    assert not has_button("approve")(at)
    assert not has_button("reject")(at)
    at.text_area(key="hitl.field.response").input("perhaps")

    decide(at, "hitl.send")
    wait_for(at, shows("# You said perhaps"))

    assert "![" not in text_of(at)


def test_two_questions_at_once_have_widgets_of_their_own():
    at = open_app("several", workflow="both_sides")
    at.button(key="start").click().run()
    wait_for(at, shows("2 questions are open"))
    run = at.session_state["run"]
    left, right = sorted(run.questions, key=lambda question: str(question.body["name"]))

    decide(at, f"reject-{right.id}")
    wait_for(at, has_button("approve"))
    decide(at, "approve")
    wait_for(at, lambda at: run.status == "completed")

    assert run.result == {"result": ["left: True", "right: False"]}
    assert {answer.question_id for answer in run.answers} == {left.id, right.id}


def test_where_the_workflow_leaves_it_open_the_human_chooses_the_kind_of_answer():
    at = open_app("several", workflow="undecided")
    at.button(key="start").click().run()
    wait_for(at, shows("**Name:** either"))
    at.selectbox(key="hitl.answer_type").set_value("Refusal").run()
    assert not has_button("approve")(at)

    at.text_area(key="hitl.field.reason").input("Too dear.")
    decide(at, "hitl.send")
    wait_for(at, shows("Refused: Too dear."))

    assert at.session_state["run"].answers[0].body == {"answer_type": "Refusal", "reason": "Too dear."}


def test_a_page_among_others_of_an_app():
    at = open_app("navigation")
    assert "Approvals" in [title.value for title in at.title]

    start_invoice(at)
    wait_for(at, has_button("approve"))
    decide(at, "approve")
    wait_for(at, shows("**Customer:** acme"))


def test_an_app_may_draw_an_event_itself(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(renderers, "_renderers", {name: dict(known) for name, known in renderers._renderers.items()})
    at = open_app("own_renderer")
    start_invoice(at)
    wait_for(at, has_button("pay"))
    assert "Shall we pay Acme?" in text_of(at)
    assert "Approve" not in button_labels(at)

    decide(at, "pay")
    wait_for(at, shows("It was paid, as we draw it."))


def test_a_renderer_may_draw_the_bar_of_a_question_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(renderers, "_renderers", {name: dict(known) for name, known in renderers._renderers.items()})
    at = open_app("own_renderer", workflow="sides")
    at.button(key="start").click().run()
    wait_for(at, shows("2 questions are open"))
    assert "May the left side pass?" in text_of(at)
    assert "May the right side pass?" in text_of(at)

    decide(at, "pass-left")
    wait_for(at, lambda at: not has_button("pass-left")(at) and has_button("pass-right")(at))
    assert text_of(at).count("side pass?") == 1

    decide(at, "pass-right")
    wait_for(at, lambda at: at.session_state["run"].status == "completed")


def test_what_a_workflow_logs_carries_the_id_of_its_run(capsys: pytest.CaptureFixture[str]):
    handlers = list(logging.getLogger().handlers)
    level = logging.getLogger().level
    logging.getLogger().handlers.clear()
    try:
        log_runs()
        at = open_app("three_lines")
        start_invoice(at)
        wait_for(at, has_button("approve"))
        run_id = at.session_state["run"].id
        logging.getLogger("somebody").info("is not told")
        assert f"INFO acme [run {run_id}]: checking the invoice of Acme" in capsys.readouterr().err
        assert RunFilter().filter(logging.makeLogRecord({"levelno": logging.INFO})) is False
    finally:
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)


def test_a_message_with_the_address_from_before_does_not_lose_a_run_that_was_just_started():
    at = open_app("several", workflow="invoice")
    start_invoice(at)
    run_id = at.query_params["run"]

    at.query_params.clear()
    at.query_params["workflow"] = "invoice"
    at.run()

    assert at.query_params["run"] == run_id


def test_a_click_that_moves_a_run_draws_the_page_once(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(session, "WAIT", 60.0)  # however slow the machine is
    at = open_app("counted")
    assert at.session_state["drawn"] == 1

    start_invoice(at)
    assert has_button("approve")(at)
    assert at.session_state["drawn"] == 2

    decide(at, "approve")
    assert at.session_state["run"].status == "completed"
    assert at.session_state["drawn"] == 3


def test_a_page_that_is_imported_to_load_its_workflow_says_so_and_hangs_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "trip=tests.app.apps.imports_itself:Trip,bare=tests.app.any_flows:Bare")
    at = open_app("imports_itself")

    assert "tests.app.apps.imports\\_itself calls hitl.page() while it is imported" in text_of(at)
    at.segmented_control(key="hitl.workflow").set_value("bare").run()
    at.button(key="start").click().run()
    wait_for(at, has_button("hitl.send"))
