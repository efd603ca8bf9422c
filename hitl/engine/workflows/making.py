"""Make the instance of a workflow from a class or a function, with the arguments that hitl knows."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from workflows import Workflow
from workflows.runtime.types.plugin import Runtime

from hitl.engine.errors import WorkflowUnusable
from hitl.engine.workflows.named import short_name
from hitl.settings import Settings

REFUSES_TIMEOUT = re.compile(r"(?:multiple values for|unexpected) (?:keyword )?argument '?timeout'?")
"""What Python says of a class that sets the timeout itself and passes its other options on."""


def make(name: str, made_by: Any, settings: Settings, recorder: Runtime) -> object:
    """The instance that a class or a function makes; an instance, and what makes no workflow, as it is.

    A parameter `settings` gets the settings; one called `timeout` gets None, since the time that a human takes to
    answer would count and end the run. So does a class that takes any option; if it then says that it sets the timeout
    itself, it is made without.

    Args:
        name: The name it is registered under, for the example in a message.
        made_by: A class, a function, or anything else that was registered.
        settings: Passed to it.
        recorder: The runtime that the instance is to have.

    Raises:
        WorkflowUnusable: If it needs other arguments, or makes no instance of a workflow.
        Exception: Whatever it raises itself.
    """
    if isinstance(made_by, Workflow) or not callable(made_by):
        return made_by
    if inspect.isclass(made_by) and not issubclass(made_by, Workflow):
        return made_by  # it makes no workflow, and is refused as it is
    parameters = _parameters(made_by)
    given = _known_arguments(parameters, settings)
    _refuse_missing(name, made_by, parameters, given)
    with recorder.registering():
        made = _called(made_by, given, may_refuse_timeout="timeout" not in parameters)
    _check_made(made_by, made)
    return made


def _parameters(made_by: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(made_by).parameters
    except ValueError:  # a callable written in C
        return {}


def _known_arguments(parameters: Mapping[str, inspect.Parameter], settings: Settings) -> dict[str, Any]:
    kinds = {name: parameter.kind for name, parameter in parameters.items()}
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    given: dict[str, Any] = {}
    if kinds.get("settings") in by_name:
        given["settings"] = settings
    if kinds.get("timeout") in by_name or inspect.Parameter.VAR_KEYWORD in kinds.values():
        given["timeout"] = None
    return given


def _called(made_by: Callable[..., object], given: dict[str, Any], may_refuse_timeout: bool) -> object:
    try:
        return made_by(**given)
    except TypeError as error:
        if may_refuse_timeout and "timeout" in given and REFUSES_TIMEOUT.search(str(error)):
            del given["timeout"]
            return made_by(**given)
        raise


def _refuse_missing(
    name: str, made_by: Any, parameters: Mapping[str, inspect.Parameter], given: Mapping[str, Any]
) -> None:
    """Raise if a class or a function has parameters without a default that hitl cannot fill in."""
    missing = [
        parameter.name
        for parameter in parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        and parameter.name not in given
    ]
    if not missing:
        return
    called = called_name(made_by)
    *others, last = missing
    takes = f"{', '.join(others)} and {last}" if others else last
    maker = name if name.isidentifier() else short_name(called)
    by_place = [argument for argument in missing if parameters[argument].kind is inspect.Parameter.POSITIONAL_ONLY]
    named = [f"{argument}=…" for argument in [*missing, *given] if argument not in (*by_place, "timeout")]
    timeout = ["timeout=None"] if "timeout" in given else []
    arguments = ", ".join([*("…" for _ in by_place), *named, *timeout])
    raise WorkflowUnusable(
        f"{called} takes {takes}, which hitl cannot know. Register a function without arguments that makes the "
        f"workflow, such as `def {maker if maker != called else f'new_{maker}'}(): return {called}({arguments})`"
    )


def _check_made(made_by: Any, made: object) -> None:
    """Raise if a class or a function has not made an instance of a workflow."""
    called = called_name(made_by)
    if inspect.isawaitable(made) or inspect.isasyncgen(made):
        if inspect.iscoroutine(made):
            made.close()  # or Python warns that nobody has awaited it
        raise WorkflowUnusable(
            f"{called} is an async function, which hitl does not await. Write it as a plain `def` that returns the "
            "workflow, and begin in a step what has to be awaited"
        )
    if inspect.isclass(made) and issubclass(made, Workflow):
        raise WorkflowUnusable(
            f"{called} returns the class {made.__name__}: let it return an instance, {made.__name__}()"
        )
    if made is None:
        raise WorkflowUnusable(f"{called} returns nothing: let it return the workflow that it makes")
    if not isinstance(made, Workflow):
        raise WorkflowUnusable(f"{called} returns {with_article(type(made).__name__)}, not a Workflow")
    if not is_initialized(made):
        raise WorkflowUnusable(
            f"the __init__ of {type(made).__name__} does not call super().__init__(), which makes it a workflow (a "
            "dataclass calls it in __post_init__)"
        )


def is_initialized(workflow: Workflow) -> bool:
    """False if the class's `__init__` did not call the library's."""
    try:
        return workflow.start_event_class is not None
    except AttributeError:
        return False


def called_name(made_by: Any) -> str:
    """What the author calls a class or a function: its name; of a partial, the name of its function."""
    made_by = made_by.func if isinstance(made_by, partial) else made_by
    return str(getattr(made_by, "__name__", type(made_by).__name__))


def with_article(noun: str) -> str:
    """A name with its article: `a str`, `an Order`."""
    return f"{'an' if noun[:1] in 'aeioAEIO' else 'a'} {noun}"
