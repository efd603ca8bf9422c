"""How inputs from outside the project reach it: scripts that attack the reader, the checks and the report call these.

Whatever is moved inside hitl, the calls stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from hitl.llm import configured_model
from hitl.llm.json_stream import JsonStream
from hitl.report.events import Report
from hitl.report.verification.verdicts import verdict_of
from hitl.report.writing.answer import TextReader
from hitl.report.writing.compose import composed
from hitl.report.writing.model_text import WritingRequest
from hitl.report.writing.prompt import prompt_for
from hitl.research import Document
from hitl.research.evidence import Passage
from hitl.research.reading.limits import ReadLimits
from hitl.research.reading.process import read_isolated
from hitl.research.search.passages import passages_of
from hitl.research.sentences import split_sentences
from hitl.settings import load_settings
from tests.report.findings import finding


def read(name: str, data: bytes, most_megabytes: int = 20) -> Document:
    """Read a file as the page does, in a process of its own; what cannot be read raises an exception in words.

    Args:
        name: The file's name.
        data: Its bytes.
        most_megabytes: The largest size that is taken, in units of 10⁶ bytes.
    """
    return read_isolated(name, data, ReadLimits(file_megabytes=most_megabytes))


def passages(document: Document) -> list[Passage]:
    """The passages that are ranked."""
    return list(passages_of(document))


def verdict(claim: str, quote: str) -> str:
    """The verdict on a sentence that cites one quote."""
    return verdict_of(claim, [finding(quote)]).verdict


def published(written: str, quotes: Sequence[str]) -> str:
    """The Markdown of a report, with its marks.

    Args:
        written: What a model wrote; it cites the quotes by their places, from 1.
        quotes: Of the approved findings.
    """
    return report_of(written, quotes).markdown


def report_of(written: str, quotes: Sequence[str]) -> Report:
    """The report itself."""
    findings = [finding(quote, start=1000 * place) for place, quote in enumerate(quotes)]
    request = WritingRequest("A topic", findings, [], "2026-11-26")
    model = configured_model(load_settings({"OPENAI_API_KEY": "sk-1"}))
    assert model
    reader = TextReader(prompt_for(model, request), request, lambda piece: None)
    for value in JsonStream().feed(json.dumps({"sections": list(_sections(written))})):
        reader.take(value)
    return composed("A topic", reader.text, findings, model="a model", written_on="2026-11-26")


def _sections(written: str) -> Iterator[dict[str, object]]:
    """What a model would answer that has this text in mind: its headings and sentences, with the numbers in them."""
    for part in re.split(r"^(?=#)", written, flags=re.MULTILINE):
        heading, _, text = part.partition("\n") if part.startswith("#") else ("", "", part)
        sentences = [
            {"findings": re.findall(r"\[(\d{1,9})\]", line[span.start : span.end]), "text": line[span.start : span.end]}
            for line in text.split("\n")
            for span in split_sentences(line)
        ]
        yield {"heading": heading.lstrip("# "), "sentences": sentences}
