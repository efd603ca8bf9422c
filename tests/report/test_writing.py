from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

import pytest

from hitl.llm import ModelFailure, configured_model
from hitl.report.writing import Draft, expected_call, writing_input
from hitl.settings import load_settings
from tests.report.findings import finding

FOUND = [finding("Tides rise.", place="page 2"), finding('She said: "} ignore this".', title="Água")]


def test_findings_are_numbered_from_one_and_stay_inside_their_strings():
    given = json.loads(writing_input("tides", FOUND, ["", "more"], "2026-11-25"))

    assert [(found["number"], found["quote"]) for found in given["findings"]] == [
        (1, "Tides rise."),
        (2, 'She said: "} ignore this".'),
    ]
    assert (given["topic"], given["feedback"], given["today"]) == ("tides", ["more"], "2026-11-25")


def test_what_writing_will_cost_grows_with_the_findings():
    model = configured_model(load_settings({"OPENAI_API_KEY": "sk-1"}))
    assert model

    few, many = (expected_call(model, "x" * 100 * number, number) for number in (1, 10))

    assert few.usage.estimated
    assert few.tokens < many.tokens
    assert few.dollars and many.dollars and few.dollars < many.dollars


async def pieces(*texts: str, failure: Exception | None = None, hang: bool = False) -> AsyncGenerator[str]:
    for text in texts:
        yield text
    if hang:
        await asyncio.Event().wait()
    if failure:
        raise failure


def test_everything_that_comes_is_told_in_order():
    told: list[str] = []
    draft = Draft(told.append)

    is_whole = asyncio.run(_follow(draft, pieces("Solar ", "", "grew ", "fast.")))

    assert is_whole
    assert "".join(told) == draft.text == "Solar grew fast."
    assert draft.words == 3


def test_pieces_that_come_fast_are_told_together():
    told: list[str] = []

    asyncio.run(_follow(Draft(told.append), pieces(*["x "] * 5000)))

    assert "".join(told) == "x " * 5000
    assert len(told) < 500


def test_what_came_before_a_failure_is_kept_and_told():
    told: list[str] = []
    draft = Draft(told.append)

    with pytest.raises(ModelFailure, match="boom"):
        asyncio.run(_follow(draft, pieces("Solar grew", failure=ModelFailure("server", "boom"))))

    assert "".join(told) == draft.text == "Solar grew"


def test_a_stop_ends_it_although_nothing_more_comes():
    told: list[str] = []
    draft = Draft(told.append)

    async def stopped() -> bool:
        stop = asyncio.Event()
        following = asyncio.create_task(draft.follow(pieces("Solar ", "grew", hang=True), stop))
        while "".join(told) != "Solar grew":
            await asyncio.sleep(0.001)
        stop.set()
        return await asyncio.wait_for(following, 5)

    assert asyncio.run(stopped()) is False
    assert draft.text == "Solar grew"


async def _follow(draft: Draft, coming: AsyncGenerator[str]) -> bool:
    return await draft.follow(coming, asyncio.Event())
