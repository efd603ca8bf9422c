"""Formulas of MathML on one line: `(a + b)/(2)`, `x²`, `√(n)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from hitl.research.reading.superscripts import SUBSCRIPTS, SUPERSCRIPTS

SPACED = frozenset("=≠≈≡≅∼<>≤≥≪≫→←↔⇒⇐⇔∈∉⊂⊆⊃⊇∪∩∧∨±∓×÷·+−-*|:")
"""Operators that stand apart from what is before and after them."""
UNSEEN = re.compile("[\u2061-\u2064\u200b]")
ACCENTS = {
    "¯": "\u0305", "‾": "\u0305", "―": "\u0305", "_": "\u0332", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303",
    "˜": "\u0303", "˙": "\u0307", ".": "\u0307", "¨": "\u0308", "→": "\u20d7", "⃗": "\u20d7",
}  # fmt: skip
"""What stands over or under a letter, as a character that is joined to it."""
LARGE = frozenset("∑∏∫∮⋃⋂⋁⋀")
DROPPED = frozenset({"annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark"})
ROWS = frozenset(
    {"math", "mrow", "mstyle", "mpadded", "semantics", "mi", "mn", "mo", "ms", "mtext", "mspace", "maction", "merror"}
)
SINGLE = re.compile(r"[^\W_]+|\S", re.UNICODE)


class Formula:
    """A formula that is put together while its elements are read; nothing in it is called for each level of nesting."""

    def __init__(self) -> None:
        self._open: list[list[str]] = [[]]
        self._dropped = 0
        self.is_read = True
        """Whether all of its elements have a form on one line."""

    @property
    def depth(self) -> int:
        return len(self._open)

    def start(self, tag: str) -> None:
        self._open.append([])
        self._dropped += tag in DROPPED

    def data(self, text: str) -> None:
        text = UNSEEN.sub("", text).strip()
        if text and not self._dropped:
            self._open[-1].append(text)

    def end(self, tag: str) -> None:
        parts = self._open.pop()
        if tag in DROPPED:
            self._dropped -= 1
        elif not self._dropped:
            self._open[-1].append(self._linear(tag, parts))

    @property
    def text(self) -> str:
        return " ".join("".join(self._open[0]).split())

    def _linear(self, tag: str, parts: list[str]) -> str:
        if tag in ROWS:
            return _token(tag, "".join(parts[:1] if tag == "semantics" else parts))
        if tag == "mfenced":
            return f"({', '.join(parts)})"
        if tag == "msqrt":
            return f"√{_grouped(''.join(parts))}"
        expected, form = FORMS.get(tag, (0, _joined))
        if expected != len(parts):
            self.is_read = False
            return "".join(parts)
        found = form(parts)
        self.is_read &= found is not None
        return found or "".join(parts)


def _token(tag: str, text: str) -> str:
    if tag == "mo" and text in SPACED:
        return f" {text} "
    return " " if tag == "mspace" else text


def _grouped(text: str) -> str:
    """A part of a formula in brackets, unless it is a single number, name or sign."""
    text = text.strip()
    return text if SINGLE.fullmatch(text) else f"({text})"


def _script(text: str, forms: dict[str, str], sign: str) -> str:
    tight = text.replace(" ", "")
    if tight in ("′", "″", "‴", "'", "*", "∗", "†", "°"):
        return tight
    if tight and all(letter in forms for letter in tight):
        return "".join(forms[letter] for letter in tight)
    return f"{sign}({text.strip()})"


def _joined(parts: Sequence[str]) -> str | None:
    return "".join(parts)


def _fraction(parts: Sequence[str]) -> str | None:
    return f"{_grouped(parts[0])}/{_grouped(parts[1])}"


def _root(parts: Sequence[str]) -> str | None:
    return f"{_script(parts[1], SUPERSCRIPTS, '^')}√{_grouped(parts[0])}"


def _raised(parts: Sequence[str]) -> str | None:
    return _base(parts[0]) + _script(parts[1], SUPERSCRIPTS, "^")


def _lowered(parts: Sequence[str]) -> str | None:
    return _base(parts[0]) + _script(parts[1], SUBSCRIPTS, "_")


def _both(parts: Sequence[str]) -> str | None:
    return _base(parts[0]) + _script(parts[1], SUBSCRIPTS, "_") + _script(parts[2], SUPERSCRIPTS, "^")


def _base(text: str) -> str:
    text = text.strip()
    return _grouped(text) if " " in text and not text.endswith(")") else text


def _beside(parts: Sequence[str]) -> str | None:
    """What stands over or under: an accent on a letter, or the limits of a sum; None for anything else."""
    base, mark = parts[0].strip(), parts[1].strip()
    if len(base) == 1 and mark in ACCENTS:
        return base + ACCENTS[mark]
    return f"{base}_({mark}) " if base in LARGE or base in ("lim", "max", "min", "sup", "inf") else None


def _limits(parts: Sequence[str]) -> str | None:
    base, under, over = (part.strip() for part in parts)
    return f"{base}_({under})^({over}) " if base in LARGE else None


FORMS: dict[str, tuple[int, Callable[[Sequence[str]], str | None]]] = {
    "mfrac": (2, _fraction),
    "mroot": (2, _root),
    "msup": (2, _raised),
    "msub": (2, _lowered),
    "msubsup": (3, _both),
    "mover": (2, _beside),
    "munder": (2, _beside),
    "munderover": (3, _limits),
}
"""Number of parts of an element, and its form; an element that is not here has none."""
