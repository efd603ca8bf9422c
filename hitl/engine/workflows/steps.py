"""The steps of a workflow as plain data: what each takes and gives, and which ask a human.

A step declares what it takes and returns. What it sends (`ctx.send_event`) and what it waits for are not declared: the
events that its code names are taken for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflows import Workflow
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StopEvent

from hitl.engine.upstream import DeclaredStep, declared_steps
from hitl.engine.workflows.answers import is_signal, response_types
from hitl.engine.workflows.event_types import events_named_in


@dataclass(frozen=True)
class Step:
    """A step, with the class names of its events."""

    name: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    """What it returns and what it sends, questions and results included."""
    waits: tuple[str, ...] = ()
    """The questions that it asks while it is at work (`ctx.wait_for_event`); what it waits for if it names none."""


@dataclass(frozen=True)
class WorkflowSteps:
    """The steps of a workflow, in the order in which events reach them."""

    steps: tuple[Step, ...]
    start: str
    """Class name of the start event."""
    ends: frozenset[str]
    """Class names of the results."""
    answers: Mapping[str, tuple[str, ...]]
    """Class names of the answers to each question, by the question's class name."""
    signals: frozenset[str]
    """Class names of the events that a human may send while the workflow works; see `Run.signal`."""

    @classmethod
    def of(cls, workflow: Workflow) -> WorkflowSteps:
        """The steps of a workflow, from what they declare and what their code names."""
        declared = list(declared_steps(workflow))
        classes = dict.fromkeys(event for step in declared for event in (*step.takes, *step.gives))
        given = {event for step in declared for event in step.gives}
        named = dict.fromkeys(event for step in declared for event in events_named_in(step.function))
        others = _names(sorted(response_types(workflow), key=lambda event: event.__name__))
        answers = {
            event.__name__: _answers_of(event, others)
            for event in (*classes, *named)
            if issubclass(event, InputRequiredEvent)
        }
        start = workflow.start_event_class.__name__
        return cls(
            _in_order([_step_of(step, list(classes), given) for step in declared], start, answers),
            start,
            frozenset(event.__name__ for event in classes if issubclass(event, StopEvent)),
            answers,
            frozenset(event.__name__ for event in classes if is_signal(event)),
        )

    @property
    def asking(self) -> tuple[str, ...]:
        """Names of the steps that ask a human."""
        return tuple(
            step.name for step in self.steps if step.waits or any(event in self.answers for event in step.gives)
        )


def _step_of(step: DeclaredStep, classes: Sequence[type[Event]], given: Collection[type[Event]]) -> Step:
    """A step with the classes that it takes when it takes their parent, and those that its code names."""
    takes = list(step.takes)
    if step.takes_subclasses:
        takes += [event for event in classes if issubclass(event, step.takes) and not issubclass(event, StopEvent)]
    named = [event for event in events_named_in(step.function) if event not in (*takes, *step.gives)]
    sends = [event for event in named if event in classes and event not in given and not _is_for_a_human(event)]
    asks = [event for event in named if issubclass(event, InputRequiredEvent)]
    awaited = [event for event in named if issubclass(event, HumanResponseEvent) and not is_signal(event)]
    return Step(step.name, _names(takes), _names([*step.gives, *sends]), _names(asks or awaited))


def _is_for_a_human(event: type[Event]) -> bool:
    return issubclass(event, InputRequiredEvent | HumanResponseEvent)


def _names(events: Iterable[type[Event]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(event.__name__ for event in events))


def _answers_of(question: type[Event], others: tuple[str, ...]) -> tuple[str, ...]:
    own = getattr(question, "answer_type", None)
    return (own.__name__,) if isinstance(own, type) else others


def _in_order(steps: Sequence[Step], start: str, answers: Mapping[str, tuple[str, ...]]) -> tuple[Step, ...]:
    """The steps as events reach them from the start; those that nothing reaches, such as a signal's, come last."""
    order: list[Step] = []
    reached, left = {start}, list(steps)
    while left:
        nearest = [step for step in left if reached.intersection(step.takes)] or left
        order += nearest
        left = [step for step in left if step not in nearest]
        given = [event for step in nearest for event in step.gives]
        reached.update(given, *(answers.get(event, ()) for event in given))
    return tuple(order)
