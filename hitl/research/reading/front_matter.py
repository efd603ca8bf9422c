"""The lines of YAML at the beginning of a Markdown file: what they say of it, and what of them is text to be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

RULE = re.compile(r"---[ \t\r]*")
LINE = re.compile(r"[\w-]+[ \t]*:.*|[ \t]+.*|- .*|#.*|\r?")
"""A line of YAML, as it stands between two rules at the beginning of a file."""
NAMED = re.compile(r"([\w-]+)[ \t]*:(.*)")
BLOCK_SIGN = re.compile(r"[|>][-+\d]*")
SETTINGS = frozenset(
    "title subtitle date author authors tags tag categories category keywords layout draft published updated lastmod "
    "modified created slug permalink url link links alias aliases id uid description lang language locale image images "
    "cover thumbnail banner weight order type template theme class cssclass toc version license copyright email "
    "affiliation institution bibliography csl output documentclass geometry fontsize mainfont header-includes editor "
    "jupyter format execute params sidebar_label sidebar_position subject generator source".split()
)
"""Names of what is said to programs, in lower case; a page shows it elsewhere or not at all."""
FEWEST_WORDS = 4
"""Words of a value, at least, from which it may be a sentence though nothing ends it."""
SENTENCE_END = re.compile(r"[.!?。！？][\"'”’)]*\Z")


@dataclass
class _Entry:
    """A name with its value, which may go on in the lines below."""

    name: str
    value: str
    more: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The value on one line, without the items of a list and other names inside it."""
        lines = [line for line in self.more if not line.startswith("- ") and not NAMED.match(line)]
        return " ".join([BLOCK_SIGN.sub("", self.value, count=1) if lines else self.value, *lines]).strip()

    @property
    def is_read(self) -> bool:
        """Whether a person would read it as text: `Note: the drug is not safe.`, but not `theme: dark`."""
        if self.name.lower() in SETTINGS or not self.text:
            return False
        words = [word for word in self.text.split() if any(character.isalpha() for character in word)]
        is_sentence = len(words) > 1 and SENTENCE_END.search(self.text) is not None
        return is_sentence or len(words) >= FEWEST_WORDS or self.name[0].isupper()


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """What the lines of YAML at the beginning of a file say, by lower-case name, and the text to be read.

    Lines that a person would read as text stay, before what follows the lines of YAML. A text that stands between two
    rules is no such thing: then nothing is split off.
    """
    entries: list[_Entry] = []
    first, start = _line_at(text, 0)
    if not RULE.fullmatch(first):
        return {}, text
    while start < len(text):
        line, start = _line_at(text, start)
        if RULE.fullmatch(line):
            return {entry.name.lower(): unquoted(entry.value) for entry in entries}, _with_read(entries, text[start:])
        if not LINE.fullmatch(line):
            break
        if named := NAMED.match(line):
            entries.append(_Entry(named[1], named[2].strip()))
        elif entries and line.strip() and line[0] != "#":
            entries[-1].more.append(line.strip())
    return {}, text


def _with_read(entries: Sequence[_Entry], text: str) -> str:
    """A text after those entries that a person would read."""
    return "\n\n".join([*(f"{entry.name}: {unquoted(entry.text)}" for entry in entries if entry.is_read), text])


def unquoted(value: str) -> str:
    """A value of YAML without the pair of quotation marks around it."""
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _line_at(text: str, start: int) -> tuple[str, int]:
    """The line that begins at an offset, and where the next one begins."""
    end = text.find("\n", start)
    return (text[start:], len(text)) if end < 0 else (text[start:end], end + 1)
