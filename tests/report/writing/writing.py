"""A model at the fake server that writes a report's text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hitl.llm import Call, Model
from hitl.report.text import ReportText, Section, Sentence
from hitl.report.writing.model_text import WritingRequest, WrittenText, write_text
from hitl.research import Finding
from tests.fake_openai import FakeOpenAI
from tests.llm.asking import model_at
from tests.report.findings import finding

LONGEST = 120.0
"""Seconds after which a text that does not end is a failure; the first call imports the client."""
TODAY = "2026-11-25"
QUOTES = (
    "Solar power grew by 24 percent in 2025.",
    "Wind power did not grow in 2025.",
    "Hydrogen is made from water.",
)
FINDINGS = [finding(quote, start=1000 * place) for place, quote in enumerate(QUOTES)]


@dataclass
class Result:
    """What came of a text."""

    written: WrittenText
    pieces: list[str | Sentence] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        return [sentence.text for section in self.written.text.sections for sentence in section.sentences]

    @property
    def cited(self) -> list[list[int]]:
        """The findings that each sentence cites, by their numbers."""
        numbers = {finding.id: number for number, finding in enumerate(FINDINGS, start=1)}
        sections = self.written.text.sections
        return [[numbers[id] for id in one.findings] for section in sections for one in section.sentences]


def request_for(findings: Sequence[Finding] = FINDINGS, **fields: Any) -> WritingRequest:
    return WritingRequest("Growth of solar power", findings, fields.pop("feedback", []), TODAY, **fields)


def write(
    server: FakeOpenAI,
    request: WritingRequest | None = None,
    *,
    stop_when: Callable[[Result], bool] = lambda result: False,
    **settings: Any,
) -> Result:
    """Have a text written.

    Args:
        server: The model's server.
        request: What is to be written.
        stop_when: Asked after each piece whether a human stops the writing now.
        settings: Of the model.
    """
    return asyncio.run(asyncio.wait_for(_write(server, request or request_for(), stop_when, settings), LONGEST))


async def _write(
    server: FakeOpenAI, request: WritingRequest, stop_when: Callable[[Result], bool], settings: dict[str, Any]
) -> Result:
    result = Result(WrittenText(ReportText()))
    stop = asyncio.Event()

    def on_piece(piece: str | Sentence) -> None:
        result.pieces.append(piece)
        if stop_when(result):
            stop.set()

    async with Model(model_at(server, **settings), result.said.append) as model:
        result.written = await write_text(model, request, on_piece, stop)
        result.calls = model.calls
    return result


def sections(*given: tuple[str, Sequence[tuple[Sequence[int], str]]]) -> str:
    """An answer in the form that is asked for: headings, each with the numbers and texts of its sentences."""
    answer = [
        {"heading": heading, "sentences": [{"findings": numbers, "text": text} for numbers, text in sentences]}
        for heading, sentences in given
    ]
    return json.dumps({"sections": answer}, ensure_ascii=False)


def statements(*given: tuple[int, Sequence[int], str]) -> str:
    """An answer with statements that are written again: their numbers, the numbers of their findings, their texts."""
    answer = [{"number": number, "findings": findings, "text": text} for number, findings, text in given]
    return json.dumps({"statements": answer}, ensure_ascii=False)


def text_of(*given: tuple[str, Sequence[tuple[Sequence[int], str]]]) -> ReportText:
    """A text that stands already, given in the same way."""
    return ReportText(
        sections=tuple(
            Section(
                heading=heading,
                sentences=tuple(
                    Sentence(text=text, findings=tuple(FINDINGS[number - 1].id for number in numbers))
                    for numbers, text in sentences
                ),
            )
            for heading, sentences in given
        )
    )
