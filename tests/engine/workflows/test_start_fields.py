"""What a workflow can be started with, read from the source of its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from pydantic import ConfigDict
from workflows import Workflow, step
from workflows.events import Event, StartEvent, StopEvent

from hitl.engine import Engine, InvalidInputs, open_engine
from hitl.engine.workflows.start_fields import fields_read, start_schema
from hitl.settings import Settings
from tests.engine.more_flows import completed

ANY = {"format": "hitl-value"}


class Reads(Workflow):
    """Reads fields in each of the ways that there are."""

    @step
    async def begin(self, order: StartEvent) -> StopEvent:
        first = order.first
        second = order["second"]
        third = order.get("third")
        days = order.get("days", 3)
        rate = order.get("rate", default=0.5)
        loud = getattr(order, "loud", False)
        greeting = order.get("greeting", "hello")
        names = order.get("names", [])
        nested = order.nested.inner
        once_more = order.first
        order.written = 1
        order["set"] = 2
        if "asked" in order and order.items() and order.get(first) and order.model_dump() and order.__class__:
            pass
        return StopEvent(result=[second, third, days, rate, loud, greeting, names, nested, once_more])


class Child(Reads):
    """Inherits its step."""


class Hands(Workflow):
    """Gives its event to other methods, under other names."""

    @step
    async def begin(self, ev: StartEvent) -> StopEvent:
        start: StartEvent = ev
        self.note(1, start)
        return StopEvent(result=[start.city, self.further(event=ev)])

    def note(self, level: int, what: Any) -> None:
        print(level, what.comment)

    def further(self, event: StartEvent) -> Any:
        return self.further(event) if event.depth else self.nowhere

    nowhere = 1


class Other(Event):
    pass


class TwoSteps(Workflow):
    @step
    async def begin(self, ev: StartEvent) -> Other | None:
        return Other() if ev.go else None

    @step
    async def beside(self, ev: StartEvent | Other) -> StopEvent:
        return StopEvent(result=ev.get("stop_at", 7))

    @step
    async def not_it(self, ev: Other) -> None:
        print(ev.other_s)


class Named(StartEvent):
    """A trip."""

    model_config = ConfigDict(extra="allow")

    place: str


class Extends(Workflow):
    @step
    async def begin(self, ev: Named) -> StopEvent:
        return StopEvent(result=[ev.place, ev.days])


class Closed(StartEvent):
    place: str


class Declared(Workflow):
    @step
    async def begin(self, ev: Closed) -> StopEvent:
        return StopEvent(result=[ev.place, ev.get("days")])


READ = {
    "first": ANY,
    "second": ANY,
    "third": ANY,
    "days": {"type": "integer", "default": 3},
    "rate": {"type": "number", "default": 0.5},
    "loud": {"type": "boolean", "default": False},
    "greeting": {"type": "string", "default": "hello"},
    "names": ANY,
    "nested": ANY,
}


@pytest.mark.parametrize("workflow", [Reads, Child])
def test_every_way_to_read_a_field_is_found_in_the_order_of_the_source(workflow: type[Workflow]):
    found = fields_read(workflow(timeout=None))
    assert found == READ
    assert list(found) == list(READ)


@pytest.mark.parametrize(
    ("workflow", "names"),
    [(Hands, ["comment", "city", "depth"]), (TwoSteps, ["go", "stop_at"])],
)
def test_methods_that_get_the_event_and_all_steps_that_take_it_are_read(workflow: type[Workflow], names: list[str]):
    assert list(fields_read(workflow(timeout=None))) == names


def test_steps_without_a_source_offer_nothing():
    scope: dict[str, Any] = {"__name__": __name__}
    exec(  # as in a console
        "from workflows import Workflow, step\n"
        "from workflows.events import StartEvent, StopEvent\n"
        "class NoSource(Workflow):\n"
        "    @step\n"
        "    async def begin(self, ev: StartEvent) -> StopEvent:\n"
        "        return StopEvent(result=ev.name)\n",
        scope,
    )
    schema = start_schema(scope["NoSource"](timeout=None))
    assert (schema["properties"], schema["additionalProperties"]) == ({}, True)


def test_a_source_that_has_changed_since_it_was_imported_offers_nothing_wrong(
    write_module: Callable[[str], Any],
):
    source = (
        "from workflows import Workflow, step\n"
        "from workflows.events import StartEvent, StopEvent\n"
        "class Edited(Workflow):\n"
        "    @step\n"
        "    async def begin(self, ev: StartEvent) -> StopEvent:\n"
        "        return StopEvent(result=ev.name)\n"
    )
    module = write_module(source)
    assert list(fields_read(module.Edited(timeout=None))) == ["name"]
    write_module("def other(ev):\n    return ev.wrong\n" + "\n" * 20)
    assert fields_read(module.Edited(timeout=None)) == {}


@pytest.fixture
def write_module(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    import importlib
    import sys

    monkeypatch.syspath_prepend(str(tmp_path))

    def write(source: str) -> Any:
        (tmp_path / "edited_start.py").write_text(source, "utf-8")
        return sys.modules.get("edited_start") or importlib.import_module("edited_start")

    yield write
    sys.modules.pop("edited_start", None)


def test_an_event_that_declares_fields_takes_others_only_if_it_says_so():
    extended = start_schema(Extends(timeout=None))
    assert list(extended["properties"]) == ["place", "days"]
    assert (extended["required"], extended["additionalProperties"], extended["description"]) == (
        ["place"],
        True,
        "A trip.",
    )
    assert list(start_schema(Declared(timeout=None))["properties"]) == ["place"]


@pytest.fixture
def engine() -> Iterator[Engine]:
    flows = {"reads": Reads, "extends": Extends, "declared": Declared}
    with closing(open_engine(Settings(workflows={}), workflows=flows)) as engine:
        yield engine


def test_a_start_with_fields_that_are_not_declared_is_stored_and_arrives(engine: Engine):
    run = engine.start("extends", place="Rome", days=3, note="n")
    completed(run)
    assert run.result == {"result": ["Rome", 3]}
    assert run.inputs == {"place": "Rome", "days": 3, "note": "n"}
    assert "description" not in engine.start_schema("reads"), "that of the library's event is of no interest"
    with pytest.raises(InvalidInputs, match="has no such field"):
        engine.start("declared", place="Rome", days=3)
