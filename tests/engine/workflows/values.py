"""Values of the kinds that workflows put into events and state, and classes to hold them."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import enum
import fractions
import ipaddress
import pathlib
import uuid
import zoneinfo
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar

from pydantic import (
    AnyUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    RootModel,
    SecretStr,
    field_serializer,
    field_validator,
)
from workflows.events import Event

T = TypeVar("T")


class Colour(enum.Enum):
    RED = 1
    BLUE = "b"


class Word(enum.StrEnum):
    YES = "yes"


class May(enum.Flag):
    READ = 1
    WRITE = 2


class Place(NamedTuple):
    x: int
    names: list[str]


@dataclasses.dataclass(frozen=True)
class Trip:
    day: dt.date
    places: frozenset[str] = frozenset()


@dataclasses.dataclass(slots=True)
class Slotted:
    places: set[int]


class Names(list[str]):
    """A list with an attribute of its own."""

    def __init__(self, names: list[str], kind: str = "") -> None:
        super().__init__(names)
        self.kind = kind


class Inner(BaseModel):
    seen: set[int] = Field(default_factory=set)


class Wider(Inner):
    """A subclass in a field that is declared as its base."""

    more: int = 0


class Outer(BaseModel):
    inner: Inner
    by_day: dict[dt.date, Inner] = Field(default_factory=dict)
    anything: Any = None
    _count: int = PrivateAttr(default=0)
    _seen: set[str] = PrivateAttr(default_factory=set)


class Box(BaseModel, Generic[T]):
    item: T


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    tricks: tuple[str, ...] = ()


class Owner(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")


class Numbers(RootModel[dict[str, tuple[int, ...]]]):
    pass


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)

    day: dt.date
    size: Decimal


class Splits(BaseModel):
    """Its validator takes only what people type: what it makes of it would be refused."""

    tags: list[str]

    @field_validator("tags", mode="before")
    @classmethod
    def split(cls, typed: str) -> list[str]:
        return typed.split(",")


class Shouts(BaseModel):
    """Its own serializer loses something, which is stored all the same."""

    word: str

    @field_serializer("word")
    def shout(self, word: str) -> str:
        return word.upper()


class Table:
    """Stands for a data frame, a picture, a database handle."""

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows


def rows_of(table: Table) -> list[int]:
    return table.rows


def table_of(given: Any) -> Table:
    return given if isinstance(given, Table) else Table(given)


TableField = Annotated[Table, BeforeValidator(table_of), PlainSerializer(rows_of)]


class Given(Event):
    number: float = 0.0
    anything: Any = None


class Aliased(Event):
    model_config = ConfigDict(populate_by_name=True)

    is_ok: bool = Field(alias="isOk")


class Withheld(Event):
    shown: str
    handle: Any = Field(default="made anew", exclude=True)


class OfTable(Event):
    table: TableField


class OfLostTable(Event):
    table: Table


class OfSecret(Event):
    password: SecretStr


class OfRevealed(Event):
    password: SecretStr

    @field_serializer("password", when_used="json")
    def reveal(self, password: SecretStr) -> str:
        return password.get_secret_value()


class Locked(BaseModel):
    """Has what cannot be stored in a private attribute, which its class makes anew."""

    a: int
    _table: Any = PrivateAttr(default_factory=lambda: Table([1]))


def outer() -> Outer:
    made = Outer(inner=Wider(seen={1}, more=2), by_day={dt.date(2026, 1, 2): Inner(seen={3})}, anything=(1, {2}))
    made._count, made._seen = 4, {"x"}
    return made


KEPT: list[Any] = [
    None,
    True,
    "text",
    "lone \ud800 surrogate",
    2**70,
    10**5000,
    -(10**5000),
    0.1,
    float("inf"),
    float("-inf"),
    [1, [2.0, [None]]],
    {"a": {"b": [1]}},
    {1: "int", "1": "text", (2, 3): "pair", None: "nothing"},
    {"__hitl": "set", "value": [1]},
    {"__is_pydantic": True, "qualified_name": "os.system", "value": {}},
    (1, [2, (3,)]),
    {1, "a", (2, 3)},
    frozenset({1}),
    b"\xff\x00",
    bytearray(b"\xff"),
    collections.deque([1, {2}], maxlen=3),
    collections.Counter("aab"),
    collections.OrderedDict([("b", 1), ("a", 2)]),
    collections.defaultdict(list, {"a": [1]}),
    dt.date(2026, 1, 2),
    dt.datetime(2026, 1, 2, 3, 4, 5, 6),
    dt.datetime(2026, 1, 2, tzinfo=dt.UTC),
    dt.datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(minutes=-90))),
    dt.time(3, 4, tzinfo=dt.UTC),
    dt.timedelta(days=-1, microseconds=5),
    zoneinfo.ZoneInfo("Europe/Berlin"),
    Decimal("1.10"),
    fractions.Fraction(1, 3),
    complex(1, -2),
    range(1, 9, 2),
    uuid.UUID(int=5),
    pathlib.Path("/a/b"),
    pathlib.PureWindowsPath("c:\\x"),
    ipaddress.ip_address("::1"),
    AnyUrl("https://example.org/a"),
    Colour.RED,
    Colour.BLUE,
    Word.YES,
    May.READ | May.WRITE,
    Place(1, ["a"]),
    Trip(dt.date(2026, 1, 2), frozenset({"Rome"})),
    Slotted({1, 2}),
    Names(["a"], kind="first"),
    outer(),
    [Wider(seen={1}), Inner()],
    Box[int](item=3),
    Box[Inner](item=Inner(seen={1})),
    Owner(pet=Dog(tricks=("sit",))),
    Numbers({"a": (1, 2)}),
    Open(a=1, b={2}),  # type: ignore[call-arg]
    Strict(day=dt.date(2026, 1, 2), size=Decimal("1.0")),
    Splits(tags="a,b"),  # type: ignore[arg-type]
    Shouts(word="quiet"),
    Given(number=float("inf"), anything={1: {2}}),
    Event(when=dt.date(2026, 1, 2), seen={1}, raw=b"\xff"),
    Aliased(is_ok=True),  # type: ignore[call-arg]
    OfRevealed(password=SecretStr("s3cret")),
]
"""Values that come back as what they were."""


def is_same(one: Any, other: Any) -> bool:
    """True if two values are of the same types throughout, and equal; NaN is NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, BaseModel):
        parts = [(vars(model), model.__pydantic_private__, model.__pydantic_extra__ or {}) for model in (one, other)]
        return one.model_fields_set == other.model_fields_set and is_same(*parts)
    if isinstance(one, dict):
        return list(one) == list(other) and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        own = [getattr(value, "__dict__", {}) for value in (one, other)]
        return len(one) == len(other) and all(map(is_same, one, other)) and own[0] == own[1]
    if isinstance(one, dt.datetime):
        return repr(one) == repr(other)
    return bool(one == other) or (one != one and other != other)
