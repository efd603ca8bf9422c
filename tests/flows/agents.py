"""Agents whose tools ask.

Without `from __future__ import annotations`: LlamaIndex would not see that a tool takes the context.
"""

from collections.abc import Sequence
from typing import Any

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ToolCallBlock
from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM
from workflows import Context

from tests.flows.shapes import Approval, AskTool


async def delete(ctx: Context, name: str) -> str:
    """Delete a file."""
    answer = await ctx.wait_for_event(Approval, waiter_event=AskTool(tool=name))
    return f"deleted {name}" if answer.approved else f"kept {name}"


def _reply(messages: Sequence[ChatMessage], **options: Any) -> ChatMessage:
    told = [message for message in messages if message.role == MessageRole.TOOL]
    if told:
        return ChatMessage("; ".join(str(message.content) for message in told), role=MessageRole.ASSISTANT)
    calls = [
        ToolCallBlock(tool_call_id=str(number), tool_name="delete", tool_kwargs={"name": name})
        for number, name in enumerate(("a.txt", "b.txt"))
    ]
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=calls)


def parallel_tools() -> FunctionAgent:
    """An agent whose model calls a tool that asks, twice in one turn."""
    return FunctionAgent(tools=[delete], llm=MockFunctionCallingLLM(response_generator=_reply), timeout=None)
