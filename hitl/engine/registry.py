"""The workflows that an engine runs, found by the import paths of the settings."""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workflows import Workflow

from hitl.engine.answers import can_be_found, takes_what_is_read
from hitl.engine.errors import WorkflowChanged, WorkflowUnusable
from hitl.engine.recorder import Recorder
from hitl.engine.records import RunRecord
from hitl.engine.shape import Shape
from hitl.settings import Settings


@dataclass(frozen=True)
class HostedWorkflow:
    """A workflow instance and what records its runs."""

    workflow: Workflow
    recorder: Recorder
    shape: Shape
    made_by: object
    """The class or function that its import path led to."""


class Registry:
    """The instance that runs each workflow, loaded when it is first asked for.

    Args:
        settings: Where the import paths stand.
        new_recorder: Makes what records the runs of one instance.
    """

    def __init__(self, settings: Settings, new_recorder: Callable[[], Recorder]) -> None:
        self._settings = settings
        self._new_recorder = new_recorder
        self._lock = threading.Lock()
        self._hosted: dict[str, HostedWorkflow] = {}

    def hosted(self, name: str) -> HostedWorkflow:
        """The instance for runs that begin or are taken up now.

        After its module was imported again (an edit while the server runs) that is a new one: what is read
        from the file becomes events of the new classes, which the old instance would ignore without a word.

        Raises:
            WorkflowUnusable: If the name is unknown, or its path does not lead to a workflow.
        """
        with self._lock:
            known = self._hosted.get(name)
            if known is None or self._was_imported_again(name, known):
                self._hosted[name] = load_workflow(name, self._settings, self._new_recorder())
            return self._hosted[name]

    def hosted_for(self, run: RunRecord, before: Shape | None) -> HostedWorkflow:
        """The instance that can take up a run.

        Args:
            run: Which run.
            before: The shape that its workflow had when it was last at work; None when nobody noted it.

        Raises:
            WorkflowUnusable: If the workflow cannot be loaded.
            WorkflowChanged: If it has another shape now.
        """
        hosted = self.hosted(run.workflow)
        if before and (changes := before.changes_to(hosted.shape)):
            raise WorkflowChanged(
                f"The workflow “{run.workflow}” has changed since this run was last at work: {changes}. The run is "
                "kept as it was. Start it again with the same inputs, or bring the earlier workflow back."
            )
        return hosted

    def _was_imported_again(self, name: str, known: HostedWorkflow) -> bool:
        if takes_what_is_read(known.workflow):
            return False
        try:
            return _find(self._settings.workflows[name]) is not known.made_by
        except Exception:  # half an edit: what was loaded before it goes on
            return False


def load_workflow(name: str, settings: Settings, recorder: Recorder) -> HostedWorkflow:
    """Import a workflow and make an instance of it whose runs `recorder` records.

    The path may name a class or a function that returns an instance; one that takes a parameter
    called `settings` is given the settings.

    Args:
        name: The name it is registered under.
        settings: Where its import path stands.
        recorder: The runtime that it gets.

    Raises:
        WorkflowUnusable: If the name is unknown, or the path does not lead to a workflow.
    """
    path = settings.workflows.get(name)
    if path is None:
        known = ", ".join(settings.workflows) or "none"
        raise WorkflowUnusable(f"No workflow is registered as “{name}” (registered: {known}). See HITL_WORKFLOWS.")
    try:
        made_by = _find(path)
        made = _make(made_by, settings, recorder)
        if isinstance(made, Workflow) and not getattr(made, "_disable_validation", False):
            made.validate()  # now, and not when a run has been stored that cannot begin
    except Exception as error:  # whatever the user's module raises, the page must say it in words
        raise WorkflowUnusable(f"The workflow “{name}” ({path}) cannot be loaded: {error}.") from error
    if not isinstance(made, Workflow):
        raise WorkflowUnusable(f"The workflow “{name}” ({path}) is a {type(made).__name__}, not a Workflow.")
    if recorder not in (made.runtime, getattr(made.runtime, "_decorated", None)):  # verbose=True wraps it
        raise WorkflowUnusable(
            f"The workflow “{name}” ({path}) was made before hitl asked for it, so its runs cannot be recorded. "
            "Name its class, or a function that makes a new instance."
        )
    if lost := [event.__name__ for event in made.events if not can_be_found(event)]:
        raise WorkflowUnusable(
            f"The workflow “{name}” ({path}) has events that cannot be read again after a restart: {', '.join(lost)}. "
            "Declare their classes at the top of a module."
        )
    return HostedWorkflow(made, recorder, Shape.of(made), made_by)


def _find(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


def _make(factory: Any, settings: Settings, recorder: Recorder) -> object:
    parameters = inspect.signature(factory).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    given: dict[str, Any] = {}
    if "settings" in parameters:
        given["settings"] = settings
    if "timeout" in parameters or takes_any:
        given["timeout"] = None  # a clock that runs while a human thinks would end the run
    with recorder.registering():
        return factory(**given)
