"""What a run's log says of a step that blocks: that it has not yielded, and later that it has."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workflows.plugins.basic import get_current_run_id
from workflows.runtime.types.results import StepWorkerStateContextVar

from hitl.engine.descriptions import BLOCKS, YIELDED
from hitl.engine.records import NewEvent
from hitl.engine.runtime.handover import BlockedTurn
from hitl.engine.runtime.watchdog import place
from hitl.text import count


@dataclass(frozen=True)
class BlockingCode:
    """The run that blocks a thread, and its step."""

    run_id: str
    step: str | None
    """None for what belongs to a run and to none of its steps, such as the validator of an answer."""

    @classmethod
    def of(cls, turn: BlockedTurn) -> BlockingCode | None:
        """None if the turn is no run's."""
        return turn.context.copy().run(cls._here)

    @classmethod
    def _here(cls) -> BlockingCode | None:
        run_id, step = get_current_run_id(), StepWorkerStateContextVar.get(None)
        return cls(run_id, step.state.step_name if step else None) if run_id else None

    def blocks(self, turn: BlockedTurn) -> NewEvent:
        """The event that says since when it blocks, and where."""
        since = datetime.now(UTC) - timedelta(seconds=time.monotonic() - turn.since)
        where = place(turn)
        message = f"{self._name} does not yield{f' ({where})' if where else ''}"
        body = {"step": self.step, "since": since.isoformat(), "where": where, "message": message}
        return NewEvent("progress", BLOCKS, body)

    def yielded(self, turn: BlockedTurn) -> NewEvent:
        """The event that says that it no longer blocks."""
        seconds = round(time.monotonic() - turn.since)
        message = f"{self._name} has yielded after {count(seconds, 'second')}"
        return NewEvent("progress", YIELDED, {"step": self.step, "seconds": seconds, "message": message})

    @property
    def _name(self) -> str:
        return f"The step {self.step}" if self.step else "What the run calls"
