"""How a run fails: why, in words, and the event with which its log ends."""

from __future__ import annotations

from dataclasses import replace

from workflows.events import WorkflowFailedEvent

from hitl.engine.records import Ending, Failure, NewEvent, Tick
from hitl.text import humanize

ENDS_A_SENTENCE = (".", "!", "?", "…")
WORDS_OF_A_SENTENCE = 3
"""Fewest words of a message that says by itself what happened."""


def failure_of(error: BaseException, last: Tick) -> Failure:
    """Why a run failed.

    Args:
        error: What it has raised.
        last: What its last tick commits, which alone has the name of the step that raised.
    """
    step = next((str(event.body["step_name"]) for event in _failed_events(last)), None)
    own = getattr(error, "step", None)  # of a user's exception it may be anything
    return Failure(step or (own if isinstance(own, str) else None), type(error).__name__, str(error))


def with_end(last: Tick, ending: Ending) -> Tick:
    """The last tick of a run that has failed, with an event that says so if none of its own does.

    Of a result that cannot be stored, say, nothing else would stand in the log.
    """
    failure = ending.failure
    if failure is None or any(isinstance(event, NewEvent) and event.kind == "stop" for event in last.events):
        return last
    exception = {"exception_type": failure.type, "exception_message": failure.message}
    body = {"step_name": failure.step, "exception": exception, "attempts": None, "elapsed_seconds": None}
    return replace(last, events=(*last.events, NewEvent("stop", WorkflowFailedEvent.__name__, body)))


def has_failed(last: Tick) -> bool:
    """Whether one of a run's steps has failed in its last tick."""
    return bool(_failed_events(last))


def _failed_events(last: Tick) -> list[NewEvent]:
    name = WorkflowFailedEvent.__name__
    return [event for event in last.events if isinstance(event, NewEvent) and event.type == name]


def describe_failure(failure: Failure) -> str:
    """Where and why a run failed: “The step “Go” failed: KeyError: 'supplier'”."""
    where = f"The step “{humanize(failure.step)}” failed" if failure.step else "The run failed"
    return f"{where}: {exception_in_words(failure.type, failure.message)}"


def exception_in_words(type_: str, message: str) -> str:
    """An exception in words: its message, after its name unless that is a whole sentence, which speaks for itself.

    Args:
        type_: Name of its class; one of a module, `builtins.KeyError`, is shown without it.
        message: Its message, which may be empty, as of a bare assert.
    """
    name, said = type_.rpartition(".")[2], message.strip()
    if said.endswith(ENDS_A_SENTENCE) and len(said.split()) >= WORDS_OF_A_SENTENCE:
        return said
    return ": ".join(filter(None, [name, said]))
