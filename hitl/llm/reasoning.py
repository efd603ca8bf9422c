"""Removes a model's reasoning, and a key that its server echoes, from its answer."""

from __future__ import annotations

import re

from hitl.masking import begun, masked

TAG = re.compile(r"<(/?)(think(?:ing)?)>")
TAGS = ("<think>", "<thinking>", "</think>", "</thinking>")


def without_reasoning(text: str) -> str:
    """A text without `<think>…</think>`, complete or cut off, which local models write before their answer.

    Some servers open the tag themselves, so that the answer contains only the closing one: what stands before it is
    left out too.
    """
    reply = ReplyText()
    reply.add(text)
    reply.rest()
    return reply.text


class ReplyText:
    """A streamed answer without its reasoning. Each piece is looked at once.

    Args:
        secret: Masked in the text; empty to mask nothing.
    """

    def __init__(self, secret: str = "") -> None:
        self.characters = 0
        """Characters that have come, with the reasoning."""
        self.restarts = 0
        """How often all that was returned has turned out to be reasoning."""
        self._secret = secret
        self._pieces: list[str] = []
        self._text: list[str] = []
        self._closing = ""
        """The tag that ends the reasoning; empty outside of it."""
        self._undecided = ""
        """The end of what has come, which may be the beginning of a tag."""
        self._held = ""
        """The end of the text, which may be the beginning of the secret."""

    @property
    def raw(self) -> str:
        """All that has come."""
        return "".join(self._pieces)

    @property
    def text(self) -> str:
        """What was returned since the last restart."""
        return "".join(self._text)

    def add(self, piece: str) -> str:
        """Add a piece and return the new text that can be shown.

        A possible beginning of a tag or of the secret is held back until later pieces decide it.
        """
        self._pieces.append(piece)
        self.characters += len(piece)
        return self._give(self._outside(piece), is_last=False)

    def rest(self) -> str:
        """The text held back so far; call it when the stream has ended."""
        left = "" if self._closing else self._undecided
        self._undecided = ""
        return self._give(left, is_last=True)

    def _outside(self, piece: str) -> str:
        """The new text outside of reasoning."""
        coming, self._undecided = self._undecided + piece, ""
        outside: list[str] = []
        while coming:
            if self._closing:
                _, closing, after = coming.partition(self._closing)
                if not closing:
                    self._undecided = coming[-len(self._closing) + 1 :]
                    break
                coming, self._closing = after, ""
            elif tag := TAG.search(coming):
                if tag[1]:
                    outside.clear()
                    self._restart()
                else:
                    outside.append(coming[: tag.start()])
                    self._closing = f"</{tag[2]}>"
                coming = coming[tag.end() :]
            else:
                end = len(coming) - _begun_tag(coming)
                outside.append(coming[:end])
                self._undecided = coming[end:]
                break
        return "".join(outside)

    def _restart(self) -> None:
        self.restarts += 1
        self._text.clear()
        self._held = ""

    def _give(self, new: str, is_last: bool) -> str:
        text = masked(self._held + new, self._secret)
        size = 0 if is_last else begun(text, self._secret)
        self._held = text[len(text) - size :]
        given = text[: len(text) - size]
        if not self._text:
            given = given.lstrip()
        if given:
            self._text.append(given)
        return given


def _begun_tag(text: str) -> int:
    """Number of characters at the end of a text that may be the beginning of a tag."""
    at = text.rfind("<", -max(map(len, TAGS)))
    return len(text) - at if at >= 0 and any(tag.startswith(text[at:]) for tag in TAGS) else 0
