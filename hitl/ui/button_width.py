"""How wide a button is made, so that it has its width before the browser has loaded it.

Streamlit loads its buttons late, and until then each is a narrow gap: a row of them would be wrapped anew then, and all
below it would jump.
"""

from __future__ import annotations

FRAME, LETTER, ICON, KEY, KEY_LETTER = 26, 7, 24, 8, 7
"""Pixels: of a frame, of each letter of a label, of an icon, around the name of a key, and of each letter of that."""
SPARE = 6


def button_width(*labels: str, has_icon: bool = True, shortcut: str | None = None, is_framed: bool = True) -> int:
    """The pixels that a button needs, and a few more.

    Args:
        labels: What it says: all that it may say in this place.
        has_icon: Whether it has an icon.
        shortcut: Its key.
        is_framed: False for a tertiary button, which has no frame.
    """
    key = KEY + KEY_LETTER * len(shortcut) if shortcut else 0
    return SPARE + FRAME * is_framed + LETTER * max(map(len, labels)) + ICON * has_icon + key
