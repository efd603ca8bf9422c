"""Workflows that give values of every kind: in events, in the state, as their results."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, Field
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from tests.engine.workflows.values import KEPT, Inner, OfTable, Outer, Table, Wider, is_same, outer

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
"""A picture of one pixel."""


class Yes(HumanResponseEvent):
    score: float = 0.0


class Ask(InputRequiredEvent):
    answer_type: ClassVar = Yes

    confidence: float = 0.0


class Unsure(Workflow):
    """Asks with a number that is none, and is answered with one that is infinite."""

    @step
    async def ask(self, ev: StartEvent) -> Ask:
        return Ask(confidence=float("nan"))

    @step
    async def end(self, ev: Yes) -> StopEvent:
        return StopEvent(result=f"scored {ev.score}")


class Measured(StopEvent):
    given: float
    answered: float
    kept: float


class NotANumber(Workflow):
    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> Ask:
        await ctx.store.set("number", float("-inf"))
        return Ask(confidence=ev.get("number"))

    @step
    async def end(self, ctx: Context, ev: Yes) -> Measured:
        return Measured(given=float("nan"), answered=ev.score, kept=await ctx.store.get("number"))


class Carries(Event):
    load: Any


class KeepsAll(Workflow):
    """Holds every kind of value in the state and in an event, while it waits for a human."""

    @step
    async def begin(self, ctx: Context, ev: StartEvent) -> Carries:
        await ctx.store.set("values", KEPT)
        return Carries(load=KEPT)

    @step
    async def ask(self, ctx: Context, ev: Carries) -> StopEvent:
        await ctx.wait_for_event(Yes, waiter_event=Ask())
        lost = [repr(kept) for kept, came in zip(KEPT, ev.load, strict=True) if not is_same(kept, came)]
        state = await ctx.store.get("values")
        return StopEvent(
            result=[lost, [repr(kept) for kept, came in zip(KEPT, state, strict=True) if not is_same(kept, came)]]
        )


class Progress(BaseModel):
    found: list[Inner] = Field(default_factory=list)
    deep: Outer | None = None
    days: set[dt.date] = Field(default_factory=set)


class Typed(Workflow):
    """Has a state of its own class, which each step changes a little."""

    @step
    async def begin(self, ctx: Context[Progress], ev: StartEvent) -> OfTable:
        async with ctx.store.edit_state() as state:
            state.found.append(Wider(seen={1}, more=2))
            state.deep = outer()
        return OfTable(table=Table([1, 2]))

    @step
    async def ask(self, ctx: Context[Progress], ev: OfTable) -> Ask:
        async with ctx.store.edit_state() as state:
            state.found.append(Inner(seen=set(ev.table.rows)))
            state.days.add(dt.date(2026, 1, 2))
        return Ask()

    @step
    async def end(self, ctx: Context[Progress], ev: Yes) -> StopEvent:
        state = await ctx.store.get_state()
        expected = Progress(
            found=[Wider(seen={1}, more=2), Inner(seen={1, 2})], deep=outer(), days={dt.date(2026, 1, 2)}
        )
        return StopEvent(result=is_same({"": vars(state)}, {"": vars(expected)}))


class Loses(Workflow):
    """Gives a value that cannot be stored, where the input says."""

    @step
    async def load(self, ctx: Context, ev: StartEvent) -> Carries | Ask | StopEvent:
        table = Table([1])
        match ev.where:
            case "event":
                return Carries(load={"tables": [table]})
            case "sent event":
                ctx.send_event(Carries(load=table))
            case "question":
                return Ask(note=table)  # type: ignore[call-arg]
            case "state":
                await ctx.store.set("loaded", {"first": table})
            case "state for a moment":
                await ctx.store.set("loaded", table)
                await ctx.store.set("loaded", None)
            case "result":
                return StopEvent(result={"tables": [table]})
            case "large picture":
                return StopEvent(result=PNG + bytes(6_000_000))
        return Ask()

    @step
    async def take(self, ev: Carries | Yes) -> StopEvent:
        return StopEvent(result="taken")


class Results(Workflow):
    """Ends with a value of the kind that the input names."""

    @step
    async def end(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result=RESULTS[ev.kind][0]())


def frame() -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame({"a": [1, 2], "day": [dt.datetime(2026, 1, 2), None]})


def image() -> Any:
    return pytest.importorskip("PIL.Image").new("RGB", (2, 2))


def array() -> Any:
    return pytest.importorskip("numpy").array([[1, 2], [3, 4]])


RESULTS: dict[str, tuple[Callable[[], Any], Any]] = {
    "text": (lambda: "done", "done"),
    "models": (lambda: [Inner(seen={1})], [{"seen": [1]}]),
    "set": (lambda: {1}, [1]),
    "date": (lambda: dt.date(2026, 1, 2), "2026-01-02"),
    "frame": (frame, {"$table": {"columns": ["a", "day"], "rows": [[1, "2026-01-02T00:00:00.000"], [2, None]]}}),
    "grouped frame": (
        lambda: frame().groupby("a").count(),
        {"$table": {"columns": ["a", "day"], "rows": [[1, 1], [2, 0]]}},
    ),
    "array": (array, [[1, 2], [3, 4]]),
    "picture": (lambda: PNG, {"$picture": {"type": "image/png", "base64": base64.b64encode(PNG).decode()}}),
    "bytes": (lambda: {"raw": b"\xff\xfe"}, {"raw": {"$bytes": "//4="}}),
    "bytes of text": (lambda: b"text", "text"),
}
