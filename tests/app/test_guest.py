"""The page inside an app of somebody else: whose keys are whose, and which runs are listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import hitl
from hitl.engine import Run
from tests.app.visitor import APP, PLUTO, decide, has_button, ids_behind, run_id_of, shows, text_of, wait_for
from tests.conftest import until
from tests.ui.form_flows import ARRIVED, Rude, RudeAnswer

APPS = Path(__file__).parent / "apps"


def open_app(name: str) -> AppTest:
    at = AppTest.from_file(str(APPS / name), default_timeout=20).run()
    assert not at.exception
    return at


@pytest.fixture(autouse=True)
def nothing_arrived() -> Iterator[None]:
    ARRIVED.clear()
    yield
    ARRIVED.clear()


# ---- an app with state and widgets of its own


def of_the_host(at: AppTest) -> dict[str, Any]:
    return {name: at.session_state[name] for name in ("log", "drawn", "run", "hitl", "search", "by", "topic", "start")}


def test_what_the_host_app_keeps_and_shows_stays_as_it_is_while_a_run_comes_and_goes():
    at = open_app("host.py")
    at.text_input(key="search").input("our search")
    at.text_input(key="by").input("the host")
    at.selectbox(key="topic").set_value("milk")
    at.button(key="start").click().run()
    at.run()
    before = of_the_host(at)
    assert before == {
        "log": ["begun", "a click"],
        "drawn": "by hand",
        "run": "a marathon",
        "hitl": "ours",
        "search": "our search",
        "by": "the host",
        "topic": "milk",
        "start": False,
    }

    at.text_input(key="hitl.approvals.by").input("Ana")
    at.text_input(key="hitl.approvals.field.run").input("fast")
    at.selectbox(key="hitl.approvals.field.topic").set_value("tea")
    at.selectbox(key="hitl.approvals.field.by").set_value("<b>")
    at.button(key="hitl.approvals.start").click().run()
    until(lambda: ARRIVED)
    assert ARRIVED[0] == Rude(run="fast", topic="tea", by="<b>")
    assert of_the_host(at) == before

    wait_for(at, has_button("hitl.approvals.send"))
    run: Run = at.session_state["hitl.approvals.run"]
    at.text_input(key="hitl.approvals.field.start").input("now")
    at.text_area(key="hitl.approvals.field.log").input("a\nb")
    at.text_input(key="hitl.approvals.field.status").input("done")
    at.number_input(key="hitl.approvals.field.run").set_value(7)
    at.segmented_control(key="hitl.approvals.field.approve").set_value(True)
    at.selectbox(key="hitl.approvals.field.topic").set_value("milk")
    decide(at, "hitl.approvals.send", page="approvals")
    wait_for(at, lambda at: "hitl.approvals.download" in [button.key for button in at.download_button])

    answer = RudeAnswer(start="now", log=["a", "b"], run=7, approve=True, topic="milk", status="done")
    assert ARRIVED[1:] == [answer]
    assert [answer.by for answer in run.answers] == ["Ana"]
    assert of_the_host(at) == before

    at.button(key="hitl.approvals.history").click().run()
    at.text_input(key="hitl.approvals.search").input("fast").run()
    assert has_button(f"hitl.approvals.history_run-{run.id}")(at)
    at.button(key="hitl.approvals.new_run").click().run()
    assert has_button("hitl.approvals.start")(at)
    assert of_the_host(at) == before


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "the key '': it is one word, without spaces and dots, such as key='trips'"),
        ("a.b", "the key 'a.b': it is one word, without spaces and dots, such as key='a_b'"),
        ("two words", "such as key='two_words'"),
        (" trips\n", "such as key='trips'"),
        (3, "the key 3: it is one word"),
        ("field", "the key 'field', which hitl uses itself. Take another word."),
        ("decide", "which hitl uses itself"),
    ],
)
def test_a_key_that_is_no_word_or_could_meet_other_keys_is_refused(key: Any, words: str):
    with pytest.raises(ValueError, match="cannot have the key") as refused:
        hitl.page(key=key)
    assert words in str(refused.value)


def unescaped(at: AppTest) -> str:
    """What the page says, as its reader sees it."""
    return text_of(at).replace("\\", "")


def test_a_page_without_any_workflow_is_refused_and_one_that_leaves_them_out_is_not():
    def nothing() -> None:
        import hitl

        hitl.page({})

    def left_out() -> None:
        import hitl

        hitl.page()

    at = AppTest.from_function(nothing, default_timeout=20).run()
    assert "hitl.page({}) is given no workflow. Name yours" in unescaped(at)
    assert not AppTest.from_function(left_out, default_timeout=20).run().exception


def test_a_class_in_place_of_names_is_refused_with_what_to_write():
    def page() -> None:
        import hitl
        from tests.engine.flows import AskOnce

        hitl.page(AskOnce)  # type: ignore[arg-type]

    at = AppTest.from_function(page, default_timeout=20).run()
    assert 'given by name, such as {"ask_once": AskOnce}. What was given is the class AskOnce.' in unescaped(at)
    assert at.exception


# ---- two pages of ours


@pytest.mark.parametrize("keys", [("one", "other"), ("one", None), (None, None), ("one", "one")])
def test_a_second_page_in_one_run_of_a_script_is_refused_and_the_first_works(
    keys: tuple[str | None, str | None], monkeypatch: pytest.MonkeyPatch
):
    def page(one: str | None, other: str | None) -> None:
        import hitl
        from tests.engine.flows import AskOnce

        hitl.page({"order": AskOnce}, key=one)
        hitl.page({"order": AskOnce}, key=other)

    at = AppTest.from_function(page, kwargs={"one": keys[0], "other": keys[1]}, default_timeout=20).run()
    begin = f"hitl.{keys[0]}." if keys[0] else "hitl."
    at.text_input(key=f"{begin}field.item").input("tea")
    at.button(key=f"{begin}start" if keys[0] else "start").click().run()

    until(lambda: has_button(f"{begin}approve" if keys[0] else "approve")(at.run()))
    assert "hitl.page() is called twice in one run of the script" in unescaped(at)


def start_invoice(at: AppTest) -> str:
    at.text_input(key="hitl.invoices.field.customer").input("Acme")
    at.number_input(key="hitl.invoices.field.amount").set_value(100)
    at.button(key="hitl.invoices.start").click().run()
    wait_for(at, has_button("hitl.invoices.approve"))
    return run_id_of(at)


def start_research(at: AppTest) -> str:
    at.text_input(key="hitl.research.topic").input(PLUTO)
    at.button(key="hitl.research.start").click().run()
    wait_for(at, has_button("hitl.research.approve"))
    return run_id_of(at)


def go_to(at: AppTest, page: str, **address: str) -> None:
    """Go to a page of the app by its navigation, which clears the address, or by a link."""
    at.query_params.clear()
    at.query_params.update(address)
    at.switch_page(f"{page}.py").run()
    assert not at.exception


def listed(at: AppTest, page: str) -> list[str]:
    """Ids of the runs in the sidebar."""
    return ids_behind(at.sidebar.button, f"hitl.{page}.sidebar_run-")


def in_history(at: AppTest, page: str) -> list[str]:
    return ids_behind(at.button, f"hitl.{page}.history_run-")


def test_two_pages_of_an_app_list_the_runs_of_their_own_workflows(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_SHARED", "1")
    at = open_app("two_pages/main.py")
    invoice = start_invoice(at)
    decide(at, "hitl.invoices.approve", page="invoices")
    wait_for(at, shows("**Customer:** acme"))
    go_to(at, "research")
    research = start_research(at)

    assert listed(at, "research") == [research]
    go_to(at, "research", view="history")
    assert in_history(at, "research") == [research]

    go_to(at, "invoices")
    assert listed(at, "invoices") == [invoice]
    at.button(key="hitl.invoices.history").click().run()
    assert in_history(at, "invoices") == [invoice]


def test_an_app_without_workflows_of_its_own_lists_all_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_SHARED", "1")
    at = open_app("two_pages/main.py")
    invoice = start_invoice(at)
    go_to(at, "research")
    research = start_research(at)

    own = AppTest.from_file(str(APP), default_timeout=20).run()
    listed = [button.key for button in own.sidebar.button if "sidebar_run" in str(button.key)]
    assert listed == [f"hitl.sidebar_run-{research}", f"hitl.sidebar_run-{invoice}"]
    own.query_params["run"] = invoice
    own.run()
    assert has_button("approve")(own)


def test_a_page_shows_no_run_of_a_workflow_that_is_not_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_SHARED", "1")
    at = open_app("two_pages/main.py")
    invoice = start_invoice(at)

    go_to(at, "research", run=invoice)
    assert "No such run" in text_of(at)
    assert listed(at, "research") == []
    at.button(key="hitl.research.new_run").click().run()
    assert has_button("hitl.research.start")(at)

    go_to(at, "invoices", run=invoice)
    assert has_button("hitl.invoices.approve")(at)


def test_two_pages_of_an_app_keep_apart_what_they_keep():
    at = open_app("two_pages/main.py")
    at.text_input(key="hitl.invoices.by").input("Ana")
    invoice = start_invoice(at)
    go_to(at, "research")
    at.text_input(key="hitl.research.by").input("Ben")
    research = start_research(at)
    assert listed(at, "research") == [research], "a stranger sees what this page has opened"
    finding = at.session_state["hitl.research.run"].question.body["findings"][0]["id"]
    question = at.session_state["hitl.research.run"].question
    at.pills(key=f"hitl.research.desk-{question.id}-kept-{finding}-0").set_value([]).run()
    at.run()  # the click has drawn only what has changed
    decide(at, "hitl.research.approve", page="research")
    wait_for(at, shows("References"))
    answers = at.session_state["hitl.research.run"].answers
    assert [(answer.by, answer.body["dropped"]) for answer in answers] == [("Ben", [finding])]

    go_to(at, "invoices", run=invoice)
    assert at.text_input(key="hitl.invoices.by").value == "Ana"
    assert at.session_state["hitl.invoices.run"].id == invoice
    decide(at, "hitl.invoices.reject", page="invoices")
    wait_for(at, shows("never"))
    assert [answer.by for answer in at.session_state["hitl.invoices.run"].answers] == ["Ana"]
    assert at.session_state["hitl.research.run"].id == research
    assert "run" not in at.session_state
