"""Load a workflow from an import path, a class, a factory function or an instance."""

from __future__ import annotations

import importlib
import inspect
import logging
from contextvars import ContextVar
from functools import partial

from workflows import Workflow
from workflows.runtime.types.plugin import Runtime

from hitl.engine.errors import WorkflowUnusable
from hitl.engine.upstream import is_in_use, is_validated, put_on, timeout_of, unlocked_copy
from hitl.engine.workflows.answers import can_be_found, found_by_name, qualified_name
from hitl.engine.workflows.import_problems import attribute_problem, path_problem, why_not
from hitl.engine.workflows.making import make, with_article
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
    """Make an instance of a workflow whose runs `recorder` records; see `make` for what it is made with.

    An instance that another engine, another name or its author runs already stays as it is: a copy of it runs here.

    Args:
        name: The name it is registered under.
        source: See `source_of`.
        settings: Passed to the workflow.
        recorder: The runtime that it runs on.

    Raises:
        WorkflowUnusable: If the source is not a workflow, or one that cannot run here.
    """
    try:
        given = find(source)
        made = make(name, given, settings, recorder)
        if isinstance(made, Workflow):
            if made is given and is_in_use(made, recorder):
                made = unlocked_copy(made)
            put_on(made, recorder)
            if is_validated(made):
                made.validate()  # here, before a run is stored that could not begin
    except BaseException as error:  # a user's module can raise anything; the page needs a message
        why = why_not(error, source)
        raise WorkflowUnusable(f"The workflow “{name}” ({words_for(source)}) cannot be loaded: {why}") from error
    if not isinstance(made, Workflow):
        kind = with_article(made.__name__ if inspect.isclass(made) else type(made).__name__)
        raise WorkflowUnusable(f"The workflow “{name}” ({words_for(source)}) is {kind}, not a Workflow.")
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
    """The object at an import path; any other source itself.

    Raises:
        WorkflowUnusable: If the text is no import path, or the module has no such attribute.
        Exception: Whatever the module raises while it is imported.
    """
    if not isinstance(source, str):
        return source
    if problem := path_problem(source):
        raise WorkflowUnusable(problem)
    module, _, name = source.partition(":")
    token = _importing.set(source)
    try:
        found = imported = importlib.import_module(module)
    finally:
        _importing.reset(token)
    for part in name.split("."):
        if not hasattr(found, part):
            raise WorkflowUnusable(attribute_problem(imported, name))
        found = getattr(found, part)
    return found


def is_imported_here(source: object) -> bool:
    """True if the caller is called by the source's own module while that is imported, as by a script's import.

    Another thread would wait for that import, and the import for the caller.
    """
    module, frame = source.partition(":")[0] if isinstance(source, str) else "", inspect.currentframe()
    while frame:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == module:
            return True
        frame = frame.f_back
    return False


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
    """How a source is named: its import path, or that of the class or function that it is or was made by."""
    if isinstance(source, str):
        return source
    source = source.func if isinstance(source, partial) else source
    if inspect.isfunction(source):
        return f"{source.__module__}:{source.__qualname__}"
    return qualified_name(source if isinstance(source, type) else type(source))
