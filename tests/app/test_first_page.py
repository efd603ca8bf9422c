"""What a page imports, each in a process of its own: nothing before it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from hitl.engine import open_engine
from hitl.settings import Settings
from tests.app.visitor import PLUTO
from tests.conftest import until

ROOT = Path(__file__).parents[2]
OF_THE_REPORT = {"hitl.report", "hitl.research", "hitl.llm", "numpy", "docx", "lxml", "pypdfium2", "py3langid"}

VISITOR = """
import sys
from streamlit.testing.v1 import AppTest
from tests.app.visitor import decide, has_button, shows, wait_for
"""
START_OF_THE_REPORT = """
at = AppTest.from_file("app.py", default_timeout=30).run()
assert at.button(key="start").label == "Start research", at
"""
OWN_WORKFLOW = """
at = AppTest.from_file("tests/app/apps/three_lines.py", default_timeout=30).run()
at.text_input(key="hitl.field.customer").input("Acme")
at.number_input(key="hitl.field.amount").set_value(100)
at.button(key="start").click().run()
wait_for(at, has_button("approve"))
decide(at, "approve")
wait_for(at, shows("**Customer:** acme"))
at.button(key="hitl.history").click().run()
assert not at.exception
"""
OWN_WORKFLOW_WITH_A_FILE = """
at = AppTest.from_file("tests/app/apps/with_a_file.py", default_timeout=30).run()
assert "hitl.research" not in sys.modules
words = "The tides of the sea follow the Moon, which pulls the water towards itself twice a day."
at.file_uploader(key="hitl.field.scan").set_value(("tides.txt", words.encode(), "text/plain"))
at.button(key="start").click().run()
wait_for(at, lambda at: at.session_state["run"].status == "completed")
import hitl
run = at.session_state["run"]
with hitl.open_file(run.result["result"]) as file:
    assert file.read() == words.encode()
assert "tides.txt (87 bytes)" in [title.value for title in at.title]
assert "tides.txt (87 bytes)" in [text.value for text in at.text]
assert not [text for text in (*at.title, *at.markdown, *at.text, *at.code) if run.result["result"] in text.value]
"""
STORED_REPORT = """
at = AppTest.from_file("app.py", default_timeout=30)
at.query_params["run"] = {run_id!r}
at.run()
assert not at.exception
assert "Download Word" in [button.label for button in at.download_button], "the report is not drawn as a report"
"""


def modules_after(visit: str, **environment: str) -> set[str]:
    """Names of the modules that a process has imported after a visit."""
    code = f"{VISITOR}{visit}print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return set(done.stdout.split())


def test_the_first_page_imports_nothing_that_it_does_not_need():
    heavy = {"llama_index.core", "bm25s", "pypdfium2", "lxml", "docx", "py3langid", "pandas"}
    assert heavy & modules_after(START_OF_THE_REPORT) == set()


def test_a_page_of_a_workflow_of_ones_own_imports_nothing_of_the_report():
    assert OF_THE_REPORT & modules_after(OWN_WORKFLOW) == set()


def test_a_page_of_a_workflow_of_ones_own_stores_a_file():
    assert OF_THE_REPORT & modules_after(OWN_WORKFLOW_WITH_A_FILE) == set()


def test_a_stored_report_is_drawn_on_a_page_that_offers_none(home: Path):
    with closing(open_engine(Settings())) as engine:
        run = engine.start("report", topic=PLUTO)
        run.answer(until(lambda: run.questions)[0].id, {"approved": True}, by="Ana")
        until(lambda: run.status == "completed")

    visit = STORED_REPORT.format(run_id=run.id)
    assert "hitl.report_ui" in modules_after(visit, HITL_WORKFLOWS="invoice=tests.app.any_flows:InvoiceFlow")


def test_every_renderer_of_the_report_is_imported_when_its_event_is_drawn():
    import hitl.report_ui
    import hitl.screen
    from hitl.ui import renderers

    announced = {event: module for events in renderers._modules.values() for event, module in events.items()}
    registered = {
        event
        for functions in renderers._renderers.values()
        for event, function in functions.items()
        if function.__module__.startswith(hitl.report_ui.__name__)
    }
    assert announced == dict.fromkeys(registered, hitl.report_ui.__name__)
