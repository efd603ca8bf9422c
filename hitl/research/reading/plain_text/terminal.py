"""What a terminal or a printer makes of a text: letters over each other are bold, underlined or replaced, and codes set
colours, strike out and hide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hitl.text import count

BACKSPACE = "\b"
OVERSTRUCK = re.compile(r"\S(?:\x08\S)+")
CODE = re.compile(
    r"\x1b(?:\[(?P<numbers>[0-?]{0,100})[ -/]{0,9}(?P<final>[@-~])|\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)"
    r"|[()*+][0-2AB]|[78=>c])"
)
"""A code of a terminal: colours and the like, a link or a title, an alphabet, or another one."""
MOVING = frozenset("ABCDEFGHfSTd")
"""Ends of the codes that go on writing at another place."""
COLOURS = frozenset({38, 48, 58})
"""Numbers after which others describe a colour."""
STRUCK, NOT_STRUCK, CONCEALED, NOT_CONCEALED = 9, 29, 8, 28


@dataclass(frozen=True)
class TerminalText:
    """A text as a terminal shows it."""

    text: str
    """Without what is struck out or concealed."""
    remarks: tuple[str, ...] = ()
    """What a reader has to know, in sentences."""


def as_shown(text: str) -> TerminalText:
    """A text without the codes of a terminal, and with one letter where several stand over each other."""
    if "\x1b" not in text and BACKSPACE not in text:
        return TerminalText(text)
    said = []
    is_moved = any(code["final"] in MOVING for code in CODE.finditer(text))
    text = "".join(_shown_parts(text))
    replaced = sum(len(_letters(found[0])) > 1 for found in OVERSTRUCK.finditer(text))
    text = OVERSTRUCK.sub(lambda found: (_letters(found[0]) or "_")[-1], text)
    if replaced:
        is_, them = ("is", "it") if replaced == 1 else ("are", "them")
        said.append(
            f"{count(replaced, 'letter')} {is_} written over others, which are not read: look for {them} in the file."
        )
    if is_moved:
        said.append("Parts of the text are written to other places of a screen: compare the words with the file.")
    return TerminalText(text, tuple(said))


def _letters(overstruck: str) -> str:
    """The different letters that stand over each other, in order; the line under a letter is none of them."""
    return "".join(dict.fromkeys(letter for letter in overstruck[::2] if letter != "_"))


def _shown_parts(text: str) -> Iterator[str]:
    """The parts between the codes that are neither struck out nor concealed."""
    start = 0
    hiding: frozenset[int] = frozenset()
    for code in CODE.finditer(text):
        if not hiding:
            yield text[start : code.start()]
        start = code.end()
        if code["final"] == "m":
            hiding = _hiding_after(code["numbers"], hiding)
    if not hiding:
        yield text[start:]


def _hiding_after(numbers: str, hiding: frozenset[int]) -> frozenset[int]:
    """Which of the two states that hide a text hold after a code, given those before it."""
    left = [int(number) if number.isdigit() else 0 for number in numbers.split(";")]
    while left:
        number = left.pop(0)
        if number in COLOURS and left:
            del left[: 2 if left[0] == 5 else 4]
        elif number == 0:
            hiding = frozenset()
        elif number in (STRUCK, CONCEALED):
            hiding |= {number}
        elif number in (NOT_STRUCK, NOT_CONCEALED):
            hiding -= {number - 20}
    return hiding
