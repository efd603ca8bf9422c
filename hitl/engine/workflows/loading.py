"""Load a workflow from an import path, a class, a factory function or an instance."""

from __future__ import annotations

import importlib
import inspect
import logging
from contextvars import ContextVar
from typing import Any

from workflows import Workflow
from workflows.runtime.types.plugin import Runtime

from hitl.engine.errors import WorkflowUnusable
from hitl.engine.upstream import is_validated, put_on, timeout_of
from hitl.engine.workflows.answers import can_be_found, found_by_name, qualified_name
from hitl.settings import Settings

log = logging.getLogger("hitl")

_importing: ContextVar[str] = ContextVar("importing", default="")


def source_of(given: object) -> object:
    """The source from which to load a workflow each time: its import path if it has one, else the object itself.

    Args:
        given: An import path `package.module:Name`, a class, a function that makes an instance, or an instance.
    """
    if isinstance(given, str) or not (inspect.isclass(given) or inspect.isfunction(given)):
        return given
    path = f"{given.__module__}:{given.__qualname__}"
    return path if found_by_name(path) is given else given


def load_workflow(name: str, source: object, settings: Settings, recorder: Runtime) -> Workflow:
    """Make an instance of a workflow whose runs `recorder` records.

    A class or function with a parameter `settings` gets the settings; one with a `timeout` gets None, since the time
    that a human takes to answer would count and end the run.

    Args:
        name: The name it is registered under.
        source: See `source_of`.
        settings: Passed to the workflow.
        recorder: The runtime that it runs on.

    Raises:
        WorkflowUnusable: If the source is not a workflow, or one that cannot run here.
    """
    try:
        made = _made(find(source), settings, recorder)
        if isinstance(made, Workflow):
            put_on(made, recorder)
            if is_validated(made):
                made.validate()  # here, before a run is stored that could not begin
    except (Exception, SystemExit) as error:  # a user's module can raise anything; the page needs a message
        log.warning("the workflow %s cannot be loaded", name, exc_info=True)
        why = "its module tried to end the process" if isinstance(error, SystemExit) else error
        raise WorkflowUnusable(f"The workflow “{name}” ({words_for(source)}) cannot be loaded: {why}.") from error
    if not isinstance(made, Workflow):
        kind = made.__name__ if inspect.isclass(made) else type(made).__name__
        raise WorkflowUnusable(f"The workflow “{name}” ({words_for(source)}) is a {kind}, not a Workflow.")
    if lost := [event.__name__ for event in made.events if not can_be_found(event)]:
        raise WorkflowUnusable(
            f"The workflow “{name}” ({words_for(source)}) has events that cannot be read again after a restart: "
            f"{', '.join(lost)}. Declare their classes at the top of a module that can be imported, which the page's "
            "own script is not."
        )
    if warning := warning_about(name, made):
        log.warning("%s", warning)
    return made


def find(source: object) -> object:
    """The object at an import path; any other source itself."""
    if not isinstance(source, str):
        return source
    module, _, name = source.partition(":")
    if not (module and name):
        raise WorkflowUnusable("an import path names a module and a class in it, such as flows:TripFlow")
    token = _importing.set(source)
    try:
        return getattr(importlib.import_module(module), name)
    finally:
        _importing.reset(token)


def refuse_while_importing(what: str) -> None:
    """Raise if called by a workflow's module while it is imported to load that workflow.

    Args:
        what: The refused call as its author writes it, for the message.

    Raises:
        WorkflowUnusable: If so; it would deadlock: the thread that loads the workflow waits for the module, and the
            module would wait for what that thread holds.
    """
    if source := _importing.get():
        module = source.partition(":")[0]
        raise WorkflowUnusable(
            f"The module {module} calls {what} while it is imported for the workflow {source}. Move the workflow to a "
            'module of its own, or put the call under `if __name__ == "__main__":`'
        )


def warning_about(name: str, workflow: Workflow) -> str | None:
    """A warning about the workflow's timeout, or None if it has no timeout."""
    timeout = timeout_of(workflow)
    if timeout is None:
        return None
    return (
        f"The workflow “{name}” ends a run {timeout:g} seconds after it has begun or was taken up again, and the time "
        "in which a human thinks counts too. Make it with timeout=None."
    )


def words_for(source: object) -> str:
    return source if isinstance(source, str) else qualified_name(source if isinstance(source, type) else type(source))


def _made(made_by: Any, settings: Settings, recorder: Runtime) -> object:
    if isinstance(made_by, Workflow):
        return made_by
    if not callable(made_by) or (inspect.isclass(made_by) and not issubclass(made_by, Workflow)):
        return made_by  # it makes no workflow, and is refused as it is
    parameters = inspect.signature(made_by).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    given: dict[str, Any] = {}
    if "settings" in parameters:
        given["settings"] = settings
    if "timeout" in parameters or takes_any:
        given["timeout"] = None
    with recorder.registering():
        return made_by(**given)
