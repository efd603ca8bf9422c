"""Workflows that take files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from pydantic import BaseModel, Field
from workflows import Context, Workflow, step
from workflows.events import HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

import hitl


class Scan(StartEvent):
    page: hitl.File
    more: list[hitl.File] = Field(default_factory=list)
    cover: hitl.File | None = None


class AnotherPage(InputRequiredEvent):
    about: hitl.File


class Page(HumanResponseEvent):
    page: hitl.File


class Scanner(Workflow):
    """Asks for another page, and ends with what it has read of both."""

    @step
    async def ask(self, ev: Scan) -> AnotherPage:
        return AnotherPage(about=ev.page)

    @step
    async def read(self, ev: Page) -> StopEvent:
        return StopEvent(result={"page": ev.page, "read": described(ev.page)})


class TwoFiles(Workflow):
    """Takes a file at its start and another with the answer, and reads both when it has them."""

    @step
    async def ask(self, ctx: Context, ev: Scan) -> AnotherPage:
        await ctx.store.set("page", ev.page)
        return AnotherPage(about=ev.page)

    @step
    async def read(self, ctx: Context, ev: Page) -> StopEvent:
        files = [hitl.file_info(fingerprint) for fingerprint in (await ctx.store.get("page"), ev.page)]
        return StopEvent(result=[[file.name, file.media_type, len(file.open().read()) == file.size] for file in files])


class Reader(Workflow):
    """Reads its files on the loop, on a thread of asyncio's, and on one of its own."""

    @step
    async def read(self, ev: Scan) -> StopEvent:
        with ThreadPoolExecutor(1) as pool:
            elsewhere = await asyncio.get_running_loop().run_in_executor(pool, described, ev.page)
        here, there = described(ev.page), await asyncio.to_thread(described, ev.page)
        assert here == there == elsewhere
        return StopEvent(result=[here, *map(described, ev.more)])


class Attachment(BaseModel):
    file: hitl.File
    note: str = ""


class Mail(StartEvent):
    attachments: list[Attachment] = Field(default_factory=list)
    by_name: dict[str, hitl.File] = Field(default_factory=dict)


class Mails(Workflow):
    @step
    async def read(self, ev: Mail) -> StopEvent:
        files: Sequence[str] = [*(attached.file for attached in ev.attachments), *ev.by_name.values()]
        return StopEvent(result=list(map(described, files)))


def described(fingerprint: str) -> str:
    """A file's name, kind and content."""
    info = hitl.file_info(fingerprint)
    with hitl.open_file(fingerprint) as file:
        return f"{info.name} {info.media_type} {file.read()!r}"
