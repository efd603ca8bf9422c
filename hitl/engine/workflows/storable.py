"""Write what a workflow gives as JSON, and read it back as what it was: events, state, what is in them.

JSON's own values stand for themselves. Every other value that Python code usually holds is written as a dict with the
key `TAG`: dates and sets, enum members, dataclasses, pydantic models by their fields. What cannot come back as it was
is refused by name when it is written, so a run never finds that out at its next start. Nothing is pickled: what is read
names classes, never code to run.
"""

from __future__ import annotations

import base64
import copy
import dataclasses
import inspect
import json
import math
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from types import NoneType
from typing import Any, Final, cast, get_args, get_origin
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, RootModel, Secret, SecretBytes, SecretStr, TypeAdapter
from pydantic.errors import PydanticUserError
from pydantic.fields import ModelPrivateAttr
from pydantic_core import PydanticUndefined
from workflows.context.serializers import BaseSerializer, JsonSerializer
from workflows.context.utils import get_qualified_name
from workflows.events import DictLikeModel
from workflows.runtime.types.ticks import WorkflowTick

from hitl.engine.errors import NotStorable
from hitl.engine.upstream import writing_events
from hitl.engine.workflows.answers import found_by_name, qualified_name
from hitl.engine.workflows.field_names import build_model
from hitl.engine.workflows.moved_names import CurrentNames

TAG: Final = "__hitl"
"""Key of a dict that stands for a value that JSON does not have; its value says of which kind."""
EVENT: Final = "__hitl_event"
"""Key of what stands for an event while pydantic writes the tick that it is in."""
RESERVED = frozenset({TAG, "__is_pydantic", "__is_component", "__is_chat_memory"})
"""Keys that mean something in what is stored; a dict that has one itself is written as pairs."""
ATOMS = frozenset({str, bool, NoneType})
LARGEST = 10**4000
"""Python refuses to write integers of more than 4,300 digits in decimal: larger ones than this are written in hex."""
FRAMEWORKS = ("workflows", "llama_index")
"""Packages whose models are trusted to come back as they should, if they can be read at all."""
TICKS = get_args(get_args(WorkflowTick)[0])

LOST = "which cannot be stored, so the run could not go on after a restart"
ADVICE = "Pass a path or a fingerprint instead, or give it a pydantic serializer and validator."
NAMELESS = "whose class cannot be found again by its name after a restart"
NAMELESS_ADVICE = "Declare the class at the top of a module that can be imported."
UNLISTED = "whose class is not among the allowed types of the workflow's serializer"
UNLISTED_ADVICE = "Add it to `allowed_types`."
SECRET = "which is written as asterisks and would not come back"
SECRET_ADVICE = "Pass the name under which the step finds the secret instead."

_reads_itself: dict[type, bool] = {}
"""Whether a component of LlamaIndex can read what it writes, by its class."""
_by_own_serializer: set[type] = set()
"""Models of which an instance was written by its own serializer, as its fields cannot be written one by one."""


class StorableSerializer(CurrentNames):
    """Writes and reads the values of one workflow; also reads what earlier versions and the library have written.

    Args:
        own: The serializer that the workflow's author gave it, if any: it says which classes may be read, and is tried
            for values that cannot be written otherwise.
    """

    def __init__(self, own: BaseSerializer | None = None) -> None:
        super().__init__()
        self._own = own
        self._found: dict[str, type] = {}

    # ---- write

    def serialize(self, value: Any) -> str:
        """JSON text of an event, a tick or any other value.

        Raises:
            NotStorable: If something in it would not come back as it was.
        """
        try:
            return json.dumps(self._tick(value) if isinstance(value, TICKS) else self.serialize_value(value))
        except RecursionError as error:
            raise too_deep(value) from error

    def serialize_value(self, value: Any) -> Any:
        """The JSON value that stands for a value.

        Raises:
            NotStorable: If it, or something in it, would not come back as it was.
        """
        kind = type(value)
        if kind in ATOMS:
            return value
        if kind is int:
            return value if -LARGEST < value < LARGEST else {TAG: "int", "value": hex(value)}
        if kind is float:
            return value if math.isfinite(value) else {TAG: "float", "value": str(value)}
        if kind is list:
            return self._list(value)
        if kind is dict:
            return self._dict(value)
        if write := WRITE.get(kind):
            return {TAG: kind.__name__, "value": write(self, value)}
        return self._other(value)

    def _tick(self, tick: Any) -> dict[str, Any]:
        """A tick in the library's form, with the events in it in ours; pydantic writes what is around them."""
        written: list[Any] = []
        refused: list[Exception] = []

        def write(event: Any) -> dict[str, int]:
            try:
                written.append(self.serialize_value(event))
            except (NotStorable, RecursionError) as error:
                told = error if isinstance(error, NotStorable) else too_deep(event)
                told.holder = type(event).__name__
                refused.append(told)
                raise
            return {EVENT: len(written) - 1}

        token = writing_events.set(write)
        try:
            value = tick.model_dump(mode="json")
        except Exception:
            if refused:  # pydantic has wrapped it
                raise refused[0] from None
            raise
        finally:
            writing_events.reset(token)
        return {
            "__is_pydantic": True,
            "value": _with_events(value, written),
            "qualified_name": get_qualified_name(tick),
        }

    def _list(self, values: Iterable[Any]) -> list[Any]:
        done: list[Any] = []
        for value in values:
            try:
                done.append(value if type(value) in ATOMS else self.serialize_value(value))
            except NotStorable as error:
                raise error.inside(len(done)) from None
        return done

    def _dict(self, given: Mapping[Any, Any]) -> dict[str, Any]:
        if is_plain(given):
            return self.named(given)
        return {TAG: "dict", "value": self._pairs(given)}

    def named(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The values of a dict whose keys need no care: field names, or text."""
        done = {}
        for name, value in given.items():
            try:
                done[name] = value if type(value) in ATOMS else self.serialize_value(value)
            except NotStorable as error:
                raise error.inside(name) from None
        return done

    def _pairs(self, given: Mapping[Any, Any]) -> list[list[Any]]:
        pairs = []
        for key, value in given.items():
            try:
                pairs.append([self.serialize_value(key), self.serialize_value(value)])
            except NotStorable as error:
                raise error.inside(key) from None
        return pairs

    def _other(self, value: Any) -> Any:
        kind = type(value)
        if isinstance(value, BaseModel):
            return self.write_model(value)
        if hasattr(kind, "class_name") and hasattr(kind, "from_dict"):
            return self._component(value)
        if isinstance(value, Enum):
            name = value.name if value.name in kind.__members__ else None  # None: several flags together
            return {TAG: "enum", "of": self._name(kind), "name": name, "value": self.serialize_value(value.value)}
        if dataclasses.is_dataclass(value):
            return {TAG: "dataclass", "of": self._name(kind), "value": self.named(_attributes(value))}
        if isinstance(value, PurePath):
            return {TAG: "path", "of": _path_kind(value), "value": str(value)}
        if isinstance(value, ZoneInfo | timezone):
            return {TAG: "zone", "value": _zone(value, value.utcoffset(None))}
        if isinstance(value, str | int | float):
            return self.serialize_value(_plain_scalar(value))
        if base := next((known for known in CONTAINERS if isinstance(value, known)), None):
            return self._subclass(value, base)
        if kind.__module__ == "numpy" and hasattr(value, "item") and not hasattr(value, "__len__"):
            return self.serialize_value(value.item())
        return self._typed(value)

    def _subclass(self, value: Any, base: type) -> dict[str, Any]:
        """An instance of a subclass of list, dict and so on, such as a named tuple or a `Counter`."""
        record = {TAG: "subclass", "of": self._name(type(value)), "value": self._base_value(value, base)}
        if isinstance(value, defaultdict):
            factory = value.default_factory
            record["factory"] = self._name(factory) if isinstance(factory, type) else None
            if factory is not None and record["factory"] is None:
                raise NotStorable("defaultdict", LOST, "Use a class as its factory, such as list or int.")
        if attributes := _attributes(value):
            record["attributes"] = self.named(attributes)
        return record

    def _base_value(self, value: Any, base: type) -> Any:
        return self._pairs(value) if base is dict else self._list(base.__iter__(value))  # type: ignore[attr-defined]

    def _component(self, value: Any) -> dict[str, Any]:
        """A component of LlamaIndex, which knows how to write and read itself."""
        try:
            own = value.to_dict()
        except Exception as error:  # one that holds what pydantic cannot write
            raise NotStorable(type(value).__name__, LOST, ADVICE) from error
        return {
            "__is_component": True,
            "value": self.serialize_value(own),
            "qualified_name": get_qualified_name(value),
        }

    def write_model(self, model: BaseModel) -> dict[str, Any]:
        """A pydantic model: by its fields, else by its own serializer.

        Raises:
            NotStorable: If neither brings it back.
        """
        cls = type(model)
        if plan_of(cls).is_component and self._reads_itself(model):
            return self._component(model)
        try:
            return self._by_fields(model)
        except NotStorable:
            if (record := self._by_own_serializer(model)) is None:
                raise
            _by_own_serializer.add(cls)
            return record

    def _reads_itself(self, component: BaseModel) -> bool:
        """True if a component of LlamaIndex can read what it writes; found out once for a class, since it is slow."""
        cls = type(component)
        if cls not in _reads_itself:
            try:
                written = json.loads(json.dumps(self._component(component)))
                _reads_itself[cls] = type(self.deserialize_value(written)) is cls
            except Exception:  # of the component, as of a node of an abstract class
                _reads_itself[cls] = False
        return _reads_itself[cls]

    def _by_fields(self, model: BaseModel) -> dict[str, Any]:
        """A model by its fields, whatever its own serializer leaves out: exact, and without validating it again."""
        cls = type(model)
        plan = plan_of(cls)
        record: dict[str, Any] = {TAG: "model", "of": self._name(cls), "value": self.named(plan.stored(model))}
        private = {name: value for name, value in (model.__pydantic_private__ or {}).items() if _counts(name, value)}
        if private:
            record["private"] = self.named(private)
        if model.__pydantic_extra__:
            record["extra"] = self.named(model.__pydantic_extra__)
        if len(model.__pydantic_fields_set__) != plan.count:
            record["set"] = sorted(model.__pydantic_fields_set__)
        return record

    def _by_own_serializer(self, model: BaseModel) -> dict[str, Any] | None:
        """A model as its own serializer writes it; None if what is read back would differ."""
        cls = type(model)
        try:
            dumped = model.model_dump(mode="json")
            json.dumps(dumped)
            with self.validation_context():
                back = build_model(cls, dumped)
            is_same = back.model_dump(mode="json") == dumped and _are_alike(model, back)
            if not (is_same or is_of_framework(cls)):
                return None
        except Exception:  # what a class raises when it is written or read; the error about the field is better
            return None
        return {TAG: "dumped", "of": self._name(cls), "value": dumped}

    def _typed(self, value: Any) -> dict[str, Any]:
        """A value of a type that pydantic, or the author's own serializer, can write and read."""
        kind = type(value)
        if isinstance(value, Secret | SecretStr | SecretBytes):
            raise NotStorable(kind.__name__, SECRET, SECRET_ADVICE)
        try:
            if adapter := adapter_of(cast(Any, kind)):
                dumped = adapter.dump_python(value, mode="json", warnings="error")
                back = adapter.validate_python(dumped)
                if type(back) is kind and _are_alike(value, back) and adapter.dump_python(back, mode="json") == dumped:
                    return {TAG: "typed", "of": self._name(kind), "value": dumped}
            if self._own is not None:
                text = self._own.serialize(value)
                if _are_alike(value, self._own.deserialize(text)):
                    return {TAG: "own", "value": text}
        except Exception:  # a user's type can raise anything; it is refused then
            pass
        raise NotStorable(kind.__name__, LOST, ADVICE)

    def _name(self, cls: type) -> Any:
        name = class_name(cls)
        if name is None:
            raise NotStorable(cls.__name__, NAMELESS, NAMELESS_ADVICE)
        if isinstance(name, str) and not self._may_be_read(name):
            raise NotStorable(cls.__name__, UNLISTED, UNLISTED_ADVICE)
        return name

    def _may_be_read(self, name: str) -> bool:
        """False for a class that is not among the types that the author's own serializer allows."""
        if isinstance(self._own, JsonSerializer):
            try:
                self._own.resolve_class(name.replace(":", "."))
            except ValueError:
                return False
            except (ImportError, AttributeError):  # a class inside another one, which the library does not find
                return True
        return True

    # ---- read

    def deserialize(self, value: str) -> Any:
        try:
            return self.deserialize_value(json.loads(value))
        except json.JSONDecodeError:
            if self._own is None:
                raise
            return self._own.deserialize(value)  # by an earlier version, which used it for all

    def deserialize_value(self, data: Any) -> Any:
        if isinstance(data, list):
            return [self.deserialize_value(item) for item in data]
        if not isinstance(data, dict):
            return data
        if TAG in data:
            return READ[data[TAG]](self, data)
        if data.get("__is_component") and data.get("qualified_name"):
            cls = cast(Any, self.resolve_class(data["qualified_name"]))
            with self.validation_context():
                return cls.from_dict(self.deserialize_value(data["value"]))
        return super().deserialize_value(data)

    def resolve_class(self, qualified_name: str) -> type[Any]:
        if isinstance(self._own, JsonSerializer):
            return self._own.resolve_class(qualified_name)
        return super().resolve_class(qualified_name)

    def read_named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.deserialize_value(value) for name, value in values.items()}

    def find(self, name: Any, parent: type = object) -> Any:
        """The class that `class_name` has named.

        Raises:
            ValueError: If it is not there any more, is no subclass of `parent`, or may not be read.
        """
        if isinstance(name, list):
            origin, *args = (self.find(part) for part in name)
            return origin[tuple(args)]
        if name not in self._found:
            found = NoneType if name == "builtins:NoneType" else found_by_name(name)
            if not isinstance(found, type) or not issubclass(found, parent) or not self._may_be_read(name):
                raise ValueError(f"the class {name} is not there any more")
            self._found[name] = found
        return self._found[name]

    def read_model(self, data: dict[str, Any]) -> BaseModel:
        """A model from its fields. One whose class has other fields now is validated, which may give them defaults."""
        cls: type[BaseModel] = self.find(data["of"], BaseModel)
        plan, values, private = plan_of(cls), self.read_named(data["value"]), self.read_named(data.get("private", {}))
        if len(values) != plan.count or values.keys() != plan.names:
            if values.keys() - plan.names or plan.required - values.keys():
                with self.validation_context():
                    return build_model(cls, values | (private if issubclass(cls, DictLikeModel) else {}))
            values = _in_order(cls, values)
        model = cls.__new__(cls)
        object.__setattr__(model, "__dict__", values)
        object.__setattr__(model, "__pydantic_fields_set__", set(data.get("set", cls.model_fields)))
        if isinstance(model, RootModel):
            return model  # it has neither
        extra = self.read_named(data.get("extra", {})) if plan.takes_extra else None
        object.__setattr__(model, "__pydantic_extra__", extra)
        for name in plan.private - private.keys():
            if (default := _default_of(cls.__private_attributes__[name])) is not PydanticUndefined:
                private[name] = default
        object.__setattr__(model, "__pydantic_private__", private if plan.private else None)
        return model

    def read_subclass(self, data: dict[str, Any]) -> Any:
        cls = self.find(data["of"])
        base = next(known for known in CONTAINERS if issubclass(cls, known))
        value: Any
        if base is dict:
            pairs = self.read_pairs(data["value"])
            value = cls.__new__(cls)
            if issubclass(cls, defaultdict):
                value.default_factory = self.find(data["factory"]) if data["factory"] else None
            for key, entry in pairs.items():
                (OrderedDict if issubclass(cls, OrderedDict) else dict).__setitem__(value, key, entry)
        elif base in (list, set, deque):
            value = cls.__new__(cls)
            base.__init__(value, self.deserialize_value(data["value"]))
        else:
            value = base.__new__(cls, self.deserialize_value(data["value"]))  # type: ignore[call-arg]
        return _with_attributes(value, self.read_named(data.get("attributes", {})))

    def read_pairs(self, pairs: list[list[Any]]) -> dict[Any, Any]:
        return {self.deserialize_value(key): self.deserialize_value(value) for key, value in pairs}

    def read_dataclass(self, data: dict[str, Any]) -> Any:
        cls = self.find(data["of"])
        values = self.read_named(data["value"])
        fields = {field.name: field for field in dataclasses.fields(cls)}
        if fields.keys() - values.keys() or (hasattr(cls, "__slots__") and values.keys() - fields.keys()):
            return cls(**{name: value for name, value in values.items() if name in fields and fields[name].init})
        return _with_attributes(object.__new__(cls), values)

    def read_dumped(self, data: dict[str, Any]) -> Any:
        with self.validation_context():
            return build_model(self.find(data["of"], BaseModel), data["value"])


def is_of_framework(cls: type) -> bool:
    """True for a class of the libraries that hitl runs, not of a workflow's author."""
    return cls.__module__.partition(".")[0] in FRAMEWORKS


def stored_fields(model: BaseModel) -> dict[str, Any]:
    """The values of the fields of a model that are stored.

    Raises:
        NotStorable: If a field would be lost.
    """
    return plan_of(type(model)).stored(model)


def is_plain(given: Mapping[Any, Any]) -> bool:
    """True for a dict that JSON writes as it is: all keys are texts, and none of them is `RESERVED`."""
    return all(type(key) is str for key in given) and RESERVED.isdisjoint(given)


def is_by_fields(cls: type) -> bool:
    """True if all instances so far of a model's class were written by their fields."""
    return issubclass(cls, BaseModel) and cls not in _by_own_serializer and not plan_of(cls).is_component


@lru_cache(maxsize=2048)
def class_name(cls: Any) -> Any:
    """The name by which a class is found again: `module:Class`, or a list for a generic one; None if it is not."""
    name = qualified_name(cls) if inspect.isclass(cls) and get_origin(cls) is None else ""
    if cls is NoneType:
        return "builtins:NoneType"
    if name and isinstance(found_by_name(name), type):
        return name
    generic = getattr(cls, "__pydantic_generic_metadata__", None) or {}
    origin, args = generic.get("origin") or get_origin(cls), generic.get("args") or get_args(cls)
    parts = [class_name(part) for part in (origin, *args)] if isinstance(origin, type) else [None]
    return None if None in parts else parts


@lru_cache(maxsize=512)
def adapter_of(cls: type) -> TypeAdapter[Any] | None:
    """What reads and writes values of a type, if pydantic can."""
    try:
        return TypeAdapter(cls)
    except (PydanticUserError, TypeError):
        return None


def _with_events(value: Any, written: list[Any]) -> Any:
    """What pydantic has written of a tick, with the events in their places."""
    if type(value) is dict:
        if EVENT in value:
            return written[value[EVENT]]
        return {name: inner if type(inner) in ATOMS else _with_events(inner, written) for name, inner in value.items()}
    return [_with_events(inner, written) for inner in value] if type(value) is list else value


def too_deep(value: object) -> NotStorable:
    """The error for a value that contains itself, which is found only when Python gives up."""
    kind = type(value).__name__
    return NotStorable(kind, "which contains itself, or is nested too deeply", "Store a flat value instead.")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is stored of the models of one class."""

    names: frozenset[str]
    """The fields that are stored: all but those that the class itself leaves out."""
    required: frozenset[str]
    """Those of them that have no default."""
    lost: str | None
    """A field that is left out and has no default, so no model could be read back."""
    count: int
    """Number of all fields."""
    private: frozenset[str]
    """Private attributes."""
    takes_extra: bool
    is_component: bool
    """True for a component of LlamaIndex, which writes and reads itself."""

    def stored(self, model: BaseModel) -> dict[str, Any]:
        """The values of the fields that are stored.

        Raises:
            NotStorable: If a field would be lost.
        """
        if self.lost:
            raise NotStorable("Field(exclude=True)", LOST, "Give the field a default.").inside(self.lost)
        values = vars(model)
        if len(values) == len(self.names) and values.keys() == self.names:
            return values
        return {name: value for name, value in values.items() if name in self.names}


@lru_cache(maxsize=2048)
def plan_of(cls: type[BaseModel]) -> Plan:
    fields = cls.model_fields
    stored = {name: field for name, field in fields.items() if not field.exclude}
    return Plan(
        frozenset(stored),
        frozenset(name for name, field in stored.items() if field.is_required()),
        next((name for name, field in fields.items() if field.exclude and field.is_required()), None),
        len(fields),
        frozenset(cls.__private_attributes__),
        cls.model_config.get("extra") == "allow",
        hasattr(cls, "class_name") and hasattr(cls, "from_dict"),
    )


def _default_of(attribute: ModelPrivateAttr) -> Any:
    """The value that a model begins with in a private attribute; `PydanticUndefined` if it has none by itself."""
    if attribute.default_factory is None:
        return copy.deepcopy(attribute.default)
    try:
        return attribute.default_factory()  # type: ignore[call-arg]
    except TypeError:  # it takes the model's data
        return PydanticUndefined


def _in_order(cls: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    """The values of all fields, in the order of the class; those that are not stored have their defaults."""
    done: dict[str, Any] = {}
    for name, field in cls.model_fields.items():
        done[name] = (
            values[name] if name in values else field.get_default(call_default_factory=True, validated_data=done)
        )
    return done


def _counts(name: str, value: object) -> bool:
    """False for the empty dynamic fields and the missing result that every event has."""
    return not (name == "_data" and value == {}) and not (name == "_result" and value is None)


def _attributes(value: Any) -> dict[str, Any]:
    """The attributes of an object, also of one with `__slots__`."""
    if dataclasses.is_dataclass(value):
        slots = {
            field.name: getattr(value, field.name) for field in dataclasses.fields(value) if hasattr(value, field.name)
        }
        return slots | getattr(value, "__dict__", {})
    return dict(getattr(value, "__dict__", {}))


def _with_attributes(value: Any, attributes: Mapping[str, Any]) -> Any:
    for name, attribute in attributes.items():
        object.__setattr__(value, name, attribute)  # also of a frozen dataclass
    return value


def _are_alike(one: Any, other: Any) -> bool:
    """True if a value that was read back is what was written.

    Of a model the fields count, not its private attributes, which its class makes anew; of a type without an equality
    of its own nothing more than the type, since what it is written as was compared before.
    """
    if type(one) is not type(other):
        return False
    if isinstance(one, BaseModel):
        own = [stored_fields(model) | (model.__pydantic_extra__ or {}) for model in (one, other)]
        dynamic = [
            {n: v for n, v in (model.__pydantic_private__ or {}).items() if n in ("_data", "_result")}
            for model in (one, other)
        ]
        return _are_alike(own[0], own[1]) and _are_alike(dynamic[0], dynamic[1])
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_are_alike(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_are_alike, one, other))
    if isinstance(one, float) and one != one:
        return bool(other != other)
    return getattr(type(one), "__eq__", None) is object.__eq__ or bool(one == other)


def _plain_scalar(value: Any) -> Any:
    """The text or number of a subclass that compares equal to it, such as numpy's `float64`."""
    base = next(known for known in (str, int, float) if isinstance(value, known))
    return base.__str__(value) if base is str else base.__add__(value, 0) if base is int else float(value)


def _path_kind(path: PurePath) -> str:
    if isinstance(path, Path):
        return "Path"
    return "PureWindowsPath" if isinstance(path, PureWindowsPath) else "PurePosixPath"


def _zone(zone: tzinfo | None, offset: timedelta | None) -> Any:
    """A time zone: its key, or else its distance from UTC in seconds, as pydantic's own zones and those of pytz."""
    if zone is None:
        return None
    if isinstance(zone, ZoneInfo) and zone.key:
        return zone.key
    if offset is None:
        raise NotStorable(type(zone).__name__, LOST, "Use zoneinfo.ZoneInfo or datetime.timezone.")
    return offset.total_seconds()


def _write_time(_: StorableSerializer, at: datetime | time) -> list[Any]:
    return [at.replace(tzinfo=None).isoformat(), at.fold, _zone(at.tzinfo, at.utcoffset())]


def _read_zone(stored: Any) -> tzinfo | None:
    if stored is None:
        return None
    return ZoneInfo(stored) if isinstance(stored, str) else timezone(timedelta(seconds=stored))


def _read_bytes(_: StorableSerializer, data: Any) -> bytes:
    return base64.b64decode(data["value"])


def _read_enum(serializer: StorableSerializer, data: Any) -> Any:
    cls = serializer.find(data["of"], Enum)
    name = data["name"]
    return cls[name] if name in cls.__members__ else cls(serializer.deserialize_value(data["value"]))


CONTAINERS: Final = (dict, list, set, frozenset, tuple, deque)

WRITE: Final[Mapping[type, Callable[[StorableSerializer, Any], Any]]] = {
    tuple: StorableSerializer._list,
    set: StorableSerializer._list,
    frozenset: StorableSerializer._list,
    deque: lambda s, value: [s._list(value), value.maxlen],
    bytes: lambda _, value: base64.b64encode(value).decode(),
    bytearray: lambda _, value: base64.b64encode(value).decode(),
    complex: lambda s, value: [s.serialize_value(value.real), s.serialize_value(value.imag)],
    range: lambda _, value: [value.start, value.stop, value.step],
    date: lambda _, value: value.isoformat(),
    datetime: _write_time,
    time: _write_time,
    timedelta: lambda _, value: [value.days, value.seconds, value.microseconds],
    Decimal: lambda _, value: str(value),
    Fraction: lambda _, value: str(value),
    UUID: lambda _, value: str(value),
}
"""How a value of exactly this type is written; it is read by the type's name in `READ`."""

READ: Final[Mapping[str, Callable[[StorableSerializer, Any], Any]]] = {
    "int": lambda _, data: int(data["value"], 16),
    "float": lambda _, data: float(data["value"]),
    "dict": lambda s, data: s.read_pairs(data["value"]),
    "tuple": lambda s, data: tuple(s.deserialize_value(data["value"])),
    "set": lambda s, data: set(s.deserialize_value(data["value"])),
    "frozenset": lambda s, data: frozenset(s.deserialize_value(data["value"])),
    "deque": lambda s, data: deque(s.deserialize_value(data["value"][0]), data["value"][1]),
    "bytes": _read_bytes,
    "bytearray": lambda s, data: bytearray(_read_bytes(s, data)),
    "complex": lambda s, data: complex(*s.deserialize_value(data["value"])),
    "range": lambda _, data: range(*data["value"]),
    "date": lambda _, data: date.fromisoformat(data["value"]),
    "datetime": lambda _, data: datetime.fromisoformat(data["value"][0]).replace(
        fold=data["value"][1], tzinfo=_read_zone(data["value"][2])
    ),
    "time": lambda _, data: time.fromisoformat(data["value"][0]).replace(
        fold=data["value"][1], tzinfo=_read_zone(data["value"][2])
    ),
    "timedelta": lambda _, data: timedelta(*data["value"]),
    "Decimal": lambda _, data: Decimal(data["value"]),
    "Fraction": lambda _, data: Fraction(data["value"]),
    "UUID": lambda _, data: UUID(data["value"]),
    "path": lambda _, data: PATHS[data["of"]](data["value"]),
    "zone": lambda _, data: _read_zone(data["value"]),
    "enum": _read_enum,
    "dataclass": StorableSerializer.read_dataclass,
    "subclass": StorableSerializer.read_subclass,
    "model": StorableSerializer.read_model,
    "dumped": StorableSerializer.read_dumped,
    "typed": lambda s, data: cast(Any, adapter_of(s.find(data["of"]))).validate_python(data["value"]),
    "own": lambda s, data: cast(Any, s)._own.deserialize(data["value"]),
}
PATHS: Final[Mapping[str, type[PurePath]]] = {
    "Path": Path,
    "PurePosixPath": PurePosixPath,
    "PureWindowsPath": PureWindowsPath,
}
