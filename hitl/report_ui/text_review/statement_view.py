"""The sentence or heading that is open: what it says beside what it cites, and a note on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st

from hitl.report.events import FEEDBACK_LENGTH
from hitl.report.verification.claims import Claim, Reference, Verdict
from hitl.report_ui.desk import draw_no_match, draw_note, draw_tools
from hitl.report_ui.marked_differences import both_sides
from hitl.report_ui.review.passage import passage_around
from hitl.report_ui.text_review.text_desk import TextDesk
from hitl.ui import shown

COLOURS: Mapping[Verdict, str] = {"verbatim": "green", "reworded": "orange", "no source": "red"}
MOST_SOURCES = 10
"""Sources shown of one statement, at most: a heading cites all that its section cites."""


def draw_statement(desk: TextDesk) -> None:
    """Draw the open statement, and the buttons that go to the next one, drop it or note something on it."""
    listed = desk.listed()
    if not listed:
        draw_no_match(desk, "No sentence fits the filters.")
        return
    claim = desk.opened(listed)
    is_kept = desk.draft.keeps(claim)
    draw_tools(desk, listed)
    said = [f"### {desk.name_of(claim)}", _verdict(claim, is_kept)]
    if (note := desk.draft.note(claim)) and not desk.is_noting:
        said.append(f":material/edit_note: {shown(note)}")
    st.markdown("\n\n".join(said), anchors=False)
    if desk.is_noting:
        label = f"What is wrong with {desk.name_of(claim).lower()}?"
        draw_note(desk, claim, label, "Say it and have the text rewritten", FEEDBACK_LENGTH)
    st.container(border=True).markdown("\n\n".join(_beside_its_sources(desk, claim, is_kept)), anchors=False)


def _verdict(claim: Claim, is_kept: bool) -> str:
    """The verdict of a claim, what is strange in it, and what a model says of it, in a line."""
    badges = [] if is_kept else [":red-badge[dropped]"]
    badges.append(f":{COLOURS[claim.verdict]}-badge[{claim.verdict}]")
    said = []
    if claim.strange_numbers:
        said.append(f"{', '.join(claim.strange_numbers)} not in its sources")
    if claim.unrelated:
        said.append(f"nothing of it is in {', '.join(f'[{number}]' for number in claim.unrelated)}")
    if claim.opinion:
        said.append(f"{claim.opinion.model} says: {claim.opinion.says}")
    return f"{' '.join(badges)} :small[{shown(' · '.join(said))}]" if said else " ".join(badges)


def _beside_its_sources(desk: TextDesk, claim: Claim, is_kept: bool) -> Iterator[str]:
    """A claim and what it cites, in Markdown: what differs is marked in both, or the quote stands in its passage."""
    references = [desk.references[number] for number in claim.references if number in desk.references]
    is_compared = claim.verdict != "verbatim" and not claim.is_heading and bool(references)
    if not is_compared or not is_kept:
        yield _text(claim, is_kept)
    if not references:
        yield ":small[:gray[It cites nothing.]]"
    for reference in references[:MOST_SOURCES]:
        about = [f"[{reference.number}] {reference.finding.title}", reference.finding.location, reference.finding.place]
        source = f":small[{shown(' · '.join(filter(None, about)))}]"
        if is_compared and is_kept:
            said, quoted = both_sides(claim.text, reference.finding.quote)
            yield f":small[:gray[The text says]]\\\n{said}"
            yield f"{source}\\\n{quoted}"
        else:
            yield source
            yield _quoted(desk, reference)
    if (more := len(references) - MOST_SOURCES) > 0:
        yield f":small[:gray[and {more} more that its sentences cite]]"


def _text(claim: Claim, is_kept: bool) -> str:
    return f"**{shown(claim.text)}**" if is_kept else f":gray[~~{shown(claim.text)}~~]"


def _quoted(desk: TextDesk, reference: Reference) -> str:
    document = desk.document_of(reference)
    return passage_around(document, reference.finding) if document else shown(reference.finding.quote)
