"""How a run that has not ended stands: whether anything carries it out, and what to do if nothing does."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from hitl.engine import EngineError, Run, RunRecord
from hitl.engine.records import LIVE
from hitl.forms.fields import Field, fields_of

Standing = Literal["", "blocked", "not carried out", "stands still"]
"""Empty if a run has ended, is at work or waits for a human."""
ADVICE: Mapping[Standing, str] = {
    "not carried out": "Nothing carries it out now: it goes on when hitl runs again, as with `hitl serve`; with a "
    "script of your own, when its page is first opened.",
    "stands still": "No step is at work, and nobody is asked anything. Cancel the run, and start it again.",
}
TEXTS = ("text", "long text", "date", "date and time", "time", "duration", "decimal", "choice", "file")
"""Kinds of fields whose values are typed as they are, and are no JSON."""


def standing_of(record: RunRecord, is_blocked: bool, is_carried_out: bool) -> Standing:
    """How a run stands, beside its status.

    Args:
        record: The run.
        is_blocked: Whether it cannot go on here.
        is_carried_out: Whether some process carries out what is recorded.
    """
    if record.status not in LIVE:
        return ""
    if is_blocked:
        return "blocked"
    if record.active:
        return "" if is_carried_out else "not carried out"
    return "stands still" if record.status == "running" else ""


def start_command(run: Run, record: RunRecord) -> str:
    """The command that starts a run with the same inputs; empty if its workflow is not there any more."""
    if record.workflow not in run.engine.workflows():
        return ""
    try:
        fields = fields_of(run.engine.start_schema(record.workflow))
    except EngineError:  # it cannot be loaded now
        return ""
    options = [f"--field {shlex.quote(given)}" for given in _as_typed(record.inputs, fields)]
    return " ".join(["hitl start", shlex.quote(record.workflow), *options])


def _as_typed(inputs: Mapping[str, Any], fields: Sequence[Field]) -> list[str]:
    """Inputs as `--field` takes them, without those that are not given."""
    kinds = {name: field.kind for field in fields for name in (field.name, *field.other_names)}
    return [
        f"{name}={value if _is_plain(value, kinds.get(name)) else json.dumps(value, ensure_ascii=False)}"
        for name, value in inputs.items()
        if value is not None
    ]


def _is_plain(value: object, kind: str | None) -> bool:
    """Whether a value is typed as it is; a text that looks like JSON is read as JSON where any value is taken."""
    if not isinstance(value, str) or kind in TEXTS:
        return isinstance(value, str)
    try:
        json.loads(value)
    except ValueError:
        return True
    return False
