"""The finding that is open: its place, its quote in its passage, and a note on it."""

from __future__ import annotations

import time

import streamlit as st

from hitl.report.events import NOTE_LENGTH, ReviewFindings
from hitl.report_ui.marked_quote import marked_quote
from hitl.report_ui.review.desk import UNSEEN, Desk, page_of, path_of
from hitl.report_ui.review.passage import passage_around
from hitl.research import Finding, Shelf, UnknownDocument
from hitl.text import cut
from hitl.ui import shown
from hitl.ui._compat import focus
from hitl.ui.keys import widget_key

HEADING_LENGTH = 120
"""Maximum characters of the heading above a finding."""
PART_SHOWN = 60
"""Maximum characters shown of a part of what was asked at each finding."""


def draw_finding(desk: Desk) -> None:
    """Draw the open finding, and the buttons that go to the next one, drop it or note something on it.

    The buttons come first, so that they stay under the mouse whatever the finding's length.
    """
    listed = desk.listed()
    if not listed:
        st.info("No finding fits. Take a filter off, or search for other words.", icon=":material/search_off:")
        return
    finding = desk.opened(listed)
    is_kept, at, key = desk.draft.keeps(finding), listed.index(finding), widget_key
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        drop, icon = ("Drop", ":material/remove_circle:") if is_kept else ("Restore", ":material/undo:")
        st.button(drop, key=key("drop"), icon=icon, shortcut="x", on_click=_drop_or_restore, args=(desk,))
        st.button("Previous", key=key("previous"), shortcut="k", on_click=_step, args=(desk, -1))
        st.button("Next", key=key("next"), shortcut="j", on_click=_step, args=(desk, 1))
        st.button("Note", key=key("edit_note"), shortcut="n", on_click=_begin_or_end_note, args=(desk,))
        st.markdown(f":small[{at + 1} of {len(listed)}]")
    said = [f"### {desk.numbers[finding.id]} · {shown(cut(path_of(finding), HEADING_LENGTH))}", _about(desk, finding)]
    if (note := desk.draft.note(finding)) and not desk.is_noting:
        said.append(f":material/edit_note: {shown(note)}")
    st.markdown("\n\n".join(said), anchors=False)
    if desk.is_noting:
        _draw_note(desk, finding)
    st.container(border=True).markdown(_passage(desk, finding, is_dropped=not is_kept))


def _about(desk: Desk, finding: Finding) -> str:
    """Where a finding is from, what it answers, and how it stands, in a line."""
    said = [
        desk.sources.get(finding.document, finding.location),
        page_of(finding),
        f"as of {finding.date}" if finding.date else "",
        answers_in_words(finding, desk.review),
    ]
    badges = [":red-badge[dropped]"] if not desk.draft.keeps(finding) else []
    badges += [":orange-badge[weak]"] if finding.is_weak else []
    is_new = finding.round == desk.review.round
    badges.append(":blue-badge[new]" if is_new else f":gray-badge[kept from round {finding.round}]")
    if finding in desk.review.dropped:
        badges[-1] = f":gray-badge[from round {finding.round}]"
    return f":small[{shown(' · '.join(filter(None, said)))}] {' '.join(badges)}"


def answers_in_words(finding: Finding, review: ReviewFindings) -> str:
    """Which parts a finding answers; empty if there is only one part that it could answer."""
    asked = {part.text for part in review.parts}
    answered = [f"“{cut(text, PART_SHOWN)}”" for text in finding.answers if asked != {text}]
    return f"{'Shares words with' if finding.is_weak else 'Answers'} {', '.join(answered)}" if answered else ""


def _passage(desk: Desk, finding: Finding, is_dropped: bool) -> str:
    try:
        document = Shelf(desk.run.engine.settings.home).get(finding.document)
    except UnknownDocument as error:
        return f"{marked_quote(finding.quote, finding.matched)}\n\n:small[{shown(str(error))}]"
    return passage_around(document, finding, is_dropped)


def _draw_note(desk: Desk, finding: Finding) -> None:
    key = widget_key("note_on_finding", f"-{finding.id}")
    if key not in st.session_state:
        st.session_state[key] = desk.draft.note(finding)
    st.text_input(
        f"Note on finding {desk.numbers[finding.id]}",
        key=key,
        max_chars=NOTE_LENGTH,
        live=True,
        placeholder="For later rounds, and for how the report came about",
        on_change=_note,
        args=(desk, finding, key),
    )
    focus(key)


def _note(desk: Desk, finding: Finding, key: str) -> None:
    desk.draft.put_note(finding, str(st.session_state.get(key, "")))


def _begin_or_end_note(desk: Desk) -> None:
    desk.is_noting = not desk.is_noting
    desk.noting_at = time.monotonic()
    listed = desk.listed()
    opened = {desk.opened(listed).id} if listed else set()
    desk.redraw("finding", *(f"row-{id_}" for id_ in opened & set(desk.rows)))  # the row says whether there is a note


def _drop_or_restore(desk: Desk) -> None:
    """Drop the finding that is open *now*, or restore it.

    Keys may come faster than the page is drawn: an argument would be the finding that was drawn last.
    """
    if not desk.takes_keys or time.monotonic() - desk.opened_at < UNSEEN or not (listed := desk.listed()):
        desk.redraw("finding")
    finding = desk.opened(listed)
    desk.position = listed.index(finding)  # what takes its place is opened if a filter hides it now
    desk.opened_at = time.monotonic()  # Streamlit may replay a click that another one has interrupted
    desk.draft.keep_or_drop([finding], not desk.draft.keeps(finding))
    desk.redraw_findings([finding])


def _step(desk: Desk, by: int) -> None:
    if desk.takes_keys and (listed := desk.listed()):
        at = listed.index(desk.opened(listed)) + by
        open_finding(desk, listed[min(max(at, 0), len(listed) - 1)])
    desk.redraw("finding")


def open_finding(desk: Desk, finding: Finding) -> None:
    """Open a finding; callback of a button."""
    listed = desk.listed()
    if finding not in listed:
        desk.redraw("finding", "list")
    before, page = desk.opened(listed), desk.page
    desk.open(finding, listed)
    if page != desk.page or not {before.id, finding.id}.issubset(desk.rows):
        desk.redraw("finding", "list")
    desk.redraw("finding", f"row-{before.id}", f"row-{finding.id}")
