"""LlamaIndex's agents as workflows: their start event declares no fields, so what it takes is said here.

Named by a string, since importing the agents takes a second that a page without them does not have.
"""

from __future__ import annotations

from typing import Any

from workflows.context import JsonSerializer
from workflows.context.state_store import StateCheckpoint
from workflows.events import StartEvent
from workflows.plugins.basic import BasicRuntime

from hitl.engine.workflows.answers import qualified_name

AGENT_START = "llama_index.core.agent.workflow.workflow_events:AgentWorkflowStartEvent"
CHAT_MEMORY = "llama_index.core.memory.chat_memory_buffer:ChatMemoryBuffer"
MEMORY_KEY = "__is_chat_memory"
AGENT_FIELDS: dict[str, Any] = {"user_msg": None, "chat_history": None, "memory": None, "max_iterations": None}
"""What the event reads of itself, whether it was given or not."""
AGENT_SCHEMA: dict[str, Any] = {
    "title": "AgentWorkflowStartEvent",
    "type": "object",
    "properties": {"user_msg": {"title": "Message", "type": "string", "minLength": 1, "format": "long text"}},
    "required": ["user_msg"],
}


def starts_an_agent(start_event_class: type[StartEvent]) -> bool:
    """Whether a workflow that starts with this event is an agent."""
    return qualified_name(start_event_class) == AGENT_START


class AgentSerializer(JsonSerializer):
    """Stores an agent's memory, which the library leaves out: without it an agent cannot go on after a restart.

    (A buffer of chat messages cannot be dumped with pydantic from 2.12 on, llama-index-core 0.14.25; so its messages
    are stored one by one.)
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
    """The library's runtime with a serializer that knows an agent's memory."""

    def __init__(self) -> None:
        super().__init__()
        self._default_serializer = AgentSerializer()

    def state_checkpoint(self, run_id: str) -> StateCheckpoint:
        return StateCheckpoint(super().state_checkpoint(run_id).state, AgentSerializer())
