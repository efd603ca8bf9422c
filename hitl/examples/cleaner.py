"""An agent that tidies up and must ask before it deletes. Its model follows a script: no key, no network."""

from collections.abc import Sequence
from typing import Any

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ToolCallBlock
from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM
from workflows import Context
from workflows.events import HumanResponseEvent, InputRequiredEvent

FOLDERS = {"holiday photos": 812, "old backups": 4096, "invoices": 15}
"""Sizes in megabytes by folder. They are made up, and nothing is really deleted."""


class DeleteFolder(InputRequiredEvent):
    prefix: str
    folder: str
    megabytes: int


class Decision(HumanResponseEvent):
    approved: bool
    reason: str = ""


def list_folders() -> str:
    """List all folders, with their sizes in megabytes."""
    return ", ".join(f"{folder}: {megabytes}" for folder, megabytes in FOLDERS.items())


async def delete_folder(ctx: Context, folder: str) -> str:
    """Delete a folder and everything in it, if a human agrees."""
    if folder not in FOLDERS:
        return f"There is no folder {folder}."
    question = DeleteFolder(prefix="May I delete this folder?", folder=folder, megabytes=FOLDERS[folder])
    decision = await ctx.wait_for_event(Decision, question, waiter_id=f"delete {folder}", timeout=None)
    return f"I deleted {folder}." if decision.approved else f"I kept {folder}. {decision.reason}"


def script(messages: Sequence[ChatMessage], **options: Any) -> ChatMessage:
    """The model's next message, given the results of its tools so far."""
    told = [message.content for message in messages if message.role == MessageRole.TOOL]
    if not told:
        return call("list_folders")
    if len(told) == 1:
        return call("delete_folder", folder=max(FOLDERS, key=lambda folder: FOLDERS[folder]))
    return ChatMessage(told[-1], role=MessageRole.ASSISTANT)


def call(tool: str, **arguments: str) -> ChatMessage:
    block = ToolCallBlock(tool_call_id=tool, tool_name=tool, tool_kwargs=arguments)
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=[block])


def cleaner() -> FunctionAgent:
    model = MockFunctionCallingLLM(response_generator=script)
    return FunctionAgent(tools=[list_folders, delete_folder], llm=model, timeout=None)
