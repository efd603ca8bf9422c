"""A quote in Markdown with the words that match what was asked marked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hitl.text import UNSPACED
from hitl.ui import shown_lines
from hitl.ui._compat import WORD_JOINER

BEGIN, END = "\ufdd0", "\ufdd1"
"""Signs that no text has (Unicode keeps them free), in place of the marks until the text is escaped."""
MARK = ":primary-background["
BETWEEN = re.compile(f"{END}([ \u00a0]){BEGIN}")
OTHER_SIGNS = re.compile(f"[{BEGIN}{END}]")
WITHOUT_SPACES = re.compile(rf"[{UNSPACED}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""A letter of a script that sets no spaces between words."""


def marked_quote(quote: str, matched: Iterable[str]) -> str:
    """The Markdown of a quote, line by line and otherwise literal, with these words of it marked.

    Args:
        quote: The quote.
        matched: Words as they stand in it; neighbours are marked as one.
    """
    words = sorted(filter(None, matched), key=len, reverse=True)
    if not words:
        return shown_lines(quote)
    whole = "|".join(re.escape(word) for word in words if not WITHOUT_SPACES.search(word))
    parts = [re.escape(word) for word in words if WITHOUT_SPACES.search(word)]
    pattern = "|".join(filter(None, [rf"(?<!\w)(?:{whole})(?!\w)" if whole else "", *parts]))
    text = re.sub(pattern, lambda match: f"{BEGIN}{match[0]}{END}", OTHER_SIGNS.sub("", quote))
    lines = shown_lines(BETWEEN.sub(r"\1", text))
    lines = lines.replace(f":{BEGIN}", f":{WORD_JOINER}{BEGIN}")  # after a colon, a mark would be text
    return lines.replace(BEGIN, MARK).replace(END, "]")
