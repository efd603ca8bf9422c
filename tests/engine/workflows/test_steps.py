"""The steps of a workflow as plain data."""

from __future__ import annotations

from typing import ClassVar

from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine.workflows.steps import Step, WorkflowSteps
from hitl.report import ReportWorkflow
from tests.engine.flows import AskOnce


class Job(StartEvent):
    pass


class Part(Event):
    pass


class SmallPart(Part):
    pass


class Done(Event):
    pass


class MayI(InputRequiredEvent):
    pass


class Yes(HumanResponseEvent):
    pass


class Enough(HumanResponseEvent):
    is_signal: ClassVar[bool] = True


class Several(Workflow):
    """Sends parts that it does not declare, and waits for a human inside a step."""

    @step
    async def hand_out(self, ctx: Context, ev: Job) -> Done | None:
        ctx.send_event(Part())
        ctx.send_event(SmallPart())
        return None

    @step
    async def work(self, ctx: Context, ev: Part) -> Done:
        await ctx.wait_for_event(Yes, waiter_event=MayI())
        return Done()

    @step
    async def gather(self, ev: Done) -> StopEvent:
        return StopEvent()

    @step
    async def a_stop(self, ev: Enough) -> None:
        return None


def test_steps_come_in_the_order_in_which_events_reach_them():
    steps = WorkflowSteps.of(ReportWorkflow())
    names = [step.name for step in steps.steps]
    assert names == ["do_research", "human_review", "write_report", "text_review", "stop_writing"]
    assert steps.start == "ResearchTopic"
    assert steps.ends == {"Report"}
    assert steps.signals == {"StopWriting"}
    assert steps.answers == {"ReviewFindings": ("ReviewDecision",), "ReviewReport": ("ReportDecision",)}


def test_the_answers_to_a_question_that_names_none_are_those_that_the_steps_take():
    steps = WorkflowSteps.of(AskOnce())
    assert steps.answers == {"MayI": ("Verdict",)}
    assert steps.asking == ("ask", "decide")


def test_what_a_step_sends_and_what_it_waits_for_is_found_in_its_code():
    steps = WorkflowSteps.of(Several())
    assert steps.steps == (
        Step("hand_out", ("Job",), ("Done", "Part")),
        Step("gather", ("Done",), ("StopEvent",)),
        Step("work", ("Part",), ("Done",), waits=("MayI",)),
        Step("a_stop", ("Enough",), ()),
    )
    assert steps.asking == ("work",)
