"""Functions of an app that are called when a run asks something, ends or fails.

    @hitl.on_question
    def mail(run: Run, question: Question, key: str) -> None:
        send("team@example.org", f"{run.workflow} asks: {question.body}", message_id=key)

What is to be called is stored together with the question or the ending, and called by a thread of its own afterwards
(`runtime/outbox.py`): at least once, also if the process is killed in between, and never in the way of a run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, MethodType
from typing import TypeVar

from hitl.engine.records import Topic

F = TypeVar("F", bound=Callable[..., object])

TAKES: dict[Topic, str] = {"question": "run, question", "end": "run", "failure": "run"}
"""What a function is called with, by topic."""
KEY = "key"
"""The name of the parameter that gets the key of the call."""


@dataclass(frozen=True)
class Hook:
    """A function that is to be called."""

    topic: Topic
    name: str
    """What its calls are stored under."""
    function: Callable[..., object]
    takes_key: bool
    """True if it has a parameter for the key of the call."""


class Hooks:
    """The functions to call, by topic and name; one with the name of an earlier one takes its place.

    Give it to `open_engine`, before or after it has functions. Those of `hitl.on_question`, `hitl.on_end` and
    `hitl.on_failure` are in `EVERYWHERE`.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Topic, str], Hook] = {}
        self._followers: list[Callable[[], None]] = []

    def on_question(self, function: F, /, name: str | None = None) -> F:
        """Call a function, `f(run, question)`, for every question that a run asks; also usable as a decorator.

        It is called at least once for each question, on a thread of its own, one call after the other. An `async`
        function runs on an event loop of that thread. If it raises, it is called again after growing pauses. It is
        called even if the question has been answered meanwhile: `run.questions` has those that are open.

        Args:
            function: What to call. A parameter called `key` gets a text that is the same whenever the call is made
                again, and different for every other: whoever is told can recognize a repetition by it.
            name: What its calls are stored under until they are made. A function that is defined by `def` has one by
                itself; it should stay the same over restarts.

        Returns:
            The function.

        Raises:
            TypeError: If it cannot be called so, or has no name of its own.
        """
        return self._add("question", function, name)

    def on_end(self, function: F, /, name: str | None = None) -> F:
        """Call a function, `f(run)`, for every run that has ended, however: `run.status` says. See `on_question`."""
        return self._add("end", function, name)

    def on_failure(self, function: F, /, name: str | None = None) -> F:
        """Call a function, `f(run)`, for every run that has failed; `run.error` says why. See `on_question`.

        Functions of `on_end` are called for it, too.
        """
        return self._add("failure", function, name)

    def remove(self, function: Callable[..., object]) -> None:
        """Do not call a function any more. Calls that are stored wait for one with its name."""
        self._known = {key: hook for key, hook in self._known.items() if hook.function != function}
        self._tell_followers()

    def find(self, topic: Topic, name: str) -> Hook | None:
        return self._known.get((topic, name))

    def __iter__(self) -> Iterator[Hook]:
        return iter(list(self._known.values()))

    def follow(self, changed: Callable[[], None]) -> None:
        """Have a function called whenever a hook is added or removed from now on."""
        self._followers.append(changed)

    def unfollow(self, changed: Callable[[], None]) -> None:
        self._followers.remove(changed)

    def _add(self, topic: Topic, function: F, name: str | None) -> F:
        if not callable(function):
            raise TypeError(f"hitl.on_{topic} takes a function, not {function!r}.")
        hook = Hook(topic, name or _name_of(topic, function), function, _takes_key(topic, function))
        self._known[topic, hook.name] = hook
        self._tell_followers()
        return function

    def _tell_followers(self) -> None:
        for changed in list(self._followers):
            changed()


EVERYWHERE = Hooks()
"""Those of every engine that this process opens without being given others."""

on_question, on_end, on_failure = EVERYWHERE.on_question, EVERYWHERE.on_end, EVERYWHERE.on_failure


def _name_of(topic: Topic, function: Callable[..., object]) -> str:
    """The name of a function: its module and its name there, with the line of a lambda, which has no name.

    A page's script is a module of its own name when the server starts, and `__main__` whenever it is drawn.

    Raises:
        TypeError: If it has no name that other functions have not.
    """
    code = function.__func__ if isinstance(function, MethodType) and inspect.isclass(function.__self__) else function
    if not isinstance(code, FunctionType):
        raise TypeError(f'{function!r} needs a name here: hitl.on_{topic}(…, name="…").')
    module, file = code.__module__, code.__globals__.get("__file__")
    if module == "__main__" and file:
        module = Path(file).stem
    line = f":{code.__code__.co_firstlineno}" if code.__name__ == "<lambda>" else ""
    return f"{module}:{code.__qualname__}{line}"


def _takes_key(topic: Topic, function: Callable[..., object]) -> bool:
    """True if a function has a parameter for the key.

    Raises:
        TypeError: If it cannot be called with what it would be called with.
    """
    try:
        signature = inspect.signature(function)
    except ValueError:  # some that are written in C have none
        return False
    takes_key = KEY in signature.parameters
    given = TAKES[topic].split(", ")
    try:
        signature.bind(*given, **({KEY: ""} if takes_key else {}))
    except TypeError as error:
        raise TypeError(f"hitl.on_{topic} calls {function!r} with ({TAKES[topic]}), but: {error}.") from None
    return takes_key
