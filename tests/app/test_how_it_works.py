"""How a workflow works, and where a run is in it: drawn once somebody opens it."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from hitl.engine import open_engine
from hitl.settings import load_settings
from tests.app.any_flows import ReadsPages
from tests.app.visitor import cancel, decide, has_button, log_of, open_page, shows, start_and_wait, text_of, wait_for
from tests.conftest import until

FLOWS = "order=tests.engine.flows:AskOnce,pages=tests.app.any_flows:ReadsPages,broken=nowhere:Nothing"


def diagram(at: AppTest) -> str:
    """The source of the diagram on the page; empty if there is none."""
    return next((block.value for block in at.markdown if "```mermaid" in block.value), "")


def opened(at: AppTest) -> AppTest:
    at.session_state["hitl.how_it_works"] = True
    at.run()
    assert not at.exception
    return at


def lit(at: AppTest) -> list[str]:
    """The labels of the nodes where the run is now."""
    source = diagram(at)
    names = re.findall(r"^class (n\d+) now$", source, re.MULTILINE)
    return [found[1] for name in names if (found := re.search(rf'^{name}\W+"([^"]*)"', source, re.MULTILINE))]


def test_a_workflow_says_how_it_works_before_it_is_started():
    at = open_page()
    assert not diagram(at), "nothing is drawn as long as it is closed"
    assert '"Do research"' in diagram(opened(at))
    assert '"A human: review findings"' in diagram(at)
    assert lit(at) == []
    assert "%% stAlt: The steps of the workflow Report. Start: leads to Do research." in diagram(at)


def test_the_place_where_a_run_is_follows_it():
    at = opened(start_and_wait())
    assert lit(at) == ["A human: review findings"]
    assert "It waits for a human: review findings." in text_of(at)
    decide(at, "reject")
    wait_for(at, lambda at: has_button("reject")(at) and '|"2×"|' in diagram(at))
    decide(at, "approve")
    wait_for(at, lambda at: lit(at) == ["End"])


def test_a_workflow_that_cannot_be_loaded_says_so_calmly(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", FLOWS)
    engine = open_engine(load_settings())
    run = engine.start("order", item="tea")
    until(lambda: run.status == "waiting")
    engine.close()

    monkeypatch.setenv("HITL_WORKFLOWS", "order=nowhere:Nothing")
    at = opened(open_page(run.id))
    assert "The steps cannot be shown" in text_of(at)
    assert not diagram(at)


def test_a_run_at_work_says_how_much_of_how_much_and_where_it_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", FLOWS)
    ReadsPages.go_on.clear()
    try:
        at = open_page()
        at.query_params["workflow"] = "pages"
        opened(at)
        at.button(key="start").click().run()
        wait_for(at, lambda at: lit(at) == ["Read pages"])
        wait_for(at, lambda at: "Read pages · Pages read: 3 of 12" in log_of(at))
        (bar,) = at.get("progress")
        assert (bar.proto.value, bar.proto.text) == (25, "Pages read: 3 of 12")
        wait_for(at, shows(" s so far"))
        cancel(at)
    finally:
        ReadsPages.go_on.set()
