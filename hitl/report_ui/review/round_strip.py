"""A round of a review: what was asked, what was found for each part, what changed, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from hitl.report.events import ReviewFindings
from hitl.report.export.bundle import Decided
from hitl.report.messages import found_note, part_note
from hitl.report_ui.desk import DROPPED
from hitl.report_ui.review.findings_desk import FindingsDesk
from hitl.report_ui.review.sources import draw_warnings, years_note
from hitl.research.evidence import AskedPart
from hitl.text import count, cut
from hitl.ui import local_time, shown
from hitl.ui.keys import widget_key

SAID_SHOWN = 160
"""Maximum characters shown of a feedback or a topic in the line of a round."""


def draw_round(desk: FindingsDesk) -> None:
    """Draw what a round was asked and has found."""
    review = desk.review
    if review.failed:
        st.warning(shown(review.note), icon=":material/warning:")
    said = [f"## Round {review.round}: {count(len(review.findings), 'finding')}", *_strip(desk)]
    st.markdown("\n\n".join(said), anchors=False)
    if note := "" if review.failed else _without_changes(review):
        st.info(shown(note), icon=":material/info:")
    draw_warnings(review, desk.documents)
    if review.dropped and review.findings:
        st.button(
            f"Show what was dropped earlier ({len(review.dropped)})",
            key=widget_key("show_dropped"),
            type="tertiary",
            icon=":material/undo:",
            on_click=desk.show_only,
            args=(DROPPED,),
        )


def _strip(desk: FindingsDesk) -> Iterator[str]:
    """The lines about this round."""
    review = desk.review
    last = desk.past[-1] if desk.past else None
    if about := " · ".join([*_asked(review, last), *_changed(review)]):
        yield f":small[{about}]"
    if len(review.parts) > 1:
        yield "\\\n".join(f":small[:material/{_icon_of(part)}: {shown(part_note(part))}]" for part in review.parts)
    elif review.looked_for:
        yield f":small[{shown('Looked for: ' + ' · '.join(review.looked_for))}]"
    if years := years_note(review.findings):
        yield f":small[:material/calendar_month: {years}]"


def _asked(review: ReviewFindings, last: Decided | None) -> Iterator[str]:
    """What was asked of a round, by the decision before it."""
    topic = last.review.topic if last and last.review else ""
    if topic != review.topic:
        yield shown(f"Asked: “{cut(review.topic, SAID_SHOWN)}”")
    if last and not last.decision.approved:
        said = cut(last.decision.feedback, SAID_SHOWN)
        yield shown(f"{last.by} asked for “{said}”" if said else f"{last.by} asked to look deeper")


def _changed(review: ReviewFindings) -> Iterator[str]:
    """How many findings of a round are new, and what became of the others."""
    new = sum(finding.round == review.round for finding in review.findings)
    kept = len(review.findings) - new
    if kept or review.dropped:
        yield f"{new} new"
        yield f"{kept} kept from before"
    if review.dropped:
        yield f"{len(review.dropped)} dropped before"


def _without_changes(review: ReviewFindings) -> str:
    """The note on a round, without what the line above it says."""
    new = sum(finding.round == review.round for finding in review.findings)
    return review.note.removeprefix(found_note(new, len(review.findings) - new)).strip()


def _icon_of(part: AskedPart) -> str:
    return "check" if part.found else "search_off" if not (part.weak or part.before or part.has_more) else "remove"


def decision_line(decided: Decided) -> str:
    """What was decided about a round, in a line."""
    did = "approved" if decided.decision.approved else "rejected"
    said = [f"{decided.by} {did} at {local_time(decided.at)}"]
    said += [f"dropped {len(decided.dropped)}"] if decided.dropped else []
    said += [f"restored {len(decided.restored)}"] if decided.restored else []
    said += [f"“{cut(decided.decision.feedback, SAID_SHOWN)}”"] if decided.decision.feedback else []
    return f":small[:material/person: {shown(', '.join(said))}]"
