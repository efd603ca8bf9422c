"""What hitl corrects of llama-index-workflows: one answer settles one wait of a step, over a restart as well.

Every answer here is given to a run that was taken up from its file (see `hitl.testing`).
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ToolCallBlock
from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM
from workflows import Context, Workflow, step
from workflows.context.internal_context import InternalContext
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from workflows.retry_policy import retry_policy, stop_after_attempt
from workflows.runtime.control_loop import reduce

from hitl.engine.runtime import upstream
from hitl.testing import RunSoFar, answer, run_until_question

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

    @step(retry_policy=retry_policy(stop=stop_after_attempt(2)))
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
