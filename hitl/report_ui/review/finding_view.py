"""The finding that is open: its place, its quote in its passage, and a note on it."""

from __future__ import annotations

import streamlit as st

from hitl.report.events import NOTE_LENGTH, ReviewFindings
from hitl.report_ui.desk import draw_no_match, draw_note, draw_tools
from hitl.report_ui.marked_quote import marked_quote
from hitl.report_ui.review.findings_desk import FindingsDesk, page_of, path_of
from hitl.report_ui.review.passage import passage_around
from hitl.research import Finding, Shelf, UnknownDocument
from hitl.text import cut
from hitl.ui import shown

HEADING_LENGTH = 120
"""Maximum characters of the heading above a finding."""
PART_SHOWN = 60
"""Maximum characters shown of a part of what was asked at each finding."""


def draw_finding(desk: FindingsDesk) -> None:
    """Draw the open finding, and the buttons that go to the next one, drop it or note something on it.

    The buttons come first, so that they stay under the mouse whatever the finding's length.
    """
    listed = desk.listed()
    if not listed:
        draw_no_match(desk, "No finding fits the filters and the search.")
        return
    finding = desk.opened(listed)
    is_kept = desk.draft.keeps(finding)
    draw_tools(desk, listed)
    said = [f"### {desk.numbers[finding.id]} · {shown(cut(path_of(finding), HEADING_LENGTH))}", _about(desk, finding)]
    if (note := desk.draft.note(finding)) and not desk.is_noting:
        said.append(f":material/edit_note: {shown(note)}")
    st.markdown("\n\n".join(said), anchors=False)
    if desk.is_noting:
        label = f"Note on finding {desk.numbers[finding.id]}"
        draw_note(desk, finding, label, "For later rounds, and for how the report came about", NOTE_LENGTH)
    st.container(border=True).markdown(_passage(desk, finding, is_dropped=not is_kept))


def _about(desk: FindingsDesk, finding: Finding) -> str:
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


def _passage(desk: FindingsDesk, finding: Finding, is_dropped: bool) -> str:
    try:
        document = Shelf(desk.run.engine.settings.home).get(finding.document)
    except UnknownDocument as error:
        return f"{marked_quote(finding.quote, finding.matched)}\n\n:small[{shown(str(error))}]"
    return passage_around(document, finding, is_dropped)
