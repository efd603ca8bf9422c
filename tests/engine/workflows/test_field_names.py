"""Fields with aliases: given by each of their names, stored, and read again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, ClassVar

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, computed_field
from pydantic.alias_generators import to_camel
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, InvalidAnswer, InvalidInputs, open_engine
from hitl.engine.workflows.answers import unknown_fields
from hitl.engine.workflows.field_names import build_model, is_extendable, names_of, schema_with_names
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.more_flows import completed


class Place(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    street_name: str


class Plain(HumanResponseEvent):
    is_ok: bool = Field(alias="isOk")
    place: Place


class ByName(HumanResponseEvent):
    model_config = ConfigDict(populate_by_name=True, alias_generator=to_camel)

    is_ok: bool
    place: Place


class Validated(HumanResponseEvent):
    is_ok: bool = Field(validation_alias=AliasChoices("isOk", "fine"))
    place: Place = Field(validation_alias="where")


class Serialized(HumanResponseEvent):
    model_config = ConfigDict(serialize_by_alias=True)

    is_ok: bool = Field(serialization_alias="isOk")
    place: Place = Field(validation_alias=AliasChoices("where"), serialization_alias="WHERE")


class Split(HumanResponseEvent):
    is_ok: bool = Field(alias="isOk", validation_alias="verdict", serialization_alias="Verdict")
    place: Place = Field(validation_alias=AliasPath("places", 0))


ANSWERS: dict[type[Event], list[dict[str, Any]]] = {
    Plain: [{"isOk": True, "place": {"streetName": "x"}}, {"is_ok": True, "place": {"street_name": "x"}}],
    ByName: [{"isOk": True, "place": {"streetName": "x"}}, {"is_ok": True, "place": {"street_name": "x"}}],
    Validated: [
        {"isOk": True, "where": {"streetName": "x"}},
        {"fine": True, "where": {"streetName": "x"}},
        {"is_ok": True, "place": {"street_name": "x"}},
    ],
    Serialized: [
        {"is_ok": True, "where": {"streetName": "x"}},
        {"isOk": True, "WHERE": {"streetName": "x"}},
        {"is_ok": True, "place": {"street_name": "x"}},
    ],
    Split: [
        {"verdict": True, "places": [{"streetName": "x"}]},
        {"Verdict": True, "place": {"street_name": "x"}},
        {"is_ok": True, "place": {"street_name": "x"}},
    ],
}
"""Ways to say the same, by the class of the event."""
SAME = [(cls, body) for cls, bodies in ANSWERS.items() for body in bodies]


@pytest.mark.parametrize(("cls", "body"), SAME)
def test_a_field_is_given_by_each_of_its_names_and_what_is_stored_is_read_again(cls: type[Event], body: dict[str, Any]):
    event: Any = build_model(cls, body)
    assert (event.is_ok, event.place.street_name, dict(event.items())) == (True, "x", {})
    assert set(body) <= set(names_of(cls))
    assert build_model(cls, event.model_dump(mode="json")) == event
    free = build_model(cls, {**body, "free": 7})
    assert (free["free"], free.is_ok) == (7, True)
    assert build_model(cls, free.model_dump(mode="json")) == free


def test_the_schema_has_the_names_that_pydantic_shows_and_the_others_beside_them():
    found = schema_with_names(Validated)["properties"]
    assert {name: part.get("x-other-names") for name, part in found.items()} == {
        "isOk": ["is_ok", "fine"],
        "where": ["place"],
    }
    inner = schema_with_names(Plain)["$defs"]["Place"]["properties"]["streetName"]
    assert inner["x-other-names"] == ["street_name"]
    assert schema_with_names(InputRequiredEvent) == InputRequiredEvent.model_json_schema()


def test_a_constructor_or_a_private_field_of_its_own_is_kept():
    class Own(HumanResponseEvent):
        number: int

        def __init__(self, **fields: Any) -> None:
            super().__init__(**{"number": 7, **fields})

    class Private(HumanResponseEvent):
        number: int
        _secret: int = PrivateAttr(default=1)

    assert build_model(Own, {}).number == 7
    assert build_model(Private, {"number": "3", "_secret": 2})._secret == 2
    with pytest.raises(ValidationError):
        build_model(Private, {"number": "three"})


class Sum(HumanResponseEvent):
    one: int
    two: int

    @computed_field
    def total(self) -> int:
        return self.one + self.two


def test_what_a_class_computes_is_stored_and_not_read():
    event = build_model(Sum, {"one": 1, "two": 2})
    stored = event.model_dump(mode="json")
    assert stored == {"one": 1, "two": 2, "total": 3}
    assert build_model(Sum, stored) == event
    assert dict(build_model(Sum, stored).items()) == {}
    assert unknown_fields(Sum, stored) == {}
    assert list(unknown_fields(Sum, {"three": 3})) == ["three"]


def test_an_event_without_fields_takes_any_unless_it_says_otherwise():
    class Closed(StartEvent):
        model_config = ConfigDict(extra="forbid")

    class Open(StartEvent):
        model_config = ConfigDict(extra="allow")

        name: str

    assert [is_extendable(cls) for cls in (StartEvent, Closed, Open, Plain)] == [True, False, True, False]


# ---- in a run


class Begin(StartEvent):
    trip_name: str = Field(alias="tripName")


class Ask(InputRequiredEvent):
    answer_type: ClassVar[type[Event]] = Plain

    place: Place
    text: str = ""


class Asks(Workflow):
    """Carries fields with aliases in its start, its question, its state and its answer."""

    answer: ClassVar[type[Event]] = Plain

    @step
    async def ask(self, ctx: Context, ev: Begin) -> Ask:
        await ctx.store.set("place", Place.model_validate({"streetName": ev.trip_name}))
        return Ask(place=Place.model_validate({"streetName": "Via Appia"}))

    @step
    async def end(self, ctx: Context, ev: Plain) -> StopEvent:
        place = await ctx.store.get("place")
        return StopEvent(result=[ev.is_ok, ev.place.street_name, place.street_name])


@pytest.fixture
def engine() -> Iterator[Engine]:
    with closing(open_engine(settings())) as engine:
        yield engine


def settings() -> Settings:
    return Settings(workflows={"asks": f"{__name__}:Asks"})


@pytest.mark.parametrize("inputs", [{"tripName": "Rome"}, {"trip_name": "Rome"}])
@pytest.mark.parametrize("body", ANSWERS[Plain])
def test_a_run_with_aliases_goes_on_after_a_restart(inputs: dict[str, Any], body: dict[str, Any]):
    with closing(open_engine(settings())) as engine:
        run = engine.start("asks", **inputs)
        until(lambda: run.questions)
        assert run.inputs == {"trip_name": "Rome"}
    with closing(open_engine(settings())) as engine:
        run = engine.attach(run.id)
        assert run.blocked_reason is None
        (question,) = run.questions
        assert question.body["place"] == {"street_name": "Via Appia"}
        assert run.answer(question.id, body, by="ana").accepted
        completed(run)
        assert run.result == {"result": [True, "x", "Rome"]}
        (answer,) = run.answers
        assert answer.body == {"is_ok": True, "place": {"street_name": "x"}}
        again = engine.start("asks", **run.inputs)
        until(lambda: again.questions)


def test_what_does_not_fit_is_told_by_the_name_that_was_given(engine: Engine):
    with pytest.raises(InvalidInputs) as told:
        engine.start("asks", trip_name=7)
    assert list(told.value.problems) == ["trip_name"]
    with pytest.raises(InvalidInputs) as told:
        engine.start("asks", town="Rome")
    assert told.value.problems["tripName"] == "Field required"
    assert "Begin has no such field" in told.value.problems["town"]
    run = engine.start("asks", tripName="Rome")
    until(lambda: run.questions)
    with pytest.raises(InvalidAnswer) as refused:
        run.answer(run.questions[0].id, {"isOk": True, "place": {"street": "x"}}, by="ana")
    assert refused.value.problems == {"place.streetName": "Field required"}
