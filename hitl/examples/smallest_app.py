"""The whole pattern in one file: `streamlit run hitl/examples/smallest_app.py`."""

import asyncio
import queue
import threading

import streamlit as st
from workflows import Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent
from workflows.handler import WorkflowHandler


class Publish(Workflow):  # the library's events: a class of this script is a new class at every rerun
    @step
    async def ask(self, ev: StartEvent) -> InputRequiredEvent:
        return InputRequiredEvent(prefix=f"Publish “{ev.topic}”?")

    @step
    async def decide(self, ev: HumanResponseEvent) -> StopEvent:
        return StopEvent(result="Published" if ev.approved else "Thrown away")


@st.cache_resource
def background_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


async def launch(topic: str) -> WorkflowHandler:
    return Publish(timeout=None).run(topic=topic)


async def feed(handler: WorkflowHandler, events: queue.Queue[Event]) -> None:
    async for event in handler.stream_events():
        events.put(event)


def start() -> None:
    loop, events = background_loop(), queue.Queue[Event]()
    handler = asyncio.run_coroutine_threadsafe(launch(st.session_state.topic), loop).result()
    feeding = asyncio.run_coroutine_threadsafe(feed(handler, events), loop)  # kept: asyncio holds tasks weakly
    st.session_state.update(handler=handler, ctx=handler.ctx, feeding=feeding, events=events, log=[])


def answer(approved: bool) -> None:
    if not isinstance(st.session_state.log[-1], InputRequiredEvent):
        return  # a second click
    background_loop().call_soon_threadsafe(st.session_state.ctx.send_event, HumanResponseEvent(approved=approved))
    st.session_state.log.append("Approved" if approved else "Rejected")


@st.fragment(run_every=0.5)
def show_log() -> None:
    log = st.session_state.log
    while not st.session_state.events.empty():
        log.append(st.session_state.events.get())
    for entry in log:
        st.text(entry.prefix if isinstance(entry, InputRequiredEvent) else getattr(entry, "result", entry))
    if log and isinstance(log[-1], InputRequiredEvent):
        st.button("Approve", key="approve", on_click=answer, args=(True,))
        st.button("Reject", key="reject", on_click=answer, args=(False,))


st.text_input("Topic", key="topic")
st.button("Start", key="start", on_click=start)
if "handler" in st.session_state:
    show_log()
