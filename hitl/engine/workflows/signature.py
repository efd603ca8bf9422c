"""The signature of a workflow: its steps and the schemas of its events.

A paused run is taken up only by a workflow of the signature with which it was paused. How a step does its work
may change at any time; which steps there are, and what goes between them, may not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from workflows import Workflow
from workflows.representation import get_workflow_representation

WORDING = ("title", "description", "examples", "default")
"""What a schema says beside the types: it may change without harm to a paused run."""


@dataclass(frozen=True)
class WorkflowSignature:
    """The steps of a workflow and the events between them."""

    steps: dict[str, list[str]]
    """By the step's name, what it takes and gives: `takes Order`, `gives MayI`."""
    events: dict[str, Any]
    """JSON schemas by the event's name, without titles, descriptions and defaults."""

    @classmethod
    def of(cls, workflow: Workflow) -> WorkflowSignature:
        """The signature of a workflow, from the library's own picture of it."""
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
        """The same for the same shape."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def changes_to(self, other: WorkflowSignature) -> str:
        """What is different in another signature, in words; empty when nothing is."""
        told = []
        for noun, before, after in (("step", self.steps, other.steps), ("event", self.events, other.events)):
            told += [f"the {noun} {name} is gone" for name in before if name not in after]
            told += [f"the {noun} {name} is new" for name in after if name not in before]
            told += [
                f"the {noun} {name} has changed" for name in before if after.get(name, before[name]) != before[name]
            ]
        return ", ".join(told)


def _is_event(node: Any) -> bool:
    return bool(node.node_type == "event")


def _types_only(schema: Any, names_fields: bool = False) -> Any:
    """A schema without its wording; a field that is called `title` stays."""
    if isinstance(schema, list):
        return [_types_only(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _types_only(value, names_fields=key in ("properties", "$defs") and not names_fields)
        for key, value in schema.items()
        if names_fields or key not in WORDING
    }
