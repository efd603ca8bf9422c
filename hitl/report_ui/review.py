"""The review: what was found, what of it is kept, and the decision."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import FEEDBACK_LENGTH, ReviewFindings
from hitl.report.notes import spending_note
from hitl.report_ui.actions import Action, review_actions
from hitl.report_ui.draft import Draft, keep_draft, keep_key, keep_unsent, open_draft
from hitl.report_ui.writing import draft_in_markdown
from hitl.research import Document, Finding, Shelf, UnknownDocument
from hitl.ui import renders, send_answer, shown

YEARS_APART = 5
"""Years between the oldest and the newest document from which the human is told to look at their dates."""
AROUND = 600
"""Characters that are shown before and after a quote, on demand."""


@renders(ReviewFindings)
def draw_review(run: Run, question: Question) -> None:
    """Draw the findings of a round, and the widgets of the decision."""
    try:
        review = ReviewFindings(**question.body)
    except (TypeError, ValidationError):
        st.error("This question was asked by another version of the report, or by another workflow. Cancel the run.")
        return
    draft = open_draft(question, review.findings)
    if review.failed:
        _draw_failure(review)
    if review.findings:
        _draw_findings(run, review, draft)
        _draw_decision(run, question, review, draft)
    else:
        _draw_nothing_found(run, question, review, draft)


def _draw_failure(review: ReviewFindings) -> None:
    """What the model could not do, and what there is of its text."""
    st.warning(shown(review.note), icon=":material/warning:")
    if review.draft:
        with st.expander("What was written so far", icon=":material/draft:"):
            st.markdown(draft_in_markdown(review.draft))


def _draw_findings(run: Run, review: ReviewFindings, draft: Draft) -> None:
    documents = len({finding.document for finding in review.findings})
    st.subheader(f"Round {review.round}: {_count(review.findings)}", anchor=False)
    st.caption(
        f"From {documents} document{'s' if documents > 1 else ''}. "
        "Switch off what is not to be used, then go to [your decision](#your-decision)."
    )
    if review.note and not review.failed:
        st.info(shown(review.note), icon=":material/info:")
    if review.looked_for:
        st.caption(shown(f"Looked for: {' · '.join(review.looked_for)}"))
    years = sorted({finding.date[:4] for finding in review.findings if finding.date})
    if years and int(years[-1]) - int(years[0]) >= YEARS_APART:
        st.info(
            f"These documents are from {years[0]} to {years[-1]}. Where they disagree, the older one may be outdated.",
            icon=":material/calendar_month:",
        )
    shelf = Shelf(run.engine.settings.home)
    unread = _unread_words(shelf, run.inputs.get("documents", []))
    new = [finding for finding in review.findings if finding.round == review.round]
    earlier = [finding for finding in review.findings if finding.round != review.round]
    for title, findings in (("New", new), ("Kept from before", earlier)):
        if findings and earlier:
            st.markdown(f"#### {title}")
        for finding in findings:
            _draw_finding(shelf, finding, review, draft, unread.get(finding.document, 0))


def _unread_words(shelf: Shelf, documents: Sequence[str]) -> dict[str, int]:
    """How many words are not read of each of the visitor's own documents, by fingerprint."""
    unread = {}
    for fingerprint in documents:
        with suppress(UnknownDocument):  # which is told where the passage around a finding is asked for
            unread[fingerprint] = shelf.get(fingerprint).unread_words
    return unread


def _draw_finding(shelf: Shelf, finding: Finding, review: ReviewFindings, draft: Draft, unread: int) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{shown(finding.title)}**", width="stretch")
            st.toggle("Keep", key=keep_key(finding), on_change=keep_draft, args=(draft, review.findings))
        st.markdown(shown(finding.quote))
        source = [finding.location, finding.place, f"as of {finding.date}" if finding.date else ""]
        source.append(f"{unread:,} {'word' if unread == 1 else 'words'} of this document not read" if unread else "")
        st.caption(shown(" · ".join(filter(None, source))))
        around = st.expander("The passage around it", type="compact", key=f"around-{finding.id}", on_change="rerun")
        if around.open:
            with around:
                _draw_around(shelf, finding)


def _draw_around(shelf: Shelf, finding: Finding) -> None:
    try:
        st.markdown(passage_around(shelf.get(finding.document), finding))
    except UnknownDocument as error:
        st.write(shown(str(error)))


def passage_around(document: Document, finding: Finding) -> str:
    """A finding's quote in Markdown, in bold, with at most `AROUND` characters of its document on either side."""
    before, after = _before(document.text, finding.start), _after(document.text, finding.end)
    return f"{_blocks(before)} **{shown(finding.quote)}** {_blocks(after)}".strip()


def _before(text: str, offset: int) -> str:
    """What stands before an offset: whole blocks, or the end of a long one behind an ellipsis."""
    first = max(offset - AROUND, 0)
    block = text.find("\n\n", first, offset)
    return text[:offset] if first == 0 else text[block + 2 : offset] if block >= 0 else f"…{text[first:offset]}"


def _after(text: str, offset: int) -> str:
    """What stands after an offset: whole blocks, or the beginning of a long one before an ellipsis."""
    last = offset + AROUND
    block = text.rfind("\n\n", offset, last)
    return text[offset:] if last >= len(text) else text[offset:block] if block >= 0 else f"{text[offset:last]}…"


def _blocks(text: str) -> str:
    """Several blocks of plain text in Markdown."""
    return "\n\n".join(shown(block) for block in text.split("\n\n"))


def _draw_decision(run: Run, question: Question, review: ReviewFindings, draft: Draft) -> None:
    kept = len(review.findings) - len(draft.dropped)
    st.subheader("Your decision", anchor="your-decision")
    st.text_area(
        "What is missing?",
        key="feedback",
        max_chars=FEEDBACK_LENGTH,
        height=80,
        help="Say it and reject, and the next round looks for it. Reject without a word, and it looks deeper.",
        on_change=keep_draft,
        args=(draft, review.findings),
    )
    _draw_better_topic(draft, review, "Leave empty to keep the topic as it is")
    if review.model:
        st.caption(shown(f"{review.model}: {spending_note(review.calls, review.writing)}."))
    with st.container(horizontal=True):
        for action in review_actions(review):
            _draw_action(run, question, review, draft, action)
    use = "**Approve** writes the report from these" if kept else "Keep at least one finding to approve"
    if review.failed:
        use = "Nothing of it is lost, whatever you choose"
    st.caption(f"{kept} of {_count(review.findings)} kept. {use}. What you type above counts when you **reject**.")


def _draw_nothing_found(run: Run, question: Question, review: ReviewFindings, draft: Draft) -> None:
    st.subheader("The research could not be done" if review.failed else "Nothing to review", anchor=False)
    if not review.failed:
        st.info(shown(review.note), icon=":material/search_off:")
    _draw_better_topic(
        draft,
        review,
        "Leave empty to keep the topic" if review.failed else "Without other words the next search is less strict",
    )
    with st.container(horizontal=True):
        for action in review_actions(review):
            _draw_action(run, question, review, draft, action)


def _draw_action(run: Run, question: Question, review: ReviewFindings, draft: Draft, action: Action) -> None:
    st.button(
        action.label,
        key=action.key,
        type="primary" if action.is_first else "secondary",
        icon=action.icon,
        on_click=_decide,
        args=(run, question, review, draft, action),
        disabled=action.approved and len(review.findings) == len(draft.dropped),
    )


def _draw_better_topic(draft: Draft, review: ReviewFindings, placeholder: str) -> None:
    st.text_input(
        "Better words for the topic",
        key="better_topic",
        placeholder=placeholder,
        on_change=keep_draft,
        args=(draft, review.findings),
    )


def _decide(run: Run, question: Question, review: ReviewFindings, draft: Draft, action: Action) -> None:
    keep_draft(draft, review.findings)
    decision = {
        "approved": action.approved,
        "feedback": draft.feedback,
        "dropped": sorted(draft.dropped),
        "topic": draft.better_topic,
        "go_on": action.go_on,
    }
    receipt = send_answer(run, question, decision)
    if receipt and not receipt.accepted:
        keep_unsent(question, draft)


def _count(findings: list[Finding]) -> str:
    return f"{len(findings)} finding" if len(findings) == 1 else f"{len(findings)} findings"
