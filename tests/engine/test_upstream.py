"""What hitl corrects of llama-index-workflows: one answer settles one wait of a step, over a restart as well.

Every answer here is given to a run that was taken up from its file (see `hitl.testing`).
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ToolCallBlock
from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM
from workflows import Context, Workflow, step
from workflows.context.internal_context import InternalContext
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from workflows.plugins.basic import BasicRuntime
from workflows.retry_policy import retry_policy, stop_after_attempt, wait_fixed
from workflows.runtime.control_loop import reduce

from hitl.engine import Run, open_engine, upstream
from hitl.engine.engine import Owner
from hitl.settings import Settings
from hitl.testing import RunSoFar, answer, run_until_question
from tests.conftest import until
from tests.engine.more_flows import completed
from tests.flows.shapes import Approval, LongWait, Workers, WriteThenWait

TOOLS = ("read a file", "send an e-mail", "delete all files")


class May(InputRequiredEvent):
    tool: str


class Allowed(HumanResponseEvent):
    approved: bool
    tool: str = ""


class AskAge(InputRequiredEvent):
    prompt: str


class Age(HumanResponseEvent):
    age: int


class InARow(Workflow):
    """Asks before each of three tools."""

    waiter_id: str | None = None

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:
        used = [tool for tool in TOOLS if await self.may(ctx, tool)]
        return StopEvent(result=used)

    async def may(self, ctx: Context, tool: str) -> bool:
        said = await ctx.wait_for_event(Allowed, waiter_event=May(tool=tool), waiter_id=self.waiter_id, timeout=None)
        return said.approved


class OneId(InARow):
    """The same, with one id for all waits."""

    waiter_id = "may I"


class SideBySide(InARow):
    """Begins all three waits at once; the library takes up one after the other."""

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        said = await asyncio.gather(*(self.may(ctx, tool) for tool in TOOLS))
        return StopEvent(result=[tool for tool, is_allowed in zip(TOOLS, said, strict=True) if is_allowed])


class Verbose(InARow):
    """Wraps what records it."""

    def __init__(self) -> None:
        super().__init__(timeout=None, verbose=True)


class Requires(InARow):
    """Requires the same of two answers, and something else of the third."""

    async def may(self, ctx: Context, tool: str) -> bool:
        required = {"tool": "delete" if "delete" in tool else ""}
        said = await ctx.wait_for_event(Allowed, May(tool=tool), requirements=required, timeout=None)
        return said.approved


class FailsOnce(InARow):
    """Fails after its second answer, and is tried again."""

    has_failed = False

    @step(retry_policy=retry_policy(wait=wait_fixed(0), stop=stop_after_attempt(2)))
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        used = [tool for tool in TOOLS[:2] if await self.may(ctx, tool)]
        if not FailsOnce.has_failed:
            FailsOnce.has_failed = True
            raise OSError("the network is down")
        used += [tool for tool in TOOLS[2:] if await self.may(ctx, tool)]
        return StopEvent(result=used)


class UntilValid(Workflow):
    """Asks until the answer is valid."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        prompt = "How old are you?"
        while (age := (await ctx.wait_for_event(Age, AskAge(prompt=prompt), timeout=None)).age) <= 0:
            prompt = f"{age} is no age. How old are you?"
        return StopEvent(result=age)


class Piece(Event):
    number: int


class Read(Event):
    number: int
    marks: list[int]


class EachItem(Workflow):
    """Two items of work, one after the other in one step that asks twice for each."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Piece | None:
        for number in (1, 2):
            ctx.send_event(Piece(number=number))
        return None

    @step(num_workers=1)
    async def mark(self, ctx: Context, ev: Piece) -> Read:
        required = {"tool": str(ev.number)}
        marks = []
        for turn in (1, 2):
            may = May(tool=f"item {ev.number}, turn {turn}")
            marks.append(int((await ctx.wait_for_event(Allowed, may, requirements=required, timeout=None)).approved))
        return Read(number=ev.number, marks=marks)

    @step
    async def join(self, ctx: Context, ev: Read) -> StopEvent | None:
        read = ctx.collect_events(ev, [Read, Read])
        return StopEvent(result={each.number: each.marks for each in read}) if read else None


async def delete_both(ctx: Context) -> str:
    """Delete two files, and ask for each."""
    said = [
        (await ctx.wait_for_event(Allowed, waiter_event=May(tool=name), timeout=None)).approved for name in ("a", "b")
    ]
    return f"a {said[0]}, b {said[1]}"


def _reply(messages: Sequence[ChatMessage], **options: Any) -> ChatMessage:
    told = [message.content for message in messages if message.role == MessageRole.TOOL]
    if told:
        return ChatMessage(told[-1], role=MessageRole.ASSISTANT)
    call = ToolCallBlock(tool_call_id="1", tool_name="delete_both", tool_kwargs={})
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=[call])


def agent() -> FunctionAgent:
    return FunctionAgent(tools=[delete_both], llm=MockFunctionCallingLLM(response_generator=_reply), timeout=None)


def asked_in_turn(workflow: object, *answers: bool) -> tuple[list[str], RunSoFar]:
    """What was asked, one after the other, and how it ended."""
    run, asked = run_until_question(workflow), []
    for is_allowed in answers:
        asked.append(run.question.tool)
        run = answer(run, approved=is_allowed)
    return asked, run


@pytest.mark.parametrize("workflow", [InARow, OneId, SideBySide, Verbose, Requires, FailsOnce])
def test_each_wait_of_a_step_is_a_question_of_its_own(workflow: type[Workflow]):
    asked, run = asked_in_turn(workflow, True, False, True)
    assert asked == list(TOOLS)
    assert run.result == ["read a file", "delete all files"]
    assert len([event for event in run.events if event.kind == "question"]) == len(TOOLS)


def test_a_step_that_is_not_content_with_an_answer_asks_again():
    run = run_until_question(UntilValid)
    for age in (-1, -1, 0):
        run = answer(run, age=age)
        assert run.question.prompt == f"{age} is no age. How old are you?"
    assert answer(run, age=7).result == 7


def test_items_of_work_keep_their_waits_apart():
    run = run_until_question(EachItem)
    answers = {"item 1, turn 1": True, "item 1, turn 2": False, "item 2, turn 1": False, "item 2, turn 2": True}
    while run.questions:
        question = run.questions[-1]
        run = answer(run, question=question, approved=answers.pop(question.tool))
    assert run.result == {"1": [1, 0], "2": [0, 1]}
    assert not answers


def test_the_tool_of_an_agent_may_ask_twice():
    run = run_until_question(agent, user_msg="Delete both.")
    assert run.question.tool == "a"
    run = answer(run, approved=False)
    assert run.question.tool == "b"
    run = answer(run, approved=True)
    assert run.result["response"]["blocks"][0]["text"] == "a False, b True"


def test_workflows_that_hitl_does_not_run_are_left_as_they_were():
    async def run() -> object:
        handler = InARow(timeout=10).run()
        async for event in handler.stream_events():
            if isinstance(event, May):
                handler.ctx.send_event(Allowed(approved=True))
        return await handler

    assert asyncio.run(run()) == list(TOOLS)  # the library's own: one answer allows all three


# ---- what each correction is for: without it, one answer counts for several waits


def test_without_turns_the_library_gives_one_answer_to_all_waits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(InternalContext, "wait_for_event", upstream._wait_for_event)
    asked, run = asked_in_turn(InARow, True)
    assert asked == ["read a file"]
    assert run.result == list(TOOLS)


def test_without_open_waiters_the_library_overwrites_an_answer_that_a_step_has(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reduce, "_resolve_waiters", upstream._resolve_waiters)
    _, run = asked_in_turn(InARow, True, False, True)
    assert run.result == list(TOOLS)


def test_without_the_execution_that_writes_it_a_written_question_is_asked_again(monkeypatch: pytest.MonkeyPatch):
    assert len(run_until_question(WriteThenWait).questions) == 1
    monkeypatch.setattr(InternalContext, "write_event_to_stream", upstream._write_event_to_stream)
    assert len(run_until_question(WriteThenWait).questions) == 2


def test_without_the_question_s_id_the_library_gives_one_answer_to_all_who_wait_for_its_type(
    monkeypatch: pytest.MonkeyPatch,
):
    run = run_until_question(Workers)
    assert len(answer(run, question=run.questions[0], approved=True).questions) == 2
    monkeypatch.setattr(reduce, "_resolve_waiters", upstream._resolve_waiters)
    assert answer(run, question=run.questions[0], approved=True).result == {"one": True, "two": True, "three": True}


def test_an_answer_for_a_wait_that_has_ended_goes_to_no_step_that_takes_its_type():
    with closing(open_engine(Settings(workflows={"step": "tests.flows.shapes:WriteForAStep"}))) as engine:
        assert isinstance(engine, Owner)
        run = engine.start("step")
        question = until(lambda: run.questions)[0]
        until(lambda: not run.active)
        recorder = engine._registry.hosted("step").recorder

        async def send() -> None:
            late = upstream.answer_tick("another", Approval(approved=False), is_for_a_wait=True)
            await recorder.basic.get_external_adapter(run.id).send_event(late)

        engine._host._loop.call(send())
        assert run.answer(question.id, {"approved": True}, by="ana").accepted
        assert completed(run).result == {"result": True}


def test_without_hitl_s_own_default_a_wait_would_end_after_the_library_s(monkeypatch: pytest.MonkeyPatch):
    assert run_until_question(LongWait).question.record.expires_at is None
    monkeypatch.setattr(Context, "wait_for_event", upstream._public_wait_for_event)
    assert run_until_question(LongWait).question.record.expires_at


# ---- waits that a step skips, asks in another order, in other words, or gives up


class Memo(Workflow):
    """Keeps what is settled in its state, and does not ask for it again."""

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:
        settled = await ctx.store.get("settled", default=None) or {}
        for tool in TOOLS:
            if tool not in settled:
                said = await ctx.wait_for_event(Allowed, waiter_event=May(tool=tool), timeout=None)
                settled[tool] = said.approved
                await ctx.store.set("settled", dict(settled))
        return StopEvent(result=[tool for tool in TOOLS if settled[tool]])


class MemoThatFails(Memo):
    """Fails once, when it has kept the first answer: what it then asks first is the second question."""

    has_failed = False

    @step(retry_policy=retry_policy(wait=wait_fixed(0), stop=stop_after_attempt(2)))
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        settled = await ctx.store.get("settled", default=None) or {}
        for tool in TOOLS:
            if tool not in settled:
                said = await ctx.wait_for_event(Allowed, waiter_event=May(tool=tool), timeout=None)
                settled[tool] = said.approved
                await ctx.store.set("settled", dict(settled))
                if not MemoThatFails.has_failed:
                    MemoThatFails.has_failed = True
                    raise OSError("the network is down")
        return StopEvent(result=[tool for tool in TOOLS if settled[tool]])


class LastFirst(InARow):
    """Begins with another question once it has an answer."""

    times = 0

    @step
    async def use(self, ctx: Context, ev: StartEvent) -> StopEvent:  # type: ignore[override]
        LastFirst.times += 1
        order = TOOLS if LastFirst.times == 1 else TOOLS[::-1]
        allowed = [tool for tool in order if await self.may(ctx, tool)]
        return StopEvent(result=sorted(allowed))


class Dated(InARow):
    """A question in other words each time that it is asked."""

    times = 0

    async def may(self, ctx: Context, tool: str) -> bool:
        Dated.times += 1
        return (await ctx.wait_for_event(Allowed, May(tool=f"{tool} at {Dated.times}"), timeout=None)).approved


class Left(Event):
    pass


class Right(Event):
    pass


class Half(Event):
    name: str
    said: str


class Go(HumanResponseEvent):
    go: bool


class AskGo(InputRequiredEvent):
    pass


class TwoSteps(Workflow):
    """Two steps at once: while the one waits for something else, the other asks what the first has asked before."""

    @step
    async def split(self, ctx: Context, ev: StartEvent) -> Left | Right | None:
        ctx.send_event(Left())
        ctx.send_event(Right())
        return None

    @step
    async def left(self, ctx: Context, ev: Left) -> Half:
        may = (await ctx.wait_for_event(Allowed, May(tool="left"), timeout=None)).approved
        age = (await ctx.wait_for_event(Age, AskAge(prompt="?"), timeout=None)).age
        return Half(name="left", said=f"{may} {age}")

    @step
    async def right(self, ctx: Context, ev: Right) -> Half:
        await ctx.wait_for_event(Go, AskGo(), timeout=None)
        may = (await ctx.wait_for_event(Allowed, May(tool="right"), timeout=None)).approved
        return Half(name="right", said=str(may))

    @step
    async def join(self, ctx: Context, ev: Half) -> StopEvent | None:
        halves = ctx.collect_events(ev, [Half, Half])
        return StopEvent(result={half.name: half.said for half in halves}) if halves else None


class GivesUp(Workflow):
    """Waits for half a second, then for as long as it takes, then for something else."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        try:
            first = await ctx.wait_for_event(Allowed, May(tool="first"), timeout=0.3)
        except TimeoutError:
            first = await ctx.wait_for_event(Allowed, May(tool="reminder"), timeout=None)
        last = await ctx.wait_for_event(Allowed, May(tool="delete all"), timeout=None)
        return StopEvent(result=[first.approved, last.approved])


@pytest.mark.parametrize("answers", list(itertools.product([True, False], repeat=3)))
@pytest.mark.parametrize("workflow", [InARow, OneId, SideBySide, Memo, MemoThatFails])
def test_every_answer_is_taken_for_what_was_asked(workflow: type[Workflow], answers: tuple[bool, ...]):
    MemoThatFails.has_failed = False
    asked, run = asked_in_turn(workflow, *answers)
    assert asked == list(TOOLS)
    assert run.result == [tool for tool, is_allowed in zip(TOOLS, answers, strict=True) if is_allowed]


@pytest.mark.parametrize("first", [True, False])
def test_a_step_that_asks_in_another_order_keeps_each_answer_with_its_question(first: bool):
    LastFirst.times = 0
    run, answers = run_until_question(LastFirst), {TOOLS[0]: first, TOOLS[1]: False, TOOLS[2]: True}
    while run.questions:
        run = answer(run, approved=answers.pop(run.question.tool))
    assert not answers
    assert run.result == sorted([TOOLS[2]] + [TOOLS[0]] * first)


def test_a_question_in_other_words_is_the_one_at_its_place():
    Dated.times = 0
    asked, run = asked_in_turn(Dated, True, False, True)
    assert [words.split(" at ")[0] for words in asked] == list(TOOLS)
    assert run.result == ["read a file", "delete all files"]


@pytest.mark.parametrize(("left", "right"), [(True, False), (False, True)])
def test_an_answer_for_one_step_does_not_replace_the_one_that_another_has(left: bool, right: bool):
    run = run_until_question(TwoSteps)

    def reply(type_: str, **fields: Any) -> RunSoFar:
        (question,) = [question for question in run.questions if question.record.type == type_]
        return answer(run, question=question, **fields)

    run = reply("May", approved=left)
    run = reply("AskGo", go=True)
    run = reply("May", approved=right)
    run = reply("AskAge", age=2)
    assert run.result == {"left": f"{left} 2", "right": str(right)}


@pytest.mark.parametrize(("second", "last"), [(True, False), (False, True)])
def test_a_wait_that_has_given_up_takes_no_answer_and_its_question_is_closed(second: bool, last: bool):
    with closing(open_engine(Settings(workflows={"gives": f"{__name__}:GivesUp"}))) as engine:
        run = engine.start("gives")
        reminder = until(lambda: [q for q in run.questions if q.body["tool"] == "reminder"])[0]
        assert run.questions == [reminder], "the first is closed"
        run.answer(reminder.id, {"approved": second}, by="ana")
        delete = until(lambda: [q for q in run.questions if q.body["tool"] == "delete all"])[0]
        run.answer(delete.id, {"approved": last}, by="ana")
        until(lambda: run.status == "completed")
        assert run.result == {"result": [second, last]}
        assert [event.type for event in run.events()].count("May") == 3


def run_has(run: Run, tool: str) -> Callable[[], bool]:
    """Whether a run asks about a tool, and does nothing else."""
    return lambda: [question.body["tool"] for question in run.questions] == [tool] and not run.active


def test_a_wait_that_has_given_up_is_remembered_over_a_restart():
    settings = Settings(workflows={"gives": f"{__name__}:GivesUp"})
    with closing(open_engine(settings)) as engine:
        run = engine.start("gives")
        until(lambda: [q for q in run.questions if q.body["tool"] == "reminder"])
        until(lambda: not run.active)
    for tool, is_allowed in (("reminder", False), ("delete all", True)):
        with closing(open_engine(settings)) as engine:
            run = engine.attach(run.id)
            until(run_has(run, tool))
            (question,) = run.questions
            run.answer(question.id, {"approved": is_allowed}, by="ana")
            if tool == "reminder":
                until(run_has(run, "delete all"))
            else:
                completed(run)
    with closing(open_engine(settings)) as engine:
        assert engine.attach(run.id).result == {"result": [False, True]}


class Quick(Workflow):
    @step
    async def end(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result="done")


def test_the_timeout_and_the_validation_that_a_workflow_was_made_with_are_known():
    assert upstream.timeout_of(Quick(timeout=None)) is None
    assert upstream.timeout_of(Quick(timeout=5)) == 5
    assert upstream.is_validated(Quick())
    assert not upstream.is_validated(Quick(disable_validation=True))


@pytest.mark.parametrize("verbose", [False, True])
def test_a_workflow_that_was_made_elsewhere_runs_on_the_runtime_it_is_put_on(verbose: bool):
    runtime, workflow = BasicRuntime(), Quick(timeout=None, verbose=verbose)

    upstream.put_on(workflow, runtime)
    upstream.put_on(workflow, runtime)  # it is there already

    assert runtime in (workflow.runtime, getattr(workflow.runtime, "_decorated", None))


def test_an_instance_that_has_run_is_tied_to_its_runtime_and_its_copy_is_not():
    workflow = Quick(timeout=None)

    async def has_run() -> None:
        await workflow.run()

    asyncio.run(has_run())
    with pytest.raises(RuntimeError):
        upstream.put_on(workflow, BasicRuntime())
    upstream.put_on(upstream.unlocked_copy(workflow), BasicRuntime())
