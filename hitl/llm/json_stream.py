"""Reads JSON while it arrives, and leniently, since not every server keeps a model to a schema.

Text around the JSON is skipped, be it prose or a code fence. Commas may trail or be missing, keys may lack their
quotation marks, and strings may contain line breaks and quotation marks of their own. The time it takes grows with the
length of the text only, however it is cut into pieces; `pydantic_core.from_json`, which can read half a text, reads all
of it again for each piece.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions that lead from the outermost value to another."""

DEEPEST = 20
"""Maximum number of brackets around a value; what is deeper is nothing that was asked for."""
OPENING = re.compile(r"[{\[]")
NOT_SPACE = re.compile(r"\S")
SPACE = re.compile(r"\s++")
WORD = re.compile(r'[^\s,:{}\[\]"]++')
PLAIN = re.compile(r'[^"\\]++')
"""Characters of a string that mean themselves."""
AFTER_A_STRING = frozenset(",:}]")
"""What follows a quotation mark that ends a string; before anything else it is one of the text."""
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
WORDS = {"true": True, "false": False, "null": None}


class Value(NamedTuple):
    """A value that has arrived as a whole: a string, a number, a word, a list or an object."""

    path: Path
    value: Any


@dataclass(slots=True)
class _Bracket:
    """An object or a list that has not ended yet."""

    content: dict[str, Any] | list[Any]
    place: str | int
    """Its key or position in the value around it."""
    key: str | None = None
    """The key of the next value of an object."""
    has_colon: bool = False
    """Whether the colon after the key has come."""
    is_broken: bool = False
    """Whether part of it could not be read, so that what was read may be half of what was meant."""

    def next_place(self) -> str | int:
        return len(self.content) if isinstance(self.content, list) else self.key or ""

    def end_member(self) -> None:
        """Take note of a comma, or of the end."""
        self.is_broken |= self.key is not None and not self.has_colon
        self.key, self.has_colon = None, False


class JsonStream:
    """JSON that is still arriving."""

    def __init__(self) -> None:
        self.pending = 0
        """Characters of the string that is arriving."""
        self.unreadable = 0
        """Number of objects that could not be read."""
        self._ended: list[Value] = []
        self._has_ended = False
        self._open: list[_Bracket] = []
        self._word: list[str] = []
        self._string: list[str] | None = None
        self._held = ""

    @property
    def is_whole(self) -> bool:
        """True if there was JSON, and none of it is still open."""
        return self._has_ended and not self._open

    def feed(self, text: str) -> list[Value]:
        """Read the next piece. Returns the values that end in it; the values inside a value come before it."""
        text, self._held = self._held + text, ""
        self._ended = []
        at = 0
        while at < len(text):
            if self._string is not None:
                at = self._read_string(text, at)
            elif not self._open:
                opening = OPENING.search(text, at)
                if opening is None:
                    break
                self._start(text[opening.start()])
                at = opening.end()
            else:
                at = self._read_sign(text, at)
        return self._ended

    def _read_string(self, text: str, at: int) -> int:
        """Read on in a string. Returns the position after what was read."""
        assert self._string is not None
        if plain := PLAIN.match(text, at):
            return self._add(plain[0], plain.end())
        if text[at] == "\\":
            if at + 1 == len(text):
                self._held = text[at:]
                return len(text)
            return self._add(text[at : at + 2], at + 2)
        following = NOT_SPACE.search(text, at + 1)
        if following is None:
            self._held = text[at : at + 2]  # one space is enough: all of them would be looked at again and again
            return len(text)
        if following[0] not in AFTER_A_STRING:
            return self._add('"', at + 1)
        string, self._string, self.pending = _unescaped("".join(self._string)), None, 0
        self._put(string)
        return at + 1

    def _add(self, part: str, end: int) -> int:
        assert self._string is not None
        self._string.append(part)
        self.pending += len(part)
        return end

    def _read_sign(self, text: str, at: int) -> int:
        """Read on between strings. Returns the position after what was read."""
        if word := WORD.match(text, at):
            self._word.append(word[0])
            return word.end()
        if self._word:
            word_read, self._word = "".join(self._word), []
            self._put(_value_of(word_read))
        if space := SPACE.match(text, at):
            return space.end()
        match text[at]:
            case '"':
                self._string = []
            case ":":
                self._open[-1].has_colon = self._open[-1].key is not None
            case ",":
                self._open[-1].end_member()
            case "{" | "[" as sign:
                self._start(sign)
            case "}":
                self._end(dict)
            case _:
                self._end(list)
        return at + 1

    def _start(self, sign: str) -> None:
        if len(self._open) == DEEPEST:
            self._open.clear()
        place = self._open[-1].next_place() if self._open else ""
        self._open.append(_Bracket({} if sign == "{" else [], place))

    def _end(self, kind: type) -> None:
        """End the innermost object or list, with all inside it that has no end of its own."""
        if not any(isinstance(bracket.content, kind) for bracket in self._open):
            return
        while self._open:
            bracket = self._open.pop()
            bracket.end_member()
            path = self._path(bracket.place)
            self._has_ended |= not self._open
            if bracket.is_broken:
                self.unreadable += 1
            else:
                self._ended.append(Value(path, bracket.content))
            if self._open:
                self._set(bracket.content)
            if isinstance(bracket.content, kind):
                return

    def _put(self, value: Any) -> None:
        """A string, a number or a word is the next key of an object, or the next value."""
        around = self._open[-1]
        if isinstance(around.content, dict) and around.key is None:
            around.key = str(value)
        elif isinstance(around.content, dict) and not around.has_colon:
            around.is_broken = True
        else:
            self._ended.append(Value(self._path(around.next_place()), value))
            self._set(value)

    def _set(self, value: Any) -> None:
        around = self._open[-1]
        if isinstance(around.content, list):
            around.content.append(value)
        else:
            around.content[around.key or ""] = value
            around.key, around.has_colon = None, False

    def _path(self, place: str | int) -> Path:
        """The path of a value inside the innermost bracket; () for the outermost one."""
        return (*(bracket.place for bracket in self._open[1:]), place) if self._open else ()


def _value_of(word: str) -> Any:
    if number := NUMBER.fullmatch(word):
        return float(word) if number[1] else int(word)
    return WORDS.get(word.lower(), word)


def _unescaped(text: str) -> str:
    """The characters of a string; what is no character of Unicode becomes a question mark in a box."""
    if "\\" in text:
        text = ESCAPE.sub(lambda match: _character(match[1]), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: str) -> str:
    return chr(int(escape[1:], 16)) if len(escape) == 5 else ESCAPED.get(escape, escape)
