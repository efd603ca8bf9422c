"""The review: what was found, what of it is kept, and the decision."""

from __future__ import annotations

import streamlit as st

from hitl.engine import Question, Run
from hitl.inert import inert
from hitl.report.events import FEEDBACK_LENGTH, ReviewFindings
from hitl.research import Document, Finding, Shelf, UnknownDocument
from hitl.ui import send_answer

YEARS_APART = 5
"""Years between the oldest and the newest document from which the human is told to look at their dates."""
AROUND = 600
"""Characters that are shown before and after a quote, on demand."""


def draw_review(run: Run, question: Question) -> None:
    """Draw the findings of a round, and the widgets of the decision."""
    review = ReviewFindings(**question.body)
    if review.findings:
        _draw_findings(run, review)
        _draw_decision(run, question, review)
    else:
        _draw_nothing_found(run, question, review)


def _draw_findings(run: Run, review: ReviewFindings) -> None:
    documents = len({finding.document for finding in review.findings})
    st.subheader(f"Round {review.round}: {_count(review.findings, 'finding')}", anchor=False)
    st.caption(f"From {documents} document{'s' if documents > 1 else ''}. Switch off what is not to be used.")
    if review.note:
        st.info(inert(review.note), icon=":material/info:")
    years = sorted({finding.date[:4] for finding in review.findings if finding.date})
    if years and int(years[-1]) - int(years[0]) >= YEARS_APART:
        st.info(
            f"These documents are from {years[0]} to {years[-1]}. Where they disagree, the older one may be outdated.",
            icon=":material/calendar_month:",
        )
    shelf = Shelf(run.engine.settings.home)
    new = [finding for finding in review.findings if finding.round == review.round]
    earlier = [finding for finding in review.findings if finding.round != review.round]
    for title, findings in (("New", new), ("Kept from before", earlier)):
        if findings and earlier:
            st.markdown(f"#### {title}")
        for finding in findings:
            _draw_finding(shelf, finding)


def _draw_finding(shelf: Shelf, finding: Finding) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{inert(finding.title)}**", width="stretch")
            st.toggle("Keep", value=True, key=f"keep-{finding.id}")
        st.markdown(inert(finding.quote))
        source = [finding.location, finding.place, f"as of {finding.date}" if finding.date else ""]
        st.caption(inert(" · ".join(filter(None, source))))
        with st.expander("The passage around it", type="compact"):
            try:
                st.markdown(_around(shelf.get(finding.document), finding))
            except UnknownDocument as error:
                st.write(inert(str(error)))


def _around(document: Document, finding: Finding) -> str:
    """The text around a quote in Markdown, the quote in bold; cut at the edges of blocks where it can be."""
    text = document.text
    start = max(text.rfind("\n\n", 0, max(finding.start - AROUND, 0)), 0)
    end = text.find("\n\n", min(finding.end + AROUND, len(text)))
    before, after = text[start : finding.start], text[finding.end : end if end >= 0 else len(text)]
    return f"{_blocks(before)} **{inert(finding.quote)}** {_blocks(after)}".strip()


def _blocks(text: str) -> str:
    """Several blocks of plain text in Markdown; spaces at the ends stay, so that a sentence goes on."""
    return "\n\n".join(inert(block) for block in text.split("\n\n"))


def _draw_decision(run: Run, question: Question, review: ReviewFindings) -> None:
    kept = [finding for finding in review.findings if _is_kept(finding)]
    st.subheader("Your decision", anchor=False)
    st.text_area(
        "What is missing?",
        key="feedback",
        max_chars=FEEDBACK_LENGTH,
        height=80,
        help="Reject with a remark, and the next round looks for it. Without one it looks deeper.",
    )
    _draw_better_topic("Leave empty to keep the topic as it is")
    with st.container(horizontal=True):
        st.button(
            "Approve",
            key="approve",
            type="primary",
            icon=":material/check:",
            on_click=_decide,
            args=(run, question, review, True),
            disabled=not kept,
            help="Write the report from what is kept" if kept else "Keep at least one finding to approve",
        )
        st.button(
            "Reject", key="reject", icon=":material/replay:", on_click=_decide, args=(run, question, review, False)
        )
    st.caption(f"{len(kept)} of {_count(review.findings, 'finding')} kept. Approving writes the report from these.")


def _draw_nothing_found(run: Run, question: Question, review: ReviewFindings) -> None:
    st.subheader("Nothing found", anchor=False)
    st.info(inert(review.note), icon=":material/search_off:")
    _draw_better_topic("Without other words the next search is less strict")
    st.button(
        "Search again",
        key="reject",
        type="primary",
        icon=":material/search:",
        on_click=_decide,
        args=(run, question, review, False),
    )


def _draw_better_topic(placeholder: str) -> None:
    st.text_input("Better words for the topic", key="better_topic", placeholder=placeholder)


def _decide(run: Run, question: Question, review: ReviewFindings, approved: bool) -> None:
    accepted = send_answer(
        run,
        question,
        {
            "approved": approved,
            "feedback": st.session_state.get("feedback", ""),
            "dropped": [finding.id for finding in review.findings if not _is_kept(finding)],
            "topic": st.session_state.get("better_topic", ""),
        },
    )
    if accepted:
        st.session_state["feedback"] = st.session_state["better_topic"] = ""


def _is_kept(finding: Finding) -> bool:
    return bool(st.session_state.get(f"keep-{finding.id}", True))


def _count(things: list[Finding], noun: str) -> str:
    return f"{len(things)} {noun}" if len(things) == 1 else f"{len(things)} {noun}s"
