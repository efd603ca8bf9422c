"""Markdown of hitl's, read back."""

from __future__ import annotations

import re

from hitl.report.verification.marks import CITATION


def literal(markdown: str) -> str:
    """The text that `escape_markdown` or `escape_lines` was given, but for empty lines and other spaces."""
    return re.sub(r"\\([!-/:-@\[-`{-~\n])", r"\1", markdown)


def cited_numbers(markdown: str) -> list[int]:
    """The numbers that a text cites, in its order."""
    return [int(number) for number, _ in CITATION.findall(markdown)]
