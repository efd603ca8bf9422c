"""LlamaIndex's agents: their memory, which their steps change in place, is stored whole."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ToolCallBlock
from llama_index.core.llms import ChatMessage, MessageRole, MockFunctionCallingLLM
from llama_index.core.memory import Memory
from llama_index.core.schema import ImageNode, NodeWithScore, TextNode
from workflows.events import Event

from hitl.engine import open_engine
from hitl.engine.errors import NotStorable
from hitl.engine.workflows.agents import AgentSerializer
from hitl.settings import Settings
from tests.conftest import until
from tests.engine.more_flows import completed

FILES: list[str] = []
HOLD = threading.Event()


async def read_file(name: str) -> str:
    """Read a file, as long as a test holds it up."""
    FILES.append(name)
    while name == "b" and not HOLD.is_set():
        await asyncio.sleep(0.01)
    return f"content of {name}"


def _next_call(messages: Sequence[ChatMessage], **options: Any) -> ChatMessage:
    """One file after the other, and then all that was read, as the agent remembers it."""
    read = [str(message.content) for message in messages if message.role == MessageRole.TOOL]
    if len(read) < 2:
        call = ToolCallBlock(tool_call_id=str(len(read)), tool_name="read_file", tool_kwargs={"name": "ab"[len(read)]})
        return ChatMessage(role=MessageRole.ASSISTANT, blocks=[call])
    asked = [str(message.content) for message in messages if message.role == MessageRole.USER]
    return ChatMessage("; ".join(asked + read), role=MessageRole.ASSISTANT)


def reader() -> FunctionAgent:
    return FunctionAgent(tools=[read_file], llm=MockFunctionCallingLLM(response_generator=_next_call), timeout=None)


def test_an_agent_that_is_interrupted_between_two_tools_remembers_the_first_one():
    FILES.clear()
    HOLD.clear()
    settings = Settings(workflows={"reader": f"{__name__}:reader"})
    engine = open_engine(settings)
    run = engine.start("reader", user_msg="Read both files.")
    until(lambda: "b" in FILES)
    engine.close()  # in the middle of the second tool

    HOLD.set()
    with closing(open_engine(settings)) as engine:
        run = engine.attach(run.id)
        completed(run)
        assert run.result
        reply = run.result["result"]["response"]["blocks"][0]["text"]
        assert reply == "Read both files.; content of a; content of b"
        assert FILES == ["a", "b", "b"], "the tool that was interrupted runs again, and no other"


class Retrieved(Event):
    nodes: list[NodeWithScore]


def test_the_nodes_of_a_retriever_come_back_though_the_library_cannot_read_what_it_writes():
    nodes = [NodeWithScore(node=TextNode(text="a", metadata={"page": 1}), score=0.5), NodeWithScore(node=ImageNode())]
    serializer = AgentSerializer()

    read = serializer.deserialize(serializer.serialize(Retrieved(nodes=nodes)))

    assert read == Retrieved(nodes=nodes)
    assert type(read.nodes[1].node) is ImageNode


def test_a_memory_that_keeps_its_messages_in_a_database_is_refused():
    with pytest.raises(NotStorable, match="Use ChatMemoryBuffer"):
        AgentSerializer().serialize({"x": Memory.from_defaults(session_id="a")})
