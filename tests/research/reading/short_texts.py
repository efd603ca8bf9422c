"""Texts that are too short to be certain of their encoding: one foreign name in an English sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShortText:
    """A text in an encoding."""

    encoding: str
    """As a person knows it."""
    codec: str
    """As Python knows it."""
    text: str

    @property
    def data(self) -> bytes:
        return self.text.encode(self.codec)


SHORT_TEXTS = [
    ShortText("Windows-1250", "cp1250", "The pool in the town is closed, says Kovač."),
    ShortText("Windows-1251", "cp1251", "The pool in the town is closed, says Юл."),
    ShortText("Windows-1253", "cp1253", "The pool in the town is closed, says Νίκος."),
    ShortText("Windows-1254", "cp1254", "The pool in the town is closed, says Şişli."),
    ShortText("Windows-1255", "cp1255", "The pool in the town is closed, says דן."),
    ShortText("Windows-1256", "cp1256", "The pool in the town is closed, says منى."),
    ShortText("KOI8-R", "koi8_r", "The pool in the town is closed, says Юл."),
    ShortText("Shift-JIS", "cp932", "The book of 森 is on the table, and the price is 5 dollars per year."),
    ShortText("GB18030", "gb18030", "The pool in the town is closed, says 李."),
    ShortText("EUC-KR", "cp949", "The pool in the town is closed, says 김."),
]
