"""What a workflow says is stored without the key of the model's server, whoever has put it there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from workflows import Context, Workflow, step
from workflows.events import Event, HumanResponseEvent, InputRequiredEvent, StartEvent, StopEvent

from hitl.engine import Engine, open_engine
from hitl.engine.records import Ending
from hitl.engine.workflows.serialization import KeyMask
from hitl.settings import load_settings
from tests.conftest import until

KEY = 'sk-"quoted"-1234567890'
"""With signs that JSON escapes."""


class Said(Event):
    message: str


class Ask(InputRequiredEvent):
    deep: dict[str, list[str]]


class Reply(HumanResponseEvent):
    fails: bool


class Leaks(Workflow):
    """Puts the key into everything that it gives."""

    @step
    async def ask(self, ctx: Context, ev: StartEvent) -> Ask:
        ctx.write_event_to_stream(Said(message=f"asking with {KEY}"))
        await ctx.store.set("key", KEY)
        return Ask(deep={KEY: ["a", f"b {KEY}"]})

    @step
    async def take(self, ctx: Context, ev: Reply) -> StopEvent:
        if ev.fails:
            raise PermissionError(f"401: {KEY} is not welcome")
        return StopEvent(result={"had": await ctx.store.get("key") == KEY, "key": KEY})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("HITL_WORKFLOWS", f"leaks={__name__}:Leaks")
    with closing(open_engine(load_settings())) as engine:
        yield engine


@pytest.mark.parametrize("fails", [True, False])
def test_no_event_question_result_or_failure_holds_the_key(engine: Engine, home: Path, fails: bool):
    run = engine.start("leaks")
    queue = run.subscribe()
    question = until(lambda: run.questions)[0]
    run.answer(question.id, {"fails": fails}, by="ana")
    until(lambda: run.status in ("failed", "completed"))

    assert question.body == {"deep": {"…": ["a", "b …"]}}
    assert run.result == (None if fails else {"result": {"had": True, "key": "…"}})  # the workflow itself keeps it
    assert bool(run.error) == fails
    told = [event.body for event in run.events()]
    assert "asking with …" in json.dumps(told, ensure_ascii=False)
    seen = [queue.get(timeout=5).body for _ in told]
    for shown in (told, seen, run.record.result, str(run.error)):
        assert KEY not in str(shown)
        assert KEY not in json.dumps(shown, default=str).replace('\\"', '"')


@pytest.mark.parametrize("key", ["n0t-a-secret-key", "u0041-b-c-d-e", "approved", '"quoted-key"'])
def test_a_key_that_reads_like_an_escape_or_a_field_breaks_nothing(monkeypatch: pytest.MonkeyPatch, key: str):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    mask = KeyMask(load_settings())
    body = {"approved": True, "text": f"said:\n{key[1:]}", "deep": [{"inner": f"{key}."}], "number": 3}
    masked = mask.ending(Ending("completed", result=body)).result
    assert masked
    assert masked["text"] == body["text"]
    assert masked["deep"] == [{"inner": "…."}]
    assert masked["number"] == 3
    assert masked["approved"] is True
