"""Text: shown literally inside Markdown, shortened to a line, made storable; and names as a human reads them."""

from __future__ import annotations

import re

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
ACTIVE = re.compile(r"[\\`*_\[\]<>$~|&^{}#]")
"""What begins emphasis, code, links, images, HTML, entities, formulas or tables in Markdown."""
OPENING = re.compile(r"^(?:[+=-]|(\d{1,9})(?=[.)]))")
"""What begins a heading, a list or a line at the start of a paragraph."""


def escape_markdown(text: str) -> str:
    """Markdown that shows a text literally: no link, image, formula or HTML in it comes to life.

    (A bare web address still becomes a link that leads where it says; it fetches nothing by itself.)

    Args:
        text: Anything; line breaks become spaces.
    """
    line = ACTIVE.sub(lambda match: "\\" + match[0], " ".join(text.split()))
    return OPENING.sub(lambda match: f"{match[1]}\\" if match[1] else f"\\{match[0]}", line)


def cut(text: str, most: int) -> str:
    """A text on one line of at most `most` characters, with an ellipsis where it was longer."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 2].rstrip()} …"


def humanize(name: str) -> str:
    """The name of a class or a field in words: `ReviewFindings` and `review_findings` as `Review findings`."""
    words = CAMEL.sub(" ", name.removesuffix("Event")).replace("_", " ").split()
    return " ".join(words).capitalize()


def replace_surrogates(text: str) -> str:
    """A text that UTF-8 can hold: lone surrogates, which a command line makes of other bytes, become `?`."""
    return text.encode("utf-8", "replace").decode()
