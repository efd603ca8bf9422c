"""LlamaIndex's agents as workflows: the inputs of their start event, which declares no fields, and their memory.

Their classes are referenced by name, since importing them takes a second, which a page without agents should not wait.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from workflows import Workflow
from workflows.events import StartEvent
from workflows.plugins.basic import BasicRuntime

from hitl.engine.errors import InvalidInputs, NotStorable
from hitl.engine.workflows.answers import qualified_name
from hitl.engine.workflows.state_patch import StoredState
from hitl.engine.workflows.storable import StorableSerializer

AGENT_START = "llama_index.core.agent.workflow.workflow_events:AgentWorkflowStartEvent"
CHAT_MEMORY = "llama_index.core.memory.chat_memory_buffer:ChatMemoryBuffer"
CHAT_DATABASE = "llama_index.core.memory.memory:Memory"
MEMORY_KEY = "__is_chat_memory"
AGENT_FIELDS: dict[str, Any] = {"user_msg": None, "chat_history": None, "memory": None, "max_iterations": None}
"""Defaults of the fields that the event reads even if they were not given."""
AGENT_SCHEMA: dict[str, Any] = {
    "title": "AgentWorkflowStartEvent",
    "type": "object",
    "properties": {
        "user_msg": {"title": "Message", "type": "string", "minLength": 1, "format": "long text"},
        "chat_history": {
            "title": "History",
            "description": "What was said before, oldest first.",
            "type": "array",
            "default": [],
            "items": {
                "title": "Message",
                "type": "object",
                "properties": {
                    "role": {"title": "Role", "enum": ["user", "assistant", "system"], "default": "user"},
                    "content": {"title": "Content", "type": "string", "format": "long text"},
                },
                "required": ["content"],
            },
        },
    },
    "required": ["user_msg"],
}
"""The fields that a human fills in; the others are given from Python."""


def starts_an_agent(start_event_class: type[StartEvent]) -> bool:
    """True if a workflow with this start event is an agent."""
    return qualified_name(start_event_class) == AGENT_START


def agent_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of an agent with the fields that it reads even if they were not given, and its history as messages.

    Raises:
        InvalidInputs: If there is neither a message nor a history, or a message of the history is none.
    """
    from llama_index.core.llms import ChatMessage

    given = inputs.get("chat_history") or []
    if not (inputs.get("user_msg") or given):
        raise InvalidInputs({"user_msg": "Field required"})
    if not isinstance(given, list):
        raise InvalidInputs({"chat_history": "Input should be a list of messages"})
    history: list[ChatMessage] = []
    problems: dict[str, str] = {}
    for place, message in enumerate(given):
        try:
            history.append(ChatMessage.model_validate(message))
        except ValidationError as error:
            inside = (".".join(map(str, ["chat_history", place, *problem["loc"]])) for problem in error.errors())
            problems |= dict(zip(inside, (problem["msg"] for problem in error.errors()), strict=True))
    if problems:
        raise InvalidInputs(problems)
    return AGENT_FIELDS | dict(inputs) | {"chat_history": history or None}


class AgentSerializer(StorableSerializer):
    """Serializes an agent's memory, which the library leaves out; an agent cannot resume without it.

    Messages are stored one by one, since pydantic 2.12 and later cannot dump a `ChatMemoryBuffer` (llama-index-core
    0.14.25).
    """

    def write_model(self, model: Any) -> dict[str, Any]:
        name = qualified_name(type(model))
        if name == CHAT_DATABASE:
            raise NotStorable(
                type(model).__name__, "whose messages are in a database of its own", "Use ChatMemoryBuffer."
            )
        if name != CHAT_MEMORY:
            return super().write_model(model)
        messages = [message.model_dump(mode="json") for message in model.get_all()]
        return {MEMORY_KEY: {"messages": messages, "token_limit": model.token_limit}}

    def deserialize_value(self, data: Any) -> Any:
        match data:
            case {"__is_chat_memory": {"messages": list(messages), "token_limit": int(token_limit)}}:
                from llama_index.core.llms import ChatMessage
                from llama_index.core.memory import ChatMemoryBuffer

                history = [ChatMessage.model_validate(message) for message in messages]
                return ChatMemoryBuffer.from_defaults(chat_history=history, token_limit=token_limit)
            case _:
                return super().deserialize_value(data)


class AgentRuntime(BasicRuntime):
    """The library's runtime, with a serializer that writes what a workflow gives so that it comes back."""

    def get_serializer(self, workflow: Workflow) -> AgentSerializer:
        own = super().get_serializer(workflow) if workflow.serializer is not None else None
        return AgentSerializer(own)

    def stored_state(self, run_id: str, workflow: Workflow) -> StoredState:
        """The state that a run in memory has committed."""
        return StoredState(self.state_checkpoint(run_id).state, self.get_serializer(workflow))
