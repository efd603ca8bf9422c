"""Reviews that are not open any more: what a run had found and written, to be read."""

from __future__ import annotations

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import ReviewFindings, ReviewReport
from hitl.research import Finding
from hitl.text import count
from hitl.ui import shown
from hitl.ui.column import reading_column
from hitl.ui.renderers import renders_closed


@renders_closed(ReviewFindings)
def draw_closed_review(run: Run, question: Question) -> None:
    """Draw the findings of a round, as one text however many there are."""
    try:
        review = ReviewFindings(**question.body)
    except (TypeError, ValidationError):  # of another version
        return
    with reading_column():
        st.header(f"Round {review.round}: {count(len(review.findings), 'finding')}", anchor=False)
        if review.note:
            st.info(shown(review.note), icon=":material/info:")
        st.markdown("\n\n".join(_finding(number, each) for number, each in enumerate(review.findings, start=1)))


@renders_closed(ReviewReport)
def draw_closed_text_review(run: Run, question: Question) -> None:
    """Draw the text that a model had written."""
    try:
        asked = ReviewReport(**question.body)
    except (TypeError, ValidationError):  # of another version
        return
    with reading_column():
        st.header("The text that was to be reviewed", anchor=False)
        lines = [f"### {shown(claim.text)}" if claim.is_heading else shown(claim.text) for claim in asked.claims]
        st.markdown("\n\n".join(lines))


def _finding(number: int, finding: Finding) -> str:
    about = " · ".join(filter(None, [finding.title, finding.place, finding.date]))
    return f"**{number}.** {shown(about)}\n\n> {shown(' '.join(finding.quote.split()))}"
