"""The state is stored as what has changed, and what is put together from it is the state."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from workflows.context.state_store import DictState, InMemoryStateStore, apply_state_patch

from hitl.engine.errors import NotStorable
from hitl.engine.workflows.state_patch import StoredState
from hitl.engine.workflows.storable import StorableSerializer
from tests.engine.workflows.values import KEPT, Inner, Locked, Outer, Table, Wider, is_same


def stored(state: BaseModel) -> StoredState:
    return StoredState(state, StorableSerializer())


def read(whole: dict[str, Any]) -> Any:
    store: InMemoryStateStore[Any] = InMemoryStateStore.from_dict(json.loads(json.dumps(whole)), StorableSerializer())
    state = store._memory_storage.load_sync()
    assert state
    return state.data


def patched(old: BaseModel, new: BaseModel) -> tuple[Any, list[dict[str, Any]]]:
    before = stored(old)
    whole = json.loads(json.dumps(before.whole()))
    patch = json.loads(json.dumps(stored(new).changes_since(before)))
    return read(apply_state_patch(whole, patch)), patch


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(0, 2), st.floats(0, 1), st.sampled_from(["", "a", "a/b", "~1"]), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from(["a", "a/b", "~0", 1, "1", "__hitl"]), inner, max_size=4),
        inner.map(lambda value: Outer(inner=Inner(), anything=value)),
        inner.map(lambda value: Outer(inner=Wider(more=1), anything=value)),
        st.frozensets(st.integers(0, 3)).map(set),
    ),
    max_leaves=12,
)
STATES = st.dictionaries(st.sampled_from(["a", "b/c", "~"]), VALUES, max_size=3)


@given(STATES, STATES)
def test_a_state_with_what_has_changed_since_is_the_state(old: dict[str, Any], new: dict[str, Any]):
    back, _ = patched(DictState(**old), DictState(**new))
    assert {key: is_same(back._data[key], new[key]) for key in new} == dict.fromkeys(new, True)
    assert back._data.keys() == new.keys()


@given(VALUES, VALUES)
def test_a_state_of_the_authors_own_class_too(old: Any, new: Any):
    before, after = Outer(inner=Inner(seen={1}), anything=old), Outer(inner=Wider(more=2), anything=new)
    back, _ = patched(before, after)
    assert is_same(back, after)


@pytest.mark.parametrize("value", KEPT, ids=lambda value: type(value).__name__)
def test_any_value_that_can_be_stored_can_be_in_the_state(value: Any):
    state = DictState(value=value, other=1)
    assert is_same(read(stored(state).whole())._data["value"], value)
    back, _ = patched(DictState(other=1), state)
    assert is_same(back._data["value"], value)


def test_yes_is_not_taken_for_one():
    back, patch = patched(DictState(a=[1, {"n": 0}]), DictState(a=[True, {"n": False}]))
    assert back._data["a"] == [True, {"n": False}]
    assert back._data["a"][0] is True
    assert patch


def test_a_list_that_grows_costs_what_is_new():
    many = [Inner(seen={number}) for number in range(500)]
    _, patch = patched(DictState(found=many), DictState(found=[*deepcopy(many), Inner(seen={1})]))
    assert [operation["path"] for operation in patch] == ["/state_data/_data/found/500"]


class Progress(BaseModel):
    lines: list[str] = Field(default_factory=list)
    deep: Outer | None = None


def test_a_list_inside_models_costs_what_is_new_as_well():
    lines = [str(number) for number in range(500)]
    old = Progress(lines=lines, deep=Outer(inner=Inner(), anything=lines))
    new = Progress(lines=[*lines, "new"], deep=Outer(inner=Inner(), anything=[*lines, "new"]))

    back, patch = patched(old, new)

    assert is_same(back, new)
    assert len(patch) == 2
    assert len(json.dumps(patch)) < 200


def test_nothing_is_written_of_a_state_that_was_only_copied():
    state = DictState(a={1, 2}, b=[Outer(inner=Wider(more=1))], c=(1, [2]))
    assert patched(state, deepcopy(state))[1] == []


@pytest.mark.parametrize("place", ["whole", "patch"])
def test_the_key_and_the_type_are_named_of_what_cannot_be_stored(place: str):
    state = DictState(fine=1, found={"rows": [Table([1])]})
    with pytest.raises(NotStorable, match=r"“found\.rows\.0” in the state has a value of type Table"):
        stored(state).whole() if place == "whole" else stored(state).changes_since(stored(DictState(fine=1)))


def test_a_field_of_the_authors_own_state_is_named_too():
    state = Outer(inner=Inner(), anything=Table([1]))
    with pytest.raises(NotStorable, match="“anything” in the state has a value of type Table"):
        stored(state).whole()
    with pytest.raises(NotStorable, match="“anything” in the state has a value of type Table"):
        stored(state).changes_since(stored(Outer(inner=Inner())))


def test_a_state_that_only_its_own_serializer_can_write_is_written_by_it():
    back, _ = patched(Locked(a=1), Locked(a=2))
    assert (back.a, back._table.rows) == (2, [1])
    nested, _ = patched(DictState(x=Locked(a=1)), DictState(x=Locked(a=2)))
    assert nested._data["x"].a == 2


def test_an_agents_memory_that_cannot_be_stored_is_left_out_as_the_library_does():
    state = DictState(memory=Table([1]), n=1)
    assert list(stored(state).whole()["state_data"]["_data"]) == ["n"]
    back, _ = patched(DictState(n=1), state)
    assert list(back._data) == ["n"]
