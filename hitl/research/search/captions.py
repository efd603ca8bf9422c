"""Tells the captions of figures and tables: what stands under a picture is no evidence without it."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Literal

from hitl.research.enclosures import Span
from hitl.research.languages import caption_words

LONGEST_BEGINNING = 60
"""Characters in which a caption says that it is one."""
NUMBER = r"(?:(?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:[.–-]\d{1,3}){0,3}[a-z]?|[IVXLC]{1,6}|[A-Z]|[一二三四五六七八九十]{1,3})"
"""`3`, `2.1`, `A-3`, `S1`, `4a`, `IV`, `B`, `三`."""
AFTER = r"(?P<sign>[ ]?(?:[.:|](?!\w)|[：．。、]|[–—-](?=[ ])(?![ ]*\d))|\)|(?=\s|\Z))"
"""What follows the number of a caption: a sign, or a space."""
STOPS = re.compile(r"[.!?…؟।॥։።۔。！？][\"'”’»)\]」』）]*\Z")
LAST_CHARACTERS = 20
"""Characters in which the end of a sentence is looked for."""

CaptionKind = Literal["caption of a figure", "caption of a table"]


def caption_kind(text: str, span: Span) -> CaptionKind | None:
    """What a paragraph is the caption of; None if it is no caption.

    `Figure 3: The ridge`, `Tabelle 2. Kosten`, `3. ábra: A torony` and `图3 风力` are captions; `Figure 3 shows that …`
    is none, as its label is followed by neither a sign nor a capital.

    Args:
        text: The text.
        span: Of the whole paragraph.
    """
    match = _beginning().match(text, span.start, min(span.end, span.start + LONGEST_BEGINNING))
    if match is None:
        return None
    if not match["sign"] and not _is_title(text, Span(match.end(), span.end)):
        return None
    return "caption of a table" if match["table"] or match["table_behind"] else "caption of a figure"


def _is_title(text: str, span: Span) -> bool:
    """Whether what follows the label without a sign is a title, not the rest of a sentence."""
    rest = text[span.start : min(span.start + LONGEST_BEGINNING, span.end)].lstrip(" \u3000\n\"'“‘„«(")
    if not rest:
        return True
    first = rest[0]
    if first.isupper() or first.islower():
        return first.isupper()
    return first.isalpha() and STOPS.search(text, max(span.start, span.end - LAST_CHARACTERS), span.end) is None


@cache
def _beginning() -> re.Pattern[str]:
    """The label and the number of a caption; Hungarian sets the number first."""
    figures, tables = map(_one_of, caption_words())
    return re.compile(
        rf"[\[(【]?(?:(?:(?P<table>{tables})|{figures})\.?[ \u00a0]?(?:(?i:nr|no|n°|№)\.?[ ])?{NUMBER}"
        rf"|\d{{1,3}}\.[ ](?:(?P<table_behind>{tables})|{figures})){AFTER}"
    )


def _one_of(words: Collection[str]) -> str:
    return "(?i:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"
