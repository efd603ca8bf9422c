"""Masks a key in text that is stored or shown, such as an error message or a server's reply that echoes it."""

from __future__ import annotations

MASK = "…"
SHORTEST = 8
"""Minimum characters of a key that is masked: local servers take any key, so a shorter one may be a common word."""


def masked(text: str, secret: str) -> str:
    """A text with a secret replaced by a mask; unchanged if the secret is empty or shorter than `SHORTEST`."""
    return text.replace(secret, MASK) if len(secret) >= SHORTEST else text


def begun(text: str, secret: str) -> int:
    """Number of characters at the end of a text that may begin a secret which continues in the next piece."""
    if len(secret) < SHORTEST:
        return 0
    return next((size for size in range(min(len(secret) - 1, len(text)), 0, -1) if text.endswith(secret[:size])), 0)
