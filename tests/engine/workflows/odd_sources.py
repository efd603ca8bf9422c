"""Workflows as people write their constructors and factories, and modules in which something is wrong.

`FITS` can be loaded, and each ends with what it was made with; of `UNFIT` each is told in a sentence. `SOURCES` are the
modules of those that are imported from a folder of their own.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pydantic
from pydantic.dataclasses import dataclass as pydantic_dataclass
from workflows import Workflow, step
from workflows.events import StartEvent, StopEvent

from hitl.settings import Settings
from tests.engine.flows import Order

HERE = __name__


class Base(Workflow):
    """Ends with whether it has a timeout, and what it was made with."""

    made_with: Any = "nothing"

    @step
    async def end(self, ev: StartEvent) -> StopEvent:
        return StopEvent(result=f"{self._timeout}, {self.made_with}")


class PassesAllOn(Base):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class SetsTimeoutAndPassesOn(Base):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(timeout=None, **kwargs)


class SetsTimeoutByPlace(Base):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(7, **kwargs)


class TakesPlacesAndNames(Base):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class TakesPlaces(Base):
    def __init__(self, *args: Any) -> None:
        super().__init__(timeout=None)
        self.made_with = args


class KeywordOnly(Base):
    def __init__(self, *, model: str = "small", settings: Settings, timeout: float | None = 45) -> None:
        super().__init__(timeout=timeout)
        self.made_with = f"{model} {settings.findings}"


class OptionsForSomethingElse(Base):
    """Passes its options to something that takes no timeout."""

    def __init__(self, **options: Any) -> None:
        super().__init__(timeout=None)
        self.made_with = self.configured(**options)

    def configured(self, model: str = "small") -> str:
        return model


class Inherits(SetsTimeoutAndPassesOn):
    """Has two constructors above it."""

    def __init__(self, model: str = "small", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.made_with = model


@dataclass(eq=False)
class OfData(Base):
    model: str = "small"

    def __post_init__(self) -> None:
        super().__init__(timeout=None)
        self.made_with = self.model


@dataclass
class OfEqualData(Base):
    """Cannot be hashed, as a dataclass that compares by its fields."""

    model: str = "small"

    def __post_init__(self) -> None:
        super().__init__(timeout=None)
        self.made_with = self.model


@pydantic_dataclass(config=pydantic.ConfigDict(arbitrary_types_allowed=True))
class OfCheckedData(Base):
    model: str = "small"

    def __post_init__(self) -> None:
        Base.__init__(self, timeout=None)
        self.made_with = self.model


class Outer:
    class Inner(Base):
        pass


def with_settings(settings: Settings, timeout: float | None = 3) -> Workflow:
    made = Base(timeout=timeout)
    made.made_with = settings.findings
    return made


def with_any(**options: Any) -> Workflow:
    return Base(**options)


def with_a_model(model: str) -> Workflow:
    made = Base(timeout=None)
    made.made_with = model
    return made


class Factory:
    def __call__(self, timeout: float | None = 3) -> Workflow:
        return Base(timeout=timeout)


of_large = functools.partial(with_a_model, "large")
factory = Factory()
instance = Base(timeout=None)
lazy = lambda: Base(timeout=None)  # noqa: E731

FITS: dict[str, str] = {
    "PassesAllOn": "None, nothing",
    "SetsTimeoutAndPassesOn": "None, nothing",
    "SetsTimeoutByPlace": "7, nothing",
    "TakesPlacesAndNames": "None, nothing",
    "TakesPlaces": "None, ()",
    "KeywordOnly": "None, small 8",
    "OptionsForSomethingElse": "None, small",
    "Inherits": "None, small",
    "OfData": "None, small",
    "OfEqualData": "None, small",
    "OfCheckedData": "None, small",
    "Outer.Inner": "None, nothing",
    "with_settings": "None, 8",
    "with_any": "None, nothing",
    "of_large": "None, large",
    "factory": "None, nothing",
    "instance": "None, nothing",
    "lazy": "None, nothing",
}
"""What a run ends with, by what is named after the colon of its import path."""


class NeedsThings(Base):
    def __init__(self, llm: object, *, database: object, retries: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class NeedsOneThing(Base):
    def __init__(self, llm: object) -> None:
        super().__init__(timeout=None)


class NeedsByPlace(Base):
    def __init__(self, timeout: float | None, /) -> None:
        super().__init__(timeout=timeout)


@dataclass(eq=False)
class DataWithoutInit(Base):
    model: str = "small"


@dataclass(eq=False)
class DataWithoutDefault(Base):
    model: str

    def __post_init__(self) -> None:
        super().__init__(timeout=None)


class ForgetsSuper(Base):
    def __init__(self) -> None:
        self.made_with = "nothing"


class Raises(Base):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        raise KeyError("OPENAI_KEY")


class Recurses(Base):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        Recurses()


class Exits(Base):
    def __init__(self) -> None:
        raise SystemExit(3)


class NoSteps(Workflow):
    pass


async def made_later() -> Workflow:
    return Base(timeout=None)


def gives_the_class() -> object:
    return Base


def gives_nothing() -> None:
    Base(timeout=None)


def gives_a_text() -> object:
    return "a workflow"


def needs_a_name(name: str) -> Workflow:
    return Base(timeout=None)


def takes_and_breaks(timeout: float | None) -> Workflow:
    raise TypeError("unexpected keyword argument 'timeout'")


order = Order(item="tea", price=1)
number = 7

SOURCES = {
    "fails_at_once": "raise ValueError('the key is missing')",
    "ends_the_process": "import sys\nsys.exit(3)",
    "is_no_python": "class Trip(Workflow)\n    pass\n",
    "lacks_a_package": "import surely_not_installed_anywhere",
    "lacks_a_known_package": "raise ModuleNotFoundError('no', name='sklearn.svm')",
    "lacks_an_integration": "import llama_index.llms.surely_not_there",
    "lacks_a_part": "from workflows import SurelyNotThere",
    "imports_itself_in_a_circle": "from imports_itself_in_a_circle import Trip\n",
    "calls_itself": "def f():\n    f()\nf()\n",
    "is_interrupted": "raise KeyboardInterrupt\n",
    "stops_the_page": "import streamlit as st\nst.stop()\n",
    "is_cancelled": "import asyncio\nraise asyncio.CancelledError\n",
    "asserts": "assert 1 == 2\n",
    "has_a_long_story": "raise RuntimeError('word ' * 10_000)\n",
    "has_a_trip": (
        "from tests.engine.workflows.odd_sources import Base\n\n\nclass TripFlow(Base):\n    pass\n\n\n"
        "class Event:\n    pass\n"
    ),
}
"""Modules by name."""

UNFIT: dict[str, tuple[str, str]] = {
    "needs": (
        f"{HERE}:NeedsThings",
        "NeedsThings takes llm and database, which hitl cannot know. Register a function without arguments that makes "
        "the workflow, such as `def needs(): return NeedsThings(llm=…, database=…, timeout=None)`.",
    ),
    "needs one": (f"{HERE}:NeedsOneThing", "such as `def needs_one_thing(): return NeedsOneThing(llm=…)`."),
    "by_place": (f"{HERE}:NeedsByPlace", "NeedsByPlace takes timeout, which hitl cannot know."),
    "data": (f"{HERE}:DataWithoutInit", "does not call super().__init__()"),
    "data2": (f"{HERE}:DataWithoutDefault", "such as `def data2(): return DataWithoutDefault(model=…)`."),
    "forgets": (f"{HERE}:ForgetsSuper", "the __init__ of ForgetsSuper does not call super().__init__()"),
    "raises": (f"{HERE}:Raises", "cannot be loaded: KeyError: 'OPENAI_KEY' (odd_sources.py, line "),
    "recurses": (f"{HERE}:Recurses", "it calls itself without an end (odd_sources.py, line "),
    "exits": (f"{HERE}:Exits", "its module tried to end the process."),
    "no_steps": (f"{HERE}:NoSteps", "cannot be loaded: "),
    "later": (f"{HERE}:made_later", "made_later is an async function, which hitl does not await."),
    "class": (f"{HERE}:gives_the_class", "gives_the_class returns the class Base: let it return an instance, Base()."),
    "nothing": (f"{HERE}:gives_nothing", "gives_nothing returns nothing: let it return the workflow that it makes."),
    "text": (f"{HERE}:gives_a_text", "gives_a_text returns a str, not a Workflow."),
    "named": (f"{HERE}:needs_a_name", "such as `def named(): return needs_a_name(name=…)`."),
    "breaks": (f"{HERE}:takes_and_breaks", "TypeError: unexpected keyword argument 'timeout'"),
    "event": (f"{HERE}:order", "is an Order, not a Workflow."),
    "event_class": ("tests.engine.flows:Order", "is an Order, not a Workflow."),
    "number": (f"{HERE}:number", "is an int, not a Workflow."),
    "module": ("no_such_module:Trip", "there is no module “no_such_module” in the folder that hitl was started in"),
    "inside": ("tests.no_such_module:Trip", "there is no module “tests.no_such_module” in the folder"),
    "no_package": (f"{HERE}.more:Trip", f"the module “{HERE}” is no package, so there is no “{HERE}.more”."),
    "file": ("flows/trip.py:Trip", "an import path names a module and not its file: trip:Trip."),
    "file2": ("trip.py:Trip", "an import path names a module and not its file: trip:Trip."),
    "dot": (".trip:Trip", "an import path begins with the name of a module, and not with a dot."),
    "no_colon": ("flows.Trip", "such as flows:TripFlow; did you mean flows:Trip?"),
    "no_colon2": ("flows", "an import path names a module and a class in it, such as flows:TripFlow."),
    "no_class": ("flows:", "an import path names a module and a class in it, such as flows:TripFlow."),
    "fails": ("fails_at_once:Trip", "ValueError: the key is missing (fails_at_once.py, line 1)."),
    "ends": ("ends_the_process:Trip", "its module tried to end the process."),
    "syntax": ("is_no_python:Trip", "is_no_python.py, line 1: expected ':'."),
    "package": (
        "lacks_a_package:Trip",
        "it needs the module “surely_not_installed_anywhere”, which is not installed here.",
    ),
    "known": (
        "lacks_a_known_package:Trip",
        "it needs the module “sklearn.svm”, which is not installed here (pip install scikit-learn).",
    ),
    "integration": ("lacks_an_integration:Trip", "(pip install llama-index-llms-surely-not-there)."),
    "part": ("lacks_a_part:Trip", "cannot import name 'SurelyNotThere' from 'workflows'"),
    "circle": ("imports_itself_in_a_circle:Trip", "cannot import name 'Trip' from partially initialized module"),
    "recursion": ("calls_itself:Trip", "it calls itself without an end (calls_itself.py, line "),
    "interrupted": ("is_interrupted:Trip", "KeyboardInterrupt (is_interrupted.py, line 1)."),
    "stopped": ("stops_the_page:Trip", "cannot be loaded: "),
    "cancelled": ("is_cancelled:Trip", "CancelledError (is_cancelled.py, line 2)."),
    "asserts": ("asserts:Trip", "AssertionError (asserts.py, line 1)."),
    "story": ("has_a_long_story:Trip", "RuntimeError: word word word"),
    "typo": ("has_a_trip:TripFlw", "has no TripFlw; did you mean TripFlow?"),
    "case": ("has_a_trip:tripflow", "has no tripflow; did you mean TripFlow?"),
    "other": ("has_a_trip:Holiday", "has no Holiday; it has TripFlow."),
    "deep": ("has_a_trip:TripFlow.Inner", "has no TripFlow.Inner"),
    "shadowed": ("workflows:Trip", "has no Trip"),
}
"""Import paths by name, each with words of the sentence that says why it cannot be loaded."""
