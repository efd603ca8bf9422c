"""A project of somebody's own: mypy checks it as strictly as it can, and `test_package` runs it with the wheel."""

from __future__ import annotations

from workflows import Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

import hitl
from hitl.engine import Question, Run
from hitl.testing import answer, run_until_question


class Order(StartEvent):
    item: str


class MayI(InputRequiredEvent):
    item: str


class Allowed(HumanResponseEvent):
    approved: bool


class OrderFlow(Workflow):
    @step
    async def ask(self, ev: Order) -> MayI:
        return MayI(item=ev.item)

    @step
    async def order(self, ev: Allowed) -> StopEvent:
        return StopEvent(result="ordered" if ev.approved else "left")


@hitl.renders(MayI)
def draw(run: Run, question: Question) -> None:
    print(run.id, question.body["item"])


def test_an_order_is_placed_once_it_is_allowed() -> None:
    run = run_until_question(OrderFlow, item="tea")
    assert run.question.item == "tea"
    assert answer(run, approved=True).result == "ordered"


def page() -> None:
    hitl.page({"order": OrderFlow}, title="Orders")


def open_runs() -> int:
    engine = hitl.open_engine(hitl.load_settings(), owner=False)
    return len(engine.runs(status="waiting"))


if __name__ == "__main__":
    test_an_order_is_placed_once_it_is_allowed()
