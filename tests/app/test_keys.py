"""Which keys are in the session after a walk through all pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.any_flows import SEEN_KEYS
from tests.app.test_model import HALF
from tests.app.test_uploads import PENGUINS
from tests.app.visitor import PLUTO, decide, has_button, log_of, run_id_of, shows, wait_for
from tests.fake_openai import FakeOpenAI, FallsSilent
from tests.report.model_runs import server
from tests.scholar import instead

__all__ = ["server"]  # a fixture

WATCHED = Path(__file__).parent / "apps" / "watched.py"
PUBLIC = re.compile(
    r"run|(topic|start|approve|reject|feedback|cancel|new_run|publish|rewrite|back_to_findings)(-[0-9a-f]+)?"
)
"""The keys that the contract has, and those that it has where several questions are open."""
FLOWS = (
    "report=hitl.report:ReportWorkflow,invoice=tests.app.any_flows:InvoiceFlow,sides=tests.app.any_flows:BothSides,"
    "undecided=tests.app.any_flows:Undecided,publish=tests.ui.form_flows:AsksWhetherToPublish"
)


class Walk:
    """A visitor who goes everywhere, on a page with a key or without one."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.at = AppTest.from_file(str(WATCHED), default_timeout=20).run()

    def key(self, name: str) -> str:
        if self.page:
            return f"hitl.{self.page}.{name}"
        return name if PUBLIC.fullmatch(name) else f"hitl.{name}"

    def click(self, *names: str) -> None:
        for name in names:
            self.at.button(key=self.key(name)).click().run()
            assert not self.at.exception, name

    def decide(self, name: str) -> None:
        decide(self.at, self.key(name), self.page)

    def wait(self, name: str) -> None:
        wait_for(self.at, has_button(self.key(name)))

    def expand(self, name: str) -> None:
        self.at.session_state[self.key(name)] = True
        self.at.run()

    def go(self, **address: str) -> None:
        self.at.query_params.clear()
        self.at.query_params.update(address)
        self.at.run()
        assert not self.at.exception

    def begin(self, workflow: str) -> None:
        if has_button(self.key("new_run"))(self.at):
            self.click("new_run")
        self.at.segmented_control(key=self.key("workflow")).set_value(workflow).run()
        self.click("start")

    def report(self, server: FakeOpenAI) -> None:
        at, key = self.at, self.key
        self.expand("library")
        at.pills(key=key("example")).set_value(PLUTO).run()
        self.click("test_connection")
        at.segmented_control(key=key("documents")).set_value("My own documents").run()
        at.file_uploader[0].set_value([PENGUINS])
        wait_for(at, lambda at: not at.button(key=key("start")).disabled)
        at.segmented_control(key=key("documents")).set_value("Bundled library").run()
        self.click("start")
        self.wait("approve")
        self.use_the_desk()
        at.text_area(key=key("feedback")).input("Who discovered it?")
        self.decide("reject")
        wait_for(at, shows("Round 2"))
        self.click("cancel", "keep_running", "delete", "keep_run")
        server.otherwise = instead("writing", FallsSilent(HALF))
        self.decide("approve")
        self.wait("stop_writing")
        wait_for(at, lambda at: "5 words so far" in log_of(at))
        self.click("stop_writing")
        self.wait("publish")
        self.use_the_desk()
        self.decide("back_to_findings")
        self.wait("approve")
        self.decide("approve")
        self.wait("rewrite")
        self.decide("rewrite")
        wait_for(at, shows("Review the rewritten text"))
        self.wait("publish")
        self.decide("publish")
        wait_for(at, shows("References"))
        at.text_input(key=key(f"run_name-{run_id_of(at)}")).set_value("Planets").run()
        self.click("own")

    def use_the_desk(self) -> None:
        question = self.at.session_state[self.key("run")].question.id
        for button in ("next", "drop-", "note", "keys"):
            start = self.key(f"desk-{question}-{button}")
            (found,) = (each for each in self.at.button if str(each.key).startswith(start))
            found.click().run()
            assert not self.at.exception, button
            self.at.run()  # only what the click has changed was drawn

    def other_workflows(self) -> None:
        at, key = self.at, self.key
        self.begin("invoice")  # and be told what is missing
        at.text_input(key=key("field.customer")).input("Acme")
        at.number_input(key=key("field.amount")).set_value(100)
        self.click("start")
        self.wait("approve")
        self.decide("approve")
        wait_for(at, shows("**Customer:** acme"))
        self.begin("undecided")
        wait_for(at, lambda at: key("answer_type") in {box.key for box in at.selectbox})
        at.selectbox(key=key("answer_type")).set_value("Refusal").run()
        self.begin("publish")
        self.wait("decide.publish-yes")
        self.decide("decide.publish-yes")
        self.begin("sides")
        wait_for(at, shows("2 questions are open"))
        self.click("cancel", "confirm_cancel", "start_again")

    def lists(self) -> None:
        self.go(view="history")
        self.at.text_input(key=self.key("search")).input("Pluto").run()
        self.at.selectbox(key=self.key("status")).set_value("completed").run()
        self.go(run="0123456789")
        self.click("history", "new_run")


@pytest.fixture(autouse=True)
def nothing_seen() -> Iterator[None]:
    SEEN_KEYS.clear()
    yield
    SEEN_KEYS.clear()


@pytest.mark.parametrize("page", ["", "desk"])
def test_every_key_is_ours_by_its_name_or_documented(page: str, monkeypatch: pytest.MonkeyPatch, server: FakeOpenAI):
    monkeypatch.setenv("HITL_WORKFLOWS", FLOWS)
    if page:
        monkeypatch.setenv("PAGE_KEY", page)
    walk = Walk(page)
    walk.report(server)
    walk.other_workflows()
    walk.lists()

    begin = f"hitl.{page}." if page else "hitl."
    others = {key for key in SEEN_KEYS - {"hitl.page", "hitl.browser"} if not key.startswith(begin)}
    assert len(SEEN_KEYS) > 60, "the walk has led nowhere"
    assert {key for key in others if page or not PUBLIC.fullmatch(key)} == set()
