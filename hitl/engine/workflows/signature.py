"""The signature of a workflow: its steps and the schemas of its events.

A run is resumed only by a workflow with the signature recorded with the run. The code of a step may change at any time;
the set of steps and the events between them may not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from workflows import Workflow
from workflows.representation import get_workflow_representation

WORDING = ("title", "description", "examples", "default")
"""Keys of a schema that do not affect types; they may change while a run is stored."""


@dataclass(frozen=True)
class WorkflowSignature:
    """The steps of a workflow and the events between them."""

    steps: dict[str, list[str]]
    """The events that a step takes and gives, by step name: `takes Order`, `gives MayI`."""
    events: dict[str, Any]
    """JSON schemas by event name, without the `WORDING` keys."""

    @classmethod
    def of(cls, workflow: Workflow) -> WorkflowSignature:
        """The signature of a workflow, from the library's own representation of it."""
        graph = get_workflow_representation(workflow)
        steps: dict[str, list[str]] = {node.id: [] for node in graph.nodes if node.node_type == "step"}
        for edge in graph.edges:
            if edge.target in steps:
                steps[edge.target].append(f"takes {edge.source}")
            if edge.source in steps:
                steps[edge.source].append(f"gives {edge.target}")
        events = {node.id: _types_only(getattr(node, "event_schema", None)) for node in graph.nodes if _is_event(node)}
        return cls({name: sorted(set(edges)) for name, edges in steps.items()}, events)

    @classmethod
    def from_json(cls, text: str) -> WorkflowSignature:
        return cls(**json.loads(text))

    def to_json(self) -> str:
        return json.dumps({"steps": self.steps, "events": self.events}, sort_keys=True, separators=(",", ":"))

    @property
    def id(self) -> str:
        """A hash of the signature: 16 hex digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def changes_to(self, other: WorkflowSignature) -> str:
        """The differences of another signature, in words; empty if there are none."""
        told = []
        for noun, before, after in (("step", self.steps, other.steps), ("event", self.events, other.events)):
            told += [f"the {noun} {name} is gone" for name in before if name not in after]
            told += [f"the {noun} {name} is new" for name in after if name not in before]
            told += [
                f"the {noun} {name} has changed{_changes_inside(before[name], after[name])}"
                for name in before
                if after.get(name, before[name]) != before[name]
            ]
        return ", ".join(told)


def _changes_inside(before: Any, after: Any) -> str:
    """Which fields of an event, or events of a step, differ, in parentheses; empty if that is not known."""
    if isinstance(before, list) and isinstance(after, list):
        told = [f"it no longer {edge}" for edge in before if edge not in after]
        told += [f"it {edge} now" for edge in after if edge not in before]
    else:
        fields, now = _fields_of(before), _fields_of(after)
        told = [f"its field {name} is gone" for name in fields if name not in now]
        told += [f"its field {name} is new" for name in now if name not in fields]
        told += [
            f"its field {name} is of another type" for name in fields if now.get(name, fields[name]) != fields[name]
        ]
        was, must = _required_in(before), _required_in(after)
        told += [f"its field {name} must be given now" for name in must if name in fields and name not in was]
        told += [f"its field {name} may be left out now" for name in was if name in now and name not in must]
    return f" ({', '.join(told)})" if told else ""


def _fields_of(schema: Any) -> dict[str, Any]:
    return dict(schema.get("properties", {})) if isinstance(schema, dict) else {}


def _required_in(schema: Any) -> list[str]:
    return list(schema.get("required", ())) if isinstance(schema, dict) else []


def _is_event(node: Any) -> bool:
    return bool(node.node_type == "event")


def _types_only(schema: Any, names_fields: bool = False) -> Any:
    """A schema without the `WORDING` keys; a field that is called `title` stays."""
    if isinstance(schema, list):
        return [_types_only(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _types_only(value, names_fields=key in ("properties", "$defs") and not names_fields)
        for key, value in schema.items()
        if names_fields or key not in WORDING
    }
