"""Subtitles (SubRip, WebVTT), read as what is said: without their times, in paragraphs, with who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hitl.research.reading.blocks import Block, ReadFile
from hitl.research.reading.speakers import names_in, speaker_of, with_speakers
from hitl.text import count

TIMES = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}")
VOICE = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>]{1,60})>")
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>|\{\\[^{}]{1,40}\}|<\d[\d:.]{1,20}>")
CUE_NUMBER = re.compile(r"\s*\d{1,6}\s*")
DASH = re.compile(r"[-–—]\s*")
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
FEWEST = 2
"""Times from which a text is one of subtitles."""
LEAST_SHARE = 1 / 8
"""Share of its lines that they have then."""
LONGEST_PARAGRAPH = 600
"""Characters from which the next sentence begins a paragraph."""


@dataclass(frozen=True)
class _Line:
    text: str
    speaker: str = ""
    """As a tag names them."""
    is_turn: bool = False
    """Whether a dash or a tag says that another person speaks."""


def are_subtitles(lines: Sequence[str]) -> bool:
    """Whether a text is one of subtitles."""
    times = sum(TIMES.match(line) is not None for line in lines)
    return times >= FEWEST and times >= LEAST_SHARE * sum(bool(line.strip()) for line in lines)


def read_subtitles(lines: Sequence[str]) -> ReadFile:
    """The lines between the times, joined to paragraphs that end with a sentence or where another person speaks."""
    spoken = list(_spoken(lines))
    names = names_in([line.text for line in spoken])
    paragraphs = with_speakers(list(_paragraphs(spoken, names)), names)
    number = sum(TIMES.match(line) is not None for line in lines)
    return ReadFile(
        paragraphs, remarks=(f"The times of {count(number, 'subtitle')} are not read: look for them in the file.",)
    )


def _spoken(lines: Sequence[str]) -> Iterator[_Line]:
    """The lines that are said; a head and notes stand before the first time, and in blocks of their own."""
    is_cue = False
    for number, line in enumerate(lines):
        if TIMES.match(line):
            is_cue = True
        elif not line.strip():
            is_cue = False
        elif is_cue:
            following = lines[number + 1] if number + 1 < len(lines) else ""
            if not (CUE_NUMBER.fullmatch(line) and TIMES.match(following)):
                yield from _said(line)


def _said(line: str) -> Iterator[_Line]:
    voice = VOICE.search(line)
    text = TAG.sub("", line).strip()
    dash = DASH.match(text)
    if text:
        yield _Line(text[dash.end() :] if dash else text, voice[1].strip() if voice else "", bool(dash))


def _paragraphs(lines: Sequence[_Line], names: frozenset[str]) -> Iterator[Block]:
    parts: list[str] = []
    speaker = ""
    length = 0
    for line in lines:
        is_turn = line.is_turn or (line.speaker and line.speaker != speaker) or speaker_of(line.text, names)
        is_long = length > LONGEST_PARAGRAPH and SENTENCE_END.search(parts[-1])
        if parts and (is_turn or is_long):
            yield Block(" ".join(parts), speaker=speaker)
            parts, length = [], 0
        if not parts and (is_turn or line.speaker):
            speaker = line.speaker
        parts.append(line.text)
        length += len(line.text)
    if parts:
        yield Block(" ".join(parts), speaker=speaker)
