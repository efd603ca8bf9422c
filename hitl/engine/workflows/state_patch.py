"""The state of a run as it is stored: the whole, or what has changed since the tick before.

The library's own patch (`StateCheckpoint.diff`) takes 1 and True for the same, and writes what is inside a model
without asking the serializer. Patches are applied by the library (`apply_state_patch`), so their paths are its own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from workflows.context.state_store import KNOWN_UNSERIALIZABLE_KEYS, STATE_TREE_KEY, DictState

from hitl.engine.errors import NotStorable
from hitl.engine.workflows.storable import ATOMS, StorableSerializer, is_by_fields, is_plain, stored_fields, too_deep

log = logging.getLogger("hitl")

PLAIN = ATOMS | {int, float}
MOST_CHANGES = 8
"""A part of the state with more changes than this is written whole if that is shorter."""


class StoredState:
    """The state that a run had committed at one time. Its values are not copied: one changed in place is not noticed.

    Args:
        state: The model that holds it: the library's `DictState`, or the author's own.
        serializer: Writes what is in it.
    """

    def __init__(self, state: BaseModel, serializer: StorableSerializer) -> None:
        self._state = state
        self._serializer = serializer

    def whole(self) -> dict[str, Any]:
        """The whole state, in the form that the library restores.

        Raises:
            NotStorable: If something in it would not come back as it was; its place begins with the state's key.
        """
        cls = type(self._state)
        if isinstance(self._state, DictState) and cls is DictState:
            tree = {STATE_TREE_KEY: "dict", "_data": self._values(self._state._data)}
        else:
            try:
                tree = {STATE_TREE_KEY: "model", **self._serializer.serialize_value(self._state)}
            except RecursionError as error:
                raise too_deep(self._state).inside(cls.__name__) from error
        return {
            "store_type": "in_memory",
            "state_type": cls.__name__,
            "state_module": cls.__module__,
            "state_data": tree,
        }

    def changes_since(self, before: StoredState) -> list[dict[str, Any]]:
        """A JSON patch from an earlier state of the same session to this one.

        Raises:
            NotStorable: If something new in it would not come back as it was.
        """
        old, new = before._state, self._state
        patch = Patch(self._serializer)
        if old is new:
            return []
        if isinstance(old, DictState) and isinstance(new, DictState) and type(old) is type(new) is DictState:
            patch.compare_named(before._kept(old._data), self._kept(new._data), "/state_data/_data")
        elif not (type(old) is type(new) and patch.compare_models(old, new, "/state_data")):
            patch.operations = [{"op": "replace", "path": "", "value": self.whole()}]
        return patch.operations

    def _values(self, data: Mapping[str, Any]) -> dict[str, Any]:
        done = {}
        for key, value in data.items():
            try:
                done[key] = self._serializer.serialize_value(value)
            except NotStorable as error:
                if key not in KNOWN_UNSERIALIZABLE_KEYS:
                    raise error.inside(key) from None
                log.info("an agent's memory is not kept over a restart: %s", error)
            except RecursionError as error:
                raise too_deep(value).inside(key) from error
        return done

    def _kept(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values without those that the library itself leaves out if they cannot be stored: an agent's memory."""
        lost = [key for key in KNOWN_UNSERIALIZABLE_KEYS if key in data and not self._can_be_written(data[key])]
        return {key: value for key, value in data.items() if key not in lost} if lost else data

    def _can_be_written(self, value: object) -> bool:
        try:
            self._serializer.serialize_value(value)
        except (NotStorable, RecursionError):
            return False
        return True


class Patch:
    """Collects the operations of a JSON patch between two states.

    Args:
        serializer: Writes the values that are new.
    """

    def __init__(self, serializer: StorableSerializer) -> None:
        self._serializer = serializer
        self.operations: list[dict[str, Any]] = []

    def compare(self, old: Any, new: Any, path: str) -> None:
        """Add what turns one value into another."""
        if old is new:
            return
        kind = type(new)
        if type(old) is not kind:
            self._replace(path, new)
        elif kind in PLAIN:
            if old != new:
                self._replace(path, new)
        elif kind is dict and is_plain(old) and is_plain(new):
            self._in_parts(lambda: self.compare_named(old, new, path), path, new)
        elif kind is list:
            self._in_parts(lambda: self.compare_lists(old, new, path), path, new)
        elif not (isinstance(new, BaseModel) and self.compare_models(old, new, path)) and not self._are_same(old, new):
            self._replace(path, new)

    def compare_named(self, old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> None:
        for key, value in new.items():
            inner = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
            try:
                if key in old:
                    self.compare(old[key], value, inner)
                else:
                    self._add(inner, value)
            except NotStorable as error:
                raise error.inside(key) from None
            except RecursionError as error:
                raise too_deep(value).inside(key) from error
        for key in old.keys() - new.keys():
            self.operations.append({"op": "remove", "path": f"{path}/{key.replace('~', '~0').replace('/', '~1')}"})

    def compare_lists(self, old: list[Any], new: list[Any], path: str) -> None:
        """A list mostly grows at its end: what is the same at its beginning and its end stays."""
        shorter = min(len(old), len(new))
        first = 0
        while first < shorter and self._are_same(old[first], new[first]):
            first += 1
        last = 0
        while last < shorter - first and self._are_same(old[-1 - last], new[-1 - last]):
            last += 1
        if len(old) == len(new):
            for place in range(first, len(new) - last):
                self._at(place, lambda place=place: self.compare(old[place], new[place], f"{path}/{place}"))
            return
        self.operations += [{"op": "remove", "path": f"{path}/{first}"}] * (len(old) - first - last)
        for place in range(first, len(new) - last):
            self._at(place, lambda place=place: self._add(f"{path}/{place}", new[place]))

    def compare_models(self, old: Any, new: Any, path: str) -> bool:
        """Compare two models of one class by their fields; False if the whole is to be written."""
        if not is_by_fields(type(new)) or not self._are_same_beside(old, new):
            return False
        begin = len(self.operations)
        try:
            fields = [stored_fields(model) for model in (old, new)]
            if fields[0].keys() != fields[1].keys():
                return False
            self.compare_named(fields[0], fields[1], f"{path}/value")
        except NotStorable:  # its own serializer may be able to write it
            del self.operations[begin:]
            return False
        return True

    def _are_same(self, old: Any, new: Any) -> bool:
        """True if two values are stored alike."""
        if old is new:
            return True
        kind = type(new)
        if type(old) is not kind or (kind in PLAIN and old != new):
            return False
        if kind in PLAIN:
            return True
        if kind is list or kind is tuple:
            return len(old) == len(new) and all(map(self._are_same, old, new))
        if kind is dict:
            return old.keys() == new.keys() and all(self._are_same(old[key], new[key]) for key in new)
        if isinstance(new, BaseModel) and vars(old).keys() == vars(new).keys() and is_by_fields(kind):
            return self._are_same(vars(old), vars(new)) and self._are_same_beside(old, new)
        try:
            written = [json.dumps(self._serializer.serialize_value(value)) for value in (old, new)]
        except NotStorable:
            return False  # it is named when it is written
        return written[0] == written[1]

    def _are_same_beside(self, old: BaseModel, new: BaseModel) -> bool:
        """True if what two models have beside their fields is the same."""
        beside = [[model.__pydantic_private__, model.__pydantic_extra__] for model in (old, new)]
        return old.__pydantic_fields_set__ == new.__pydantic_fields_set__ and self._are_same(*beside)

    def _in_parts(self, compare: Any, path: str, whole: Any) -> None:
        """Add the changes inside a value, or the value itself if that is shorter."""
        begin = len(self.operations)
        compare()
        if len(self.operations) - begin > MOST_CHANGES:
            one = {"op": "replace", "path": path, "value": self._serializer.serialize_value(whole)}
            if len(json.dumps(one)) < len(json.dumps(self.operations[begin:])):
                self.operations[begin:] = [one]

    def _at(self, place: int, deed: Any) -> None:
        try:
            deed()
        except NotStorable as error:
            raise error.inside(place) from None

    def _add(self, path: str, value: Any) -> None:
        self.operations.append({"op": "add", "path": path, "value": self._serializer.serialize_value(value)})

    def _replace(self, path: str, value: Any) -> None:
        self.operations.append({"op": "replace", "path": path, "value": self._serializer.serialize_value(value)})
