"""The fields that a workflow can be started with: those that its start event declares, and those that its source reads.

The library's own `StartEvent` declares none and takes any; which ones a workflow wants stands in the code of its steps.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import PydanticUserError
from workflows import Workflow
from workflows.events import StartEvent

from hitl.engine.upstream import steps_taking
from hitl.engine.workflows.agents import AGENT_SCHEMA, starts_an_agent
from hitl.engine.workflows.field_names import is_extendable, schema_with_names

FORMAT = "hitl-value"
"""Format of a field of which only the name is known; `hitl.forms.fields` reads it."""
TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}
"""JSON's names of the types that a default can have."""
DEEPEST = 3
"""How many methods that hand the event on to each other are read."""


def start_schema(workflow: Workflow) -> dict[str, Any]:
    """The JSON schema of a workflow's start event, with the fields that the workflow's source reads.

    `additionalProperties` is true if it takes others too.

    Returns:
        The schema; empty if a field has a type without one.
    """
    cls = workflow.start_event_class
    if starts_an_agent(cls):
        return AGENT_SCHEMA
    try:
        schema = schema_with_names(cls)
    except PydanticUserError:
        return {}
    if not is_extendable(cls):
        return schema
    if cls is StartEvent:
        schema.pop("description", None)  # it is about the library
    declared = schema.get("properties", {})
    found = {name: part for name, part in fields_read(workflow).items() if name not in declared}
    return {**schema, "properties": {**declared, **found}, "additionalProperties": True}


def fields_read(workflow: Workflow) -> dict[str, dict[str, Any]]:
    """The dynamic fields of the start event that the source of a workflow's steps reads, in the order of the source.

    `ev.name`, `ev["name"]`, `ev.get("name", default)` and `getattr(ev, "name", default)` count, in the steps that take
    the event and in the methods of the workflow that they give it to.

    Returns:
        A JSON schema by name, with the type of the default if there is a literal one. Empty for steps without a
        source, such as those of a console.
    """
    cls = workflow.start_event_class
    found: dict[str, dict[str, Any]] = {}
    for function, parameter in steps_taking(workflow, cls):
        for name, part in _Reader(workflow, cls).read(function, parameter):
            if name not in found or "default" in part:
                found[name] = part
    return found


class _Reader:
    """Reads which fields of an event functions use.

    Args:
        workflow: Its methods are read too.
        event: The class of the event; its own attributes are no fields.
    """

    def __init__(self, workflow: Workflow, event: type[StartEvent]) -> None:
        self._workflow = workflow
        self._event = event

    def read(
        self, function: Callable[..., Any], parameter: str, depth: int = 0
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The fields that a function reads of its parameter, by name, with their schemas."""
        tree = _parsed(function)
        if tree is None:
            return
        names = {parameter} | _other_names(tree, parameter)
        for node in _in_order(tree):
            match node:
                case ast.Attribute(value=ast.Name(id=of), attr=name, ctx=ast.Load()) if of in names:
                    if not hasattr(self._event, name) and not name.startswith("_"):
                        yield name, _schema()
                case ast.Subscript(value=ast.Name(id=of), slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                    if of in names:
                        yield name, _schema()
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=of), attr="get"), args=[ast.Constant(value=str(name)), *rest]
                ):
                    if of in names:
                        yield name, _schema(_default(rest, node.keywords))
                case ast.Call(
                    func=ast.Name(id="getattr"), args=[ast.Name(id=of), ast.Constant(value=str(name)), *rest]
                ):
                    if of in names and not hasattr(self._event, name):
                        yield name, _schema(_default(rest, []))
                case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=method)) if depth < DEEPEST:
                    taken = getattr(self._workflow, method, None)
                    inner = _parameter_that_takes(node, names, taken) if callable(taken) else None
                    if taken and inner:
                        yield from self.read(taken, inner, depth + 1)


def _schema(default: ast.expr | None = None) -> dict[str, Any]:
    """The schema of a field: of the type of its default if that is a literal, else of any."""
    try:
        value = None if default is None else ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    if value in (None, "") or type(value) not in TYPES:
        return {"format": FORMAT}
    return {"type": TYPES[type(value)], "default": value}


def _default(rest: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr | None:
    named = next((keyword.value for keyword in keywords if keyword.arg == "default"), None)
    return rest[0] if rest else named


def _parsed(function: Callable[..., Any]) -> ast.AST | None:
    """The syntax tree of a function; None without a source, or if the file has changed since it was imported."""
    try:
        module = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError, ValueError, RecursionError):
        return None
    match module.body:
        case [(ast.FunctionDef() | ast.AsyncFunctionDef()) as tree] if tree.name == function.__name__:
            return tree
        case _:
            return None


def _in_order(tree: ast.AST) -> list[ast.expr]:
    """The nodes in the order of the source; calls before what is called."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


def _other_names(tree: ast.AST, parameter: str) -> set[str]:
    """Other names of the event, such as `start` after `start = ev`."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=of)) if of == parameter:
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Name(id=of)) if of == parameter:
                found.add(name)
    return found


def _parameter_that_takes(call: ast.Call, names: set[str], method: Callable[..., Any]) -> str | None:
    """The parameter by which a method of the workflow is given the event in a call; None if it is not."""
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Name) and keyword.value.id in names:
            return keyword.arg
    place = next((at for at, given in enumerate(call.args) if isinstance(given, ast.Name) and given.id in names), None)
    try:
        parameters = list(inspect.signature(method).parameters)
    except (TypeError, ValueError):
        return None
    return parameters[place] if place is not None and place < len(parameters) else None
