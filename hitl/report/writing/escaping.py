"""Text of documents and models as Markdown that shows it literally."""

from __future__ import annotations

import re

from hitl.characters import visible
from hitl.text import escape_lines, without_addresses

ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
HARMLESS = re.compile(r"(?:\\_)+(?=[^\W_])|\\#|\\&(?!\\?#?\w+;)")
"""Escaped characters that mean nothing in the middle of an address: `_` before a letter can end no emphasis."""


def visible_words(text: str) -> str:
    """What a model says, on one line, without what does not show; its addresses lead nowhere."""
    return " ".join(without_addresses(visible(text)).split())


def escape_quote(quote: str, before: str = "") -> str:
    """A quote of a document, line by line as in `escape_lines`, with its web addresses whole."""
    return with_whole_addresses(escape_lines(quote, before))


def with_whole_addresses(markdown: str) -> str:
    """Escaped text in which web addresses are whole: pages make links of them before they take backslashes away."""
    return ADDRESS.sub(lambda address: HARMLESS.sub(lambda match: match[0].replace("\\", ""), address[0]), markdown)
