"""What is shown of an event: as pydantic writes it, with what JSON does not have named as such."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from pydantic import BaseModel, field_serializer
from workflows.events import Event, StopEvent

from hitl.engine.errors import NotStorable
from hitl.engine.workflows import shown
from hitl.engine.workflows.shown import shown_fields, shown_value
from hitl.shown_values import bytes_of, in_brief, picture_of, table_of, without_non_finite
from tests.engine.stored_flows import PNG
from tests.engine.workflows.values import KEPT, Given, Inner, Table, is_same

NAN, INF = float("nan"), float("inf")


class Hides(Event):
    price: float

    @field_serializer("price")
    def hide(self, price: float) -> None:
        return None


class Point(BaseModel):
    x: float
    inside: Any = None


@dataclasses.dataclass
class Pair:
    left: float
    right: Any


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        (Given(number=NAN, anything=[1.0, INF, {"a": -INF}]), {"number": NAN, "anything": [1.0, INF, {"a": -INF}]}),
        (Given(anything=[Point(x=NAN, inside=(INF,))]), {"number": 0.0, "anything": [{"x": NAN, "inside": [INF]}]}),
        (Given(anything=Pair(NAN, [INF])), {"number": 0.0, "anything": {"left": NAN, "right": [INF]}}),
        (Event(a=NAN, b=[INF], c=None), {"_data": {"a": NAN, "b": [INF], "c": None}}),
        (StopEvent(result=NAN), {"result": NAN}),
        (StopEvent(result={"a": [NAN]}), {"result": {"a": [NAN]}}),
        (Given(anything=b"\xff"), {"number": 0.0, "anything": {"$bytes": "/w=="}}),
        (Given(anything=[dt.date(2026, 1, 2), {1}]), {"number": 0.0, "anything": ["2026-01-02", [1]]}),
        (Hides(price=1.0), {"price": None}),
    ],
    ids=str,
)  # fmt: skip
def test_fields_are_shown_with_the_numbers_that_they_have(event: Event, fields: dict[str, Any]):
    assert is_same(shown_fields(event), fields)


@pytest.mark.parametrize("value", KEPT, ids=lambda value: type(value).__name__)
def test_every_value_that_can_be_stored_can_be_shown(value: Any):
    assert "anything" in shown_fields(Given(anything=value))


def test_what_can_be_shown_of_nothing_is_named():
    with pytest.raises(NotStorable) as raised:
        shown_fields(StopEvent(result={"a": [Inner(), Table([1])]}))
    assert (raised.value.kind, raised.value.place) == ("Table", ["result", "a", "1"])


def test_what_is_too_large_is_named_with_its_size(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shown, "MOST_BYTES", 100)
    monkeypatch.setattr(shown, "MOST_CELLS", 5)
    with pytest.raises(NotStorable, match=r"too large to be stored with a run: 1 kB"):
        shown_value({"chart": PNG + bytes(1000)})
    pandas = pytest.importorskip("pandas")
    with pytest.raises(NotStorable, match=r"too large to be stored with a run: 6 cells, at most 5"):
        shown_value(pandas.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]}))


def test_tables_pictures_and_bytes_are_found_again():
    pandas = pytest.importorskip("pandas")
    assert table_of(shown_value(pandas.DataFrame({"a": [1, None]}))) == (["a"], [[1.0], [None]])
    assert table_of(shown_value(pandas.Series([1, 2], name="n"))) == (["n"], [[1], [2]])
    assert picture_of(shown_value(PNG)) == PNG
    assert bytes_of(shown_value(b"\xff")) == b"\xff"
    brief = in_brief([shown_value(PNG), {"a": shown_value(b"\xff\xff")}])
    assert brief == [f"(a picture, {len(PNG)} bytes)", {"a": "(2 bytes)"}]


UNEVEN = {"$table": {"columns": [1], "rows": [[1, 2]]}}


@pytest.mark.parametrize("value", [{}, {"$picture": 1}, {"$bytes": "é"}, UNEVEN, 1, "a"])
def test_what_only_looks_like_one_is_none(value: Any):
    assert (picture_of(value), bytes_of(value), table_of(value)) == (None, None, None)
    assert in_brief(value) == value


def test_numbers_that_json_does_not_have_become_texts():
    assert without_non_finite({"a": [NAN, (INF, 1.0)], "b": -INF, "c": "x"}) == {
        "a": ["NaN", ["Infinity", 1.0]], "b": "-Infinity", "c": "x",
    }  # fmt: skip
