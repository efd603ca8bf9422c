"""A place for one element that is drawn again and again while a run works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from streamlit.delta_generator import DeltaGenerator

T = TypeVar("T")


class Slot(Generic[T]):
    """A place for one element. It is sent only if it has changed.

    `st.empty()` would first take away what a former run of the script or the fragment has drawn there: a diagram would
    flicker, and a box lose its scroll position. Slots get their places in the order in which they are first shown.

    Args:
        parent: The container that it is in.
        draw: Draws a value with a method of what it is given, and returns what that returns.
    """

    def __init__(self, parent: DeltaGenerator, draw: Callable[[DeltaGenerator, T], DeltaGenerator]) -> None:
        self._parent = parent
        self._draw = draw
        self._element: DeltaGenerator | None = None
        self._shown: T | None = None

    def show(self, value: T | None) -> None:
        """Draw a value; None for nothing."""
        if self._element is not None and value == self._shown:
            return
        place = self._element or self._parent
        self._element = place.empty() if value is None else self._draw(place, value)
        self._shown = value
