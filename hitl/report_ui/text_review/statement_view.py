"""The sentence or heading that is open: what it says beside what it cites, and a note on it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import streamlit as st

from hitl.report.events import FEEDBACK_LENGTH
from hitl.report.verification.claims import Claim, Reference, Verdict
from hitl.report_ui.marked_differences import both_sides
from hitl.report_ui.review.passage import passage_around
from hitl.report_ui.text_review.text_desk import UNSEEN, TextDesk
from hitl.ui import shown
from hitl.ui._compat import focus

COLOURS: Mapping[Verdict, str] = {"verbatim": "green", "reworded": "orange", "no source": "red"}
MOST_SOURCES = 10
"""Sources shown of one statement, at most: a heading cites all that its section cites."""


def draw_statement(desk: TextDesk) -> None:
    """Draw the open statement, and the buttons that go to the next one, drop it or note something on it.

    The buttons come first, so that they stay under the mouse however much the statement cites.
    """
    listed = desk.listed()
    if not listed:
        st.info("No sentence fits. Take a filter off.", icon=":material/search_off:")
        return
    claim = desk.opened(listed)
    is_kept = desk.draft.keeps(claim)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        drop, icon = ("Drop", ":material/remove_circle:") if is_kept else ("Restore", ":material/undo:")
        st.button(drop, key=desk.key("drop"), icon=icon, shortcut="x", on_click=_drop_or_restore, args=(desk,))
        st.button("Previous", key=desk.key("previous"), shortcut="k", on_click=_step, args=(desk, -1))
        st.button("Next", key=desk.key("next"), shortcut="j", on_click=_step, args=(desk, 1))
        st.button("Note", key=desk.key("note"), shortcut="n", on_click=_begin_or_end_note, args=(desk,))
        st.markdown(f":small[{listed.index(claim) + 1} of {len(listed)}]")
    said = [f"### {'Heading' if claim.is_heading else 'Sentence'} {claim.number}", _verdict(claim, is_kept)]
    if (note := desk.draft.note(claim)) and not desk.is_noting:
        said.append(f":material/edit_note: {shown(note)}")
    st.markdown("\n\n".join(said), anchors=False)
    if desk.is_noting:
        _draw_note(desk, claim)
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


def _draw_note(desk: TextDesk, claim: Claim) -> None:
    key = desk.key(f"note-{claim.number}")
    if key not in st.session_state:
        st.session_state[key] = desk.draft.note(claim)
    st.text_input(
        f"What is wrong with {'heading' if claim.is_heading else 'sentence'} {claim.number}?",
        key=key,
        max_chars=FEEDBACK_LENGTH,
        live=True,
        placeholder="Say it and have the text rewritten",
        on_change=_note,
        args=(desk, claim, key),
    )
    focus(key)


def _note(desk: TextDesk, claim: Claim, key: str) -> None:
    desk.draft.put_note(claim, str(st.session_state.get(key, "")))
    desk.redraw("bar", *([f"row-{claim.number}"] if claim.number in desk.rows else []))


def _begin_or_end_note(desk: TextDesk) -> None:
    desk.is_noting = not desk.is_noting
    desk.noting_at = time.monotonic()
    desk.redraw("statement")


def _drop_or_restore(desk: TextDesk) -> None:
    """Drop the statement that is open *now*, or restore it.

    Keys may come faster than the page is drawn: an argument would be the statement that was drawn last.
    """
    if not desk.takes_keys or time.monotonic() - desk.opened_at < UNSEEN or not (listed := desk.listed()):
        desk.redraw("statement")
    claim = desk.opened(listed)
    desk.position = listed.index(claim)  # what takes its place is opened if a filter hides it now
    desk.draft.keep_or_drop([claim], not desk.draft.keeps(claim))
    desk.redraw_statement(claim)


def _step(desk: TextDesk, by: int) -> None:
    if desk.takes_keys and (listed := desk.listed()):
        at = listed.index(desk.opened(listed)) + by
        open_statement(desk, listed[min(max(at, 0), len(listed) - 1)])
    desk.redraw("statement")


def open_statement(desk: TextDesk, claim: Claim) -> None:
    """Open a statement; callback of a button."""
    listed = desk.listed()
    if claim not in listed:
        desk.redraw("statement", "list")
    before, page = desk.opened(listed), desk.page
    desk.open(claim, listed)
    if page != desk.page or not {before.number, claim.number}.issubset(desk.rows):
        desk.redraw("statement", "list")
    desk.redraw("statement", f"row-{before.number}", f"row-{claim.number}")
