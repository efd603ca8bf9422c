"""The fields of an event by any of their names: Python's own, and the aliases that pydantic has for it.

The library's events sort what they are given by Python names alone before pydantic sees it, so a required field with an
alias could be given by neither. What is stored has Python names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema
from workflows.events import DictLikeModel, Event

from hitl.engine.upstream import AnySchema

M = TypeVar("M", bound=BaseModel)

LIBRARY_S = (DictLikeModel.__init__, Event.__init__)
"""Constructors that only sort the fields, which `build_model` does itself."""
OTHER_NAMES = "x-other-names"
"""Key of a property of a schema: the names by which its field is given too; `hitl.forms.fields` reads it."""


def schema_with_names(cls: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of an event class, in which a field with an alias has its other names too.

    Returns:
        A new dict; what is in it is shared, and not to be changed.

    Raises:
        PydanticUserError: If a field has a type that is not there. One that pydantic cannot describe takes anything.
    """
    return dict(_schema_with_names(cls))


@lru_cache(maxsize=200)  # every question asks for that of its answer, and every start form, whenever it is drawn
def _schema_with_names(cls: type[BaseModel]) -> dict[str, Any]:
    return cls.model_json_schema(schema_generator=_WithNames)


class _WithNames(AnySchema):
    """pydantic's schema, extended by the other names of fields, and by which texts are decimal numbers."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        properties = found.get("properties", {})
        for field_name, field in schema["cls"].model_fields.items():
            names = list(_names(field_name, field, as_places=True))
            shown = next((name for name in names if name in properties), None)
            if shown and len(names) > 1:
                properties[shown] = {**properties[shown], OTHER_NAMES: [name for name in names if name != shown]}
        return found

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        found = super().decimal_schema(schema)
        options = found.get("anyOf", [])
        return {**found, "anyOf": [_as_decimal(option) for option in options]} if options else found


def _as_decimal(option: JsonSchemaValue) -> JsonSchemaValue:
    return {**option, "format": "decimal"} if option.get("type") == "string" else option


def names_of(cls: type[BaseModel]) -> list[str]:
    """All names by which the fields of an event class can be given."""
    return [name for field_name, field in cls.model_fields.items() for name in _names(field_name, field)]


def computed_names(cls: type[BaseModel]) -> set[str]:
    """The names of what an event class computes from its fields: they are stored with them, and not read."""
    computed = cls.model_computed_fields
    return {*computed, *(field.alias for field in computed.values() if field.alias)}


def is_extendable(cls: type[Event]) -> bool:
    """True if an event class takes fields that it does not declare: it declares none, or has `extra="allow"`."""
    extra = cls.model_config.get("extra")
    return extra == "allow" or (not cls.model_fields and extra != "forbid")


def build_model(cls: type[M], body: Mapping[str, Any]) -> M:
    """An event or another model from its fields by any of their names, also in models inside it.

    Args:
        cls: Its class.
        body: The fields, as JSON values; those that an event's class does not declare become its dynamic fields.

    Raises:
        ValidationError: If they do not fit the class.
        TypeError: If its class has a constructor of its own, which does not take them.
    """
    if not issubclass(cls, DictLikeModel):
        return cls.model_validate(body, by_alias=True, by_name=True)
    if cls.__init__ not in LIBRARY_S:
        return cls(**body)
    own_names = {name: field_name for field_name, field in cls.model_fields.items() for name in _written_as(field)}
    taken = {*names_of(cls), *own_names.values()} - own_names.keys()
    declared = {own_names.get(name, name): value for name, value in body.items() if name in taken or name in own_names}
    computed = computed_names(cls)
    event = cls.__new__(cls)
    cls.__pydantic_validator__.validate_python(declared, self_instance=event, by_alias=True, by_name=True)
    for name, value in body.items():
        if name not in taken and name not in own_names and name not in computed:
            setattr(event, name, value)  # a private attribute, or a dynamic field
    return event


def _names(field_name: str, field: FieldInfo, as_places: bool = False) -> Iterator[str]:
    """The names by which a field can be given, its own first; for `as_places` see `_read_as`."""
    yield from dict.fromkeys([field_name, *_read_as(field, as_places), *_written_as(field)])


def _read_as(field: FieldInfo, as_places: bool = False) -> Iterator[str]:
    """The aliases by which pydantic reads a field.

    Args:
        field: The field.
        as_places: Whether a path is given as the place that a problem has then, `names.0`, or by its beginning alone.
    """
    alias = field.validation_alias or field.alias
    for choice in alias.choices if isinstance(alias, AliasChoices) else [alias]:
        if isinstance(choice, AliasPath):
            yield ".".join(map(str, choice.path if as_places else choice.path[:1]))
        elif choice:
            yield choice


def _written_as(field: FieldInfo) -> Iterator[str]:
    """The alias by which pydantic writes a field, if it does not read it by this name too."""
    if field.serialization_alias and field.serialization_alias not in _read_as(field):
        yield field.serialization_alias
