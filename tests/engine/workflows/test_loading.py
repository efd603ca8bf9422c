"""The module of a workflow may do what it likes while it is imported: nobody else waits for it."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from workflows.errors import WorkflowCancelledByUser

from hitl.cli import main
from hitl.engine import Engine, Run, WorkflowUnusable, open_engine
from hitl.engine.runtime import host
from hitl.engine.workflows import registry
from hitl.settings import load_settings
from tests.conftest import until
from tests.engine.flows import AskOnce
from tests.engine.more_flows import asked, completed
from tests.engine.workflows import odd_sources
from tests.engine.workflows.odd_sources import FITS, SOURCES, UNFIT

FLOW = """
from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent


class Ask(InputRequiredEvent):
    text: str


class Reply(HumanResponseEvent):
    approved: bool


class Flow(Workflow):
    @step
    async def ask(self, ev: StartEvent) -> Ask:
        return Ask(text="May I?")

    @step
    async def take(self, ev: Reply) -> StopEvent:
        return StopEvent(result=ev.approved)
"""
WAITS = "from tests.engine.workflows.test_loading import BEGUN, GO_ON\nBEGUN.set()\nGO_ON.wait(60)\n"
BEGUN, GO_ON = threading.Event(), threading.Event()


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Writes a module which is imported anew the next time that it is asked for."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    names = set()

    def write(name: str, source: str) -> None:
        names.add(name)
        (tmp_path / f"{name}.py").write_text(source)
        sys.modules.pop(name, None)
        importlib.invalidate_caches()

    BEGUN.clear()
    GO_ON.clear()
    yield write
    GO_ON.set()
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def engine(module: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine with one workflow whose module is at work until it may go on, and one that is quick."""
    module("slow_flow", WAITS + FLOW)
    module("quick_flow", FLOW)
    monkeypatch.setenv("HITL_WORKFLOWS", "slow=slow_flow:Flow,quick=quick_flow:Flow")
    with closing(open_engine(load_settings())) as engine:
        yield engine
        GO_ON.set()


def test_while_a_module_is_imported_other_workflows_are_started_answered_and_registered(engine: Engine):
    with ThreadPoolExecutor(1) as elsewhere:
        starting = elsewhere.submit(engine.start, "slow")
        assert BEGUN.wait(15)

        run = engine.start("quick")
        assert run.answer(asked(run).id, {"approved": True}, by="ana").accepted
        completed(run)
        engine.register({"other": "quick_flow:Flow"})
        assert engine.workflows() == ["slow", "quick", "other"]
        assert engine.attach(run.id).result == {"result": True}
        assert not starting.done()

        GO_ON.set()
        assert asked(starting.result(15)).body == {"text": "May I?"}


def test_whoever_asks_for_a_module_that_does_not_end_waits_a_while_and_is_told(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(registry, "PATIENCE", 0.2)
    for _ in range(2):
        with pytest.raises(WorkflowUnusable, match=r"“slow” has been loading for .* seconds"):
            engine.start("slow")
    assert engine.runs() == []
    asked(engine.start("quick"))

    GO_ON.set()
    run = until(lambda: started(engine, "slow"))
    assert run
    asked(run)


def started(engine: Engine, workflow: str) -> Run | None:
    """A run of a workflow, if it can be started by now."""
    try:
        return engine.start(workflow)
    except WorkflowUnusable:
        return None


def test_a_run_whose_module_is_long_at_work_is_blocked_and_goes_on_when_it_is_done(
    engine: Engine, module: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
):
    GO_ON.set()
    paused, working = engine.start("slow"), engine.start("slow")
    for run in (paused, working):
        asked(run)
    engine.close()
    with closing(open_engine(engine.settings, owner=False)) as elsewhere:  # something to do at the next start
        run = elsewhere.attach(working.id)
        run.answer(asked(run).id, {"approved": True}, by="ana")
    GO_ON.clear()
    BEGUN.clear()
    module("slow_flow", WAITS + FLOW)
    monkeypatch.setattr(host, "PATIENCE", 0.2)

    with closing(open_engine(engine.settings)) as again:
        assert BEGUN.wait(15)
        quick = again.start("quick")
        asked(quick)
        blocked = again.attach(paused.id)  # a page looks at it, and does not hang
        assert "“slow” is still being loaded" in (until(lambda: blocked.blocked_reason) or "")
        assert not Run(again, working.id).result

        GO_ON.set()
        completed(Run(again, working.id))
        until(lambda: blocked.blocked_reason is None)  # by itself: nobody has looked again
        assert blocked.answer(asked(blocked).id, {"approved": True}, by="ana").accepted
        completed(blocked)


def test_a_module_that_ends_the_process_blocks_its_runs_until_it_is_mended(
    engine: Engine, module: Callable[[str, str], None]
):
    paused = engine.start("quick")
    asked(paused)
    engine.close()
    module("quick_flow", "import sys\nsys.exit(3)\n" + FLOW)

    with closing(open_engine(engine.settings)) as again:
        blocked = again.attach(paused.id)
        assert "its module tried to end the process" in (until(lambda: blocked.blocked_reason) or "")
        with pytest.raises(WorkflowUnusable):
            again.start("quick")

        module("quick_flow", FLOW)
        run = again.attach(paused.id)
        assert run.blocked_reason is None
        assert run.answer(asked(run).id, {"approved": True}, by="ana").accepted
        completed(run)


def test_a_constructor_that_takes_its_time_keeps_no_other_run_waiting(
    engine: Engine, module: Callable[[str, str], None]
):
    """The module was imported again by somebody else: it is there, and an instance of it is not."""
    slow, other = engine.start("quick"), engine.start("quick")
    for run in (slow, other):
        asked(run)
    engine.close()
    slow_class = FLOW.replace("    @step\n    async def ask", f"{SLOW_INIT}\n    @step\n    async def ask")
    module("slow_flow", slow_class)
    with closing(open_engine(engine.settings)) as again:
        other = again.attach(other.id)
        importlib.import_module("slow_flow")
        with ThreadPoolExecutor(1) as elsewhere:
            starting = elsewhere.submit(again.start, "slow")
            assert BEGUN.wait(15)
            assert other.answer(asked(other).id, {"approved": True}, by="ana").accepted
            completed(other)
            assert not starting.done()
            GO_ON.set()
            asked(starting.result(15))


WAITING = FLOW.replace(
    FLOW[FLOW.index("class Flow") :],
    """class Flow(Workflow):
    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        said = await ctx.wait_for_event(Reply, waiter_event=Ask(text="May I?"), timeout=None)
        return StopEvent(result=said.approved)
""",
).replace("from workflows import Workflow", "from workflows import Context, Workflow")


@pytest.mark.parametrize("is_restored", [False, True])
def test_an_answer_is_of_the_class_that_its_waiter_waits_for_after_an_edit(
    engine: Engine, module: Callable[[str, str], None], is_restored: bool
):
    """The class stands in no step's signature, so nothing else tells that its name leads to another one by now."""
    module("quick_flow", WAITING)
    run = engine.start("quick")
    asked(run)
    if is_restored:
        engine.close()
        engine = open_engine(engine.settings)
        run = engine.attach(run.id)
    module("quick_flow", WAITING)  # as after an edit of something else in it
    importlib.import_module("quick_flow")

    assert run.answer(asked(run).id, {"approved": True}, by="ana").accepted

    completed(run)
    assert run.result == {"result": True}
    engine.close()


SLOW_INIT = """    def __init__(self):
        super().__init__(timeout=None)
        from tests.engine.workflows.test_loading import BEGUN, GO_ON
        BEGUN.set()
        GO_ON.wait(60)
"""
PAGE = FLOW + "\nimport hitl\n\nhitl.page()\n"
TELLS = "The module page_flow calls hitl.page() while it is imported for the workflow page_flow:Flow"


def test_a_page_that_is_imported_for_its_workflow_is_told_so(
    module: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
):
    module("page_flow", PAGE)
    module("quick_flow", FLOW)
    monkeypatch.setenv("HITL_WORKFLOWS", "page=page_flow:Flow,quick=quick_flow:Flow")
    with closing(open_engine(load_settings())) as engine:
        for _ in range(2):
            with pytest.raises(WorkflowUnusable) as told:
                engine.start("page")
            assert TELLS in str(told.value)
            assert 'if __name__ == "__main__":' in str(told.value)
        asked(engine.start("quick"))


def test_the_command_line_is_told_so_too(module: Callable[[str, str], None], tmp_path: Path, home: Path):
    module("page_flow", PAGE)
    script = Path(sys.executable).parent / "hitl"
    environment = {"HITL_HOME": str(home), "HITL_WORKFLOWS": "page=page_flow:Flow", "PYTHONPATH": str(tmp_path)}
    told = subprocess.run([script, "start", "page"], env=environment, capture_output=True, text=True, timeout=60)
    assert told.returncode
    assert TELLS in " ".join(told.stderr.split())


def test_a_module_that_asks_for_its_own_workflow_is_told_so(
    module: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
):
    module("own_flow", "from tests.engine.workflows import test_loading\ntest_loading.ENGINE.start('own')\n" + FLOW)
    monkeypatch.setenv("HITL_WORKFLOWS", "own=own_flow:Flow")
    with closing(open_engine(load_settings())) as engine:
        monkeypatch.setattr(sys.modules[__name__], "ENGINE", engine, raising=False)
        with pytest.raises(WorkflowUnusable, match="asks for it while it is imported for it"):
            engine.start("own")


def test_a_schema_that_cannot_be_made_is_told_in_a_sentence(module: Callable[[str, str], None]):
    module("odd_schema", ODD_SCHEMA)
    with closing(open_engine(load_settings(), workflows={"odd": "odd_schema:Flow"})) as engine:
        assert "“odd” (odd_schema:Flow) cannot be used: " in why_unusable(engine, "odd")


ODD_SCHEMA = FLOW.replace(
    "    text: str\n",
    """    text: str

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema, handler):
        raise RuntimeError("no schema")
""",
)


@pytest.fixture
def odd(module: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine with all that cannot be loaded, and a good workflow among it; the same as the settings name."""
    for name, source in SOURCES.items():
        module(name, source)
    module("quick_flow", FLOW)
    entries = [f"{name}={path}" for name, (path, _) in UNFIT.items()]
    entries.insert(7, "quick=quick_flow:Flow")
    monkeypatch.setenv("HITL_WORKFLOWS", ",".join([*entries, "twice=a:B", "twice=c:D", "no form", "=e:F"]))
    with closing(open_engine(load_settings())) as engine:
        yield engine


OF_THE_SETTINGS = {
    "twice": "its name stands twice in HITL_WORKFLOWS, for a:B and for c:D. Give one of them another name.",
    "no form": "“no form” in HITL_WORKFLOWS is not of the form name=package.module:Name.",
    "=e:F": "“=e:F” in HITL_WORKFLOWS is not of the form name=package.module:Name.",
}


def test_each_that_cannot_be_loaded_is_told_in_a_sentence_and_the_others_work(odd: Engine):
    expected = {name: words for name, (_, words) in UNFIT.items()} | OF_THE_SETTINGS
    assert set(odd.workflows()) == {*expected, "quick"}
    for name, words in expected.items():
        sentence = why_unusable(odd, name)
        assert words in sentence, (name, sentence)
        assert sentence.startswith(f"The workflow “{name}” (") or name in OF_THE_SETTINGS
        assert sentence.endswith((".", "?")) and ".." not in sentence.replace("…", ""), sentence
        assert len(sentence) < 1000 and "\n" not in sentence
        assert why_unusable(odd, name) == sentence  # also when it is tried again
    run = odd.start("quick")
    assert run.answer(asked(run).id, {"approved": True}, by="ana").accepted
    completed(run)


def test_the_command_line_says_the_same(odd: Engine):
    for name in [*list(UNFIT)[::4], *OF_THE_SETTINGS]:
        said = CliRunner().invoke(main, ["start", name])
        assert said.exit_code == 1
        assert " ".join(said.stderr.split()).removeprefix("Error: ") == " ".join(why_unusable(odd, name).split())


def why_unusable(engine: Engine, name: str) -> str:
    with pytest.raises(WorkflowUnusable) as told:
        engine.start(name)
    return str(told.value)


def test_whatever_its_constructor_looks_like_a_workflow_is_made():
    workflows = {name: f"{odd_sources.__name__}:{name}" for name in FITS}
    with closing(open_engine(load_settings(), workflows=workflows)) as engine:
        runs = {name: engine.start(name) for name in FITS}
        for run in runs.values():
            completed(run)
        assert {name: (run.result or {})["result"] for name, run in runs.items()} == FITS


def test_what_is_given_in_python_is_made_as_well():
    given = {
        "class": odd_sources.SetsTimeoutAndPassesOn,
        "partial": partial(odd_sources.with_a_model, "large"),
        "lambda": lambda: odd_sources.Base(timeout=None),
        "callable": odd_sources.Factory(),
        "method": odd_sources.Factory().__call__,
        "instance": odd_sources.Base(timeout=None),
    }
    with closing(open_engine(load_settings(), workflows=given)) as engine:
        for name in given:
            completed(engine.start(name))


def test_one_instance_can_have_several_names_and_engines():
    """The library ties an instance to the first runtime that runs it."""
    flow = AskOnce(timeout=None)
    asyncio.run(ended_by_its_author(flow))
    settings = load_settings()
    with (
        closing(open_engine(settings, workflows={"one": flow, "other": flow})) as engine,
        closing(open_engine(settings, owner=False, workflows={"one": flow})) as client,
    ):
        runs = [engine.start("one", item="tea"), engine.start("other", item="tea"), client.start("one", item="tea")]
        for run in runs:
            asked(run)
            assert run.answer(asked(run).id, {"approved": True}, by="ana").accepted
            completed(run)


async def ended_by_its_author(flow: AskOnce) -> None:
    handler = flow.run(item="tea")
    await handler.cancel_run()
    with suppress(WorkflowCancelledByUser):
        await handler


def test_the_reason_is_logged_once_and_not_at_every_drawing(odd: Engine, caplog: pytest.LogCaptureFixture):
    for _ in range(3):
        why_unusable(odd, "fails")
        why_unusable(odd, "typo")
    logged = [record for record in caplog.records if "cannot be loaded" in record.getMessage()]
    assert len(logged) == 2
    assert logged[0].exc_info and "the key is missing" in str(logged[0].exc_info[1])


def test_a_module_that_starts_a_run_of_its_own_workflow_while_it_is_imported_by_others_does(
    module: Callable[[str, str], None], home: Path
):
    """As a server's module that is imported as `app:app`: nobody imports it for the workflow."""
    module(
        "own_server",
        FLOW + "\nimport hitl\nENGINE = hitl.open_engine(workflows={'flow': Flow})\nRUN = ENGINE.start('flow')\n",
    )
    server = importlib.import_module("own_server")
    with closing(server.ENGINE):
        asked(server.RUN)
        assert server.ENGINE.settings.home == home


def test_a_factory_that_asks_for_its_own_workflow_is_told_so():
    engines: list[Engine] = []
    with closing(open_engine(load_settings(), workflows={"own": lambda: engines[0].start("own")})) as engine:
        engines.append(engine)
        assert "asks for it while it is imported for it" in why_unusable(engine, "own")
