"""Current names of classes that have moved since earlier versions stored runs.

A stored run refers to classes by module and class name: its state, its events, the events it waits for. Every lookup
of such a name goes through here, so that a run stored before a class moved can be resumed after it.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from workflows.context import JsonSerializer

from hitl.engine.workflows.field_names import build_model

MOVED = {
    "hitl.report.dossier.Dossier": "hitl.report.state.ResearchState",
}
"""Current name of a class, by its stored name."""


def current_name(stored: str) -> str:
    """The current name of a class.

    Args:
        stored: Its stored name, `module.Class` or `module:Class`; returned unchanged if the class has not moved.
    """
    separator = ":" if ":" in stored else "."
    moved = MOVED.get(stored.replace(":", "."))
    return separator.join(moved.rsplit(".", 1)) if moved else stored


class CurrentNames(JsonSerializer):
    """The library's serializer, extended to find classes that have moved, and to read fields that have aliases."""

    def resolve_class(self, qualified_name: str) -> type[Any]:
        return super().resolve_class(current_name(qualified_name))

    def deserialize_value(self, data: Any) -> Any:
        match data:
            case {"__is_pydantic": True, "value": dict(stored), "qualified_name": str(name)}:
                cls = self.resolve_class(name)
                if issubclass(cls, BaseModel):
                    with self.validation_context():
                        return build_model(cls, stored)
        return super().deserialize_value(data)
