"""Text of others inside Markdown: shown as it is, whatever it holds."""

from __future__ import annotations

import re

ACTIVE = re.compile(r"[\\`*_\[\]<>$~|&^{}#]")
"""What begins emphasis, code, links, images, HTML, entities, formulas or tables in Markdown."""
OPENING = re.compile(r"^(?:[+=-]|(\d{1,9})(?=[.)]))")
"""What begins a heading, a list or a line at the start of a paragraph."""


def inert(text: str) -> str:
    """Markdown that shows a text literally: no link, image, formula or HTML in it comes to life.

    (A bare web address still becomes a link that leads where it says; it fetches nothing by itself.)

    Args:
        text: Anything; line breaks become spaces.
    """
    line = ACTIVE.sub(lambda match: "\\" + match[0], " ".join(text.split()))
    return OPENING.sub(lambda match: f"{match[1]}\\" if match[1] else f"\\{match[0]}", line)
