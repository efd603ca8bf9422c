"""The kit for testing workflows: what it runs, what it says when a run goes another way, and that it leaves nothing."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl import testing
from hitl.engine import WorkflowUnusable
from hitl.examples.cleaner import cleaner
from hitl.settings import Settings
from hitl.testing import InvalidAnswer, InvalidInputs, NotAsExpected, answer, run_to_end, run_until_question, running


class Order(StartEvent):
    item: str
    amount: int = 1


class MayI(InputRequiredEvent):
    item: str
    attempt: int = 1


class Verdict(HumanResponseEvent):
    approved: bool
    day: date = date(2026, 1, 1)


class Said(Event):
    message: str


class Ordering(Workflow):
    """Asks until it may; single things need no leave, and none is an error."""

    @step
    async def ask(self, ctx: Context, ev: Order) -> MayI | StopEvent:
        ctx.write_event_to_stream(Said(message=f"Looked up {ev.item}"))
        if ev.amount == 0:
            raise ValueError("none is nothing")
        await ctx.store.set("attempt", 1)
        return MayI(item=ev.item) if ev.amount > 1 else StopEvent(result="bought")

    @step
    async def decide(self, ctx: Context, ev: Verdict) -> MayI | StopEvent:
        if ev.day.year < 2026:
            raise ValueError("too late")
        attempt = await ctx.store.get("attempt")
        await ctx.store.set("attempt", attempt + 1)
        return StopEvent(result={"attempts": attempt}) if ev.approved else MayI(item="tea", attempt=attempt + 1)


class Part(Event):
    name: str


class Grade(InputRequiredEvent):
    name: str


class Note(InputRequiredEvent):
    pass


class Graded(HumanResponseEvent):
    name: str
    good: bool


class Noted(HumanResponseEvent):
    question: str
    timeout: int


class Done(StopEvent):
    words: str


class Both(Workflow):
    """Asks three things at once, by `ctx.wait_for_event`."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Part | None:
        for name in ("one", "two", "note"):
            ctx.send_event(Part(name=name))
        return None

    @step
    async def wait(self, ctx: Context, ev: Part) -> Said:
        if ev.name == "note":
            noted = await ctx.wait_for_event(Noted, Note(), timeout=None)
            return Said(message=f"{noted.question} {noted.timeout}")
        graded = await ctx.wait_for_event(Graded, Grade(name=ev.name), requirements={"name": ev.name}, timeout=None)
        return Said(message=f"{ev.name} {graded.good}")

    @step
    async def join(self, ctx: Context, ev: Said) -> Done | None:
        said = ctx.collect_events(ev, [Said] * 3)
        return Done(words=", ".join(sorted(each.message for each in said))) if said else None


class Never(Workflow):
    """Works for ever."""

    @step
    async def work(self, ctx: Context, ev: StartEvent) -> StopEvent:
        ctx.write_event_to_stream(Said(message="still looking"))
        await asyncio.Event().wait()
        return StopEvent()


class Waits(Workflow):
    """Waits for a human without a question."""

    @step
    async def wait(self, ctx: Context, ev: StartEvent) -> StopEvent:
        await ctx.wait_for_event(Verdict, timeout=None)
        return StopEvent()


class Stuck(Workflow):
    """Comes to a step that leads to none."""

    @step
    async def begin(self, ev: StartEvent) -> StopEvent | None:
        return None


class Clocked(Workflow):
    """Gives the seconds after which it would be ended."""

    @step
    async def tell(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result=self._timeout)


class Keeps(Workflow):
    """Keeps a file in the folder of hitl while a human thinks."""

    def __init__(self, settings: Settings, timeout: float | None = None) -> None:
        super().__init__(timeout=timeout)
        self._file = settings.home / "kept" / "note.txt"

    @step
    async def keep(self, ev: Order) -> MayI:
        self._file.parent.mkdir()
        self._file.write_text(ev.item, "utf-8")
        return MayI(item=ev.item)

    @step
    async def read(self, ev: Verdict) -> StopEvent:
        return StopEvent(result=self._file.read_text("utf-8"))


class Hangs(Workflow):
    """Asks about an item, or has none; then it works for ever."""

    has_begun: ClassVar[threading.Event] = threading.Event()

    @step
    async def ask(self, ev: Order) -> MayI:
        if not ev.item:
            await self.hang()
        return MayI(item=ev.item)

    @step
    async def work(self, ev: Verdict) -> StopEvent:
        await self.hang()
        return StopEvent()

    async def hang(self) -> None:
        self.has_begun.set()
        await asyncio.Event().wait()


class Address(StartEvent):
    port: int


class Fetches(Workflow):
    """Reads a line from a server, and asks with it."""

    @step
    async def fetch(self, ev: Address) -> MayI:
        reader, writer = await asyncio.open_connection("127.0.0.1", ev.port)
        line = await reader.readline()
        writer.close()
        return MayI(item=line.decode().strip())

    @step
    async def end(self, ev: Verdict) -> StopEvent:
        return StopEvent(result=ev.approved)


class Counting(Workflow):
    """Counts how often it was made."""

    made: ClassVar[int] = 0

    def __init__(self, timeout: float | None = None) -> None:
        super().__init__(timeout=timeout)
        Counting.made += 1

    @step
    async def ask(self, ev: Order) -> MayI:
        return MayI(item=ev.item)

    @step
    async def end(self, ev: Verdict) -> StopEvent:
        return StopEvent(result=ev.approved)


# ---- what it runs


def test_a_run_shows_what_it_asks_and_ends_with_its_result():
    run = run_until_question(Ordering, item="tea", amount=2)

    assert (run.question.item, run.question.attempt) == ("tea", 1)
    assert [event.body["message"] for event in run.events if event.type == "Said"] == ["Looked up tea"]
    assert repr(run) == "RunSoFar(questions=[MayI(item='tea', attempt=1)], outcome=None)"

    done = answer(run, approved=True)
    assert (done.result, list(done.questions)) == ({"attempts": 1}, [])
    assert [event.kind for event in done.events] == ["start", "progress", "question", "answer", "stop"]


def test_one_run_is_answered_in_several_ways():
    run = run_until_question(Ordering, item="tea", amount=2)

    again = answer(run, approved=False)

    assert again.question.attempt == 2
    assert answer(again, approved=True).result == {"attempts": 2}
    assert answer(run, approved=True).result == {"attempts": 1}


def test_a_wait_without_a_question_is_answered_like_one():
    assert answer(run_until_question(Waits), approved=True).result is None


def test_a_run_that_asks_nothing_is_run_to_its_end():
    assert run_to_end(Ordering, item="tea").result == "bought"


def test_values_may_be_python_s_own():
    run = run_until_question(Ordering, item="tea", amount=2)

    assert answer(run, approved=True, day=date(2026, 5, 1)).events[-2].body["answer"]["day"] == "2026-05-01"


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_several_questions_are_answered_one_after_the_other(order: tuple[str, str]):
    run = run_until_question(Both)
    assert {asked.record.type for asked in run.questions} == {"Grade", "Note"}

    run = answer(run, {"question": "why", "timeout": 3}, question=Note)
    for name in order:
        asked = next(asked for asked in run.questions if asked.name == name)
        run = answer(run, question=asked, good=name == "one")

    assert run.result == {"words": "one True, two False, why 3"}


def test_a_question_is_named_by_its_id_or_the_name_of_its_class():
    run = run_until_question(Both)

    left = answer(run, {"question": "why", "timeout": 3}, question="Note")
    left = answer(left, question=left.questions[0].record.id, good=True)

    assert left.question.name == "two"


@pytest.mark.parametrize("good", [True, False])
def test_an_agent_asks_before_it_uses_a_tool(good: bool):
    for agent in (cleaner, cleaner()):
        run = run_until_question(agent, user_msg="Tidy up")
        assert run.question.folder == "old backups"

        text = answer(run, approved=good).result["response"]["blocks"][0]["text"]
        assert text.startswith("I deleted old backups." if good else "I kept old backups.")


def made_by_a_function() -> Ordering:
    return Ordering(timeout=None)


@pytest.mark.parametrize(
    "workflow", [Ordering, Ordering(), made_by_a_function, lambda: Ordering(), f"{__name__}:Ordering"]
)
def test_a_class_a_function_an_instance_and_a_path_are_run(workflow: object):
    for attempts in (1, 2):  # an instance more than once
        run = run_until_question(workflow, item="tea", amount=2)
        for _ in range(attempts - 1):
            run = answer(run, approved=False)
        assert answer(run, approved=True).result == {"attempts": attempts}


def test_an_instance_stays_with_whoever_runs_it():
    async def run_it() -> object:
        return await flow.run(item="tea")

    flow = Ordering()
    assert asyncio.run(run_it()) == "bought"
    assert run_to_end(flow, item="tea").result == "bought"
    assert asyncio.run(run_it()) == "bought"


def test_a_class_is_made_without_the_library_s_clock():
    assert Clocked()._timeout == 45
    assert run_to_end(Clocked).result is None


def test_a_run_is_taken_up_by_a_new_instance_after_each_question():
    before = Counting.made

    answer(run_until_question(Counting, item="tea"), approved=True)

    assert Counting.made == before + 2


# ---- what it says


def ended_with(call: str) -> str:
    """What is said of a call that goes another way than it expects."""
    with pytest.raises(NotAsExpected) as caught:
        eval(call)
    return str(caught.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("run_until_question(Ordering, item='tea')", "Ordering has ended without a question, with 'bought'."),
        (
            "run_to_end(Ordering, item='tea', amount=2)",
            "Ordering does not end. It asks:\n  MayI(item='tea', attempt=1)",
        ),
        (
            "run_until_question(Ordering, item='tea', amount=0)",
            "Ordering has failed in its step “ask”: ValueError: none is nothing",
        ),
        (
            "answer(run_until_question(Ordering, item='tea', amount=2), approved=True, day='2025-01-01')",
            "Ordering has failed in its step “decide”: ValueError: too late",
        ),
        (
            "run_until_question(Ordering, item='tea', amount=2).result",
            "Ordering has no result yet. It asks:\n  MayI(item='tea', attempt=1)",
        ),
        (
            "run_to_end(Ordering, item='tea').question",
            "Ordering asks nothing more. It has ended with 'bought'.",
        ),
        (
            "answer(run_to_end(Ordering, item='tea'), approved=True)",
            "Ordering asks nothing more. It has ended with 'bought'.",
        ),
        (
            "answer(run_until_question(Both), good=True)",
            "Both asks several things at once:\n  Grade(name='one')\n  Grade(name='two')\n  Note()",
        ),
        (
            "answer(run_until_question(Both), question=Grade, good=True)",
            "Both asks Grade 2 times: give the one of run.questions. It asks:\n"
            "  Grade(name='one')\n  Grade(name='two')\n  Note()",
        ),
        (
            "answer(run_until_question(Ordering, item='tea', amount=2), question=Grade)",
            "Ordering does not ask Grade. It asks:\n  MayI(item='tea', attempt=1)",
        ),
        (
            "run_until_question(Never, timeout=0.2)",
            "Never is still at work after 0.2 s. Its last event: still looking.",
        ),
        (
            "run_until_question(Stuck)",
            "Stuck stands still: no step is at work, it asks nothing, and it has not ended.",
        ),
    ],
)
def test_a_run_that_goes_another_way_is_told(call: str, message: str):
    assert ended_with(call) == message


def test_a_question_of_an_earlier_time_is_not_answered_any_more():
    run = run_until_question(Ordering, item="tea", amount=2)

    with pytest.raises(NotAsExpected, match="does not ask MayI"):
        answer(answer(run, approved=False), question=run.question, approved=True)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "approved: Field required"),
        ({"approved": "perhaps"}, "approved: Input should be a valid boolean"),
        ({"aproved": True}, "Verdict has no field aproved"),
    ],
)
def test_an_answer_that_does_not_fit_is_told_what_it_takes(fields: dict[str, object], message: str):
    run = run_until_question(Ordering, item="tea", amount=2)

    with pytest.raises(InvalidAnswer, match=message) as caught:
        answer(run, fields)

    assert caught.value.__notes__ == ["Verdict takes: approved (yes or no); day (date, optional)."]


def test_an_answer_must_meet_what_its_question_requires():
    run = run_until_question(Both)

    with pytest.raises(InvalidAnswer, match="name='one'"):
        answer(run, question=run.questions[0], good=True, name="two")
    with pytest.raises(InvalidAnswer) as caught:
        answer(run, question=run.questions[0])

    assert caught.value.__notes__ == ["Graded takes: good (yes or no)."]


def test_inputs_that_do_not_fit_are_told():
    with pytest.raises(InvalidInputs, match="item: Field required") as caught:
        run_until_question(Ordering, amount=2)

    assert caught.value.__notes__ == ["Order takes: item (text); amount (integer, optional)."]


def test_what_is_no_workflow_is_told():
    with pytest.raises(WorkflowUnusable, match="is a StartEvent, not a Workflow"):
        run_until_question(StartEvent)


def test_a_field_that_a_question_has_not_is_told():
    run = run_until_question(Ordering, item="tea", amount=2)

    with pytest.raises(AttributeError, match=r"MayI has no field price\. It has: item, attempt\."):
        _ = run.question.price


# ---- what it leaves


def test_nothing_is_left_when_a_call_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(threading.enumerate())

    run = run_until_question(Ordering, item="tea", amount=2)
    with pytest.raises(NotAsExpected):
        run_until_question(Never, timeout=0.1)

    assert {thread.name for thread in set(threading.enumerate()) - before} == set()
    assert list(tmp_path.iterdir()) == []
    assert answer(run, approved=True).result == {"attempts": 1}
    assert not home.exists()


def test_files_that_a_workflow_keeps_are_there_when_it_goes_on():
    run = run_until_question(Keeps, item="tea")

    assert answer(run, approved=True).result == "tea"
    assert answer(run, approved=False).result == "tea"


@pytest.mark.parametrize(("former", "now"), [("Asked", "Question"), ("Case", "WorkflowUnderTest")])
def test_a_former_name_still_works_and_says_what_it_is_called_now(former: str, now: str):
    with pytest.warns(DeprecationWarning, match=now):
        assert getattr(testing, former) is getattr(testing, now)


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(AttributeError, match="run_until_question"):
        _ = testing.run_until_answer


# ---- in async code


async def whole_conversation() -> None:
    async with running(Ordering, item="tea", amount=2) as run:
        assert (run.question.item, run.question.attempt) == ("tea", 1)
        again = await run.answer(approved=False)
        assert again.question.attempt == 2
        assert (await again.answer(approved=True, question=MayI)).result == {"attempts": 2}
        assert (await run.answer({"approved": True}, question=run.question)).result == {"attempts": 1}
        assert repr(run) == "AsyncRunSoFar(questions=[MayI(item='tea', attempt=1)], outcome=None)"
        assert answer(run, approved=True).result == {"attempts": 1}
    async with running(Ordering, {"item": "tea"}) as run:
        assert run.result == "bought"


@pytest.mark.parametrize("run", [asyncio.run, lambda test: anyio.run(lambda: test)], ids=["asyncio", "anyio"])
def test_an_async_test_says_the_same_as_another(run: Callable[[Coroutine[Any, Any, None]], None]):
    run(whole_conversation())


@pytest.mark.anyio
async def test_a_plugin_may_run_the_loop(anyio_backend_name: str):
    assert anyio_backend_name == "asyncio"
    await whole_conversation()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_the_loop_of_an_async_test_goes_on_meanwhile():
    """A server on it, as of a fixture, has to serve the workflow, which would wait for ever otherwise."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"tea\n")
        writer.close()

    async def test() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1")
        async with server, running(Fetches, port=server.sockets[0].getsockname()[1]) as run:
            assert run.question.item == "tea"

    asyncio.run(test())


def test_what_goes_wrong_in_an_async_test_is_told_as_in_another():
    async def test() -> None:
        with pytest.raises(InvalidInputs, match="item: Field required") as inputs:
            async with running(Ordering, amount=2):
                pass
        assert inputs.value.__notes__ == ["Order takes: item (text); amount (integer, optional)."]
        with pytest.raises(NotAsExpected, match="has failed in its step “ask”: ValueError: none is nothing"):
            async with running(Ordering, item="tea", amount=0):
                pass
        with pytest.raises(NotAsExpected, match=r"Never is still at work after 0\.1 s"):
            async with running(Never, timeout=0.1):
                pass
        async with running(Ordering, item="tea", amount=2) as run:
            with pytest.raises(InvalidAnswer) as caught:
                await run.answer(approved="perhaps")
            assert "approved" in caught.value.problems
            with pytest.raises(NotAsExpected, match="does not ask Grade"):
                await run.answer(question=Grade, approved=True)
            with pytest.raises(NotAsExpected, match="asks nothing more"):
                _ = (await run.answer(approved=True)).question

    asyncio.run(test())


@pytest.mark.parametrize("how", ["cancelled at its start", "cancelled at an answer", "left behind by its block"])
def test_an_async_test_that_is_cancelled_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(threading.enumerate())
    Hangs.has_begun.clear()

    async def work() -> None:
        async with running(Hangs, item="" if how == "cancelled at its start" else "tea", timeout=60) as run:
            working = asyncio.create_task(run.answer(approved=True))
            working.add_done_callback(lambda done: done.cancelled() or done.exception())
            if how == "cancelled at an answer":
                await working
            assert await asyncio.to_thread(Hangs.has_begun.wait, 10)

    async def test() -> None:
        task = asyncio.create_task(work())
        assert await asyncio.to_thread(Hangs.has_begun.wait, 10)
        if how != "left behind by its block":
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.wait({task})
        left = {thread.name for thread in set(threading.enumerate()) - before}
        assert {name for name in left if name.startswith("hitl")} == set()
        assert list(tmp_path.iterdir()) == []

    asyncio.run(test())
    assert caplog.text == ""
