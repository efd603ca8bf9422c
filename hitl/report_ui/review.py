"""The review: the findings, which of them are kept, and the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import streamlit as st
from pydantic import ValidationError

from hitl.engine import Question, Run
from hitl.report.events import FEEDBACK_LENGTH, TOPIC_LENGTH, ReviewFindings
from hitl.report.messages import corrected_topic, part_note, usage_note
from hitl.report_ui.actions import ReviewAction, review_actions
from hitl.report_ui.marked_quote import marked_quote
from hitl.report_ui.unsent_review import UnsentReview, keep_key, open_unsent_review
from hitl.research import Document, Finding, Shelf, UnknownDocument
from hitl.research.evidence import AskedPart
from hitl.text import count, cut
from hitl.ui import renders, send_answer, shown, shown_lines
from hitl.ui.keys import widget_key
from hitl.ui.theme import first_button

YEARS_APART = 5
"""Years between the oldest and the newest document from which the page warns about their dates."""
WARNINGS_SHOWN = 3
"""Maximum number of warnings of documents shown at once."""
WEAK = "Fits less well"
"""Heading of the findings that match only little of what was asked."""
PART_SHOWN = 60
"""Maximum characters shown of a part of what was asked at each finding."""
AROUND = 600
"""Maximum characters shown before and after a quote, on demand."""


@renders(ReviewFindings)
def draw_review(run: Run, question: Question) -> None:
    """Draw the findings of a round, and the widgets of the decision."""
    try:
        review = ReviewFindings(**question.body)
    except (TypeError, ValidationError):
        st.error("This question was asked by another version of the report, or by another workflow. Cancel the run.")
        return
    draft = open_unsent_review(run, question, review.findings)
    if review.failed:
        _draw_failure(review)
    if review.findings:
        _draw_findings(run, review, draft)
        _draw_decision(run, question, review, draft)
    else:
        _draw_nothing_found(run, question, review, draft)


def _draw_failure(review: ReviewFindings) -> None:
    """Draw what the model could not do."""
    st.warning(shown(review.note), icon=":material/warning:")


def _draw_findings(run: Run, review: ReviewFindings, draft: UnsentReview) -> None:
    documents = len({finding.document for finding in review.findings})
    st.subheader(f"Round {review.round}: {_count(review.findings)}", anchor=False)
    st.caption(
        f"From {documents} document{'s' if documents > 1 else ''}. "
        "Switch off what is not to be used, then go to [your decision](#your-decision)."
    )
    if review.note and not review.failed:
        st.info(shown(review.note), icon=":material/info:")
    _draw_parts(review)
    if review.looked_for and len(review.parts) < 2:
        st.caption(shown(f"Looked for: {' · '.join(review.looked_for)}"))
    years = sorted({finding.date[:4] for finding in review.findings if finding.date})
    if years and int(years[-1]) - int(years[0]) >= YEARS_APART:
        st.info(
            f"These documents are from {years[0]} to {years[-1]}. Where they disagree, the older one may be outdated.",
            icon=":material/calendar_month:",
        )
    shelf = Shelf(run.engine.settings.home)
    quoted = _quoted_documents(shelf, review.findings)
    _draw_warnings(review, quoted)
    sources = sources_of(quoted)
    for title, findings in grouped(review):
        if title:
            st.markdown(f"#### {title}")
        for finding in findings:
            _draw_finding(shelf, finding, review, draft, sources.get(finding.document, finding.location))


def grouped(review: ReviewFindings) -> Iterator[tuple[str, list[Finding]]]:
    """The findings under their headings: new ones, new ones that fit less well, and those kept from before.

    The first heading is empty where there is nothing to tell it from.
    """
    new = [finding for finding in review.findings if finding.round == review.round]
    earlier = [finding for finding in review.findings if finding.round != review.round]
    fitting = [finding for finding in new if not finding.is_weak]
    weak = [finding for finding in new if finding.is_weak]
    for title, findings in (("New" if earlier else "", fitting), (WEAK, weak), ("Kept from before", earlier)):
        if findings:
            yield title, findings


def _draw_parts(review: ReviewFindings) -> None:
    """Draw what was found for each part of what was asked, if there are several."""
    if len(review.parts) < 2:
        return
    lines = [f":material/{_icon_of(part)}: {shown(part_note(part))}" for part in review.parts]
    st.markdown("\\\n".join(["Found for each part of what you asked:", *lines]))


def _icon_of(part: AskedPart) -> str:
    return "check" if part.found else "search_off" if not (part.weak or part.before or part.has_more) else "remove"


def _quoted_documents(shelf: Shelf, findings: Iterable[Finding]) -> list[Document]:
    """The documents that findings quote."""
    documents = []
    for fingerprint in dict.fromkeys(finding.document for finding in findings):
        with suppress(UnknownDocument):  # reported when the passage around a finding is opened
            documents.append(shelf.get(fingerprint))
    return documents


def _draw_warnings(review: ReviewFindings, documents: Sequence[Document]) -> None:
    """Draw the warnings of documents that the note above does not have, the first ones in full."""
    warnings = [document.warning for document in documents if document.warning]
    untold = [warning for warning in warnings if warning not in review.note]
    shown_at_once = max(WARNINGS_SHOWN - (len(warnings) - len(untold)), 0)
    for warning in untold[:shown_at_once]:
        st.warning(shown(warning), icon=":material/visibility_off:")
    if more := untold[shown_at_once:]:
        with st.expander(f"{count(len(more), 'more document')} with a warning", icon=":material/visibility_off:"):
            for warning in more:
                st.markdown(shown(warning))


def sources_of(documents: Sequence[Document]) -> dict[str, str]:
    """What the cards of findings say of their documents, by fingerprint: names, and whether there is a warning.

    Of different documents with the same name, the length is said too.
    """
    common = Counter(name for document in documents for name in (document.location, *document.other_names))
    sources = {}
    for document in documents:
        names = [document.location, *document.other_names]
        about = [", also ".join(names)]
        if any(common[name] > 1 for name in names):
            about.append(f"of {count(len(document.text), 'character')}")
        if document.unread_words:
            about.append(f"{count(document.unread_words, 'word')} of this document not read")
        elif document.warning:
            about.append("with a warning above")
        sources[document.fingerprint] = " · ".join(about)
    return sources


def _draw_finding(shelf: Shelf, finding: Finding, review: ReviewFindings, draft: UnsentReview, source: str) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{shown(finding.title)}**", width="stretch")
            st.toggle("Keep", key=keep_key(finding), on_change=draft.keep)
        st.markdown(marked_quote(finding.quote, finding.matched))
        about = [
            answers_in_words(finding, review),
            source,
            finding.place,
            f"as of {finding.date}" if finding.date else "",
        ]
        st.caption(shown(" · ".join(filter(None, about))))
        key = widget_key("passage", f"-{finding.id}")
        around = st.expander("The passage around it", type="compact", key=key, on_change="rerun")
        if around.open:
            with around:
                _draw_around(shelf, finding)


def answers_in_words(finding: Finding, review: ReviewFindings) -> str:
    """Which parts a finding answers; empty if there is only one part that it could answer."""
    asked = {part.text for part in review.parts}
    answered = [f"“{cut(text, PART_SHOWN)}”" for text in finding.answers if asked != {text}]
    return f"{'Shares words with' if finding.is_weak else 'Answers'} {', '.join(answered)}" if answered else ""


def _draw_around(shelf: Shelf, finding: Finding) -> None:
    try:
        st.markdown(passage_around(shelf.get(finding.document), finding))
    except UnknownDocument as error:
        st.write(shown(str(error)))


def passage_around(document: Document, finding: Finding) -> str:
    """A finding's quote in bold Markdown, with at most `AROUND` characters of its document on either side."""
    before, after = _before(document.text, finding.start), _after(document.text, finding.end)
    return f"{_blocks(before)} **{shown_lines(finding.quote)}** {_blocks(after)}".strip()


def _before(text: str, offset: int) -> str:
    """The text before an offset: whole blocks, or the end of a long block after an ellipsis."""
    first = max(offset - AROUND, 0)
    block = text.find("\n\n", first, offset)
    return text[:offset] if first == 0 else text[block + 2 : offset] if block >= 0 else f"…{text[first:offset]}"


def _after(text: str, offset: int) -> str:
    """The text after an offset: whole blocks, or the beginning of a long block before an ellipsis."""
    last = offset + AROUND
    block = text.rfind("\n\n", offset, last)
    return text[offset:] if last >= len(text) else text[offset:block] if block >= 0 else f"{text[offset:last]}…"


def _blocks(text: str) -> str:
    """Blocks of plain text as Markdown paragraphs."""
    return "\n\n".join(shown_lines(block) for block in text.split("\n\n"))


def _draw_decision(run: Run, question: Question, review: ReviewFindings, draft: UnsentReview) -> None:
    kept = len(review.findings) - len(draft.dropped)
    st.subheader("Your decision", anchor="your-decision")
    st.text_area(
        "What is missing?",
        key=widget_key("feedback"),
        max_chars=FEEDBACK_LENGTH,
        height=80,
        help="Say it and reject, and the next round looks for it. Reject without a word, and it looks deeper.",
        on_change=draft.keep,
    )
    _draw_better_topic(draft, review, "Leave empty to keep the topic as it is")
    if review.model and review.text:
        sentences = sum(len(section.sentences) for section in review.text.sections)
        st.caption(f"The text of {count(sentences, 'sentence')} is kept: after **Approve** it is written anew from it.")
    if review.model:
        st.toggle(
            f"Ask {shown(review.model)} of each sentence that it writes whether its quotes support it",
            key=widget_key("check"),
            on_change=draft.keep,
        )
        st.caption(shown(f"{review.model}: {usage_note(review.calls, review.writing)}."))
    with st.container(horizontal=True):
        for action in review_actions(review):
            _draw_action(run, question, review, draft, action)
    use = "**Approve** writes the report from these" if kept else "Keep at least one finding to approve"
    if review.failed:
        use = "Nothing of it is lost, whatever you choose"
    st.caption(f"{kept} of {_count(review.findings)} kept. {use}. What you type above counts when you **reject**.")


def _draw_nothing_found(run: Run, question: Question, review: ReviewFindings, draft: UnsentReview) -> None:
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


def _draw_action(
    run: Run, question: Question, review: ReviewFindings, draft: UnsentReview, action: ReviewAction
) -> None:
    st.button(
        action.label,
        key=widget_key(action.widget),
        type=first_button() if action.is_first else "secondary",
        icon=action.icon,
        on_click=_decide,
        args=(run, question, review, draft, action),
        disabled=action.approved and len(review.findings) == len(draft.dropped),
    )


def _draw_better_topic(draft: UnsentReview, review: ReviewFindings, placeholder: str) -> None:
    st.text_input(
        "Better words for the topic",
        key=widget_key("better_topic"),
        placeholder=placeholder,
        on_change=draft.keep,
    )
    meant = corrected_topic(review.parts)
    if meant not in ("", review.topic, draft.better_topic) and len(meant) <= TOPIC_LENGTH:
        st.button(
            f"Did you mean “{shown(meant)}”?",
            key=widget_key("did_you_mean"),
            icon=":material/spellcheck:",
            help="Puts these words into the field above; the next search uses them.",
            on_click=_take_topic,
            args=(draft, meant),
        )


def _take_topic(draft: UnsentReview, topic: str) -> None:
    st.session_state[widget_key("better_topic")] = topic
    draft.keep()


def _decide(run: Run, question: Question, review: ReviewFindings, draft: UnsentReview, action: ReviewAction) -> None:
    draft.keep()
    decision = {
        "approved": action.approved,
        "feedback": draft.feedback,
        "dropped": sorted(draft.dropped),
        "topic": draft.better_topic,
        "go_on": action.go_on,
    }
    if review.model and draft.check:
        decision["check"] = True
    send_answer(run, question, decision)


def _count(findings: list[Finding]) -> str:
    return f"{len(findings)} finding" if len(findings) == 1 else f"{len(findings)} findings"
