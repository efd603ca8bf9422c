"""What a model thinks aloud is not its answer, and a key that its server echoes is no part of it."""

from __future__ import annotations

import re

from hitl.masking import begun, masked

THINKING = re.compile(r"<(think(?:ing)?)>.*?(?:</\1>|\Z)", re.DOTALL)
OPENED_BY_THE_SERVER = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL)
"""Some servers begin the thinking themselves, so that only its end is in the answer."""
TAGS = ("<think>", "<thinking>", "</think>", "</thinking>")


def without_thinking(text: str) -> str:
    """An answer without `<think>…</think>`, whole or cut, which local models write before it."""
    if "<" in text:  # asked first: it is asked anew at every piece that comes
        text = THINKING.sub("", text)
        text = OPENED_BY_THE_SERVER.sub("", text) if "</think" in text else text
    return text.lstrip()


class Answer:
    """An answer that comes piece by piece, with the thinking left out.

    Args:
        secret: What is masked in it; empty for nothing.
    """

    def __init__(self, secret: str = "") -> None:
        self.raw = ""
        self._secret = secret
        self._given = 0

    @property
    def text(self) -> str:
        return masked(without_thinking(self.raw), self._secret)

    def add(self, piece: str) -> str:
        """Take a piece, and return what of the answer can be shown beyond what was returned before.

        A tag or a secret that may have begun is held back until it is clear what it is.
        """
        self.raw += piece
        text = without_thinking(self.raw[: len(self.raw) - _begun_tag(self.raw)])
        return self._beyond(masked(text[: len(text) - begun(text, self._secret)], self._secret))

    def rest(self) -> str:
        """What was held back, once nothing more comes."""
        return self._beyond(self.text)

    def _beyond(self, text: str) -> str:
        self._given = min(self._given, len(text))  # what was given was thinking, as its end has shown
        new = text[self._given :]
        self._given = len(text)
        return new


def _begun_tag(text: str) -> int:
    """How many characters at the end of a text may be the beginning of a tag."""
    at = text.rfind("<", -max(map(len, TAGS)))
    return len(text) - at if at >= 0 and any(tag.startswith(text[at:]) for tag in TAGS) else 0
