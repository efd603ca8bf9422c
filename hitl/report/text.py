"""The text of a report: sections of sentences, each with the findings that it cites."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pydantic import BaseModel, ConfigDict


class Sentence(BaseModel):
    """A sentence, and the findings that it cites."""

    model_config = ConfigDict(frozen=True)

    text: str
    """Plain text; in a report without a model a whole quote, which may have several lines."""
    findings: tuple[str, ...] = ()
    """Ids of the cited findings; empty if it cites nothing."""


class Section(BaseModel):
    """A heading, and the sentences under it."""

    model_config = ConfigDict(frozen=True)

    heading: str = ""
    """Plain text on one line; empty for none."""
    sentences: tuple[Sentence, ...]


class Statement(BaseModel):
    """A heading or a sentence of a text, with its number: what is checked, struck or sent back."""

    model_config = ConfigDict(frozen=True)

    number: int
    """Its position among the headings and sentences of the text, from 1."""
    text: str
    findings: tuple[str, ...]
    """Ids of the cited findings; of a heading, all that its section cites."""
    is_heading: bool = False


class ReportText(BaseModel):
    """The body of a report, without its title and its references."""

    model_config = ConfigDict(frozen=True)

    sections: tuple[Section, ...] = ()

    @property
    def statements(self) -> list[Statement]:
        """All headings and sentences in order, numbered from 1."""
        return [
            statement.model_copy(update={"number": number})
            for number, statement in enumerate(self._statements(), start=1)
        ]

    @property
    def cited(self) -> list[str]:
        """Ids of all cited findings, each once, in the order of the text."""
        return list(
            dict.fromkeys(id for section in self.sections for sentence in section.sentences for id in sentence.findings)
        )

    def replaced(self, new: Collection[tuple[int, Sentence | None]]) -> ReportText:
        """The text with some statements replaced, or left out.

        Sections without a sentence are left out, with their heading.

        Args:
            new: By the number of a statement, what is to stand in its place; None leaves it out. Of what replaces a
                heading only the text counts.
        """
        by_number = dict(new)
        sections = []
        number = 0
        for section in self.sections:
            heading = section.heading
            if heading:
                number += 1
                if number in by_number:
                    replacement = by_number[number]
                    heading = replacement.text if replacement else ""
            kept = []
            for sentence in section.sentences:
                number += 1
                if (left := by_number.get(number, sentence)) is not None:
                    kept.append(left)
            if kept:
                sections.append(Section(heading=heading, sentences=tuple(kept)))
        return ReportText(sections=tuple(sections))

    def without(self, numbers: Collection[int]) -> ReportText:
        """The text without the statements of these numbers."""
        return self.replaced([(number, None) for number in numbers])

    def _statements(self) -> Iterator[Statement]:
        for section in self.sections:
            if section.heading:
                cited = tuple(dict.fromkeys(id for sentence in section.sentences for id in sentence.findings))
                yield Statement(number=0, text=section.heading, findings=cited, is_heading=True)
            for sentence in section.sentences:
                yield Statement(number=0, text=sentence.text, findings=sentence.findings)
