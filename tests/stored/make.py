"""Makes a set of runs with the version of hitl at hand, for later versions to take up.

`python -m tests.stored.make tests/stored/NAME.zip` writes what `hitl backup` would: the file of runs and the shelf. A
process of its own runs the workflows and is killed while a model writes; after that, with nobody at work, a start and
an answer are recorded. The names that the runs are given say what each of them was doing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from hitl.cli import main as hitl
from hitl.engine import Run, open_engine
from hitl.research import Shelf
from hitl.research.reading.files import read_document
from hitl.settings import load_settings
from tests.fake_openai import FakeOpenAI, Refuses, Reply, Request, Says
from tests.scholar import input_of, scholar, task_of, written

WORKFLOWS = ",".join(
    [
        "report=hitl.report:ReportWorkflow",
        "expense=hitl.examples.expense:ExpenseFlow",
        "interview=hitl.examples.interview:InterviewFlow",
        "reviews=hitl.examples.reviews:ReviewsFlow",
        "cleaner=hitl.examples.cleaner:cleaner",
    ]
)
KEY = "sk-only-for-the-fake-server"
TOPIC = "How do heat pumps work?"
SLOW, BROKEN = "How was smallpox eradicated?", "Why is Pluto no longer a planet?"
OWN_DOCUMENT = b"""# House rules

Every tenant has to keep the staircase clean in the week that the plan names. Bicycles belong in the cellar.
The heating is switched on from October to April. Music is to be turned down after ten in the evening.
"""
PATIENCE = 60.0


def make(target: Path) -> None:
    """Write a set of runs to `target`, a zip file."""
    with FakeOpenAI() as server, tempfile.TemporaryDirectory() as home:
        server.otherwise = _slow_or_broken
        os.environ |= {
            "HITL_HOME": home,
            "HITL_WORKFLOWS": WORKFLOWS,
            "OPENAI_API_BASE": server.base,
            "OPENAI_API_KEY": KEY,
            "HITL_MODEL": "fake-model",
        }
        with subprocess.Popen([sys.executable, "-m", "tests.stored.make"], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            assert child.stdout.readline() == "writing\n"
            child.kill()
        _record_while_nobody_works()
        hitl(["backup", str(target)])


def _slow_or_broken(request: Request) -> Reply:
    """A model that writes a word in a tenth of a second about one topic, and nothing at all about another."""
    if task_of(request) == "writing":
        match input_of(request)["topic"]:
            case topic if topic == SLOW:
                return Says(written(input_of(request)), pause=0.1)
            case topic if topic == BROKEN:
                return Refuses(400, "This model has a day off.")
    return scholar(request)


def _work() -> None:
    """Make the runs, up to one whose report is being written; the process is killed then."""
    engine = open_engine(load_settings())

    def report(title: str, topic: str = TOPIC, **inputs: Any) -> Run:
        run = _wait_for_question(engine.start("report", **{"topic": topic, "model": "none", **inputs}))
        run.rename(title)
        return run

    shelf, document = Shelf(load_settings().home), read_document("house-rules.md", OWN_DOCUMENT)
    shelf.add(document)
    report("waiting")
    report("waiting with an own document", "When is the heating switched on?", documents=[document.fingerprint])
    report("waiting with nothing found", "Zymurgy")
    _answer(report("rejected once"), approved=False, feedback="What do they cost to run?", dropped=_some(1))
    _answer(report("waiting after it kept nothing"), approved=True, dropped=_some(99))
    _answer(report("completed"), approved=True)
    report("cancelled").cancel()
    reviewed = report("completed with a model", model="configured")
    _answer(reviewed, approved=True)
    _answer(reviewed, action="publish")
    report("waiting with a model", model="configured")
    _answer(report("waiting since a model failed", BROKEN, model="configured"), approved=True)
    failed = report("failed", "Who has to clean the staircase?", documents=[document.fingerprint])
    path = next(shelf.folder.rglob(f"{document.fingerprint}.json"))
    path.rename(path.with_suffix(".away"))
    _stored_documents_are_read_again()
    _answer(failed, approved=False)
    path.with_suffix(".away").rename(path)

    expense = _wait_for_question(engine.start("expense", purpose="A desk", amount=420.0))
    expense.rename("expense waiting")
    interview = _wait_for_question(engine.start("interview"))
    interview.rename("interview waiting for its second answer")
    _answer(interview, name="Ana")
    reviews = _wait(engine.start("reviews", text="All of this is true."), lambda run: len(run.questions) == 2)
    reviews.rename("reviews with one of two")
    law = next(question for question in reviews.questions if question.body["aspect"] == "law")
    reviews.answer(law.id, {"aspect": "law", "good": True}, by="ana")
    cleaner = _wait_for_question(engine.start("cleaner", user_msg="Make room on my disk."))
    cleaner.rename("cleaner waiting")
    report("waiting for an answer that nobody carried out")

    half = report("half written", SLOW, model="configured")
    half.answer(half.questions[0].id, {"approved": True}, by="ana")
    _wait(half, lambda run: sum(event.type == "WritingEvent" for event in run.events()) > 5)
    print("writing", flush=True)
    time.sleep(PATIENCE)


def _record_while_nobody_works() -> None:
    with closing(open_engine(load_settings(), owner=False)) as engine:
        (found,) = engine.runs(search="waiting for an answer that nobody carried out")
        run = engine.attach(found.id)
        run.answer(run.questions[0].id, {"approved": True}, by="ben")
        engine.start("report", topic=TOPIC, model="none").rename("started while nobody worked")


def _some(most: int) -> Callable[[Run], list[str]]:
    return lambda run: [finding["id"] for finding in run.questions[0].body["findings"][:most]]


def _answer(run: Run, **body: Any) -> None:
    """Answer the open question, and wait until the run asks again or has ended."""
    asked = run.questions[0]
    given = {name: value(run) if callable(value) else value for name, value in body.items()}
    run.answer(asked.id, given, by="ana")
    _wait(run, lambda run: not run.active and asked not in run.questions)


def _wait_for_question(run: Run) -> Run:
    return _wait(run, lambda run: bool(run.questions) and not run.active)


def _wait(run: Run, condition: Callable[[Run], bool]) -> Run:
    deadline = time.monotonic() + PATIENCE
    while not condition(run):
        if time.monotonic() > deadline:
            raise AssertionError(f"{run.record} has come no further: {run.events()[-3:]}")
        time.sleep(0.01)
    return run


def _stored_documents_are_read_again() -> None:
    from hitl.research import shelf

    shelf._stored.cache_clear()


if __name__ == "__main__":
    make(Path(sys.argv[1])) if len(sys.argv) > 1 else _work()
