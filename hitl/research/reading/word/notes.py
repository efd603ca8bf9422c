"""The marks of footnotes and endnotes, as Word counts them (ECMA-376, part 1, 17.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hitl.research.reading.word.number_forms import in_form
from hitl.research.reading.word.package import NAMES, attribute, children, full_names, whole_number

NoteKind = Literal["footnote", "endnote"]
USUAL_FORMS: dict[NoteKind, str] = {"footnote": "decimal", "endnote": "lowerRoman"}
NO_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})


@dataclass(frozen=True)
class NoteNumbering:
    """How notes are numbered in a section."""

    form: str
    start: int = 1
    restart: str = "continuous"
    """Or `eachSect`, `eachPage`."""


class NoteMarks:
    """Counts the notes of a kind."""

    def __init__(self, kind: NoteKind, settings: Any | None, sections: Sequence[Any]):
        """Read how they are numbered.

        Args:
            kind: Footnotes or endnotes.
            settings: Root element of the settings of the file; None if it has none.
            sections: The elements of the properties of its sections, in order.
        """
        usual = NoteNumbering(USUAL_FORMS[kind])
        for_all = _numbering(settings, kind, usual) if settings is not None else usual
        self._sections = [_numbering(section, kind, for_all) for section in sections] or [for_all]
        self._section = 0
        self._count = 0
        self.starts_anew_on_pages = False
        """Whether the file counts from 1 on each page, which cannot be told from it."""

    def next_mark(self, section: int) -> str:
        """The mark of the next note.

        Args:
            section: Number of the section in which it is referred to, from 0.
        """
        numbering = self._sections[min(section, len(self._sections) - 1)]
        if section != self._section and numbering.restart == "eachSect":
            self._count = 0
        self._section = section
        number = numbering.start + self._count
        self._count += 1
        self.starts_anew_on_pages |= numbering.restart == "eachPage"
        return in_form(number, numbering.form) or str(number)


def section_properties(root: Any) -> list[Any]:
    """The properties of the sections of a document, in order."""
    return list(root.iter(*full_names("w:sectPr")))


def notes_by_identity(root: Any | None) -> dict[str, Any]:
    """The notes of a part, without the lines that separate them from the text."""
    return {
        attribute(each, "w:id") or "": each
        for each in (root if root is not None else ())
        if NAMES[each.tag] in ("w:footnote", "w:endnote") and attribute(each, "w:type") not in NO_NOTES
    }


def _numbering(properties: Any, kind: NoteKind, otherwise: NoteNumbering) -> NoteNumbering:
    own = children(properties).get(f"w:{kind}Pr")
    if own is None:
        return otherwise
    said = {name: attribute(each, "w:val") or "" for name, each in children(own).items()}
    return NoteNumbering(
        form=said.get("w:numFmt") or otherwise.form,
        start=whole_number(said.get("w:numStart"), otherwise.start),
        restart=said.get("w:numRestart") or otherwise.restart,
    )
