"""The text of a finished report with its sources: beside it on a wide screen, below each paragraph on a phone.

On a wide screen the text and the sources scroll by themselves, so that a citation, which is a link into the sources,
leaves the text where it is. On a phone two such boxes would be poor, and each citation opens a small window instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import streamlit as st

from hitl.markdown_blocks import anchor_of
from hitl.report import Report
from hitl.report.text import ReportText
from hitl.report.verification.claims import Claim, Reference, Verdict
from hitl.report.verification.marks import marks_of
from hitl.report.writing.compose import TARGET_NAME, TextPart, text_parts
from hitl.report.writing.escaping import escape_quote, visible_words
from hitl.report.writing.fixed_words import FixedWords, fixed_words
from hitl.report.writing.sources import SourceName, source_names
from hitl.report_ui.marked_differences import both_sides
from hitl.report_ui.review.passage import passage_around
from hitl.research import Document
from hitl.text import cut
from hitl.ui import shown, without_shorthand
from hitl.ui.keys import widget_key

HEIGHT = 620
"""Pixels of the boxes in which text and sources scroll: with the head of the page, about a window."""
PEEK = 240
"""Maximum characters of a quote in the tip over its citation."""
FEWEST_HEADINGS, FEWEST_CHARACTERS = 2, 2500
"""From which on a text has contents."""
QUOTES_COMPARED = 3
"""Quotes put beside one sentence, at most."""
MARK_COLOURS: Mapping[Verdict, str] = {"verbatim": "orange", "reworded": "orange", "no source": "red"}
MARK = re.compile(r" :small\[:(?:orange|red)\[\([^()]*\)\]\]$")
"""A mark at the end of a heading."""
TITLE_SIGNS = re.compile(r'["\\&<>$`*_:\[\]]')
"""What would end the tip of a link, or mean something in it."""


def draw_report_text(report: Report, documents: Mapping[str, Document], is_narrow: bool) -> None:
    """Draw the text of a report, and its sources.

    Args:
        report: A report whose text is known.
        documents: The quoted documents that are still there, by fingerprint.
        is_narrow: Whether there is no room for the sources beside the text.
    """
    text = _ReportText(report, documents)
    if is_narrow:
        text.draw_narrow()
    else:
        text.draw_wide()


@dataclass(frozen=True)
class _ReportText:
    """The text of a report on the page."""

    report: Report
    documents: Mapping[str, Document]

    @property
    def words(self) -> FixedWords:
        return fixed_words(self.report.language)

    def draw_wide(self) -> None:
        """The text, and the sources in a box beside it, each of which scrolls by itself."""
        left, right = st.columns([3, 2], gap="medium")
        parts = self._parts(self._link, self._linked_mark)
        with left.container(height=HEIGHT, border=False, key=widget_key("report_text")):
            self._draw_note()
            if _is_long(parts):
                _draw_with_contents(parts)
            else:
                st.markdown("\n\n".join(_whole(parts)))
        with right.container(height=HEIGHT, key=widget_key("sources")):
            st.markdown("\n\n".join([*self._sources(with_passage=True), *self._comparisons()]))

    def draw_narrow(self) -> None:
        """The text with a small window for each source below each paragraph, and the list of sources at its end."""
        claims = {claim.number: claim for claim in self.report.claims if not claim.is_heading}
        self._draw_note()
        parts = self._parts(lambda number: f"\\[{number}\\]", self._mark)
        if _is_long(parts):
            st.markdown(_contents(parts))
        for number, part in enumerate(parts, 1):
            if part.heading:
                st.header(part.heading, anchor=f"section-{number}")
            for paragraph in part.paragraphs:
                st.markdown(paragraph.markdown)
                self._draw_below([claims[number] for number in paragraph.statements if number in claims])
        st.markdown("\n\n".join(self._sources(with_passage=False)))

    def _draw_note(self) -> None:
        """Draw who wrote the report and what its marks mean, which stands above its text."""
        st.caption(without_shorthand(self.report.markdown.split("\n\n", 2)[1]))

    def _draw_below(self, claims: Sequence[Claim]) -> None:
        """Draw what a paragraph cites: a button for each source, which opens its quote over the page."""
        references = {reference.number: reference for reference in self.report.references}
        cited = sorted({number for claim in claims for number in claim.references if number in references})
        if not cited:
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
            st.markdown(":small[:gray[Sources]]")
            for number in cited:
                key = widget_key("sources", f"-{claims[0].number}-{number}")
                with st.popover(f"[{number}]", type="tertiary", key=key):
                    st.markdown("\n\n".join(self._opened(references[number], claims)))

    def _opened(self, reference: Reference, claims: Iterable[Claim]) -> Iterator[str]:
        """A source in Markdown, and below it what differs in the sentences that cite it without being verbatim."""
        finding = reference.finding
        yield f"**{shown(finding.title)}**"
        yield f":small[{shown(' · '.join(filter(None, [finding.location, finding.place])))}]"
        yield self._quoted(reference)
        for claim in claims:
            if reference.number in claim.references and claim.verdict != "verbatim":
                yield from _compared(claim, [reference])

    def _parts(self, cited: Callable[[int], str], marked: Callable[[Claim], str]) -> list[TextPart]:
        """The sections of the text in Markdown for the page."""
        report = self.report
        text = report.text or ReportText()
        return list(
            text_parts(text, report.references, report.claims, bool(report.model), cited, marked, without_shorthand)
        )

    def _link(self, number: int) -> str:
        """A citation that leads to its source, with the beginning of its quote in a tip."""
        reference = next(reference for reference in self.report.references if reference.number == number)
        finding = reference.finding
        tip = cut(": ".join(filter(None, [finding.title, finding.place, finding.quote])), PEEK)
        return f'[\\[{number}\\]](#{anchor_of(self.words.reference)}-{number} "{_in_title(tip)}")'

    def _mark(self, claim: Claim) -> str:
        said = "; ".join(map(self.words.mark, marks_of(claim)))
        return f" :small[:{MARK_COLOURS[claim.verdict]}[({said})]]" if said else ""

    def _linked_mark(self, claim: Claim) -> str:
        """A mark that leads to the comparison of its sentence."""
        mark = self._mark(claim)
        return f" [{mark.strip()}](#sentence-{claim.number})" if mark and not claim.is_heading else mark

    def _sources(self, with_passage: bool) -> Iterator[str]:
        """What the report cites, in Markdown: each document once, and under it its quotes with their numbers.

        Args:
            with_passage: Whether a quote stands in its passage.
        """
        references = self.report.references
        if not references:
            return
        yield f"## {self.words.references}"
        names = source_names(reference.finding for reference in references)
        for fingerprint, quotes in groupby(references, key=lambda reference: reference.finding.document):
            yield _heading(shown(names[fingerprint].title), level=3)
            yield f":small[{shown(self._details(names[fingerprint], self.documents.get(fingerprint)))}]"
            for reference in quotes:
                yield f"#### {self.words.reference} {reference.number}"
                if reference.finding.place:
                    yield f":small[{shown(reference.finding.place)}]"
                yield self._quoted(reference) if with_passage else _quote(reference)

    def _details(self, name: SourceName, document: Document | None) -> str:
        """The files and the date of a document, on a line."""
        others = document.other_names if document else ()
        details = [
            name.location,
            self.words.also_named.format(names=", ".join(others)) if others else "",
            name.date,
            self.words.document.format(fingerprint=name.fingerprint) if name.fingerprint else "",
        ]
        return " · ".join(filter(None, details))

    def _quoted(self, reference: Reference) -> str:
        """A quote in its passage; alone if its document is not there any more."""
        document = self.documents.get(reference.finding.document)
        return passage_around(document, reference.finding) if document else _quote(reference)

    def _comparisons(self) -> Iterator[str]:
        """The sentences that are not verbatim, each beside what it cites, in Markdown."""
        references = {reference.number: reference for reference in self.report.references}
        doubtful = [claim for claim in self.report.claims if marks_of(claim) and not claim.is_heading]
        if doubtful:
            yield f"## {self.words.reworded}"
        for claim in doubtful:
            yield f"### Sentence {claim.number}"
            cited = [references[number] for number in claim.references if number in references]
            yield from _compared(claim, cited[:QUOTES_COMPARED])
            if not cited:
                yield f"{shown(claim.text)} *{shown(self.words.cites_nothing)}*"


def _quote(reference: Reference) -> str:
    return without_shorthand(escape_quote(reference.finding.quote, before="> "))


def _compared(claim: Claim, references: Iterable[Reference]) -> Iterator[str]:
    """A sentence and each of its quotes, in Markdown, with what differs marked in both."""
    for reference in references:
        said, quoted = both_sides(visible_words(claim.text), reference.finding.quote)
        yield f":small[:gray[The text says]]\\\n{said}"
        yield f":small[:gray[\\[{reference.number}\\] says]]\\\n{quoted}"


def _heading(markdown: str, level: int) -> str:
    """A heading, or bold text if citations would lead to the heading."""
    return f"**{markdown}**" if TARGET_NAME.fullmatch(anchor_of(markdown)) else f"{'#' * level} {markdown}"


def _whole(parts: Iterable[TextPart]) -> Iterator[str]:
    for part in parts:
        if part.heading:
            yield _heading(part.heading, level=2)
        for paragraph in part.paragraphs:
            yield paragraph.markdown


def _is_long(parts: Sequence[TextPart]) -> bool:
    characters = sum(len(paragraph.markdown) for part in parts for paragraph in part.paragraphs)
    return sum(bool(part.heading) for part in parts) >= FEWEST_HEADINGS and characters >= FEWEST_CHARACTERS


def _draw_with_contents(parts: Sequence[TextPart]) -> None:
    """Draw a long text below its contents, which lead to its headings."""
    st.markdown(_contents(parts))
    for number, part in enumerate(parts, 1):
        if part.heading:
            st.header(part.heading, anchor=f"section-{number}")
        st.markdown("\n\n".join(paragraph.markdown for paragraph in part.paragraphs))


def _contents(parts: Sequence[TextPart]) -> str:
    """Links to the headings of a text, on a line."""
    links = (
        f"[{MARK.sub('', part.heading)}](#section-{number})" for number, part in enumerate(parts, 1) if part.heading
    )
    return f":material/toc: {' · '.join(links)}"


def _in_title(text: str) -> str:
    """Text for the tip of a link in Markdown."""
    return TITLE_SIGNS.sub(r"\\\g<0>", text)
