"""Workflows that are given by name, as to `hitl.page`: what else is given is refused with an example."""

from __future__ import annotations

from collections.abc import Mapping

from workflows import Workflow

from hitl.text import humanize


def check_named(given: object) -> None:
    """Raise if workflows are not given by name.

    Args:
        given: A mapping of names to workflows, or whatever was given instead.

    Raises:
        TypeError: If it is no mapping, or a name is not a text.
    """
    if not isinstance(given, Mapping):
        what = f"the class {given.__name__}" if isinstance(given, type) else repr(given)
        raise TypeError(f"Workflows are given by name, such as {{{_example(given)}}}. What was given is {what}.")
    for name in given:
        if not isinstance(name, str) or not name.strip():
            raise TypeError(
                f"A workflow cannot be called {name!r}: its name is a text that is not empty, since it stands in "
                "addresses and in the file of runs."
            )


def _example(given: object) -> str:
    """How the workflow that was given alone is given by name."""
    match given:
        case type() if issubclass(given, Workflow):
            return f'"{short_name(given.__name__)}": {given.__name__}'
        case Workflow():
            return f'"{short_name(type(given).__name__)}": {type(given).__name__}()'
        case str() if ":" in given:
            return f'"{short_name(given.rpartition(":")[2])}": "{given}"'
        case _:
            return '"trip": TripFlow'


def short_name(cls: str) -> str:
    """A name for a workflow by that of its class or function: `trip` for `TripFlow`."""
    return humanize(cls.removesuffix("Workflow").removesuffix("Flow") or cls).replace(" ", "_").lower()
