"""Wording: a text as the words and signs that must be the same in a text that repeats it word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hitl.text import MARKS, normalize

ONE_BY_ONE = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that set no spaces between words: Thai, Lao, Burmese, Khmer, kana, Han. Each of their letters is a token."""
ASIDE = re.compile(
    r"\s+|(?<![^\W_])[\"'“”„‟«»‹›‘’‚「」『』]|(?<=[^\W\d_])[\"'“”„‟«»‹›‘’‚「」『』](?![^\W_])|(?<=\d)[«»‹›「」『』]"
)
"""What doesn't count: white space and quotation marks. A mark between two letters is an apostrophe, as in `we're`, and
one after a digit can be feet or inches."""
NUMBER = r"\d++(?:[.,:/'’٫٬·–—-]\d++)*+"
SPACED = rf"[^\W_{ONE_BY_ONE}]"
WORD = rf"[{ONE_BY_ONE}][{MARKS}]*+|{SPACED}++(?:[{MARKS}]++{SPACED}*+)*+"
TOKEN = re.compile(rf"{ASIDE.pattern}|(?P<token>{NUMBER}|{WORD}|.)", re.DOTALL)
"""A token is a number with the signs inside it, a word, or any other sign."""
ONE_FORM = str.maketrans("‘’“”", "''\"\"")
FULL_STOPS = frozenset(".。．｡।։۔။")
SIGNS_BEFORE_STOP = frozenset(".…!?！？؟")
"""A full stop after one of these is part of it."""


class Token(NamedTuple):
    """A word or a sign where it stands in a text."""

    key: str
    """Equal for tokens that count as the same."""
    start: int
    end: int


def tokens_in(text: str) -> list[Token]:
    """The words and signs of a text, without what doesn't count."""
    return [Token(_key(match["token"]), *match.span()) for match in TOKEN.finditer(text) if match["token"]]


def keys_in(text: str) -> list[str]:
    """The keys of its tokens."""
    return [_key(match["token"]) for match in TOKEN.finditer(text) if match["token"]]


def without_last_stop(keys: Sequence[str]) -> Sequence[str]:
    """The keys of a sentence without its full stop, which headings lack."""
    is_stop = len(keys) > 1 and keys[-1] in FULL_STOPS and keys[-2] not in SIGNS_BEFORE_STOP
    return keys[:-1] if is_stop else keys


def same_but_for_capital(one: str, other: str) -> bool:
    """True if two keys differ at most in the case of their first letters."""
    return one[:1].lower() == other[:1].lower() and one[1:] == other[1:]


def _key(token: str) -> str:
    return token if token.isascii() else normalize(token.translate(ONE_FORM))
