"""A workflow whose events cannot be stored is refused when it is loaded, in one sentence; the others still work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SecretBytes,
    SecretStr,
    field_serializer,
)
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import WorkflowUnusable, open_engine
from hitl.engine.workflows.event_types import events_of, problem_with_events
from hitl.settings import load_settings
from tests.conftest import until
from tests.engine.workflows.values import OfTable, Outer, Owner, Strict, Table, TableField, Trip, rows_of, table_of


def flow_of(event: type[Event]) -> Workflow:
    """A workflow in which an event goes from one step to another."""

    class Passes(Workflow):
        @step
        async def give(self, ev: StartEvent) -> event:  # type: ignore[valid-type]
            raise NotImplementedError

        @step
        async def take(self, ev: event) -> StopEvent:  # type: ignore[valid-type]
            raise NotImplementedError

    return Passes()


def problem_with(annotation: Any, **namespace: Any) -> str | None:
    cls = type("Loaded", (Event,), {"__module__": __name__, "__annotations__": {"found": annotation}, **namespace})
    return problem_with_events(flow_of(cls))


class Credentials(BaseModel):
    user: str
    password: SecretStr


class Revealed(BaseModel):
    password: SecretStr

    @field_serializer("password", when_used="json")
    def reveal(self, password: SecretStr) -> str:
        return password.get_secret_value()


class Node(BaseModel):
    """A model that holds its own kind."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    children: list[Node] = Field(default_factory=list)
    table: TableField | None = None


REFUSED = [
    (Table, "“found” of type Table, which cannot be stored"),
    (Table | None, "“found” of type Table, which"),
    (list[Table], "“found” of type Table, which"),
    (dict[str, tuple[Table, ...]], "“found” of type Table, which"),
    (Exception, "“found” of type Exception, which"),
    (Callable[[int], int], "“found” of type Callable, which"),
    (SecretStr, "“found” of type SecretStr, which is written as asterisks"),
    (SecretStr | str, "“found” of type SecretStr, which"),
    (list[SecretBytes], "“found” of type SecretBytes, which"),
    (Credentials, "“found.password” of type SecretStr, which"),
    (dict[str, list[Credentials]], "“found.password” of type SecretStr, which"),
]


@pytest.mark.parametrize(("annotation", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_a_field_that_cannot_be_stored_is_named_in_one_sentence(annotation: Any, words: str):
    problem = problem_with(annotation)
    assert problem
    assert problem.startswith(f"its event Loaded has a field {words}")
    assert ". " not in problem


@pytest.mark.parametrize(
    "annotation",
    [
        str, Any, object, int | None, list[dict[str, float]], set[int], tuple[int, ...], bytes, Trip, Outer, Owner,
        Strict, Node, TableField, TableField | None, OfTable, Revealed, Path, Table | str, type[Event],
        Annotated[Table, PlainSerializer(rows_of), PlainValidator(table_of)],
    ],
)  # fmt: skip
def test_what_can_be_stored_or_has_a_serializer_of_its_author_is_accepted(annotation: Any):
    assert problem_with(annotation) is None


def test_a_field_that_the_class_leaves_out_of_its_data_may_hold_anything():
    assert problem_with(Table, found=Field(default=None, exclude=True)) is None


class Login(HumanResponseEvent):
    password: SecretStr


class AskLogin(InputRequiredEvent):
    answer_type: ClassVar = Login


class Waits(Workflow):
    """Names its question and its answer only in the code of a step."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> StopEvent:
        answer = await ctx.wait_for_event(Login, waiter_event=AskLogin())
        return StopEvent(result=len(answer.password))


class Asks(Workflow):
    """Names the answer only in its question."""

    @step
    async def ask(self, ev: StartEvent) -> AskLogin | StopEvent:
        return AskLogin()

    @step
    async def end(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent()


@pytest.mark.parametrize("flow", [Waits, Asks])
def test_the_answers_of_waits_and_questions_are_tried_as_well(flow: type[Workflow]):
    assert Login in events_of(flow())
    assert "its event Login has a field “password” of type SecretStr" in (problem_with_events(flow()) or "")


class Shows(Event):
    model: Table


class InAStep(Workflow):
    """An event that cannot be stored stays inside one step, in the hand of its author."""

    @step
    async def only(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result=len(Shows(model=Table([1, 2])).model.rows))


class Passing(Workflow):
    @step
    async def give(self, ev: StartEvent) -> Shows:
        return Shows(model=Table([]))

    @step
    async def take(self, ev: Shows) -> StopEvent:
        return StopEvent()


def test_one_workflow_is_refused_and_the_others_work(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", f"bad={__name__}:Passing,good={__name__}:InAStep")
    with closing(open_engine(load_settings())) as engine:
        with pytest.raises(WorkflowUnusable, match=r"“bad” .* its event Shows has a field “model” of type Table"):
            engine.start("bad")
        run = engine.start("good")
        assert until(lambda: run.result) == {"result": 2}
        assert engine.workflows() == ["bad", "good"]


class Unfinished(Event):
    later: NotThere  # type: ignore[name-defined]  # noqa: F821


class Incomplete(Workflow):
    @step
    async def give(self, ev: StartEvent) -> Unfinished:
        raise NotImplementedError

    @step
    async def take(self, ev: Unfinished) -> StopEvent:
        raise NotImplementedError


def test_an_event_with_a_type_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", f"bad={__name__}:Incomplete")
    with closing(open_engine(load_settings())) as engine, pytest.raises(WorkflowUnusable) as raised:
        engine.start("bad")
    assert "its event Unfinished is not complete: `Unfinished` is not fully defined" in str(raised.value)


class Chart(StopEvent):
    chart: Table


def test_a_result_may_hold_what_can_be_shown_and_nothing_else():
    class Ends(Workflow):
        @step
        async def only(self, ev: StartEvent) -> Chart:
            raise NotImplementedError

    assert "its event Chart has a field “chart” of type Table" in (problem_with_events(Ends()) or "")


def test_a_start_event_that_nothing_finds_again_is_named_before_a_run_is_started():
    class Hidden(StartEvent):
        place: str

    class Inline(Workflow):
        @step
        async def go(self, ev: Hidden) -> StopEvent:
            return StopEvent(result=ev.place)

    problem = problem_with_events(Inline())
    assert problem
    assert problem.startswith("its start event Hidden is declared where nothing finds it again after a restart")
