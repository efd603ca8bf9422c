"""Fields of a Word file: of `{ PAGE }` only the result shows, and some show without one (ECMA-376, part 1, 17.16)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hitl.research.reading.word.package import NAMES, attribute, children, is_on, whole_number

LONGEST_INSTRUCTION = 1000
"""Characters of an instruction that are looked at."""
EQUATION_FIELDS = frozenset({"EQ"})
NUMBER_FIELDS = frozenset({"LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT"})
"""Fields that Word shows by its own reckoning, without a result in the file."""
BOX_TICKED, BOX_EMPTY = "☒", "☐"


@dataclass
class Field:
    """A field that has begun."""

    beginning: Any
    """The element at which it begins."""
    instruction: list[str] = field(default_factory=list)
    is_in_result: bool = False
    length: int = 0

    @property
    def words(self) -> list[str]:
        return "".join(self.instruction).split()


class OpenFields:
    """The fields that are open at a place of the text, outermost first."""

    def __init__(self) -> None:
        self._open: list[Field] = []
        self._instructions = 0

    @property
    def is_shown(self) -> bool:
        """Whether what stands here shows: it is in no instruction."""
        return not self._instructions

    @property
    def beginnings(self) -> set[Any]:
        """Where those begin that are still open."""
        return {each.beginning for each in self._open}

    def begin(self, beginning: Any) -> None:
        self._open.append(Field(beginning))
        self._instructions += 1

    def separate(self) -> None:
        """Begin the result of the innermost field."""
        if self._open and not self._open[-1].is_in_result:
            self._open[-1].is_in_result = True
            self._instructions -= 1

    def end(self) -> Field | None:
        """End the innermost field."""
        if not self._open:
            return None
        ended = self._open.pop()
        self._instructions -= not ended.is_in_result
        return ended

    def add_instruction(self, text: str) -> None:
        if self._open and not self._open[-1].is_in_result and self._open[-1].length < LONGEST_INSTRUCTION:
            self._open[-1].instruction.append(text[:LONGEST_INSTRUCTION])
            self._open[-1].length += len(text)


def form_field_text(begin: Any) -> str:
    """What a field of a form shows that is in no run: its box, or what is chosen from its list; empty for others."""
    data = children(begin).get("w:ffData")
    if data is None:
        return ""
    parts = children(data)
    if "w:checkBox" in parts:
        box = children(parts["w:checkBox"])
        state = box.get("w:checked", box.get("w:default"))
        return BOX_TICKED if state is not None and is_on(state) else BOX_EMPTY
    if "w:ddList" in parts:
        choices = [attribute(each, "w:val") or "" for each in parts["w:ddList"] if NAMES[each.tag] == "w:listEntry"]
        said = children(parts["w:ddList"])
        chosen = said.get("w:result", said.get("w:default"))
        place = whole_number(attribute(chosen, "w:val"), 0) if chosen is not None else 0
        return choices[place] if 0 <= place < len(choices) else ""
    return ""
