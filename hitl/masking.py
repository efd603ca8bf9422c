"""Keeping a key out of what is stored and shown, whoever puts it there: a server that echoes it, an error's words."""

from __future__ import annotations

MASK = "…"
SHORTEST = 8
"""Characters of a key, at least: a shorter one, as local servers take any, is a word like others."""

TELLING = 3
"""Characters from which on the beginning of a key is one wherever it stands."""


def masked(text: str, secret: str) -> str:
    """A text with a mask in the place of a secret; as it is when the secret is empty or too short to be one."""
    return text.replace(secret, MASK) if len(secret) >= SHORTEST else text


def begun(text: str, secret: str) -> int:
    """How many characters at the end of a text may be the beginning of a secret, which goes on in the next piece.

    One or two of them are so only at the beginning of a word: every other word ends with an `s`.
    """
    if len(secret) < SHORTEST:
        return 0
    size = next((size for size in range(len(secret) - 1, 0, -1) if text.endswith(secret[:size])), 0)
    is_in_a_word = text[: len(text) - size][-1:].isalnum()
    return 0 if size < TELLING and is_in_a_word else size
