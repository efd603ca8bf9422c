"""Characters of a file that do not show, counted: `hitl.characters.visible` takes them out, and a reader has to know.

The characters of a font's own (private use) stay, since they show as something, and are counted too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hitl.characters import unseen_runs, visible
from hitl.text import count

__all__ = ["RIGHT_TO_LEFT", "Unseen", "unseen_in", "visible"]

PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")

OVERRIDES = frozenset("\u202d\u202e")
"""What turns the order of any letters."""
EMBEDDINGS = frozenset("\u202a\u202b\u202c\u2066\u2067\u2068\u2069")
"""What Hebrew and Arabic use in texts of two directions, and what turns the order of words in others."""
HIDING = re.compile("[\ufff9-\ufffb\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+")
"""Tags, and marks of notes between the lines."""
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

FEWEST_VARIANTS = 3
"""Variation selectors in a row from which they hide something: one belongs to a character, two to a mistake."""
FEWEST_OF_A_RUN = 8
"""Unseen characters of several kinds in a row from which they hide something."""


@dataclass(frozen=True)
class Unseen:
    """How many characters of a text do not show, of those that a reader has to know of."""

    hidden: int = 0
    """Those that can carry a text: tags, long runs of variation selectors or of joiners, annotations."""
    overrides: int = 0
    """Marks that turn the order of letters."""
    embeddings: int = 0
    """Marks that turn the order of words, and are customary where a script runs from right to left."""
    private: int = 0
    """Characters that only the file's own font can show."""

    def __add__(self, other: Unseen) -> Unseen:
        if other is NOTHING_UNSEEN:
            return self
        return Unseen(
            self.hidden + other.hidden,
            self.overrides + other.overrides,
            self.embeddings + other.embeddings,
            self.private + other.private,
        )

    def remarks(self, is_right_to_left: bool) -> tuple[str, ...]:
        """What a reader of the document has to know of them, in sentences.

        Args:
            is_right_to_left: Whether the document has letters of a script that runs from right to left.
        """
        turning = self.overrides + (0 if is_right_to_left else self.embeddings)
        said = []
        if self.hidden:
            does = "that does not show was" if self.hidden == 1 else "that do not show were"
            said.append(
                f"{count(self.hidden, 'character')} {does} taken out, as such can carry a hidden text: ask where the "
                "file comes from before you rely on it."
            )
        if turning:
            does = "that turns the order of letters was" if turning == 1 else "that turn the order of letters were"
            said.append(
                f"{count(turning, 'mark')} {does} taken out: compare the words with the file, which may show some in "
                "another order."
            )
        if self.private:
            does = "is of the file's own font and shows" if self.private == 1 else "are of the file's own font and show"
            them = "it" if self.private == 1 else "them"
            said.append(f"{count(self.private, 'character')} {does} as a box here: look for {them} in the file.")
        return tuple(said)


NOTHING_UNSEEN = Unseen()


def unseen_in(text: str) -> Unseen:
    """What `visible` takes out of a text, and what of it stays that only a font of its own can show."""
    if text.isascii() and text.isprintable():
        return NOTHING_UNSEEN
    private = sum(len(run[0]) for run in PRIVATE.finditer(text))
    found = Unseen(private=private) if private else NOTHING_UNSEEN
    for run, needed in unseen_runs(text):
        found += _unseen_in_run(run, needed)
    return found


def _unseen_in_run(run: str, needed: str) -> Unseen:
    """What of a run is to be told, given those of its characters that are needed."""
    overrides = sum(run.count(mark) for mark in OVERRIDES)
    embeddings = sum(run.count(mark) for mark in EMBEDDINGS)
    others = len(run) - len(needed) - overrides - embeddings
    if others >= FEWEST_OF_A_RUN and len(set(run)) > 1:
        return Unseen(others, overrides, embeddings)
    hidden = sum(len(part) for part in HIDING.findall(run)) if needed != run else 0
    variants = len(VARIANTS.findall(run)) - len(VARIANTS.findall(needed))
    return Unseen(hidden + (variants if variants >= FEWEST_VARIANTS else 0), overrides, embeddings)
