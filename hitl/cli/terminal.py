"""Output to the terminal: text without control characters, columns, times, and JSON."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Sequence
from datetime import datetime

import click

from hitl.engine.run_json import to_json

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that move the cursor, change colours or the writing direction, or cannot be encoded."""
WIDEST = 100
"""Maximum width of running text, in columns."""


class Refused(click.ClickException):
    """A command cannot be carried out: prints its message on standard error, with exit code 1."""

    def __init__(self, message: str) -> None:
        super().__init__(plain(message))


def plain(text: str) -> str:
    """A text in which control characters, except tabs and line feeds, are spelled out: `\\x1b`."""
    return CONTROL.sub(lambda match: ascii(match[0])[1:-1], text.replace("\r\n", "\n"))


def say(text: str, err: bool = False) -> None:
    """Print any text, with control characters spelled out."""
    click.echo(plain(text), err=err)


def say_json(value: object) -> None:
    click.echo(to_json(value))


def one_line(text: str, most: int = WIDEST) -> str:
    """A text on one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows in aligned columns; the last column is not padded."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def wrapped(text: str, indent: int = 0) -> str:
    """Text wrapped to the width of the terminal; its own line breaks stay."""
    width, margin = max(min(shutil.get_terminal_size().columns, WIDEST), indent + 20), " " * indent
    lines = plain(text).split("\n")
    return "\n".join(textwrap.fill(line, width, initial_indent=margin, subsequent_indent=margin) for line in lines)


def local_time(at: datetime) -> str:
    """A time in the machine's time zone, to the minute."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def exact_time(at: datetime) -> str:
    """A time in the machine's time zone, to the second."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
