"""What a run's log says of a step that blocks: that it has not yielded, and later that it has."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workflows.plugins.basic import get_current_run_id
from workflows.runtime.types.results import StepWorkerStateContextVar

from hitl.engine.descriptions import BLOCKS, YIELDED
from hitl.engine.records import NewEvent
from hitl.engine.runtime.handover import BlockedTurn
from hitl.engine.runtime.watchdog import place
from hitl.text import count

log = logging.getLogger("hitl")

Write = Callable[[str, NewEvent], object]

MOST_TOLD = 10
"""Times that a run's log says that a step blocks; one may block each time it runs."""


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


class BlockingLog:
    """Has the logs of runs say what blocks.

    Args:
        write: Stores an event in the log of a run in memory; does nothing for any other.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._told: dict[BlockedTurn, BlockingCode] = {}
        self._times: Counter[str] = Counter()

    def tell_blocked(self, turn: BlockedTurn, write: Write | None = None) -> None:
        """Have the run of a turn say once that it blocks.

        Args:
            turn: The turn.
            write: In place of the usual one.
        """
        code = BlockingCode.of(turn)
        if code and self._times[code.run_id] < MOST_TOLD and self._told.setdefault(turn, code) is code:
            self._times[code.run_id] += 1
            event = code.blocks(turn)
            log.warning("run %s: %s", code.run_id, event.body["message"])
            (write or self._write)(code.run_id, event)

    def tell_yielded(self, turn: BlockedTurn) -> None:
        """Have the run of a turn say that it has yielded, if it has said that it blocks."""
        if code := self._told.pop(turn, None):
            self._write(code.run_id, code.yielded(turn))

    def tell_of_run(self, run_id: str, turns: Iterable[BlockedTurn], write: Write | None = None) -> None:
        """Have a run say which of these turns are its own; call this before it is ended from outside."""
        for turn in turns:
            if (code := BlockingCode.of(turn)) and code.run_id == run_id:
                self.tell_blocked(turn, write)
