"""An agent whose tool proposes its arguments to a human, and then asks whether she is sure.

Without `from __future__ import annotations`: LlamaIndex would not see that a tool takes the context.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ToolCallBlock
from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM
from workflows import Context
from workflows.events import HumanResponseEvent, InputRequiredEvent

from hitl.engine.workflows.actions import HumanAction


class Transfer(InputRequiredEvent):
    actions: ClassVar = ("accept", "edit", "ignore")

    to: str
    amount: int


class Sure(HumanResponseEvent):
    pass


class AskSure(InputRequiredEvent):
    amount: int


async def transfer(ctx: Context, to: str, amount: int) -> str:
    """Transfer money, as a human allows it."""
    decided = await ctx.wait_for_event(HumanAction, Transfer(to=to, amount=amount))
    if decided.action == "ignore":
        return "Nothing was transferred."
    allowed = Transfer(**decided.args)
    await ctx.wait_for_event(Sure, AskSure(amount=allowed.amount))
    return f"{allowed.amount} for {allowed.to}"


def script(messages: Sequence[ChatMessage], **options: Any) -> ChatMessage:
    """The model's next message, given the results of its tools so far."""
    told = [message.content for message in messages if message.role == MessageRole.TOOL]
    if told:
        return ChatMessage(told[-1], role=MessageRole.ASSISTANT)
    block = ToolCallBlock(tool_call_id="1", tool_name="transfer", tool_kwargs={"to": "ben", "amount": 10})
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=[block])


def transfers() -> FunctionAgent:
    model = MockFunctionCallingLLM(response_generator=script)
    return FunctionAgent(tools=[transfer], llm=model, timeout=None)
