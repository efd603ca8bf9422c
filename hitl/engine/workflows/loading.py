"""Loading a workflow from wherever it was named: an import path, a class, a factory, an instance."""

from __future__ import annotations

import importlib
import inspect
import logging
from contextvars import ContextVar
from typing import Any

from workflows import Workflow
from workflows.runtime.types.plugin import Runtime

from hitl.engine.errors import WorkflowUnusable
from hitl.engine.workflows.answers import can_be_found, found_by_name, qualified_name
from hitl.settings import Settings

log = logging.getLogger("hitl")

_importing: ContextVar[str] = ContextVar("importing", default="")


def source_of(given: object) -> object:
    """Where a workflow is to be loaded from, each time anew: its import path if it has one, itself otherwise.

    Args:
        given: An import path `package.module:Name`, a class, a function that makes an instance, or an instance.
    """
    if isinstance(given, str) or not (inspect.isclass(given) or inspect.isfunction(given)):
        return given
    path = f"{given.__module__}:{given.__qualname__}"
    return path if found_by_name(path) is given else given


def load_workflow(name: str, source: object, settings: Settings, recorder: Runtime) -> Workflow:
    """Make an instance of a workflow whose runs `recorder` records.

    A class or function that takes a parameter called `settings` is given the settings; one that takes a timeout is
    given none, since a clock that runs while a human thinks would end the run.

    Args:
        name: The name it is registered under.
        source: See `source_of`.
        settings: For the workflow.
        recorder: The runtime that it gets.

    Raises:
        WorkflowUnusable: If the source does not lead to a workflow, or to one that cannot be run here.
    """
    try:
        made = _made(find(source), settings, recorder)
        if isinstance(made, Workflow):
            _put_on(made, recorder)
            if not getattr(made, "_disable_validation", False):
                made.validate()  # now, and not when a run has been stored that cannot begin
    except (Exception, SystemExit) as error:  # whatever the user's module raises, the page must say it in words
        log.warning("the workflow %s cannot be loaded", name, exc_info=True)
        why = "its module tried to end the process" if isinstance(error, SystemExit) else error
        raise WorkflowUnusable(f"The workflow “{name}” ({words_for(source)}) cannot be loaded: {why}.") from error
    if not isinstance(made, Workflow):
        raise WorkflowUnusable(
            f"The workflow “{name}” ({words_for(source)}) is a {type(made).__name__}, not a Workflow."
        )
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
    """What a source leads to: the object at an import path, or the source itself."""
    if not isinstance(source, str):
        return source
    module, _, name = source.partition(":")
    token = _importing.set(source)
    try:
        return getattr(importlib.import_module(module), name)
    finally:
        _importing.reset(token)


def refuse_while_importing(what: str) -> None:
    """See that it is not a module of a workflow that calls, while it is imported for the workflow.

    Args:
        what: What it calls, as its author writes it.

    Raises:
        WorkflowUnusable: If it is: whoever asked for the workflow waits for the module, and the module would wait for
            what that one holds.
    """
    if source := _importing.get():
        module = source.partition(":")[0]
        raise WorkflowUnusable(
            f"The module {module} calls {what} while it is imported for the workflow {source}. Move the workflow to a "
            'module of its own, or put the call under `if __name__ == "__main__":`'
        )


def warning_about(name: str, workflow: Workflow) -> str | None:
    """What a human should know about a workflow before running it; None when there is nothing."""
    timeout = getattr(workflow, "_timeout", None)
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
    parameters = inspect.signature(made_by).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    given: dict[str, Any] = {}
    if "settings" in parameters:
        given["settings"] = settings
    if "timeout" in parameters or takes_any:
        given["timeout"] = None
    with recorder.registering():
        return made_by(**given)


def _put_on(workflow: Workflow, recorder: Runtime) -> None:
    """Have the recorder run a workflow that was made before hitl asked for it.

    The library has no public call for that. It refuses once the workflow has been run elsewhere.
    """
    if recorder not in (workflow.runtime, getattr(workflow.runtime, "_decorated", None)):  # verbose=True wraps it
        workflow._switch_runtime(recorder)
