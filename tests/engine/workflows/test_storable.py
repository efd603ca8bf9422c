"""What a workflow gives comes back as what it was, or is refused in a sentence that names it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr
from workflows.context.serializers import JsonSerializer, PickleSerializer
from workflows.events import Event, StepFailedEvent
from workflows.runtime.types.results import AddWaiter, StepWorkerFailed, StepWorkerResult
from workflows.runtime.types.step_id import StepId
from workflows.runtime.types.ticks import TickAddEvent, TickStepResult, WorkflowTick, WorkflowTickAdapter

from hitl.engine.errors import NotStorable
from hitl.engine.workflows.storable import StorableSerializer
from tests.engine.workflows import values
from tests.engine.workflows.values import KEPT, Given, Inner, Locked, OfTable, Outer, Table, Withheld, is_same


def written_and_read(value: Any, serializer: StorableSerializer | None = None) -> Any:
    serializer = serializer or StorableSerializer()
    text = serializer.serialize(value)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    return StorableSerializer(serializer._own).deserialize(text)


@pytest.mark.parametrize("value", KEPT, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_as_what_it_was(value: Any):
    assert is_same(written_and_read(value), value)
    inside = {"deep": [value, (value,)]}
    assert is_same(written_and_read(inside), inside)


ATOMS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.dates(), st.datetimes(),
    st.timedeltas(), st.times(), st.decimals(allow_nan=False), st.uuids(), st.fractions(),
    st.complex_numbers(allow_nan=False), st.sampled_from(values.Colour), st.frozensets(st.integers()),
)  # fmt: skip
KEYS = st.one_of(st.text(), st.integers(), st.dates(), st.just("__hitl"), st.just("__is_pydantic"))


@given(
    st.recursive(
        ATOMS,
        lambda inner: st.one_of(
            st.lists(inner),
            st.lists(inner).map(tuple),
            st.dictionaries(KEYS, inner),
            inner.map(lambda value: Given(anything=value)),
        ),
    )
)
def test_whatever_is_nested_in_whatever_comes_back(value: Any):
    assert is_same(written_and_read(value), value)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_an_event_in_a_tick_keeps_the_numbers_that_json_does_not_have(number: float):
    serializer = StorableSerializer()
    tick = TickAddEvent(event=Given(number=number, anything=[number]))

    with serializer.validation_context():
        read = WorkflowTickAdapter.validate_python(serializer.deserialize(serializer.serialize(tick)))

    assert isinstance(read, TickAddEvent)
    assert is_same(read.event, tick.event)


def test_every_event_of_a_tick_comes_back_from_wherever_it_is():
    serializer = StorableSerializer()
    event = Given(anything={1, 2})
    failed = StepWorkerFailed(exception=ValueError("no"), failed_at=1.0)
    waiter: AddWaiter[Event] = AddWaiter(waiter_id="w", waiter_event=event, event_type=Given)
    ticks: list[WorkflowTick] = [
        TickStepResult(step_id=StepId.root("a"), worker_id=0, event=event, result=[result])
        for result in (StepWorkerResult(result=event), failed, waiter)
    ]
    ticks.append(TickAddEvent(event=event, bound_events={"x": event}))
    for tick in ticks:
        with serializer.validation_context():
            read = WorkflowTickAdapter.validate_python(serializer.deserialize(serializer.serialize(tick)))
        assert read.model_dump() == tick.model_dump()


REFUSED = [
    (Table([1]), "Table"),
    ({"a": [Table([1])]}, "Table"),
    (SecretStr("s3cret"), "SecretStr"),
    (values.OfSecret(password=SecretStr("s3cret")), "SecretStr"),
    (values.OfLostTable(table=Table([1])), "Table"),
    (print, "builtin_function_or_method"),
    (lambda: 1, "function"),
    (Table, "type"),
    (threading.Lock(), "lock"),
    (Inner.model_construct(seen={Table}), "type"),
    ((number for number in [1]), "generator"),
]


@pytest.mark.parametrize(("value", "kind"), REFUSED, ids=[kind for _, kind in REFUSED])
def test_what_does_not_come_back_is_refused_by_its_type_and_never_shows_a_secret(value: Any, kind: str):
    with pytest.raises(NotStorable) as raised:
        StorableSerializer().serialize(value)

    assert raised.value.kind == kind
    assert "s3cret" not in str(raised.value)


def test_the_sentence_says_event_field_type_step_and_what_to_do():
    with pytest.raises(NotStorable) as raised:
        StorableSerializer().serialize(TickAddEvent(event=Event(found={"rows": [1, Table([1])]})))
    raised.value.step = "load"

    assert str(raised.value) == (
        "After the step “load”, “found.rows.1” of Event has a value of type Table, which cannot be stored, so the run "
        "could not go on after a restart. Pass a path or a fingerprint instead, or give it a pydantic serializer and "
        "validator."
    )


def test_a_list_that_contains_itself_is_refused():
    loop: list[Any] = [1]
    loop.append(loop)
    with pytest.raises(NotStorable, match="contains itself"):
        StorableSerializer().serialize(loop)
    with pytest.raises(NotStorable, match=r"^Given has a value of type Given, which contains itself"):
        StorableSerializer().serialize(TickAddEvent(event=Given(anything=loop)))


def test_a_class_that_is_declared_inside_a_function_is_refused_as_it_cannot_be_found_again():
    class Local(BaseModel):
        a: int

    with pytest.raises(NotStorable, match="cannot be found again by its name"):
        StorableSerializer().serialize({"x": Local(a=1)})


def test_a_type_with_a_serializer_and_a_validator_of_its_author_is_accepted():
    read = written_and_read(OfTable(table=Table([1, 2])))
    assert type(read) is OfTable
    assert read.table.rows == [1, 2]


def test_private_attributes_that_cannot_be_stored_are_made_anew():
    read = written_and_read(Locked(a=1))
    assert (read.a, read._table.rows) == (1, [1])


def test_what_a_class_leaves_out_of_its_data_is_not_stored():
    assert "handle of a client" not in StorableSerializer().serialize(Withheld(shown="x", handle="handle of a client"))
    assert written_and_read(Withheld(shown="x", handle="handle of a client")).handle == "made anew"


class Bare(Event):
    handle: Any = Field(exclude=True)


def test_a_field_that_is_left_out_and_has_no_default_is_refused():
    with pytest.raises(NotStorable, match="Give the field a default"):
        StorableSerializer().serialize(Bare(handle=1))


def test_a_scalar_of_a_subclass_comes_back_as_the_number_or_text_that_it_equals():
    numpy = pytest.importorskip("numpy")
    for value, plain in ((numpy.float64(1.5), 1.5), (numpy.int64(3), 3), (numpy.bool_(True), True)):
        assert is_same(written_and_read({"x": value}), {"x": plain})


def test_a_model_whose_class_has_changed_meanwhile_gets_defaults_and_loses_what_is_gone():
    text = StorableSerializer().serialize(Outer(inner=Inner(seen={1})))
    data = json.loads(text)
    del data["value"]["by_day"]
    data["value"]["gone"] = 1

    read = StorableSerializer().deserialize(json.dumps(data))

    assert read.inner == Inner(seen={1})
    assert read.by_day == {}
    assert not hasattr(read, "gone")


def test_what_the_library_has_written_in_earlier_versions_is_read():
    before = JsonSerializer()
    for value in (Inner(seen={1}), Given(number=2.0), {"a": [Inner()]}):
        assert StorableSerializer().deserialize(before.serialize(value)) == value
    tick = TickAddEvent(event=Given(number=2.0))
    assert StorableSerializer().deserialize(before.serialize(tick)).event == tick.event


def test_events_that_others_write_are_written_as_the_library_does():
    tick = TickAddEvent(event=Given(number=2.0))
    assert "__hitl" not in JsonSerializer().serialize(tick)


def test_the_authors_own_serializer_is_tried_last_and_says_which_classes_may_be_read():
    pickles = StorableSerializer(PickleSerializer())
    assert is_same(written_and_read([Colours()], pickles)[0].name, "red")
    with pytest.raises(NotStorable, match="allowed types"):
        StorableSerializer(JsonSerializer(allowed_types=[Given])).serialize({"x": Inner()})
    allowed = StorableSerializer(JsonSerializer(allowed_types=[Inner]))
    assert written_and_read({"x": Inner(seen={1})}, allowed) == {"x": Inner(seen={1})}


class Colours:
    """A class that only pickle can write."""

    name = "red"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Colours)

    __hash__ = None  # type: ignore[assignment]


def test_a_name_of_no_class_is_not_called():
    harmful = {"__hitl": "dataclass", "of": "os:system", "value": {"command": "true"}}
    with pytest.raises(ValueError, match="not there any more"):
        StorableSerializer().deserialize(json.dumps(harmful))


def test_the_event_of_a_step_that_failed_is_kept_with_an_error_that_cannot_be_made_again():
    class Own(Exception):
        def __init__(self, code: int, why: str) -> None:
            super().__init__(f"{code}: {why}")

    event = StepFailedEvent(
        step_name="a",
        input_event=Given(),
        exception=Own(1, "no"),
        attempts=1,
        elapsed_seconds=0.1,
        failed_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert str(written_and_read(event).exception) == "1: no"
