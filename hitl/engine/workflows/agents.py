"""LlamaIndex's agents as workflows: the inputs of their start event, which declares no fields, and their memory.

Their classes are referenced by name, since importing them takes a second, which a page without agents should not wait.
"""

from __future__ import annotations

from typing import Any

from workflows import Workflow
from workflows.context.serializers import BaseSerializer
from workflows.context.state_store import StateCheckpoint
from workflows.events import StartEvent
from workflows.plugins.basic import BasicRuntime

from hitl.engine.workflows.answers import qualified_name
from hitl.engine.workflows.moved_names import CurrentNames

AGENT_START = "llama_index.core.agent.workflow.workflow_events:AgentWorkflowStartEvent"
CHAT_MEMORY = "llama_index.core.memory.chat_memory_buffer:ChatMemoryBuffer"
MEMORY_KEY = "__is_chat_memory"
AGENT_FIELDS: dict[str, Any] = {"user_msg": None, "chat_history": None, "memory": None, "max_iterations": None}
"""Defaults of the fields that the event reads even if they were not given."""
AGENT_SCHEMA: dict[str, Any] = {
    "title": "AgentWorkflowStartEvent",
    "type": "object",
    "properties": {"user_msg": {"title": "Message", "type": "string", "minLength": 1, "format": "long text"}},
    "required": ["user_msg"],
}


def starts_an_agent(start_event_class: type[StartEvent]) -> bool:
    """True if a workflow with this start event is an agent."""
    return qualified_name(start_event_class) == AGENT_START


class AgentSerializer(CurrentNames):
    """Serializes an agent's memory, which the library leaves out; an agent cannot resume without it.

    Messages are stored one by one, since pydantic 2.12 and later cannot dump a `ChatMemoryBuffer` (llama-index-core
    0.14.25).
    """

    def serialize_value(self, value: Any) -> Any:
        if qualified_name(type(value)) != CHAT_MEMORY:
            return super().serialize_value(value)
        messages = [message.model_dump(mode="json") for message in value.get_all()]
        return {MEMORY_KEY: {"messages": messages, "token_limit": value.token_limit}}

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
    """The library's runtime, with `AgentSerializer` for workflows that bring no serializer of their own."""

    def get_serializer(self, workflow: Workflow) -> BaseSerializer:
        return super().get_serializer(workflow) if workflow.serializer is not None else AgentSerializer()

    def state_checkpoint(self, run_id: str) -> StateCheckpoint:
        return StateCheckpoint(super().state_checkpoint(run_id).state, AgentSerializer())
