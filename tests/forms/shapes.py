"""Fields in the shapes that people give them: for each its type, a value, and how a human types that value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict


class Size(Enum):
    SMALL = "small"
    LARGE = "very_large"


class Address(BaseModel):
    """Where somebody lives."""

    city: str
    zip: str = "00100"


class Line(BaseModel):
    item: str
    count: Annotated[int, Field(ge=1, le=9)] = 1


class Sized(BaseModel):
    size: Size
    remove: bool = False


class Customer(BaseModel):
    name: str
    address: Address


class Order(BaseModel):
    customer: Customer


class Basket(BaseModel):
    owner: str
    lines: list[Line] = []


class Small(BaseModel):
    size: Literal[1]
    price: float


class Large(BaseModel):
    size: Literal[2]
    rooms: int


class Cat(BaseModel):
    kind: Literal["cat", "tiger"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    age: Annotated[int, Field(ge=0)]


class Nothing(BaseModel):
    kind: Literal["none"]


Pet = Annotated[Cat | Dog | Nothing, Field(discriminator="kind")]


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    first_name: str
    year_of_birth: int | None = None


class CamelByName(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    first_name: str


class Home(RootModel[Address]):
    pass


class Lines(RootModel[list[Line]]):
    pass


class Invoice(BaseModel):
    price: Annotated[Decimal, Field(ge=1)]
    ticket: UUID
    lasts: timedelta
    at: AwareDatetime
    zone: ZoneInfo


class Booking(BaseModel):
    nights: Annotated[int, Field(ge=1, le=30)] = 1
    code: Annotated[str, Field(pattern="^[A-Z]+$")]


class Node(BaseModel):
    name: str
    next: Node | None = None


class Point(TypedDict):
    x: int
    y: int


@dataclass
class Span:
    start: date
    days: int = 1


@dataclass(frozen=True)
class Shape:
    """A field, and one value of it."""

    type: Any
    value: Any
    """As JSON."""
    page: Any
    """What is typed on a page, by widget; see `tests.ui.test_form.fill`."""
    options: dict[str, str]
    """What is typed behind `--field`, by dotted name behind the field's own."""
    default: Any = ...


ROME, OSLO = {"city": "Rome", "zip": "00100"}, {"city": "Oslo", "zip": "0150"}
TEA, MILK = {"item": "tea", "count": 2}, {"item": "milk", "count": 1}
INVOICE = {
    "price": "2.50",
    "ticket": "00000000-0000-0000-0000-000000000007",
    "lasts": "PT1H30M",
    "at": "2026-11-25T09:30:00+01:00",
    "zone": "Europe/Rome",
}
TYPED_INVOICE = INVOICE | {"lasts": "1h 30m", "at": "2026-11-25 09:30 Europe/Rome"}

SHAPES = {
    "home": Shape(Address, OSLO, OSLO, {".city": "Oslo", ".zip": "0150"}),
    "second_home": Shape(Address | None, OSLO, OSLO, {"": '{"city": "Oslo"}', ".zip": "0150"}, None),
    "no_home": Shape(Address | None, None, False, {"": "null"}, Address(city="Rome")),
    "usual_home": Shape(
        Address,
        {"city": "Rome", "zip": "1"},
        {"zip": "1"},
        {".city": "Rome", ".zip": "1"},
        Address(city="Rome", zip="2"),
    ),
    "some_home": Shape(
        Address, ROME, {"city": "Rome"}, {".city": "Rome"}, Field(default_factory=lambda: Address(city="Oslo"))
    ),
    "lines": Shape(
        Annotated[list[Line], Field(min_length=1, max_length=3)],
        [TEA, MILK],
        [{"item": "tea", "count": 2}, {"item": "milk"}],
        {".0.item": "tea", ".0.count": "2", ".1.item": "milk"},
    ),
    "usual_lines": Shape(
        list[Line],
        [TEA, MILK],
        [{}, {"item": "milk"}],
        {"": '[{"item": "tea", "count": 2}]', ".1.item": "milk"},
        [Line(item="tea", count=2)],
    ),
    "no_lines": Shape(list[Line] | None, None, [], {"": "null"}, None),
    "line_tuple": Shape(tuple[Line, ...], [TEA], [TEA], {".0.item": "tea", ".0.count": "2"}),
    "offer": Shape(
        Annotated[Small | Large, Field(discriminator="size")],
        {"size": 2, "rooms": 4},
        {"2": {"rooms": 4}},
        {".size": "2", ".rooms": "4"},
    ),
    "pet": Shape(Pet, {"kind": "tiger", "lives": 9}, {"tiger": {"lives": 9}}, {".kind": "Tiger"}),
    "pets": Shape(
        list[Pet],
        [{"kind": "dog", "age": 3}, {"kind": "none"}],
        [{"dog": {"age": 3}}, {"none": {}}],
        {".0.kind": "dog", ".0.age": "3", ".1.kind": "none"},
    ),
    "no_pet": Shape(Pet | None, None, None, {"": "null"}, None),
    "usual_pet": Shape(
        Pet, {"kind": "dog", "age": 4}, {"dog": {"age": 4}}, {".kind": "dog", ".age": "4"}, Dog(kind="dog", age=3)
    ),
    "camel": Shape(
        Camel,
        {"firstName": "Ada", "yearOfBirth": 1815},
        {"firstName": "Ada", "yearOfBirth": 1815},
        {".firstName": "Ada", ".year_of_birth": "1815"},
    ),
    "camels": Shape(list[CamelByName], [{"firstName": "7"}], [{"firstName": "7"}], {".0.first_name": "7"}),
    "rooted": Shape(Home, OSLO, OSLO, {".city": "Oslo", ".zip": "0150"}),
    "rooted_lines": Shape(Lines, [TEA], [TEA], {".0.item": "tea", ".0.count": "2"}),
    "homes_by_name": Shape(dict[str, Address], {"ana": ROME}, '{"ana": {"city": "Rome"}}', {".ana.city": "Rome"}),
    "booking": Shape(
        Booking, {"nights": 30, "code": "AB"}, {"nights": 30, "code": "AB"}, {".nights": "30", ".code": "AB"}
    ),
    "sizes_of": Shape(
        list[Sized],
        [{"size": "very_large", "remove": True}],
        [{"size": "very_large", "remove": True}],
        {".0.size": "Very large", ".0.remove": "yes"},
    ),
    "node": Shape(
        Node,
        {"name": "a", "next": {"name": "b", "next": None}},
        {"name": "a", "next": '{"name": "b"}'},
        {".name": "a", ".next.name": "b"},
    ),
    "customer": Shape(
        Customer,
        {"name": "Ada", "address": ROME},
        {"name": "Ada", "address": {"city": "Rome"}},
        {".name": "Ada", ".address.city": "Rome"},
    ),
    "order": Shape(
        Order,
        {"customer": {"name": "Ada", "address": ROME}},
        {"customer": {"name": "Ada", "address": '{"city": "Rome"}'}},
        {".customer.name": "Ada", ".customer.address.city": "Rome"},
    ),
    "baskets": Shape(
        list[Basket],
        [{"owner": "Ada", "lines": [TEA]}],
        [{"owner": "Ada", "lines": [TEA]}],
        {".0.owner": "Ada", ".0.lines.0.item": "tea", ".0.lines.0.count": "2"},
    ),
    "home_or_words": Shape(Address | str, OSLO, {"Address": OSLO}, {".city": "Oslo", ".zip": "0150"}),
    "words_or_home": Shape(Address | str, "abroad", {"str": "abroad"}, {"": "abroad"}, Address(city="Rome")),
    "number_or_words": Shape(Annotated[int, Field(ge=0)] | str | None, 7, {"int": 7}, {"": "7"}, None),
    "words_or_number": Shape(int | str, "7", {"str": "7"}, {"": '"7"'}, 3),
    "invoice": Shape(Invoice, INVOICE, TYPED_INVOICE, {f".{name}": value for name, value in TYPED_INVOICE.items()}),
    "point": Shape(Point, {"x": 1, "y": 2}, {"x": 1, "y": 2}, {".x": "1", ".y": "2"}),
    "span": Shape(Span, {"start": "2026-02-28", "days": 1}, {"start": date(2026, 2, 28)}, {".start": "2026-02-28"}),
}
"""By the name of a field."""
